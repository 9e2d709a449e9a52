//! Looking for transactions by words, and by who, what, when and how much.

use proptest::prelude::*;
use serde_json::{Value, json};
use tartan_index::{Amount, AmountBound, Outcome, TransactionRow, TransactionSearch};

use crate::common::*;

fn sending(symbol: &str, to: &str, quantity: &str, memo: &str) -> Value {
    json!({ "symbol": symbol, "to": to, "quantity": quantity, "memo": memo })
}

/// COOL by `founder`; alice and bob send each other some, with and without words; one fails.
fn chain() -> TestChain {
    let mut chain = TestChain::new();
    chain.found("COOL", 3, 4);
    for name in ["alice", "bob"] {
        chain.issue("COOL", name, "1000");
    }
    for (from, to, quantity, memo) in [
        ("alice", "bob", "1", "for Lunch, thanks"),
        ("bob", "alice", "25", "thanks! 午餐"),
        ("alice", "carol", "100", "rent"),
        ("alice", "bob", "0.5", "\"'; DROP TABLE words; -- lunch"),
    ] {
        chain.does(tokens(
            from,
            "transfer",
            sending("COOL", to, quantity, memo),
        ));
    }
    let much = sending("COOL", "alice", "5000", "lunch");
    chain.block(&[tokens("carol", "transfer", much)]);
    let stake = json!({ "symbol": "COOL", "to": "alice", "quantity": "10" });
    chain.does(tokens("alice", "stake", stake));
    chain
}

fn search() -> TransactionSearch {
    TransactionSearch {
        limit: 100,
        ..TransactionSearch::default()
    }
}

