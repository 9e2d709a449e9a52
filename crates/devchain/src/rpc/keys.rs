//! Keys, signatures and authorities.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tartan_graphene::authority::verify;
use tartan_graphene::{Authority, Digest, PublicKey, RequiredAuthorities, Signature};

use super::params::{self, Params};
use super::{Ctx, Methods, Outcome, broadcast};
use crate::chain::{MainChain, Signers};
use crate::errors::{CALL_FAILED, CHAIN_EXCEPTION, NodeError};

pub(super) const METHODS: Methods = &[
    ("condenser_api.get_key_references", key_references),
    ("account_by_key_api.get_key_references", api_key_references),
    ("condenser_api.verify_authority", verify_authority),
    ("database_api.verify_authority", api_verify_authority),
    (
        "condenser_api.verify_account_authority",
        verify_account_authority,
    ),
    (
        "database_api.verify_account_authority",
        api_verify_account_authority,
    ),
    ("database_api.verify_signatures", verify_signatures),
    (
        "condenser_api.get_potential_signatures",
        potential_signatures,
    ),
    (
        "database_api.get_potential_signatures",
        api_potential_signatures,
    ),
    ("condenser_api.get_required_signatures", required_signatures),
    (
        "database_api.get_required_signatures",
        api_required_signatures,
    ),
];

fn key(ctx: &Ctx<'_>, text: &str) -> Result<PublicKey, NodeError> {
    PublicKey::from_text(text, &ctx.node.config.protocol().prefix).map_err(|error| {
        NodeError::assert(
            "is_valid_v1( base58str )",
            "${e}",
            json!({ "e": error.to_string() }),
        )
    })
}

fn keys(ctx: &Ctx<'_>, value: &Value) -> Result<BTreeSet<PublicKey>, NodeError> {
    params::texts(value)?
        .into_iter()
        .map(|text| key(ctx, text))
        .collect()
}

/// For each key the accounts that name it.
fn references(ctx: &Ctx<'_>, value: &Value) -> Result<Value, NodeError> {
    let texts = params::texts(value)?;
    let keys = texts
        .into_iter()
        .map(|text| key(ctx, text))
        .collect::<Result<Vec<_>, _>>()?;
    let chain = ctx.chain();
    Ok(json!(
        keys.iter()
            .map(|key| chain.state().accounts_of_key(&key.0))
            .collect::<Vec<_>>()
    ))
}

fn key_references(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [list] = params.array()?;
    Ok(references(ctx, list)?.into())
}

fn api_key_references(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    Ok(json!({ "accounts": references(ctx, params.required("keys")?)? }).into())
}

fn verify_authority(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let items = params.between(1, 2)?;
    let transaction = broadcast::read(ctx, &items[0])?;
    ctx.chain().check_signatures(&transaction)?;
    Ok(json!(true).into())
}

fn api_verify_authority(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let transaction = broadcast::read(ctx, params.required("trx")?)?;
    Ok(json!({ "valid": ctx.chain().check_signatures(&transaction).is_ok() }).into())
}

/// Whether the keys reach an account's active authority.
fn reach(ctx: &Ctx<'_>, account: &str, signers: &BTreeSet<PublicKey>) -> bool {
    let chain = ctx.chain();
    let required = RequiredAuthorities {
        active: [account.to_owned()].into(),
        ..RequiredAuthorities::default()
    };
    verify(
        &required,
        signers,
        &Signers { chain: &chain },
        &chain.authority_rules(),
    )
    .is_ok()
}

fn verify_account_authority(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [account, signers] = params.array()?;
    let valid = reach(ctx, params::text(account)?, &keys(ctx, signers)?);
    if valid {
        return Ok(json!(true).into());
    }
    let error = NodeError::assert(
        "false",
        "Missing authority of ${a}",
        json!({ "a": account }),
    );
    Err(error.with_code(CALL_FAILED))
}

fn api_verify_account_authority(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let signers = keys(ctx, params.required("signers")?)?;
    Ok(json!({ "valid": reach(ctx, params.text("account")?, &signers) }).into())
}

