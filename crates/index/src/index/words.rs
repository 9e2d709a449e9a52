//! Looking for transactions by words and by who, what, when and how much.
//!
//! The database's full-text search finds the terms; ranges of ids, which are ranges of time, bound the work. It is done
//! from the newest back, in ranges that grow as long as they are done with quickly, until there are enough rows or the
//! asker has waited long enough, who can go on from there.

use std::time::{Duration, Instant};

use sqlx::Connection as _;

use super::{Index, MOST};
use crate::derive::TransactionRow;
use crate::event::PLACES;
use crate::store::{self, Field, Kind, Row as _};
use crate::terms::{self, Field as Name, Outcome};
use crate::{Amount, IndexError, block_of, id_of};

/// Terms of one question.
const MOST_TERMS: usize = 32;
/// Blocks of the first range.
const FIRST_RANGE: i64 = 1_000;
/// How much larger the next range is than one that was done with quickly.
const GROWTH: i64 = 4;
/// What is quick.
const QUICK: Duration = Duration::from_millis(40);
/// How long one question may take before it is left where it is.
const PATIENCE: Duration = Duration::from_millis(400);
/// How long one range may take, where the database can be told.
const LONGEST: &str = "SET LOCAL statement_timeout = '2s'";
/// What PostgreSQL says when it took longer.
const TOOK_LONGER: &str = "57014";
/// Rows of one range whose amounts are compared.
const CANDIDATES: i64 = 1_000;
/// Highest order of magnitude that an amount can have.
const HIGHEST: i32 = 31;
/// Lowest one.
const LOWEST: i32 = -8;

/// What is looked for: all that is said has to be true of a transaction.
#[derive(Debug, Clone, Default)]
pub struct TransactionSearch {
    /// All [`words`](crate::words) of this text are in what it was given, or in why it failed.
    pub text: String,
    /// Each of these sent it, or tokens of theirs were moved by it.
    pub from: Vec<String>,
    /// Each of these gets something by it.
    pub to: Vec<String>,
    /// It is about all of these tokens.
    pub symbols: Vec<String>,
    /// It calls this contract; of several, none is found.
    pub contracts: Vec<String>,
    /// It calls this action.
    pub actions: Vec<String>,
    /// What became of it; of several, none is found.
    pub outcomes: Vec<Outcome>,
    /// Not before this time, in seconds since 1970.
    pub since: Option<i64>,
    /// Before this time.
    pub until: Option<i64>,
    /// It has an amount for which all of this is true; if there are tokens, of one of them.
    pub amounts: Vec<AmountBound>,
    /// Older than the one with this id.
    pub before: Option<i64>,
    /// How many, at most 1000.
    pub limit: i64,
}

/// How large an amount is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountBound {
    /// More than this.
    Above(Amount),
    /// This or more.
    AtLeast(Amount),
    /// Less than this.
    Below(Amount),
    /// This or less.
    AtMost(Amount),
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct FoundTransactions {
    /// The newest first.
    pub transactions: Vec<TransactionRow>,
    /// What to ask for as `before` to go on; `None` if there are no more.
    pub next: Option<i64>,
    /// The time of the oldest transaction that was looked at, if it was left there because it took long.
    pub left_at: Option<i64>,
}

impl AmountBound {
    fn fits(self, amount: Amount) -> bool {
        match self {
            AmountBound::Above(bound) => amount > bound,
            AmountBound::AtLeast(bound) => amount >= bound,
            AmountBound::Below(bound) => amount < bound,
            AmountBound::AtMost(bound) => amount <= bound,
        }
    }

    /// The lowest and the highest order of magnitude of what fits.
    fn decades(self) -> (i32, i32) {
        match self {
            AmountBound::Above(bound) | AmountBound::AtLeast(bound) => (bound.decade(), HIGHEST),
            AmountBound::Below(bound) | AmountBound::AtMost(bound) => (LOWEST, bound.decade()),
        }
    }
}

impl TransactionSearch {
    /// Groups of terms, of each of which one has to be there; `None` if nothing can be found.
    ///
    /// # Errors
    /// When there are too many.
    fn groups(&self) -> Result<Option<Vec<Vec<String>>>, IndexError> {
        let mut groups: Vec<Vec<String>> =
            terms::words(&self.text).map(|word| vec![word]).collect();
        for (name, wanted) in [
            (Name::From, &self.from),
            (Name::To, &self.to),
            (Name::Symbol, &self.symbols),
            (Name::Contract, &self.contracts),
            (Name::Action, &self.actions),
        ] {
            for wanted in wanted {
                match name.term(wanted) {
                    Some(term) => groups.push(vec![term]),
                    None => return Ok(None),
                }
            }
        }
        groups.extend(self.outcomes.iter().map(|outcome| vec![outcome.term()]));
        groups.sort();
        groups.dedup();
        if groups.len() > MOST_TERMS {
            let found = groups.len();
            return Err(IndexError::Question(format!(
                "expected at most {MOST_TERMS} words to look for, found {found}"
            )));
        }
        if !self.amounts.is_empty() {
            let decades = self.amounts.iter().map(|bound| bound.decades());
            let (low, high) = decades.fold((LOWEST, HIGHEST), |(low, high), (from, to)| {
                (low.max(from), high.min(to))
            });
            if low > high {
                return Ok(None);
            }
            groups.push((low..=high).map(terms::size).collect());
        }
        Ok(Some(groups))
    }

