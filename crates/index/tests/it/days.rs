//! What happened on each day.

use serde_json::json;
use tartan_index::{Day, DayCalls};

use crate::common::*;

/// Seconds of a day.
const DAY: i64 = 86_400;

fn pay(sender: &str, to: &str, quantity: &str) -> Call {
    let payload = json!({ "symbol": "ENG", "to": to, "quantity": quantity });
    tokens(sender, "transfer", payload)
}

/// Two days: founding; then payments of which some fail, and a token.
fn chain() -> TestChain {
    let mut chain = TestChain::new();
    // the day begins an hour later
    chain.time = u32::try_from(1_600_000_000 / DAY * DAY).unwrap() + 82_800;
    chain.found("COOL", 3, 1);
    chain.time += 7_200;
    chain.block(&[
        pay("founder", "alice", "10"),
        pay("alice", "bob", "1000"),
        pay("alice", "bob", "2000"),
        pay("alice", "bob", "1"),
        pay("bob", "alice", "x"),
    ]);
    let fine = json!({ "symbol": "FINE", "name": "Fine", "precision": 0, "maxSupply": "1" });
    chain.does(tokens("founder", "create", fine));
    // no fee: it was sent to be burnt
    chain.does(pay("founder", "null", "5"));
    chain.block(&[
        call("alice", "nothing", "at", json!({})),
        call("alice", "nowhere", "at", json!({})),
    ]);
    chain
}

async fn days(indexed: &Indexed) -> Vec<Day> {
    indexed.index.daily(0).await.unwrap()
}

#[tokio::test]
async fn days_count_what_happened_on_them() {
    in_each_database(chain, async |indexed, _| {
        let index = &indexed.index;
        let found = days(indexed).await;
        // the first one is that of genesis
        let [genesis, first, second] = &found[..] else {
            panic!("three days: {found:?}");
        };
        assert_eq!((genesis.transactions, genesis.new_accounts), (0, 2));
        assert_eq!(second.day - first.day, DAY);
        // the founder is given what founding costs; creates, enables staking and delegation
        assert_eq!((first.transactions, first.failed), (4, 0));
        assert_eq!((first.active_accounts, first.new_tokens), (2, 1));
        assert_eq!((second.transactions, second.failed), (9, 5));
        // founder, alice and bob; alice and bob are new
        assert_eq!((second.active_accounts, second.new_accounts), (3, 2));
        assert_eq!((second.new_tokens, second.all_transactions), (1, 13));
        let counters = index.counters().await.unwrap();
        assert_eq!(second.all_accounts, counters.accounts);
        assert_eq!(second.all_transactions, counters.transactions);
        assert_eq!(index.last_day().await.unwrap().as_ref(), Some(second));
        // by contract; those that are none are counted together
        let row = |contract: &str, transactions, failed| DayCalls {
            day: second.day,
            contract: contract.to_owned(),
            transactions,
            failed,
        };
        let calls = index.daily_calls(second.day).await.unwrap();
        assert_eq!(calls, [row("", 2, 2), row("tokens", 7, 3)]);
        let reasons = index.failure_reasons(0, 10).await.unwrap();
        let reasons: Vec<_> = reasons
            .iter()
            .map(|row| (row.reason.as_str(), row.transactions))
            .collect();
        assert_eq!(
            reasons,
            [
                ("contract doesn't exist", 2),
                ("overdrawn balance", 2),
                ("invalid params", 1),
            ]
        );
        assert_eq!(index.failure_reasons(0, 1).await.unwrap().len(), 1);
        // what founding costs
        let burns = index.daily_burns(0).await.unwrap();
        let burns: Vec<_> = burns
            .iter()
            .map(|row| {
                (
                    row.day == second.day,
                    row.symbol.as_str(),
                    row.quantity.to_string(),
                )
            })
            .collect();
        let eng = |is_second, quantity: &str| (is_second, "ENG", quantity.to_owned());
        assert_eq!(burns, [eng(false, "30"), eng(true, "10")]);
    })
    .await;
}

#[tokio::test]
async fn days_are_taken_back_with_their_blocks() {
    in_each_database(chain, async |indexed, chain| {
        let before = indexed.dump().await;
        // a day more, with a failure, a token and somebody new; all of it is void
        chain.time += 86_400;
        chain.block(&[pay("founder", "carol", "1"), pay("carol", "bob", "77")]);
        let late = json!({ "symbol": "LATE", "name": "Late", "precision": 0, "maxSupply": "1" });
        chain.does(tokens("founder", "create", late));
        indexed.catch_up().await;
        assert_eq!(days(indexed).await.len(), 4);
        chain.fork(2);
        indexed.catch_up().await;
        assert_eq!(indexed.dump().await, before);
        // and another turn leads to the same as a new index has
        chain.block(&[pay("founder", "dave", "1"), pay("dave", "bob", "77")]);
        indexed.catch_up().await;
        assert_eq!(days(indexed).await.len(), 4);
        let rebuilt = TestDatabase::sqlite();
        let mut rebuilt = Indexed::open(&rebuilt, chain).await;
        rebuilt.catch_up().await;
        indexed.assert_same(&rebuilt).await;
    })
    .await;
}

#[tokio::test]
async fn nobody_makes_a_day_long() {
    let database = TestDatabase::sqlite();
    let mut chain = chain();
    chain.time += 86_400;
    let mut indexed = Indexed::open(&database, &chain).await;
    // burning at will needs tokens; reasons can be had for nothing
    for name in 0..200 {
        let contract: &'static str = Box::leak(format!("none{name}").into_boxed_str());
        chain.block(&[call("alice", contract, "at", json!({}))]);
        // the index may be anywhere in between
        if name % 50 == 7 {
            indexed.catch_up().await;
        }
    }
    indexed.catch_up().await;
    let last = indexed.index.last_day().await.unwrap().unwrap();
    let calls = indexed.index.daily_calls(last.day).await.unwrap();
    assert_eq!(calls.len(), 1);
    assert_eq!(
        (calls[0].contract.as_str(), calls[0].transactions),
        ("", 200)
    );
}
