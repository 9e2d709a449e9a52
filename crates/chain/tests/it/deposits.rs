//! Deposits for what contracts store.

use std::collections::BTreeMap;
use std::ops::Bound;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::{Value, json};
use tartan_chain::{Chain, Network};
use tartan_decimal::{Precision, Quantity, Rounding};
use tartan_state::{Read, Space};

use crate::common::*;
use crate::metered::open_with_scripts;

/// A byte costs 1,000 of the smallest units.
const NETWORK: &str = r#"
extends = "dev"
fees = { deployment = "0", update = "0" }
contracts.tokens.deposit_per_byte = "0.00001"
"#;
const UNITS_PER_BYTE: i128 = 1_000;

const NOTES: &str = "
actions.createSSC = async () => {
    if (!(await api.db.tableExists('notes'))) await api.db.createTable('notes', ['key']);
};
actions.put = async ({ key, length, fail }) => {
    const row = await api.db.findOne('notes', { key });
    const text = 'x'.repeat(length);
    if (row) await api.db.update('notes', { ...row, text });
    else await api.db.insert('notes', { key, text });
    if (fail) throw new Error('no');
};
actions.remove = async ({ key }) => {
    const row = await api.db.findOne('notes', { key });
    if (row) await api.db.remove('notes', row);
};
actions.tick = async () => { await api.db.insert('notes', { key: 'tick', text: '' }); };";

fn deploy(who: &str) -> tartan_graphene::MainOperation {
    let payload = json!({ "name": "notes", "code": STANDARD.encode(NOTES) });
    active(who, "contract", "deploy", payload)
}

fn put(who: &str, key: &str, length: usize) -> tartan_graphene::MainOperation {
    active(who, "notes", "put", json!({ "key": key, "length": length }))
}

fn remove(who: &str, key: &str) -> tartan_graphene::MainOperation {
    active(who, "notes", "remove", json!({ "key": key }))
}

/// alice, bob and carol have 10 of the utility token each; alice deploys.
fn notes() -> (Chain, Main) {
    notes_on(NETWORK)
}

fn notes_on(network: &str) -> (Chain, Main) {
    let network = Network::from_toml(network).unwrap();
    let (mut chain, mut main) = (open_with_scripts(network), Main::new());
    let funded = ["alice", "bob", "carol"].map(|who| pay(who, "10"));
    chain.apply(&main.block(funded.to_vec())).unwrap();
    let deployed = chain.apply(&main.block(vec![deploy("alice")])).unwrap();
    assert_eq!(errors(&deployed), [""]);
    (chain, main)
}

fn units(text: &Value) -> i128 {
    let precision = Precision::new(8).unwrap();
    let text = text.as_str().unwrap();
    Quantity::parse_rounded(text, precision, Rounding::HalfUp)
        .unwrap()
        .units()
}

/// What all accounts hold of the utility token, deposits apart.
fn liquid(chain: &Chain, who: &str) -> i128 {
    let query = json!({ "account": who, "symbol": "ENG" });
    let row = chain
        .reader()
        .find_one("tokens", "balances", &query)
        .unwrap();
    row.map_or(0, |row| units(&row["balance"]))
}

/// Bytes that an account pays for, as the table shows them.
fn bytes(chain: &Chain, who: &str) -> i128 {
    let query = json!({ "account": who });
    let row = chain
        .reader()
        .find_one("tokens", "deposits", &query)
        .unwrap();
    row.map_or(0, |row| {
        let bytes = row["bytes"].as_f64().unwrap() as i128;
        assert_eq!(units(&row["balance"]), bytes * UNITS_PER_BYTE);
        bytes
    })
}

/// Bytes that the contract's rows and code take, and who pays for them by the notes beside them.
fn noted(chain: &Chain) -> (i128, BTreeMap<String, i128>) {
    let view = chain.state().view().unwrap();
    let table = view.table("notes", "notes").unwrap();
    let mut size = 0;
    let all = (Bound::Unbounded, Bound::Unbounded);
    for entry in view
        .range(Space::Rows(table.id), all.0, all.1, false)
        .unwrap()
    {
        let (key, value) = entry.unwrap();
        size += (key.len() + value.len()) as i128;
    }
    let code = view.get(Space::Meta, b"contract-code/notes").unwrap();
    size += code.unwrap().len() as i128;
    let mut payers = BTreeMap::new();
    for entry in view.prefix(Space::Meta, b"deposit/", false).unwrap() {
        let (_, value) = entry.unwrap();
        let (bytes, payer) = value.split_first_chunk::<4>().unwrap();
        let payer = String::from_utf8(payer.to_vec()).unwrap();
        *payers.entry(payer).or_default() += i128::from(u32::from_be_bytes(*bytes));
    }
    (size, payers)
}

