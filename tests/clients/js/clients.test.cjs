'use strict';
// Every JavaScript library plays the story against a demo of its flavour; sscjs reads what came of it.

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');

const { startDemo } = require('./demo.cjs');
const sidechain = require('./sscjs.cjs');
const { story } = require('./story.cjs');

/** By flavour: each library with the token it founds. */
const LIBRARIES = {
  steem: [{ name: 'dsteem', library: require('./dsteem.cjs'), symbol: 'COOLDSTEEM' }],
  hive: [
    { name: 'dhive', library: require('./dhive.cjs'), symbol: 'COOLDHIVE' },
    { name: 'hive-tx', library: require('./hive-tx.cjs'), symbol: 'COOLHIVETX' },
  ],
};

/** The fields of `row` that `expected` speaks of. */
function sameFields(row, expected) {
  return Object.fromEntries(Object.keys(expected).map((field) => [field, row?.[field]]));
}

async function playWith({ name, library, symbol }, demo, t) {
  const client = library.connect(demo);
  const ssc = sidechain.connect(demo);
  const { customJsonId: id, engineAccount } = demo.network;
  const founderName = `founder-${name}`;
  const { steps, balances, token } = story(demo, symbol, founderName);
  let founder;
  let lastId;

  await t.test('creates an account on the main chain', async () => {
    founder = await library.createAccount(client, demo.account(demo.founder), founderName, 'P5-a-test-password');
    assert.match(await library.activeKey(client, founderName), /^STM[1-9A-HJ-NP-Za-km-z]{50,51}$/);
  });

  for (const { by, action, payload, errors } of steps) {
    await t.test(errors ? `is told why ${action} fails` : `${action} by ${by}`, async () => {
      const account = by === founderName ? founder : demo.account(by);
      lastId = await library.callTokens(client, id, account, action, payload);
      const record = await sidechain.transaction(ssc, lastId);
      assert.equal(record.sender, by);
      assert.equal(record.contract, 'tokens');
      assert.equal(record.action, action);
      assert.deepEqual(JSON.parse(record.payload), { ...payload, isSignedWithActiveKey: true });
      assert.deepEqual(JSON.parse(record.logs).errors, errors, record.logs);
    });
  }

  await t.test('is refused by the main chain without the active key', async () => {
    const engine = demo.account(engineAccount);
    const signedWithPosting = { name: engine.name, active: engine.posting };
    await assert.rejects(
      library.callTokens(client, id, signedWithPosting, 'transfer', { symbol: 'X', to: founderName, quantity: '1' }),
      /Missing Active Authority|missing required active authority/,
    );
  });

  await t.test('sscjs reads balances and stakes', async () => {
    for (const expected of balances) {
      const row = await sidechain.balance(ssc, expected.account, expected.symbol);
      assert.deepEqual(sameFields(row, expected), expected);
    }
    const accounts = (await sidechain.holders(ssc, token.symbol)).map((row) => row.account);
    const expected = balances.filter((row) => row.symbol === token.symbol).map((row) => row.account);
    assert.deepEqual(accounts.sort(), expected.sort());
  });

  await t.test('sscjs reads the token', async () => {
    assert.deepEqual(sameFields(await sidechain.token(ssc, token.symbol), token), token);
  });

  await t.test('sscjs finds the transaction in its block', async () => {
    const { blockNumber } = await sidechain.transaction(ssc, lastId);
    const block = await ssc.getBlockInfo(blockNumber);
    assert.equal(block.blockNumber, blockNumber);
    assert.ok(block.transactions.some((transaction) => transaction.transactionId === lastId));
    const latest = await ssc.getLatestBlockInfo();
    assert.ok(latest.blockNumber >= blockNumber);
    assert.match(latest.hash, /^[0-9a-f]{64}$/);
  });
}

describe('client libraries', { concurrency: true, timeout: 600_000 }, () => {
  for (const [chain, libraries] of Object.entries(LIBRARIES)) {
    describe(`on a ${chain} demo`, { concurrency: true }, () => {
      let demo;
      before(async () => { demo = await startDemo(chain); });
      after(async () => { await demo?.stop(); });

      for (const client of libraries) {
        test(`${client.name} founds a token and moves it`, (t) => playWith(client, demo, t));
      }

      test('sscjs reads the demo’s own token and contract', async () => {
        const ssc = sidechain.connect(demo);
        const token = await sidechain.token(ssc, demo.token);
        assert.equal(token.issuer, demo.founder);
        const contract = await ssc.getContractInfo('tokens');
        assert.equal(contract._id, 'tokens');
        assert.equal(await ssc.getContractInfo('nothing'), null);
        assert.equal(await ssc.getTransactionInfo('0'.repeat(40)), null);
      });

      test('sscjs streams the blocks of the sidechain', async () => {
        const ssc = sidechain.connect(demo);
        const blocks = [];
        await new Promise((resolve, reject) => {
          ssc.streamFromTo(0, 2, (error, block) => {
            if (error) reject(error);
            blocks.push(block.blockNumber);
            if (blocks.length === 3) resolve();
          }, 50);
        });
        assert.deepEqual(blocks, [0, 1, 2]);
      });
    });
  }
});
