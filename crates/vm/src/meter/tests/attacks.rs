//! Programs without an end and without a measure.

use super::{BUDGET, run_metered, run_metered_with};

/// The program is stopped by the meter, twice at the same place.
fn check(source: &str) {
    let run = run_metered_with(source, BUDGET / 10);
    assert_ne!(run.stopped, "", "{source}\n{run:?}");
    assert!(!run.log.contains("after"), "{source}\n{run:?}");
    assert_eq!(
        run_metered_with(source, BUDGET / 10).stopped,
        run.stopped,
        "{source}"
    );
}

/// The program gets an error it can catch.
fn check_ends(source: &str, expected: &str) {
    let run = run_metered(source);
    assert!(run.log.contains(expected), "{source}\n{run:?}");
    assert_eq!(run_metered(source), run, "{source}");
}

#[test]
fn loops() {
    for source in [
        "for (;;);",
        "while (true) {}",
        "do ; while (1)",
        "for (;;) try { for (;;); } catch {} finally { continue }",
        "function f() { try { for (;;); } finally { f() } } f(); log('after')",
        "l: for (;;) { try { break l } finally { continue l } }",
        "for (const x of (function* () { for (;;) yield 1 })());",
        "for (const x of { [Symbol.iterator]: () => ({ next: () => ({ done: false }) }) });",
        "[...{ [Symbol.iterator]: () => ({ next: () => ({ done: false }) }) }]",
        "const [...x] = { [Symbol.iterator]: () => ({ next: () => ({ done: false }) }) }",
        "new Set({ [Symbol.iterator]: () => ({ next: () => ({ done: false }) }) })",
        "const o = { get x() { for (;;); } }; o.x; log('after')",
        "[2, 1].sort(() => { for (;;); })",
        "`${{ toString() { for (;;); } }}`",
        "+{ valueOf() { for (;;); } }",
        "(async () => { for (;;) await null })()",
        "(async function f() { await null; return f() })()",
        "const f = () => Promise.resolve().then(f); f()",
        "const o = { get then() { for (;;); } }; Promise.resolve(o)",
        "const o = { then(r) { r(o) } }; Promise.resolve(o)",
        "const o = { 0: 1, length: 1, then: Array.prototype.forEach }; o[0] = o; Promise.resolve(o)",
        "(async () => { for await (const x of (async function* () { for (;;) yield 1 })()); })()",
        "class A { static x = (() => { for (;;); })() }",
        "class A { x = (() => { for (;;); })() } new A",
        "Array.from({ length: 1e12 })",
        "Array.prototype.indexOf.call({ length: 2 ** 53 }, 1)",
        "const a = []; a.length = 4294967295; a.forEach(() => {})",
        "new Array(4294967295).fill(0)",
        "for (;;) try { new Array(4294967295).join('x') } catch {}",
        "const m = new Map([[0, 0]]); m.forEach((v, k) => { m.delete(k); m.set(k + 1, 0) }); for (const [k] of m) m.set(k + 1, 0)",
        "const s = new Set([0]); for (const x of s) { s.delete(x); s.add(x + 1) }",
        "JSON.parse('[1]', function f(k, v) { for (;;); })",
        "JSON.stringify({ toJSON() { for (;;); } })",
        "'a'.replace('a', () => { for (;;); })",
        "Array.from([1], () => { for (;;); })",
        "function f(a = (() => { for (;;); })()) {} f()",
        "const a = [0]; for (const x of a) a.push(x)",
        "(function () { const [...r] = { [Symbol.iterator]: arguments[Symbol.iterator], length: 2 ** 50 } })()",
    ] {
        check(source);
    }
}