fn text(text: &str) -> TransactionSearch {
    TransactionSearch {
        text: text.to_owned(),
        ..search()
    }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

async fn found(indexed: &Indexed, search: &TransactionSearch) -> Vec<TransactionRow> {
    let found = indexed.index.find_transactions(search).await.unwrap();
    assert_eq!((found.next, found.left_at), (None, None), "{search:?}");
    found.transactions
}

/// What was moved by the transactions that are found, the newest first.
async fn amounts(indexed: &Indexed, search: &TransactionSearch) -> String {
    let rows = found(indexed, search).await;
    let amounts = rows
        .iter()
        .map(|row| row.amounts.clone().unwrap_or_default());
    let amounts = amounts.map(|amounts| amounts.replace("COOL ", ""));
    amounts.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn words_are_found_in_whatever_letters() {
    in_each_database(chain, async |indexed, _| {
        for (asked, expected) in [
            ("lunch", "5000 0.5 1"),
            ("LUNCH thanks", "1"),
            ("thanks", "25 1"),
            ("午餐", "25"),
            ("餐", "25"),
            ("overdrawn", "5000"),
            ("drop table", "0.5"),
            ("lunc", ""),
            ("nothing at all", ""),
            ("lunch\" OR \"rent", ""),
            ("lunch' | 'rent", ""),
        ] {
            assert_eq!(amounts(indexed, &text(asked)).await, expected, "{asked}");
        }
    })
    .await;
}

#[tokio::test]
async fn filters_are_all_true_of_what_is_found() {
    in_each_database(chain, async |indexed, _| {
        let stake = |more: TransactionSearch| TransactionSearch {
            symbols: names(&["cool"]),
            ..more
        };
        for (asked, expected) in [
            (
                TransactionSearch {
                    from: names(&["alice"]),
                    ..text("lunch")
                },
                "0.5 1",
            ),
            (
                TransactionSearch {
                    to: names(&["alice"]),
                    ..stake(search())
                },
                "10 5000 25 1000",
            ),
            (
                TransactionSearch {
                    to: names(&["Carol"]),
                    ..search()
                },
                "100",
            ),
            (
                TransactionSearch {
                    actions: names(&["stake"]),
                    ..search()
                },
                "10",
            ),
            (
                TransactionSearch {
                    contracts: names(&["market"]),
                    ..stake(search())
                },
                "",
            ),
            (
                TransactionSearch {
                    outcomes: vec![Outcome::Failed],
                    ..stake(search())
                },
                "5000",
            ),
            (
                TransactionSearch {
                    outcomes: vec![Outcome::Success],
                    ..text("lunch")
                },
                "0.5 1",
            ),
            (
                TransactionSearch {
                    from: names(&["no such", "name"]),
                    ..search()
                },
                "",
            ),
        ] {
            assert_eq!(amounts(indexed, &asked).await, expected, "{asked:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn amounts_are_compared_exactly() {
    in_each_database(chain, async |indexed, _| {
        use AmountBound::{Above, AtLeast, AtMost, Below};
        let amount = |text: &str| Amount::parse(text).unwrap();
        let asked = |amounts: &[AmountBound]| TransactionSearch {
            actions: names(&["transfer"]),
            symbols: names(&["COOL"]),
            amounts: amounts.to_vec(),
            ..search()
        };
        for (bounds, expected) in [
            (vec![Above(amount("25"))], "5000 100"),
            (vec![AtLeast(amount("25"))], "5000 100 25"),
            (vec![Below(amount("1"))], "0.5"),
            (vec![AtMost(amount("1"))], "0.5 1"),
            (vec![Above(amount("0.5")), Below(amount("100"))], "25 1"),
            (vec![Above(amount("100")), Below(amount("1"))], ""),
            (vec![AtLeast(amount("25")), AtMost(amount("25"))], "25"),
            (vec![Above(amount("999999999999999"))], ""),
        ] {
            assert_eq!(
                amounts(indexed, &asked(&bounds)).await,
                expected,
                "{bounds:?}"
            );
        }
        // what is paid for it is another token
        let fee = TransactionSearch {
            actions: names(&["enableStaking"]),
            ..search()
        };
        let rows = found(indexed, &fee).await;
        assert_eq!(rows[0].amounts.as_deref(), Some("ENG 10"));
    })
    .await;
}

#[tokio::test]
async fn times_are_where_history_is_cut() {
    in_each_database(chain, async |indexed, _| {
        let all = found(indexed, &text("lunch")).await;
        let [third, second, first] = all.as_slice() else {
            panic!("{all:?}");
        };
        let between = |since, until| TransactionSearch {
            since,
            until,
            ..text("lunch")
        };
        for (asked, expected) in [
            (between(Some(first.time), None), "5000 0.5 1"),
            (between(Some(first.time + 1), None), "5000 0.5"),
            (between(None, Some(third.time)), "0.5 1"),
            (between(Some(second.time), Some(third.time)), "0.5"),
            (between(Some(third.time + 1000), None), ""),
            (between(None, Some(0)), ""),
            (between(Some(i64::MIN), Some(i64::MAX)), "5000 0.5 1"),
        ] {
            assert_eq!(amounts(indexed, &asked).await, expected, "{asked:?}");
        }
        // without a word, all of a time
        let second = found(
            indexed,
            &TransactionSearch {
                since: Some(second.time),
                until: Some(second.time + 1),
                ..search()
            },
        )
        .await;
        assert_eq!(second.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn too_many_words_are_refused() {
    in_each_database(chain, async |indexed, _| {
        let many: Vec<String> = (0..40).map(|number| format!("w{number}")).collect();
        let error = indexed
            .index
            .find_transactions(&text(&many.join(" ")))
            .await;
        let error = error.unwrap_err().to_string();
        assert!(error.contains("at most 32 words"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn what_is_taken_back_is_not_found_any_more() {
    in_each_database(chain, async |indexed, chain| {
        chain.does(tokens(
            "alice",
            "transfer",
            sending("COOL", "bob", "2", "ephemeral"),
        ));
        indexed.catch_up().await;
        assert_eq!(amounts(indexed, &text("ephemeral")).await, "2");
        chain.fork(1);
        chain.does(tokens(
            "alice",
            "transfer",
            sending("COOL", "bob", "3", "instead"),
        ));
        indexed.catch_up().await;
        assert_eq!(amounts(indexed, &text("ephemeral")).await, "");
        assert_eq!(amounts(indexed, &text("instead")).await, "3");
        let rebuilt = TestDatabase::sqlite();
        let mut rebuilt = Indexed::open(&rebuilt, chain).await;
        rebuilt.catch_up().await;
        indexed.assert_same(&rebuilt).await;
        // and empty, and made anew
        indexed.database.clear().await.unwrap();
        let mut again = tartan_index::Indexer::open(&indexed.database, chain.reader())
            .await
            .unwrap();
        again.catch_up().await.unwrap();
        indexed.assert_same(&rebuilt).await;
    })
    .await;
}

#[tokio::test]
async fn a_long_history_is_gone_through_without_gaps() {
    in_each_database(chain, async |indexed, chain| {
        // more blocks than are looked through at once
        for number in 0..1_300 {
            let memo = match number % 100 {
                0 => "rare frequent",
                _ => "frequent",
            };
            chain.does(tokens(
                "alice",
                "transfer",
                sending("COOL", "bob", "0.001", memo),
            ));
        }
        indexed.catch_up().await;
        assert_eq!(found(indexed, &text("rare")).await.len(), 13);
        assert_eq!(
            found(indexed, &text("rent")).await.len(),
            1,
            "the first blocks"
        );
        let mut asked = TransactionSearch {
            limit: 7,
            ..text("frequent")
        };
        let mut ids = Vec::new();
        loop {
            let page = indexed.index.find_transactions(&asked).await.unwrap();
            ids.extend(page.transactions.iter().map(|row| row.id));
            match page.next {
                Some(next) => asked.before = Some(next),
                None => break,
            }
        }
        assert_eq!(ids.len(), 1_300);
        assert!(ids.is_sorted_by(|a, b| a > b));
    })
    .await;
}

#[derive(Debug, Clone)]
struct Deed {
    from: usize,
    to: usize,
    quantity: u32,
    word: usize,
}

const PEOPLE: [&str; 4] = ["alice", "bob", "carol", "dave"];
const WORDS: [&str; 4] = ["lunch", "rent", "lunch rent", ""];

struct Sending;

impl Story for Sending {
    type Deed = Deed;

    fn chain(&self) -> TestChain {
        let mut chain = TestChain::new();
        chain.found("COOL", 3, 4);
        for name in PEOPLE {
            chain.issue("COOL", name, "100");
        }
        chain
    }

    fn call(&self, _: &TestChain, deed: &Deed) -> Call {
        let quantity = deed.quantity.to_string();
        let payload = sending("COOL", PEOPLE[deed.to], &quantity, WORDS[deed.word]);
        tokens(PEOPLE[deed.from], "transfer", payload)
    }

    /// Every question has the answer that all blocks of the chain give, read one by one.
    async fn check(&self, indexed: &Indexed, chain: &TestChain) -> usize {
        let reader = chain.reader();
        let head = chain.chain.latest_block().number;
        let mut sent = Vec::new();
        for number in 0..=head {
            let block = reader.block(number).unwrap().unwrap();
            for (place, transaction) in block.transactions.iter().enumerate() {
                let payload = transaction.payload.as_deref().unwrap_or_default();
                let payload: Value = serde_json::from_str(payload).unwrap_or_default();
                let id = tartan_index::id_of(
                    i64::try_from(number).unwrap(),
                    i64::try_from(place).unwrap(),
                );
                let sender = transaction.sender.clone().unwrap_or_default();
                sent.push((id, sender, payload, transaction.logs.contains("\"errors\"")));
            }
        }
        let mut count = 0;
        for from in PEOPLE {
            for (word, failed) in [("lunch", false), ("rent", true), ("lunch", true)] {
                let asked = TransactionSearch {
                    from: names(&[from]),
                    outcomes: vec![if failed {
                        Outcome::Failed
                    } else {
                        Outcome::Success
                    }],
                    amounts: vec![AmountBound::Above(Amount::parse("9").unwrap())],
                    ..text(word)
                };
                let expected = sent.iter().rev().filter(|(_, sender, payload, fails)| {
                    let quantity = payload["quantity"].as_str().and_then(Amount::parse);
                    let memo = payload["memo"].as_str().unwrap_or_default();
                    sender == from
                        && *fails == failed
                        && memo.split(' ').any(|found| found == word)
                        && quantity > Amount::parse("9")
                });
                let expected: Vec<i64> = expected.map(|row| row.0).collect();
                let found = found(indexed, &asked).await;
                let found: Vec<i64> = found.iter().map(|row| row.id).collect();
                assert_eq!(found, expected, "{asked:?}");
                count += found.len();
            }
        }
        count
    }
}

fn deed() -> impl Strategy<Value = Deed> {
    (0..4_usize, 0..4_usize, 1..60_u32, 0..4_usize).prop_map(|(from, to, quantity, word)| Deed {
        from,
        to,
        quantity,
        word,
    })
}

#[test]
fn the_index_finds_what_the_blocks_have() {
    let steps = always_the_same(deed(), (60, 4), 100);
    assert!(Sending.play_everywhere(&steps) > 20);
}
