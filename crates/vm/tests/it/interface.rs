use tartan_runtime::{Dialect, LOST_LOG, LogOrder, Logs};
use tartan_vm::Options;

use crate::harness::{Chain, errors, eval};

#[test]
fn tells_a_contract_of_its_call() {
    let mut chain = Chain::with(
        "actions.run = async (payload) => api.emit('out', [api.sender, api.owner, api.action, payload, api.transactionId,
           api.blockNumber, api.refHiveBlockNumber, api.hiveBlockTimestamp, api.contractVersion]);",
    );
    assert_eq!(
        chain.out("run", r#"{"b":1,"a":[null,"x"]}"#),
        r#"["alice","engine","run",{"b":1,"a":[null,"x"]},"tx2",2,2,"2020-09-13T12:26:40",1]"#
    );
}

#[test]
fn checks_are_logged_and_do_not_stop_the_action() {
    let source = "actions.run = async () => { const a = api.assert(false, 'first'); const b = api.assert(1, 'never');
        api.assert('', 'second'); api.assert(false, 7); api.emit('out', [a, b]); };";
    let mut chain = Chain::with(source);
    chain.rules.atomic = false;
    let receipt = chain.call("run", "{}");
    assert_eq!(receipt.logs.errors, ["first", "second"]);
    assert_eq!(receipt.logs.events[0].data.stringify(), "[false,true]");
}

#[test]
fn exceptions_replace_the_log() {
    for (statements, error) in [
        ("throw new TypeError('no');", "TypeError: no"),
        (
            "api.emit('out', 1); null.x;",
            "TypeError: Cannot read properties of null (reading 'x')",
        ),
        ("throw { name: 'Own', message: 'words' };", "Own: words"),
        ("throw 'text';", "unknown error"),
        (
            "throw { get name() { throw 1; }, message: 'm' };",
            "unknown error",
        ),
        ("throw new Error('');", "unknown error"),
        (
            "await Promise.reject(new RangeError('later'));",
            "RangeError: later",
        ),
    ] {
        assert_eq!(errors(statements), [error], "{statements}");
    }
    assert_eq!(errors("throw 0;"), [] as [&str; 0]);
}

/// As on the reference, where a failed action keeps what it wrote. Where it does not, see
/// `attacks::promises_that_never_settle`.
#[test]
fn an_action_that_never_ends_has_ended_well_on_networks_that_reproduce_history() {
    let mut chain = Chain::with("actions.run = async () => { await new Promise(() => {}); };");
    chain.rules.atomic = false;
    assert_eq!(chain.call("run", "{}").logs.errors, [] as [&str; 0]);
}

#[test]
fn syntax_errors_are_worded_as_on_the_reference() {
    for (source, error) in [
        ("this is no code", "SyntaxError: Unexpected identifier"),
        ("const a = ;", "SyntaxError: Unexpected token ';'"),
        ("a 5", "SyntaxError: Unexpected number"),
        ("a 'b'", "SyntaxError: Unexpected string"),
    ] {
        let receipt = Chain::new(Options::default()).deploy("broken", source);
        let [found] = receipt.logs.errors.as_slice() else {
            panic!("{source}: {:?}", receipt.logs)
        };
        assert_eq!(found, error, "{source}");
    }
}

#[test]
fn what_is_thrown_before_an_action_is_the_nodes_to_word() {
    let deploy = |source, error, dialect| {
        let mut chain = Chain::new(Options::default());
        chain.rules.deployment_error = error;
        chain.rules.dialect = dialect;
        chain.rules.atomic = false;
        chain.deploy("thrown", source).logs
    };
    let (sentence, hive) = (Some("the node failed"), Dialect::Hive);
    for (source, told, kept) in [
        (
            "missing();",
            "ReferenceError: missing is not defined",
            "the node failed",
        ),
        ("throw 'text';", "unknown error", "the node failed"),
        (
            "actions.createSSC = async () => missing();",
            "ReferenceError: missing is not defined",
            "ReferenceError: missing is not defined",
        ),
    ] {
        assert_eq!(deploy(source, None, hive), Logs::error(told), "{source}");
        assert_eq!(
            deploy(source, sentence, hive),
            Logs::error(kept),
            "{source}"
        );
        let lost = deploy(source, None, Dialect::Steem);
        assert_eq!(lost.to_json(LogOrder::ErrorsFirst), LOST_LOG, "{source}");
    }
    let mut chain = Chain::with(
        "actions.createSSC = async () => {}; if (api.action !== 'createSSC') missing();",
    );
    assert_eq!(
        chain.call("run", "{}").logs,
        Logs::error("ReferenceError: missing is not defined")
    );
}

