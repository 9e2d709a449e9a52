//! Parts of the node that have nothing to tell here: follows, the market, proposals, conversions. The answers have the
//! shape of a chain on which nobody uses them.

use serde_json::{Value, json};

use super::params::{self, Params};
use super::{Ctx, Methods, Outcome};

pub(super) const METHODS: Methods = &[
    ("condenser_api.get_follow_count", follow_count),
    ("condenser_api.get_followers", nobody),
    ("condenser_api.get_following", nobody),
    ("condenser_api.get_feed", nobody),
    ("condenser_api.get_feed_entries", nobody),
    ("condenser_api.get_blog_entries", nobody),
    ("condenser_api.get_blog_authors", nobody),
    ("condenser_api.get_reblogged_by", nobody),
    ("condenser_api.get_trending_tags", nobody),
    ("condenser_api.get_tags_used_by_author", nobody),
    ("condenser_api.get_owner_history", nobody),
    ("condenser_api.get_conversion_requests", nobody),
    (
        "condenser_api.get_collateralized_conversion_requests",
        nobody,
    ),
    ("condenser_api.get_expiring_vesting_delegations", nobody),
    ("condenser_api.get_escrow", none),
    ("condenser_api.find_proposals", nobody),
    ("condenser_api.list_proposals", nobody),
    ("condenser_api.list_proposal_votes", nobody),
    ("condenser_api.find_recurrent_transfers", nobody),
    ("condenser_api.list_rc_accounts", nobody),
    ("condenser_api.get_open_orders", nobody),
    ("condenser_api.get_market_history_buckets", nobody),
    ("condenser_api.get_market_history", nobody),
    ("condenser_api.get_recent_trades", nobody),
    ("condenser_api.get_trade_history", nobody),
    ("condenser_api.get_order_book", order_book),
    ("condenser_api.get_ticker", ticker),
    ("condenser_api.get_volume", volume),
    ("market_history_api.get_order_book", order_book),
    ("market_history_api.get_ticker", ticker),
    ("market_history_api.get_volume", volume),
    ("market_history_api.get_recent_trades", no_trades),
    ("market_history_api.get_trade_history", no_trades),
    ("market_history_api.get_market_history", no_buckets),
    (
        "market_history_api.get_market_history_buckets",
        no_bucket_sizes,
    ),
    ("database_api.find_owner_histories", no_owner_auths),
    (
        "database_api.find_change_recovery_account_requests",
        no_requests,
    ),
    ("database_api.find_proposals", no_proposals),
    ("database_api.list_proposals", no_proposals),
    ("database_api.find_recurrent_transfers", no_transfers),
    ("database_api.find_limit_orders", no_orders),
];

fn nobody(_: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(json!([]).into())
}

fn none(_: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(Value::Null.into())
}

fn follow_count(_: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [account] = params.array()?;
    Ok(
        json!({ "account": params::text(account)?, "following_count": 0, "follower_count": 0 })
            .into(),
    )
}

fn order_book(_: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(json!({ "bids": [], "asks": [] }).into())
}

fn zero_volume(ctx: &Ctx<'_>) -> (String, String, Value, Value) {
    let chain = ctx.chain();
    let render = super::legacy(&chain);
    let names = (
        format!("{}_volume", render.liquid_name()),
        format!("{}_volume", render.dollar_name()),
    );
    (names.0, names.1, render.liquid(0), render.dollar(0))
}

fn ticker(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    let (liquid, dollar, no_liquid, no_dollar) = zero_volume(ctx);
    Ok(json!({
        "latest": "0.25000000000000000", "lowest_ask": "0.00000000000000000", "highest_bid": "0.00000000000000000",
        "percent_change": "0.00000000000000000", liquid: no_liquid, dollar: no_dollar,
    })
    .into())
}

fn volume(ctx: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    let (liquid, dollar, no_liquid, no_dollar) = zero_volume(ctx);
    Ok(json!({ liquid: no_liquid, dollar: no_dollar }).into())
}

fn no_trades(_: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(json!({ "trades": [] }).into())
}

fn no_buckets(_: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(json!({ "buckets": [] }).into())
}

fn no_bucket_sizes(_: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(json!({ "bucket_sizes": [] }).into())
}

fn no_owner_auths(_: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(json!({ "owner_auths": [] }).into())
}

fn no_requests(_: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(json!({ "requests": [] }).into())
}

fn no_proposals(_: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(json!({ "proposals": [] }).into())
}

fn no_transfers(_: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(json!({ "recurrent_transfers": [] }).into())
}

fn no_orders(_: &Ctx<'_>, _: &Params<'_>) -> Outcome {
    Ok(json!({ "orders": [] }).into())
}
