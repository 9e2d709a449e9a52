// Work of all kinds, chosen by the payload: what differs between two machines or two builds would show here.
const bank = async (name) => (await api.db.findOne('rows', { name })) || api.db.insert('rows', { name, balance: '0' });

actions.createSSC = async () => { await api.db.createTable('rows', ['name', 'n']); };

actions.move = async ({ from, to, quantity }) => {
  const [source, target] = [await bank(from), await bank(to)];
  source.balance = api.BigNumber(source.balance).minus(quantity).toFixed(8);
  target.balance = api.BigNumber(target.balance).plus(quantity).dividedBy(3).toFixed(8, api.BigNumber.ROUND_DOWN);
  if (!api.assert(from !== to, `${from} cannot move to itself`)) return;
  await api.db.update('rows', source);
  await api.db.update('rows', target);
  await api.emit('moved', { from, to, quantity, left: source.balance });
};

actions.compute = async ({ n, seed }) => {
  let x = seed;
  const bits = (function* bits() { for (let i = 0; i < n; i += 1) { x = (x * 1103515245 + 12345) % 2147483648; yield x; } })();
  const numbers = [...bits];
  const floats = numbers.map((v) => Math.sin(v) ** 2 + Math.log1p(v / 7) * Math.cbrt(v) - Math.atan2(v, n) + Math.exp(-v / 1e9));
  const groups = numbers.reduce((map, v) => map.set(v % 5, [...(map.get(v % 5) || []), v]), new Map());
  const text = [...groups].map(([key, { length, ...rest }]) => `${key}:${length}:${Object.values(rest).sort().join()}`).join(';');
  class Point { #x = 1; constructor(y) { this.y = y; } get norm() { return Math.hypot(this.#x, this.y); } }
  const when = new Date();
  api.emit('computed', {
    sum: floats.reduce((a, b) => a + b, 0), text: api.SHA256(text), norm: new Point(seed).norm, random: api.random(),
    sorted: [...numbers].sort((a, b) => a - b).slice(0, 3), when: when.toISOString(), shown: `${when}`,
    digits: (seed / 7).toFixed(5) + (seed / 11).toPrecision(7) + (seed / 13).toString(36), json: JSON.stringify({ floats: floats.slice(0, 2) }),
  });
};

actions.store = async ({ n, text }) => {
  for (let i = 0; i < n; i += 1) await api.db.insert('rows', { n: i, text: text.repeat(i), nested: { list: [i, null, { i }] } });
  const found = await api.db.find('rows', { n: { $gte: n - 2 } }, 10, 0, [{ index: 'n', descending: true }]);
  for (const row of found) await api.db.remove('rows', row);
  api.emit('stored', [found.length, await api.db.count('rows', {})]);
};

actions.fail = async ({ how, n }) => {
  await api.db.insert('rows', { n });
  api.emit('begun', how);
  switch (how % 12) {
    case 0: throw new TypeError(`number ${n}`);
    case 1: throw { name: 'Own', message: 'words' };
    case 2: throw null;
    case 3: return api.undefined.property;
    case 4: { const f = () => f() + 1; return f(); }
    case 5: for (;;);
    case 6: { const all = []; for (;;) all.push('x'.repeat(1 << 10) + all.length); }
    case 7: return new Promise(() => {});
    case 8: api.assert(false, 'first'); return api.assert(n < 0, 'second');
    case 9: try { await (async () => { throw new RangeError('inner'); })(); } finally { api.emit('finally', n); }
    case 10: return JSON.parse('{"a":');
    default: { const o = []; o.push(o); return api.emit('cycle', o); }
  }
};

actions.nest = async ({ contract, action, payload, catches }) => {
  try {
    const result = await api.executeSmartContract(contract, action, payload);
    api.emit('nested', { result, caller: payload.callingContractInfo || null, logs: api.logs() });
  } catch (error) {
    if (!catches) throw error;
  }
};
