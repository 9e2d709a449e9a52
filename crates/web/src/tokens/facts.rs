//! What the contracts' tables say of tokens.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use tartan_chain::{FindRequest, Network, ReadError, Reader};
use tartan_decimal::{Precision, Quantity};

use super::pool::Pool;

/// What pages show of a row of `tokens.tokens`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Token {
    pub(super) issuer: String,
    pub(super) symbol: String,
    pub(super) name: String,
    #[serde(default)]
    pub(super) metadata: String,
    pub(super) precision: u8,
    pub(super) max_supply: String,
    pub(super) supply: String,
    pub(super) circulating_supply: String,
    #[serde(default)]
    pub(super) staking_enabled: bool,
    #[serde(default)]
    pub(super) unstaking_cooldown: u32,
    #[serde(default)]
    pub(super) delegation_enabled: bool,
    #[serde(default)]
    pub(super) undelegation_cooldown: u32,
    #[serde(default)]
    pub(super) number_transactions: Option<u32>,
    #[serde(default)]
    pub(super) total_staked: Option<String>,
}

impl Token {
    /// The token of this symbol, and its row as it is.
    pub(super) fn read(reader: &Reader, symbol: &str) -> Result<Option<(Token, Value)>, ReadError> {
        let row = reader.find_one("tokens", "tokens", &json!({ "symbol": symbol }))?;
        Ok(row.and_then(|row| Some((serde_json::from_value(row.clone()).ok()?, row))))
    }

    /// Its precision; that of the finest tokens if the row has an impossible one.
    pub(super) fn scale(&self) -> Precision {
        Precision::new(self.precision).unwrap_or(Precision::MAX)
    }

    fn quantity(&self, text: &str) -> Quantity {
        Quantity::parse_exact(text, self.scale()).unwrap_or(Quantity::ZERO)
    }

    /// What can still be issued.
    pub(super) fn left(&self) -> Quantity {
        let left = self.quantity(&self.max_supply);
        let left = left.checked_sub(self.quantity(&self.supply));
        left.unwrap_or(Quantity::ZERO).max(Quantity::ZERO)
    }

    /// The same as a text.
    pub(super) fn issuable(&self) -> String {
        self.left().format(self.scale())
    }

    /// What was burnt.
    pub(super) fn burnt(&self) -> String {
        let burnt = self.quantity(&self.supply);
        let burnt = burnt.checked_sub(self.quantity(&self.circulating_supply));
        burnt.unwrap_or(Quantity::ZERO).format(self.scale())
    }

    /// How much of what circulates is staked, in percent.
    pub(super) fn staked_percent(&self) -> Option<String> {
        let staked = self.quantity(self.total_staked.as_deref()?);
        let circulating = self.quantity(&self.circulating_supply);
        percent(staked.units(), circulating.units())
    }

    /// What stakers earn in a year by voting, in percent of their stake, if all of them vote: the part of new tokens
    /// that goes to curators.
    pub(super) fn yearly(&self, pool: &Pool) -> Option<String> {
        let staked = self.quantity(self.total_staked.as_deref()?);
        let day = pool.emission(self.scale())?.per_day()?;
        let curators = pool.curation_part()?.of(day);
        percent(curators.units().checked_mul(365)?, staked.units())
    }

    /// What the issuer says about it.
    pub(super) fn about(&self) -> About {
        About::read(&self.metadata)
    }

    /// How many slices an unstake has.
    pub(super) fn slices(&self) -> u32 {
        self.number_transactions.unwrap_or(1).max(1)
    }
}

/// A part of a whole in percent, with two decimals, cut off; `None` of nothing.
pub(super) fn percent(part: i128, whole: i128) -> Option<String> {
    if whole <= 0 || part < 0 {
        return None;
    }
    let hundredths = match part.checked_mul(10_000) {
        Some(product) => product / whole,
        None => part / (whole / 10_000).max(1),
    };
    Some(format!("{}.{:02}", hundredths / 100, hundredths % 100))
}

/// What an issuer says about a token. It is theirs alone: nothing of it is shown but as text, and only addresses of the
/// web become links.
#[derive(Debug, Clone, Default)]
pub(super) struct About {
    pub(super) url: String,
    pub(super) icon: String,
    pub(super) text: String,
    /// What else is there, as names and JSON.
    pub(super) rest: Vec<(String, String)>,
}

