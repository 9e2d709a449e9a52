//! What accounts hold, compared with the tables of the contract.

use proptest::prelude::*;
use serde_json::{Value, json};
use tartan_index::{Amount, HolderOrder, HolderQuery, Kind};

use crate::common::*;

const PEOPLE: [&str; 4] = ["alice", "bob", "carol", "founder"];

/// One random step.
#[derive(Debug, Clone)]
enum Step {
    Act(Vec<(usize, usize, u8, u32)>),
    DaysPass(u32),
    Fork(u32),
    CatchUp,
    Restart,
    Irreversible(u32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let action = (0..PEOPLE.len(), 0..PEOPLE.len(), 0..12_u8, 1..30_000_u32);
    let step = prop_oneof![
        8 => prop::collection::vec(action, 1..5).prop_map(Step::Act),
        3 => (1..3_u32).prop_map(Step::DaysPass),
        2 => (1..4_u32).prop_map(Step::Fork),
        3 => Just(Step::CatchUp),
        1 => Just(Step::Restart),
        1 => (1..5_u32).prop_map(Step::Irreversible),
    ];
    prop::collection::vec(step, 1..40)
}

/// The call that a random action is.
fn random_call(chain: &TestChain, (who, whom, action, amount): (usize, usize, u8, u32)) -> Call {
    let (sender, to) = (PEOPLE[who], PEOPLE[whom]);
    let quantity = format!("{}.{:03}", amount / 1000, amount % 1000);
    let plain = json!({ "symbol": "COOL", "to": to, "quantity": quantity });
    match action {
        0 => tokens(sender, "transfer", plain),
        1 => tokens(
            sender,
            "transfer",
            json!({ "symbol": "COOL", "to": "null", "quantity": quantity }),
        ),
        2 => tokens(
            sender,
            "transferToContract",
            json!({ "symbol": "COOL", "to": "bank", "quantity": quantity }),
        ),
        3 => tokens("founder", "issue", plain),
        4 => tokens(
            "founder",
            "issueToContract",
            json!({ "symbol": "COOL", "to": "mining", "quantity": quantity }),
        ),
        5 | 6 => tokens(sender, "stake", plain),
        7 | 8 => tokens(
            sender,
            "unstake",
            json!({ "symbol": "COOL", "quantity": quantity }),
        ),
        9 => {
            let reader = chain.reader();
            let query = json!({ "account": sender });
            let pending = reader
                .find_one("tokens", "pendingUnstakes", &query)
                .unwrap();
            let id = pending.map_or(json!("none"), |row| row["txID"].clone());
            tokens(sender, "cancelUnstake", json!({ "txID": id }))
        }
        10 => tokens(sender, "delegate", plain),
        _ => tokens(
            sender,
            "undelegate",
            json!({ "symbol": "COOL", "from": to, "quantity": quantity }),
        ),
    }
}

async fn play(database: TestDatabase, slices: u32, steps: &[Step]) {
    let mut chain = TestChain::new();
    chain.found("COOL", 3, slices);
    for name in PEOPLE {
        chain.issue("COOL", name, "50");
    }
    let mut indexed = Indexed::open(&database, &chain).await;
    for step in steps {
        match step {
            Step::Act(actions) => {
                let calls: Vec<_> = actions
                    .iter()
                    .map(|action| random_call(&chain, *action))
                    .collect();
                chain.block(&calls);
            }
            Step::DaysPass(days) => {
                chain.time += days * 86_400;
                chain.block(&[tokens("alice", "noAction", json!({}))]);
            }
            Step::Fork(blocks) => {
                let finalized = chain.reader().irreversible().unwrap_or(0).max(9);
                let most = chain.number().saturating_sub(finalized);
                chain.fork((*blocks).min(most));
                indexed.catch_up().await;
                check(&indexed, &chain, "COOL").await;
            }
            Step::CatchUp => {
                indexed.catch_up().await;
                check(&indexed, &chain, "COOL").await;
            }
            Step::Restart => indexed = Indexed::open(&database, &chain).await,
            Step::Irreversible(behind) => {
                let number = chain.number().saturating_sub(*behind);
                chain.chain.set_irreversible(number).unwrap();
            }
        }
    }
    indexed.catch_up().await;
    check(&indexed, &chain, "COOL").await;
    let rebuilt = TestDatabase::sqlite();
    let mut rebuilt = Indexed::open(&rebuilt, &chain).await;
    rebuilt.catch_up().await;
    indexed.assert_same(&rebuilt).await;
}

/// Every row of the contract's tables is in the index, and nothing else is.
async fn check(indexed: &Indexed, chain: &TestChain, issued: &str) {
    let reader = chain.reader();
    for (name, kind) in [
        ("balances", Kind::User),
        ("contractsBalances", Kind::Contract),
    ] {
        let rows: Vec<Value> = table(&reader, "tokens", name);
        let mut expected: Vec<_> = rows.iter().filter_map(of_contract).collect();
        expected.sort();
        let mut found = Vec::new();
        for symbol in ["COOL", "ENG", "STEEMP"] {
            let holders = indexed.index.holders(symbol, kind, 1000, 0).await.unwrap();
            found.extend(holders.into_iter().filter_map(|row| {
                let amounts = [
                    row.balance,
                    row.stake,
                    row.pending_unstake,
                    row.delegations_in,
                    row.delegations_out,
                    row.pending_undelegations,
                ];
                let nothing = amounts.iter().all(|amount| *amount == Amount::ZERO);
                (!nothing).then_some((row.symbol, row.account, amounts))
            }));
        }
        found.sort();
        assert_eq!(found, expected, "{name}");
    }
    // what accounts own is what was issued
    let mut total = Amount::ZERO;
    for kind in [Kind::User, Kind::Contract] {
        for row in indexed.index.holders(issued, kind, 1000, 0).await.unwrap() {
            total = total.plus(row.total);
        }
    }
    let query = json!({ "symbol": issued });
    let token = reader
        .find_one("tokens", "tokens", &query)
        .unwrap()
        .unwrap();
    let amount = |field: &str| Amount::parse(token[field].as_str().unwrap()).unwrap();
    assert_eq!(total, amount("supply"));
    let row = indexed.index.token(issued).await.unwrap().unwrap().token;
    assert_eq!(row.supply, total);
    assert_eq!(row.circulating, amount("circulatingSupply"));
    let rich = indexed.index.rich_list(issued, Kind::User, None, 1000);
    let rich = rich.await.unwrap().into_iter();
    let holders: Vec<_> = rich
        .map(|ranked| ranked.holder)
        .filter(|holder| holder.account != "null")
        .collect();
    assert_eq!(row.holders, i64::try_from(holders.len()).unwrap());
    // and the steps are made of them, the poorest first
    let mut expected: Vec<(i64, i64, Amount)> = Vec::new();
    for holder in holders.iter().rev() {
        let step = holder.total_rank >> 48;
        match expected.last_mut() {
            Some((last, accounts, total)) if *last == step => {
                *accounts += 1;
                *total = total.plus(holder.total);
            }
            _ => expected.push((step, 1, holder.total)),
        }
    }
    let found = indexed.index.spread(issued).await.unwrap().into_iter();
    let found: Vec<_> = found
        .map(|row| (row.step, row.accounts, row.total))
        .collect();
    assert_eq!(found, expected);
}

/// Symbol, account and amounts of a row of the contract; `None` if it holds nothing.
fn of_contract(row: &Value) -> Option<(String, String, [Amount; 6])> {
    let text = |field: &str| row[field].as_str().unwrap().to_owned();
    let amounts = [
        "balance",
        "stake",
        "pendingUnstake",
        "delegationsIn",
        "delegationsOut",
        "pendingUndelegations",
    ]
    .map(|field| Amount::parse(row[field].as_str().unwrap()).unwrap());
    let nothing = amounts.iter().all(|amount| *amount == Amount::ZERO);
    (!nothing).then(|| (text("symbol"), text("account"), amounts))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn holders_are_those_of_the_contract(steps in steps(), slices in 1..4_u32) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            for database in TestDatabase::each().await {
                play(database, slices, &steps).await;
            }
        });
    }
}

