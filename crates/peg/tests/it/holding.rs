//! What is not paid without the operator.

use tartan_devchain::Irreversibility;
use tartan_graphene::Asset;
use tartan_peg::{Decision, Standing, Verdict, decide};

use super::Running;
use crate::common::World;

fn decision(id: &str, verdict: Verdict) -> Decision {
    Decision {
        id: id.to_string(),
        verdict,
        reason: Some("looked at".to_string()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_exceeds_limits_is_paid_when_it_is_approved() {
    let world = World::new(Irreversibility::Hive).await;
    world.deposit("alice", 5_000_000).await;
    let large = world.withdraw("alice", "2000").await;
    let small = world.withdraw("alice", "1").await;
    let directory = world.address().config().directory;
    world.begin().await;
    decide(&directory, &decision(&small, Verdict::Hold)).expect("the disk has room");
    let running = Running::start(&world).await;
    let report = world
        .until("two rows", |report| report.rows.len() == 2)
        .await;
    let standings: Vec<&str> = report.rows.iter().map(|row| row.standing.name()).collect();
    assert_eq!(standings, ["needs_approval", "held"]);
    world.blocks(30).await;
    assert_eq!(world.payments(&format!("withdrawal tx {large}")).0, 0);
    assert_eq!(world.payments(&format!("withdrawal tx {small}")).0, 0);
    decide(&directory, &decision(&large, Verdict::Approve)).expect("the disk has room");
    decide(&directory, &decision(&small, Verdict::Approve)).expect("the disk has room");
    world.until_paid().await;
    world.paid_once(&large, 1_980_000, 20_000);
    world.paid_once(&small, 990, 10);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_funds_pays_when_it_has_some() {
    let world = World::new(Irreversibility::Hive).await;
    world.deposit("alice", 10_000).await;
    let transaction = world.withdraw("alice", "2").await;
    world
        .api
        .set_balance(world.names.peg, Asset::liquid(0))
        .expect("a balance");
    world.begin().await;
    let running = Running::start(&world).await;
    let waits = |row: &tartan_peg::RowReport| matches!(&row.standing, Standing::Waiting { reason } if reason.contains("the peg account has"));
    world
        .until("waiting for funds", |report| report.rows.iter().any(waits))
        .await;
    world
        .api
        .set_balance(world.names.peg, Asset::liquid(10_000))
        .expect("a balance");
    world.until_paid().await;
    world.paid_once(&transaction, 1_980, 20);
    running.stop().await;
}
