// Collections, promises, generators, errors; and what is taken away because it has no price.
(function collections(meter) {
  'use strict';

  const {
    apply, getPrototypeOf, getOwnPropertyDescriptor, defineProperty, isArray, iterator, made, text, replace, priced,
    remove,
  } = meter;

  for (const [kind, adder] of [
    [Map, 'set'],
    [Set, 'add'],
  ]) {
    const sizeOf = getOwnPropertyDescriptor(kind.prototype, 'size').get;
    const size = (self) => (self instanceof kind ? apply(sizeOf, self, []) : 0);
    priced(kind.prototype, [adder], () => 15, false);
    priced(kind.prototype, ['forEach'], size, true);
    priced(kind.prototype, ['clear'], (self) => size(self) / 4, false);
    priced(kind.prototype, ['keys', 'values', 'entries'], (self) => size(self) / 2, false);
    const usual = kind === Map ? 'entries' : 'values';
    if (kind === Set) defineProperty(kind.prototype, 'keys', { value: kind.prototype.values, writable: true, enumerable: false, configurable: true });
    defineProperty(kind.prototype, iterator, { value: kind.prototype[usual], writable: true, enumerable: false, configurable: true });
  }
  remove(Set.prototype, ['union', 'intersection', 'difference', 'symmetricDifference', 'isSubsetOf', 'isSupersetOf', 'isDisjointFrom']);
  priced(
    Date.prototype,
    ['toISOString', 'toJSON', 'toString', 'toUTCString', 'toDateString', 'toTimeString', 'toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'],
    () => 15,
    false,
  );
  if (typeof WeakMap === 'function') priced(WeakMap.prototype, ['set'], () => 15, false);
  if (typeof WeakSet === 'function') priced(WeakSet.prototype, ['add'], () => 15, false);
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
})
