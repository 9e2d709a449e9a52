use serde_json::{Value, json};

use crate::testing::{ENGINE, TestChain};

fn valid() -> Value {
    json!({ "name": "Cool Token", "symbol": "COOL", "url": "https://cool.example", "precision": 3, "maxSupply": "1000" })
}

fn with(key: &str, value: Value) -> Value {
    let mut payload = valid();
    payload[key] = value;
    payload
}

#[track_caller]
fn refused(payload: Value, error: &str) {
    TestChain::new()
        .send("alice", "tokens", "create", payload)
        .fails_with(error);
}

#[test]
fn a_token_is_made() {
    let mut chain = TestChain::new();
    chain
        .send("alice", "tokens", "create", valid())
        .does_nothing();
    let row = chain.row("tokens", json!({ "symbol": "COOL" }));
    assert_eq!(
        tartan_document::Value::Object(row).stringify(),
        r#"{"_id":2,"issuer":"alice","symbol":"COOL","name":"Cool Token","metadata":"{\"url\":\"https://cool.example\"}","precision":3,"maxSupply":"1000.000","supply":"0","circulatingSupply":"0","stakingEnabled":false,"unstakingCooldown":1,"delegationEnabled":false,"undelegationCooldown":0}"#
    );
}

#[test]
fn without_an_url_the_metadata_has_an_empty_one() {
    let mut chain = TestChain::new();
    let payload = json!({ "name": "Cool", "symbol": "COOL", "precision": 0, "maxSupply": "5" });
    chain
        .send("alice", "tokens", "create", payload)
        .does_nothing();
    chain.token("COOL", "metadata").is(r#"{"url":""}"#);
}

#[test]
fn it_needs_the_active_key() {
    TestChain::new()
        .post("alice", "tokens", "create", valid())
        .fails_with("you must use a custom_json signed with your active key");
}

#[test]
fn it_needs_params_of_the_right_types() {
    for key in ["name", "symbol", "precision", "maxSupply"] {
        refused(with(key, Value::Null), "invalid params");
        refused(with(key, json!(["x"])), "invalid params");
    }
    for key in ["name", "symbol", "url", "maxSupply"] {
        refused(with(key, json!("")), "invalid params");
        refused(with(key, json!(7)), "invalid params");
    }
    refused(with("url", Value::Null), "invalid params");
    refused(with("precision", json!("3")), "invalid params");
    refused(with("maxSupply", json!("many")), "invalid params");
}

#[test]
fn its_symbol_is_letters_and_a_dot() {
    let error = "invalid symbol: uppercase letters only and one \".\" allowed, max length of 10";
    for symbol in [
        "cool",
        "COOL1",
        "COO L",
        "TOOLONGSYMB",
        ".COOL",
        "COOL.",
        "C.O.OL",
        "CÖÖL",
    ] {
        refused(with("symbol", json!(symbol)), error);
    }
}

#[test]
fn some_symbols_are_kept_for_some() {
    refused(with("symbol", json!("BTCP")), "cannot use this symbol");
    refused(
        with("symbol", json!("SWAPX")),
        "invalid symbol: not allowed to use SWAP",
    );
    refused(
        with("symbol", json!("AETH")),
        "invalid symbol: not allowed to use ETH",
    );
    refused(
        with("symbol", json!("A.B")),
        "invalid symbol: usage of \".\" is restricted",
    );
    let mut chain = TestChain::new();
    chain
        .send("btcpeg", "tokens", "create", with("symbol", json!("BTCP")))
        .does_nothing();
    chain
        .send(
            "wrapper",
            "tokens",
            "create",
            with("symbol", json!("SWAP.BTC")),
        )
        .does_nothing();
}

#[test]
fn its_name_is_plain() {
    let error = "invalid name: letters, numbers, whitespaces only, max length of 50";
    for name in ["   ", "Cool-Token", "Köln", &"x".repeat(51)] {
        refused(with("name", json!(name)), error);
    }
}

#[test]
fn its_url_is_short() {
    let url = "x".repeat(256);
    refused(with("url", json!(url)), "invalid url: max length of 255");
}

#[test]
fn its_precision_is_up_to_eight() {
    for precision in [json!(9), json!(-1), json!(2.5)] {
        refused(with("precision", precision), "invalid precision");
    }
}

#[test]
fn its_supply_has_bounds() {
    refused(with("maxSupply", json!("0")), "maxSupply must be positive");
    refused(with("maxSupply", json!("-5")), "maxSupply must be positive");
    refused(
        with("maxSupply", json!("9007199254740992")),
        "maxSupply must be lower than 9007199254740991",
    );
    refused(
        with("maxSupply", json!("Infinity")),
        "maxSupply must be lower than 9007199254740991",
    );
}

#[test]
fn its_symbol_is_free() {
    let mut chain = TestChain::new();
    chain
        .send("alice", "tokens", "create", valid())
        .does_nothing();
    chain
        .send("bob", "tokens", "create", valid())
        .fails_with("symbol already exists");
}

#[test]
fn the_fee_is_burnt() {
    let mut chain = TestChain::new();
    chain
        .send(
            ENGINE,
            "tokens",
            "updateParams",
            json!({ "tokenCreationFee": "100" }),
        )
        .does_nothing();
    let short = "you must have enough tokens to cover the creation fees";
    chain
        .send("alice", "tokens", "create", valid())
        .fails_with(short);
    chain
        .send(
            ENGINE,
            "tokens",
            "transfer",
            json!({ "to": "alice", "symbol": "ENG", "quantity": "150" }),
        )
        .succeeds();
    chain
        .send("alice", "tokens", "create", valid())
        .succeeds()
        .emits(&[r#"transfer {"from":"alice","to":"null","symbol":"ENG","quantity":"100"}"#]);
    chain.balance("alice", "ENG").is("50.00000000");
    chain.token("ENG", "supply").is("1000000.00000000");
    chain
        .token("ENG", "circulatingSupply")
        .is("999900.00000000");
    chain
        .send("alice", "tokens", "create", with("symbol", json!("TWO")))
        .fails_with(short);
    chain.check_conservation();
}

#[test]
fn wrapping_accounts_pay_nothing() {
    let mut chain = TestChain::new();
    chain
        .send(
            ENGINE,
            "tokens",
            "updateParams",
            json!({ "tokenCreationFee": "100" }),
        )
        .does_nothing();
    chain
        .send("wrapper", "tokens", "create", valid())
        .does_nothing();
}

#[test]
fn a_verified_contract_pays_nothing_and_leaves_the_token_to_nobody() {
    let mut chain = super::chain_with_forwarders(&["comments"]);
    chain
        .send(
            ENGINE,
            "tokens",
            "updateParams",
            json!({ "tokenCreationFee": "100" }),
        )
        .does_nothing();
    let forward = json!({ "as": "alice", "action": "create", "params": valid() });
    chain
        .post("alice", "comments", "forward", forward)
        .does_nothing();
    chain.token("COOL", "issuer").is("null");
}
