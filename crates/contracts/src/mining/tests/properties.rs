//! Whatever accounts do while pools are counted and counted anew: the sums are right, and everybody weighs what they
//! should.

use proptest::prelude::*;
use serde_json::json;
use tartan_decimal::Decimal;
use tartan_document::{Object, Value};
use tartan_runtime::Limits;

use super::draws::{check_winners, draws, miners};
use super::world::{TICK, World, pool, power};
use crate::mining::{numbers, ranking};

const MEMBERS: [&str; 12] = [
    "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "mike",
    "nina",
];
const IDS: [&str; 3] = ["TKN:TKN", "TKN:MTKN,TKN", "TKN:TKN:TSTNFT"];

#[derive(Debug, Clone)]
enum Step {
    Token {
        action: &'static str,
        who: usize,
        other: usize,
        symbol: &'static str,
        quantity: String,
    },
    Days(i64),
    Hours(i64),
    Tick,
    DelegateNft {
        who: usize,
        other: Option<usize>,
        kind: &'static str,
    },
    UndelegateNft(u64),
    Weights {
        pool: usize,
        multiplier: u32,
    },
    Active {
        pool: usize,
        active: bool,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let actions = prop::sample::select(vec![
        "stake",
        "stake",
        "stake",
        "unstake",
        "delegate",
        "undelegate",
    ]);
    let symbols = prop::sample::select(vec!["TKN", "MTKN"]);
    let quantities = prop_oneof![
        (1_u32..9).prop_map(|whole| whole.to_string()),
        (1_u32..999).prop_map(|units| format!("0.{units:08}")),
    ];
    let kinds = prop::sample::select(vec!["bull", "bear", "cow"]);
    let members = 0..MEMBERS.len();
    prop_oneof![
        12 => (actions, members.clone(), members.clone(), symbols, quantities)
            .prop_map(|(action, who, other, symbol, quantity)| Step::Token { action, who, other, symbol, quantity }),
        1 => (0_i64..3).prop_map(Step::Days),
        1 => (0_i64..3).prop_map(Step::Hours),
        5 => Just(Step::Tick),
        3 => (members.clone(), prop::option::of(members), kinds)
            .prop_map(|(who, other, kind)| Step::DelegateNft { who, other, kind }),
        2 => (1_u64..12).prop_map(Step::UndelegateNft),
        1 => (0..IDS.len(), 1_u32..4).prop_map(|(pool, multiplier)| Step::Weights { pool, multiplier }),
        1 => (0..IDS.len(), any::<bool>()).prop_map(|(pool, active)| Step::Active { pool, active }),
    ]
}

fn run(world: &mut World, step: &Step) {
    match step {
        Step::Token {
            action,
            who,
            other,
            symbol,
            quantity,
        } => {
            let (who, other) = (MEMBERS[*who], MEMBERS[*other]);
            let payload =
                json!({ "to": other, "from": other, "symbol": symbol, "quantity": quantity });
            world.0.send(who, "tokens", action, payload);
        }
        Step::Days(days) => {
            world.0.days_later(*days, "checkPendingUnstakes").succeeds();
            world.0.tick("checkPendingUndelegations").succeeds();
        }
        Step::Hours(hours) => tick(world, *hours),
        Step::Tick => tick(world, 0),
        Step::DelegateNft { who, other, kind } => {
            let to = other.map_or(("mining", "c"), |other| (MEMBERS[other], "u"));
            world.delegate_nft(MEMBERS[*who], kind, to);
        }
        Step::UndelegateNft(id) => {
            let row = world
                .0
                .find_in("nft", "TSTNFTinstances", json!({ "_id": id }))
                .pop();
            let delegated = row.and_then(|row| row.get("delegatedTo")?.as_object().cloned());
            if delegated.is_some_and(|to| !to.contains_key("undelegateAt")) {
                world.undelegate_nft(*id).succeeds();
            }
        }
        Step::Weights { pool, multiplier } => weigh(world, IDS[*pool], *multiplier),
        Step::Active { pool, active } => {
            let payload = json!({ "id": IDS[*pool], "active": active });
            world.act("founder", "mining", "setActive", payload);
        }
    }
}

/// A tick, whose winners are those of a walk past everyone.
fn tick(world: &mut World, hours: i64) {
    let before: Vec<_> = IDS.iter().map(|id| (*id, miners(world, id))).collect();
    let counting = IDS.map(|id| world.progress(id).contains("true"));
    let sent = world.0.hours_later(hours, "mining", TICK).succeeds();
    for (id, winners) in draws(&sent) {
        let place = IDS.iter().position(|known| *known == id).unwrap();
        if !counting[place] {
            let (_, miners) = &before[place];
            assert_eq!(winners.len(), if miners.is_empty() { 0 } else { 3 });
            check_winners(miners, &winners);
        }
    }
}

fn payload(id: &str, multiplier: u32) -> serde_json::Value {
    let token =
        |symbol: &str, multiplier: u32| json!({ "symbol": symbol, "multiplier": multiplier });
    let mut payload = pool(match id {
        "TKN:TKN" => json!({ "tokenMiners": [token("TKN", multiplier)] }),
        "TKN:MTKN,TKN" => json!({ "tokenMiners": [token("TKN", 2), token("MTKN", multiplier)] }),
        _ => json!({
            "tokenMiners": [token("TKN", multiplier)],
            "nftTokenMiner": {
                "symbol": "TSTNFT", "typeField": "type",
                "typeMap": { "bull": ["2.5", 2], "bear": [-1, "0.5"] },
                "properties": [{ "op": "ADD" }, { "op": "MULTIPLY" }],
            },
        }),
    });
    payload["id"] = json!(id);
    payload["lotteryWinners"] = json!(3);
    payload
}

fn weigh(world: &mut World, id: &str, multiplier: u32) {
    world.act("founder", "mining", "updatePool", payload(id, multiplier));
}

/// What an account should weigh, by the tables of the other contracts alone.
fn expected(world: &World, pool: &Object, account: &str) -> Decimal {
    let mut sum = Decimal::ZERO;
    for miner in pool.get("tokenMiners").unwrap().as_array().unwrap() {
        let symbol = miner.get("symbol").unwrap().as_str().unwrap();
        let multiplier = numbers::of_value(miner.get("multiplier").unwrap());
        for row in world
            .0
            .find("balances", json!({ "account": account, "symbol": symbol }))
        {
            for field in ["stake", "delegationsIn"] {
                let balance = numbers::parse(row.get_str(field).unwrap());
                sum = numbers::plus(&sum, &numbers::times(&balance, &multiplier));
            }
        }
    }
    if pool.contains_key("nftTokenMiner") {
        let (mut added, mut multiplied) = (Decimal::ZERO, Decimal::ONE);
        for row in world.0.find_in("nft", "TSTNFTinstances", json!({})) {
            let Some((strength, boost)) = values(&row, account) else {
                continue;
            };
            added = numbers::plus(&added, &numbers::parse(strength));
            multiplied = numbers::times(&multiplied, &numbers::parse(boost));
        }
        sum = numbers::plus(&sum, &numbers::times(&added, &multiplied));
    }
    sum.max(&Decimal::ZERO)
}

/// The values of an instance, if it mines for the account.
fn values(row: &Object, account: &str) -> Option<(&'static str, &'static str)> {
    let to = row.get("delegatedTo")?.as_object()?;
    let miner = match to.get_str("ownedBy")? {
        "c" => row.get_str("account")?,
        _ => to.get_str("account")?,
    };
    if miner != account || to.contains_key("undelegateAt") {
        return None;
    }
    match row.get("properties")?.get("type")?.as_str()? {
        "bull" => Some(("2.5", "2")),
        "bear" => Some(("-1", "0.5")),
        _ => None,
    }
}

fn check(world: &World) {
    for id in IDS {
        let pool = world.pool(id);
        let miners = miners(world, id);
        check_blocks(world, id, &miners);
        if world.progress(id).contains("true") {
            continue;
        }
        let sum = miners.iter().map(|row| numbers::parse(&power(row)));
        let sum = sum.fold(Decimal::ZERO, |sum, power| numbers::plus(&sum, &power));
        assert_eq!(world.total(id), sum.to_string(), "{id}");
        // a pool with NFTs that is off is not told of delegations
        if id.ends_with("TSTNFT") && pool.get("active") != Some(&Value::Bool(true)) {
            continue;
        }
        for account in MEMBERS {
            let expected = expected(world, &pool, account);
            let found = match world.power(id, account).as_str() {
                "-" => Decimal::ZERO,
                power => numbers::parse(power),
            };
            assert!(
                found.equals(&expected),
                "{id} {account}: {found}, expected {expected}"
            );
        }
    }
}

/// The blocks hold all miners, in order, with the right sums, and none is too large.
fn check_blocks(world: &World, id: &str, miners: &[Object]) {
    let mut blocks = world
        .0
        .find_in("mining", "powerBlocks", json!({ "id": id }));
    blocks.sort_by(|a, b| a.get_str("place").cmp(&b.get_str("place")));
    let mut rest = miners;
    for block in &blocks {
        let count = block.get("count").unwrap().as_u64().unwrap() as usize;
        assert!(
            (1..=ranking::MOST as usize).contains(&count),
            "{id}: {count} miners in a block"
        );
        let members;
        (members, rest) = rest.split_at(count);
        let sum = members.iter().map(|row| numbers::parse(&power(row)));
        let sum = sum.fold(Decimal::ZERO, |sum, power| numbers::plus(&sum, &power));
        assert_eq!(block.get_str("sum"), Some(sum.to_string().as_str()), "{id}");
    }
    assert_eq!(rest.len(), 0, "{id}: miners in no block");
}

fn powers(world: &World) -> Vec<String> {
    let pairs = IDS
        .iter()
        .flat_map(|id| MEMBERS.map(|account| (id, account)));
    pairs
        .map(|(id, account)| match world.power(id, account).as_str() {
            "-" | "0" => "nothing".to_string(),
            power => power.to_string(),
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn sums_are_right_whatever_happens(steps in prop::collection::vec(step(), 1..90), rows in 3_usize..40) {
        let limits = Limits { tick_rows: rows, ..Limits::default() };
        let mut world = World::with_limits(&MEMBERS, limits).with_nfts();
        for id in IDS {
            world.act("founder", "mining", "createPool", payload(id, 1));
            world.activate(id);
        }
        for step in &steps {
            run(&mut world, step);
            check(&world);
        }
        for id in IDS {
            world.activate(id);
        }
        world.count();
        check(&world);
        world.0.check_conservation();
        // counting everything anew finds the same
        let before = powers(&world);
        for id in IDS {
            let pool = world.pool(id);
            let miners = pool.get("tokenMiners").unwrap().as_array().unwrap();
            let multiplier = miners.last().unwrap();
            let multiplier = multiplier.get("multiplier").unwrap().as_u64().unwrap() as u32;
            weigh(&mut world, id, multiplier + 1);
            weigh(&mut world, id, multiplier);
        }
        world.count();
        check(&world);
        prop_assert_eq!(powers(&world), before);
    }
}
