// How natives are replaced by functions that charge. `core`: the value of `core.js`, which this adds to.
(function replacing(core) {
  'use strict';

  const {
    apply, getOwnPropertyDescriptor, defineProperty, isArray, floor, min, clz32, TypeErrorOf, RangeErrorOf, state,
    charge, enter, isObject,
  } = core;

  const MAX_ARGUMENTS = 65535;

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

  return {
    __proto__: null, ...core, replace, priced, remove, lengthOf, argumentCount, log2,
  };
})
