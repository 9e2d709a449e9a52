// `api.BigNumber`: the interface of bignumber.js over the node's own decimals. A number is its text; each operation is
// one call of the host. `operations`: `[takesNumber, compute, ...names]` of each.
(function makeBigNumber(operations) {
  'use strict';

  // Holds a number's text where only the functions here can read it.
  class Holder {
    #text;

    constructor(text) { this.#text = text; }

    static is(value) { return typeof value === 'object' && value !== null && #text in value; }

    static text(value) { return value.#text; }
  }
  const { is, text } = Holder;

  // what a number is made of: other numbers, and the texts of everything else
  const textOf = (value) => {
    if (is(value)) return text(value);
    return value === 0 && 1 / value < 0 ? '-0' : `${value}`;
  };
  const plain = (value) => (typeof value === 'object' && value !== null ? textOf(value) : value);
  const answer = (value) => (typeof value === 'string' ? new Holder(value) : value);

  const { prototype } = Holder;
  const computes = {};
  const define = (name, method) => Object.defineProperty(prototype, name, {
    value: method, writable: true, enumerable: false, configurable: true,
  });
  for (const [takesNumber, compute, ...names] of operations) {
    for (const name of names) {
      computes[name] = compute;
      if (takesNumber) {
        define(name, { [name](that, extra) { return answer(compute(text(this), textOf(that), plain(extra))); } }[name]);
      } else if (name.startsWith('to') || name === 'valueOf') {
        define(name, { [name](a, b) { return compute(text(this), undefined, plain(a), plain(b)); } }[name]);
      } else {
        define(name, { [name](a, b) { return answer(compute(text(this), undefined, plain(a), plain(b))); } }[name]);
      }
    }
  }
  // numbers become doubles wherever the language asks for a primitive, as on the reference
  define(Symbol.toPrimitive, { toPrimitive() { return computes.toNumber(text(this)); } }.toPrimitive);
  // a class of its own would let contracts make numbers of any text
  const read = (value, base) => new Holder(computes.BigNumber(textOf(value), undefined, plain(base)));
  function BigNumber(value, base) { return read(value, base); }
  delete prototype.BigNumber;
  for (const name of ['max', 'maximum', 'min', 'minimum']) {
    delete prototype[name];
    BigNumber[name] = { [name](...values) {
      const list = values.length === 1 && Array.isArray(values[0]) ? values[0] : values;
      let result = textOf(read(list[0]));
      for (let i = 1; i < list.length; i += 1) result = computes[name](result, textOf(list[i]));
      return new Holder(result);
    } }[name];
  }
  define('constructor', BigNumber);
  define('_isBigNumber', true);
  BigNumber.prototype = prototype;
  BigNumber.isBigNumber = (value) => is(value);
  const modes = ['UP', 'DOWN', 'CEIL', 'FLOOR', 'HALF_UP', 'HALF_DOWN', 'HALF_EVEN', 'HALF_CEIL', 'HALF_FLOOR'];
  for (let mode = 0; mode < modes.length; mode += 1) BigNumber[`ROUND_${modes[mode]}`] = mode;
  return BigNumber;
})
