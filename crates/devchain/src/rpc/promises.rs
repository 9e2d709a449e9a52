//! What accounts have lent, asked for or are waiting for: delegations, withdrawals, recoveries.

use serde_json::{Value, json};

use super::accounts::limit;
use super::params::{self, Params};
use super::render::Render;
use super::{Ctx, Methods, Outcome, appbase, legacy};
use crate::chain::MainChain;
use crate::state::SavingsWithdrawal;

pub(super) const METHODS: Methods = &[
    (
        "condenser_api.get_vesting_delegations",
        get_vesting_delegations,
    ),
    (
        "database_api.find_vesting_delegations",
        find_vesting_delegations,
    ),
    (
        "condenser_api.get_savings_withdraw_from",
        savings_withdraw_from,
    ),
    ("condenser_api.get_savings_withdraw_to", savings_withdraw_to),
    (
        "database_api.find_savings_withdrawals",
        find_savings_withdrawals,
    ),
    ("condenser_api.get_withdraw_routes", withdraw_routes),
    (
        "database_api.find_withdraw_vesting_routes",
        find_withdraw_routes,
    ),
    ("condenser_api.get_recovery_request", recovery_request),
    (
        "database_api.find_account_recovery_requests",
        find_recovery_requests,
    ),
];

fn delegations(
    ctx: &Ctx<'_>,
    delegator: &str,
    start: &str,
    count: usize,
    is_legacy: bool,
) -> Vec<Value> {
    let chain = ctx.chain();
    let render = if is_legacy {
        legacy(&chain)
    } else {
        appbase(&chain)
    };
    chain
        .state()
        .delegations
        .range((delegator.to_owned(), start.to_owned())..)
        .take_while(|((from, _), _)| from == delegator)
        .take(count)
        .map(|((from, to), row)| {
            json!({
                "id": row.id,
                "delegator": from,
                "delegatee": to,
                "vesting_shares": render.vests(row.vests),
                "min_delegation_time": row.since,
            })
        })
        .collect()
}

fn get_vesting_delegations(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let items = params.between(2, 3)?;
    let count = limit(items.get(2).map_or(Ok(100), params::unsigned)?)?;
    let start = items[1].as_str().unwrap_or_default();
    Ok(json!(delegations(
        ctx,
        params::text(&items[0])?,
        start,
        count,
        true
    ))
    .into())
}

fn find_vesting_delegations(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    Ok(json!({ "delegations": delegations(ctx, params.text("account")?, "", 1000, false) }).into())
}

/// Savings withdrawals that match, as the node lists them.
fn withdrawals(
    chain: &MainChain,
    render: &Render<'_>,
    matches: impl Fn(&str, &SavingsWithdrawal) -> bool,
) -> Value {
    let rows = chain
        .state()
        .savings_withdrawals
        .iter()
        .filter(|((from, _), row)| matches(from, row));
    rows.enumerate()
        .map(|(index, ((from, request), row))| {
            json!({
                "id": index,
                "from": from,
                "to": row.to,
                "memo": row.memo,
                "request_id": request,
                "amount": render.asset(row.amount),
                "complete": row.complete,
            })
        })
        .collect()
}

fn savings_withdraw_from(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [account] = params.array()?;
    let account = params::text(account)?;
    let chain = ctx.chain();
    Ok(withdrawals(&chain, &legacy(&chain), |from, _| from == account).into())
}

fn savings_withdraw_to(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [account] = params.array()?;
    let account = params::text(account)?;
    let chain = ctx.chain();
    Ok(withdrawals(&chain, &legacy(&chain), |_, row| row.to == account).into())
}

fn find_savings_withdrawals(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let account = params.text("account")?;
    let chain = ctx.chain();
    Ok(
        json!({ "withdrawals": withdrawals(&chain, &appbase(&chain), |from, _| from == account) })
            .into(),
    )
}

/// Routes that match, as the node lists them.
fn routes(chain: &MainChain, matches: impl Fn(&str, &str) -> bool) -> Value {
    let rows = chain
        .state()
        .withdraw_routes
        .iter()
        .filter(|((from, to), _)| matches(from, to));
    rows.enumerate()
        .map(|(index, ((from, to), route))| {
            json!({
                "id": index,
                "from_account": from,
                "to_account": to,
                "percent": route.percent,
                "auto_vest": route.auto_vest,
            })
        })
        .collect()
}

/// The second argument says which side of the route: outgoing (the default), incoming or all.
fn withdraw_routes(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let items = params.between(1, 2)?;
    let account = params::text(&items[0])?;
    let side = items.get(1).and_then(Value::as_str).unwrap_or("outgoing");
    let matches = |from: &str, to: &str| match side {
        "incoming" => to == account,
        "all" => from == account || to == account,
        _ => from == account,
    };
    Ok(routes(&ctx.chain(), matches).into())
}

fn find_withdraw_routes(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let account = params.text("account")?;
    let by_destination = params.text_or_empty("order")? == "by_destination";
    let matches = |from: &str, to: &str| {
        if by_destination {
            to == account
        } else {
            from == account
        }
    };
    Ok(json!({ "routes": routes(&ctx.chain(), matches) }).into())
}

fn request(chain: &MainChain, account: &str) -> Option<Value> {
    let authority = chain.state().recovery_requests.get(account)?;
    Some(json!({
        "id": 0,
        "account_to_recover": account,
        "new_owner_authority": legacy(chain).authority(authority),
        "expires": chain.head_time().plus(86_400),
    }))
}

fn recovery_request(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [account] = params.array()?;
    Ok(request(&ctx.chain(), params::text(account)?)
        .unwrap_or(Value::Null)
        .into())
}

fn find_recovery_requests(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let names = params::texts(params.required("accounts")?)?;
    let chain = ctx.chain();
    let found: Value = names
        .into_iter()
        .filter_map(|name| request(&chain, name))
        .collect();
    Ok(json!({ "requests": found }).into())
}