const NOTES: &str = "
actions.createSSC = async () => {
    if (!(await api.db.tableExists('notes'))) await api.db.createTable('notes', ['key']);
};
actions.put = async ({ key, length }) => {
    const row = await api.db.findOne('notes', { key });
    const text = 'x'.repeat(length);
    if (row) await api.db.update('notes', { ...row, text });
    else await api.db.insert('notes', { key, text });
};
actions.remove = async ({ key }) => {
    const row = await api.db.findOne('notes', { key });
    if (row) await api.db.remove('notes', row);
};";

/// Somebody writes a note of a length, or removes it, for which it takes over the deposit.
fn random_note((who, key, length): (usize, u8, u32)) -> Call {
    let sender = PEOPLE[who];
    let payload = json!({ "key": key.to_string(), "length": length, "maxDeposit": "1000" });
    match length % 4 {
        0 => call(sender, "notes", "remove", payload),
        _ => call(sender, "notes", "put", payload),
    }
}

fn notes() -> TestChain {
    use base64::Engine as _;

    let mut chain = TestChain::with_scripts();
    for name in PEOPLE {
        let eng = json!({ "symbol": "ENG", "to": name, "quantity": "2000" });
        chain.does(tokens("steemsc", "transfer", eng));
    }
    let code = base64::engine::general_purpose::STANDARD.encode(NOTES);
    let deploy = json!({ "name": "notes", "code": code, "maxDeposit": "1000" });
    chain.does(call("alice", "contract", "deploy", deploy));
    chain
}

