//! The state of the chain as a whole: dynamic properties, constants, versions, prices.

use serde_json::{Value, json};
use tartan_graphene::{Flavor, Time};

use super::params::{self, Params};
use super::render::{Fields, Render};
use super::{Ctx, Methods, Outcome, appbase, constants, legacy};
use crate::chain::{MainChain, big_number};
use crate::errors::{CALL_FAILED, NodeError};

pub(super) const METHODS: Methods = &[
    (
        "condenser_api.get_dynamic_global_properties",
        dynamic_properties,
    ),
    (
        "database_api.get_dynamic_global_properties",
        api_dynamic_properties,
    ),
    ("condenser_api.get_config", config),
    ("database_api.get_config", config),
    ("condenser_api.get_version", version),
    ("database_api.get_version", version),
    ("condenser_api.get_chain_properties", chain_properties),
    ("condenser_api.get_hardfork_version", hardfork_version),
    ("condenser_api.get_next_scheduled_hardfork", next_hardfork),
    ("database_api.get_hardfork_properties", hardfork_properties),
    ("condenser_api.get_reward_fund", reward_fund),
    ("database_api.get_reward_funds", reward_funds),
    (
        "condenser_api.get_current_median_history_price",
        median_price,
    ),
    ("database_api.get_current_price_feed", api_price),
    ("condenser_api.get_feed_history", feed_history),
    ("database_api.get_feed_history", api_feed_history),
];

/// Dollars (thousandths) for one liquid unit; a round price.
const PRICE: i64 = 250;

fn dynamic_properties(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    let chain = ctx.chain();
    Ok(properties(ctx, &chain, &legacy(&chain)).into())
}

fn api_dynamic_properties(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    let chain = ctx.chain();
    Ok(properties(ctx, &chain, &appbase(&chain)).into())
}

fn properties(ctx: &Ctx<'_>, chain: &MainChain, render: &Render<'_>) -> Value {
    let number = ctx.head_number(chain);
    let head = ctx.block(chain, number);
    let (id, time, witness) = match &head {
        Some(head) => (head.id, head.timestamp(), head.witness().to_owned()),
        None => (chain.head_id(), chain.head_time(), String::new()),
    };
    let totals = chain.state().totals();
    let (liquid, dollar) = (render.liquid_name(), render.dollar_name());
    let virtual_supply = totals.liquid.saturating_add(totals.dollar / PRICE * 1000);
    let mut fields = Fields::default();
    if !render.is_legacy() {
        fields.put("id", json!(0));
    }
    fields.put("head_block_number", json!(number));
    fields.put("head_block_id", json!(id));
    fields.put("time", json!(time));
    fields.put("current_witness", json!(witness));
    fields.put("total_pow", json!("18446744073709551615"));
    fields.put("num_pow_witnesses", json!(0));
    fields.put("virtual_supply", render.liquid(virtual_supply));
    fields.put("current_supply", render.liquid(totals.liquid));
    fields.put(&format!("init_{dollar}_supply"), render.dollar(0));
    fields.put(
        &format!("current_{dollar}_supply"),
        render.dollar(totals.dollar),
    );
    fields.put(
        &format!("total_vesting_fund_{liquid}"),
        render.liquid(totals.vesting_fund),
    );
    fields.put("total_vesting_shares", render.vests(totals.vests));
    fields.put(&format!("total_reward_fund_{liquid}"), render.liquid(0));
    fields.put("total_reward_shares2", json!("0"));
    fields.put("pending_rewarded_vesting_shares", render.vests(0));
    fields.put(
        &format!("pending_rewarded_vesting_{liquid}"),
        render.liquid(0),
    );
    fields.put(&format!("{dollar}_interest_rate"), json!(0));
    fields.put(&format!("{dollar}_print_rate"), json!(10_000));
    fields.put("maximum_block_size", json!(65_536));
    fields.put("required_actions_partition_percent", json!(0));
    fields.put("current_aslot", json!(chain.slot_at(time)));
    fields.put(
        "recent_slots_filled",
        json!(totals.recent_slots.to_string()),
    );
    fields.put(
        "participation_count",
        json!(totals.recent_slots.count_ones()),
    );
    fields.put(
        "last_irreversible_block_num",
        json!(chain.last_irreversible().min(number)),
    );
    fields.put("vote_power_reserve_rate", json!(10));
    fields.put("delegation_return_period", json!(432_000));
    fields.put("reverse_auction_seconds", json!(0));
    fields.put("available_account_subsidies", json!(23_000_000));
    fields.put(&format!("{dollar}_stop_percent"), json!(1000));
    fields.put(&format!("{dollar}_start_percent"), json!(900));
    fields.put("next_maintenance_time", json!(time.plus(3600)));
    fields.put("last_budget_time", json!(time));
    fields.put("next_daily_maintenance_time", json!(time.plus(86_400)));
    fields.put("content_reward_percent", json!(6500));
    fields.put("vesting_reward_percent", json!(1500));
    fields.put(
        if render.is_hive() {
            "proposal_fund_percent"
        } else {
            "sps_fund_percent"
        },
        json!(1000),
    );
    fields.put(
        if render.is_hive() {
            "dhf_interval_ledger"
        } else {
            "sps_interval_ledger"
        },
        render.dollar(0),
    );
    fields.put("downvote_pool_percent", json!(2500));
    fields.put("current_remove_threshold", json!(200));
    if render.is_hive() {
        fields.put("early_voting_seconds", json!(86_400));
        fields.put("mid_voting_seconds", json!(172_800));
        fields.put("max_consecutive_recurrent_transfer_failures", json!(10));
        fields.put("max_recurrent_transfer_end_date", json!(730));
        fields.put("min_recurrent_transfers_recurrence", json!(24));
        fields.put("max_open_recurrent_transfers", json!(255));
    }
    fields.into_value()
}