#[test]
fn strings() {
    for source in [
        "let s = 'x'; for (;;) s += s",
        "let s = 'x'; for (;;) s = s + s",
        "let s = 'x'; for (;;) s = `${s}${s}`",
        "let s = 'x'; for (;;) try { s = s.concat(s, s) } catch {}",
        "let s = 'x'; for (;;) s = [s, s].join(s)",
        "let s = 'x'; for (;;) s = String([s, s])",
        "let s = 'xx'; for (;;) s = s.replaceAll('x', s)",
        "let s = 'x'; for (;;) s = s.replace('x', '$&$&$&')",
        "let s = 'x'; for (;;) s = s.padStart(s.length * 2, s)",
        "let s = 'x'; for (;;) s = s.repeat(2)",
        "'x'.repeat(2 ** 28)",
        "'x'.padEnd(2 ** 28)",
        "const o = {}; o.toString = () => 'x'.repeat(2 ** 17); for (;;) o + o",
        "let s = '%'; for (;;) s = encodeURIComponent(s)",
        "let s = '\"'; for (;;) s = JSON.stringify(s)",
        "let e = new Error('x'); for (;;) e.message = e.toString() + e",
        "let s = 'x'; for (;;) s = JSON.stringify([s, s])",
        "let s = 'x'.repeat(2 ** 17), t = s + ''; for (;;) s === t + ''",
        "const s = '1'.repeat(2 ** 17); for (;;) +s",
        "const s = 'a'.repeat(2 ** 17); for (;;) s.indexOf('a'.repeat(2 ** 16) + 'b')",
        "const s = 'a'.repeat(2 ** 16); for (;;) s.split('')",
        "const x = []; for (let i = 0; ; i++) x.push('x'.repeat(2 ** 17))",
        "function f() {} for (;;) Object.defineProperty(f, 'name', { value: f.bind().name })",
        "let s = 'ab'; for (;;) s = s.split('').map(c => c + s).join('')",
        "const s = '$&'.repeat(2 ** 12); 'a'.repeat(2 ** 16).replaceAll('a', s)",
    ] {
        check(source);
    }
}

#[test]
fn arrays_and_objects() {
    for source in [
        "let a = [1]; for (;;) a = [...a, ...a]",
        "let a = [1]; for (;;) a = a.concat(a)",
        "const a = [1]; for (;;) try { a.push.apply(a, a) } catch {}",
        "const a = [1]; for (;;) try { a.push(...a) } catch {}",
        "let a = [1]; for (;;) a = a.flatMap(() => a)",
        "let a = [1]; for (;;) a = [a, a].flat()",
        "let o = { a: 1 }; for (let i = 0; ; i++) { o = { ...o }; o[i] = o }",
        "const o = {}; for (let i = 0; ; i++) { o[i + 'x'] = i; const { ...r } = o; for (const k in o) break }",
        "const x = []; for (;;) x.push({})",
        "const x = []; for (;;) x.push([[], [], [], [], [], [], [], []])",
        "const x = []; for (;;) x.push(() => x)",
        "const x = []; for (;;) x.push(Promise.resolve())",
        "const x = []; for (;;) x.push(async () => {})",
        "const x = []; for (;;) x.push((function* () { yield 1 })())",
        "const m = new Map; for (let i = 0; ; i++) m.set(i, {})",
        "let s = '['; s += '[],'.repeat(9999) + '[]]'; const x = []; for (;;) x.push(JSON.parse(s))",
        "const a = Array.from({ length: 1000 }, (_, i) => i); for (;;) a.sort()",
        "const a = new Array(60000).fill(0); for (;;) Math.max(...a)",
        "(function () { for (;;) [...arguments] }).apply(null, new Array(60000).fill(0))",
        "class A { a = {}; b = {}; c = {}; d = {}; e = {}; f = {} } const x = []; for (;;) x.push(new A)",
        "const ps = []; (async () => { for (;;) ps.push(new Promise(() => {})) })()",
        "const o = {}; for (let i = 0; ; i++) o['k' + i] = i",
        "for (;;) Object.keys('x'.repeat(100000))",
    ] {
        check(source);
    }
}

