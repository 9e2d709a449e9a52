//! Journals that are lost, of others, or in use; payments that no journal knows.

use tartan_devchain::Irreversibility;
use tartan_peg::{PegError, Service, Unobserved};

use super::Running;
use crate::common::{SLOT, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_journal_leads_to_no_second_payment() {
    let world = World::new(Irreversibility::Steem).await;
    world.deposit("alice", 10_000).await;
    world.begin().await;
    let running = Running::start(&world).await;
    while !world.is_done().await {}
    let transaction = world.withdraw("alice", "2").await;
    while world.open() == 0 {
        tokio::time::sleep(SLOT / 5).await;
    }
    running.stop().await;
    std::fs::remove_dir_all(world.address().config().directory).expect("it is lost");
    // at once, while the payment is in no irreversible block
    let address = world.address();
    tartan_peg::init(&address.config(), &address.client())
        .await
        .expect("a journal");
    let running = Running::start(&world).await;
    world.blocks(150).await;
    world.until_paid().await;
    world.paid_once(&transaction, 1_980, 20);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_made_by_hand_counts_and_its_row_goes() {
    let world = World::new(Irreversibility::Hive).await;
    world.deposit("alice", 10_000).await;
    let transaction = world.withdraw("alice", "2").await;
    let memo = format!("withdrawal tx {transaction}");
    world.pay_by_hand("alice", 1_980, &memo).await;
    world.begin().await;
    let running = Running::start(&world).await;
    world.until_paid().await;
    world.blocks(70).await;
    world.paid_once(&transaction, 1_980, 20);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_by_hand_of_another_amount_is_left_to_the_operator() {
    let world = World::new(Irreversibility::Hive).await;
    world.deposit("alice", 10_000).await;
    let transaction = world.withdraw("alice", "2").await;
    let memo = format!("withdrawal tx {transaction}");
    world.pay_by_hand("alice", 1, &memo).await;
    world.begin().await;
    let running = Running::start(&world).await;
    let report = world
        .until("one row", |report| report.rows.len() == 1)
        .await;
    assert_eq!(report.rows[0].id, transaction);
    world.blocks(30).await;
    assert_eq!(world.payments(&memo), (1, 1));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_is_begun_on_purpose_and_used_by_one() {
    let world = World::new(Irreversibility::Hive).await;
    let address = world.address();
    let open = |key| {
        Service::open(
            address.config(),
            address.client(),
            key,
            std::sync::Arc::new(Unobserved),
        )
    };
    let missing = open(world.key()).await.err().expect("no journal");
    assert!(
        missing.to_string().contains("there is no journal in"),
        "{missing}"
    );
    world.begin().await;
    let again = tartan_peg::init(&address.config(), &address.client()).await;
    let again = again.expect_err("there is one");
    assert!(again.to_string().contains("already"), "{again}");
    let wrong = open(world.api.key("alice", tartan_graphene::Role::Active)).await;
    assert!(matches!(wrong.err(), Some(PegError::WrongKey { .. })));
    let running = Running::start(&world).await;
    let second = open(world.key()).await.err().expect("it is in use");
    assert!(
        second.to_string().contains("another process uses"),
        "{second}"
    );
    running.stop().await;
    let mut other = address.config();
    other.contract = "hivepegged".to_string();
    let opened = Service::open(
        other,
        address.client(),
        world.key(),
        std::sync::Arc::new(Unobserved),
    )
    .await;
    assert!(matches!(opened.err(), Some(PegError::Foreign { .. })));
}
