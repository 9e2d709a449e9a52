use serde_json::json;
use tartan_document::Value;

use super::{act, but, chain, proposal, propose, refuses, with_fund};
use crate::testing::ENGINE;

const SIGN: &str = "you must use a transaction signed with your active key";

#[test]
fn a_proposal_is_made() {
    let mut chain = chain();
    with_fund(&mut chain, json!({}));
    act(&mut chain, "organizer", "createProposal", proposal())
        .succeeds()
        .emits(&[r#"createProposal {"id":1}"#]);
    let rows = chain.find_in("tokenfunds", "proposals", json!({}));
    let expected = concat!(
        r#"{"_id":1,"fundId":"GLD:SLV","title":"A Big Community Project","startDate":"2020-09-15T00:00:00.000Z","#,
        r#""endDate":"2020-10-15T00:00:00.000Z","amountPerDay":"800","authorPermlink":"@abc123/test","#,
        r#""payout":{"type":"user","name":"rambo"},"creator":"organizer","approvalWeight":{"$numberDecimal":"0"},"#,
        r#""active":true}"#,
    );
    assert_eq!(Value::Object(rows[0].to_extended()).stringify(), expected);
}

#[test]
fn what_is_asked_is_checked() {
    let mut chain = chain();
    with_fund(&mut chain, json!({}));
    chain
        .post("organizer", "tokenfunds", "createProposal", proposal())
        .fails_with(SIGN);
    let permlink = "p".repeat(256);
    let title = "t".repeat(81);
    let payout = |payout: serde_json::Value| json!({ "payout": payout });
    let date = "invalid datetime format: YYYY-MM-DDThh:mm:ss.sssZ";
    let cases = [
        (json!({ "fundId": "SLV:GLD" }), "DTF does not exist"),
        (json!({ "fundId": null }), "DTF does not exist"),
        (
            json!({ "title": "" }),
            "invalid title: between 1 and 80 characters",
        ),
        (
            json!({ "title": title }),
            "invalid title: between 1 and 80 characters",
        ),
        (
            json!({ "authorPermlink": null }),
            "invalid authorPermlink: between 1 and 255 characters",
        ),
        (
            json!({ "authorPermlink": permlink }),
            "invalid authorPermlink: between 1 and 255 characters",
        ),
        (
            json!({ "amountPerDay": "0.5" }),
            "invalid amountPerDay: greater than 0",
        ),
        (
            json!({ "amountPerDay": "0" }),
            "invalid amountPerDay: greater than 0",
        ),
        (
            json!({ "amountPerDay": 10 }),
            "invalid amountPerDay: greater than 0",
        ),
        (
            json!({ "amountPerDay": "1001" }),
            "invalid amountPerDay: exceeds DTF maxAmountPerDay",
        ),
        (payout(json!("rambo")), "invalid payout settings"),
        (
            payout(json!({ "type": "user", "name": "ab" })),
            "invalid payout settings",
        ),
        (payout(json!({ "type": "user" })), "invalid payout settings"),
        (
            payout(json!({ "type": "bank", "name": "rambo" })),
            "invalid payout settings",
        ),
        (
            payout(json!({ "type": "contract", "name": "receiver" })),
            "invalid payout settings",
        ),
        (
            payout(json!({ "type": "contract", "name": "receiver", "contractPayload": "x" })),
            "invalid payout settings",
        ),
        (json!({ "startDate": "2020-09-15" }), date),
        (json!({ "endDate": "2020-02-30T00:00:00.000Z" }), date),
        (json!({ "endDate": null }), date),
        (
            json!({ "endDate": "2020-09-16T00:00:00.000Z" }),
            "dates must be at least 1 day apart",
        ),
        (
            json!({ "startDate": "2020-09-14T12:26:40.000Z" }),
            "startDate must be at least 1 day in the future",
        ),
        (
            json!({ "endDate": "2021-09-15T00:00:00.001Z" }),
            "date range exceeds DTF maxDays",
        ),
    ];
    refuses(
        &mut chain,
        "organizer",
        "createProposal",
        &proposal(),
        &cases,
    );
    propose(&mut chain, json!({ "endDate": "2021-09-15T00:00:00.000Z" }));
    let off = json!({ "fundId": "GLD:SLV", "active": false });
    act(&mut chain, "founder", "setDtfActive", off).succeeds();
    act(&mut chain, "organizer", "createProposal", proposal()).fails_with("DTF is not active");
}

#[test]
fn a_proposal_costs_what_the_fund_says() {
    for (method, to) in [("burn", "null"), ("issuer", "founder")] {
        let mut chain = chain();
        let fee = json!({ "method": method, "symbol": "SLV", "amount": "2.5" });
        with_fund(&mut chain, json!({ "proposalFee": fee }));
        let missing = "you must have enough tokens to cover the creation fee";
        act(&mut chain, "organizer", "createProposal", proposal()).fails_with(missing);
        chain.issue("SLV", "organizer", "3");
        let paid = format!(
            r#"transfer {{"from":"organizer","to":"{to}","symbol":"SLV","quantity":"2.5"}}"#
        );
        act(&mut chain, "organizer", "createProposal", proposal())
            .succeeds()
            .emits(&[&paid, r#"createProposal {"id":1}"#]);
        chain.balance("organizer", "SLV").is("0.50000000");
        act(&mut chain, ENGINE, "createProposal", proposal())
            .succeeds()
            .emits(&[r#"createProposal {"id":2}"#]);
        chain.check_conservation();
    }
}

#[test]
fn the_issuer_pays_no_fee_to_the_issuer() {
    let mut chain = chain();
    let fee = json!({ "method": "issuer", "symbol": "SLV", "amount": "2.5" });
    with_fund(&mut chain, json!({ "proposalFee": fee }));
    chain.issue("SLV", "founder", "3");
    act(&mut chain, "founder", "createProposal", proposal())
        .succeeds()
        .emits(&[r#"createProposal {"id":1}"#]);
    chain.balance("founder", "SLV").is("3.00000000");
}

#[test]
fn a_proposal_becomes_smaller() {
    let mut chain = chain();
    with_fund(&mut chain, json!({}));
    propose(&mut chain, json!({}));
    let update = json!({
        "id": "1", "title": "A Small Project", "endDate": "2020-10-01T00:00:00.000Z", "amountPerDay": "700",
        "authorPermlink": "@abc123/small",
    });
    chain
        .post("organizer", "tokenfunds", "updateProposal", update.clone())
        .fails_with(SIGN);
    act(&mut chain, "founder", "updateProposal", update.clone())
        .fails_with("must be proposal creator");
    let cases = [
        (json!({ "id": 1 }), "invalid id"),
        (json!({ "id": "x" }), "invalid id"),
        (json!({ "id": "1.5" }), "invalid id"),
        (json!({ "id": "2" }), "proposal does not exist"),
        (json!({ "id": "-1" }), "proposal does not exist"),
        (json!({ "id": "1e300" }), "proposal does not exist"),
        (
            json!({ "title": "" }),
            "invalid title: between 1 and 80 characters",
        ),
        (
            json!({ "authorPermlink": "" }),
            "invalid authorPermlink: between 1 and 255 characters",
        ),
        (
            json!({ "amountPerDay": "801" }),
            "invalid amountPerDay: greater than 0 and cannot be increased",
        ),
        (
            json!({ "amountPerDay": "0.1" }),
            "invalid amountPerDay: greater than 0 and cannot be increased",
        ),
        (
            json!({ "endDate": "soon" }),
            "invalid datetime format: YYYY-MM-DDThh:mm:ss.sssZ",
        ),
        (
            json!({ "endDate": "2020-09-16T00:00:00.000Z" }),
            "dates must be at least 1 day apart",
        ),
        (
            json!({ "endDate": "2020-10-15T00:00:00.001Z" }),
            "date can only be reduced",
        ),
    ];
    refuses(&mut chain, "organizer", "updateProposal", &update, &cases);
    let terms = json!({ "fundId": "GLD:SLV", "voteThreshold": "1", "maxDays": "10", "maxAmountPerDay": "600" });
    act(&mut chain, "founder", "updateFund", terms).succeeds();
    let cases = [
        (
            json!({}),
            "invalid amountPerDay: exceeds DTF maxAmountPerDay",
        ),
        (
            json!({ "amountPerDay": "600" }),
            "date range exceeds DTF maxDays",
        ),
    ];
    refuses(&mut chain, "organizer", "updateProposal", &update, &cases);
    let fits = but(
        &update,
        json!({ "amountPerDay": "600", "endDate": "2020-09-25T00:00:00.000Z" }),
    );
    act(&mut chain, "organizer", "updateProposal", fits)
        .succeeds()
        .emits(&[r#"updateProposal {"id":1}"#]);
    let off = json!({ "fundId": "GLD:SLV", "active": false });
    act(&mut chain, "founder", "setDtfActive", off).succeeds();
    act(&mut chain, "organizer", "updateProposal", update)
        .fails_with("DTF does not exist or inactive");
}

#[test]
fn a_proposal_ends_for_good() {
    let mut chain = chain();
    with_fund(&mut chain, json!({}));
    propose(&mut chain, json!({}));
    let disable = json!({ "id": "1" });
    let cases = [
        (json!({ "id": "x" }), "invalid id"),
        (json!({ "id": "2" }), "proposal does not exist"),
    ];
    refuses(&mut chain, "organizer", "disableProposal", &disable, &cases);
    act(&mut chain, "founder", "disableProposal", disable.clone())
        .fails_with("must be proposal creator");
    chain
        .post(
            "organizer",
            "tokenfunds",
            "disableProposal",
            disable.clone(),
        )
        .fails_with(SIGN);
    act(&mut chain, "organizer", "disableProposal", disable.clone())
        .succeeds()
        .emits(&[r#"disableProposal {"id":1}"#]);
    act(&mut chain, "organizer", "disableProposal", disable)
        .fails_with("proposal already disabled");
    let update = but(&proposal(), json!({ "id": "1" }));
    act(&mut chain, "organizer", "updateProposal", update).fails_with("proposal is not active");
}

#[test]
fn what_is_stored_is_bounded() {
    let mut chain = chain();
    with_fund(&mut chain, json!({}));
    let payload = json!({ "text": "x".repeat(16_384) });
    let payout = json!({ "type": "contract", "name": "receiver", "contractPayload": payload });
    let large = but(&proposal(), json!({ "payout": payout }));
    act(&mut chain, "organizer", "createProposal", large)
        .fails_with("payload too large: at most 16384 bytes");
}