const ACCOUNTS: [&str; 5] = ["alice", "bob", "carol", "steemsc", "null"];

/// What is stored is paid for, and no token comes or goes.
fn check(chain: &Chain) {
    let (size, payers) = noted(chain);
    assert_eq!(payers.values().sum::<i128>(), size);
    let query = json!({ "contract": "notes" });
    let held = chain.reader();
    let held = held.find_one("tokens", "contractDeposits", &query).unwrap();
    let held = held.expect("the contract's code is paid for");
    assert_eq!(held["bytes"].as_f64().unwrap() as i128, size);
    assert_eq!(units(&held["balance"]), size * UNITS_PER_BYTE);
    let mut total = 0;
    for who in ACCOUNTS {
        assert_eq!(
            payers.get(who).copied().unwrap_or(0),
            bytes(chain, who),
            "{who}"
        );
        let liquid = liquid(chain, who);
        assert!(liquid >= 0, "{who}");
        total += liquid + bytes(chain, who) * UNITS_PER_BYTE;
    }
    assert_eq!(total, 10_000_000 * 100_000_000);
}

#[test]
fn who_writes_a_row_pays_for_it_until_it_is_gone() {
    let (mut chain, mut main) = notes();
    check(&chain);
    let code = bytes(&chain, "alice");
    assert!(
        code > NOTES.len() as i128,
        "the code is paid for by its deployer"
    );
    chain
        .apply(&main.block(vec![put("bob", "a", 100)]))
        .unwrap();
    check(&chain);
    let paid = bytes(&chain, "bob");
    assert!((100..300).contains(&paid), "{paid}");
    chain
        .apply(&main.block(vec![put("bob", "a", 150)]))
        .unwrap();
    let longer = bytes(&chain, "bob") - paid;
    assert!((50..=52).contains(&longer), "{longer}");
    chain
        .apply(&main.block(vec![remove("carol", "a")]))
        .unwrap();
    check(&chain);
    assert_eq!((bytes(&chain, "bob"), bytes(&chain, "carol")), (0, 0));
    assert_eq!(liquid(&chain, "bob"), 1_000_000_000);
    assert_eq!(bytes(&chain, "alice"), code);
}

#[test]
fn who_updates_the_row_of_another_takes_over_its_deposit() {
    let (mut chain, mut main) = notes();
    chain
        .apply(&main.block(vec![put("bob", "a", 100)]))
        .unwrap();
    let paid = bytes(&chain, "bob");
    chain
        .apply(&main.block(vec![put("carol", "a", 100)]))
        .unwrap();
    check(&chain);
    assert_eq!((bytes(&chain, "bob"), bytes(&chain, "carol")), (0, paid));
    assert_eq!(liquid(&chain, "bob"), 1_000_000_000);
}

#[test]
fn who_cannot_pay_cannot_write() {
    let (mut chain, mut main) = notes();
    let before = everything(&chain);
    let block = chain
        .apply(&main.block(vec![put("dave", "a", 10)]))
        .unwrap();
    let [error] = <[String; 1]>::try_from(errors(&block)).unwrap();
    assert!(
        error.starts_with("dave must be able to pay the storage deposit of 0.00"),
        "{error}"
    );
    assert_eq!(noted(&chain).1.get("dave"), None);
    let rows = |lines: &[String]| lines.iter().filter(|line| line.starts_with("Rows")).count();
    assert_eq!(rows(&everything(&chain)), rows(&before));
    check(&chain);
}

#[test]
fn a_call_that_fails_moves_no_deposit() {
    let (mut chain, mut main) = notes();
    let fails = json!({ "key": "a", "length": 10, "fail": true });
    let block = main.block(vec![active("bob", "notes", "put", fails)]);
    assert_eq!(errors(&chain.apply(&block).unwrap()), ["Error: no"]);
    assert_eq!(bytes(&chain, "bob"), 0);
    check(&chain);
}

#[test]
fn what_a_tick_writes_the_owner_pays_for() {
    let (mut chain, mut main) = notes();
    let code = bytes(&chain, "alice");
    let tick = json!({ "contractName": "notes", "tickAction": "tick" });
    let register = active("steemsc", "contract", "registerTick", tick);
    chain.apply(&main.block(vec![register])).unwrap();
    chain.apply(&main.block(vec![pay("bob", "1")])).unwrap();
    assert!(bytes(&chain, "alice") > code);
    check(&chain);
}

