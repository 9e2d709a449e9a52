// What of the language's own objects depends on the machine, the clock or chance is taken away or made to depend on
// the block alone. Runs first in a fresh realm; `host` never reaches a contract.
(function repair(host) {
  'use strict';

  const { defineProperty, getOwnPropertyNames, getPrototypeOf } = Object;
  const hide = (object, name, value) => defineProperty(object, name, {
    value, writable: true, enumerable: false, configurable: true,
  });

  // No code from text. The constructors of all kinds of functions share one that refuses; `eval` is gone, and without
  // its own function a call written `eval(…)` is an ordinary one.
  const refusesCode = (name) => {
    const refuse = { [name]() { throw new EvalError('Code generation from strings disallowed for this context'); } }[name];
    const constructor = function constructor() { return refuse(); };
    defineProperty(constructor, 'name', { value: name, configurable: true });
    return constructor;
  };
  const functions = {
    Function: Function.prototype,
    AsyncFunction: getPrototypeOf(async () => {}),
    GeneratorFunction: getPrototypeOf(function* generator() {}),
    AsyncGeneratorFunction: getPrototypeOf(async function* generator() {}),
  };
  for (const name of Object.keys(functions)) {
    const constructor = refusesCode(name);
    defineProperty(constructor, 'prototype', { value: functions[name], writable: false });
    hide(functions[name], 'constructor', constructor);
  }
  hide(globalThis, 'Function', Function.prototype.constructor);

  // Only what the standard names, and of that nothing that sees memory, threads or the machine.
  const kept = new Set([
    'globalThis', 'Infinity', 'NaN', 'undefined', 'isFinite', 'isNaN', 'parseFloat', 'parseInt', 'decodeURI',
    'decodeURIComponent', 'encodeURI', 'encodeURIComponent', 'escape', 'unescape', 'Object', 'Function', 'Boolean',
    'Symbol', 'Error', 'AggregateError', 'EvalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError',
    'URIError', 'InternalError', 'Number', 'BigInt', 'Math', 'Date', 'String', 'RegExp', 'Array', 'Map', 'Set',
    'WeakMap', 'WeakSet', 'JSON', 'Promise', 'Reflect', 'Iterator',
  ]);
  for (const name of getOwnPropertyNames(globalThis)) {
    if (!kept.has(name)) delete globalThis[name];
  }
  hide(globalThis, 'global', globalThis);

  // Regular expressions never match anything, as on the reference: its template replaces these three.
  for (const name of ['exec', 'test', 'compile']) {
    hide(RegExp.prototype, name, { [name]() {} }[name]);
  }

  // Results of the C library differ between machines in the last digit.
  delete Math.random;
  for (const name of host.mathNames) {
    const compute = host.math[name];
    const { length } = Math[name];
    const replacement = { [name](x, y) { return compute(+x, +y); } }[name];
    defineProperty(replacement, 'length', { value: length, configurable: true });
    hide(Math, name, replacement);
  }
  // Sums several squares; written out, since it takes any number of arguments.
  const { sqrt, abs } = Math;
  hide(Math, 'hypot', {
    hypot(...sides) {
      let largest = 0;
      let unknown = false;
      for (let i = 0; i < sides.length; i += 1) {
        sides[i] = abs(sides[i]);
        if (sides[i] === Infinity) return Infinity;
        if (sides[i] !== sides[i]) unknown = true;
        if (sides[i] > largest) largest = sides[i];
      }
      if (unknown) return NaN;
      if (largest === 0) return 0;
      let sum = 0;
      for (let i = 0; i < sides.length; i += 1) {
        const share = sides[i] / largest;
        sum += share * share;
      }
      return largest * sqrt(sum);
    },
  }.hypot);
  delete Math.sumPrecise;

  // A console that says nothing, as the reference has.
  const quiet = {};
  for (const name of ['assert', 'clear', 'count', 'debug', 'dir', 'error', 'group', 'groupEnd', 'info', 'log', 'table',
    'time', 'timeEnd', 'trace', 'warn']) {
    quiet[name] = { [name]() {} }[name];
  }
  hide(globalThis, 'console', quiet);

  // Locale: the one that the reference's operators have to set, reduced to what needs no tables.
  hide(String.prototype, 'localeCompare', {
    localeCompare(that) {
      const [a, b] = [`${this}`, `${that}`];
      if (a === b) return 0;
      return a < b ? -1 : 1;
    },
  }.localeCompare);
  const { toString: numberText } = Number.prototype;
  hide(Number.prototype, 'toLocaleString', { toLocaleString() { return Reflect.apply(numberText, this, []); } }.toLocaleString);
  for (const [name, plain] of [['toLocaleLowerCase', 'toLowerCase'], ['toLocaleUpperCase', 'toUpperCase']]) {
    const convert = String.prototype[plain];
    hide(String.prototype, name, { [name]() { return Reflect.apply(convert, this, []); } }[name]);
  }

  repairDate(host);

  // Dates know one time zone, UTC, and one "now", the time of the block.
  function repairDate({ blockTime }) {
    const Native = globalThis.Date;
    const { parse, UTC, prototype } = Native;
    const { apply, construct } = Reflect;
    const digits = '0123456789';

    // `2020-01-02T03:04:05` and the like, without a zone: the standard reads it as local time.
    const hasNoZone = (text) => {
      const time = text.indexOf('T') === -1 ? text.indexOf(' ') : text.indexOf('T');
      if (time < 10 || digits.indexOf(text[0]) === -1 || text[4] !== '-') return false;
      const rest = text.slice(time + 1);
      return rest.indexOf('Z') === -1 && rest.indexOf('+') === -1 && rest.indexOf('-') === -1 && rest.indexOf(' ') === -1;
    };
    const read = (value) => {
      const text = `${value}`;
      if (hasNoZone(text)) return parse(`${text}Z`);
      const local = parse(text);
      if (digits.indexOf(text[0]) !== -1 && text[4] === '-') return local;
      // other forms: with a zone of its own a second one makes the text unreadable
      const universal = parse(`${text} UTC`);
      return universal === universal ? universal : local;
    };
    const now = () => blockTime();

    const textOf = apply.bind(undefined, prototype.toUTCString);
    const isoOf = (date) => apply(prototype.toISOString, date, []);
    const valueOf = (date) => apply(prototype.getTime, date, []);
    const dayNames = (date) => {
      const [day, month, year] = [textOf(date, []).slice(0, 3), textOf(date, []).slice(8, 11), textOf(date, []).slice(12, -13)];
      const number = textOf(date, []).slice(5, 7);
      return `${day} ${month} ${number} ${year}`;
    };
    const clock = (date) => `${textOf(date, []).slice(-12, -4)} GMT+0000 (Coordinated Universal Time)`;
    const shown = (date, text) => (valueOf(date) === valueOf(date) ? text(date) : 'Invalid Date');

    function Date(...parts) {
      if (new.target === undefined) return shown(new Native(now()), (date) => `${dayNames(date)} ${clock(date)}`);
      let time;
      if (parts.length === 0) {
        time = now();
      } else if (parts.length > 1) {
        time = apply(UTC, undefined, parts);
      } else {
        let [value] = parts;
        if (typeof value === 'object' && value !== null) {
          value = isDate(value) ? valueOf(value) : toPrimitive(value);
        }
        time = typeof value === 'string' ? read(value) : +value;
      }
      return construct(Native, [time], new.target);
    }
    // what an object becomes when it is turned into a date: any primitive, by its own rules
    const toPrimitive = (object) => {
      const convert = object[Symbol.toPrimitive];
      if (convert !== undefined && convert !== null) return apply(convert, object, ['default']);
      const value = object.valueOf();
      return typeof value === 'object' && value !== null ? `${object}` : value;
    };
    const isDate = (value) => {
      try {
        valueOf(value);
        return true;
      } catch (error) {
        return false;
      }
    };

    defineProperty(Date, 'length', { value: 7, configurable: true });
    defineProperty(Date, 'prototype', { value: prototype, writable: false });
    hide(Date, 'UTC', UTC);
    hide(Date, 'parse', { parse(text) { return read(text); } }.parse);
    hide(Date, 'now', { now() { return now(); } }.now);
    hide(prototype, 'constructor', Date);
    hide(globalThis, 'Date', Date);

    for (const name of getOwnPropertyNames(prototype)) {
      const at = name.indexOf('UTC');
      if ((name.startsWith('getUTC') || name.startsWith('setUTC')) && at === 3) {
        const universal = prototype[name];
        const local = `${name.slice(0, 3)}${name.slice(6)}`;
        if (typeof prototype[local] !== 'function') continue;
        const replacement = { [local](...parts) { return apply(universal, this, parts); } }[local];
        defineProperty(replacement, 'length', { value: universal.length, configurable: true });
        hide(prototype, local, replacement);
      }
    }
    hide(prototype, 'getYear', { getYear() { return this.getUTCFullYear() - 1900; } }.getYear);
    hide(prototype, 'setYear', {
      setYear(year) {
        const number = Math.trunc(year);
        return this.setUTCFullYear(number >= 0 && number <= 99 ? number + 1900 : number);
      },
    }.setYear);
    hide(prototype, 'getTimezoneOffset', {
      getTimezoneOffset() { return valueOf(this) === valueOf(this) ? 0 : NaN; },
    }.getTimezoneOffset);
    const texts = {
      toString: (date) => `${dayNames(date)} ${clock(date)}`,
      toDateString: dayNames,
      toTimeString: clock,
      toLocaleString: (date) => `${isoOf(date).slice(0, 10)} ${isoOf(date).slice(11, 19)}`,
      toLocaleDateString: (date) => isoOf(date).slice(0, 10),
      toLocaleTimeString: (date) => isoOf(date).slice(11, 19),
    };
    for (const name of Object.keys(texts)) {
      const text = texts[name];
      hide(prototype, name, { [name]() { return shown(this, text); } }[name]);
    }
  }
})