/// What accounts hold, and have deposited, is what the contract's tables say.
async fn check_deposits(indexed: &Indexed, chain: &TestChain) {
    check(indexed, chain, "ENG").await;
    let deposits = table(&chain.reader(), "tokens", "deposits");
    let mut expected: Vec<_> = deposits
        .iter()
        .map(|row| {
            let balance = Amount::parse(row["balance"].as_str().unwrap()).unwrap();
            (row["account"].as_str().unwrap().to_owned(), balance)
        })
        .filter(|(_, balance)| balance.is_positive())
        .collect();
    expected.sort();
    let holders = indexed.index.holders("ENG", Kind::User, 1000, 0).await;
    let mut found: Vec<_> = holders
        .unwrap()
        .into_iter()
        .filter(|row| row.deposit != Amount::ZERO)
        .map(|row| (row.account, row.deposit))
        .collect();
    found.sort();
    assert_eq!(found, expected);
    assert!(!found.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn deposits_for_storage_are_seen(
        acts in prop::collection::vec((0..4_usize, 0..5_u8, 0..2_000_u32), 1..40),
        forked in 1..6_u32,
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            for database in TestDatabase::each().await {
                let mut chain = notes();
                let mut indexed = Indexed::open(&database, &chain).await;
                for (place, acts) in acts.chunks(3).enumerate() {
                    let calls: Vec<_> = acts.iter().map(|act| random_note(*act)).collect();
                    chain.block(&calls);
                    if place % 3 == 0 {
                        indexed.catch_up().await;
                        check_deposits(&indexed, &chain).await;
                    }
                }
                indexed.catch_up().await;
                check_deposits(&indexed, &chain).await;
                let own = chain.number() - 5;
                chain.fork(forked.min(own));
                indexed.catch_up().await;
                check_deposits(&indexed, &chain).await;
            }
        });
    }
}

#[tokio::test]
async fn the_richest_come_first() {
    for database in TestDatabase::each().await {
        let mut chain = TestChain::new();
        chain.found("COOL", 3, 4);
        for (name, quantity) in [("alice", "9.999"), ("bob", "10"), ("carol", "0.001")] {
            chain.issue("COOL", name, quantity);
        }
        let stake = json!({ "symbol": "COOL", "to": "alice", "quantity": "9" });
        chain.does(tokens("alice", "stake", stake));
        let mut indexed = Indexed::open(&database, &chain).await;
        indexed.catch_up().await;
        let richest = indexed
            .index
            .holders("COOL", Kind::User, 2, 0)
            .await
            .unwrap();
        let shown: Vec<_> = richest
            .iter()
            .map(|row| {
                format!(
                    "{} {} {} {}",
                    row.account, row.balance, row.stake, row.total
                )
            })
            .collect();
        assert_eq!(shown, ["bob 10 0 10", "alice 0.999 9 9.999"]);
        let rest = indexed
            .index
            .holders("COOL", Kind::User, 2, 2)
            .await
            .unwrap();
        assert_eq!(rest[0].account, "carol");
        let held = indexed.index.holdings("founder", Kind::User).await.unwrap();
        assert_eq!(held[0].symbol, "ENG");
    }
}

/// COOL: alice has 9.999, 9 of it staked, of which carol was lent 4 and 1 leaves; bob has 10, dave 10, carol 0.001; 5 are
/// burnt.
fn some_holders() -> TestChain {
    let mut chain = TestChain::new();
    chain.found("COOL", 3, 4);
    for (name, quantity) in [
        ("alice", "9.999"),
        ("dave", "10"),
        ("bob", "15"),
        ("carol", "0.001"),
    ] {
        chain.issue("COOL", name, quantity);
    }
    let cool =
        |to: &str, quantity: &str| json!({ "symbol": "COOL", "to": to, "quantity": quantity });
    chain.does(tokens("alice", "stake", cool("alice", "9")));
    chain.does(tokens("alice", "delegate", cool("carol", "4")));
    let unstake = json!({ "symbol": "COOL", "quantity": "1" });
    chain.does(tokens("alice", "unstake", unstake));
    chain.does(tokens("bob", "transfer", cool("null", "5")));
    chain
}

