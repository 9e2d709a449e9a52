use sqlx::Row as _;

use super::Index;
use crate::IndexError;
use crate::derive::{Day, DayBurns, DayCalls};
use crate::store;

/// Most days of one answer, and most rows of each of them.
const MOST: i64 = 100;
const ROWS: i64 = 50;
/// Most reasons of one answer.
const REASONS: i64 = 50;

/// Why transactions failed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FailureReason {
    /// The first error; empty for all those for which there was no room.
    pub reason: String,
    /// How many transactions failed with it.
    pub transactions: i64,
}

impl Index {
    /// The days from a time on on which something happened, the earliest first: at most 100, the last ones.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn daily(&self, from: i64) -> Result<Vec<Day>, IndexError> {
        let rest = "WHERE day >= $1 ORDER BY day DESC LIMIT $2";
        let mut days: Vec<Day> = self.rows(rest, &[from.into(), MOST.into()]).await?;
        days.reverse();
        Ok(days)
    }

    /// The last day on which something happened: it says how much there is altogether.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_day(&self) -> Result<Option<Day>, IndexError> {
        Ok(self.rows("ORDER BY day DESC LIMIT 1", &[]).await?.pop())
    }

    /// How many tokens and contracts there are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn token_and_contract_counts(&self) -> Result<(i64, i64), IndexError> {
        Ok((
            self.number("SELECT COUNT(*) FROM tokens", &[]).await?,
            self.number("SELECT COUNT(*) FROM contracts", &[]).await?,
        ))
    }

    /// How often contracts were called on the days from a time on, day by day.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn daily_calls(&self, from: i64) -> Result<Vec<DayCalls>, IndexError> {
        let rest = "WHERE day >= $1 ORDER BY day, contract LIMIT $2";
        self.rows(rest, &[from.into(), (MOST * ROWS).into()]).await
    }

    /// The fees that were burnt on the days from a time on, day by day.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn daily_burns(&self, from: i64) -> Result<Vec<DayBurns>, IndexError> {
        let rest = "WHERE day >= $1 ORDER BY day, symbol LIMIT $2";
        self.rows(rest, &[from.into(), (MOST * ROWS).into()]).await
    }

    /// Why transactions failed on the days from a time on, the most frequent reason first: so many, at most 50.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn failure_reasons(
        &self,
        from: i64,
        limit: i64,
    ) -> Result<Vec<FailureReason>, IndexError> {
        let statement = "SELECT reason, CAST(SUM(transactions) AS BIGINT) AS transactions FROM daily_failures \
                         WHERE day >= $1 GROUP BY reason ORDER BY 2 DESC, 1 LIMIT $2";
        let fields = [from.into(), limit.clamp(1, REASONS).into()];
        let mut connection = self.connection().await?;
        let rows = store::query(statement.to_owned(), &fields, true)
            .fetch_all(&mut *connection)
            .await?;
        let reasons = rows.iter().map(|row| {
            Ok(FailureReason {
                reason: row.try_get(0)?,
                transactions: row.try_get(1)?,
            })
        });
        Ok(reasons.collect::<Result<_, sqlx::Error>>()?)
    }
}
