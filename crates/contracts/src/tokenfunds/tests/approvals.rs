use serde_json::json;

use super::{account_weight, act, approve, chain, propose, refuses, stake, weight, with_fund};
use crate::testing::ENGINE;

#[test]
fn stake_gives_weight() {
    let mut chain = chain();
    with_fund(&mut chain, json!({}));
    propose(&mut chain, json!({}));
    stake(&mut chain, "voter1", "SLV", "1000");
    stake(&mut chain, "voter2", "SLV", "0.5");
    chain
        .post(
            "voter1",
            "tokenfunds",
            "approveProposal",
            json!({ "id": "1" }),
        )
        .succeeds()
        .emits(&[r#"approveProposal {"id":1}"#]);
    approve(&mut chain, "voter2", &[1]);
    approve(&mut chain, "nobody", &[1]);
    assert_eq!(weight(&chain, 1), "1000.5");
    assert_eq!(account_weight(&chain, "voter1", "SLV"), "1000.00000000");
    assert_eq!(account_weight(&chain, "nobody", "SLV"), "0");
    chain
        .post(
            "voter1",
            "tokenfunds",
            "disapproveProposal",
            json!({ "id": "1" }),
        )
        .succeeds()
        .emits(&[r#"disapproveProposal {"id":1}"#]);
    assert_eq!(weight(&chain, 1), "0.5");
    assert_eq!(
        chain.find_in("tokenfunds", "approvals", json!({ "from": "voter1" })),
        []
    );
}

#[test]
fn approvals_are_checked() {
    let mut chain = chain();
    with_fund(&mut chain, json!({}));
    propose(&mut chain, json!({}));
    let id = json!({ "id": "1" });
    for action in ["approveProposal", "disapproveProposal"] {
        let cases = [
            (json!({ "id": null }), "invalid id"),
            (json!({ "id": 1 }), "invalid id"),
            (json!({ "id": "2" }), "proposal does not exist"),
        ];
        refuses(&mut chain, "voter1", action, &id, &cases);
    }
    act(&mut chain, "voter1", "disapproveProposal", id.clone())
        .fails_with("you have not approved this proposal");
    approve(&mut chain, "voter1", &[1]);
    act(&mut chain, "voter1", "approveProposal", id.clone())
        .fails_with("you already approved this proposal");
    chain.seconds_later(40 * 86_400);
    for action in ["approveProposal", "disapproveProposal"] {
        act(&mut chain, "voter1", action, id.clone()).fails_with("proposal is not pending");
    }
}

#[test]
fn approvals_are_limited() {
    let mut chain = chain();
    with_fund(&mut chain, json!({}));
    act(
        &mut chain,
        ENGINE,
        "updateParams",
        json!({ "maxAccountApprovals": "2" }),
    )
    .does_nothing();
    propose(&mut chain, json!({ "endDate": "2020-09-17T00:00:00.000Z" }));
    for _ in 0..3 {
        propose(&mut chain, json!({}));
    }
    approve(&mut chain, "voter1", &[1, 2]);
    act(
        &mut chain,
        "voter1",
        "approveProposal",
        json!({ "id": "3" }),
    )
    .fails_with("you can only approve 2 active proposals");
    // the first proposal is over, and does not count any more
    chain.seconds_later(5 * 86_400);
    approve(&mut chain, "voter1", &[3]);
    let over = chain.find_in(
        "tokenfunds",
        "approvals",
        json!({ "proposalPending": false }),
    );
    assert_eq!(over.len(), 1);
    act(
        &mut chain,
        "voter1",
        "approveProposal",
        json!({ "id": "4" }),
    )
    .fails_with("you can only approve 2 active proposals");
}

#[test]
fn weight_follows_the_stake() {
    let mut chain = chain();
    with_fund(&mut chain, json!({}));
    with_fund(&mut chain, json!({ "voteToken": "GLD" }));
    propose(&mut chain, json!({}));
    propose(&mut chain, json!({ "endDate": "2020-09-17T00:00:00.000Z" }));
    propose(&mut chain, json!({ "fundId": "GLD:GLD" }));
    stake(&mut chain, "voter1", "SLV", "500");
    stake(&mut chain, "voter2", "SLV", "500");
    stake(&mut chain, "voter1", "GLD", "7");
    approve(&mut chain, "voter1", &[1, 2, 3]);
    approve(&mut chain, "voter2", &[1]);
    let delegate = json!({ "to": "voter2", "symbol": "SLV", "quantity": "100" });
    chain
        .send("voter1", "tokens", "delegate", delegate)
        .succeeds();
    let weights = |chain: &_| [1, 2, 3].map(|id| weight(chain, id));
    assert_eq!(weights(&chain), ["1000", "400", "7"]);
    assert_eq!(account_weight(&chain, "voter2", "SLV"), "600.00000000");

    // a proposal that is over keeps the weight it had
    chain.seconds_later(5 * 86_400);
    let unstake = json!({ "symbol": "SLV", "quantity": "150" });
    chain
        .send("voter1", "tokens", "unstake", unstake)
        .succeeds();
    chain.days_later(8, "checkPendingUnstakes").succeeds();
    assert_eq!(weights(&chain), ["850", "400", "7"]);
    assert_eq!(account_weight(&chain, "voter1", "SLV"), "250.00000000");
    let over = chain.find_in(
        "tokenfunds",
        "approvals",
        json!({ "proposalPending": false }),
    );
    assert_eq!(over.len(), 1);

    let undelegate = json!({ "from": "voter2", "symbol": "SLV", "quantity": "100" });
    chain
        .send("voter1", "tokens", "undelegate", undelegate)
        .succeeds();
    assert_eq!(weights(&chain), ["750", "400", "7"]);
    chain.days_later(8, "checkPendingUndelegations").succeeds();
    assert_eq!(weights(&chain), ["850", "400", "7"]);
}

#[test]
fn only_the_ledger_tells_of_stakes() {
    let mut chain = chain();
    with_fund(&mut chain, json!({}));
    propose(&mut chain, json!({}));
    stake(&mut chain, "voter1", "SLV", "5");
    approve(&mut chain, "voter1", &[1]);
    let told = json!({ "account": "voter1", "token": { "symbol": "SLV", "precision": 8 } });
    act(
        &mut chain,
        "voter1",
        "updateProposalApprovals",
        told.clone(),
    )
    .does_nothing();
    act(&mut chain, "null", "updateProposalApprovals", told).does_nothing();
    assert_eq!(weight(&chain, 1), "5");
}
