//! Transfers, vesting, savings.

use super::chain;
use crate::common::{Chain, transfer};
use serde_json::json;
use tartan_devchain::Balances;
use tartan_graphene::operation::{
    ClaimRewardBalance, DelegateVestingShares, SetWithdrawVestingRoute, TransferFromSavings,
    TransferToSavings, TransferToVesting, WithdrawVesting,
};
use tartan_graphene::{Asset, Flavor, Role};

#[tokio::test]
async fn transfers_need_funds_and_a_recipient() {
    let hive = chain().await;
    hive.send("alice", Role::Active, transfer("alice", "bob", 1_500))
        .unwrap();
    assert_eq!(
        hive.api.balances("bob").map(|b| b.liquid),
        Some(Balances::PLENTY.liquid + 1_500)
    );
    assert!(
        hive.refused("alice", Role::Active, transfer("alice", "bob", i64::MAX))
            .ends_with("Account does not have sufficient funds for transfer.")
    );
    assert!(
        hive.refused("alice", Role::Active, transfer("alice", "nobody", 1))
            .ends_with("Account nobody doesn't exist")
    );
    assert!(
        hive.refused("alice", Role::Active, transfer("alice", "bob", 0))
            .ends_with("Cannot transfer a negative amount (aka: stealing)")
    );
    let mut long = transfer("alice", "bob", 1);
    long.memo = "x".repeat(2048);
    assert!(
        hive.refused("alice", Role::Active, long)
            .ends_with("Memo is too large")
    );
    let steem = Chain::start(Flavor::Steem).await;
    assert_eq!(
        steem.refused("alice", Role::Active, transfer("alice", "nobody", 1)),
        "unknown key:unknown key: nobody"
    );
}

#[tokio::test]
async fn vesting_moves_up_and_down() {
    let chain = chain().await;
    let up = TransferToVesting {
        from: "alice".into(),
        to: String::new(),
        amount: Asset::liquid(1_000),
    };
    chain.send("alice", Role::Active, up).unwrap();
    let after = chain.api.balances("alice").unwrap();
    assert_eq!(after.vests, Balances::PLENTY.vests + 1_800_000_000);
    let delegate = |vests| DelegateVestingShares {
        delegator: "alice".into(),
        delegatee: "bob".into(),
        vesting_shares: Asset::vests(vests),
    };
    assert!(
        chain
            .refused("alice", Role::Active, delegate(i64::MAX))
            .contains("does not have enough mana to delegate")
    );
    chain
        .send("alice", Role::Active, delegate(1_000_000))
        .unwrap();
    let listed = chain
        .call(
            "condenser_api.get_vesting_delegations",
            json!(["alice", "", 10]),
        )
        .await;
    assert_eq!(
        (&listed[0]["delegatee"], &listed[0]["vesting_shares"]),
        (&json!("bob"), &json!("1.000000 VESTS"))
    );
    let down = |vests| WithdrawVesting {
        account: "alice".into(),
        vesting_shares: Asset::vests(vests),
    };
    assert!(
        chain
            .refused("alice", Role::Active, down(after.vests))
            .ends_with("Account does not have sufficient VESTS for withdraw.")
    );
    chain
        .send("alice", Role::Active, down(13 * 1_800_000_000))
        .unwrap();
    for _ in 0..14 {
        chain.api.increase_time(7 * 86_400);
        chain.api.mine(1);
    }
    let end = chain.api.balances("alice").unwrap();
    assert_eq!(
        (after.vests - end.vests, end.liquid - after.liquid),
        (13 * 1_800_000_000, 13_000)
    );
}

#[tokio::test]
async fn savings_take_three_days() {
    let chain = chain().await;
    let before = chain.api.balances("bob").unwrap().liquid;
    let to = TransferToSavings {
        from: "alice".into(),
        to: "alice".into(),
        amount: Asset::liquid(5_000),
        memo: String::new(),
    };
    chain.send("alice", Role::Active, to).unwrap();
    let from = |amount| TransferFromSavings {
        from: "alice".into(),
        request_id: 1,
        to: "bob".into(),
        amount: Asset::liquid(amount),
        memo: String::new(),
    };
    assert!(
        chain
            .refused("alice", Role::Active, from(5_001))
            .ends_with("Insufficient savings balance.")
    );
    chain.send("alice", Role::Active, from(5_000)).unwrap();
    assert_eq!(chain.api.balances("bob").unwrap().liquid, before);
    chain.api.increase_time(3 * 86_400);
    chain.api.mine(2);
    assert_eq!(chain.api.balances("bob").unwrap().liquid, before + 5_000);
}

#[tokio::test]
async fn there_are_no_rewards_to_claim() {
    let chain = chain().await;
    let claim = ClaimRewardBalance {
        account: "alice".into(),
        reward_liquid: Asset::liquid(1),
        reward_dollar: Asset::dollar(0),
        reward_vests: Asset::vests(0),
    };
    assert!(
        chain
            .refused("alice", Role::Posting, claim)
            .ends_with("Cannot claim that much liquid reward.")
    );
}

#[tokio::test]
async fn withdrawals_follow_their_routes() {
    let chain = chain().await;
    let route = |to: &str, percent, auto_vest| SetWithdrawVestingRoute {
        from_account: "alice".into(),
        to_account: to.into(),
        percent,
        auto_vest,
    };
    assert!(
        chain
            .refused("alice", Role::Active, route("bob", 0, false))
            .ends_with("Cannot create a 0% destination.")
    );
    chain
        .send("alice", Role::Active, route("bob", 5_000, false))
        .unwrap();
    chain
        .send("alice", Role::Active, route("carol", 2_500, true))
        .unwrap();
    assert!(
        chain
            .refused("alice", Role::Active, route("dave", 2_501, false))
            .ends_with("More than 100% of vesting withdrawals allocated to destinations.")
    );
    let listed = chain
        .call(
            "condenser_api.get_withdraw_routes",
            json!(["bob", "incoming"]),
        )
        .await;
    assert_eq!(
        (&listed[0]["from_account"], &listed[0]["percent"]),
        (&json!("alice"), &json!(5_000))
    );
    let down = WithdrawVesting {
        account: "alice".into(),
        vesting_shares: Asset::vests(13 * 7_200_000_000),
    };
    chain.send("alice", Role::Active, down).unwrap();
    chain.api.increase_time(7 * 86_400);
    chain.api.mine(2);
    let gained = |name: &str| {
        let now = chain.api.balances(name).unwrap();
        (
            now.liquid - Balances::PLENTY.liquid,
            now.vests - Balances::PLENTY.vests,
        )
    };
    assert_eq!(gained("bob"), (2_000, 0));
    assert_eq!(gained("carol"), (0, 1_800_000_000));
    assert_eq!(gained("alice"), (1_000, -7_200_000_000));
}
