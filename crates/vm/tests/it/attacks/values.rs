//! What crosses between a contract and the node: getters, conversions, proxies, what is no value at all.

use super::{OUT_OF_BUDGET, TIMED_OUT, check, check_emits};

/// Getters that throw, lie, and change what is being read.
#[test]
fn getters_in_records() {
    check(
        "await api.db.insert('rows', { get n() { throw new TypeError('mine'); } });",
        "TypeError: mine",
        "TypeError: mine",
    );
    check(
        "await api.emit('out', [{ get n() { throw null; } }]);",
        "",
        "",
    );
    check(
        "await api.db.insert('rows', { get n() { for (;;) {} } });",
        TIMED_OUT,
        OUT_OF_BUDGET,
    );
    check(
        "await api.executeSmartContract('test', 'work', { get n() { throw new RangeError('mine'); } });",
        "RangeError: mine",
        "RangeError: mine",
    );
    // each member is read once, in its turn; what a getter adds is not there yet when the names are taken
    check_emits(
        "let reads = 0; const o = { get a() { reads += 1; o.later = 1; delete o.b; return reads; }, b: 2 };
         await api.emit('out', o); await api.emit('out', o); api.emit('out', { reads });",
        "{}",
        r#"{"a":1} {"a":2,"later":1} {"reads":2}"#,
    );
    check_emits(
        "const list = [1, 2, 3]; Object.defineProperty(list, 0, { get() { list.length = 1; return 9; } }); api.emit('out', list);",
        "{}",
        "[9,null,null]",
    );
    // a getter on the payload, which is the contract's own copy
    check_emits(
        "Object.defineProperty(payload, 'n', { get: () => 7, enumerable: true });
         api.emit('out', payload); api.emit('out', api.payload.n);",
        r#"{"n":1}"#,
        r#"{"n":7} 7"#,
    );
}

/// A record writes rows while it is read for being written.
#[test]
fn records_that_write_themselves() {
    let statements = "let inner; const row = { get n() { inner = api.db.insert('rows', { n: 'inner' }); return 'outer'; } };
        const outer = await api.db.insert('rows', row); const rows = await api.db.find('rows', {});
        throw new Error(JSON.stringify([outer, await inner, rows]));";
    let found = r#"Error: [{"n":"outer","_id":2},{"n":"inner","_id":1},[{"_id":1,"n":"inner"},{"_id":2,"n":"outer"}]]"#;
    check(statements, found, found);
}

/// There is no `Proxy` for a payload or a record to be.
#[test]
fn proxies() {
    check(
        "new Proxy({}, {});",
        "ReferenceError: Proxy is not defined",
        "ReferenceError: Proxy is not defined",
    );
    check_emits(
        "api.emit('out', [typeof Proxy, typeof Reflect.Proxy]);",
        "{}",
        r#"["undefined","undefined"]"#,
    );
}

/// `toJSON` decides what crosses, once.
#[test]
fn conversions() {
    check(
        "await api.db.insert('rows', { toJSON() { throw new TypeError('mine'); } });",
        "TypeError: mine",
        "TypeError: mine",
    );
    check(
        "await api.db.insert('rows', { n: { toJSON() { for (;;) {} } } });",
        TIMED_OUT,
        OUT_OF_BUDGET,
    );
    let itself = "TypeError: #<Object> could not be cloned.";
    check(
        "await api.db.insert('rows', { toJSON() { return this; } });",
        itself,
        itself,
    );
    check_emits(
        "api.emit('out', { toJSON: () => ({ a: { toJSON: () => 1 } }) });
         api.emit('out', [{ toJSON: () => undefined }, { toJSON: 5 }, new Date(0), api.BigNumber('1.50')]);
         api.emit('out', { toJSON: () => NaN });",
        "{}",
        r#"{"a":1} [null,{"toJSON":5},"1970-01-01T00:00:00.000Z","1.5"] null"#,
    );
    // the table, the event and the account name are texts or nothing
    check_emits(
        "const name = { toString: () => 'rows', toJSON: () => 'rows', length: 4 };
         api.emit({ toString: () => 'out' }, 1);
         api.emit('out', [(await api.db.insert(name, { n: 1 })).n, api.isValidAccountName({ toString: () => 'alice' })]);
         for (const row of await api.db.find('rows', {})) await api.db.remove('rows', row);",
        "{}",
        "[1,false]",
    );
}

/// What is no value of JSON, within a record.
#[test]
fn values_that_cannot_cross() {
    for (value, reason) in [
        ("() => 1", "TypeError: () => 1 could not be cloned."),
        ("Symbol('x')", "TypeError: #<Object> could not be cloned."),
        ("new Array(4294967295)", "RangeError: Invalid array length"),
    ] {
        for use_of in [
            "db.insert('rows', { n: VALUE })",
            "emit('out', VALUE)",
            "executeSmartContract('test', 'work', { n: [VALUE] })",
        ] {
            let statements = format!("await api.{};", use_of.replace("VALUE", value));
            // instrumented code does not show itself
            let counted = reason.replace("() => 1", "function () { [native code] }");
            check(&statements, reason, &counted);
        }
    }
    check(
        "let o = [1]; for (let i = 0; i < 30; i += 1) o = [o, o]; await api.emit('out', o);",
        "RangeError: Invalid array length",
        OUT_OF_BUDGET,
    );
}
