//! Every form of syntax means what it meant.

use super::check;

#[test]
fn statements() {
    check(
        "for (var i = 0; i < 3; i++) log(i); while (i) i--; log(i); do i += 2; while (i < 9)\nlog(i)",
    );
    check("a: for (;;) { for (const x of [1, 2]) { if (x == 2) break a; log(x); continue } }");
    check(
        "outer: for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) { if (j == 1) continue outer; log(i, j) }",
    );
    check("if (1) for (const k in { a: 1, b: 2 }) log(k); else log(0)");
    check("if (0) log(1); else while (false);\nlog(2)");
    check(
        "switch (2) { case 1: log(1); case 2: log(2); case 3: { log(3); break } default: log(4) }",
    );
    check(
        "const fs = []; for (let i = 0; i < 3; i++) fs.push(() => i); for (const f of fs) log(f())",
    );
    check("l: { log(1); break l; log(2) } { let x = 1; { let x = 2; log(x) } log(x) }");
    check("for (i of [1, 2]) log(i); for (o in [7]) log(o); var o, i");
    check("var i; for ([i] of [[1], [2]]) log(i); for ({ length: i } of ['abc']) log(i)");
}

#[test]
fn lines_without_semicolons() {
    check("var x = 1\nvar y = x\nx + y\nlog(x)\nx += y\nlog(x)");
    check(
        "var s = 'a'\nvar f = log\ns + 'b' ? f(1) : f(2)\n`${s}` ? f(3) : f(4)\nnew Object().x\nf(5)",
    );
    check("function f() { return\n1 } log(f())\nvar g = x => x\n;[1].map(g).forEach(v => log(v))");
    check("var a = 1, b\nb = a\n++a\nlog(a, b)");
    check("var f = x => x\nlog(f(1))\nvar g = x => ({ x })\nlog(g(2))");
}

#[test]
fn functions() {
    check(
        "function f(a, b = 2, ...c) { return [a, b, c, arguments.length] } log(f(1), f(1, 3, 4, 5), f.length, f.name)",
    );
    check(
        "function f(a) { a = 2; return arguments[0] } log(f(1)); function g(a) { 'use strict'; a = 2; return arguments[0] } log(g(1))",
    );
    check(
        "'use strict'; function f() { return this } log(f()); try { undeclared = 1 } catch (e) { log(e) }",
    );
    check(
        "const f = () => {}, g = function () {}, h = async () => {}; const o = { m() {}, get x() { return 1 }, ['y' + 1]: () => 1 }; log(f, g, h, o)",
    );
    check(
        "log(fact(5)); function fact(n) { return n ? n * fact(n - 1) : 1 } log((function f(n) { return n ? n + f(n - 1) : 0 })(4))",
    );
    check("function f() { return g(); function g() { return h } var h = 1 } log(f())");
    check(
        "function f(a = g(), b = () => a) { return b() } function g() { return 7 } log(f(), f(8), f.length)",
    );
    check(
        "function f({ a, b: { c = 3, ...d } = {}, ...e }, [g, ...h] = [1, 2, 3]) { return [a, c, d, e, g, h] } log(f({ a: 1, b: { x: 1 }, y: 2 }))",
    );
    check("function F() { if (!new.target) return 'call'; this.x = 1 } log(F(), new F(), new F)");
    check(
        "const f = (a, b) => a + b; log(f.call(null, 1, 2), f.apply(null, [1, 2]), f.bind(null, 1)(5), f.bind(null, 1).length)",
    );
    check(
        "log((() => { try { return 1 } finally { log('f') } })()); log((() => { for (;;) try { return 1 } finally { break } return 2 })())",
    );
    check(
        "log([...(function () { return arguments })(1, 2)], Array.prototype.slice.call((function () { return arguments })(3, 4), 1))",
    );
    check(
        "function f() { return { arguments } } log(f(1).arguments[0]); function g() { return typeof arguments } log(g())",
    );
    check(
        "var f = function () { return f2(); function f2() { return 'x' } }; log(f()); var x = function x() { return typeof x }; log(x())",
    );
    check("function f(a, a2 = arguments.length) { return a2 } log(f(1, undefined, 3))");
}

#[test]
fn exceptions() {
    check("try { null.x } catch { log('caught') } finally { log('finally') }");
    check(
        "function f() { try { throw new Error('a') } catch (e) { return e.message } finally { log('f') } } log(f())",
    );
    check("try { (() => { throw 1 })() } catch (e) { log(e) } try { try { throw 2 } finally { log('x') } } catch ({ length, ...rest }) { }".replace(", ...rest", "").as_str());
    check(
        "function deep(n) { if (n == 0) throw 'bottom'; deep(n - 1) } for (let i = 0; i < 50; i++) try { deep(100) } catch (e) { if (i == 49) log(e) }",
    );
}