    /// Whether the amounts of a transaction are as they are to be.
    fn fits(&self, row: &TransactionRow) -> bool {
        if self.amounts.is_empty() {
            return true;
        }
        let mut texts = row.amounts.as_deref().unwrap_or_default().split(' ');
        while let Some((symbol, amount)) = texts.next().zip(texts.next()) {
            let is_wanted = |wanted: &String| wanted.eq_ignore_ascii_case(symbol);
            let is_about = self.symbols.is_empty() || self.symbols.iter().any(is_wanted);
            let fits = |amount| self.amounts.iter().all(|bound| bound.fits(amount));
            if is_about && Amount::parse(amount).is_some_and(fits) {
                return true;
            }
        }
        false
    }
}

impl Index {
    /// Looks for transactions, the newest first. It may stop before there are as many as were asked for, and says so.
    ///
    /// # Errors
    /// When there are too many words, or the database fails.
    pub async fn find_transactions(
        &self,
        search: &TransactionSearch,
    ) -> Result<FoundTransactions, IndexError> {
        let limit = usize::try_from(search.limit.clamp(1, MOST)).unwrap_or(1);
        let mut found = FoundTransactions::default();
        let (Some(groups), Some(position)) = (search.groups()?, self.position().await?) else {
            return Ok(found);
        };
        let floor = match search.since {
            Some(time) => self.first_at(time, position.block).await?,
            None => 0,
        };
        let mut end = id_of(position.block + 1, 0);
        if let Some(time) = search.until {
            end = end.min(self.first_at(time, position.block).await?);
        }
        end = end.min(search.before.unwrap_or(end));
        let begun = Instant::now();
        let mut blocks = FIRST_RANGE;
        while end > floor {
            let from = floor.max(end.saturating_sub(blocks * PLACES));
            let asked = Instant::now();
            let most = match search.amounts.is_empty() {
                true => i64::try_from(limit + 1 - found.transactions.len()).unwrap_or(MOST),
                false => CANDIDATES,
            };
            let rows = match self.in_range(&groups, (from, end), most).await {
                Ok(rows) => rows,
                Err(IndexError::Database(sqlx::Error::Database(error)))
                    if error.code().as_deref() == Some(TOOK_LONGER) =>
                {
                    found.left_at = self.time_at(end).await?;
                    found.next = Some(end);
                    return Ok(found);
                }
                Err(error) => return Err(error),
            };
            let is_cut = rows.len() >= usize::try_from(most).unwrap_or(usize::MAX);
            let last = rows.last().map(|row| row.id);
            found
                .transactions
                .extend(rows.into_iter().filter(|row| search.fits(row)));
            if found.transactions.len() > limit {
                found.transactions.truncate(limit);
                found.next = found.transactions.last().map(|row| row.id);
                return Ok(found);
            }
            end = last.filter(|_| is_cut).unwrap_or(from);
            if end > floor && begun.elapsed() > PATIENCE {
                found.left_at = self.time_at(end).await?;
                found.next = Some(end);
                return Ok(found);
            }
            if asked.elapsed() < QUICK {
                blocks = blocks.saturating_mul(GROWTH).min(i64::MAX / PLACES);
            }
        }
        Ok(found)
    }

    /// The newest of a range of ids that have these terms.
    async fn in_range(
        &self,
        groups: &[Vec<String>],
        (from, end): (i64, i64),
        limit: i64,
    ) -> Result<Vec<TransactionRow>, IndexError> {
        let kind = self.database().kind();
        let mut fields: Vec<Field> = vec![from.into(), end.into(), limit.into()];
        let ids = match groups.is_empty() {
            true => "SELECT id AS found FROM transactions WHERE id >= $1 AND id < $2".to_owned(),
            false => {
                fields.push(kind.all_of(groups).into());
                format!(
                    "SELECT rowid AS found FROM words WHERE {} AND rowid >= $1 AND rowid < $2",
                    kind.matches("$4")
                )
            }
        };
        let columns: Vec<_> = TransactionRow::COLUMNS
            .iter()
            .map(|column| format!("t.{column}"))
            .collect();
        let statement = format!(
            "SELECT {} FROM ({ids} ORDER BY found DESC LIMIT $3) f JOIN transactions t ON t.id = f.found \
             ORDER BY t.id DESC",
            columns.join(",")
        );
        // planned for these terms: how many rows have them decides how they are best found
        let query = store::query(statement, &fields, false);
        let mut connection = self.connection().await?;
        let rows = match kind {
            Kind::Sqlite => query.fetch_all(&mut *connection).await?,
            Kind::Postgres => {
                let mut transaction = connection.begin().await?;
                store::query(LONGEST.to_owned(), &[], true)
                    .execute(&mut *transaction)
                    .await?;
                let rows = query.fetch_all(&mut *transaction).await?;
                transaction.commit().await?;
                rows
            }
        };
        Ok(rows
            .iter()
            .map(TransactionRow::read)
            .collect::<Result<_, _>>()?)
    }

    /// The id from which on transactions are not before a time. Blocks follow each other in time: halved again and again.
    async fn first_at(&self, time: i64, head: i64) -> Result<i64, IndexError> {
        let (mut low, mut high) = (0, head + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.next_from(id_of(middle, 0)).await? {
                Some((id, found)) if found < time => low = block_of(id) + 1,
                _ => high = middle,
            }
        }
        Ok(id_of(low, 0))
    }

    async fn time_at(&self, id: i64) -> Result<Option<i64>, IndexError> {
        Ok(self.next_from(id).await?.map(|(_, time)| time))
    }

    /// The first transaction with this id or a higher one: its id and time.
    async fn next_from(&self, id: i64) -> Result<Option<(i64, i64)>, IndexError> {
        let rest = "WHERE id >= $1 ORDER BY id LIMIT 1";
        let rows: Vec<TransactionRow> = self.rows(rest, &[id.into()]).await?;
        Ok(rows.first().map(|row| (row.id, row.time)))
    }
}
