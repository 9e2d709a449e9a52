'use strict';
// sscjs: reads a sidechain by its JSON-RPC.

// ANCHOR: connect
const SSC = require('sscjs');

function connect(demo) {
  return new SSC(demo.sideChain);
}
// ANCHOR_END: connect

// ANCHOR: transaction
/** The sidechain's record of a main-chain transaction, as soon as there is one. */
async function transaction(ssc, id) {
  for (let tries = 0; tries < 150; tries += 1) {
    const record = await ssc.getTransactionInfo(id);
    if (record) return record;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`the sidechain has no transaction ${id}`);
}
// ANCHOR_END: transaction

// ANCHOR: read
async function token(ssc, symbol) {
  return ssc.findOne('tokens', 'tokens', { symbol });
}

async function balance(ssc, account, symbol) {
  return ssc.findOne('tokens', 'balances', { account, symbol });
}

async function holders(ssc, symbol) {
  return ssc.find('tokens', 'balances', { symbol }, 1000, 0, []);
}
// ANCHOR_END: read

module.exports = { connect, transaction, token, balance, holders };