#[test]
fn validators_are_those_of_the_lineage() {
    let mut chain = Chain::with("actions.run = async () => { api.validator.isAlpha(5); };");
    for (dialect, error) in [
        (Dialect::Modern, "Expected a string but received a number"),
        (Dialect::Hive, "Expected a string but received a number"),
        (Dialect::Steem, "Expected string but received a number."),
    ] {
        chain.rules.dialect = dialect;
        let errors = chain.call("run", "{}").logs.errors;
        assert_eq!(errors, [format!("TypeError: {error}")]);
    }
}

#[test]
fn unknown_actions() {
    let mut chain = Chain::with("");
    assert_eq!(chain.call("nothing", "{}").logs.errors, ["unknown error"]);
    assert_eq!(
        chain.call("createSSC", "{}").logs.errors,
        ["you cannot trigger this action"]
    );
}

#[test]
fn tables() {
    let source = "actions.createSSC = async () => { await api.db.createTable('notes', ['author', 'rank']); };
        actions.add = async (p) => api.emit('out', await api.db.insert('notes', p));
        actions.change = async (p) => { const row = await api.db.findOne('notes', p.find); Object.assign(row, p.set); delete row.amount;
            await api.db.update('notes', row, p.unset); api.emit('out', await api.db.findOne('notes', { _id: row._id })); };
        actions.drop = async (p) => { await api.db.remove('notes', p); api.emit('out', await api.db.count('notes', {})); };
        actions.find = async (p) => api.emit('out', await api.db.findInTable('test', 'notes', p.query, p.limit, p.offset, p.indexes));";
    let mut chain = Chain::with(source);
    assert_eq!(
        chain.out("add", r#"{"author":"a","rank":2,"__proto__":{"x":1},"when":{"$date":"2020-01-01T00:00:00.000Z"}}"#),
        r#"{"author":"a","rank":2,"__proto__":{"x":1},"when":{"$date":"2020-01-01T00:00:00Z"},"_id":1}"#
    );
    assert_eq!(
        chain.out(
            "add",
            r#"{"author":"b","rank":1,"amount":{"$numberDecimal":"1.50"}}"#
        ),
        r#"{"author":"b","rank":1,"amount":{"$numberDecimal":"1.50"},"_id":2}"#
    );
    assert_eq!(
        chain.out(
            "find",
            r#"{"query":{},"indexes":[{"index":"rank","descending":false}]}"#
        ),
        r#"[{"_id":2,"author":"b","rank":1,"amount":{"$numberDecimal":"1.50"}},{"_id":1,"author":"a","rank":2,"__proto__":{"x":1},"when":{"$date":"2020-01-01T00:00:00Z"}}]"#
    );
    assert_eq!(
        chain.out(
            "change",
            r#"{"find":{"author":"b"},"set":{"rank":9,"zeal":true},"unset":{"amount":1}}"#
        ),
        r#"{"_id":2,"author":"b","rank":9,"zeal":true}"#
    );
    assert_eq!(chain.out("drop", r#"{"_id":1}"#), "1");
    assert_eq!(chain.out("find", r#"{"query":{"author":"a"}}"#), "[]");
}

#[test]
fn numbers() {
    for (expression, value) in [
        (
            "api.BigNumber(1).dividedBy(3).toFixed()",
            r#""0.33333333333333333333""#,
        ),
        ("api.BigNumber('1.5').plus('2.25')", r#""3.75""#),
        ("new api.BigNumber('1.5').times(2).toNumber()", "3"),
        ("api.BigNumber('1.005').toFixed(2)", r#""1.01""#),
        (
            "api.BigNumber('1.009').toFixed(2, api.BigNumber.ROUND_DOWN)",
            r#""1.00""#,
        ),
        ("api.BigNumber('x').isNaN()", "true"),
        ("api.BigNumber('2').gt(api.BigNumber(1.5))", "true"),
        ("api.BigNumber('1.50').dp()", "1"),
        (
            "api.BigNumber.max('1', 3, api.BigNumber(2)).toString()",
            r#""3""#,
        ),
        ("api.BigNumber('1') + 1", "2"),
        ("`${api.BigNumber('0.10')}`", r#""0.1""#),
        (
            "api.BigNumber('-0.4').integerValue().toFixed(1)",
            r#""0.0""#,
        ),
        ("api.BigNumber(-0).valueOf()", r#""-0""#),
        ("api.BigNumber('ff', 16).toNumber()", "255"),
        ("api.BigNumber(3).pow(2, 5).toNumber()", "4"),
        ("api.BigNumber([2]).sqrt().dp(3, 1).toNumber()", "1.414"),
        ("api.BigNumber('-0').toString()", r#""0""#),
    ] {
        assert_eq!(eval(expression), value, "{expression}");
    }
    assert_eq!(
        errors("api.BigNumber(1).toFixed(-1);"),
        ["Error: [BigNumber Error] Argument out of range: -1"]
    );
}

#[test]
fn helpers() {
    for (expression, value) in [
        ("api.validator.isAlpha('abc')", "true"),
        ("api.validator.isFQDN('localhost')", "false"),
        ("api.validator.isIP('127.0.0.1', 4)", "true"),
        ("api.validator.blacklist('a<b>', '<>')", r#""ab""#),
        ("api.isValidAccountName('alice')", "true"),
        ("api.isValidAccountName(5)", "false"),
        (
            "api.SHA256('abc')",
            r#""ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad""#,
        ),
        ("api.SHA256({ a: 1 }) === api.SHA256('{\"a\":1}')", "true"),
        ("api.random() === api.random()", "false"),
        ("api.checkSignature('a', 'b', 'c')", "false"),
        ("api.logs()", r#"{"errors":[],"events":[]}"#),
        ("new Date().toISOString()", r#""2020-09-13T12:26:40.000Z""#),
        (
            "new Date(`${api.hiveBlockTimestamp}.000Z`).getTime()",
            "1600000000000",
        ),
        ("Math.pow(2, 10) + 2 ** 3", "1032"),
        ("'\\ud800'", r#""\ud800""#),
        (
            "{ d: new Date(0), n: NaN, u: undefined, f: -0 }",
            r#"{"d":"1970-01-01T00:00:00.000Z","n":null,"f":0}"#,
        ),
    ] {
        assert_eq!(eval(expression), value, "{expression}");
    }
    assert_eq!(
        errors("api.validator.isAlpha(5);"),
        ["TypeError: Expected a string but received a number"]
    );
}

#[test]
fn calls_between_contracts() {
    let source = "actions.inner = async (p) => { api.assert(p.ok, 'not ok'); api.emit('inner', [api.sender, p.callingContractInfo, api.transactionId]); };
        actions.outer = async (p) => { const r = await api.executeSmartContract('test', 'inner', p);
            api.emit('out', r); };
        actions.deep = async (p) => { const r = await api.executeSmartContract('test', 'deep', {}); if (r.errors) api.emit('depth', r.errors); };
        actions.owner = async () => { await api.executeSmartContractAsOwner('test', 'inner', { ok: 1 }); };";
    let mut chain = Chain::with(source);
    let receipt = chain.call("outer", r#"{"ok":1}"#);
    let [inner, outer] = receipt.logs.events.as_slice() else {
        panic!("{:?}", receipt.logs)
    };
    assert_eq!(
        inner.data.stringify(),
        r#"["alice",{"name":"test","action":"outer","version":1},null]"#
    );
    let told = outer.data.stringify();
    assert!(
        told.starts_with(r#"{"events":[{"contract":"test","event":"inner","data":["alice""#),
        "{told}"
    );
    let receipt = chain.call("outer", "{}");
    assert_eq!(receipt.logs.errors, ["not ok"]);
    assert_eq!(
        receipt.logs.events[0].data.stringify(),
        r#"{"errors":["not ok"]}"#
    );
    let receipt = chain.call("deep", "{}");
    assert_eq!(receipt.logs.errors, ["unknown error"]);
    let receipt = chain.call("owner", "{}");
    assert!(
        receipt.logs.events[0]
            .data
            .stringify()
            .starts_with(r#"["engine""#)
    );
}

#[test]
fn parameters_must_be_an_object() {
    for (params, error) in [
        (
            "null",
            "TypeError: Cannot set properties of null (setting 'callingContractInfo')",
        ),
        (
            "'x'",
            "TypeError: Cannot create property 'callingContractInfo' on string 'x'",
        ),
        ("{ f() {} }", "TypeError: f() {} could not be cloned."),
    ] {
        let statements = format!("await api.executeSmartContract('test', 'x', {params});");
        assert_eq!(errors(&statements), [error], "{params}");
    }
}
