//! What holds of every pool, however small, whatever anyone does.

use num_bigint::BigInt;
use proptest::prelude::*;
use serde_json::json;
use tartan_decimal::Decimal;

use super::agreement::{call, shown, step};
use super::model::Step;
use super::{World, deposit};
use crate::holdings::ARITHMETIC;

fn decimals() -> impl Strategy<Value = [u32; 2]> {
    prop::sample::select(vec![[8, 8], [8, 3], [0, 8], [0, 0], [5, 0]])
}

/// From a few units to a million tokens.
fn size() -> impl Strategy<Value = u64> {
    prop_oneof![
        1_u64..20,
        1_u64..2_000,
        1_u64..1_000_000_000,
        1_u64..100_000_000_000_000
    ]
}

fn units(balance: &str, decimals: u32) -> BigInt {
    let number = Decimal::parse(balance);
    let digits = number
        .to_fixed(decimals, tartan_decimal::Rounding::Down)
        .expect("an amount");
    digits.replace('.', "").parse().expect("digits")
}

fn balances(world: &World, account: &str, decimals: [u32; 2]) -> [BigInt; 2] {
    let of = |symbol: &str, decimals| units(&world.balance(account, symbol), decimals);
    [of("GLD", decimals[0]), of("SLV", decimals[1])]
}

/// The product of the reserves.
fn product(world: &World, row: &[&str; 2]) -> Decimal {
    let row: Vec<Decimal> = row
        .iter()
        .map(|field| super::amount(&world.row(), field))
        .collect();
    row[0].times(&row[1], ARITHMETIC).expect("a product")
}

/// A pool with so many units, but no more than half of what alice has.
fn filled(decimals: [u32; 2], amounts: [u64; 2]) -> World {
    let [base, quote] = [0, 1].map(|side| {
        let most = 500_000 * 10_u64.pow(decimals[side]);
        shown(amounts[side].min(most), decimals[side])
    });
    World::filled(decimals.map(|decimals| decimals as u8), &base, &quote)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Swaps and deposits do not lower the product; who leaves takes no more than belongs to his shares.
    #[test]
    fn the_product_does_not_fall(
        decimals in decimals(), first in [size(), size()], steps in prop::collection::vec(step(), 1..30),
    ) {
        let mut world = filled(decimals, first);
        let fields = ["baseQuantity", "quoteQuantity"];
        for step in &steps {
            let before = product(&world, &fields);
            let shares = super::amount(&world.row(), "totalShares");
            let done = world.0.block(&[call(step, decimals)]).remove(0).logs.errors.is_empty();
            let after = product(&world, &fields);
            match step {
                Step::Remove { .. } if done => {
                    let left = super::amount(&world.row(), "totalShares");
                    // after / before >= (left / shares)², but for the last decimals of quotients
                    let square = |number: &Decimal| number.times(number, ARITHMETIC).unwrap();
                    let [kept, part] = [
                        after.times(&square(&shares), ARITHMETIC).unwrap(),
                        before.times(&square(&left), ARITHMETIC).unwrap(),
                    ];
                    let slack = Decimal::parse("0.999999");
                    prop_assert!(kept.is_at_least(&part.times(&slack, ARITHMETIC).unwrap()));
                }
                _ => prop_assert!(after.is_at_least(&before), "{before} {after} by {step:?}"),
            }
            world.check();
        }
    }

    /// Who swaps there and back has no more than before.
    #[test]
    fn there_and_back_gains_nothing(
        decimals in decimals(), first in [size(), size()], amount in size(), side in 0_usize..2, out in any::<bool>(),
    ) {
        let mut world = filled(decimals, first);
        let before = balances(&world, "bob", decimals);
        let step = match out {
            true => Step::SwapOut { account: 1, side: 1 - side, amount },
            false => Step::SwapIn { account: 1, side, amount },
        };
        world.0.block(&[call(&step, decimals)]);
        let between = balances(&world, "bob", decimals);
        let got = (&between[1 - side] - &before[1 - side]).to_string().parse::<u64>().unwrap_or(0);
        if got > 0 {
            let back = Step::SwapIn { account: 1, side: 1 - side, amount: got };
            world.0.block(&[call(&back, decimals)]);
            let after = balances(&world, "bob", decimals);
            prop_assert!(after[side] <= before[side], "{before:?} {between:?} {after:?}");
            prop_assert!(after[1 - side] <= between[1 - side]);
        }
        world.check();
    }

    /// Who adds liquidity and takes it out again has no more than before, whatever the pool has been through, in one step
    /// or in many; the others have no less.
    #[test]
    fn adding_and_removing_gains_nothing(
        decimals in decimals(), first in [size(), size()], before in prop::collection::vec(step(), 0..12),
        amounts in prop::collection::vec([size(), size()], 1..8), parts in prop::collection::vec(1_u32..100_000, 0..4),
    ) {
        let mut world = filled(decimals, first);
        for step in before {
            world.0.block(&[call(&step, decimals)]);
        }
        world.remove("bob", "100");
        // a part that is less than a unit of one of the tokens cannot be taken out, and would come out later
        prop_assume!(world.position("bob").is_none());
        // what is left with the pool joins it first: it is the others'
        let had = balances(&world, "bob", decimals);
        let mut added = false;
        for amounts in &amounts {
            let [base, quote] = [0, 1].map(|side| shown(amounts[side], decimals[side]));
            let mut add = deposit(&base, &quote);
            add["maxPriceImpact"] = json!("100");
            added |= world.act("bob", "addLiquidity", add).logs.errors.is_empty();
        }
        prop_assume!(added);
        prop_assume!(world.position("alice").is_some() || world.position("carol").is_some());
        for part in parts {
            world.remove("bob", &shown(part, 3));
        }
        world.remove("bob", "100");
        let has = balances(&world, "bob", decimals);
        prop_assert!(has[0] <= had[0] && has[1] <= had[1], "{had:?} {has:?}");
        world.check();
    }
}
