//! Making a token.

use tartan_decimal::{Decimal, Precision, Quantity, Rounding};
use tartan_document::{Object, Value};
use tartan_runtime::{ActionResult, Context, OrFail, Payload, ensure, text};

use super::admin::{is_charged, is_listed};
use super::ledger;
use super::tables::{Params, Token};
use super::{MAX_SUPPLY, Tokens, params};

/// What `create` asks for, of the right types; the values are checked one by one.
struct NewToken {
    name: String,
    symbol: String,
    url: Option<String>,
    precision: f64,
    max_supply: Decimal,
    metadata: String,
}

impl Tokens {
    /// `create {name, symbol, url?, precision, maxSupply}`: makes a token, whose issuer is the sender, for a fee.
    pub(super) fn create_token(&self, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let params = params(ctx)?;
        let by_contract = self.caller_is_verified(ctx);
        self.check_creation_fee(ctx, &params, by_contract)?;
        if !by_contract {
            ctx.require_active_key()?;
        }
        let new = NewToken::parse(payload).or_fail("invalid params")?;
        let wrapping = is_wrapping(&params, &ctx.sender());
        self.check_symbol(ctx, &new.symbol, wrapping)?;
        check_name(&new.name)?;
        ensure!(
            new.url
                .as_deref()
                .is_none_or(|url| text::length(url) <= 255),
            "invalid url: max length of 255"
        );
        let precision = precision(new.precision).or_fail("invalid precision")?;
        let max_supply = max_supply(&new.max_supply, precision)?;
        ensure!(
            ledger::find_token(ctx, &new.symbol)?.is_none(),
            "symbol already exists"
        );

        let sender = ctx.sender();
        let issuer = if by_contract { "null" } else { &*sender };
        ctx.rows::<Token>().insert(Token {
            issuer: issuer.into(),
            symbol: new.symbol.into(),
            name: new.name.into(),
            metadata: new.metadata,
            precision: precision.decimals(),
            max_supply: max_supply.into(),
            supply: "0".into(),
            circulating_supply: "0".into(),
            staking_enabled: false,
            unstaking_cooldown: 1,
            delegation_enabled: false,
            undelegation_cooldown: 0,
            number_transactions: None,
            total_staked: None,
        })?;
        if by_contract || is_listed(&params.he_accounts, &sender) {
            return Ok(());
        }
        self.burn_fee(ctx, Some(&params.token_creation_fee))
    }

    fn check_creation_fee(
        &self,
        ctx: &mut Context<'_>,
        params: &Params,
        by_contract: bool,
    ) -> ActionResult {
        let fee = &params.token_creation_fee;
        let free = by_contract || !is_charged(fee) || is_wrapping(params, &ctx.sender());
        ensure!(
            free || self.can_pay(ctx, fee)?,
            "you must have enough tokens to cover the creation fees"
        );
        Ok(())
    }

    fn check_symbol(&self, ctx: &Context<'_>, symbol: &str, wrapping: bool) -> ActionResult {
        ensure!(
            is_symbol(symbol),
            "invalid symbol: uppercase letters only and one \".\" allowed, max length of 10"
        );
        let reserved = self.settings.reserved_symbols.get(symbol);
        ensure!(
            reserved.is_none_or(|account| *account == *ctx.sender()),
            "cannot use this symbol"
        );
        if wrapping {
            return Ok(());
        }
        for word in &self.settings.reserved_words {
            ensure!(
                !symbol.contains(word.as_str()),
                format!("invalid symbol: not allowed to use {word}")
            );
        }
        let burndollar = ctx
            .caller()
            .is_some_and(|caller| caller.name == "burndollar");
        ensure!(
            burndollar || !symbol.contains('.'),
            "invalid symbol: usage of \".\" is restricted"
        );
        Ok(())
    }
}

impl NewToken {
    fn parse(payload: Payload<'_>) -> Option<NewToken> {
        let url = if payload.is_missing("url") {
            None
        } else {
            Some(payload.text("url")?.into_owned())
        };
        let max_supply = Decimal::parse(&payload.text("maxSupply")?);
        let mut metadata = Object::new();
        metadata.insert(
            "url",
            payload.get("url").cloned().unwrap_or(Value::from("")),
        );
        (!max_supply.is_nan()).then_some(NewToken {
            name: payload.text("name")?.into_owned(),
            symbol: payload.text("symbol")?.into_owned(),
            url,
            precision: payload.number("precision")?,
            max_supply,
            metadata: Value::Object(metadata).stringify(),
        })
    }
}

/// Whether the sender may create wrapped tokens: listed with a value of exactly 1.
fn is_wrapping(params: &Params, sender: &str) -> bool {
    params.he_accounts.get(sender).and_then(Value::as_f64) == Some(1.0)
}

fn is_symbol(symbol: &str) -> bool {
    (1..=10).contains(&symbol.len())
        && symbol.bytes().all(|b| b.is_ascii_uppercase() || b == b'.')
        && symbol.matches('.').count() <= 1
        && !symbol.starts_with('.')
        && !symbol.ends_with('.')
}

fn check_name(name: &str) -> ActionResult {
    let characters = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ');
    let some = name.bytes().any(|b| b != b' ');
    ensure!(
        characters && some && name.len() <= 50,
        "invalid name: letters, numbers, whitespaces only, max length of 50"
    );
    Ok(())
}

fn precision(number: f64) -> Option<Precision> {
    let whole = number.trunc() == number && (0.0..=8.0).contains(&number);
    whole.then(|| Precision::new(number as u8).ok()).flatten()
}

fn max_supply(max_supply: &Decimal, precision: Precision) -> ActionResult<String> {
    ensure!(
        max_supply.is_greater(&Decimal::ZERO),
        "maxSupply must be positive"
    );
    ensure!(
        Decimal::parse(MAX_SUPPLY).is_at_least(max_supply),
        format!("maxSupply must be lower than {MAX_SUPPLY}")
    );
    let units = Quantity::from_decimal(max_supply, precision, Rounding::HalfUp);
    Ok(units.or_fail("invalid params")?.format(precision))
}
