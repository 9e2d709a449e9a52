//! Whatever is paid and however the price changes, every coin has bought what the price says, or goes back.

use proptest::prelude::*;
use serde_json::json;

use super::{chain, pay, refunds, set};
use crate::testing::{ENGINE, TestChain, text};

#[derive(Debug, Clone)]
enum Step {
    Pay(&'static str, u32, &'static str),
    Set(u32, u32, bool),
}

fn step() -> impl Strategy<Value = Step> {
    let account = prop::sample::select(vec!["alice", "bob", ENGINE]);
    let coin = prop::sample::select(vec!["HIVE", "HIVE", "HIVE", "HBD"]);
    // up to what the store sells out with
    let amount = prop_oneof![1_u32..10, 1_u32..1_000_000, 900_000_000_u32..1_100_000_000];
    prop_oneof![
        5 => (account, amount, coin).prop_map(|(account, amount, coin)| Step::Pay(account, amount, coin)),
        1 => (1_u32..5_000, 0_u32..5_000, prop::bool::weighted(0.2)).prop_map(|(price, quantity, closed)| Step::Set(price, quantity, closed)),
    ]
}

/// The price and quantity of a lot in thousandths; units have eight decimals.
struct Model {
    price: i128,
    quantity: i128,
    closed: bool,
    stock: i128,
    refunds: usize,
}

impl Model {
    /// What so many thousandths of a coin buy, in units.
    fn buy(&mut self, from: &str, amount: u32, coin: &str) -> Option<i128> {
        if from == ENGINE {
            return None;
        }
        // half up, to thousandths of a lot
        let lots = (i128::from(amount) * 2000 + self.price) / (2 * self.price);
        let units = lots * self.quantity * 100;
        if self.closed || coin != "HIVE" || units == 0 || units > self.stock {
            self.refunds += 1;
            return None;
        }
        self.stock -= units;
        Some(units)
    }
}

fn held(chain: &TestChain, account: &str) -> i128 {
    let rows = chain.find("balances", json!({ "account": account, "symbol": "ENG" }));
    let balance = rows
        .first()
        .map_or("0".to_string(), |row| text(row, "balance"));
    let units = tartan_decimal::Decimal::parse(&balance).to_units(8);
    units.expect("an amount")
}

fn thousandths(amount: u32) -> String {
    format!("{}.{:03}", amount / 1000, amount % 1000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_payment_buys_or_goes_back(steps in prop::collection::vec(step(), 1..40)) {
        let mut chain = chain();
        let stock = held(&chain, ENGINE);
        let mut model = Model { price: 1, quantity: 1, closed: false, stock, refunds: 0 };
        for step in &steps {
            match step {
                Step::Set(price, quantity, closed) => {
                    let params = json!({ "priceHive": thousandths(*price), "quantity": thousandths(*quantity), "disabled": closed });
                    set(&mut chain, params);
                    (model.price, model.quantity, model.closed) = ((*price).into(), (*quantity).into(), *closed);
                }
                Step::Pay(from, amount, coin) => {
                    let before = held(&chain, from);
                    pay(&mut chain, from, &format!("{} {coin}", thousandths(*amount)));
                    let bought = model.buy(from, *amount, coin).unwrap_or(0);
                    prop_assert_eq!(held(&chain, from) - before, bought);
                }
            }
            prop_assert_eq!(held(&chain, ENGINE), model.stock);
            prop_assert_eq!(refunds(&chain).len(), model.refunds);
            chain.check_conservation();
        }
    }
}