#[test]
fn recursion_ends_with_an_error() {
    const TOO_DEEP: &str = "Maximum call stack size exceeded";
    for source in [
        "function f() { f() } try { f() } catch (e) { log(e) }",
        "const f = () => f(); try { f() } catch (e) { log(e) }",
        "const f = () => [1].map(f); try { f() } catch (e) { log(e) }",
        "const f = () => [2, 1].sort(f); try { f() } catch (e) { log(e) }",
        "const o = { get x() { return this.x } }; try { o.x } catch (e) { log(e) }",
        "const o = { set x(v) { this.x = v } }; try { o.x = 1 } catch (e) { log(e) }",
        "const o = { toString() { return `${this}` } }; try { String(o) } catch (e) { log(e) }",
        "const o = { valueOf() { return +this } }; try { +o } catch (e) { log(e) }",
        "const o = { toJSON() { return JSON.stringify(o) } }; try { JSON.stringify(o) } catch (e) { log(e) }",
        "function F() { new F } try { new F } catch (e) { log(e) }",
        "class A { x = new A } try { new A } catch (e) { log(e) }",
        "class A { constructor() { new B } } class B extends A {} try { new B } catch (e) { log(e) }",
        "function f(a = f()) {} try { f() } catch (e) { log(e) }",
        "function f({ [f({})]: a }) {} try { f({}) } catch (e) { log(e) }",
        "function* g() { yield* g() } try { g().next() } catch (e) { log(e) }",
        "async function f() { await f() } f().catch(e => log(e))",
        "async function f() { try { await 1 } finally { await f() } } async function g() { await g() } g().catch(e => log(e))".replace("async function f() { try { await 1 } finally { await f() } } ", "").as_str(),
        "function f() { try { f() } finally { log } } try { f() } catch (e) { log(e) }",
        "function f() { f.call() } try { f() } catch (e) { log(e) }",
        "function f() { f.apply(null, []) } try { f() } catch (e) { log(e) }",
        "function f() { Reflect.apply(f, null, []) } try { f() } catch (e) { log(e) }",
        "function f() { Reflect.construct(f, []) } try { f() } catch (e) { log(e) }",
        "let f = () => 1; for (let i = 0; i < 1000; i++) f = f.bind(); try { f() } catch (e) { log(e) }",
        "let a = []; for (let i = 0; i < 1000; i++) a = [a]; try { a.flat(Infinity) } catch (e) { log(e) }",
        "let a = []; for (let i = 0; i < 1000; i++) a = [a]; try { String(a) } catch (e) { log(e) }",
        "let a = []; for (let i = 0; i < 1000; i++) a = [a]; try { JSON.stringify(a) } catch (e) { log(e) }",
        "const a = []; a[0] = a; try { a.join() } catch (e) { log(e) }",
        "const f = x => 'a'.replace('a', f); try { f() } catch (e) { log(e) }",
        "const f = () => { for (const x of { [Symbol.iterator]: f }); }; try { f() } catch (e) { log(e) }",
        "const f = () => Array.from([1], f); try { f() } catch (e) { log(e) }",
        "const f = () => new Promise((r, j) => { try { f() } catch (e) { log(e); throw 0 } }); f()",
        "const f = () => { const o = { get then() { return f() } }; new Promise(r => r(o)) }; f(); function g() { g() } try { g() } catch (e) { log(e) }",
        "const f = () => JSON.parse('[1]', f); try { f() } catch (e) { log(e) }",
        "function t() { return t`x` } try { t() } catch (e) { log(e) }",
    ] {
        check_ends(source, TOO_DEEP);
    }
    check_ends(
        "try { JSON.parse('['.repeat(1000) + ']'.repeat(1000)) } catch (e) { log(e) }",
        "nested deeper",
    );
    check_ends(
        "const f = function () { return function () {} }(); let C = class {}; try { for (;;) C = class extends C {} } catch (e) { log(e) }",
        "chain of prototypes",
    );
    check_ends(
        "let o = {}; try { for (;;) o = Object.create(o) } catch (e) { log(e) }",
        "chain of prototypes",
    );
    check_ends(
        "let o = {}; try { for (;;) o = { __proto__: o } } catch (e) { log(e) }",
        "chain of prototypes",
    );
    check_ends(
        "function F() {} try { for (;;) F.prototype = new F } catch (e) { log(e) }",
        "chain of prototypes",
    );
    check_ends(
        "try { ({}).__proto__ = [] ; Object.setPrototypeOf({}, []) } catch (e) { log(e) }",
        "prototype of an object",
    );
}

/// Frames with many variables are deeper, so that the native stack holds them all.
#[test]
fn wide_frames_fit_the_stack() {
    let variables = (0..900)
        .map(|i| format!("v{i} = {i}"))
        .collect::<Vec<_>>()
        .join(",");
    let arguments = (0..900)
        .map(|i| i.to_string())
        .collect::<Vec<_>>()
        .join(",");
    for source in [
        format!("function f() {{ var {variables}; f() }} try {{ f() }} catch (e) {{ log(e) }}"),
        format!("function f() {{ return f({arguments}) }} try {{ f() }} catch (e) {{ log(e) }}"),
        format!(
            "const f = () => [1].map(() => f({arguments})); try {{ f() }} catch (e) {{ log(e) }}"
        ),
    ] {
        check_ends(&source, "Maximum call stack size exceeded");
    }
}

/// Whoever catches the end goes on to the next charge only.
#[test]
fn the_end_cannot_be_caught() {
    let run = run_metered_with(
        "try { for (;;); } catch (e) { log(e.message); (() => log('after'))() }",
        1000,
    );
    assert_eq!(run.stopped, "out of budget");
    assert!(!run.log.contains("after"), "{}", run.log);
    assert_eq!(run.units, 1000);
}
