// `JSON`, written out where the native calls back or recurses.
(function json(meter) {
  'use strict';

  const {
    MAX_STRING, apply, defineProperty, deleteProperty, isArray, min, parseJson, stringifyJson, TypeErrorOf,
    RangeErrorOf, NumberOf, StringOf, BooleanOf, numberIsFinite, ownEnumerable, arrayJoin, stringSplit, charCodeAt,
    stringSlice, booleanValueOf, state, stop, charge, enter, note, room, text, countKeys, isObject, replace, remove,
    lengthOf,
  } = meter;

  const MAX_PARSE_DEPTH = 100;

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
      charge(1 + json.length);
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
    charge(32);
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
})
