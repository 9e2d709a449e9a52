'use strict';
// hive-tx: all that is needed beside ordinary hive-tx is the address of the node.

// ANCHOR: connect
const { PrivateKey, Transaction, callRPC, config } = require('hive-tx');

function connect(demo) {
  config.nodes = [demo.mainChain];
  return config;
}
// ANCHOR_END: connect

// ANCHOR: account
/** Creates `name`, with keys from a password, at the expense of `creator`. */
async function createAccount(_config, creator, name, password) {
  const publicKey = (role) => PrivateKey.fromLogin(name, password, role).createPublic().toString();
  const authority = (role) => ({ weight_threshold: 1, account_auths: [], key_auths: [[publicKey(role), 1]] });
  const transaction = new Transaction();
  await transaction.addOperation('account_create', {
    fee: '3.000 HIVE',
    creator: creator.name,
    new_account_name: name,
    owner: authority('owner'),
    active: authority('active'),
    posting: authority('posting'),
    memo_key: publicKey('memo'),
    json_metadata: '',
  });
  transaction.sign(PrivateKey.from(creator.active));
  // `true` waits until the transaction is in an irreversible block.
  const { status } = await transaction.broadcast(true);
  if (status !== 'within_irreversible_block') throw new Error(`account_create ended as ${status}`);
  return { name, active: PrivateKey.fromLogin(name, password, 'active').toString() };
}
// ANCHOR_END: account

// ANCHOR: call
/** Calls an action of the contract `tokens`; the sidechain knows the transaction by the id that comes back. */
async function callTokens(_config, id, account, action, payload) {
  const json = JSON.stringify({ contractName: 'tokens', contractAction: action, contractPayload: payload });
  const transaction = new Transaction();
  await transaction.addOperation('custom_json', {
    required_auths: [account.name],
    required_posting_auths: [],
    id,
    json,
  });
  transaction.sign(PrivateKey.from(account.active));
  const { tx_id: transactionId } = await transaction.broadcast();
  return transactionId;
}
// ANCHOR_END: call

/** The active public key that the main chain holds of `name`. */
async function activeKey(_config, name) {
  const [account] = await callRPC('condenser_api.get_accounts', [[name]]);
  return account.active.key_auths[0][0];
}

module.exports = { connect, createAccount, callTokens, activeKey };
