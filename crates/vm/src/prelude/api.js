// What a contract sees of the node: `api`. `host` holds the node's functions, which no contract ever gets hold of;
// everything made here is frozen before the first contract runs, except the object `api`, which each call gets anew.
(function makeApi(host, BigNumber) {
  'use strict';

  // What the reference makes of a function that it leaves out for a first execution.
  const missing = () => { throw new TypeError("Cannot read properties of null (reading 'applySync')"); };

  const db = {
    createTable: async (table, indexes = [], params = {}) => host.createTable(table, indexes, params),
    addIndexes: async (table, indexes) => host.addIndexes(table, indexes),
    find: async (table, query, limit = 1000, offset = 0, indexes = []) => host.find(undefined, table, query, limit, offset, indexes),
    findInTable: async (contract, table, query, limit = 1000, offset = 0, indexes = []) => host.find(contract, table, query, limit, offset, indexes),
    findOne: async (table, query) => host.findOne(undefined, table, query),
    findOneInTable: async (contract, table, query) => host.findOne(contract, table, query),
    findContract: async (name) => host.findContract(name),
    insert: async (table, record) => host.insert(table, record),
    remove: async (table, record) => host.remove(table, record),
    update: async (table, record, unsets = undefined) => host.update(table, record, unsets),
    tableExists: async (table) => host.tableExists(table),
    count: async (table, query) => host.count(table, query),
    getBlockInfo: async (number) => host.getBlockInfo(number),
  };

  const validator = {};
  for (const name of Object.keys(host.validator)) {
    const check = host.validator[name];
    validator[name] = { [name](text, option) { return check(text, option); } }[name];
  }

  const shared = {
    db,
    BigNumber,
    validator,
    SHA256: (payload) => host.sha256(payload),
    checkSignature: (payload, signature, publicKey, isPayloadSHA256 = false) => host.checkSignature(payload, signature, publicKey, isPayloadSHA256),
    random: () => host.random(),
    debug: (message) => { host.debug(message); },
    assert: (condition, message) => {
      if (!condition && typeof message === 'string') host.fail(message);
      return !!condition;
    },
    emit: async (event, data) => host.emit(event, data),
    isValidAccountName: (name) => host.isAccountName(name),
    executeSmartContract: async (contract, action, params) => host.call(0, contract, action, params),
  };
  // what a deployment's first run does not have
  const later = {
    logs: () => host.logs(),
    executeSmartContractAsOwner: async (contract, action, params) => host.call(1, contract, action, params),
    transferTokens: async (to, symbol, quantity, type) => host.transferTokens(false, to, symbol, quantity, type),
    transferTokensFromCallingContract: async (to, symbol, quantity, type) => host.transferTokens(true, to, symbol, quantity, type),
    verifyBlock: async (block) => host.verifyBlock(block),
  };
  const none = {
    logs: missing,
    executeSmartContractAsOwner: async () => missing(),
    transferTokens: async () => missing(),
    transferTokensFromCallingContract: async () => missing(),
    verifyBlock: async () => missing(),
  };

  const apiOf = ([creating, sender, owner, action, payload, transactionId, blockNumber, mainNumberName, mainNumber,
    timestampName, timestamp, version]) => {
    const rest = creating ? none : later;
    return {
      sender,
      owner,
      action,
      payload,
      transactionId,
      blockNumber,
      [mainNumberName]: mainNumber,
      [timestampName]: timestamp,
      contractVersion: version,
      db: shared.db,
      BigNumber: shared.BigNumber,
      validator: shared.validator,
      logs: rest.logs,
      SHA256: shared.SHA256,
      checkSignature: shared.checkSignature,
      random: shared.random,
      debug: shared.debug,
      executeSmartContract: shared.executeSmartContract,
      executeSmartContractAsOwner: rest.executeSmartContractAsOwner,
      transferTokens: rest.transferTokens,
      transferTokensFromCallingContract: rest.transferTokensFromCallingContract,
      verifyBlock: rest.verifyBlock,
      emit: shared.emit,
      assert: shared.assert,
      isValidAccountName: shared.isValidAccountName,
    };
  };

  // How a call ended: `false` if it never said so, nothing for success, otherwise what was thrown, as `[name, message]` where it has both.
  const describe = (error) => {
    if (!error) return undefined;
    try {
      const { name, message } = error;
      if (typeof name === 'string' && name && typeof message === 'string' && message) return [name, message];
    } catch (again) { /* a getter that throws tells nothing */ }
    return [];
  };

  // Runs the contract once. Jobs may be left when it returns; `ending` is to be asked after them.
  // `charges`: what metered code calls.
  const starter = (charges) => (contract) => {
    let ended;
    let settled = false;
    const done = (error) => {
      ended = error;
      settled = true;
    };
    contract(apiOf(host.start()), done, ...charges);
    return () => (settled ? describe(ended) : false);
  };

  return { start: starter([]), starter, describe, shared: [shared, later, none] };
})
