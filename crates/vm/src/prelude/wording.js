// Errors that the engine throws get the words of V8, which the reference's logs have: as they are thrown, since a contract
// may catch them and log what they say. Errors of a contract's own are left alone. `host`: the node's functions for it.
(function wording(host) {
  'use strict';

  const { reworded, jsonError, thrown } = host;
  const { apply, defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
  const { SyntaxError, RangeError } = globalThis;

  // What the engine throws is of exactly one of these classes; only the message tells whether it was the engine.
  const names = new Map();
  for (const type of [RangeError, ReferenceError, SyntaxError, TypeError, URIError]) names.set(type.prototype, type.name);
  const nameOf = Map.prototype.get.bind(names);

  // Asked by the engine for the trace of whatever is thrown, with the innermost function's place in the code. There are
  // no traces: they show the engine's version and the node's own code. The settings would outlive a call.
  Error.stackTraceLimit = 1;
  const idle = () => {};

  // Where work is not counted, whatever stops the contract would get lost here: see `net.rs`.
  Error.prepareStackTrace = (error, [site]) => {
    if (thrown !== undefined) {
      const calls = thrown();
      if (calls > 0) idle();
      if (calls > 1) idle();
      if (calls > 2) idle();
    }
    if (typeof error !== 'object' || error === null) return '';
    const name = nameOf(getPrototypeOf(error));
    const message = name === undefined ? undefined : getOwnPropertyDescriptor(error, 'message');
    if (message === undefined || typeof message.value !== 'string') return '';
    const placed = site !== undefined && !site.isNative();
    const words = reworded(name, message.value, placed ? site.getLineNumber() : 0, placed ? site.getColumnNumber() : 0);
    if (words !== undefined) {
      defineProperty(error, 'message', {
        value: words, writable: true, enumerable: false, configurable: true,
      });
    }
    return '';
  };
  delete Error.stackTraceLimit;
  delete Error.prepareStackTrace;
  delete Error.captureStackTrace;

  // Replaces a native by itself, with `reword(error message, given)` for the errors of a class, if it says something.
  const rewording = (holder, name, type, reword) => {
    const native = holder[name];
    const wrapper = {
      [name](...given) {
        try {
          return apply(native, this, given);
        } catch (error) {
          const words = error instanceof type ? reword(error.message, given) : undefined;
          throw words === undefined ? error : new type(words);
        }
      },
    }[name];
    defineProperty(wrapper, 'length', { value: native.length, configurable: true });
    defineProperty(holder, name, {
      value: wrapper, writable: true, enumerable: false, configurable: true,
    });
  };
  rewording(JSON, 'parse', SyntaxError, (_, [text]) => jsonError(`${text}`));
  rewording(String.prototype, 'repeat', RangeError, (message, [count]) => (
    message === 'invalid repeat count' && typeof count !== 'object' ? `Invalid count value: ${count}` : undefined));
  for (const [name, words] of [
    ['toFixed', 'toFixed() digits argument must be between 0 and 100'],
    ['toPrecision', 'toPrecision() argument must be between 1 and 100'],
    ['toExponential', 'toExponential() argument must be between 0 and 100'],
  ]) {
    rewording(Number.prototype, name, RangeError, (message) => (message === 'invalid number of digits' ? words : undefined));
  }
})
