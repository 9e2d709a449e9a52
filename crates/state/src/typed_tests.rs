//! Rows as native contracts use them: structs over the same tables.

use serde::{Deserialize, Serialize};
use tartan_document::{Object, Value, object};

use crate::table_tests::parse;
use crate::tests::position;
use crate::{
    Filter, FindOptions, IfMissing, Index, IndexSpec, Overlay, Read, Record, RowId, Scan, Space,
    State, Table,
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Balance {
    account: String,
    symbol: String,
    balance: String,
    #[serde(rename = "pendingUnstake", skip_serializing_if = "Option::is_none")]
    pending: Option<u64>,
}

impl Record for Balance {
    const CONTRACT: &'static str = "tokens";
    const TABLE: &'static str = "balances";
    const INDEXES: &'static [Index] = &[
        Index::Field("account"),
        Index::Named("bySymbol", &[("symbol", false), ("balance", true)]),
    ];
    const LOOKUP: &'static [&'static str] = &["account", "symbol"];
}

fn balance(account: &str, symbol: &str, balance: &str) -> Balance {
    let (account, symbol, balance) = (account.into(), symbol.into(), balance.into());
    Balance {
        account,
        symbol,
        balance,
        pending: None,
    }
}

#[test]
fn typed_rows_are_the_same_rows() {
    let mut overlay = State::memory().begin().unwrap();
    Table::<Balance>::create(&mut overlay).unwrap();
    let alice = Table::insert(&mut overlay, &balance("alice", "BEE", "1")).unwrap();
    assert_eq!(alice, RowId::Number(1));
    Table::insert(&mut overlay, &balance("bob", "BEE", "3")).unwrap();
    overlay
        .insert(
            "tokens",
            "balances",
            parse(r#"{"symbol":"BEE","account":"carol","balance":"2"}"#),
        )
        .unwrap();

    let found = |overlay: &Overlay, account: &str| {
        Table::<Balance>::get_by(overlay, &[account, "BEE"]).unwrap()
    };
    assert_eq!(found(&overlay, "carol").unwrap().id, RowId::Number(3));
    assert!(found(&overlay, "dave").is_none());
    let mut row = found(&overlay, "alice").unwrap();
    row.balance = "9".into();
    Table::put(&mut overlay, &row.id, &row.record).unwrap();
    assert_eq!(
        Table::<Balance>::get(&overlay, &alice).unwrap().as_ref(),
        Some(&row)
    );
    let filter = Filter::parse_object(&object! { "account": "alice", "symbol": "BEE" }).unwrap();
    assert_eq!(
        overlay
            .find_one("tokens", "balances", &filter, None)
            .unwrap()
            .unwrap()
            .to_string(),
        r#"{"_id":1,"account":"alice","symbol":"BEE","balance":"9"}"#
    );

    let scan = Scan::of("bySymbol").equal("BEE").from("2").limit(2);
    let rows = Table::<Balance>::scan(&overlay, &scan).unwrap();
    let accounts: Vec<&str> = rows.iter().map(|row| row.account.as_str()).collect();
    assert_eq!(accounts, ["alice", "bob"]);
    let rows = Table::<Balance>::find(&overlay, &Filter::all(), &FindOptions::default()).unwrap();
    assert_eq!(rows.len(), 3);

    let again = Table::insert(&mut overlay, &balance("bob", "BEE", "0")).unwrap_err();
    assert_eq!(
        again.to_string(),
        r#"duplicate key in table tokens.balances: account "bob", symbol "BEE""#
    );
    assert!(Table::<Balance>::remove(&mut overlay, &alice).unwrap());
    assert!(found(&overlay, "alice").is_none());
    assert!(Table::put(&mut overlay, &alice, &row.record).is_err());
    let info = overlay.table("tokens", "balances").unwrap();
    let declared: Vec<&str> = info
        .declared()
        .map(|index| index.spec.name.as_str())
        .collect();
    assert_eq!(declared, ["account_1", "bySymbol"]);
}

/// The figures of a market.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Figures {
    symbol: String,
    price: u64,
}

