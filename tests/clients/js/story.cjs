'use strict';
// The story of story.json, for any library that can sign.

const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const TEXT = readFileSync(join(__dirname, '..', 'story.json'), 'utf8');

/** The story with its names filled in. */
function story(demo, symbol, founder) {
  const members = demo.accounts
    .map((account) => account.name)
    .filter((name) => name !== demo.founder && name !== demo.network.engineAccount);
  const names = {
    $ENGINE: demo.network.engineAccount,
    $UTILITY: demo.network.utilityToken,
    $SYMBOL: symbol,
    $FOUNDER: founder,
    $MEMBER: members[0],
    $FRIEND: members[1],
  };
  return JSON.parse(TEXT.replace(/\$[A-Z]+/g, (name) => names[name] ?? name));
}

module.exports = { story };