fn config(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    let chain = ctx.chain();
    let init = chain
        .state()
        .account("initminer")
        .and_then(|account| account.active.key_auths.keys().next().copied());
    let key = init
        .map(|key| key.to_text(&chain.protocol().prefix))
        .unwrap_or_default();
    Ok(constants::all(chain.protocol(), &key).into())
}

fn version(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    let protocol = ctx.node.config.protocol();
    let revision = match protocol.flavor {
        Flavor::Hive => "hive_revision",
        Flavor::Steem => "steem_revision",
    };
    let unknown = "0".repeat(40);
    Ok(json!({
        "blockchain_version": constants::version(protocol.flavor),
        revision: unknown,
        "fc_revision": unknown,
        "chain_id": hex::encode(protocol.chain_id),
    })
    .into())
}

/// What witnesses have agreed on.
pub(super) fn median_properties(chain: &MainChain, render: &Render<'_>) -> Value {
    let mut fields = Fields::default();
    fields.put(
        "account_creation_fee",
        render.liquid(chain.config().account_creation_fee),
    );
    fields.put("maximum_block_size", json!(65_536));
    fields.put(&format!("{}_interest_rate", render.dollar_name()), json!(0));
    fields.put("account_subsidy_budget", json!(797));
    fields.put("account_subsidy_decay", json!(347_321));
    fields.into_value()
}

fn chain_properties(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    let chain = ctx.chain();
    Ok(median_properties(&chain, &legacy(&chain)).into())
}

fn hardfork_version(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(json!(constants::version(ctx.node.config.flavor)).into())
}

fn next_hardfork(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    let chain = ctx.chain();
    Ok(json!({ "hf_version": constants::version(chain.config().flavor), "live_time": chain.genesis_time() }).into())
}

fn hardfork_properties(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    let chain = ctx.chain();
    let version = constants::version(chain.config().flavor);
    let last: u32 = version
        .split('.')
        .nth(1)
        .and_then(|number| number.parse().ok())
        .unwrap_or(0);
    let times: Vec<Time> = (0..=last).map(|_| chain.genesis_time()).collect();
    Ok(json!({
        "id": 0,
        "processed_hardforks": times,
        "last_hardfork": last,
        "current_hardfork_version": version,
        "next_hardfork": version,
        "next_hardfork_time": chain.genesis_time(),
    })
    .into())
}

fn fund(chain: &MainChain, render: &Render<'_>) -> Value {
    json!({
        "id": 0,
        "name": "post",
        // Never empty: libraries divide by what is in here.
        "reward_balance": render.liquid(1_000_000),
        "recent_claims": "1000000000000",
        "last_update": chain.head_time(),
        "content_constant": "2000000000000",
        "percent_curation_rewards": 5000,
        "percent_content_rewards": 10_000,
        "author_reward_curve": "linear",
        "curation_reward_curve": "linear",
    })
}

fn reward_fund(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [name] = params.array()?;
    if params::text(name)? != "post" {
        let error = NodeError::assert("fund != nullptr", "Invalid reward fund name", json!({}));
        return Err(error.with_code(CALL_FAILED));
    }
    let chain = ctx.chain();
    Ok(fund(&chain, &legacy(&chain)).into())
}

fn reward_funds(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    let chain = ctx.chain();
    Ok(json!({ "funds": [fund(&chain, &appbase(&chain))] }).into())
}

fn median_price(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(legacy(&ctx.chain()).price(PRICE).into())
}

fn api_price(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(appbase(&ctx.chain()).price(PRICE).into())
}

fn history(render: &Render<'_>) -> Value {
    json!({
        "id": 0,
        "current_median_history": render.price(PRICE),
        "market_median_history": render.price(PRICE),
        "current_min_history": render.price(PRICE),
        "current_max_history": render.price(PRICE),
        "price_history": [render.price(PRICE)],
    })
}

fn feed_history(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(history(&legacy(&ctx.chain())).into())
}

fn api_feed_history(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(history(&appbase(&ctx.chain())).into())
}

/// A mana bar that is full.
pub(super) fn full_bar(chain: &MainChain, maximum: i128) -> Value {
    json!({ "current_mana": big_number(maximum), "last_update_time": chain.head_time().seconds() })
}
