use askama::Template;
use axum::extract::{Path, State};
use serde_json::json;
use tartan_chain::network::Flavor;
use tartan_chain::{Network, ReadError, Reader};
use tartan_decimal::{Config, Decimal};

use super::Owner;
use super::holdings::{Balance, plain, rows};
use crate::error::Error;
use crate::html::Html;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// Decimals of the main chain's coins.
const DECIMALS: u32 = 3;
/// Payments that wait and are shown.
const MOST_SHOWN: usize = 50;

/// The main chain's coin in exchange for the token that stands for it.
#[derive(Template)]
#[template(path = "wallet/deposit.html")]
pub(super) struct DepositPage {
    page: Page,
    owner: Owner,
    peg: Peg,
    /// What the payment must say, so that it is credited.
    memo: String,
}

/// And the way back.
#[derive(Template)]
#[template(path = "wallet/withdraw.html")]
pub(super) struct WithdrawPage {
    page: Page,
    owner: Owner,
    peg: Peg,
    /// What can be withdrawn.
    available: String,
    /// Payments to this account that have not been made.
    waiting: Vec<Waiting>,
}

/// A payment that has not been made.
struct Waiting {
    id: String,
    quantity: String,
    coin: String,
}

/// The peg of a network.
struct Peg {
    /// The contract.
    contract: &'static str,
    /// The token.
    symbol: String,
    /// The coin.
    coin: String,
    /// Who holds the coins.
    account: String,
    /// In percent.
    fee: Option<String>,
}

impl Peg {
    fn of(reader: &Reader) -> Result<Option<Peg>, ReadError> {
        let network = reader.network();
        let contract = match network.main_chain.flavor {
            Flavor::Steem => "steempegged",
            Flavor::Hive => "hivepegged",
        };
        if !reader.has_table(contract, "withdrawals")? {
            return Ok(None);
        }
        Ok(Some(Peg::new(contract, network)))
    }

    fn new(contract: &'static str, network: &Network) -> Peg {
        let settings = network.contracts.pegged.as_ref();
        let coin = || network.main_chain.protocol().symbols.liquid;
        let percent = |rate: &String| {
            let rate = Decimal::parse(rate);
            let percent = rate.times(&Decimal::from_parts(100, 0), &Config::STANDARD);
            percent.ok().map(|percent| plain(&percent, 4))
        };
        Peg {
            contract,
            symbol: settings.map_or_else(
                || network.tokens.pegged.symbol.clone(),
                |peg| peg.symbol.clone(),
            ),
            coin: settings.map_or_else(coin, |peg| peg.unit.clone()),
            account: network.accounts.peg.clone(),
            fee: settings.and_then(|peg| percent(&peg.fee_rate)),
        }
    }
}

fn no_peg() -> Error {
    Error::not_found("a peg to the main chain's coin: this network has none")
}

/// `GET /@account/wallet/deposit`
pub(super) async fn deposit(
    State(site): State<Site>,
    page: Page,
    Path(account): Path<String>,
) -> Result<Html<DepositPage>, Error> {
    let owner = Owner::of(&page, account)?;
    let peg = site.read(Peg::of).await?.ok_or_else(no_peg)?;
    let call =
        json!({ "contractName": peg.contract, "contractAction": "buy", "contractPayload": {} });
    let memo = json!({ "id": site.network().custom_json_id(), "json": call }).to_string();
    Ok(Html(DepositPage {
        page,
        owner,
        peg,
        memo,
    }))
}

/// `GET /@account/wallet/withdraw`
pub(super) async fn withdraw(
    State(site): State<Site>,
    page: Page,
    Path(account): Path<String>,
) -> Result<Html<WithdrawPage>, Error> {
    let owner = Owner::of(&page, account)?;
    let name = owner.name.clone();
    let found = site.read(move |reader| {
        let Some(peg) = Peg::of(reader)? else {
            return Ok::<_, ReadError>(None);
        };
        let query = json!({ "account": name, "symbol": peg.symbol });
        let balances: Vec<Balance> = rows(reader, "tokens", "balances", &query)?;
        let waiting = waiting(reader, peg.contract, &name)?;
        let balance = balances.first().map_or("0", |row| row.balance.as_str());
        let available = plain(&Decimal::parse(balance), DECIMALS);
        Ok(Some((peg, available, waiting)))
    });
    let (peg, available, waiting) = found.await?.ok_or_else(no_peg)?;
    Ok(Html(WithdrawPage {
        page,
        owner,
        peg,
        available,
        waiting,
    }))
}

fn waiting(reader: &Reader, contract: &str, account: &str) -> Result<Vec<Waiting>, ReadError> {
    #[derive(serde::Deserialize)]
    struct Row {
        id: String,
        #[serde(rename = "type")]
        coin: String,
        quantity: String,
        memo: String,
    }
    let query = json!({ "recipient": account });
    let found: Vec<Row> = rows(reader, contract, "withdrawals", &query)?;
    // what the fee receiver is paid is nobody's withdrawal
    let own = found
        .into_iter()
        .filter(|row| !row.memo.starts_with("fee "));
    let shown = own.take(MOST_SHOWN).map(|row| Waiting {
        id: row.id,
        quantity: row.quantity,
        coin: row.coin,
    });
    Ok(shown.collect())
}