#[tokio::test]
async fn holders_come_in_any_order() {
    in_each_database(some_holders, async |indexed, _| {
        let ask = async |query: HolderQuery| {
            let query = HolderQuery {
                symbol: "COOL".to_owned(),
                ..query
            };
            let (count, rows) = indexed.index.holders_by(&query).await.unwrap();
            let names: Vec<_> = rows.into_iter().map(|row| row.account).collect();
            (count, names.join(" "))
        };
        let by = |order| HolderQuery {
            order,
            limit: 10,
            ..HolderQuery::default()
        };
        for (order, expected) in [
            // where two are equal, by name
            (HolderOrder::Total, "bob dave alice null carol"),
            (HolderOrder::Liquid, "bob dave null alice carol"),
            (HolderOrder::Stake, "alice bob carol dave null"),
            (HolderOrder::Unstaking, "alice bob carol dave null"),
            (HolderOrder::LentIn, "carol alice bob dave null"),
            (HolderOrder::LentOut, "alice bob carol dave null"),
        ] {
            assert_eq!(ask(by(order)).await, (5, expected.to_owned()), "{order:?}");
        }
        for (without, expected) in [
            (vec!["null"], (4, "bob dave alice carol")),
            (vec!["bob"], (4, "dave alice null carol")),
            (vec!["bob", "null", "bob"], (3, "dave alice carol")),
            (vec!["nobody", "founder"], (5, "bob dave alice null carol")),
        ] {
            let without: Vec<String> = without.into_iter().map(str::to_owned).collect();
            let (count, names) = ask(HolderQuery {
                without,
                ..by(HolderOrder::Total)
            })
            .await;
            assert_eq!((count, names.as_str()), expected);
        }
        let second = HolderQuery {
            limit: 2,
            offset: 2,
            ..HolderQuery::default()
        };
        assert_eq!(ask(second).await, (5, "alice null".to_owned()));
        let unknown = HolderQuery {
            symbol: "NONE".to_owned(),
            ..HolderQuery::default()
        };
        let none = indexed.index.holders_by(&unknown).await.unwrap();
        assert_eq!(none, (0, vec![]));
        let far = HolderQuery {
            offset: 100_001,
            ..unknown
        };
        let error = indexed.index.holders_by(&far).await.unwrap_err();
        assert!(error.to_string().contains("at most 100000, found 100001"));
        for (name, order) in HolderOrder::ALL {
            assert_eq!(HolderOrder::parse(name), Some(order));
        }
    })
    .await;
}

#[tokio::test]
async fn amounts_and_steps_tell_how_a_token_is_spread() {
    in_each_database(some_holders, async |indexed, _| {
        let totals = async |without: &[&str], limit| {
            let without: Vec<_> = without.iter().map(|name| (*name).to_owned()).collect();
            let totals = indexed.index.totals("COOL", &without, limit).await.unwrap();
            let shown: Vec<_> = totals.iter().map(Amount::to_string).collect();
            shown.join(" ")
        };
        assert_eq!(totals(&[], 1000).await, "10 10 9.999 5 0.001");
        assert_eq!(totals(&["null"], 3).await, "10 10 9.999");
        assert_eq!(totals(&["bob", "null"], 0).await, "10");
        let steps = indexed.index.spread("COOL").await.unwrap();
        let shown: Vec<_> = steps
            .iter()
            .map(|step| format!("{} {}", step.accounts, step.total))
            .collect();
        // 10 begins a step of its own, and what is burnt is in none
        assert_eq!(shown, ["1 0.001", "1 9.999", "2 20"]);
        assert_eq!(indexed.index.spread("NONE").await.unwrap(), []);
    })
    .await;
}

#[tokio::test]
async fn the_history_of_a_token_goes_back_page_by_page() {
    in_each_database(some_holders, async |indexed, _| {
        let history = async |kinds: &[&str], before, limit| {
            let kinds: Vec<_> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
            let history = indexed.index.token_history("COOL", &kinds, before, limit);
            history.await.unwrap()
        };
        let names = |rows: &[tartan_index::Operation]| {
            let names: Vec<_> = rows.iter().map(|row| row.operation.clone()).collect();
            names.join(" ")
        };
        let all = history(&[], None, 1000).await;
        assert!(all.is_sorted_by(|a, b| a.id > b.id));
        assert!(all.iter().all(|row| row.symbol.as_deref() == Some("COOL")));
        assert_eq!(
            names(&all[..4]),
            "tokens_transfer tokens_unstakeStart tokens_delegate tokens_stake"
        );
        let moves = ["tokens_transfer", "tokens_issue"];
        let first = history(&moves, None, 2).await;
        assert_eq!(names(&first), "tokens_transfer tokens_issue");
        assert!(first[1].details.contains("carol"), "{}", first[1].details);
        let rest = history(&moves, Some(first[1].id), 1000).await;
        assert_eq!(names(&rest), "tokens_issue tokens_issue tokens_issue");
        assert_eq!(history(&["tokens_cancelUnstake"], None, 10).await, []);
    })
    .await;
}
