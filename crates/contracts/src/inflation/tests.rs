use std::sync::Arc;

use proptest::prelude::*;
use serde_json::json;
use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, Contract, Limits, Payload};

use super::{Kind, Receiver, Settings};
use crate::testing::{ENGINE, Sent, TestChain, text};

/// Has tokens, and runs what only the node runs.
struct Witnesses;

impl Contract for Witnesses {
    fn code(&self) -> &str {
        "test:witnesses"
    }

    fn create(&self, _params: &Value, _ctx: &mut Context<'_>) -> ActionResult {
        Ok(())
    }

    fn call(&self, _: &str, _: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let params = tartan_document::Object::new();
        ctx.call("inflation", "issueNewTokens", params).map(drop)
    }
}

fn chain_of(inflation: Option<Settings>, witnesses: bool) -> TestChain {
    let mut settings = crate::testing::settings();
    settings.tokens.utility_token = "BEE".to_string();
    settings.inflation = inflation;
    let registry = crate::registry(["tokens", "inflation"], &settings).expect("both are native");
    let registry = match witnesses {
        true => registry.with_native("witnesses", Arc::new(Witnesses)),
        false => registry,
    };
    TestChain::over(registry, Limits::default())
}

/// A chain whose utility token has this maximum.
fn chain_with(inflation: Option<Settings>, witnesses: bool, max_supply: &str) -> TestChain {
    let mut chain = chain_of(inflation, witnesses);
    let create = json!({ "name": "Bee", "symbol": "BEE", "precision": 8, "maxSupply": max_supply });
    chain.send("null", "tokens", "create", create).succeeds();
    chain
}

fn issue(chain: &mut TestChain) -> Sent {
    chain.send("null", "inflation", "issueNewTokens", json!({}))
}

fn held(chain: &TestChain, table: &str, account: &str) -> String {
    let rows = chain.find(table, json!({ "account": account, "symbol": "BEE" }));
    rows.first()
        .map_or_else(|| "none".to_string(), |row| text(row, "balance"))
}

fn receiver(to: &str, kind: Kind, quantity: &str) -> Receiver {
    Receiver {
        to: to.to_string(),
        kind,
        quantity: quantity.to_string(),
    }
}

fn to(receivers: &[Receiver]) -> Option<Settings> {
    Some(Settings {
        receivers: Some(receivers.to_vec()),
    })
}

#[test]
fn engine_and_witnesses_are_issued_tokens() {
    let mut chain = chain_with(None, true, "1000");
    issue(&mut chain).succeeds().emits(&[
        r#"transferFromContract {"from":"tokens","to":"engine","symbol":"BEE","quantity":"11.41552511"}"#,
        r#"issueToContract {"from":"tokens","to":"witnesses","symbol":"BEE","quantity":"22.83105022"}"#,
    ]);
    chain.token("BEE", "supply").is("34.24657533");
    chain.token("BEE", "circulatingSupply").is("34.24657533");
    assert_eq!(held(&chain, "balances", ENGINE), "11.41552511");
    assert_eq!(held(&chain, "balances", "null"), "0.00000000");
    assert_eq!(
        held(&chain, "contractsBalances", "witnesses"),
        "22.83105022"
    );
    issue(&mut chain).succeeds();
    chain.token("BEE", "supply").is("68.49315066");
    chain.check_conservation();
}

/// Nobody could have what went to a contract that is not there.
#[test]
fn contracts_that_are_not_deployed_get_nothing() {
    let mut chain = chain_with(None, false, "1000");
    issue(&mut chain).succeeds();
    chain.token("BEE", "supply").is("11.41552511");
    assert_eq!(held(&chain, "contractsBalances", "witnesses"), "none");
}

#[test]
fn the_network_says_who_is_issued_what() {
    let receivers = [
        receiver("alice", Kind::User, "1"),
        receiver("inflation", Kind::Contract, "2"),
        receiver("alice", Kind::User, "0.5"),
    ];
    let mut chain = chain_with(to(&receivers), false, "1000");
    issue(&mut chain).succeeds();
    assert_eq!(held(&chain, "balances", "alice"), "1.50000000");
    assert_eq!(held(&chain, "contractsBalances", "inflation"), "2.00000000");
    let mut silent = chain_with(to(&[]), true, "1000");
    issue(&mut silent).does_nothing();
}