fn verify_signatures(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let hash: Digest = params.text("hash")?.parse().map_err(|_| {
        NodeError::plain(CHAIN_EXCEPTION, "expected a hash of 64 hexadecimal digits")
    })?;
    let mut signers = BTreeSet::new();
    let empty = Value::Array(Vec::new());
    for text in params::texts(params.get("signatures").unwrap_or(&empty))? {
        let recovered = text
            .parse::<Signature>()
            .and_then(|signature| signature.recover(&hash));
        if !recovered.is_ok_and(|key| signers.insert(key)) {
            return Ok(json!({ "valid": false }).into());
        }
    }
    let names = |field: &str| -> Result<BTreeSet<String>, NodeError> {
        let list = params::texts(params.get(field).unwrap_or(&empty))?;
        Ok(list.into_iter().map(str::to_owned).collect())
    };
    let required = RequiredAuthorities {
        owner: names("required_owner")?,
        active: names("required_active")?,
        posting: names("required_posting")?,
        other: Vec::new(),
    };
    let chain = ctx.chain();
    let valid = verify(
        &required,
        &signers,
        &Signers { chain: &chain },
        &chain.authority_rules(),
    )
    .is_ok();
    // Nothing required and nothing signed proves nothing.
    Ok(json!({ "valid": valid && !signers.is_empty() }).into())
}

/// The keys of the authorities a transaction may be signed with.
fn candidates(chain: &MainChain, required: &RequiredAuthorities) -> BTreeSet<PublicKey> {
    let mut keys = BTreeSet::new();
    let mut add = |authority: &Authority, posting: bool| {
        keys.extend(authority.key_auths.keys().copied());
        for name in authority.account_auths.keys() {
            if let Some(account) = chain.state().account(name) {
                let own = if posting {
                    &account.posting
                } else {
                    &account.active
                };
                keys.extend(own.key_auths.keys().copied());
            }
        }
    };
    let account = |name: &String| chain.state().account(name);
    for account in required.posting.iter().filter_map(account) {
        add(&account.posting, true);
        add(&account.active, false);
        add(&account.owner, false);
    }
    for account in required.active.iter().filter_map(account) {
        add(&account.active, false);
        add(&account.owner, false);
    }
    for account in required.owner.iter().filter_map(account) {
        add(&account.owner, false);
    }
    for authority in &required.other {
        add(authority, false);
    }
    keys
}

fn potential(ctx: &Ctx<'_>, transaction: &Value) -> Result<Value, NodeError> {
    let transaction = broadcast::read(ctx, transaction)?;
    let chain = ctx.chain();
    let required = transaction
        .transaction
        .required_authorities(chain.protocol());
    let keys = candidates(&chain, &required);
    Ok(keys
        .iter()
        .map(|key| key.to_text(&chain.protocol().prefix))
        .collect())
}

fn potential_signatures(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [transaction] = params.array()?;
    Ok(potential(ctx, transaction)?.into())
}

fn api_potential_signatures(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    Ok(json!({ "keys": potential(ctx, params.required("trx")?)? }).into())
}

/// The smallest part of `available` that satisfies the transaction: keys are dropped as long as it does.
fn needed(ctx: &Ctx<'_>, transaction: &Value, available: &Value) -> Result<Value, NodeError> {
    let transaction = broadcast::read(ctx, transaction)?;
    let available = keys(ctx, available)?;
    let chain = ctx.chain();
    let required = transaction
        .transaction
        .required_authorities(chain.protocol());
    let mut chosen: BTreeSet<PublicKey> = candidates(&chain, &required)
        .intersection(&available)
        .copied()
        .collect();
    for key in chosen.clone() {
        let mut fewer = chosen.clone();
        fewer.remove(&key);
        if verify(
            &required,
            &fewer,
            &Signers { chain: &chain },
            &chain.authority_rules(),
        )
        .is_ok()
        {
            chosen = fewer;
        }
    }
    Ok(chosen
        .iter()
        .map(|key| key.to_text(&chain.protocol().prefix))
        .collect())
}

fn required_signatures(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let [transaction, available] = params.array()?;
    Ok(needed(ctx, transaction, available)?.into())
}

fn api_required_signatures(ctx: &Ctx<'_>, params: &Params<'_>) -> Outcome {
    let keys = needed(
        ctx,
        params.required("trx")?,
        params.required("available_keys")?,
    )?;
    Ok(json!({ "keys": keys }).into())
}
