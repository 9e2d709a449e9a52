//! What is on its way: unstakes, undelegations, and stake that is lent.

use serde::Deserialize;
use serde_json::{Value, json};
use tartan_chain::FindRequest;
use tartan_chain::{ReadError, Reader};

use super::holdings::{Token, Unstake, plain, rows};

/// Rows of each list.
const MOST: usize = 500;

/// An unstake under way.
#[derive(Debug, Clone)]
pub(crate) struct PendingUnstake {
    /// The token.
    pub(crate) symbol: String,
    /// What is left of it.
    pub(crate) left: String,
    /// What comes next.
    pub(crate) next: String,
    /// When it comes, in seconds since 1970.
    pub(crate) next_time: i64,
    /// Parts that are left.
    pub(crate) parts: u32,
    /// When the last one comes.
    pub(crate) end: i64,
    /// What it is cancelled by; `None`: it cannot be.
    pub(crate) tx_id: Option<String>,
}

/// Stake on its way back.
#[derive(Debug, Clone)]
pub(crate) struct PendingUndelegation {
    /// The token.
    pub(crate) symbol: String,
    /// How much.
    pub(crate) quantity: String,
    /// When it is back, in seconds since 1970.
    pub(crate) time: i64,
}

/// Stake that is lent.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Delegation {
    /// Whose it is.
    pub(crate) from: String,
    /// Who uses it.
    pub(crate) to: String,
    /// The token.
    pub(crate) symbol: String,
    /// How much.
    pub(crate) quantity: String,
}

/// What is on its way for an account.
#[derive(Debug, Clone, Default)]
pub(crate) struct Pending {
    /// Unstakes, the next one first.
    pub(crate) unstakes: Vec<PendingUnstake>,
    /// Undelegations, the next one first.
    pub(crate) undelegations: Vec<PendingUndelegation>,
    /// Stake lent to others.
    pub(crate) lent: Vec<Delegation>,
    /// Stake lent by others.
    pub(crate) borrowed: Vec<Delegation>,
}

impl Pending {
    /// Whether there is nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.unstakes.is_empty()
            && self.undelegations.is_empty()
            && self.lent.is_empty()
            && self.borrowed.is_empty()
    }
}

/// What is on its way for an account: of one token, or of all.
pub(crate) fn of_account(
    reader: &Reader,
    account: &str,
    symbol: Option<&str>,
) -> Result<Pending, ReadError> {
    let query = |field: &str| match symbol {
        Some(symbol) => json!({ field: account, "symbol": symbol }),
        None => json!({ field: account }),
    };
    Ok(Pending {
        unstakes: unstakes(reader, &query("account"))?,
        undelegations: undelegations(reader, &query("account"))?,
        lent: delegations(reader, &query("from"))?,
        borrowed: delegations(reader, &query("to"))?,
    })
}

fn unstakes(reader: &Reader, query: &Value) -> Result<Vec<PendingUnstake>, ReadError> {
    let found: Vec<Unstake> = rows(reader, "tokens", "pendingUnstakes", query)?;
    let mut list = Vec::with_capacity(found.len().min(MOST));
    for row in found.into_iter().take(MOST) {
        let query = json!({ "symbol": row.symbol });
        let token = reader.find_one("tokens", "tokens", &query)?;
        let token: Option<Token> = token.and_then(|token| serde_json::from_value(token).ok());
        let Some(token) = token else { continue };
        let more = i64::from(row.number_transactions_left.saturating_sub(1));
        let period = row.millisec_per_period.parse().unwrap_or(0_i64);
        let end = row
            .next_transaction_timestamp
            .saturating_add(period.saturating_mul(more));
        list.push(PendingUnstake {
            next: plain(&row.next(&token), u32::from(token.precision)),
            symbol: row.symbol,
            left: row.quantity_left,
            next_time: row.next_transaction_timestamp / 1000,
            parts: row.number_transactions_left,
            end: end / 1000,
            tx_id: row.tx_id,
        });
    }
    list.sort_by_key(|row| row.next_time);
    Ok(list)
}

fn undelegations(reader: &Reader, query: &Value) -> Result<Vec<PendingUndelegation>, ReadError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Row {
        symbol: String,
        quantity: String,
        complete_timestamp: i64,
    }
    let found: Vec<Row> = rows(reader, "tokens", "pendingUndelegations", query)?;
    let list = found.into_iter().take(MOST).map(|row| PendingUndelegation {
        symbol: row.symbol,
        quantity: row.quantity,
        time: row.complete_timestamp / 1000,
    });
    let mut list: Vec<_> = list.collect();
    list.sort_by_key(|row| row.time);
    Ok(list)
}

fn delegations(reader: &Reader, query: &Value) -> Result<Vec<Delegation>, ReadError> {
    let request = FindRequest {
        limit: MOST,
        ..FindRequest::new("tokens", "delegations", query)
    };
    let found = reader.find(&request)?.unwrap_or_default();
    let read = found.into_iter().map(serde_json::from_value);
    Ok(read.filter_map(Result::ok).collect())
}