#[test]
fn settings_are_read_from_a_file() {
    let read = |text: &str| serde_json::from_str::<Settings>(text).map_err(|e| e.to_string());
    assert_eq!(read("{}"), Ok(Settings::default()));
    let expected = [
        receiver("alice", Kind::User, "1"),
        receiver("witnesses", Kind::Contract, "2.5"),
    ];
    let text = r#"{"receivers":[{"to":"alice","quantity":"1"},{"to":"witnesses","type":"contract","quantity":"2.5"}]}"#;
    assert_eq!(read(text).ok(), to(&expected));
    for quantity in ["0", "-1", "x", "Infinity"] {
        let text = format!(r#"{{"receivers":[{{"to":"alice","quantity":"{quantity}"}}]}}"#);
        let error = read(&text).unwrap_err();
        let expected =
            format!("expected an amount above zero such as \"11.4\", found {quantity:?}");
        assert!(error.starts_with(&expected), "{error}");
    }
}

#[test]
fn nobody_else_issues() {
    let mut chain = chain_with(None, true, "1000");
    for sender in [ENGINE, "alice"] {
        chain
            .send(sender, "inflation", "issueNewTokens", json!({}))
            .does_nothing();
    }
    chain
        .send("null", "witnesses", "anything", json!({}))
        .does_nothing();
    chain.token("BEE", "supply").is("0");
    chain
        .send("null", "inflation", "issueMore", json!({}))
        .fails_with("unknown error");
}

/// Without authority in the payload of the network's action, nothing is issued.
#[test]
fn the_node_issues_with_authority() {
    let mut chain = chain_with(None, false, "1000");
    let sent = chain.post("null", "inflation", "issueNewTokens", json!({}));
    assert_eq!(
        sent.logs.errors,
        ["you must use a custom_json signed with your active key"]
    );
}

#[test]
fn at_the_maximum_it_ends() {
    let mut chain = chain_with(None, true, "30");
    let sent = issue(&mut chain);
    assert_eq!(sent.logs.errors, ["quantity exceeds available supply"]);
    sent.emits(&[
        r#"transferFromContract {"from":"tokens","to":"engine","symbol":"BEE","quantity":"11.41552511"}"#,
    ]);
    issue(&mut chain);
    let sent = issue(&mut chain);
    assert_eq!(sent.logs.errors, ["quantity exceeds available supply"; 2]);
    chain.token("BEE", "supply").is("22.83105022");
    chain.check_conservation();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whoever fits below the maximum gets what the network says, and the supply is what they have.
    #[test]
    fn supply_is_what_was_issued(
        quantities in prop::collection::vec((1_u32..5_000, any::<bool>()), 0..6),
        max_supply in 1_u32..60,
        runs in 1_usize..8,
    ) {
        let shown = |thousandths: u32| format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
        let receivers: Vec<_> = quantities
            .iter()
            .map(|(quantity, account)| match account {
                true => receiver("alice", Kind::User, &shown(*quantity)),
                false => receiver("witnesses", Kind::Contract, &shown(*quantity)),
            })
            .collect();
        let mut chain = chain_with(to(&receivers), true, &max_supply.to_string());
        let (mut alice, mut witnesses) = (0, 0);
        for _ in 0..runs {
            issue(&mut chain);
            for (quantity, account) in &quantities {
                let fits = alice + witnesses + quantity <= max_supply * 1000;
                let holder = if *account { &mut alice } else { &mut witnesses };
                *holder += if fits { *quantity } else { 0 };
            }
            chain.check_conservation();
            for (table, account, expected) in [("balances", "alice", alice), ("contractsBalances", "witnesses", witnesses)] {
                let held = held(&chain, table, account);
                let units = tartan_decimal::Decimal::parse(&held).to_units(3).unwrap_or(0);
                prop_assert_eq!(units, i128::from(expected));
            }
        }
    }
}
