'use strict';
// dsteem: all that is needed beside ordinary dsteem is the address of the node.

// ANCHOR: connect
const { Client, PrivateKey } = require('dsteem');

function connect(demo) {
  return new Client(demo.mainChain);
}
// ANCHOR_END: connect

// ANCHOR: account
/** Creates `name`, with keys from a password, at the expense of `creator`. */
async function createAccount(client, creator, name, password) {
  const publicKey = (role) => PrivateKey.fromLogin(name, password, role).createPublic('STM').toString();
  const authority = (role) => ({ weight_threshold: 1, account_auths: [], key_auths: [[publicKey(role), 1]] });
  const operation = ['account_create', {
    fee: '3.000 STEEM',
    creator: creator.name,
    new_account_name: name,
    owner: authority('owner'),
    active: authority('active'),
    posting: authority('posting'),
    memo_key: publicKey('memo'),
    json_metadata: '',
  }];
  await client.broadcast.sendOperations([operation], PrivateKey.fromString(creator.active));
  return { name, active: PrivateKey.fromLogin(name, password, 'active').toString() };
}
// ANCHOR_END: account

// ANCHOR: call
/** Calls an action of the contract `tokens`; the sidechain knows the transaction by the id that comes back. */
async function callTokens(client, id, account, action, payload) {
  const json = JSON.stringify({ contractName: 'tokens', contractAction: action, contractPayload: payload });
  const operation = { required_auths: [account.name], required_posting_auths: [], id, json };
  const confirmation = await client.broadcast.json(operation, PrivateKey.fromString(account.active));
  return confirmation.id;
}
// ANCHOR_END: call

/** The active public key that the main chain holds of `name`. */
async function activeKey(client, name) {
  const [account] = await client.database.getAccounts([name]);
  return account.active.key_auths[0][0];
}

module.exports = { connect, createAccount, callTokens, activeKey };