impl About {
    fn read(metadata: &str) -> About {
        let fields: Map<String, Value> = serde_json::from_str(metadata).unwrap_or_default();
        let text = |name: &str| match fields.get(name) {
            Some(Value::String(text)) => text.trim().to_owned(),
            _ => String::new(),
        };
        let known = |name: &String| ["url", "icon", "desc"].contains(&name.as_str());
        let rest = fields.iter().filter(|(name, _)| !known(name));
        About {
            url: text("url"),
            icon: text("icon"),
            text: text("desc"),
            rest: rest
                .map(|(name, value)| (name.clone(), value.to_string()))
                .collect(),
        }
    }

    /// The site, if the address is one of the web.
    pub(super) fn site(&self) -> Option<&str> {
        let is_web = self.url.starts_with("https://") || self.url.starts_with("http://");
        let is_plain = !self
            .url
            .chars()
            .any(|c| c.is_whitespace() || c.is_control());
        (is_web && is_plain && self.url.len() <= 255).then_some(&*self.url)
    }
}

/// The rows of a table whose field is one of these values.
pub(super) fn rows_among(
    reader: &Reader,
    (contract, table): (&str, &str),
    symbols: &[String],
) -> Result<Vec<Value>, ReadError> {
    let query = json!({ "symbol": { "$in": symbols } });
    let found = reader.find(&FindRequest::new(contract, table, &query))?;
    Ok(found.unwrap_or_default())
}

/// The symbols of up to 1000 rows of a table that match.
pub(super) fn symbols_of(
    reader: &Reader,
    (contract, table): (&str, &str),
    query: &Value,
) -> Result<Vec<String>, ReadError> {
    let found = reader.find(&FindRequest::new(contract, table, query))?;
    let symbol = |row: Value| Some(row.get("symbol")?.as_str()?.to_owned());
    Ok(found
        .unwrap_or_default()
        .into_iter()
        .filter_map(symbol)
        .collect())
}

/// The reward pool of a token, as its row has it.
pub(super) fn pool_row(reader: &Reader, symbol: &str) -> Result<Option<Value>, ReadError> {
    reader.find_one("comments", "rewardPools", &json!({ "symbol": symbol }))
}

/// What things cost, in the utility token, as the contracts have it now.
#[derive(Debug, Clone, Default)]
pub(super) struct Fees {
    pub(super) create: String,
    pub(super) staking: String,
    pub(super) delegation: String,
    pub(super) pool: String,
    pub(super) pool_update: String,
}

impl Fees {
    pub(super) fn read(reader: &Reader) -> Result<Fees, ReadError> {
        let tokens = reader.find_one("tokens", "params", &json!({}))?;
        let comments = reader.find_one("comments", "params", &json!({}))?;
        let fee = |row: &Option<Value>, name: &str| {
            let text = row.as_ref().and_then(|row| row.get(name)?.as_str());
            text.filter(|text| !text.is_empty())
                .unwrap_or("0")
                .to_owned()
        };
        Ok(Fees {
            create: fee(&tokens, "tokenCreationFee"),
            staking: fee(&tokens, "enableStakingFee"),
            delegation: fee(&tokens, "enableDelegationFee"),
            pool: fee(&comments, "setupFee"),
            pool_update: fee(&comments, "updateFee"),
        })
    }
}

/// What an account can send of a token.
pub(super) fn liquid(reader: &Reader, account: &str, symbol: &str) -> Result<String, ReadError> {
    let query = json!({ "account": account, "symbol": symbol });
    let row = reader.find_one("tokens", "balances", &query)?;
    let text = row.as_ref().and_then(|row| row.get("balance")?.as_str());
    Ok(text.unwrap_or("0").to_owned())
}

/// The token that prices are in.
pub(super) fn base(network: &Network) -> &str {
    match &network.contracts.market {
        Some(market) => &market.base,
        None => &network.tokens.pegged.symbol,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_become_links() {
        let site = |metadata: &str| About::read(metadata).site().map(str::to_owned);
        assert_eq!(
            site(r#"{"url":"https://cool.example/a?b=c"}"#).as_deref(),
            Some("https://cool.example/a?b=c")
        );
        for hostile in [
            r#"{"url":"javascript:alert(1)"}"#,
            r#"{"url":"data:text/html,x"}"#,
            r#"{"url":"https://a b"}"#,
            r#"{"url":["https://a"]}"#,
            "not json",
            "[]",
        ] {
            assert_eq!(site(hostile), None, "{hostile}");
        }
    }

    #[test]
    fn percentages_are_cut_off() {
        assert_eq!(percent(1, 3).as_deref(), Some("33.33"));
        assert_eq!(percent(5, 5).as_deref(), Some("100.00"));
        assert_eq!(percent(i128::MAX, i128::MAX).as_deref(), Some("100.00"));
        assert_eq!(percent(1, 0), None);
    }
}
