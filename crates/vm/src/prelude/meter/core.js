// The state of the meter, what charges, and what instrumented code calls. Natives are captured here, so that nothing a
// contract does to its globals changes a charge.
(function core() {
  'use strict';

  const MAX_DEPTH = 256;
  const MAX_STRING = 1 << 18;
  const MAX_CHAIN = 32;

  const { apply, construct, ownKeys, getPrototypeOf, getOwnPropertyDescriptor, defineProperty, deleteProperty, set } = Reflect;
  const { isArray } = Array;
  const { floor, ceil, min, max, pow, clz32 } = Math;
  const { parse: parseJson, stringify: stringifyJson } = JSON;
  const TypeErrorOf = TypeError;
  const RangeErrorOf = RangeError;
  const ErrorOf = Error;
  const NumberOf = Number;
  const StringOf = String;
  const BooleanOf = Boolean;
  const numberIsFinite = Number.isFinite;
  const iterator = Symbol.iterator;
  const spreadable = Symbol.isConcatSpreadable;
  const ownEnumerable = Object.keys;
  const arrayValues = Array.prototype.values;
  const arrayJoin = Array.prototype.join;
  const stringSplit = String.prototype.split;
  const charCodeAt = String.prototype.charCodeAt;
  const stringSlice = String.prototype.slice;
  const normalize = String.prototype.normalize;
  const replaceFirst = String.prototype.replace;
  const booleanValueOf = Boolean.prototype.valueOf;

  // --- the state -------------------------------------------------------------------------------------------------------

  // Until the first execution begins, what runs is the host's and free.
  // u: units left, at the present factor; d: depth of calls; k: the factor; b: the budget; r: why the contract was stopped.
  const state = { __proto__: null, u: Infinity, d: 0, k: 1, b: 0, r: '' };

  function stop(reason) {
    if (state.r === '') state.r = reason;
    state.u = -1;
    throw new ErrorOf(reason);
  }

  // Called when there are no units left, or at too great a depth.
  function exceeded() {
    if (!(state.u >= 0)) stop('out of budget');
    throw new RangeErrorOf('Maximum call stack size exceeded');
  }

  function charge(units) {
    if (!((state.u -= ceil(units / state.k)) >= 0)) exceeded();
  }

  function enter() {
    if (++state.d > MAX_DEPTH) {
      state.d--;
      exceeded();
    }
  }

  // A string of this length has been seen.
  function note(length) {
    const factor = 1 + floor(length / 1024);
    if (factor > state.k) {
      if (state.u >= 0) state.u = floor((state.u * state.k) / factor);
      state.k = factor;
    }
  }

  // Room for a string of this length.
  function room(length) {
    if (length > MAX_STRING) stop('a string longer than ' + MAX_STRING);
    if (length > 31) {
      if (length > 1023) note(length);
      charge(length / 32);
    }
  }

  // What an addition, a template or a native made.
  function made(text) {
    if (text.length > 31) room(text.length);
    return text;
  }

  // ToString. (Not by a template: the engine makes those of calls of `concat`.)
  function text(value) {
    if (typeof value === 'string') return value;
    if (typeof value === 'symbol') throw new TypeErrorOf('Cannot convert a Symbol value to a string');
    return StringOf(value);
  }

  // A template with expressions.
  function template(...parts) {
    charge(6 * parts.length);
    let total = 0;
    for (let i = 0; i < parts.length; i++) {
      parts[i] = text(parts[i]);
      total += parts[i].length;
    }
    room(total);
    let result = '';
    for (let i = 0; i < parts.length; i++) result += parts[i];
    return result;
  }

  // --- what instrumented code calls ------------------------------------------------------------------------------------

  // Before the properties of a value are copied.
  function properties(value) {
    if (value !== null && value !== undefined) charge(countKeys(value));
    return value;
  }

  function countKeys(value) {
    if (typeof value === 'string') return value.length;
    return typeof value === 'object' || typeof value === 'function' ? ownKeys(value).length : 0;
  }

  // Before `for (… in value)`.
  function enumerable(value) {
    if (typeof value === 'string') charge(value.length);
    else if (typeof value === 'object' || typeof value === 'function') {
      for (let object = value; object !== null; object = getPrototypeOf(object)) charge(ownKeys(object).length);
    }
    return value;
  }

  function checkChain(value) {
    let links = 0;
    for (let object = value; object !== null; object = getPrototypeOf(object)) {
      if (++links > MAX_CHAIN) throw new RangeErrorOf('a chain of prototypes longer than ' + MAX_CHAIN);
    }
  }

  function isObject(value) {
    return (typeof value === 'object' && value !== null) || typeof value === 'function';
  }

  // A value that becomes a prototype; a class that is extended.
  function heritage(value) {
    if (isObject(value)) {
      checkChain(value);
      if (typeof value === 'function') {
        const own = getOwnPropertyDescriptor(value, 'prototype');
        if (own !== undefined && isObject(own.value)) checkChain(own.value);
      }
    }
    return value;
  }

  // What `new` made.
  function constructed(value) {
    checkChain(value);
    return value;
  }

  function power(base, exponent) {
    return pow(base, exponent);
  }

  // A property that is read now and written later: `o[k] **= x`.
  function reference(object, key) {
    const name = isObject(key) ? (typeof key === 'symbol' ? key : text(key)) : key;
    return { __proto__: null, object, name, value: object[name] };
  }

  function powerAssign(target, exponent, strict) {
    const value = pow(target.value, exponent);
    const { object, name } = target;
    const written = isObject(object) ? set(object, name, value) : false;
    if (strict && !written) throw new TypeErrorOf('Cannot assign to read only property \'' + StringOf(name) + '\' of object');
    return value;
  }

  function fieldsBegin(units) {
    charge(units);
    enter();
  }

  function fieldsEnd() {
    state.d--;
  }

  // --- the host's side -------------------------------------------------------------------------------------------------

  const host = {
    __proto__: null,
    // Starts an execution; `longest`: the length of the longest string it is handed.
    begin(budget, longest) {
      state.b = state.u = budget;
      state.d = 0;
      state.k = 1;
      state.r = '';
      note(longest);
    },
    // Before each job.
    job() {
      state.d = 0;
      return (state.u -= 1) >= 0;
    },
    // For the work of a host function. False when there are no units left.
    charge(units, longest) {
      note(longest);
      state.u -= ceil(units / state.k);
      return state.u >= 0;
    },
    used() {
      return state.u < 0 ? state.b : state.b - state.u * state.k;
    },
    // Why the execution was stopped, or ''.
    stopped() {
      return state.r !== '' ? state.r : state.u < 0 ? 'out of budget' : '';
    },
  };

  return {
    __proto__: null, host,
    MAX_STRING, apply, construct, getPrototypeOf, getOwnPropertyDescriptor, defineProperty, deleteProperty, isArray,
    floor, min, max, clz32, parseJson, stringifyJson, TypeErrorOf, RangeErrorOf, NumberOf, StringOf, BooleanOf,
    numberIsFinite, iterator, spreadable, ownEnumerable, arrayValues, arrayJoin, stringSplit, charCodeAt, stringSlice,
    normalize, replaceFirst, booleanValueOf, state, stop, exceeded, charge, enter, note, room, made, text, template,
    properties, countKeys, enumerable, isObject, heritage, constructed, power, reference, powerAssign, fieldsBegin,
    fieldsEnd,
  };
})
