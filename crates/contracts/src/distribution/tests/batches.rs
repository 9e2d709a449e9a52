use serde_json::json;
use tartan_document::Value;

use super::{act, chain, field, fixed, pool, refuses};
use crate::testing::ENGINE;

const SIGN: &str = "you must use a transaction signed with your active key";

#[test]
fn a_distribution_is_made() {
    let mut chain = chain();
    act(&mut chain, "founder", "create", fixed())
        .succeeds()
        .emits(&[
            r#"transfer {"from":"founder","to":"null","symbol":"ENG","quantity":"500"}"#,
            r#"create {"id":1}"#,
        ]);
    let curve = json!({ "numPeriods": "100", "periodBonusPct": "2" });
    let pool = super::but(&pool(), json!({ "bonusCurve": curve }));
    act(&mut chain, ENGINE, "create", pool)
        .succeeds()
        .emits(&[r#"create {"id":2}"#]);
    let rows = chain.find_in("distribution", "batches", json!({}));
    let rows: Vec<String> = rows
        .into_iter()
        .map(|row| Value::Object(row).stringify())
        .collect();
    let expected = [
        concat!(
            r#"{"_id":1,"strategy":"fixed","numTicks":"1","numTicksLeft":1,"active":false,"creator":"founder","#,
            r#""lastTickTime":1600000000000,"tokenMinPayout":[{"symbol":"TKN","quantity":"10"},{"symbol":"TKNA","quantity":5}],"#,
            r#""tokenRecipients":[{"account":"alice","type":"user","pct":50},{"account":"bob","type":"user","pct":25},"#,
            r#"{"account":"airdrops","type":"contract","pct":25,"contractPayload":{"distId":"1"}}]}"#,
        ),
        concat!(
            r#"{"_id":2,"strategy":"pool","numTicks":"30","numTicksLeft":30,"active":false,"creator":"engine","#,
            r#""lastTickTime":1600000000000,"tokenPair":"TKN:TKNA","excludeAccount":["founder"],"#,
            r#""bonusCurve":{"numPeriods":"100","periodBonusPct":"2"}}"#,
        ),
    ];
    assert_eq!(rows, expected);
}

/// A list with one recipient, changed.
fn recipients(changes: serde_json::Value) -> serde_json::Value {
    let recipient = json!({ "account": "alice", "type": "user", "pct": 100 });
    json!({ "tokenRecipients": [super::but(&recipient, changes)] })
}

fn list_cases() -> Vec<(serde_json::Value, &'static str)> {
    let many: Vec<_> = (0..51)
        .map(|n| json!({ "account": format!("account{n}"), "type": "user", "pct": 1 }))
        .collect();
    let tokens: Vec<_> = (0..101)
        .map(|n| json!({ "symbol": format!("T{n}"), "quantity": "1" }))
        .collect();
    let twice = json!([{ "account": "alice", "type": "user", "pct": 50 }, { "account": "alice", "type": "user", "pct": 50 }]);
    let min = |quantity: serde_json::Value| json!({ "tokenMinPayout": [{ "symbol": "TKN", "quantity": quantity }] });
    vec![
        (
            json!({ "tokenMinPayout": null }),
            "tokenMinPayout must be an array",
        ),
        (
            json!({ "tokenMinPayout": 1 }),
            "tokenMinPayout must be an array",
        ),
        (
            json!({ "tokenMinPayout": [] }),
            "specify at least one minimum payout configuration",
        ),
        (
            json!({ "tokenMinPayout": ["TKN"] }),
            "tokenMinPayout invalid",
        ),
        (
            json!({ "tokenMinPayout": [{ "symbol": 1, "quantity": "1" }] }),
            "tokenMinPayout invalid",
        ),
        (
            json!({ "tokenMinPayout": [{ "symbol": "TKN", "quantity": 1 }, { "symbol": "TKN", "quantity": 2 }] }),
            "tokenMinPayout cannot have duplicate symbols",
        ),
        (
            json!({ "tokenMinPayout": [{ "symbol": "TKN" }] }),
            "invalid quantity",
        ),
        (min(json!("x")), "invalid quantity"),
        (min(json!("-1")), "invalid quantity"),
        (min(json!("0.0001")), "invalid quantity"),
        (min(json!(0)), "invalid quantity"),
        (
            json!({ "tokenMinPayout": tokens }),
            "a distribution holds at most 100 tokens",
        ),
        (
            json!({ "tokenRecipients": 1 }),
            "tokenRecipients must be an array",
        ),
        (
            json!({ "tokenRecipients": [] }),
            "1-50 tokenRecipients are supported",
        ),
        (
            json!({ "tokenRecipients": many }),
            "1-50 tokenRecipients are supported",
        ),
        (
            json!({ "tokenRecipients": [{}] }),
            "tokenRecipients invalid",
        ),
        (
            recipients(json!({ "account": 1 })),
            "tokenRecipients invalid",
        ),
        (recipients(json!({ "account": "Alice" })), "invalid account"),
        (
            recipients(json!({ "account": "ab", "type": "contract" })),
            "invalid account",
        ),
        (
            json!({ "tokenRecipients": twice }),
            "tokenRecipients cannot have duplicate accounts",
        ),
        (
            recipients(json!({ "pct": 0 })),
            "tokenRecipients pct must be an integer from 1 to 100",
        ),
        (
            recipients(json!({ "pct": 101 })),
            "tokenRecipients pct must be an integer from 1 to 100",
        ),
        (
            recipients(json!({ "pct": 1.5 })),
            "tokenRecipients pct must be an integer from 1 to 100",
        ),
        (
            recipients(json!({ "pct": "100" })),
            "tokenRecipients pct must be an integer from 1 to 100",
        ),
        (
            recipients(json!({ "type": null })),
            "tokenRecipients type must be user or contract",
        ),
        (
            recipients(json!({ "type": "bank" })),
            "tokenRecipients type must be user or contract",
        ),
        (
            recipients(json!({ "type": "contract" })),
            "contract recipients must have contractPayload",
        ),
        (
            recipients(json!({ "pct": 99 })),
            "tokenRecipients pct must total 100",
        ),
    ]
}

fn pool_cases() -> Vec<(serde_json::Value, &'static str)> {
    let curve = |periods: &str, bonus: &str| json!({ "bonusCurve": { "numPeriods": periods, "periodBonusPct": bonus } });
    let invalid = "invalid bonusCurve settings";
    vec![
        (json!({ "tokenPair": "TKN:NONE" }), "invalid tokenPair"),
        (json!({ "tokenPair": 1 }), "invalid tokenPair"),
        (
            json!({ "excludeAccount": "founder" }),
            "excludeAccount must be an array",
        ),
        (json!({ "bonusCurve": "1" }), invalid),
        (json!({ "bonusCurve": ["1"] }), invalid),
        (json!({ "bonusCurve": { "bonus": "1" } }), invalid),
        (json!({ "bonusCurve": { "numPeriods": "1" } }), invalid),
        (curve("5555", "1"), invalid),
        (curve("0", "1"), invalid),
        (curve("1", "100"), invalid),
        (curve("1", "0.5"), invalid),
        (
            json!({ "bonusCurve": { "numPeriods": 1, "periodBonusPct": "1" } }),
            invalid,
        ),
    ]
}

#[test]
fn terms_are_checked() {
    let mut chain = chain();
    chain
        .post("founder", "distribution", "create", fixed())
        .fails_with(SIGN);
    act(&mut chain, "poor", "create", fixed())
        .fails_with("you must have enough tokens to cover the creation fee");
    let ticks = "numTicks must be a number between 1 and 5555";
    let cases = [
        (json!({ "strategy": null }), "invalid strategy"),
        (json!({ "strategy": "marketpool" }), "invalid strategy"),
        (json!({ "numTicks": null }), ticks),
        (json!({ "numTicks": 30 }), ticks),
        (json!({ "numTicks": "0" }), ticks),
        (json!({ "numTicks": "5556" }), ticks),
        (json!({ "numTicks": "1.5" }), ticks),
    ];
    refuses(&mut chain, "create", &fixed(), &cases);
    refuses(&mut chain, "create", &fixed(), &list_cases());
    refuses(&mut chain, "create", &pool(), &pool_cases());
    refuses(
        &mut chain,
        "create",
        &pool(),
        &[(json!({ "tokenPair": null }), "invalid tokenPair")],
    );
    assert_eq!(chain.find_in("distribution", "batches", json!({})), []);
    chain.balance("founder", "ENG").is("10000");
}

#[test]
fn terms_change() {
    let mut chain = chain();
    act(&mut chain, "founder", "create", fixed()).succeeds();
    act(&mut chain, "founder", "create", pool()).succeeds();
    let update = super::but(
        &fixed(),
        json!({ "id": 1, "strategy": null, "numTicks": null }),
    );
    chain
        .post("founder", "distribution", "update", update.clone())
        .fails_with(SIGN);
    act(&mut chain, "poor", "update", update.clone())
        .fails_with("you must have enough tokens to cover the update fee");
    let transfer = json!({ "to": "stranger", "symbol": "ENG", "quantity": "1000" });
    chain
        .send(ENGINE, "tokens", "transfer", transfer)
        .succeeds();
    act(&mut chain, "stranger", "update", update.clone()).fails_with("must be owner or creator");
    let cases = [
        (json!({ "id": 3 }), "distribution not found"),
        (json!({ "id": "1" }), "distribution not found"),
        (
            json!({ "numTicks": "x" }),
            "numTicks must be a number between 1 and 5555",
        ),
    ];
    refuses(&mut chain, "update", &update, &cases);
    refuses(&mut chain, "update", &update, &list_cases());
    refuses(&mut chain, "update", &json!({ "id": 2 }), &pool_cases());
    act(
        &mut chain,
        "founder",
        "update",
        super::but(&update, json!({ "numTicks": "7" })),
    )
    .succeeds()
    .emits(&[
        r#"transfer {"from":"founder","to":"null","symbol":"ENG","quantity":"250"}"#,
        r#"update {"id":1}"#,
    ]);
    assert_eq!(field(&chain, 1, "numTicksLeft"), "7");
    let curve = json!({ "id": 2, "bonusCurve": { "numPeriods": "3", "periodBonusPct": "1" } });
    act(&mut chain, ENGINE, "update", curve)
        .succeeds()
        .emits(&[r#"update {"id":2}"#]);
    act(
        &mut chain,
        ENGINE,
        "update",
        json!({ "id": 2, "excludeAccount": [] }),
    )
    .succeeds();
    assert_eq!(
        field(&chain, 2, "bonusCurve"),
        r#"{"numPeriods":"3","periodBonusPct":"1"}"#
    );
    assert_eq!(field(&chain, 2, "excludeAccount"), "[]");
    act(
        &mut chain,
        ENGINE,
        "update",
        json!({ "id": 2, "bonusCurve": {} }),
    )
    .succeeds();
    assert_eq!(field(&chain, 2, "bonusCurve"), "{}");
}

#[test]
fn a_distribution_is_switched_on_and_off() {
    let mut chain = chain();
    act(&mut chain, "founder", "create", fixed()).succeeds();
    let on = json!({ "id": 1, "active": "true" });
    chain
        .post("founder", "distribution", "setActive", on.clone())
        .fails_with("you must use a custom_json signed with your active key");
    let cases = [
        (json!({ "id": "1000000" }), "distribution id not found"),
        (json!({ "id": null }), "distribution id not found"),
    ];
    refuses(&mut chain, "setActive", &on, &cases);
    act(&mut chain, "stranger", "setActive", on.clone())
        .fails_with("you must be the creator of this distribution");
    act(&mut chain, "founder", "setActive", on)
        .succeeds()
        .emits(&[r#"setActive {"id":1,"active":true}"#]);
    act(&mut chain, ENGINE, "setActive", json!({ "id": 1 }))
        .succeeds()
        .emits(&[r#"setActive {"id":1,"active":false}"#]);
}

#[test]
fn what_is_stored_is_bounded() {
    let mut chain = chain();
    let large = super::but(&pool(), json!({ "excludeAccount": ["x".repeat(16_384)] }));
    act(&mut chain, "founder", "create", large)
        .fails_with("payload too large: at most 16384 bytes");
}