#[test]
fn operators() {
    check(
        "let s = 'a'; s += 1 + 2; s += 'b' + 1 + 2; log(s, 1 + 2 + 'x', 'x' + 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10)",
    );
    check(
        "const o = { n: 1, get g() { log('get'); return 2 }, set g(v) { log('set', v) } }; let c = 0; const f = () => (c++, o); f().n += 5; f().g += 1; f()['g'] **= 3; log(o.n, c)",
    );
    check(
        "let x = 3; x **= 2; log(x, 2 ** 3 ** 2, (-2) ** 2); const o = { a: { b: 2 } }; o.a.b **= 5; log(o.a.b ** -1)",
    );
    check(
        "const o = { valueOf() { log('v'); return 1 }, toString() { return 's' } }; log(o + 1, o + 'x', `${o}`, o ** 2, o * 2)",
    );
    check(
        "let a = null; a ??= 1; a ||= 2; a &&= 3; log(a); const o = {}; o.x ??= 'y' + 1; log(o, o?.x, o?.y?.z, o.f?.(), o?.['x'])",
    );
    check(
        "class A { static x = 1; p() { return 'A' } } class B extends A { static f() { super.x += 1; return [super.x, this.x] } p() { return super.p() + 'B' } } log(B.f(), new B().p())",
    );
    check(
        "var a = [1, 2]; log([0, ...a, ...'xy', ...new Set([3]), ...new Map([[1, 2]])], { ...{ a: 1 }, ...[9], ...'z', ...null }, Math.max(...a))",
    );
    check(
        "log(`a${1}b${`c${2}`}`, ((s, ...v) => [s.raw, s, v])`x\\n${1}y${2}`, `plain`, typeof `a${1}`, [`k${1}`].length)",
    );
    check(
        "function f() { return`x${1}` } log(f()); log(void 0, (1, 2), !'', -'3', +'4', ~5, typeof 'a' + 'b')",
    );
    check(
        "var i = 5; log(i++ + ++i, i-- - --i, delete {}.x, 'a' in { a: 1 }, [] instanceof Array)",
    );
    check(
        "log(new (class { constructor(x) { this.x = x } })(1), new Date(0).getTime(), new (new (function () { return function () { this.y = 1 } })())())",
    );
    check(
        "log(1 + +'2', 1 + - 1, 1 - -1, 'a' + +'b', 1 < 2 < 3, 3 > 2 > 1); var a = 'x', b = 'y'; log(a /* c */ + // d\n b)",
    );
    check(
        "const { a, ...r } = { a: 1, b: 2, c: 3 }, [x, , ...y] = [1, 2, 3, 4]; log(a, r, x, y); for (const { k, ...z } of [{ k: 1, q: 2 }]) log(k, z)",
    );
    check(
        "let a, b, o = {}; [a, b = 5, ...o.r] = [1, undefined, 3]; ({ a: o.x, b = 2 } = { a: 9, b: undefined }); log(a, b, o)",
    );
    check(
        "log({ __proto__: { inherited: 1 } }.inherited, { '__proto__': null } instanceof Object, { __proto__() {} })",
    );
}

#[test]
fn classes() {
    check(
        "class A { #p = 1; q = () => this.#p; static s = 'S'; static { A.t = A.s + 'T' } get p() { return this.#p } set p(v) { this.#p = v } static m() { return 1 } ['c' + 1]() { return 2 } #x() { return 3 } y() { return this.#x() } has(o) { return #p in o } } const a = new A; a.p += 4; log(a.p, a.q(), A.s, A.t, A.m(), a.c1(), a.y(), a.has(a), a.has({}), a.q.name)",
    );
    check(
        "class A { constructor(...a) { this.a = a } } class B extends A { b = 1; c = this.a } class C extends B { constructor() { super(1, 2); this.d = 3 } } log(new B(5), new C, B.length, C.name, new C instanceof A)",
    );
    check(
        "const K = class { x = 1\n y\n 'z' = 2 }; log(new K, K.name); class E extends Error { constructor(m) { super(m); this.name = 'E' } } try { throw new E('m') } catch (e) { log(e, e instanceof E) }",
    );
    check(
        "class L extends Array { sum() { return this.reduce((a, b) => a + b, 0) } } const l = new L(); l.push(1, 2); log(l.sum(), l.length, l.map(x => x * 2) instanceof L)",
    );
    check(
        "var o = { get a() { return this._a || 'none' }, set a(v) { this._a = v + '!' }, async *g() {}, async m() {} }; log(o.a); o.a = 'x'; log(o.a, o.m.name, o.g.name)",
    );
    check(
        "class A { static async *g() { yield 1 } static get x() { return 'x' + 1 } } log(A.x); (async () => { for await (const v of A.g()) log(v) })()",
    );
    check(
        "function P(n) { this.n = n } P.prototype.get = function () { return this.n }; function Q(n) { P.call(this, n) } Q.prototype = Object.create(P.prototype); log(new Q(4).get())",
    );
}

