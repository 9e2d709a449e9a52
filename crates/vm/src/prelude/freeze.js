// Freezes everything that a contract can reach without having made it, so that one call leaves nothing for the next.
// `extra`: further objects that contracts are given. Runs last, before any contract's code is read.
(function freeze(extra) {
  'use strict';

  const { getPrototypeOf, getOwnPropertyDescriptor, defineProperty } = Object;
  const { ownKeys, defineProperty: redefine } = Reflect;
  const done = new Set();
  const waiting = [];
  const visit = (value) => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || done.has(value)) return;
    done.add(value);
    waiting.push(value);
  };

  // A frozen prototype would keep objects that inherit from it from having a property of the same name by assignment
  // (`balances['constructor'] = 1`: a valid account name). Where contracts make such objects, the property becomes an
  // accessor whose setter gives the object its own.
  const overridable = (prototype, keys) => {
    for (const key of keys) {
      const property = getOwnPropertyDescriptor(prototype, key);
      if (property === undefined || !('value' in property)) continue;
      const { value } = property;
      const accessor = {
        get() { return value; },
        set(given) {
          if ((typeof this !== 'object' && typeof this !== 'function') || this === null || this === prototype) return;
          // without effect on an object that takes no more properties, as an assignment would be
          redefine(this, key, {
            value: given, writable: true, enumerable: true, configurable: true,
          });
        },
      };
      defineProperty(prototype, key, {
        get: accessor.get, set: accessor.set, enumerable: false, configurable: true,
      });
    }
  };
  const names = (object) => ownKeys(object).filter((key) => typeof key === 'string');

  overridable(Object.prototype, names(Object.prototype));
  overridable(Function.prototype, names(Function.prototype));
  for (const type of [Error, AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]) {
    overridable(type.prototype, names(type.prototype));
  }
  for (const type of [Array, Map, Set, Promise, Date, Number, String, Boolean]) {
    overridable(type.prototype, ['toString', 'valueOf']);
  }

  // What has no name: reached through what syntax makes.
  const nameless = [
    async () => {},
    function* generator() {},
    async function* generator() {},
    (function* generator() {})(),
    (async function* generator() {})(),
    [][Symbol.iterator](),
    ''[Symbol.iterator](),
    new Map()[Symbol.iterator](),
    new Set()[Symbol.iterator](),
    (function strict() { return arguments; })(),
  ];
  if (typeof RegExp === 'function' && RegExp.prototype[Symbol.matchAll] !== undefined) {
    try {
      nameless.push(RegExp.prototype[Symbol.matchAll].call(new RegExp(''), ''));
    } catch (error) { /* without matching there is no such iterator */ }
  }
  if (typeof Iterator === 'function') {
    nameless.push([].values().map((x) => x));
    nameless.push(Iterator.from({ next() {} }));
    if (typeof Iterator.concat === 'function') nameless.push(Iterator.concat([]));
  }
  visit(globalThis);
  for (const object of nameless) visit(getPrototypeOf(object));
  const strictArguments = getOwnPropertyDescriptor((function strict() { return arguments; })(), 'callee');
  if (strictArguments !== undefined) visit(strictArguments.get);
  for (const object of extra) visit(object);

  while (waiting.length > 0) {
    const object = waiting.pop();
    visit(getPrototypeOf(object));
    for (const key of ownKeys(object)) {
      const property = getOwnPropertyDescriptor(object, key);
      visit(property.value);
      visit(property.get);
      visit(property.set);
    }
    Object.freeze(object);
  }
})
