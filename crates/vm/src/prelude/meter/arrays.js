// Arrays, and the objects `arguments`, which are read like them.
(function arrays(meter) {
  'use strict';

  const {
    MAX_STRING, apply, defineProperty, isArray, TypeErrorOf, iterator, spreadable, arrayValues, arrayJoin, state,
    stop, charge, enter, room, text, isObject, replace, priced, remove, lengthOf, log2,
  } = meter;

  const arrays = Array.prototype;
  const quarter = (list) => lengthOf(list) / 4;
  priced(arrays, ['keys', 'values', 'entries'], quarter, false);
  const chargingValues = arrays.values;
  defineProperty(arrays, iterator, { value: chargingValues, writable: true, enumerable: false, configurable: true });
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
    charge(1 + 4 * length);
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

  // The iterator of an arguments object is the realm's own, and would not charge.
  function argumentsOf(list) {
    if (list[iterator] === arrayValues) {
      defineProperty(list, iterator, { value: chargingValues, writable: true, enumerable: false, configurable: true });
    }
    return list;
  }

  return argumentsOf;
})
