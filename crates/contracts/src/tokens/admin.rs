//! What the owner of the contract and the issuers of tokens may change.

use tartan_decimal::Decimal;
use tartan_document::{Object, Value, object};
use tartan_runtime::{ActionResult, Context, Failure, OrFail, Payload, ensure, text};
use tartan_state::Stored;

use super::amount::Asked;
use super::ledger::{self, BURNT};
use super::tables::{Params, Token};
use super::transfer::Movement;
use super::{MAX_PERIODS, Tokens, params};
use crate::checks;

impl Tokens {
    /// `updateParams {tokenCreationFee?, enableDelegationFee?, enableStakingFee?, blacklist?, heAccounts?}`: what is
    /// not of the right type is ignored; a list takes the place of the old one.
    pub(super) fn update_params(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        checks::update_params(ctx, |params: &mut Params| {
            if let Some(fee) = fee(payload, "tokenCreationFee") {
                params.token_creation_fee = fee;
            }
            if let Some(fee) = fee(payload, "enableDelegationFee") {
                params.enable_delegation_fee = Some(fee);
            }
            if let Some(fee) = fee(payload, "enableStakingFee") {
                params.enable_staking_fee = Some(fee);
            }
            if let Some(Value::Object(names)) = payload.get("blacklist") {
                params.blacklist = names.clone();
            }
            if let Some(Value::Object(names)) = payload.get("heAccounts") {
                params.he_accounts = names.clone();
            }
            Ok(())
        })
    }

    /// `updateUrl {symbol, url}`. A token made without an url has none to update.
    pub(super) fn update_url(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let symbol = payload.text("symbol").or_fail("invalid params")?;
        let url = payload.text("url").or_fail("invalid params")?;
        ensure!(text::length(&url) <= 255, "invalid url: max length of 255");
        let Some(mut token) = ledger::find_token(ctx, &symbol)? else {
            return Ok(());
        };
        require_issuer(ctx, &token)?;
        let Ok(metadata) = tartan_document::parse(&token.metadata) else {
            return Ok(());
        };
        let Value::Object(mut metadata) = metadata else {
            return Err(Failure::check(NO_URL));
        };
        ensure!(metadata.get("url").is_some_and(Value::is_truthy), NO_URL);
        if let Some(url) = payload.get("url") {
            metadata.insert("url", url.clone());
        }
        token.metadata = Value::Object(metadata).stringify();
        ctx.rows::<Token>().update(&token)
    }

    /// `updateMetadata {symbol, metadata}`: any object or array, stored as compact JSON.
    pub(super) fn update_metadata(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        let symbol = payload.text("symbol").or_fail("invalid params")?;
        let metadata = payload
            .get("metadata")
            .filter(|value| matches!(value, Value::Object(_) | Value::Array(_)))
            .or_fail("invalid params")?;
        let Some(mut token) = ledger::find_token(ctx, &symbol)? else {
            return Ok(());
        };
        let by_contract =
            *ctx.sender() == *ctx.system().engine_account && self.caller_is_verified(ctx);
        if !by_contract {
            require_issuer(ctx, &token)?;
        }
        let metadata = metadata.stringify();
        ensure!(
            text::length(&metadata) <= 1000,
            "invalid metadata: max length of 1000"
        );
        token.metadata = metadata;
        ctx.rows::<Token>().update(&token)
    }

    /// `updatePrecision {symbol, precision}`: more decimals. Stored amounts keep their text until they next change.
    pub(super) fn update_precision(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        ctx.require_active_key()?;
        let symbol = payload.text("symbol").ok_or_else(Failure::silent)?;
        let precision = payload
            .integer("precision")
            .filter(|precision| (1..=8).contains(precision))
            .and_then(|precision| u8::try_from(precision).ok())
            .or_fail("invalid precision")?;
        let Some(mut token) = ledger::find_token(ctx, &symbol)? else {
            return Ok(());
        };
        require_issuer(ctx, &token)?;
        ensure!(
            precision > token.precision,
            "precision can only be increased"
        );
        token.precision = precision;
        ctx.rows::<Token>().update(&token)
    }

    /// `transferOwnership {symbol, to}`: makes another account the issuer; `null` gives the token up for good.
    pub(super) fn transfer_ownership(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        ctx.require_active_key()?;
        let symbol = payload.text("symbol").or_fail("invalid params")?;
        let to = payload.text("to").or_fail("invalid params")?;
        let Some(mut token) = ledger::find_token(ctx, &symbol)? else {
            return Ok(());
        };
        require_issuer(ctx, &token)?;
        let to = text::trim(&to);
        ensure!(ctx.is_account_name(to), "invalid to");
        token.issuer = to.into();
        ctx.rows::<Token>().update(&token)?;
        let from = ctx.sender();
        ctx.emit(
            "transferOwnership",
            object! { "from": &*from, "to": to, "symbol": &*symbol },
        );
        Ok(())
    }