impl Record for Figures {
    const CONTRACT: &'static str = "market";
    const TABLE: &'static str = "metrics";
    const LOOKUP: &'static [&'static str] = &["symbol"];

    fn is_indexed_as(&self, other: &Figures) -> bool {
        self.symbol == other.symbol
    }
}

/// What a table says of a token, read as a call does; and what its documents say.
fn prices(overlay: &mut Overlay, symbol: &str) -> (Option<u64>, String) {
    let row = Table::<Figures>::shared_by(overlay, &[symbol]).unwrap();
    let filter = Filter::parse_object(&object! { "symbol": symbol }).unwrap();
    let documents = overlay.find("market", "metrics", &filter, &FindOptions::default());
    let prices: Vec<String> = documents.unwrap().iter().map(Object::to_string).collect();
    (row.map(|row| row.price), prices.join(" "))
}

#[test]
fn rows_stay_decoded_and_true() {
    let mut overlay = State::memory().begin().unwrap();
    Table::<Figures>::create(&mut overlay).unwrap();
    let figures = |symbol: &str, price| Figures {
        symbol: symbol.into(),
        price,
    };
    let id = Table::insert(&mut overlay, &figures("COOL", 1)).unwrap();
    let check = |overlay: &mut Overlay, symbol: &str, expected: Option<u64>| {
        let document = |price| format!(r#"{{"_id":1,"symbol":"{symbol}","price":{price}}}"#);
        let expected = (expected, expected.map_or(String::new(), document));
        assert_eq!(prices(overlay, symbol), expected);
    };
    check(&mut overlay, "COOL", Some(1));
    Table::put(&mut overlay, &id, &figures("COOL", 2)).unwrap();
    check(&mut overlay, "COOL", Some(2));

    // what is rolled back is not remembered
    let outer = overlay.savepoint();
    Table::put(&mut overlay, &id, &figures("COOL", 3)).unwrap();
    let inner = overlay.savepoint();
    Table::put(&mut overlay, &id, &figures("WARM", 4)).unwrap();
    check(&mut overlay, "COOL", None);
    check(&mut overlay, "WARM", Some(4));
    overlay.rollback(inner);
    check(&mut overlay, "WARM", None);
    check(&mut overlay, "COOL", Some(3));
    overlay.rollback(outer);
    check(&mut overlay, "COOL", Some(2));

    // nor what is written past the struct, or removed
    let document = parse(r#"{"_id":1,"price":5}"#);
    let written = overlay.update("market", "metrics", &document, &[], IfMissing::Ignore);
    assert!(written.unwrap());
    check(&mut overlay, "COOL", Some(5));
    Table::put(&mut overlay, &id, &figures("COOL", 6)).unwrap();
    assert!(Table::<Figures>::remove(&mut overlay, &id).unwrap());
    check(&mut overlay, "COOL", None);
    assert!(Table::put(&mut overlay, &id, &figures("COOL", 7)).is_err());
    check(&mut overlay, "COOL", None);
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vote {
    reward_pool_id: u64,
    authorperm: String,
    weight: i32,
}

impl Record for Vote {
    const CONTRACT: &'static str = "comments";
    const TABLE: &'static str = "votes";
    const PRIMARY_KEY: &'static [&'static str] = &["rewardPoolId", "authorperm"];
}

#[test]
fn typed_rows_have_keys() {
    let mut overlay = State::memory().begin().unwrap();
    Table::<Vote>::create(&mut overlay).unwrap();
    let vote = Vote {
        reward_pool_id: 2,
        authorperm: "@a/b".into(),
        weight: 100,
    };
    let id = Table::insert(&mut overlay, &vote).unwrap();
    assert_eq!(
        id,
        RowId::from(object! { "rewardPoolId": 2, "authorperm": "@a/b" })
    );
    let found = Table::<Vote>::get_by(&overlay, &[Value::from(2), "@a/b".into()])
        .unwrap()
        .unwrap();
    assert_eq!((found.id, found.record), (id, vote));
    assert!(Table::<Vote>::get_by(&overlay, &[Value::from(2)]).is_err());
}

/// The same rows, whose primary key is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
struct KnownVote(Vote);

impl Record for KnownVote {
    const CONTRACT: &'static str = "comments";
    const TABLE: &'static str = "votes";
    const PRIMARY_KEY: &'static [&'static str] = Vote::PRIMARY_KEY;

    fn primary_key(&self) -> Option<Vec<Value>> {
        Some(vec![
            self.0.reward_pool_id.into(),
            self.0.authorperm.as_str().into(),
        ])
    }
}

#[test]
fn records_may_know_their_keys() {
    let mut overlay = State::memory().begin().unwrap();
    Table::<Vote>::create(&mut overlay).unwrap();
    let vote = |authorperm: &str| Vote {
        reward_pool_id: 2,
        authorperm: authorperm.into(),
        weight: 100,
    };
    let id = Table::insert(&mut overlay, &KnownVote(vote("@a/b"))).unwrap();
    let key = object! { "rewardPoolId": 2, "authorperm": "@a/b" };
    assert_eq!(id, RowId::from(key));
    assert!(Table::insert(&mut overlay, &vote("@a/b")).is_err());
    let other = Table::insert_absent(&mut overlay, &vote("@a/c")).unwrap();
    assert_eq!(
        Table::<Vote>::get(&overlay, &other)
            .unwrap()
            .unwrap()
            .record,
        vote("@a/c")
    );
    let found = Table::<Vote>::get_by(&overlay, &[Value::from(2), "@a/b".into()]);
    assert_eq!(found.unwrap().unwrap().record, vote("@a/b"));
}

/// A walk by pages meets the rows that one walk meets, in an index with a descending field and many equal rows.
#[test]
fn a_scan_goes_on_behind_a_row() {
    let fields = [("symbol", false), ("balance", true)];
    let mut overlay = State::memory().begin().unwrap();
    let by_size = IndexSpec::named("bySize", &fields);
    overlay
        .create_table("tokens", "balances", &[by_size], None)
        .unwrap();
    for number in 0..60 {
        let symbol = ["BEE", "COOL"][number % 2];
        let row = balance(
            &format!("a{number}"),
            symbol,
            ["7", "12", "7", "3"][number % 4],
        );
        let row = object! { "account": row.account, "symbol": row.symbol, "balance": row.balance };
        overlay.insert("tokens", "balances", row).unwrap();
    }
    let all = Scan::of("bySize").equal("COOL");
    let all = Table::<Balance>::scan(&overlay, &all).unwrap();
    assert_eq!(all.len(), 30);
    let mut met = Vec::new();
    let mut next = Scan::of("bySize").equal("COOL").limit(7);
    loop {
        let page = Table::<Balance>::scan(&overlay, &next).unwrap();
        let Some(last) = page.last().cloned() else {
            break;
        };
        met.extend(page);
        let place = [last.symbol.clone().into(), last.balance.clone().into()];
        next = Scan::of("bySize").equal("COOL").limit(7);
        next = next.behind(place, last.id.number().unwrap());
    }
    assert_eq!(met, all);
    let wrong = Scan::of("bySize")
        .equal("COOL")
        .behind([Value::from("COOL")], 1);
    let error = Table::<Balance>::scan(&overlay, &wrong).unwrap_err();
    assert!(error.to_string().contains("names every field"), "{error}");
}

#[test]
fn what_is_known_of_rows_is_true_of_the_block_before() {
    let state = State::memory();
    let figures = |price| Figures {
        symbol: "COOL".into(),
        price,
    };
    let commit = |overlay: Overlay, number: u32| {
        state.commit(overlay, position(number)).unwrap();
    };
    let check = |overlay: &mut Overlay, expected: u64| {
        let document = format!(r#"{{"_id":1,"symbol":"COOL","price":{expected}}}"#);
        assert_eq!(prices(overlay, "COOL"), (Some(expected), document));
    };
    let mut overlay = state.begin().unwrap();
    Table::<Figures>::create(&mut overlay).unwrap();
    let id = Table::insert(&mut overlay, &figures(1)).unwrap();
    check(&mut overlay, 1);
    commit(overlay, 1);

    let mut overlay = state.begin().unwrap();
    check(&mut overlay, 1);
    Table::put(&mut overlay, &id, &figures(2)).unwrap();
    check(&mut overlay, 2);
    commit(overlay, 2);

    // a block that comes to nothing leaves nothing
    let mut overlay = state.begin().unwrap();
    check(&mut overlay, 2);
    Table::put(&mut overlay, &id, &figures(3)).unwrap();
    drop(overlay);
    let mut overlay = state.begin().unwrap();
    check(&mut overlay, 2);
    Table::put(&mut overlay, &id, &figures(4)).unwrap();
    commit(overlay, 3);

    // nor does one that is taken back
    state.revert_to(1).unwrap();
    let mut overlay = state.begin().unwrap();
    check(&mut overlay, 1);
    Table::put(&mut overlay, &id, &figures(5)).unwrap();
    commit(overlay, 2);
    let mut overlay = state.begin().unwrap();
    check(&mut overlay, 5);
    assert!(Table::<Figures>::remove(&mut overlay, &id).unwrap());
    assert_eq!(prices(&mut overlay, "COOL"), (None, String::new()));
}

#[test]
fn a_table_that_is_rolled_back_is_not_remembered() {
    let mut overlay = State::memory().begin().unwrap();
    let figures = |symbol: &str| Figures {
        symbol: symbol.into(),
        price: 1,
    };
    let price = |overlay: &mut Overlay, symbol: &str| {
        Table::<Figures>::shared_by(overlay, &[symbol]).map(|row| row.map(|row| row.price))
    };
    let savepoint = overlay.savepoint();
    Table::<Figures>::create(&mut overlay).unwrap();
    Table::insert(&mut overlay, &figures("COOL")).unwrap();
    assert_eq!(price(&mut overlay, "COOL").unwrap(), Some(1));
    assert_eq!(price(&mut overlay, "COOL").unwrap(), Some(1));
    overlay.rollback(savepoint);
    assert!(price(&mut overlay, "COOL").is_err());
    // another table may have its number now
    Table::<Balance>::create(&mut overlay).unwrap();
    Table::<Figures>::create(&mut overlay).unwrap();
    assert_eq!(price(&mut overlay, "COOL").unwrap(), None);
    Table::insert(&mut overlay, &figures("WARM")).unwrap();
    assert_eq!(price(&mut overlay, "WARM").unwrap(), Some(1));
}

#[test]
fn a_known_row_may_not_become_too_large_either() {
    let mut overlay = State::memory().begin().unwrap();
    Table::<Figures>::create(&mut overlay).unwrap();
    let figures = |price| Figures {
        symbol: "COOL".into(),
        price,
    };
    let id = Table::insert(&mut overlay, &figures(1)).unwrap();
    for _ in 0..3 {
        assert_eq!(prices(&mut overlay, "COOL").0, Some(1));
    }
    overlay.limit_record_bytes(8);
    let error = Table::put(&mut overlay, &id, &figures(2)).unwrap_err();
    assert!(error.to_string().contains("metrics"), "{error}");
    assert_eq!(prices(&mut overlay, "COOL").0, Some(1));
}

#[test]
fn values_that_are_taken_over_read_as_others() {
    let mut overlay = State::memory().begin().unwrap();
    for length in [0, 1, 4 << 10, (4 << 10) + 1, 1 << 20] {
        let value = vec![7; length];
        overlay.put(Space::Meta, b"a", b"before").unwrap();
        let savepoint = overlay.savepoint();
        overlay.put_owned(Space::Meta, b"a", value.clone()).unwrap();
        assert_eq!(overlay.get(Space::Meta, b"a").unwrap(), Some(&*value));
        overlay.rollback(savepoint);
        assert_eq!(
            overlay.get(Space::Meta, b"a").unwrap(),
            Some(&b"before"[..])
        );
    }
    assert!(overlay.put_owned(Space::Meta, b"", vec![1]).is_err());
}
