// Objects, their prototypes, and functions.
(function objects(meter) {
  'use strict';

  const {
    apply, construct, getPrototypeOf, getOwnPropertyDescriptor, defineProperty, isArray, max, TypeErrorOf, state,
    charge, enter, made, countKeys, isObject, heritage, constructed, replace, priced, argumentCount,
  } = meter;

  for (const [holder, names, each] of [
    [Object, ['keys', 'values', 'getOwnPropertyNames', 'getOwnPropertySymbols'], 2],
    [Object, ['entries', 'getOwnPropertyDescriptors'], 4],
    [Reflect, ['ownKeys'], 2],
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
})
