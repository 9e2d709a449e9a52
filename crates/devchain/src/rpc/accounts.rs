//! Accounts, in all the ways they are asked for, and their resource credits.

use serde_json::{Value, json};

use super::chain_info::full_bar;
use super::params::{self, Params};
use super::{Ctx, Methods, Outcome, appbase, legacy};
use crate::chain::big_number;
use crate::errors::{CALL_FAILED, NodeError};

pub(super) const METHODS: Methods = &[
    ("condenser_api.get_accounts", get_accounts),
    ("database_api.find_accounts", find_accounts),
    ("database_api.list_accounts", list_accounts),
    ("condenser_api.lookup_accounts", lookup_accounts),
    ("condenser_api.lookup_account_names", lookup_account_names),
    ("condenser_api.get_account_count", get_account_count),
    (
        "condenser_api.get_account_reputations",
        get_account_reputations,
    ),
    (
        "reputation_api.get_account_reputations",
        api_account_reputations,
    ),
    ("rc_api.find_rc_accounts", find_rc_accounts),
    ("condenser_api.find_rc_accounts", condenser_find_rc_accounts),
    ("rc_api.get_resource_params", get_resource_params),
    ("rc_api.get_resource_pool", get_resource_pool),
];

/// Most names in one request.
const MAX_LOOKUP: u64 = 1000;

pub(super) fn limit(value: u64) -> Result<usize, NodeError> {
    if value > MAX_LOOKUP {
        let error = NodeError::assert(
            "limit <= 1000",
            "limit not set or too big",
            json!({ "limit": value }),
        );
        return Err(error.with_code(CALL_FAILED));
    }
    Ok(usize::try_from(value).unwrap_or(0))
}

fn get_accounts(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let items = params.between(1, 2)?;
    let chain = ctx.chain();
    let render = legacy(&chain);
    let names = params::texts(&items[0])?;
    let found = names
        .into_iter()
        .filter_map(|name| chain.state().account(name));
    Ok(found
        .map(|account| render.account(account))
        .collect::<Value>()
        .into())
}

fn find_accounts(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let chain = ctx.chain();
    let render = appbase(&chain);
    let names = params::texts(params.required("accounts")?)?;
    let found = names
        .into_iter()
        .filter_map(|name| chain.state().account(name));
    Ok(
        json!({ "accounts": found.map(|account| render.account(account)).collect::<Value>() })
            .into(),
    )
}

fn list_accounts(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let start = params
        .get("start")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let count = limit(params.number_or("limit", 10)?)?;
    let chain = ctx.chain();
    let render = appbase(&chain);
    let rows = chain.state().accounts.range(start..).take(count);
    Ok(
        json!({ "accounts": rows.map(|(_, account)| render.account(account)).collect::<Value>() })
            .into(),
    )
}

fn lookup_accounts(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let items = params.between(2, 3)?;
    let start = params::text(&items[0])?.to_owned();
    let count = limit(params::unsigned(&items[1])?)?;
    let chain = ctx.chain();
    let names: Vec<&String> = chain
        .state()
        .accounts
        .range(start..)
        .take(count)
        .map(|(name, _)| name)
        .collect();
    Ok(json!(names).into())
}

fn lookup_account_names(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let items = params.between(1, 2)?;
    let chain = ctx.chain();
    let render = legacy(&chain);
    let names = params::texts(&items[0])?;
    let found = names
        .into_iter()
        .map(|name| match chain.state().account(name) {
            Some(account) => render.account(account),
            None => Value::Null,
        });
    Ok(found.collect::<Value>().into())
}

fn get_account_count(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(json!(ctx.chain().state().accounts.len()).into())
}

fn reputations(ctx: &Ctx<'_>, start: &str, count: usize) -> Vec<Value> {
    let chain = ctx.chain();
    let rows = chain.state().accounts.range(start.to_owned()..).take(count);
    rows.map(|(name, _)| json!({ "account": name, "reputation": 0 }))
        .collect()
}

fn get_account_reputations(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let items = params.between(1, 2)?;
    let count = limit(items.get(1).map_or(Ok(1000), params::unsigned)?)?;
    Ok(json!(reputations(ctx, params::text(&items[0])?, count)).into())
}

fn api_account_reputations(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let count = limit(params.number_or("limit", 1000)?)?;
    Ok(json!({ "reputations": reputations(ctx, params.text_or_empty("account_lower_bound")?, count) }).into())
}

/// Everybody has all the credits their vesting shares give, and never less than enough for anything.
fn rc_accounts(ctx: &Ctx<'_>, names: &[&str]) -> Value {
    const ENOUGH: i128 = 1_000_000_000_000;
    let chain = ctx.chain();
    let found = names.iter().filter_map(|name| chain.state().account(name));
    found
        .map(|account| {
            let maximum = i128::from(account.effective_vests()).max(ENOUGH);
            let bar = full_bar(
                &chain,
                if chain.has_credits(&account.name) {
                    maximum
                } else {
                    0
                },
            );
            json!({
                "account": account.name,
                "rc_manabar": bar,
                "max_rc_creation_adjustment": appbase(&chain).vests(0),
                "max_rc": big_number(maximum),
                "delegated_rc": 0,
                "received_delegated_rc": 0,
            })
        })
        .collect()
}

fn find_rc_accounts(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let names = params::texts(params.required("accounts")?)?;
    Ok(json!({ "rc_accounts": rc_accounts(ctx, &names) }).into())
}

fn condenser_find_rc_accounts(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [names] = params.array()?;
    Ok(rc_accounts(ctx, &params::texts(names)?).into())
}

const RESOURCES: [&str; 5] = [
    "resource_history_bytes",
    "resource_new_accounts",
    "resource_market_bytes",
    "resource_state_bytes",
    "resource_execution_time",
];

fn get_resource_params(_: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    let names: serde_json::Map<String, Value> = RESOURCES
        .iter()
        .enumerate()
        .map(|(index, name)| ((*name).to_owned(), json!(index)))
        .collect();
    let parameters: serde_json::Map<String, Value> = RESOURCES
        .iter()
        .map(|name| {
            let value = json!({
                "resource_dynamics_params": {
                    "resource_unit": 1, "budget_per_time_unit": 347_222, "pool_eq": "216404314004",
                    "max_pool_size": "432808628007",
                    "decay_params": { "decay_per_time_unit": 3_613_026_481_u64, "decay_per_time_unit_denom_shift": 51 },
                    "min_decay": 0,
                },
                "price_curve_params": { "coeff_a": "12981647055416481792", "coeff_b": 1_690_658_703, "shift": 49 },
            });
            ((*name).to_owned(), value)
        })
        .collect();
    Ok(json!({ "resource_names": names, "resource_params": parameters, "size_info": {} }).into())
}

fn get_resource_pool(_: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    let pools: serde_json::Map<String, Value> = RESOURCES
        .iter()
        .map(|name| ((*name).to_owned(), json!({ "pool": "216404314004" })))
        .collect();
    Ok(json!({ "resource_pool": pools }).into())
}
