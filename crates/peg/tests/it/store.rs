//! Payments that bought nothing in the network's store.

use std::sync::Arc;

use tartan_devchain::Irreversibility;
use tartan_graphene::operation::Transfer;
use tartan_graphene::{Asset, Role};
use tartan_peg::{Config, Service, Unobserved, survey};

use crate::common::World;

const OWNER: &str = "steemsc";

/// The same service, for the store.
fn config(world: &World) -> Config {
    let address = world.address();
    let mut config = address.config().of_store();
    config.directory = address.folder.join("store");
    config
}

/// What is queued.
async fn queued(world: &World) -> Option<usize> {
    let report = survey(&config(world), &world.address().client()).await;
    report.ok().map(|report| report.rows.len())
}

/// A dollar buys nothing there, and comes back once.
#[tokio::test(flavor = "multi_thread")]
async fn what_buys_nothing_comes_back() {
    let world = World::new(Irreversibility::Hive).await;
    let dollars = |account| world.api.balances(account).expect("an account").dollar;
    let before = (dollars("alice"), dollars(OWNER));
    let memo = r#"{"id":"ssc-dev","json":{"contractName":"sscstore","contractAction":"buy","contractPayload":{}}}"#;
    let transfer = Transfer {
        from: "alice".to_string(),
        to: OWNER.to_string(),
        amount: Asset::dollar(2_500),
        memo: memo.to_string(),
    };
    let sent = world.api.send("alice", Role::Active, vec![transfer.into()]);
    sent.expect("the chain takes it");
    world.blocks(4).await;
    assert_eq!(dollars("alice"), before.0 - 2_500);

    let address = world.address();
    tartan_peg::init(&config(&world), &address.client())
        .await
        .expect("a journal");
    world.blocks(70).await;
    assert_eq!(queued(&world).await, Some(1));
    let key = world.api.key(OWNER, Role::Active);
    let opened = Service::open(config(&world), address.client(), key, Arc::new(Unobserved)).await;
    let mut service = opened.expect("the service starts");
    let running = tokio::spawn(async move { service.run().await });
    for _ in 0..200 {
        world.blocks(2).await;
        if queued(&world).await == Some(0) {
            break;
        }
    }
    assert_eq!(queued(&world).await, Some(0));
    world.blocks(20).await;
    running.abort();
    assert_eq!((dollars("alice"), dollars(OWNER)), before);
}
