//! The contract and the model in whole numbers agree step by step, over blocks of several actions, whatever anyone does.

use num_bigint::BigInt;
use proptest::prelude::*;
use serde_json::json;
use tartan_decimal::Decimal;

use super::model::{Model, Step};
use super::{PAIR, World, amount, deposit, swap};

const ACCOUNTS: [&str; 3] = ["alice", "bob", "carol"];

fn an_amount() -> impl Strategy<Value = u64> {
    // of all sizes: a few units, usual ones, more than anybody has
    (0_u32..15, 1_u64..10).prop_flat_map(|(zeros, digit)| {
        let size = digit * 10_u64.pow(zeros);
        size..=size + size / 3
    })
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let account = || 0..ACCOUNTS.len();
    let percent = prop::option::of(prop::sample::select(vec![5_u32, 50, 100]));
    let swap = || (account(), 0_usize..2, an_amount());
    let thousandths = prop_oneof![Just(100_000_u32), 1_u32..100_001];
    prop_oneof![
        3 => (account(), an_amount(), an_amount(), percent)
            .prop_map(|(account, base, quote, percent)| Step::Add { account, amounts: [base, quote], percent }),
        2 => (account(), thousandths)
            .prop_map(|(account, thousandths)| Step::Remove { account, thousandths }),
        4 => swap().prop_map(|(account, side, amount)| Step::SwapIn { account, side, amount }),
        4 => swap().prop_map(|(account, side, amount)| Step::SwapOut { account, side, amount }),
    ]
}

/// Smallest units as an amount.
pub(super) fn shown(units: impl Into<BigInt>, decimals: u32) -> String {
    let digits = units.into().to_string();
    let digits = format!("{digits:0>width$}", width = decimals as usize + 1);
    let (whole, fraction) = digits.split_at(digits.len() - decimals as usize);
    match decimals {
        0 => whole.to_string(),
        _ => format!("{whole}.{fraction}"),
    }
}

/// A step as a call.
pub(super) fn call(
    step: &Step,
    decimals: [u32; 2],
) -> (String, &'static str, &'static str, serde_json::Value) {
    let symbol = |side: usize| ["GLD", "SLV"][side];
    let (account, action, mut payload) = match step {
        Step::Add {
            account,
            amounts,
            percent,
        } => {
            let mut add = deposit(
                &shown(amounts[0], decimals[0]),
                &shown(amounts[1], decimals[1]),
            );
            if let Some(percent) = percent {
                add["maxPriceImpact"] = json!(percent.to_string());
            }
            (account, "addLiquidity", add)
        }
        Step::Remove {
            account,
            thousandths,
        } => {
            let percent = shown(*thousandths, 3);
            (
                account,
                "removeLiquidity",
                json!({ "tokenPair": PAIR, "sharesOut": percent }),
            )
        }
        Step::SwapIn {
            account,
            side,
            amount,
        } => (
            account,
            "swapTokens",
            swap(
                "exactInput",
                symbol(*side),
                &shown(*amount, decimals[*side]),
            ),
        ),
        Step::SwapOut {
            account,
            side,
            amount,
        } => (
            account,
            "swapTokens",
            swap(
                "exactOutput",
                symbol(*side),
                &shown(*amount, decimals[*side]),
            ),
        ),
    };
    payload["isSignedWithActiveKey"] = json!(true);
    (
        ACCOUNTS[*account].to_string(),
        "marketpools",
        action,
        payload,
    )
}

fn check_same(world: &World, model: &Model, decimals: [u32; 2]) {
    let most = decimals[0].max(decimals[1]);
    let row = world.row();
    for (side, field) in ["baseQuantity", "quoteQuantity"].into_iter().enumerate() {
        let expected = Decimal::parse(&shown(model.reserve[side].clone(), most));
        assert!(
            amount(&row, field).equals(&expected),
            "{field}: {}, not {expected}",
            amount(&row, field)
        );
    }
    for (number, account) in ACCOUNTS.into_iter().enumerate() {
        for (side, symbol) in ["GLD", "SLV"].into_iter().enumerate() {
            let expected = Decimal::parse(&shown(model.balance[number][side].clone(), most));
            let has = Decimal::parse(&world.balance(account, symbol));
            assert!(
                has.equals(&expected),
                "{symbol} of {account}: {has}, not {expected}"
            );
        }
        let expected = shown(model.shares[number].clone(), 20);
        let has = world.shares(account);
        let has = Decimal::parse(if has == "-" { "0" } else { &has });
        assert!(
            has.equals(&Decimal::parse(&expected)),
            "shares of {account}: {has}, not {expected}"
        );
    }
}

fn run(decimals: [u32; 2], blocks: &[Vec<Step>]) -> (usize, usize) {
    let mut world = World::with_pool(decimals.map(|decimals| decimals as u8));
    let mut model = Model::new(decimals, ACCOUNTS.len(), 1_000_000);
    let (mut done, mut refused) = (0, 0);
    for steps in blocks {
        model.next_block();
        let calls: Vec<_> = steps.iter().map(|step| call(step, decimals)).collect();
        let sent = world.0.block(&calls);
        for (step, sent) in steps.iter().zip(sent) {
            let expected: Vec<&str> = match model.apply(step) {
                Ok(()) => Vec::new(),
                Err(error) => vec![error],
            };
            assert_eq!(sent.logs.errors, expected, "{step:?} of {steps:?}");
            done += usize::from(expected.is_empty());
            refused += expected.len();
        }
        check_same(&world, &model, decimals);
    }
    world.check();
    (done, refused)
}

fn decimals() -> impl Strategy<Value = [u32; 2]> {
    prop::sample::select(vec![[8, 8], [8, 3], [0, 8], [0, 0], [3, 5], [1, 0]])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn they_agree(decimals in decimals(), blocks in prop::collection::vec(prop::collection::vec(step(), 1..5), 1..25)) {
        run(decimals, &blocks);
    }
}

/// The scenario is none in which nothing happens.
#[test]
fn many_steps_do_something() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let strategy = prop::collection::vec(prop::collection::vec(step(), 1..5), 300);
    let blocks = strategy
        .new_tree(&mut runner)
        .expect("a scenario")
        .current();
    let (done, refused) = run([8, 3], &blocks);
    assert!(
        done > 100 && refused > 100,
        "{done} done, {refused} refused"
    );
}