#[test]
fn generators() {
    check(
        "function* g(a) { try { const x = yield a; log(x); yield* [1, 2]; return 'r' } finally { log('end') } } const i = g(7); log(i.next(), i.next('sent'), i.next(), i.next(), i.next())",
    );
    check(
        "function* g() { try { yield 1 } catch (e) { log(e); yield 2 } } const i = g(); i.next(); log(i.throw('t'), i.return('r'), [...g()])",
    );
    check(
        "function* fib() { let [a, b] = [0, 1]; for (;;) { yield a; [a, b] = [b, a + b] } } for (const n of fib()) { if (n > 50) break; log(n) }",
    );
    check(
        "const o = { *[Symbol.iterator]() { yield* [3, 4]; yield 'x' + 1 } }; log([...o], Array.from(o), Math.max(...[1, 2]), new Set(o).size); const [a, ...b] = o; log(a, b)",
    );
    check(
        "const it = { [Symbol.iterator]() { let n = 0; return { next: () => ({ done: n > 2, value: n++ }), return() { log('closed'); return {} } } } }; for (const x of it) { if (x == 1) break } const [p] = it; log(p)",
    );
    check("function* deep(n) { if (n) yield* deep(n - 1); yield n } log([...deep(20)])");
}

#[test]
fn asynchronous() {
    check(
        "(async () => { log(1); await null; log(2); const x = await (async () => 'v' + 1)(); log(x) })(); log('sync')",
    );
    check("async function f(n) { return n ? (await f(n - 1)) + n : 0 } f(20).then(log)");
    check(
        "async function f() { throw new Error('no') } f().catch(e => log(e)); (async () => { try { await f() } catch (e) { log('caught', e) } finally { log('f') } })()",
    );
    check(
        "(async () => { for (let i = 0; i < 400; i++) { try { await (async () => { throw i })() } catch (e) { if (e === 399) log(e) } } })()",
    );
    check(
        "(async () => { for (let i = 0; i < 400; i++) (async () => { throw i })().catch(() => {}); log('ok') })()",
    );
    check(
        "async function* g() { try { yield 1; const x = await Promise.resolve(2); yield x; yield* [3, Promise.resolve(4)] } finally { log('end') } } (async () => { for await (const v of g()) log(v); for await (const v of [Promise.resolve(5), 6]) log(v); })()",
    );
    check(
        "Promise.all([1, Promise.resolve(2), (async () => 3)()]).then(log); Promise.allSettled([Promise.reject(1)]).then(log); Promise.race([new Promise(() => {}), 5]).then(log); Promise.any([6]).then(log)",
    );
    check(
        "const t = { then(r) { log('then'); r(9) } }; (async () => { log(await t) })(); Promise.resolve(t).then(log).finally(() => log('fin'))",
    );
    check(
        "const o = { async f(x = 1) { const g = async y => (await y) + x; return await g(2) } }; o.f().then(log); (async x => x)(3).then(log); (async () => ({ a: await 1 }))().then(log)",
    );
    check(
        "async function f() { const xs = await Promise.all([1, 2, 3].map(async x => { await null; return x * 2 })); return xs.reduce((a, b) => a + b) } f().then(log)",
    );
    check(
        "async function f() { return await g(await 1, await 2) } async function g(a, b) { return `${await a}-${await b}` } f().then(log)",
    );
    check(
        "function go(i) { return i < 1000 ? Promise.resolve().then(() => { if (i % 2) throw i; return i }).then(() => go(i + 1), () => go(i + 1)) : 'end' } go(0).then(log)",
    );
}

