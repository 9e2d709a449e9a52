//! Attacks on the node by contracts and by their callers, each on a network that counts work and on one that does not.
//!
//! | attack | tests here | more, elsewhere |
//! | --- | --- | --- |
//! | infinite loops | [`endless::infinite_loops`], [`endless::infinite_loops_of_jobs`] | `meter::tests::attacks::loops`, `metering::what_a_contract_catches_…` |
//! | recursion | [`endless::recursion`], [`endless::recursion_through_the_node`] | `meter::tests::attacks::{recursion_ends_with_an_error, wide_frames_fit_the_stack}` |
//! | regex bombs | [`endless::regular_expressions`] | `metering::what_cannot_be_metered_is_refused_…` |
//! | huge strings and arrays | [`memory::huge_strings`], [`memory::huge_arrays`], [`memory::garbage_is_no_burden_to_the_next`], [`memory::floods_of_the_log`] | `meter::tests::attacks::{strings, arrays_and_objects}` |
//! | getters and proxies in payloads and records | [`values::getters_in_records`], [`values::records_that_write_themselves`], [`values::conversions`], [`values::values_that_cannot_cross`], [`values::proxies`] | |
//! | poisoned prototypes | [`prototypes::poisoned_prototypes`], [`prototypes::thenables`], [`prototypes::payloads_named_like_what_objects_inherit`] | `isolation::nothing_planted_survives`, with every object there is |
//! | promises that never settle | [`endings::promises_that_never_settle`] | |
//! | thrown non-errors | [`endings::thrown_non_errors`], [`endings::long_messages`] | |
//! | re-entrancy | [`reentrancy::reentrancy_on_the_same_rows`] | `metering::a_caller_cannot_outlive_…` |
//! | calls to itself 1,000 deep | [`reentrancy::calls_to_itself`] | |
//!
//! Where work is not counted only the network's operator deploys. There, a net counts jumps and calls; what one
//! function of the language does within itself it does not see, and such loops are attacks on counted networks only.

mod endings;
mod endless;
mod memory;
mod prototypes;
mod reentrancy;
mod values;

use tartan_runtime::Receipt;
use tartan_vm::{Options, memory_at_rest};

use crate::harness::Chain;

const BUDGET: u64 = 200_000;
const OUT_OF_BUDGET: &str = "Error: the call used up its budget of 200000 units";
const TIMED_OUT: &str = "Error: Script execution timed out.";
const TOO_OFTEN: &str = "Error: the contract was stopped: more than 20000 calls in one transaction";
const TOO_DEEP: &str = "RangeError: Maximum call stack size exceeded";
const NO_MEMORY: &str = "Error: the contract was stopped: out of memory";
/// A single text or array that does not fit.
const TOO_LARGE: &str = "InternalError: out of memory";
const TOO_LONG: &str = "InternalError: string too long";
/// What a realm may hold after an execution.
const AT_REST: u64 = 8 << 20;

/// Ordinary work: says what it finds, so that anything left behind by another call shows.
const WORK: &str = "
    actions.createSSC = async () => { await api.db.createTable('rows', ['n']); };
    actions.idle = async () => {};
    actions.work = async (payload) => {
        const row = await api.db.insert('rows', { n: 1, list: [3, 1, 2].sort(), text: `${[1, [2]]}`, none: null });
        row.n = api.BigNumber('1').plus(payload.n).toNumber();
        await api.db.update('rows', row);
        const inherited = [];
        for (const name in {}) inherited.push(name);
        for (const name in []) inherited.push(name);
        const sums = await Promise.all([1, Promise.resolve(2)]);
        const types = [Object, Array, String, Number, Boolean, Function, Promise, Map, Set, Date, Error, TypeError];
        api.emit('out', {
            rows: (await api.db.find('rows', {})).map(({ _id, ...rest }) => rest), inherited, sums, global: Object.keys(globalThis).sort().join(),
            own: types.map((type) => `${Reflect.ownKeys(type.prototype).length} ${Reflect.ownKeys(type).length}`),
            planted: typeof planted, own_api: Reflect.ownKeys(api).length, logs: api.logs(),
            json: JSON.stringify({ a: [1, { b: payload }] }), random: api.random(),
        });
    };";

fn network(metered: bool) -> Chain {
    let options = Options {
        metered,
        budget: BUDGET,
        patience: 300,
    };
    let mut chain = Chain::new(options);
    chain.rules.call_budget = metered.then_some(BUDGET);
    chain
}

fn deployed(metered: bool, source: &str) -> Chain {
    let mut chain = network(metered);
    let receipt = chain.deploy("test", &format!("{WORK}\n{source}"));
    assert_eq!(receipt.logs.errors, Vec::<String>::new(), "{source}");
    chain
}

/// What ordinary work gives after two calls that do nothing.
fn undisturbed(metered: bool, source: &str) -> Receipt {
    let mut chain = deployed(metered, source);
    for _ in 0..2 {
        chain.call("idle", "{}");
    }
    let receipt = chain.call("work", r#"{"n":1}"#);
    assert_eq!(receipt.logs.errors, Vec::<String>::new(), "{source}");
    receipt
}

/// Runs the action `attack` twice; how it ended. The next transaction of the same contract then finds no trace of it.
#[track_caller]
fn attacked(metered: bool, source: &str, payload: &str) -> Receipt {
    let mut chain = deployed(metered, source);
    let first = chain.call("attack", payload);
    let second = chain.call("attack", payload);
    let told = |receipt: &Receipt| (receipt.logs.clone(), receipt.units);
    assert!(
        told(&first) == told(&second),
        "a second time it ends otherwise\n{source}"
    );
    let calm = undisturbed(metered, source);
    let after = chain.call("work", r#"{"n":1}"#);
    assert_eq!(told(&after), told(&calm), "afterwards\n{source}");
    let held = memory_at_rest();
    assert!(
        held.iter().all(|bytes| *bytes <= AT_REST),
        "{held:?}\n{source}"
    );
    first
}

/// The only error that an attack ends with; empty when it ends well.
#[track_caller]
fn error(metered: bool, source: &str) -> String {
    let mut errors = attacked(metered, source, "{}").logs.errors;
    assert!(errors.len() <= 1, "{errors:?}\n{source}");
    errors.pop().unwrap_or_default()
}

/// How statements end where work is not counted, and where it is.
#[track_caller]
fn check(statements: &str, uncounted: &str, counted: &str) {
    let source = format!("actions.attack = async (payload) => {{ {statements} }};");
    assert_eq!(
        error(false, &source),
        uncounted,
        "not counted: {statements}"
    );
    assert_eq!(error(true, &source), counted, "counted: {statements}");
}

/// What statements emit, the same on both networks.
#[track_caller]
fn check_emits(statements: &str, payload: &str, expected: &str) {
    let source = format!("actions.attack = async (payload) => {{ {statements} }};");
    for metered in [false, true] {
        let receipt = attacked(metered, &source, payload);
        assert_eq!(receipt.logs.errors, Vec::<String>::new(), "{statements}");
        let events = receipt.logs.events.iter();
        let events: Vec<String> = events.map(|event| event.data.stringify()).collect();
        assert_eq!(
            events.join(" "),
            expected,
            "counted: {metered}, {statements}"
        );
    }
}
