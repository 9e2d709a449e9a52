//! Main-chain nodes that say the wrong thing, or nothing; blocks that are replaced.

use tartan_devchain::{Fault, FaultKind, ForkSpec, Irreversibility};
use tartan_peg::Standing;

use super::Running;
use crate::common::World;

async fn with_withdrawal(irreversibility: Irreversibility) -> (World, String) {
    let world = World::new(irreversibility).await;
    world.deposit("alice", 10_000).await;
    world.begin().await;
    let running = Running::start(&world).await;
    world.until_paid().await;
    running.stop().await;
    let transaction = world.withdraw("alice", "2").await;
    (world, transaction)
}

/// Whatever may still get into a block gets its chance.
async fn settle(world: &World, transaction: &str) {
    world.until_paid().await;
    world.blocks(70).await;
    world.paid_once(transaction, 1_980, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_swallowed_or_an_error_is_no_reason_to_pay_again() {
    let (world, transaction) = with_withdrawal(Irreversibility::Hive).await;
    // the node has taken it each time, and says so never, or says that it failed
    for kind in [
        FaultKind::DropConnection,
        FaultKind::Hang,
        FaultKind::HtmlPage,
    ] {
        world
            .api
            .set_fault(Fault::times(kind, 3).on("broadcast_transaction"));
    }
    let running = Running::start(&world).await;
    settle(&world, &transaction).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_node_takes_is_signed_anew_when_it_has_expired() {
    let (world, transaction) = with_withdrawal(Irreversibility::Hive).await;
    let account = world.names.peg;
    world.api.exhaust_credits(account, true);
    let running = Running::start(&world).await;
    let sent = world
        .until("a transaction that was sent", |report| {
            matches!(report.rows[0].standing, Standing::Sent { .. })
        })
        .await;
    world
        .until("the transaction's expiration", |report| {
            report.rows[0].standing != sent.rows[0].standing
        })
        .await;
    world.api.exhaust_credits(account, false);
    settle(&world, &transaction).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_a_fork_drops_is_sent_again() {
    let (world, transaction) = with_withdrawal(Irreversibility::Steem).await;
    let running = Running::start(&world).await;
    let memo = format!("withdrawal tx {transaction}");
    for _ in 0..600 {
        if world.payments(&memo).0 == 1 {
            break;
        }
        tokio::time::sleep(crate::common::SLOT).await;
    }
    assert_eq!(world.payments(&memo).0, 1, "it is in a block");
    let fork = ForkSpec {
        depth: 12,
        drop_all: true,
        ..ForkSpec::default()
    };
    world.api.fork(&fork).expect("a fork");
    assert_eq!(world.payments(&memo).0, 0, "it is in no block any more");
    settle(&world, &transaction).await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_that_a_fork_drops_is_not_paid() {
    let (world, transaction) = with_withdrawal(Irreversibility::Steem).await;
    let running = Running::start(&world).await;
    // it is in a block, which is not irreversible yet
    let fork = ForkSpec {
        depth: 10,
        drop_all: true,
        ..ForkSpec::default()
    };
    world.api.fork(&fork).expect("a fork");
    world.blocks(60).await;
    assert_eq!(world.payments(&format!("withdrawal tx {transaction}")).0, 0);
    world.until_paid().await;
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_is_waited_out() {
    let (world, transaction) = with_withdrawal(Irreversibility::Hive).await;
    let running = Running::start(&world).await;
    let down = FaultKind::Http {
        status: 503,
        retry_after: None,
    };
    let fault = world.api.set_fault(Fault::always(down));
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    world.api.clear_fault(fault);
    settle(&world, &transaction).await;
    running.stop().await;
}
