// Strings, and functions that make strings of strings.
(function strings(meter) {
  'use strict';

  const {
    MAX_STRING, apply, getOwnPropertyDescriptor, min, iterator, stringSplit, normalize, replaceFirst, state, charge,
    enter, room, made, text, replace, priced, remove,
  } = meter;

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
    charge((self.length * min(list[0].length, self.length)) / 64);
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
      charge(list[0] === '' ? self.length : self.length / 4 + (self.length * min(list[0].length, self.length)) / 64);
    }
    const pieces = apply(native, self, list);
    charge(pieces.length);
    return pieces;
  });
  ofString(['replace', 'replaceAll'], (native, self, list) => {
    const pattern = text(list[0]);
    charge((self.length * min(pattern.length, self.length)) / 64);
    const places = native === replaceFirst ? 1 : pattern === '' ? self.length + 1 : apply(stringSplit, self, [pattern]).length;
    charge(2 * places);
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
})
