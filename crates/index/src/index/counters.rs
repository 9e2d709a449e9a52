use serde::Serialize;
use sqlx::Row as _;

use super::{Conditions, Index};
use crate::IndexError;
use crate::derive::Activity;
use crate::store::{self, Field};

/// Most rows of one answer.
const MOST: i64 = 5_000;
const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// What goes on, and how much there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Counters {
    /// The time of the block that the index is at, with which all spans end, in seconds since 1970.
    pub time: i64,
    /// Transactions that accounts ever sent.
    pub transactions: i64,
    /// Those of the last 24 hours.
    pub transactions_in_day: i64,
    /// How many of these failed.
    pub failed_in_day: i64,
    /// The same in per cent, with 2 decimals.
    pub failed_percent: String,
    /// Transactions in a minute, on the average of the last hour, with 2 decimals.
    pub transactions_per_minute: String,
    /// Accounts that sent something in the last 24 hours.
    pub active_accounts_in_day: i64,
    /// Accounts that there are.
    pub accounts: i64,
    /// Tokens that there are.
    pub tokens: i64,
    /// Contracts that there are.
    pub contracts: i64,
}

impl Index {
    /// What goes on, and how much there is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn counters(&self) -> Result<Counters, IndexError> {
        let now = self.position().await?.map_or(0, |position| position.time);
        let all = self.counted(DAY, i64::MIN).await?;
        let day = self.counted(MINUTE, now - DAY).await?;
        let hour = self.counted(MINUTE, now - HOUR).await?;
        let active = "SELECT COUNT(*) FROM accounts WHERE last_time > $1";
        let percent = match day.0 {
            0 => 0.0,
            sent => 100.0 * day.1 as f64 / sent as f64,
        };
        Ok(Counters {
            time: now,
            transactions: all.0,
            transactions_in_day: day.0,
            failed_in_day: day.1,
            failed_percent: format!("{percent:.2}"),
            transactions_per_minute: format!("{:.2}", hour.0 as f64 / 60.0),
            active_accounts_in_day: self.number(active, &[(now - DAY).into()]).await?,
            accounts: self.number("SELECT COUNT(*) FROM accounts", &[]).await?,
            tokens: self.number("SELECT COUNT(*) FROM tokens", &[]).await?,
            contracts: self.number("SELECT COUNT(*) FROM contracts", &[]).await?,
        })
    }

    /// Transactions that accounts sent, minute by minute or day by day, oldest first: the last 5000 spans with any that
    /// begin in a span of time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn activity(
        &self,
        by_day: bool,
        (from, until): (i64, i64),
    ) -> Result<Vec<Activity>, IndexError> {
        let mut conditions = Conditions::default();
        conditions.add("period = $", if by_day { DAY } else { MINUTE });
        conditions.add("time >= $", from);
        conditions.add("time <= $", until);
        let rest = format!(
            "{} ORDER BY time DESC LIMIT {}",
            conditions.text(),
            conditions.place(MOST)
        );
        let mut rows: Vec<Activity> = self.rows(&rest, &conditions.fields).await?;
        rows.reverse();
        Ok(rows)
    }

    /// Transactions, and failed ones, of spans of this length after a time.
    async fn counted(&self, period: i64, after: i64) -> Result<(i64, i64), IndexError> {
        let statement = "SELECT CAST(COALESCE(SUM(transactions), 0) AS BIGINT), \
                         CAST(COALESCE(SUM(failed), 0) AS BIGINT) FROM activity WHERE period = $1 AND time > $2";
        let fields = [period.into(), after.into()];
        let mut connection = self.connection().await?;
        let row = store::query(statement.to_owned(), &fields, true)
            .fetch_one(&mut *connection)
            .await?;
        Ok((row.try_get(0)?, row.try_get(1)?))
    }

    /// The number that a statement answers with.
    pub(super) async fn number(
        &self,
        statement: &str,
        fields: &[Field],
    ) -> Result<i64, IndexError> {
        let mut connection = self.connection().await?;
        let row = store::query(statement.to_owned(), fields, true)
            .fetch_one(&mut *connection)
            .await?;
        Ok(row.try_get(0)?)
    }
}
