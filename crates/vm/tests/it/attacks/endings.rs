//! How a call ends: promises that never settle, what is thrown, long messages.

use super::{OUT_OF_BUDGET, TIMED_OUT, check, error};

/// The action waits for what never happens: it has not succeeded.
#[test]
fn promises_that_never_settle() {
    let reason = "Error: the action waits for a promise that never settles";
    for statements in [
        "await new Promise(() => {});",
        "await api.db.insert('rows', { n: 1 }); api.emit('out', 1); await { then() {} };",
        "const all = []; for (let i = 0; i < 100; i += 1) all.push(new Promise(() => {})); await Promise.all(all);",
        "await Promise.race([]);",
    ] {
        check(statements, reason, reason);
    }
    // nobody waits for these
    check(
        "new Promise(() => {}); Promise.reject(new Error('unheard'));",
        "",
        "",
    );
}

/// What is thrown need not be an error.
#[test]
fn thrown_non_errors() {
    for thrown in [
        "'text'",
        "7",
        "{}",
        "[]",
        "Symbol('x')",
        "() => 1",
        "{ name: 1, message: 2 }",
        "{ get name() { throw 1; }, message: 'm' }",
        "{ name: 'n', get message() { throw this; } }",
        "{ toString() { throw 1; } }",
        "Object.create(null)",
        "new Promise(() => {})",
        "new Error('')",
        "Object.assign(new Error('x'), { name: '' })",
        "(() => { const o = {}; o.o = o; return o; })()",
    ] {
        check(
            &format!("throw {thrown};"),
            "unknown error",
            "unknown error",
        );
    }
    // as on the reference, which asks whether there is an error
    for thrown in ["null", "undefined", "0", "''", "NaN", "false"] {
        check(&format!("throw {thrown};"), "", "");
    }
    check(
        "throw { get name() { for (;;) {} } };",
        TIMED_OUT,
        OUT_OF_BUDGET,
    );
    check(
        "const o = { name: 'Own', message: 'words' }; o.o = o; throw o;",
        "Own: words",
        "Own: words",
    );
    check(
        "throw Object.assign(new Error('x'), { name: 'a\\u0000b', message: '\\ud800' });",
        "a\u{0}b: \u{fffd}",
        "a\u{0}b: \u{fffd}",
    );
}

/// The log keeps what a long message begins with, for its price.
#[test]
fn long_messages() {
    let kept = format!("Error: {}", "x".repeat(16 << 10));
    check("throw new Error('x'.repeat(100000));", &kept, &kept);
    let many = "for (;;) await api.executeSmartContract('test', 'fail', {});";
    let source = format!(
        "actions.fail = async () => {{ throw new Error('x'.repeat(100000)); }};
         actions.attack = async () => {{ {many} }};"
    );
    assert_eq!(error(true, &source), OUT_OF_BUDGET);
}
