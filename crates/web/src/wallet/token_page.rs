use askama::Template;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};
use tartan_chain::{ReadError, Reader};
use tartan_decimal::{Config, Decimal};
use tartan_graphene::AccountName;
use tartan_index::{HistoryQuery, Index};

use super::Owner;
use super::holdings::{self, Balance, Token, Unstake, plain, rows};
use super::pending::{self, Pending};
use crate::error::Error;
use crate::extract::Asked;
use crate::html::Html;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// Seconds of a day.
const DAY: i64 = 86_400;
/// Receivers that are proposed.
const MOST_RECENT: usize = 5;

/// One token of an account, with forms for what its owner can do.
#[derive(Template)]
#[template(path = "wallet/token.html")]
pub(super) struct TokenPage {
    page: Page,
    owner: Owner,
    token: Token,
    balance: Balance,
    /// All of it.
    total: String,
    /// Stake that can be unstaked or lent.
    free_stake: String,
    pending: Pending,
    /// Which form is open.
    form: &'static str,
    /// What links fill in.
    to: String,
    /// To whom tokens were sent lately.
    recent: Vec<String>,
    schedule: Option<Schedule>,
}

/// When an unstake that begins now pays out.
struct Schedule {
    parts: u32,
    first: i64,
    last: i64,
}

/// Which form is open, and what stands in it.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default, rename = "do")]
    form: String,
    #[serde(default)]
    to: String,
}

/// The forms, with what they need.
const FORMS: [&str; 6] = ["send", "stake", "unstake", "delegate", "undelegate", "burn"];

impl TokenPage {
    /// The forms that this token has.
    fn forms(&self) -> Vec<&'static str> {
        let has = |form: &&str| match *form {
            "stake" | "unstake" => self.token.staking_enabled,
            "delegate" => self.token.delegation_enabled,
            "undelegate" => self.token.delegation_enabled && !self.pending.lent.is_empty(),
            _ => true,
        };
        FORMS.into_iter().filter(has).collect()
    }

    /// What is lent to the account that the form begins with.
    fn lent_to(&self) -> &str {
        let lent = &self.pending.lent;
        let chosen = lent.iter().find(|row| row.to == self.to);
        chosen.or(lent.first()).map_or("0", |row| &row.quantity)
    }

    fn is_open(&self, form: &str) -> bool {
        self.form == form
    }

    /// The name of a form, as a text.
    fn form_key(&self, form: &str) -> &'static str {
        match form {
            "stake" => "wallet-do-stake",
            "unstake" => "wallet-do-unstake",
            "delegate" => "wallet-do-delegate",
            "undelegate" => "wallet-do-undelegate",
            "burn" => "wallet-do-burn",
            _ => "wallet-do-send",
        }
    }
}

/// `GET /@account/wallet/SYMBOL?do=send`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    Path((account, symbol)): Path<(String, String)>,
    Asked(wanted): Asked<Wanted>,
) -> Result<Html<TokenPage>, Error> {
    let owner = Owner::of(&page, account)?;
    let (name, wanted_symbol) = (owner.name.clone(), symbol.clone());
    let found = site.read(move |reader| look(reader, &name, &wanted_symbol));
    let found = found
        .await?
        .ok_or_else(|| Error::not_found(format!("token {symbol:.32}")))?;
    let form = FORMS
        .into_iter()
        .find(|form| *form == wanted.form)
        .unwrap_or("send");
    let recent = match (owner.is_mine && form == "send", site.index()) {
        (true, Ok(index)) => recent(index, &owner.name).await?,
        _ => Vec::new(),
    };
    Ok(Html(TokenPage {
        form,
        to: wanted.to,
        recent,
        page,
        owner,
        token: found.token,
        balance: found.balance,
        total: found.total,
        free_stake: found.free_stake,
        pending: found.pending,
        schedule: found.schedule,
    }))
}