    /// `enableStaking {symbol, unstakingCooldown, numberTransactions}`: days and slices, once and for all.
    pub(super) fn enable_staking(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        let fee = params(ctx)?.enable_staking_fee.clone();
        self.check_fee(ctx, fee.as_deref())?;
        ctx.require_active_key()?;
        let symbol = payload.text("symbol").or_fail("invalid symbol")?;
        let cooldown = period(payload, "unstakingCooldown")
            .or_fail("unstakingCooldown must be an integer between 1 and 18250")?;
        let slices = period(payload, "numberTransactions")
            .or_fail("numberTransactions must be an integer between 1 and 18250")?;
        let mut token = ledger::token(ctx, &symbol)?;
        require_issuer(ctx, &token)?;
        ensure!(!token.staking_enabled, "staking already enabled");
        token.staking_enabled = true;
        token.total_staked = Some("0".into());
        token.unstaking_cooldown = cooldown;
        token.number_transactions = Some(slices);
        ctx.rows::<Token>().update(&token)?;
        self.burn_fee(ctx, fee.as_deref())
    }

    /// `enableDelegation {symbol, undelegationCooldown}`: days, once and for all.
    pub(super) fn enable_delegation(
        &self,
        payload: Payload<'_>,
        ctx: &mut Context<'_>,
    ) -> ActionResult {
        let fee = params(ctx)?.enable_delegation_fee.clone();
        self.check_fee(ctx, fee.as_deref())?;
        ctx.require_active_key()?;
        let symbol = payload.text("symbol").or_fail("invalid symbol")?;
        let cooldown = period(payload, "undelegationCooldown")
            .or_fail("undelegationCooldown must be an integer between 1 and 18250")?;
        let mut token = ledger::token(ctx, &symbol)?;
        require_issuer(ctx, &token)?;
        ensure!(token.staking_enabled, "staking not enabled");
        ensure!(!token.delegation_enabled, "delegation already enabled");
        token.delegation_enabled = true;
        token.undelegation_cooldown = cooldown;
        ctx.rows::<Token>().update(&token)?;
        self.burn_fee(ctx, fee.as_deref())
    }

    fn check_fee(&self, ctx: &mut Context<'_>, fee: Option<&str>) -> ActionResult {
        let covered = match fee.filter(|fee| is_charged(fee)) {
            Some(fee) => self.can_pay(ctx, fee)?,
            None => true,
        };
        // The two spaces are what clients have always been told.
        ensure!(covered, "you must have enough tokens to cover  fees");
        Ok(())
    }

    /// Whether the sender holds this much of the utility token.
    pub(super) fn can_pay(&self, ctx: &mut Context<'_>, fee: &str) -> ActionResult<bool> {
        let sender = ctx.sender();
        let holding = ledger::balance(ctx, &sender, &self.settings.utility_token)?;
        Ok(holding.is_some_and(|holding| {
            Decimal::parse(&holding.balance).is_at_least(&Decimal::parse(fee))
        }))
    }

    /// Burns a fee of the sender's, if there is one to pay.
    pub(super) fn burn_fee(&self, ctx: &mut Context<'_>, fee: Option<&str>) -> ActionResult {
        let Some(asked) = fee.filter(|fee| is_charged(fee)).and_then(Asked::parse) else {
            return Ok(());
        };
        let symbol = self.settings.utility_token.clone();
        self.send(
            ctx,
            &Movement {
                to: BURNT.to_string(),
                symbol,
                asked,
            },
        )
    }
}

const NO_URL: &str = "an error occured when trying to update the url";

/// Whether a fee is more than nothing.
pub(super) fn is_charged(fee: &str) -> bool {
    Decimal::parse(fee).is_greater(&Decimal::ZERO)
}

fn fee(payload: Payload<'_>, key: &str) -> Option<String> {
    let text = payload.text(key)?;
    let value = Decimal::parse(&text);
    (!value.is_nan() && value.is_at_least(&Decimal::ZERO)).then(|| text.into_owned())
}

fn period(payload: Payload<'_>, key: &str) -> Option<u32> {
    let number = payload.integer(key)?;
    if !(1..=MAX_PERIODS).contains(&number) {
        return None;
    }
    u32::try_from(number).ok()
}

fn require_issuer(ctx: &Context<'_>, token: &Stored<Token>) -> ActionResult {
    ensure!(token.issuer == *ctx.sender(), "must be the issuer");
    Ok(())
}

/// Whether a list of names has this one.
pub(super) fn is_listed(names: &Object, name: &str) -> bool {
    names.get(name).is_some()
}
