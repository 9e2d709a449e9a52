//! What every object inherits, and objects that pass for something else.

use super::{check, check_emits};

/// Setters and getters put where every object inherits them: the objects are frozen, and nothing the node makes or
/// reads looks at them.
#[test]
fn poisoned_prototypes() {
    for poison in [
        "Object.prototype.n = 9;",
        "Object.defineProperty(Object.prototype, 'n', { set() { api.emit('out', 'trapped'); } });",
        "Object.defineProperty(Array.prototype, 0, { set() { api.emit('out', 'trapped'); } });",
        "Object.prototype.__defineSetter__('n', () => {});",
        "Array.prototype[Symbol.iterator] = 1;",
        "Array.prototype.push = 1;",
        "Promise.prototype.then = () => { for (;;) {} };",
        "Promise.resolve = 1;",
        "Function.prototype.call = 1;",
        "String.prototype.toString = 1;",
        "JSON.stringify = 1;",
        "Reflect.setPrototypeOf(Object.prototype, { n: 9 });",
        "Object.setPrototypeOf(Array.prototype, { n: 9 });",
        "api.db.insert = 1; api.db.find = 1; api.BigNumber.prototype.plus = 1;",
        "Object.assign = 1; Error.prototype.message = 'poison'; globalThis.Object = 1; globalThis.planted = 1;",
        "({}).__proto__.n = 1; [].__proto__.n = 1; (async () => {})().__proto__.n = 1; (() => {}).__proto__.n = 1;",
        "api.emit.constructor.prototype.n = 1; api.constructor.prototype.n = 1;",
    ] {
        check_emits(
            &format!(
                "try {{ {poison} }} catch (error) {{ }}
                 const row = await api.db.insert('rows', {{ n: 1 }}); await api.db.remove('rows', row);
                 api.emit('out', [row.n, [1].map((x) => x), JSON.parse('{{\"n\":2}}'), await Promise.all([3])]);"
            ),
            "{}",
            r#"[1,[1],{"n":2},[3]]"#,
        );
    }
}

/// Objects that pass for promises, as payloads, as results and as what is thrown.
#[test]
fn thenables() {
    check_emits(
        "const value = await { then(resolve) { resolve(7); resolve(8); throw new Error('late'); } };
         const results = await Promise.all([{ then(resolve) { resolve({ then: 1 }); } }]);
         api.emit('out', [value, results]);",
        "{}",
        r#"[7,[{"then":1}]]"#,
    );
    check(
        "await { get then() { throw new RangeError('mine'); } };",
        "RangeError: mine",
        "RangeError: mine",
    );
    check(
        "return { then(resolve, reject) { reject(new RangeError('mine')); } };",
        "RangeError: mine",
        "RangeError: mine",
    );
}

/// Members of a payload that are named like what every object has.
#[test]
fn payloads_named_like_what_objects_inherit() {
    let payload = r#"{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"toString":null,"hasOwnProperty":1,"then":2,"toJSON":3,"length":-1}"#;
    check_emits(
        "const copy = {};
         // where work is counted, assigning to `__proto__` is refused
         try { for (const name of Object.keys(payload)) copy[name] = payload[name]; Object.assign({}, payload); } catch (error) { }
         api.emit('out', [typeof payload.admin, typeof ({}).admin, Object.keys(payload).length]);
         api.emit('out', payload);
         const row = await api.db.insert('rows', payload); await api.db.remove('rows', row); delete row._id; api.emit('out', row);",
        payload,
        &format!(r#"["undefined","undefined",7] {payload} {payload}"#),
    );
}