/// To whom an account has sent tokens lately, the last one first.
async fn recent(index: &Index, account: &str) -> Result<Vec<String>, Error> {
    let query = HistoryQuery {
        accounts: vec![account.to_owned()],
        operations: vec!["tokens_transfer".to_owned()],
        direction: Some("out".to_owned()),
        failed: Some(false),
        limit: 50,
        ..HistoryQuery::default()
    };
    let mut names: Vec<String> = Vec::new();
    for (_, row) in index.account_history(&query).await? {
        let details: Value = serde_json::from_str(&row.details).unwrap_or_default();
        let Some(to) = details.get("to").and_then(Value::as_str) else {
            continue;
        };
        let is_person = AccountName::check(to).is_ok() && to != account && to != "null";
        if is_person && !names.iter().any(|name| name == to) {
            names.push(to.to_owned());
        }
    }
    names.truncate(MOST_RECENT);
    Ok(names)
}

struct Found {
    token: Token,
    balance: Balance,
    total: String,
    free_stake: String,
    pending: Pending,
    schedule: Option<Schedule>,
}

fn look(reader: &Reader, account: &str, symbol: &str) -> Result<Option<Found>, ReadError> {
    let token = reader.find_one("tokens", "tokens", &json!({ "symbol": symbol }))?;
    let token: Option<Token> = token.and_then(|row| serde_json::from_value(row).ok());
    let Some(token) = token else {
        return Ok(None);
    };
    let query = json!({ "account": account, "symbol": symbol });
    let balances: Vec<Balance> = rows(reader, "tokens", "balances", &query)?;
    let balance = balances
        .into_iter()
        .next()
        .unwrap_or_else(|| Balance::empty(symbol));
    let unstakes: Vec<Unstake> = rows(reader, "tokens", "pendingUnstakes", &query)?;
    let decimals = u32::from(token.precision);
    let total = holdings::total(&balance, unstakes.iter(), &token);
    let now = holdings::now(reader)?;
    Ok(Some(Found {
        total: plain(&total, decimals),
        free_stake: plain(&free_stake(&balance, &unstakes, &token), decimals),
        pending: pending::of_account(reader, account, Some(symbol))?,
        schedule: schedule(&token, now),
        token,
        balance,
    }))
}

/// The stake without what leaves it with later slices of unstakes.
fn free_stake(balance: &Balance, unstakes: &[Unstake], token: &Token) -> Decimal {
    let minus = |from: &Decimal, amount: &Decimal| {
        from.minus(amount, &Config::STANDARD)
            .unwrap_or(Decimal::ZERO)
    };
    let waiting = unstakes
        .iter()
        .filter(|row| row.number_transactions_left > 1);
    let free = waiting.fold(Decimal::parse(&balance.stake), |free, row| {
        let later = minus(&Decimal::parse(&row.quantity_left), &row.next(token));
        minus(&free, &later)
    });
    free.max(&Decimal::ZERO)
}

fn schedule(token: &Token, now: i64) -> Option<Schedule> {
    if !token.staking_enabled {
        return None;
    }
    let parts = token.number_transactions.unwrap_or(1).max(1);
    let period = i64::from(token.unstaking_cooldown) * DAY / i64::from(parts);
    Some(Schedule {
        parts,
        first: now + period,
        last: now + period * i64::from(parts),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stake_that_is_leaving_is_not_free() {
        let token: Token = serde_json::from_value(json!({
            "symbol": "COOL", "name": "Cool", "precision": 3, "numberTransactions": 4,
            "stakingEnabled": true, "unstakingCooldown": 28,
        }))
        .unwrap();
        let balance: Balance = serde_json::from_value(json!({
            "symbol": "COOL", "balance": "0", "stake": "90.000", "pendingUnstake": "40.000",
        }))
        .unwrap();
        let unstake: Unstake = serde_json::from_value(json!({
            "symbol": "COOL", "quantity": "40.000", "quantityLeft": "40.000",
            "nextTransactionTimestamp": 0, "numberTransactionsLeft": 4,
        }))
        .unwrap();
        assert_eq!(plain(&free_stake(&balance, &[unstake], &token), 3), "60");
        let schedule = schedule(&token, 1_000_000).unwrap();
        assert_eq!(schedule.first, 1_000_000 + 7 * DAY);
        assert_eq!(schedule.last, 1_000_000 + 28 * DAY);
    }
}
