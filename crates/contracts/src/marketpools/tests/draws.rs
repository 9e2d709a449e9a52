//! Who wins among many liquidity providers, of which the draw looks only at a few.

use serde_json::json;
use tartan_decimal::Decimal;
use tartan_document::{Object, Value};

use super::{World, sum, text};
use crate::holdings::ARITHMETIC;
use crate::testing::Sent;

/// Winner and number of each prize.
pub(super) fn winners(sent: &Sent) -> Vec<(String, Decimal)> {
    let mut events = sent.logs.events.iter();
    let draw = events.find(|event| event.event == "miningLottery");
    let draw = draw.expect("there was a draw").data.get("winners");
    let winners = draw.and_then(Value::as_array).expect("it is a list").iter();
    winners
        .map(|winner| {
            let winner = winner.as_object().expect("a winner");
            (
                text(winner, "winner"),
                Decimal::parse(&text(winner, "winningNumber")),
            )
        })
        .collect()
}

/// The one that a walk past all positions finds.
fn by_walking(positions: &[Object], number: &Decimal) -> String {
    let mut passed = Decimal::ZERO;
    for position in positions {
        passed = sum([passed, Decimal::parse(&text(position, "shares"))]);
        if passed.is_greater(number) {
            return text(position, "account");
        }
    }
    panic!("nobody has the number {number} of {passed}");
}

/// Providers come and go; 20 winners in each of 20 draws.
#[test]
fn winners_are_those_of_a_walk_past_everyone() {
    let mut world = World::filled([8, 8], "10", "10");
    let lottery = json!({
        "tokenPair": super::PAIR, "lotteryWinners": 20, "lotteryIntervalHours": 1, "lotteryAmount": "1",
        "minedToken": "GLD",
    });
    world.act("founder", "createRewardPool", lottery).succeeds();
    world
        .0
        .hours_later(0, "mining", "checkPendingLotteries")
        .does_nothing();
    let mut met = std::collections::BTreeSet::new();
    for round in 0..20_u32 {
        for number in 0..4 {
            let account = format!("m{:03}", (round * 7 + number) % 40);
            for symbol in ["GLD", "SLV"] {
                world.0.issue(symbol, &account, "100");
            }
            let amount = ["7", "0.00000001", "33.3", "7"][number as usize];
            world.add(&account, amount, amount).succeeds();
        }
        let leaver = format!("m{:03}", (round * 11) % 40);
        let part = ["100", "100", "33.3"][round as usize % 3];
        let sent = world.remove(&leaver, part);
        assert!(
            sent.logs.errors.is_empty() || world.position(&leaver).is_none_or(|_| part == "33.3")
        );
        world.check();
        let mut positions = world
            .0
            .find_in("marketpools", "liquidityPositions", json!({}));
        positions.sort_by_key(|position| position.get("_id").and_then(Value::as_u64));
        let sent = world
            .0
            .hours_later(1, "mining", "checkPendingLotteries")
            .succeeds();
        let winners = winners(&sent);
        assert_eq!(winners.len(), 20, "every number falls to somebody");
        for (account, number) in winners {
            assert_eq!(account, by_walking(&positions, &number), "{number}");
            met.insert(account);
        }
    }
    assert!(met.len() > 10, "{met:?}");
    let total = Decimal::parse(&world.pool(&["totalShares"]));
    assert!(
        total
            .minus(&Decimal::ONE, ARITHMETIC)
            .unwrap()
            .is_positive()
    );
}