#[test]
fn natives() {
    check(
        "const a = [3, 1, 2, , undefined]; log(a.slice(1), a.concat([4], 5), a.indexOf(2), a.join('-'), [1, [2, [3]]].flat(), [1, 2].flatMap(x => [x, [x]]), [5, 4].sort(), [1, 10, 9].sort((x, y) => x - y), [1, 2, 3].reverse(), a.includes(undefined))",
    );
    check("log([1, 2, 3, 4].splice(1, 2), [1, 2].fill(0), [1, 2, 3].find(x => x > 1), [1, 2].map(String), ['1', '2'].map(Number), [1, 2].reduce((a, b) => a + b), Array.from({ length: 2 }, (_, i) => i), Array.of(1), [..[1, 2].entries()])".replace("[..[", "[...[").as_str());
    check(
        "log('abc'.slice(1), 'a,b,c'.split(','), 'abc'.split(''), 'aXbX'.replace('X', '$&$&'), 'aXbX'.replaceAll('X', m => m + 1), 'ab'.repeat(3), 'a'.padStart(3, 'xy'), ' a '.trim(), 'Abc'.toUpperCase(), 'abc'.indexOf('c'), 'a'.concat(1, null), 'ab'.includes('b'), 'a'.localeCompare('b'), 'x'.padEnd(2), 'abc'.substring(2, 0), 'abc'.substr(-2, 1), [...'añ😀'])",
    );
    check(
        "log(JSON.stringify({ a: [1, 'x\"', null, undefined, () => 1, NaN, true], b: undefined, c: { d: new Date(0), e: '\\u2028' } }), JSON.stringify([1, { a: 2, b: [] }], null, 2), JSON.stringify({ a: 1, b: 2 }, ['b']), JSON.stringify({ a: 1, b: 'x' }, (k, v) => typeof v === 'number' ? v + 1 : v), JSON.stringify(undefined), JSON.stringify('s'), JSON.stringify({ toJSON(k) { return 'J' + k } }), JSON.stringify([], null, 1), JSON.stringify({}, null, '--'), JSON.stringify([new Number(1), new String('a'), new Boolean(false)]), JSON.stringify({ a: { x: 1 } }, null, '--'))",
    );
    check(
        "log(JSON.parse('{\"a\":[1,{\"b\":null}],\"c\":\"\\\\u0041\"}'), JSON.parse('[1,2]', (k, v) => Array.isArray(v) ? v : v * 2), JSON.parse(' 1 ')); try { JSON.parse('{') } catch (e) { log(e.name) } log(JSON.parse('{\"__proto__\":1}').hasOwnProperty('__proto__'))",
    );
    check(
        "log(Object.keys({ a: 1 }), Object.values('ab'), Object.entries({ a: 1 }), Object.assign({}, { a: 1 }, null, [2]), Object.fromEntries([['a', 1]]), Object.getOwnPropertyNames([1]), Reflect.ownKeys({ b: 1 }), Object.create(null, { x: { value: 1, enumerable: true } }), Object.isFrozen(Object.freeze({ a: 1 })))",
    );
    check(
        "const m = new Map([[1, 'a'], ['k', 'b']]); m.set(NaN, 1); const s = new Set('aab'); log([...m], [...s], m.get(NaN), m.size, s.has('b'), [...m.keys()], [...s.entries()]); m.forEach((v, k) => log(k, v)); s.forEach(v => log(v)); log(m.delete(1), [...m.values()])",
    );
    check(
        "log(Reflect.apply(Math.max, null, [1, 2]), Reflect.construct(Array, [1, 2]), Math.max.apply(null, [1, 5]), Function.prototype.call.call(function () { return this.x }, { x: 1 }), Object.prototype.toString.call([]), encodeURIComponent('ä/'), decodeURIComponent('%41'), parseInt('12px'), Number('0x10'), (255).toString(16), (1.005).toFixed(2))",
    );
    check(
        "log(String([1, [2, 3]]), String({}), `${[1]}`, [] + [], [1] + 1, String(Symbol('x')), String(null), new Error('m').toString(), [null, undefined, 1].toString())",
    );
    check(
        "log(Array.prototype.map.call('abc', x => x + x), Array.prototype.join.call({ length: 2, 0: 'a', 1: 'b' }), Array.from('ab'), Array.from(new Set([1])), Array.from(new Map([[1, 2]])))",
    );
    check(
        "function Big() {} const B = Big.bind(null); log(new B() instanceof Big, B.name); const o = { f() { return this.v }, v: 3 }; log(o.f.bind({ v: 4 })())",
    );
    check(
        "for (const [name, holder] of [['map', Array.prototype], ['slice', String.prototype], ['parse', JSON], ['stringify', JSON], ['keys', Object], ['apply', Function.prototype], ['then', Promise.prototype], ['next', Object.getPrototypeOf(function* () {}).prototype], ['join', Array.prototype], ['flat', Array.prototype], ['bind', Function.prototype]]) { const native = holder[name]; log(native.name, native.length, 'prototype' in native) }",
    );
}

#[test]
fn sloppy_scripts() {
    check("i = 0; for (k in { a: 1 }) i += 1; log(i, k); function f() { j = 2 } f(); log(j)");
    check(
        "log(010, '\\101', f(1, 2)); function f(a, a) { return a } var let = 1; log(let); var undefined; if (1) function g() { return 1 } log(g())",
    );
    check("<!-- comment\nlog(1)\n--> comment\nlog(2)");
    check(
        "function f() { { function g() { return 1 } } return g() } log(f()); log(typeof h); { function h() {} } log(typeof h)",
    );
    check(
        "var actions = {}; actions.a = async (p) => { const { x } = p; return x + 1 }; actions.a({ x: 1 }).then(log)",
    );
}
