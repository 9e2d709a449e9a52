//! What is queued is paid.

use tartan_devchain::Irreversibility;
use tartan_graphene::Asset;

use super::Running;
use crate::common::{HIVE, Names, STEEM, World};

async fn check(names: Names, rest: i64, fee: i64) {
    let world = World::of(names, Irreversibility::Hive).await;
    let deposit = world.deposit("alice", 10_000).await;
    world.begin().await;
    let (alice, fees) = (world.coins("alice"), world.coins(names.fees));
    let running = Running::start(&world).await;
    let transaction = world.withdraw("alice", "2").await;
    world.until_paid().await;
    world.blocks(70).await;
    world.paid_once(&transaction, rest, fee);
    let (payments, fee_of_deposit) = world.payments(&format!("fee tx {deposit}"));
    assert_eq!(payments, 1);
    assert_eq!(world.coins("alice"), alice + rest);
    assert_eq!(world.coins(names.fees), fees + fee + fee_of_deposit);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_becomes_coins_on_steem() {
    check(STEEM, 1_980, 20).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_becomes_coins_on_hive() {
    check(HIVE, 1_980, 20).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_withdrawals_of_one_transaction_are_told_apart() {
    let world = World::new(Irreversibility::Hive).await;
    world.deposit("alice", 10_000).await;
    world.begin().await;
    let transaction = world.withdraw_all("alice", &["2", "3", "2"]).await;
    let running = Running::start(&world).await;
    world.until_paid().await;
    world.paid_once(&format!("{transaction}-0"), 1_980, 20);
    world.paid_once(&format!("{transaction}-1"), 2_970, 30);
    world.paid_once(&format!("{transaction}-2"), 1_980, 20);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deposit_of_another_coin_is_paid_back() {
    let world = World::new(Irreversibility::Hive).await;
    world.begin().await;
    let dollars = |account: &str| world.api.balances(account).expect("an account").dollar;
    let before = dollars("alice");
    let deposit = world.deposit_of("alice", Asset::dollar(5_000)).await;
    assert_eq!(dollars("alice"), before - 5_000);
    let running = Running::start(&world).await;
    world.until_paid().await;
    world.blocks(70).await;
    assert_eq!(world.payments(&format!("refund tx {deposit}")), (1, 5_000));
    assert_eq!(dollars("alice"), before);
    running.stop().await;
}
