//! Witnesses and their schedule.

use serde_json::{Value, json};
use tartan_graphene::Time;

use super::chain_info::median_properties;
use super::params::{self, Params};
use super::render::Render;
use super::{Ctx, Methods, Outcome, appbase, constants, legacy};
use crate::accounts::{WITNESSES, witness_name};
use crate::chain::{MainChain, big_number};
use crate::state::Witness;

pub(super) const METHODS: Methods = &[
    ("condenser_api.get_witness_schedule", schedule),
    ("database_api.get_witness_schedule", api_schedule),
    ("condenser_api.get_active_witnesses", active),
    ("database_api.get_active_witnesses", api_active),
    ("condenser_api.get_witness_by_account", by_account),
    ("condenser_api.get_witnesses_by_vote", by_vote),
    ("condenser_api.lookup_witness_accounts", lookup),
    ("condenser_api.get_witness_count", count),
    ("database_api.find_witnesses", find),
    ("database_api.list_witnesses", list),
];

fn names() -> Vec<String> {
    (0..WITNESSES).map(witness_name).collect()
}

fn schedule_of(chain: &MainChain, render: &Render<'_>) -> Value {
    let dynamics = json!({
        "resource_unit": 10_000, "budget_per_time_unit": 797, "pool_eq": 157_691_079, "max_pool_size": 157_691_079,
        "decay_params": { "decay_per_time_unit": 347_321, "decay_per_time_unit_denom_shift": 36 }, "min_decay": 0,
    });
    json!({
        "id": 0,
        "current_virtual_time": "0",
        "next_shuffle_block_num": chain.head_number() + 1,
        "current_shuffled_witnesses": names(),
        "num_scheduled_witnesses": WITNESSES,
        "elected_weight": 1,
        "timeshare_weight": 5,
        "miner_weight": 1,
        "witness_pay_normalization_factor": 25,
        "median_props": median_properties(chain, render),
        "majority_version": constants::version(chain.config().flavor),
        "max_voted_witnesses": 20,
        "max_miner_witnesses": 0,
        "max_runner_witnesses": 1,
        "hardfork_required_witnesses": 17,
        "account_subsidy_rd": dynamics,
        "account_subsidy_witness_rd": dynamics,
        "min_witness_account_subsidy_decay": 0,
    })
}

fn schedule(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    let chain = ctx.chain();
    Ok(schedule_of(&chain, &legacy(&chain)).into())
}

fn api_schedule(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    let chain = ctx.chain();
    Ok(schedule_of(&chain, &appbase(&chain)).into())
}

fn active(_: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(json!(names()).into())
}

fn api_active(_: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(json!({ "witnesses": names() }).into())
}

fn show(chain: &MainChain, render: &Render<'_>, name: &str, witness: &Witness) -> Value {
    let version = constants::version(chain.config().flavor);
    let rate = format!("{}_exchange_rate", render.dollar_name());
    let update = format!("last_{}_exchange_update", render.dollar_name());
    json!({
        "id": witness.id,
        "owner": name,
        "created": witness.created,
        "url": witness.url,
        "votes": big_number(i128::from(witness.votes)),
        "virtual_last_update": "0",
        "virtual_position": "0",
        "virtual_scheduled_time": "0",
        "total_missed": 0,
        "last_aslot": chain.slot_at(chain.head_time()),
        "last_confirmed_block_num": chain.last_irreversible(),
        "pow_worker": 0,
        "signing_key": witness.signing_key.to_text(&chain.protocol().prefix),
        "props": median_properties(chain, render),
        rate: render.price(250),
        update: chain.genesis_time(),
        "last_work": "0".repeat(64),
        "running_version": version,
        "hardfork_version_vote": version,
        "hardfork_time_vote": Time(tartan_graphene::Chain::GENESIS_TIME),
        "available_witness_account_subsidies": 0,
    })
}

fn by_account(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [name] = params.array()?;
    let name = params::text(name)?;
    let chain = ctx.chain();
    let witness = chain.state().witnesses.get(name);
    Ok(witness
        .map_or(Value::Null, |witness| {
            show(&chain, &legacy(&chain), name, witness)
        })
        .into())
}

fn by_vote(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let items = params.between(2, 2)?;
    let most = usize::try_from(params::unsigned(&items[1])?)
        .unwrap_or(usize::MAX)
        .min(1000);
    let chain = ctx.chain();
    let mut rows: Vec<_> = chain.state().witnesses.iter().collect();
    rows.sort_by_key(|(name, witness)| (std::cmp::Reverse(witness.votes), (*name).clone()));
    let render = legacy(&chain);
    Ok(rows
        .into_iter()
        .take(most)
        .map(|(name, row)| show(&chain, &render, name, row))
        .collect::<Value>()
        .into())
}

fn lookup(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let items = params.between(2, 2)?;
    let most = usize::try_from(params::unsigned(&items[1])?)
        .unwrap_or(usize::MAX)
        .min(1000);
    let chain = ctx.chain();
    let rows = chain
        .state()
        .witnesses
        .range(params::text(&items[0])?.to_owned()..)
        .take(most);
    Ok(json!(rows.map(|(name, _)| name).collect::<Vec<_>>()).into())
}

fn count(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(json!(ctx.chain().state().witnesses.len()).into())
}

fn find(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let names = params::texts(params.required("owners")?)?;
    let chain = ctx.chain();
    let render = appbase(&chain);
    let found = names.into_iter().filter_map(|name| {
        let witness = chain.state().witnesses.get(name)?;
        Some(show(&chain, &render, name, witness))
    });
    Ok(json!({ "witnesses": found.collect::<Value>() }).into())
}

fn list(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let most = usize::try_from(params.number_or("limit", 100)?)
        .unwrap_or(usize::MAX)
        .min(1000);
    let start = params
        .get("start")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let chain = ctx.chain();
    let render = appbase(&chain);
    let rows = chain.state().witnesses.range(start..).take(most);
    Ok(json!({ "witnesses": rows.map(|(name, row)| show(&chain, &render, name, row)).collect::<Value>() }).into())
}
