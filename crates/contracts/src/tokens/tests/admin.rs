use serde_json::{Value, json};

use super::chain_with_forwarders;
use crate::testing::{ENGINE, TestChain, text};

const ACTIVE: &str = "you must use a custom_json signed with your active key";

#[test]
fn only_the_owner_sets_params() {
    let mut chain = TestChain::new();
    chain
        .send(
            "alice",
            "tokens",
            "updateParams",
            json!({ "tokenCreationFee": "1" }),
        )
        .does_nothing();
    assert_eq!(
        text(&chain.row("params", json!({})), "tokenCreationFee"),
        "0"
    );
    let params = json!({
        "tokenCreationFee": "100", "enableDelegationFee": "-1", "enableStakingFee": 5,
        "blacklist": { "mallory": 1 }, "heAccounts": "nobody"
    });
    chain
        .post(ENGINE, "tokens", "updateParams", params)
        .does_nothing();
    let row = chain.row("params", json!({}));
    assert_eq!(text(&row, "tokenCreationFee"), "100");
    assert_eq!(text(&row, "enableDelegationFee"), "0");
    assert_eq!(text(&row, "enableStakingFee"), "0");
    assert_eq!(text(&row, "blacklist"), r#"{"mallory":1}"#);
    assert_eq!(text(&row, "heAccounts"), r#"{"wrapper":1}"#);
}

#[test]
fn the_url_changes() {
    let mut chain = TestChain::new();
    let create = json!({ "name": "C", "symbol": "COOL", "url": "https://a.example", "precision": 3, "maxSupply": "1" });
    chain.send("founder", "tokens", "create", create).succeeds();
    let update = |url: Value| json!({ "symbol": "COOL", "url": url });
    chain
        .post(
            "founder",
            "tokens",
            "updateUrl",
            update(json!("https://b.example")),
        )
        .does_nothing();
    chain
        .token("COOL", "metadata")
        .is(r#"{"url":"https://b.example"}"#);
    chain
        .post("founder", "tokens", "updateUrl", update(json!(1)))
        .fails_with("invalid params");
    chain
        .post("founder", "tokens", "updateUrl", json!({ "url": "x" }))
        .fails_with("invalid params");
    let long = update(json!("x".repeat(256)));
    chain
        .post("founder", "tokens", "updateUrl", long)
        .fails_with("invalid url: max length of 255");
    chain
        .post("alice", "tokens", "updateUrl", update(json!("x")))
        .fails_with("must be the issuer");
    chain
        .post(
            "alice",
            "tokens",
            "updateUrl",
            json!({ "symbol": "NONE", "url": "x" }),
        )
        .does_nothing();
}

#[test]
fn a_token_without_url_has_none_to_change() {
    let mut chain = TestChain::with_token("COOL", 3);
    chain
        .post(
            "founder",
            "tokens",
            "updateUrl",
            json!({ "symbol": "COOL", "url": "https://b.example" }),
        )
        .fails_with("an error occured when trying to update the url");
}

#[test]
fn the_metadata_changes() {
    let mut chain = TestChain::with_token("COOL", 3);
    let update = |metadata: Value| json!({ "symbol": "COOL", "metadata": metadata });
    let metadata = json!({ "url": "https://b.example", "icon": "i", "1": [1.50] });
    chain
        .post("founder", "tokens", "updateMetadata", update(metadata))
        .does_nothing();
    chain
        .token("COOL", "metadata")
        .is(r#"{"1":[1.5],"url":"https://b.example","icon":"i"}"#);
    chain
        .post("founder", "tokens", "updateMetadata", update(json!("text")))
        .fails_with("invalid params");
    chain
        .post(
            "founder",
            "tokens",
            "updateMetadata",
            json!({ "metadata": {} }),
        )
        .fails_with("invalid params");
    let long = update(json!({ "a": "x".repeat(1000) }));
    chain
        .post("founder", "tokens", "updateMetadata", long)
        .fails_with("invalid metadata: max length of 1000");
    chain
        .post("alice", "tokens", "updateMetadata", update(json!({})))
        .fails_with("must be the issuer");
    chain
        .post(
            "alice",
            "tokens",
            "updateMetadata",
            json!({ "symbol": "NONE", "metadata": {} }),
        )
        .does_nothing();
}

#[test]
fn a_verified_contract_updates_metadata_as_the_engine() {
    let mut chain = chain_with_forwarders(&["comments", "game"]);
    let create = json!({ "name": "Cool", "symbol": "COOL", "precision": 3, "maxSupply": "100" });
    chain.send("founder", "tokens", "create", create).succeeds();
    let params = json!({ "symbol": "COOL", "metadata": { "a": 1 } });
    let forward = json!({ "as": ENGINE, "action": "updateMetadata", "params": params });
    chain
        .post(ENGINE, "game", "forward", forward.clone())
        .fails_with("must be the issuer");
    chain
        .post(ENGINE, "comments", "forward", forward)
        .does_nothing();
    chain.token("COOL", "metadata").is(r#"{"a":1}"#);
}

#[test]
fn the_precision_grows() {
    let mut chain = TestChain::with_token("COOL", 3);
    chain.issue("COOL", "alice", "1.5");
    let update = |precision: Value| json!({ "symbol": "COOL", "precision": precision });
    chain
        .post("founder", "tokens", "updatePrecision", update(json!(4)))
        .fails_with(ACTIVE);
    // The one check that has no words.
    chain
        .send(
            "founder",
            "tokens",
            "updatePrecision",
            json!({ "precision": 4 }),
        )
        .does_nothing();
    for bad in [json!(0), json!(9), json!(4.5), json!("4"), Value::Null] {
        chain
            .send("founder", "tokens", "updatePrecision", update(bad))
            .fails_with("invalid precision");
    }
    chain
        .send("alice", "tokens", "updatePrecision", update(json!(4)))
        .fails_with("must be the issuer");
    let error = "precision can only be increased";
    chain
        .send("founder", "tokens", "updatePrecision", update(json!(3)))
        .fails_with(error);
    chain
        .send(
            "founder",
            "tokens",
            "updatePrecision",
            json!({ "symbol": "NONE", "precision": 4 }),
        )
        .does_nothing();
    chain
        .send("founder", "tokens", "updatePrecision", update(json!(5)))
        .does_nothing();
    // Amounts keep their text until they next change.
    chain.balance("alice", "COOL").is("1.500");
    let transfer = json!({ "to": "bob", "symbol": "COOL", "quantity": "0.00001" });
    chain
        .send("alice", "tokens", "transfer", transfer)
        .succeeds();
    chain.balance("alice", "COOL").is("1.49999");
    chain.check_conservation();
}

#[test]
fn the_issuer_changes() {
    let mut chain = TestChain::with_token("COOL", 3);
    let to = |to: &str| json!({ "symbol": "COOL", "to": to });
    chain
        .post("founder", "tokens", "transferOwnership", to("alice"))
        .fails_with(ACTIVE);
    chain
        .send(
            "founder",
            "tokens",
            "transferOwnership",
            json!({ "symbol": "COOL" }),
        )
        .fails_with("invalid params");
    chain
        .send("alice", "tokens", "transferOwnership", to("alice"))
        .fails_with("must be the issuer");
    chain
        .send("founder", "tokens", "transferOwnership", to("Al"))
        .fails_with("invalid to");
    chain
        .send(
            "founder",
            "tokens",
            "transferOwnership",
            json!({ "symbol": "NONE", "to": "alice" }),
        )
        .does_nothing();
    chain
        .send("founder", "tokens", "transferOwnership", to(" alice "))
        .succeeds()
        .emits(&[r#"transferOwnership {"from":"founder","to":"alice","symbol":"COOL"}"#]);
    chain
        .send("founder", "tokens", "transferOwnership", to("founder"))
        .fails_with("must be the issuer");
    chain
        .send("alice", "tokens", "transferOwnership", to("null"))
        .succeeds();
    chain.token("COOL", "issuer").is("null");
}

#[test]
fn staking_is_enabled_once() {
    let mut chain = TestChain::with_token("COOL", 3);
    let enable = |days: Value, slices: Value| json!({ "symbol": "COOL", "unstakingCooldown": days, "numberTransactions": slices });
    chain
        .post(
            "founder",
            "tokens",
            "enableStaking",
            enable(json!(3), json!(3)),
        )
        .fails_with(ACTIVE);
    chain
        .send("founder", "tokens", "enableStaking", json!({}))
        .fails_with("invalid symbol");
    for bad in [json!(0), json!(18251), json!(1.5), json!("3"), Value::Null] {
        chain
            .send(
                "founder",
                "tokens",
                "enableStaking",
                enable(bad.clone(), json!(3)),
            )
            .fails_with("unstakingCooldown must be an integer between 1 and 18250");
        chain
            .send("founder", "tokens", "enableStaking", enable(json!(3), bad))
            .fails_with("numberTransactions must be an integer between 1 and 18250");
    }
    let unknown = json!({ "symbol": "NONE", "unstakingCooldown": 3, "numberTransactions": 3 });
    chain
        .send("founder", "tokens", "enableStaking", unknown)
        .fails_with("symbol does not exist");
    chain
        .send(
            "alice",
            "tokens",
            "enableStaking",
            enable(json!(3), json!(3)),
        )
        .fails_with("must be the issuer");
    chain
        .send(
            "founder",
            "tokens",
            "enableStaking",
            enable(json!(3), json!(4)),
        )
        .does_nothing();
    chain.token("COOL", "stakingEnabled").is("true");
    chain.token("COOL", "unstakingCooldown").is("3");
    chain.token("COOL", "numberTransactions").is("4");
    chain.token("COOL", "totalStaked").is("0");
    chain
        .send(
            "founder",
            "tokens",
            "enableStaking",
            enable(json!(3), json!(4)),
        )
        .fails_with("staking already enabled");
}

#[test]
fn delegation_is_enabled_once() {
    let mut chain = TestChain::with_token("COOL", 3);
    let enable = |days: Value| json!({ "symbol": "COOL", "undelegationCooldown": days });
    chain
        .post("founder", "tokens", "enableDelegation", enable(json!(7)))
        .fails_with(ACTIVE);
    chain
        .send("founder", "tokens", "enableDelegation", json!({}))
        .fails_with("invalid symbol");
    for bad in [json!(0), json!(18251), json!(1.5), json!("3"), Value::Null] {
        chain
            .send("founder", "tokens", "enableDelegation", enable(bad))
            .fails_with("undelegationCooldown must be an integer between 1 and 18250");
    }
    let unknown = json!({ "symbol": "NONE", "undelegationCooldown": 3 });
    chain
        .send("founder", "tokens", "enableDelegation", unknown)
        .fails_with("symbol does not exist");
    chain
        .send("alice", "tokens", "enableDelegation", enable(json!(7)))
        .fails_with("must be the issuer");
    chain
        .send("founder", "tokens", "enableDelegation", enable(json!(7)))
        .fails_with("staking not enabled");
    chain.enable_staking("COOL", 3, 3);
    chain
        .send("founder", "tokens", "enableDelegation", enable(json!(7)))
        .does_nothing();
    chain.token("COOL", "delegationEnabled").is("true");
    chain.token("COOL", "undelegationCooldown").is("7");
    chain
        .send("founder", "tokens", "enableDelegation", enable(json!(7)))
        .fails_with("delegation already enabled");
}

#[test]
fn enabling_costs_its_fee() {
    let mut chain = TestChain::with_token("COOL", 3);
    let fees = json!({ "enableStakingFee": "1000", "enableDelegationFee": "500" });
    chain
        .send(ENGINE, "tokens", "updateParams", fees)
        .does_nothing();
    let stake = json!({ "symbol": "COOL", "unstakingCooldown": 3, "numberTransactions": 3 });
    let delegate = json!({ "symbol": "COOL", "undelegationCooldown": 3 });
    // Two spaces, as clients have always been told.
    let short = "you must have enough tokens to cover  fees";
    chain
        .send("founder", "tokens", "enableStaking", stake.clone())
        .fails_with(short);
    chain
        .send("founder", "tokens", "enableDelegation", delegate.clone())
        .fails_with(short);
    chain
        .send(
            ENGINE,
            "tokens",
            "transfer",
            json!({ "to": "founder", "symbol": "ENG", "quantity": "1500" }),
        )
        .succeeds();
    chain
        .send("founder", "tokens", "enableStaking", stake)
        .succeeds()
        .emits(&[r#"transfer {"from":"founder","to":"null","symbol":"ENG","quantity":"1000"}"#]);
    chain
        .send("founder", "tokens", "enableDelegation", delegate)
        .succeeds()
        .emits(&[r#"transfer {"from":"founder","to":"null","symbol":"ENG","quantity":"500"}"#]);
    chain.balance("founder", "ENG").is("0.00000000");
    chain.check_conservation();
}
