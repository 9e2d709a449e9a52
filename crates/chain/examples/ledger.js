// A ledger of one token, in the way contracts of communities are written.

actions.createSSC = async () => {
  if (await api.db.tableExists('balances') === false) {
    await api.db.createTable('tokens', ['symbol']);
    await api.db.createTable('balances', ['account', 'symbol'], { primaryKey: ['account', 'symbol'] });
    await api.db.insert('tokens', { symbol: 'COIN', precision: 8, supply: '0' });
  }
};

const calculate = (first, second, precision, add) => (add
  ? api.BigNumber(first).plus(second).toFixed(precision)
  : api.BigNumber(first).minus(second).toFixed(precision));

const addBalance = async (account, token, quantity) => {
  const balance = await api.db.findOne('balances', { account, symbol: token.symbol });
  if (balance === null) {
    await api.db.insert('balances', {
      account, symbol: token.symbol, balance: api.BigNumber(quantity).toFixed(token.precision), stake: '0',
    });
    return true;
  }
  const original = balance.balance;
  balance.balance = calculate(original, quantity, token.precision, true);
  if (!api.assert(api.BigNumber(balance.balance).gt(original), 'cannot add')) return false;
  await api.db.update('balances', balance);
  return true;
};

const subBalance = async (account, token, quantity) => {
  const balance = await api.db.findOne('balances', { account, symbol: token.symbol });
  if (!api.assert(balance !== null, 'balance does not exist')) return false;
  if (!api.assert(api.BigNumber(balance.balance).gte(quantity), 'overdrawn balance')) return false;
  balance.balance = calculate(balance.balance, quantity, token.precision, false);
  await api.db.update('balances', balance);
  return true;
};

actions.issue = async (payload) => {
  const { to, symbol, quantity } = payload;
  if (!api.assert(api.sender === api.owner, 'not allowed to issue')) return;
  const token = await api.db.findOne('tokens', { symbol });
  if (!api.assert(token !== null, 'symbol does not exist')) return;
  if (await addBalance(to, token, quantity)) {
    token.supply = calculate(token.supply, quantity, token.precision, true);
    await api.db.update('tokens', token);
    api.emit('issued', { to, symbol, quantity });
  }
};

actions.transfer = async (payload) => {
  const {
    to, symbol, quantity, isSignedWithActiveKey,
  } = payload;
  if (api.assert(isSignedWithActiveKey === true, 'you must use a custom_json signed with your active key')
    && api.assert(to && typeof to === 'string'
      && symbol && typeof symbol === 'string'
      && quantity && typeof quantity === 'string' && !api.BigNumber(quantity).isNaN(), 'invalid params')) {
    const finalTo = to.trim().toLowerCase();
    if (api.assert(finalTo !== api.sender, 'cannot transfer to self')
      && api.assert(api.isValidAccountName(finalTo), 'invalid to')) {
      const token = await api.db.findOne('tokens', { symbol });
      if (api.assert(token !== null, 'symbol does not exist')
        && api.assert(api.BigNumber(quantity).dp() <= token.precision, 'symbol precision mismatch')
        && api.assert(api.BigNumber(quantity).gt(0), 'must transfer positive quantity')) {
        if (await subBalance(api.sender, token, quantity)) {
          if (await addBalance(finalTo, token, quantity)) {
            api.emit('transfer', {
              from: api.sender, to: finalTo, symbol, quantity,
            });
          }
        }
      }
    }
  }
};
