// Metering: what instrumented contracts call, and natives that charge for their work.
//
// Runs once in a fresh realm, after the host's Math is installed and before all is frozen. Its value is an array: the
// state, then what the names in `PARAMETERS` stand for. Natives are captured here, so that nothing a contract does to
// its globals changes a charge.
//
// Prices (version 1), in units:
//   a string made: its length / 32, when longer than 31; reading through strings: length / 32
//   an array read or copied: length / 4; calls for each element: length; sorting: length * log2(length)
//   properties listed or copied: 1 each, entries 3 each
//   JSON.parse: length / 2; JSON.stringify: 2 for each value, and the string made
//   then: 4; Promise.all and its like: 8 for each element; Map and Set: 2 for each entry set
// While a string longer than 1024 has been seen, operators that read strings without a charge of their own (comparing,
// converting) cost more: so does everything else, by the factor 1 + longest / 1024.
(function () {
  'use strict';

  const MAX_DEPTH = 256;
  const MAX_STRING = 1 << 18;
  const MAX_ARGUMENTS = 65535;
  const MAX_CHAIN = 32;
  const MAX_PARSE_DEPTH = 100;

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

  // The iterator of an arguments object is the realm's own, and would not charge.
  function argumentsOf(list) {
    if (list[iterator] === arrayValues) {
      defineProperty(list, iterator, { value: chargingValues, writable: true, enumerable: false, configurable: true });
    }
    return list;
  }

  let chargingValues;

  // --- replacing natives -----------------------------------------------------------------------------------------------

  function replace(holder, name, wrapper) {
    const old = getOwnPropertyDescriptor(holder, name);
    if (old === undefined) return;
    const native = old.value;
    defineProperty(wrapper, 'name', { value: native.name, configurable: true });
    defineProperty(wrapper, 'length', { value: native.length, configurable: true });
    defineProperty(holder, name, { value: wrapper, writable: true, enumerable: false, configurable: true });
  }

  // Wraps natives so that `price(this, arguments)` is charged first. `deep`: they call back.
  function priced(holder, names, price, deep) {
    for (const name of names) {
      const old = getOwnPropertyDescriptor(holder, name);
      if (old === undefined) continue;
      const native = old.value;
      const wrapper = deep
        ? {
            wrapper(...list) {
              charge(1 + price(this, list));
              enter();
              try {
                return apply(native, this, list);
              } finally {
                state.d--;
              }
            },
          }.wrapper
        : {
            wrapper(...list) {
              charge(1 + price(this, list));
              return apply(native, this, list);
            },
          }.wrapper;
      replace(holder, name, wrapper);
    }
  }

  function remove(holder, names) {
    for (const name of names) delete holder[name];
  }

  // The length a native of arrays will see. An object's must be its own and plain, so that reading it twice is the same.
  function lengthOf(list) {
    if (isArray(list) || typeof list === 'string') return list.length;
    if (!isObject(list)) return 0;
    const own = getOwnPropertyDescriptor(list, 'length');
    if (own === undefined ? 'length' in list : !('value' in own) || isObject(own.value)) {
      throw new TypeErrorOf('methods of arrays need a length that is a property of the object itself');
    }
    if (own === undefined) return 0;
    const length = +own.value;
    return length > 0 ? min(floor(length), 9007199254740991) : 0;
  }

  // What `apply` passes on.
  function argumentCount(list) {
    const length = lengthOf(list);
    if (length > MAX_ARGUMENTS) throw new RangeErrorOf('more than ' + MAX_ARGUMENTS + ' arguments');
    return length / 4;
  }

  function log2(length) {
    return 33 - clz32(min(length, 4294967295));
  }

  // --- arrays ----------------------------------------------------------------------------------------------------------

  const arrays = Array.prototype;
  const quarter = (list) => lengthOf(list) / 4;
  priced(arrays, ['keys', 'values', 'entries'], quarter, false);
  chargingValues = arrays.values;
  defineProperty(arrays, iterator, { value: arrays.values, writable: true, enumerable: false, configurable: true });
  priced(
    arrays,
    ['indexOf', 'lastIndexOf', 'includes', 'slice', 'reverse', 'shift', 'unshift', 'fill', 'copyWithin', 'toReversed', 'with', 'splice', 'toSpliced'],
    (list, given) => lengthOf(list) / 4 + given.length,
    true,
  );
  priced(
    arrays,
    ['forEach', 'map', 'filter', 'some', 'every', 'find', 'findIndex', 'findLast', 'findLastIndex', 'reduce', 'reduceRight'],
    lengthOf,
    true,
  );
  priced(arrays, ['sort', 'toSorted'], (list) => lengthOf(list) * log2(lengthOf(list)), true);
  priced(
    arrays,
    ['concat'],
    (list, given) => {
      let total = lengthOf(list);
      for (let i = 0; i < given.length; i++) {
        const item = given[i];
        if (isArray(item)) total += item.length;
        else if (isObject(item) && item[spreadable]) total += lengthOf(item);
        else total += 1;
      }
      return total / 4;
    },
    true,
  );
  priced(Array, ['from'], (_, given) => (isObject(given[0]) && given[0][iterator] === undefined ? lengthOf(given[0]) : 0), true);
  remove(Array, ['fromAsync']);

  function joined(list, separator, convert) {
    const length = lengthOf(list);
    charge(1 + length);
    enter();
    try {
      const parts = [];
      let total = 0;
      for (let i = 0; i < length; i++) {
        const item = list[i];
        const part = item === null || item === undefined ? '' : typeof item === 'string' ? item : convert(item);
        total += part.length + separator.length;
        if (total > 2 * MAX_STRING) stop('a string longer than ' + MAX_STRING);
        parts[i] = part;
      }
      room(total);
      return apply(arrayJoin, parts, [separator]);
    } finally {
      state.d--;
    }
  }

  replace(arrays, 'join', {
    join(separator) {
      return joined(this, separator === undefined ? ',' : text(separator), text);
    },
  }.join);
  replace(arrays, 'toLocaleString', {
    toLocaleString() {
      return joined(this, ',', (item) => text(item.toLocaleString()));
    },
  }.toLocaleString);

  function flatten(target, source, depth) {
    const length = lengthOf(source);
    charge(1 + length);
    enter();
    try {
      for (let i = 0; i < length; i++) {
        if (!(i in source)) continue;
        const item = source[i];
        if (depth > 0 && isArray(item)) flatten(target, item, depth - 1);
        else target[target.length] = item;
      }
    } finally {
      state.d--;
    }
    return target;
  }
  replace(arrays, 'flat', {
    flat(depth) {
      return flatten([], this, depth === undefined ? 1 : +depth);
    },
  }.flat);
  replace(arrays, 'flatMap', {
    flatMap(callback, self) {
      if (typeof callback !== 'function') throw new TypeErrorOf('flatMap mapper function is not callable');
      const length = lengthOf(this);
      charge(1 + length);
      enter();
      try {
        const target = [];
        for (let i = 0; i < length; i++) {
          if (!(i in this)) continue;
          const item = apply(callback, self, [this[i], i, this]);
          if (isArray(item)) flatten(target, item, 0);
          else target[target.length] = item;
        }
        return target;
      } finally {
        state.d--;
      }
    },
  }.flatMap);

  // --- strings ---------------------------------------------------------------------------------------------------------

  const strings = String.prototype;

  // Wraps natives of strings: `make(native, string, arguments)` charges and calls.
  function ofString(names, make) {
    for (const name of names) {
      const old = getOwnPropertyDescriptor(strings, name);
      if (old === undefined) continue;
      const native = old.value;
      replace(strings, name, {
        wrapper(...list) {
          const self = this === null || this === undefined ? this : text(this);
          if (self === undefined || self === null) return apply(native, self, list);
          charge(1 + self.length / 32);
          return make(native, self, list);
        },
      }.wrapper);
    }
  }

  ofString(
    ['slice', 'substring', 'substr', 'trim', 'trimStart', 'trimEnd', 'toLowerCase', 'toUpperCase', 'toLocaleLowerCase', 'toLocaleUpperCase', 'toWellFormed'],
    (native, self, list) => made(apply(native, self, list)),
  );
  ofString(['normalize', 'localeCompare'], (native, self, list) => {
    charge(self.length);
    if (native === normalize) return made(apply(native, self, list));
    const other = text(list[0]);
    charge(other.length);
    return apply(native, self, [other]);
  });
  ofString(['isWellFormed'], (native, self, list) => apply(native, self, list));
  ofString(['indexOf', 'lastIndexOf', 'includes', 'startsWith', 'endsWith'], (native, self, list) => {
    list[0] = text(list[0]);
    charge((self.length * min(list[0].length, self.length)) / 256);
    return apply(native, self, list);
  });
  ofString(['repeat'], (native, self, list) => {
    const count = +list[0];
    if (count > 0) room(self.length * min(count, MAX_STRING + 1));
    return apply(native, self, [count]);
  });
  ofString(['padStart', 'padEnd'], (native, self, list) => {
    list[0] = +list[0];
    if (list[1] !== undefined) list[1] = text(list[1]);
    if (list[0] > self.length) room(list[0]);
    return apply(native, self, list);
  });
  ofString(['concat'], (native, self, list) => {
    let total = self.length;
    for (let i = 0; i < list.length; i++) {
      list[i] = text(list[i]);
      total += list[i].length;
    }
    room(total);
    return apply(native, self, list);
  });
  ofString(['split'], (native, self, list) => {
    if (list[0] !== undefined) list[0] = text(list[0]);
    if (list[1] !== undefined) list[1] = +list[1];
    if (list[0] !== undefined) {
      charge(list[0] === '' ? self.length : self.length / 4 + (self.length * min(list[0].length, self.length)) / 256);
    }
    const pieces = apply(native, self, list);
    charge(pieces.length);
    return pieces;
  });
  ofString(['replace', 'replaceAll'], (native, self, list) => {
    const pattern = text(list[0]);
    charge((self.length * min(pattern.length, self.length)) / 256);
    const places = native === replaceFirst ? 1 : pattern === '' ? self.length + 1 : apply(stringSplit, self, [pattern]).length;
    charge(places);
    if (typeof list[1] !== 'function') {
      const by = text(list[1]);
      const dollars = apply(stringSplit, by, ['$']).length - 1;
      room(self.length + places * (by.length + dollars * self.length));
      return made(apply(native, self, [pattern, by]));
    }
    const callback = list[1];
    let total = self.length;
    enter();
    try {
      const counted = (...given) => {
        const by = text(apply(callback, undefined, given));
        room((total += by.length));
        return by;
      };
      return made(apply(native, self, [pattern, counted]));
    } finally {
      state.d--;
    }
  });
  remove(strings, ['match', 'matchAll', 'search', 'anchor', 'big', 'blink', 'bold', 'fixed', 'fontcolor', 'fontsize', 'italics', 'link', 'small', 'strike', 'sub', 'sup']);
  remove(String, ['raw']);
  priced(strings, [iterator], (self) => (typeof self === 'string' ? self.length : 32), false);
  priced(String, ['fromCharCode', 'fromCodePoint'], (_, given) => given.length / 4, false);

  for (const name of ['encodeURI', 'encodeURIComponent', 'decodeURI', 'decodeURIComponent', 'escape', 'unescape']) {
    const native = globalThis[name];
    if (native === undefined) continue;
    replace(globalThis, name, {
      wrapper(value) {
        const given = text(value);
        charge(1 + given.length / 4);
        return made(native(given));
      },
    }.wrapper);
  }

  // --- objects and functions -------------------------------------------------------------------------------------------

  for (const [holder, names, each] of [
    [Object, ['keys', 'values', 'getOwnPropertyNames', 'getOwnPropertySymbols'], 1],
    [Object, ['entries', 'getOwnPropertyDescriptors'], 3],
    [Reflect, ['ownKeys'], 1],
  ]) {
    priced(holder, names, (_, given) => (given[0] === undefined || given[0] === null ? 0 : countKeys(given[0]) * each), true);
  }
  priced(Object, ['freeze', 'seal', 'preventExtensions', 'isFrozen', 'isSealed'], (_, given) => (isObject(given[0]) ? countKeys(given[0]) : 0), false);
  priced(
    Object,
    ['assign', 'defineProperties', 'create'],
    (_, given) => {
      let total = 0;
      for (let i = 1; i < given.length; i++) if (given[i] !== null && given[i] !== undefined) total += countKeys(given[i]);
      return total;
    },
    true,
  );
  priced(Object, ['fromEntries', 'groupBy'], (_, given) => (isArray(given[0]) ? given[0].length : 0), true);
  priced(Map, ['groupBy'], (_, given) => (isArray(given[0]) ? given[0].length : 0), true);

  const createObject = Object.create;
  replace(Object, 'create', {
    create(prototype, descriptors) {
      return descriptors === undefined ? createObject(heritage(prototype)) : createObject(heritage(prototype), descriptors);
    },
  }.create);

  // Objects keep their prototypes: chains would grow from below without a limit.
  function keepPrototype(object, prototype) {
    if (isObject(object) && getPrototypeOf(object) === prototype) return;
    throw new TypeErrorOf('the prototype of an object cannot be changed by contracts');
  }
  replace(Object, 'setPrototypeOf', {
    setPrototypeOf(object, prototype) {
      keepPrototype(object, prototype);
      return object;
    },
  }.setPrototypeOf);
  replace(Reflect, 'setPrototypeOf', {
    setPrototypeOf(object, prototype) {
      keepPrototype(object, prototype);
      return true;
    },
  }.setPrototypeOf);
  const proto = getOwnPropertyDescriptor(Object.prototype, '__proto__');
  if (proto !== undefined) {
    const change = {
      change(prototype) {
        if (isObject(this) && (isObject(prototype) || prototype === null)) keepPrototype(this, prototype);
      },
    }.change;
    defineProperty(change, 'name', { value: 'set __proto__', configurable: true });
    defineProperty(Object.prototype, '__proto__', { get: proto.get, set: change, enumerable: false, configurable: true });
  }

  const functions = Function.prototype;
  priced(functions, ['apply'], (_, given) => argumentCount(given[1]), true);
  priced(functions, ['call'], (_, given) => given.length / 4, true);
  priced(Reflect, ['apply'], (_, given) => argumentCount(given[2]), true);
  priced(Reflect, ['construct'], (_, given) => argumentCount(given[1]), true);
  const reflectConstruct = Reflect.construct;
  replace(Reflect, 'construct', {
    construct(target, list, ...newTarget) {
      return constructed(apply(reflectConstruct, undefined, [target, list, ...newTarget]));
    },
  }.construct);
  replace(functions, 'bind', {
    bind(self, ...first) {
      const target = this;
      if (typeof target !== 'function') throw new TypeErrorOf('Bind must be called on a function');
      charge(8 + first.length);
      const bound = function (...rest) {
        const list = [];
        for (let i = 0; i < first.length; i++) list[i] = first[i];
        for (let i = 0; i < rest.length; i++) list[first.length + i] = rest[i];
        charge(2 + list.length / 4);
        enter();
        try {
          return new.target === undefined ? apply(target, self, list) : construct(target, list, new.target === bound ? target : new.target);
        } finally {
          state.d--;
        }
      };
      const own = getOwnPropertyDescriptor(target, 'length');
      const length = own !== undefined && typeof own.value === 'number' ? max(0, own.value - first.length) : 0;
      const name = target.name;
      defineProperty(bound, 'length', { value: length, configurable: true });
      defineProperty(bound, 'name', { value: made('bound ' + (typeof name === 'string' ? name : '')), configurable: true });
      bound.prototype = undefined;
      return bound;
    },
  }.bind);
  replace(functions, 'toString', {
    toString() {
      if (typeof this !== 'function') throw new TypeErrorOf('Function.prototype.toString requires that \'this\' be a Function');
      return 'function () { [native code] }';
    },
  }.toString);

  // --- JSON ------------------------------------------------------------------------------------------------------------

  // How deep the brackets of a JSON text nest, without those in strings.
  function nesting(json) {
    if (apply(stringSplit, json, ['[']).length + apply(stringSplit, json, ['{']).length < MAX_PARSE_DEPTH) return 0;
    charge(json.length);
    let depth = 0;
    let deepest = 0;
    for (let i = 0; i < json.length; i++) {
      const code = apply(charCodeAt, json, [i]);
      if (code === 0x22) {
        for (i++; i < json.length; i++) {
          const inside = apply(charCodeAt, json, [i]);
          if (inside === 0x5c) i++;
          else if (inside === 0x22) break;
        }
      } else if (code === 0x5b || code === 0x7b) {
        if (++depth > deepest) deepest = depth;
      } else if (code === 0x5d || code === 0x7d) depth--;
    }
    return deepest;
  }

  function revive(holder, key, reviver) {
    const value = holder[key];
    enter();
    try {
      if (isObject(value) && typeof value !== 'function') {
        const names = isArray(value) ? undefined : keysOf(value);
        const length = names === undefined ? lengthOf(value) : names.length;
        for (let i = 0; i < length; i++) {
          const name = names === undefined ? text(i) : names[i];
          charge(2);
          const revived = revive(value, name, reviver);
          if (revived === undefined) deleteProperty(value, name);
          else defineProperty(value, name, { value: revived, writable: true, enumerable: true, configurable: true });
        }
      }
      return apply(reviver, holder, [key, value]);
    } finally {
      state.d--;
    }
  }

  replace(JSON, 'parse', {
    parse(source, reviver) {
      const json = text(source);
      charge(1 + json.length / 2);
      note(json.length);
      if (nesting(json) > MAX_PARSE_DEPTH) throw new RangeErrorOf('JSON nested deeper than ' + MAX_PARSE_DEPTH);
      const value = parseJson(json);
      return typeof reviver === 'function' ? revive({ '': value }, '', reviver) : value;
    },
  }.parse);

  // The names of the properties JSON takes.
  function keysOf(value) {
    charge(countKeys(value));
    return ownEnumerable(value);
  }

  function unwrapped(value) {
    if (value instanceof NumberOf) return +value;
    if (value instanceof StringOf) return text(value);
    return value instanceof BooleanOf ? apply(booleanValueOf, value, []) : value;
  }

  // Writes one value into `out`, an array of pieces; false if it has no JSON text.
  function write(out, holder, key, replacer, names, indent, step, above) {
    let value = holder[key];
    charge(2);
    if (isObject(value)) {
      const toJson = value.toJSON;
      if (typeof toJson === 'function') value = apply(toJson, value, [key]);
    }
    if (replacer !== undefined) value = apply(replacer, holder, [key, value]);
    if (typeof value === 'object' && value !== null) value = unwrapped(value);
    switch (typeof value) {
      case 'string':
        put(out, stringifyJson(value));
        return true;
      case 'number':
        put(out, numberIsFinite(value) ? text(value) : 'null');
        return true;
      case 'boolean':
        put(out, value ? 'true' : 'false');
        return true;
      case 'object':
        if (value === null) put(out, 'null');
        else writeAll(out, value, replacer, names, indent, step, above);
        return true;
      default:
        return false;
    }
  }

  function put(out, piece) {
    out.total += piece.length;
    if (out.total > MAX_STRING) stop('a string longer than ' + MAX_STRING);
    out.pieces[out.pieces.length] = piece;
  }

  function writeAll(out, value, replacer, names, indent, step, above) {
    for (let outer = above; outer !== null; outer = outer.above) {
      if (outer.value === value) throw new TypeErrorOf('Converting circular structure to JSON');
    }
    const here = { __proto__: null, value, above };
    enter();
    try {
      const inner = indent + step;
      const gap = step === '' ? '' : '\n' + inner;
      const list = isArray(value);
      const keys = list ? undefined : names === undefined ? keysOf(value) : names;
      const length = list ? lengthOf(value) : keys.length;
      let count = 0;
      put(out, list ? '[' : '{');
      for (let i = 0; i < length; i++) {
        const mark = out.pieces.length;
        const total = out.total;
        put(out, count === 0 ? gap : ',' + gap);
        if (list) {
          if (!write(out, value, text(i), replacer, names, inner, step, here)) put(out, 'null');
          count++;
        } else {
          put(out, stringifyJson(keys[i]) + (step === '' ? ':' : ': '));
          if (write(out, value, keys[i], replacer, names, inner, step, here)) count++;
          else {
            out.pieces.length = mark;
            out.total = total;
          }
        }
      }
      if (count > 0 && step !== '') put(out, '\n' + indent);
      put(out, list ? ']' : '}');
    } finally {
      state.d--;
    }
  }

  function allowed(list) {
    const names = [];
    const length = lengthOf(list);
    charge(length);
    for (let i = 0; i < length; i++) {
      const item = list[i];
      const named = typeof item === 'string' || typeof item === 'number' || item instanceof NumberOf || item instanceof StringOf;
      if (!named) continue;
      const name = text(item);
      let known = false;
      for (let j = 0; j < names.length; j++) known = known || names[j] === name;
      charge(names.length / 4);
      if (!known) names[names.length] = name;
    }
    return names;
  }

  replace(JSON, 'stringify', {
    stringify(value, replacer, space) {
      const callback = typeof replacer === 'function' ? replacer : undefined;
      const names = isArray(replacer) ? allowed(replacer) : undefined;
      const gap = isObject(space) ? unwrapped(space) : space;
      let step = '';
      if (typeof gap === 'number') for (let i = 1; i <= min(10, gap); i++) step += ' ';
      else if (typeof gap === 'string') step = apply(stringSlice, gap, [0, 10]);
      const out = { __proto__: null, pieces: [], total: 0 };
      if (!write(out, { '': value }, '', callback, names, '', step, null)) return undefined;
      room(out.total);
      return apply(arrayJoin, out.pieces, ['']);
    },
  }.stringify);
  remove(JSON, ['rawJSON', 'isRawJSON']);

  // --- collections, promises, generators -------------------------------------------------------------------------------

  for (const [kind, adder] of [
    [Map, 'set'],
    [Set, 'add'],
  ]) {
    const sizeOf = getOwnPropertyDescriptor(kind.prototype, 'size').get;
    const size = (self) => (self instanceof kind ? apply(sizeOf, self, []) : 0);
    priced(kind.prototype, [adder], () => 1, false);
    priced(kind.prototype, ['forEach'], size, true);
    priced(kind.prototype, ['clear'], (self) => size(self) / 4, false);
    priced(kind.prototype, ['keys', 'values', 'entries'], (self) => size(self) / 2, false);
    const usual = kind === Map ? 'entries' : 'values';
    if (kind === Set) defineProperty(kind.prototype, 'keys', { value: kind.prototype.values, writable: true, enumerable: false, configurable: true });
    defineProperty(kind.prototype, iterator, { value: kind.prototype[usual], writable: true, enumerable: false, configurable: true });
  }
  remove(Set.prototype, ['union', 'intersection', 'difference', 'symmetricDifference', 'isSubsetOf', 'isSupersetOf', 'isDisjointFrom']);
  if (typeof WeakMap === 'function') priced(WeakMap.prototype, ['set'], () => 2, false);
  if (typeof WeakSet === 'function') priced(WeakSet.prototype, ['add'], () => 2, false);
  priced(Symbol, ['for'], (_, given) => text(given[0]).length / 8, false);

  priced(Promise.prototype, ['then'], () => 4, true);
  priced(Promise, ['all', 'allSettled', 'any', 'race'], (_, given) => (isArray(given[0]) ? 8 * given[0].length : 8), true);

  for (const form of [function* () {}, async function* () {}]) {
    const prototype = getPrototypeOf(form).prototype;
    priced(prototype, ['next', 'return', 'throw'], () => 0, true);
  }

  const errorToString = Error.prototype.toString;
  replace(Error.prototype, 'toString', {
    toString() {
      return made(apply(errorToString, this, []));
    },
  }.toString);
  Error.stackTraceLimit = 0;
  remove(Error, ['captureStackTrace', 'prepareStackTrace']);

  // Iterators of iterators nest natively without a limit; the others have no price.
  if (typeof Iterator === 'function') {
    remove(Iterator, ['from', 'concat', 'zip', 'zipKeyed']);
    remove(Iterator.prototype, ['map', 'filter', 'take', 'drop', 'flatMap', 'reduce', 'toArray', 'forEach', 'some', 'every', 'find']);
  }
  remove(globalThis, [
    'Iterator', 'RegExp', 'BigInt', 'Proxy', 'WeakRef', 'FinalizationRegistry', 'ArrayBuffer', 'SharedArrayBuffer', 'Atomics', 'DataView',
    'Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'BigInt64Array',
    'BigUint64Array', 'Float16Array', 'Float32Array', 'Float64Array', 'queueMicrotask', 'performance', 'navigator', 'atob', 'btoa', 'gc',
    'DOMException', 'AsyncDisposableStack', 'DisposableStack',
  ]);

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

  return [
    host,
    [
      state, exceeded, undefined, made, properties, enumerable, heritage, constructed, power, reference, powerAssign, fieldsBegin, fieldsEnd,
      argumentsOf, template,
    ],
  ];
})()
