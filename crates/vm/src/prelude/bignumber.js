// `api.BigNumber`: the interface of bignumber.js over the node's own decimals. A number is its text; each operation is
// one call of the host, `host.decimals[operation](left, right, a, b)`.
(function makeBigNumber(decimals) {
  'use strict';

  const textOf = (value) => {
    if (typeof value === 'object' && value !== null && Big.owns(value)) return Big.text(value);
    if (value === 0 && 1 / value < 0) return '-0';
    return `${value}`;
  };

  class Big {
    #text;

    constructor(text) { this.#text = text; }

    static owns(value) { return #text in value; }

    static text(value) { return value.#text; }

    // ways to a number
    [Symbol.toPrimitive]() { return decimals.toNumber(this.#text); }

    toNumber() { return decimals.toNumber(this.#text); }

    valueOf() { return decimals.valueOf(this.#text); }

    toJSON() { return decimals.toString(this.#text); }

    toString(base) { return decimals.toString(this.#text, undefined, base); }

    toFixed(places, rounding) { return decimals.toFixed(this.#text, undefined, places, rounding); }

    toPrecision(digits, rounding) { return decimals.toPrecision(this.#text, undefined, digits, rounding); }

    toExponential(places, rounding) { return decimals.toExponential(this.#text, undefined, places, rounding); }

    // a count without an argument, a rounded number with one
    decimalPlaces(places, rounding) {
      const answer = decimals.decimalPlaces(this.#text, undefined, places, rounding);
      return typeof answer === 'string' ? new Big(answer) : answer;
    }

    precision(digits, rounding) {
      const answer = decimals.precision(this.#text, undefined, digits, rounding);
      return typeof answer === 'string' ? new Big(answer) : answer;
    }

    integerValue(rounding) { return new Big(decimals.integerValue(this.#text, undefined, rounding)); }

    shiftedBy(places) { return new Big(decimals.shiftedBy(this.#text, undefined, places)); }

    exponentiatedBy(exponent, modulus) {
      const power = decimals.exponentiatedBy(this.#text, textOf(exponent));
      return new Big(modulus === undefined ? power : decimals.modulo(power, textOf(modulus)));
    }

    isNaN() { return decimals.isNaN(this.#text); }

    isFinite() { return decimals.isFinite(this.#text); }

    isInteger() { return decimals.isInteger(this.#text); }

    isPositive() { return decimals.isPositive(this.#text); }

    isNegative() { return decimals.isNegative(this.#text); }

    isZero() { return decimals.isZero(this.#text); }

    negated() { return new Big(decimals.negated(this.#text)); }

    absoluteValue() { return new Big(decimals.absoluteValue(this.#text)); }

    squareRoot() { return new Big(decimals.squareRoot(this.#text)); }

    plus(that, base) { return new Big(decimals.plus(this.#text, operand(that, base))); }

    minus(that, base) { return new Big(decimals.minus(this.#text, operand(that, base))); }

    multipliedBy(that, base) { return new Big(decimals.multipliedBy(this.#text, operand(that, base))); }

    dividedBy(that, base) { return new Big(decimals.dividedBy(this.#text, operand(that, base))); }

    dividedToIntegerBy(that, base) { return new Big(decimals.dividedToIntegerBy(this.#text, operand(that, base))); }

    modulo(that, base) { return new Big(decimals.modulo(this.#text, operand(that, base))); }

    comparedTo(that, base) { return decimals.comparedTo(this.#text, operand(that, base)); }

    isEqualTo(that, base) { return decimals.isEqualTo(this.#text, operand(that, base)); }

    isLessThan(that, base) { return decimals.isLessThan(this.#text, operand(that, base)); }

    isLessThanOrEqualTo(that, base) { return decimals.isLessThanOrEqualTo(this.#text, operand(that, base)); }

    isGreaterThan(that, base) { return decimals.isGreaterThan(this.#text, operand(that, base)); }

    isGreaterThanOrEqualTo(that, base) { return decimals.isGreaterThanOrEqualTo(this.#text, operand(that, base)); }
  }

  const operand = (value, base) => (base === undefined ? textOf(value) : decimals.inBase(textOf(value), undefined, base));
  const read = (value, base) => new Big(decimals.read(textOf(value), undefined, base));

  function BigNumber(value, base) { return read(value, base); }

  const { prototype } = Big;
  const aliases = {
    abs: 'absoluteValue', comparedTo: 'comparedTo', dp: 'decimalPlaces', div: 'dividedBy', idiv: 'dividedToIntegerBy',
    pow: 'exponentiatedBy', eq: 'isEqualTo', gt: 'isGreaterThan', gte: 'isGreaterThanOrEqualTo', lt: 'isLessThan',
    lte: 'isLessThanOrEqualTo', mod: 'modulo', times: 'multipliedBy', sd: 'precision', sqrt: 'squareRoot',
  };
  for (const alias of Object.keys(aliases)) {
    Object.defineProperty(prototype, alias, {
      value: prototype[aliases[alias]], writable: true, enumerable: false, configurable: true,
    });
  }
  // a class of its own would let contracts make numbers of any text
  Object.defineProperty(prototype, 'constructor', { value: BigNumber, writable: true, configurable: true });
  Object.defineProperty(prototype, '_isBigNumber', { value: true });
  BigNumber.prototype = prototype;

  BigNumber.ROUND_UP = 0;
  BigNumber.ROUND_DOWN = 1;
  BigNumber.ROUND_CEIL = 2;
  BigNumber.ROUND_FLOOR = 3;
  BigNumber.ROUND_HALF_UP = 4;
  BigNumber.ROUND_HALF_DOWN = 5;
  BigNumber.ROUND_HALF_EVEN = 6;
  BigNumber.ROUND_HALF_CEIL = 7;
  BigNumber.ROUND_HALF_FLOOR = 8;

  // of several numbers or one list of them; NaN among them wins
  const extreme = (comparison) => (...values) => {
    const list = values.length === 1 && Array.isArray(values[0]) ? values[0] : values;
    let result = read(list[0]);
    for (let i = 1; i < list.length && !result.isNaN(); i += 1) {
      const next = read(list[i]);
      if (next.isNaN() || decimals[comparison](Big.text(next), Big.text(result))) result = next;
    }
    return result;
  };
  BigNumber.min = extreme('isLessThan');
  BigNumber.minimum = BigNumber.min;
  BigNumber.max = extreme('isGreaterThan');
  BigNumber.maximum = BigNumber.max;
  BigNumber.isBigNumber = (value) => typeof value === 'object' && value !== null && Big.owns(value);

  return BigNumber;
})
