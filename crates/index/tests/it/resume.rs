//! Stopping, starting, forks, and databases that are not ours.

use std::time::Duration;

use serde_json::json;
use tartan_chain::Network;
use tartan_chain::network::Flavor;

use crate::common::*;

fn pay(quantity: u32) -> Call {
    let payload = json!({ "symbol": "ENG", "to": "alice", "quantity": quantity.to_string() });
    tokens("steemsc", "transfer", payload)
}

#[tokio::test]
async fn an_index_follows_the_chain_through_forks() {
    for database in TestDatabase::each().await {
        let mut chain = TestChain::new();
        let indexed = Indexed::open(&database, &chain).await;
        let mut progress = indexed.indexer.progress();
        let running = tokio::spawn(indexed.indexer.run());
        for quantity in 1..=5 {
            chain.does(pay(quantity));
        }
        let until = |number: i64| {
            move |position: &Option<tartan_index::Position>| {
                position
                    .as_ref()
                    .is_some_and(|position| position.block == number)
            }
        };
        let wait = Duration::from_secs(20);
        tokio::time::timeout(wait, progress.wait_for(until(5)))
            .await
            .unwrap()
            .unwrap();
        chain.fork(3);
        tokio::time::timeout(wait, progress.wait_for(until(2)))
            .await
            .unwrap()
            .unwrap();
        for quantity in [10, 20, 30, 40] {
            chain.does(pay(quantity));
        }
        tokio::time::timeout(wait, progress.wait_for(until(6)))
            .await
            .unwrap()
            .unwrap();
        let followed = Indexed::open(&database, &chain).await;
        let held = followed
            .index
            .holdings("alice", tartan_index::Kind::User)
            .await
            .unwrap();
        assert_eq!(held[0].balance.to_string(), "103");
        let rebuilt = TestDatabase::sqlite();
        let mut rebuilt = Indexed::open(&rebuilt, &chain).await;
        rebuilt.catch_up().await;
        followed.assert_same(&rebuilt).await;
        running.abort();
    }
}

#[tokio::test]
async fn what_is_irreversible_needs_no_undo() {
    for database in TestDatabase::each().await {
        let mut chain = TestChain::new();
        for quantity in 1..=5 {
            chain.does(pay(quantity));
        }
        let mut indexed = Indexed::open(&database, &chain).await;
        chain.chain.set_irreversible(3).unwrap();
        indexed.catch_up().await;
        let reversible = indexed.undo_rows().await;
        assert!(reversible > 0);
        chain.chain.set_irreversible(5).unwrap();
        chain.does(pay(6));
        indexed.catch_up().await;
        assert!(indexed.undo_rows().await < reversible);
        chain.chain.set_irreversible(6).unwrap();
        chain.does(pay(7));
        chain.chain.set_irreversible(7).unwrap();
        indexed.catch_up().await;
        assert_eq!(indexed.undo_rows().await, 0);
    }
}

#[tokio::test]
async fn a_chain_that_fell_behind_is_waited_for() {
    for database in TestDatabase::each().await {
        let mut ahead = TestChain::new();
        for quantity in 1..=5 {
            ahead.does(pay(quantity));
        }
        ahead.chain.set_irreversible(5).unwrap();
        let mut indexed = Indexed::open(&database, &ahead).await;
        indexed.catch_up().await;
        let dump = indexed.dump().await;
        // the same chain, from a disk that is two blocks behind
        let mut behind = TestChain::new();
        for quantity in 1..=3 {
            behind.does(pay(quantity));
        }
        let mut indexed = Indexed::open(&database, &behind).await;
        indexed.catch_up().await;
        assert_eq!(indexed.dump().await, dump);
        behind.does(pay(4));
        behind.does(pay(5));
        behind.does(pay(6));
        indexed.catch_up().await;
        let position = indexed.index.position().await.unwrap().unwrap();
        assert_eq!(position.block, 6);
        // another chain after all
        let mut other = TestChain::new();
        for quantity in 1..=7 {
            other.does(pay(quantity + 1));
        }
        let mut indexed = Indexed::open(&database, &other).await;
        let error = indexed.indexer.catch_up().await;
        // block 6 can still be taken back, block 5 cannot
        let error = error.unwrap_err().to_string();
        assert!(error.contains("too old to be taken back"), "{error}");
    }
}

#[tokio::test]
async fn a_database_of_another_chain_is_refused_until_it_is_cleared() {
    for database in TestDatabase::each().await {
        let chain = TestChain::new();
        let mut indexed = Indexed::open(&database, &chain).await;
        indexed.catch_up().await;
        let other = TestChain::of(Network::dev(Flavor::Hive));
        let error = Indexed::try_open(&database, &other).await.err().unwrap();
        assert!(error.to_string().contains("another chain"), "{error}");
        indexed.database.clear().await.unwrap();
        let mut indexed = Indexed::open(&database, &other).await;
        indexed.catch_up().await;
        assert!(indexed.dump().await.contains("hive-engine"));
    }
}

#[tokio::test]
async fn two_indexers_of_one_database_notice_each_other() {
    for database in TestDatabase::each().await {
        let mut chain = TestChain::new();
        chain.does(pay(1));
        let mut first = Indexed::open(&database, &chain).await;
        let mut second = Indexed::open(&database, &chain).await;
        first.catch_up().await;
        let error = second.indexer.catch_up().await.unwrap_err().to_string();
        assert!(error.contains("another indexer"), "{error}");
    }
}

#[tokio::test]
async fn an_index_that_derived_less_is_built_anew() {
    for database in TestDatabase::each().await {
        let mut chain = TestChain::new();
        chain.does(pay(1));
        let mut indexed = Indexed::open(&database, &chain).await;
        indexed.catch_up().await;
        let dump = indexed.dump().await;
        let pool = sqlx::any::AnyPoolOptions::new().connect(&database.address);
        let pool = pool.await.unwrap();
        sqlx::query("UPDATE meta SET content = '1' WHERE name = 'version'")
            .execute(&pool)
            .await
            .unwrap();
        pool.close().await;
        let error = Indexed::try_open(&database, &chain).await.err().unwrap();
        assert!(matches!(error, tartan_index::IndexError::Outdated));
        indexed.database.clear().await.unwrap();
        let mut indexed = Indexed::open(&database, &chain).await;
        indexed.catch_up().await;
        assert_eq!(indexed.dump().await, dump);
    }
}