#[test]
fn a_deposit_takes_the_active_key() {
    let (mut chain, mut main) = notes();
    let lower = |action, payload| posting("bob", "notes", action, payload);
    let put_a = lower("put", json!({ "key": "a", "length": 100 }));
    let block = main.block(vec![put_a]);
    let [error] = <[String; 1]>::try_from(errors(&chain.apply(&block).unwrap())).unwrap();
    assert!(error.starts_with("the call stores 1"), "{error}");
    assert!(
        error.contains(" bytes for a deposit of 0.001")
            && error.ends_with(" ENG, which takes your active key"),
        "{error}"
    );
    assert_eq!(bytes(&chain, "bob"), 0);
    // what costs nothing more needs no more
    let active_put = put("bob", "a", 100);
    let shorter = lower("put", json!({ "key": "a", "length": 50 }));
    let remove = lower("remove", json!({ "key": "a" }));
    let block = main.block(vec![active_put, shorter, remove]);
    assert_eq!(errors(&chain.apply(&block).unwrap()), ["", "", ""]);
    assert_eq!(bytes(&chain, "bob"), 0);
    check(&chain);
}

#[test]
fn a_payload_says_how_much_may_be_locked() {
    let (mut chain, mut main) = notes();
    let mut put = |most: Value| {
        let payload = json!({ "key": "a", "length": 500, "maxDeposit": most });
        let block = main.block(vec![active("bob", "notes", "put", payload)]);
        errors(&chain.apply(&block).unwrap()).remove(0)
    };
    for most in ["0", "-1", "0.005"] {
        let error = put(json!(most));
        assert!(
            error.ends_with(" ENG, more than maxDeposit allows"),
            "{most}: {error}"
        );
    }
    for most in [json!(5), json!("much"), json!({}), json!(false)] {
        let error = put(most.clone());
        assert!(
            error.starts_with(
                "invalid maxDeposit: expected an amount of ENG as text, such as \"0.005"
            ),
            "{most}: {error}"
        );
    }
    assert_eq!(put(json!("0.006")), "");
    assert!(bytes(&chain, "bob") > 500);
    check(&chain);
}

#[test]
fn without_a_word_a_call_locks_the_usual_at_most() {
    let network = format!("{NETWORK}contracts.tokens.max_deposit = \"0.02\"\n");
    let (mut chain, mut main) = notes_on(&network);
    let block = main.block(vec![put("bob", "a", 100), put("bob", "b", 3000)]);
    let told = errors(&chain.apply(&block).unwrap());
    assert_eq!(told[0], "");
    let (before, after) = told[1].split_once("; maxDeposit: \"").unwrap();
    assert!(
        before.ends_with(" ENG, more than the usual maximum of 0.02"),
        "{before}"
    );
    // what the error names is what it takes
    let (most, _) = after.split_once('"').unwrap();
    let payload = json!({ "key": "b", "length": 3000, "maxDeposit": most });
    let block = main.block(vec![active("bob", "notes", "put", payload)]);
    assert_eq!(errors(&chain.apply(&block).unwrap()), [""]);
    check(&chain);

    // deploying is a call like any other
    let long = format!("{NOTES}// {}", "x".repeat(3000));
    let mut payload = json!({ "name": "notes", "code": STANDARD.encode(long) });
    let block = main.block(vec![active("alice", "contract", "deploy", payload.clone())]);
    let [error] = <[String; 1]>::try_from(errors(&chain.apply(&block).unwrap())).unwrap();
    assert!(error.contains("the usual maximum of 0.02"), "{error}");
    payload["maxDeposit"] = json!("0.05");
    let block = main.block(vec![active("alice", "contract", "deploy", payload)]);
    assert_eq!(errors(&chain.apply(&block).unwrap()), [""]);
    check(&chain);
}

#[test]
fn nobody_else_settles_deposits() {
    let (mut chain, mut main) = notes();
    let theft = json!({ "changes": { "alice": -100 }, "contracts": {}, "sender": "alice" });
    let block = main.block(vec![active("alice", "tokens", "settleDeposits", theft)]);
    assert_eq!(errors(&chain.apply(&block).unwrap()), ["not authorized"]);
    check(&chain);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn no_token_comes_or_goes(steps in prop::collection::vec((0..5_u8, 0..3_usize, 0..4_usize, 0..400_usize), 1..30)) {
        let (mut chain, mut main) = notes();
        for block in steps.chunks(3) {
            let operations = block.iter().map(|&(what, who, key, length)| {
                let (who, key) = (ACCOUNTS[who], ["a", "b", "c", "d"][key]);
                match what {
                    0 | 1 => put(who, key, length),
                    2 => remove(who, key),
                    // little is left, so that some cannot pay
                    3 => transfer(who, "steemsc", "ENG", "4.998"),
                    _ => deploy(who),
                }
            });
            chain.apply(&main.block(operations.collect())).unwrap();
            check(&chain);
        }
    }
}
