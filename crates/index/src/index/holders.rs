use std::fmt;
use std::str::FromStr;

use sqlx::Row as _;

use super::{Conditions, Index};
use crate::derive::{Holder, SpreadStep};
use crate::{Amount, IndexError, store};

/// Most rows of one answer.
const MOST: i64 = 1000;
/// Most rows that an answer can leave out in front.
const MOST_SKIPPED: i64 = 100_000;

/// Who holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// Accounts.
    #[default]
    User,
    /// Contracts.
    Contract,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::User => "user",
            Kind::Contract => "contract",
        }
    }
}

/// By what holders are sorted, the most first. Where two are equal, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HolderOrder {
    /// By all that is their own. Only this takes the same time however many there are.
    #[default]
    Total,
    /// By what can be sent.
    Liquid,
    /// By stake.
    Stake,
    /// By what leaves the stake.
    Unstaking,
    /// By the stake that others lent.
    LentIn,
    /// By the stake that is lent to others.
    LentOut,
}

impl HolderOrder {
    /// All there are, with the names that [`parse`](HolderOrder::parse) knows.
    pub const ALL: [(&'static str, HolderOrder); 6] = [
        ("total", HolderOrder::Total),
        ("liquid", HolderOrder::Liquid),
        ("stake", HolderOrder::Stake),
        ("unstaking", HolderOrder::Unstaking),
        ("lentIn", HolderOrder::LentIn),
        ("lentOut", HolderOrder::LentOut),
    ];

    /// The order of this name.
    pub fn parse(name: &str) -> Option<HolderOrder> {
        let found = HolderOrder::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, order)| *order)
    }

    fn expression(self) -> String {
        let number = |column: &str| format!("CAST({column} AS DOUBLE PRECISION)");
        match self {
            HolderOrder::Total => "total_rank".to_owned(),
            HolderOrder::Liquid => number("balance"),
            HolderOrder::Stake => number("stake"),
            HolderOrder::Unstaking => number("pending_unstake"),
            HolderOrder::LentIn => number("delegations_in"),
            HolderOrder::LentOut => number("delegations_out"),
        }
    }
}

/// The account that what is sent to is burnt: it does not count as a holder.
const BURNS: &str = "null";
/// Accounts that can be left out of an answer.
const MOST_WITHOUT: usize = 16;

/// Which holders of a token, and in which order.
#[derive(Debug, Clone, Default)]
pub struct HolderQuery {
    /// The token.
    pub symbol: String,
    /// By what they are sorted.
    pub order: HolderOrder,
    /// Without these accounts.
    pub without: Vec<String>,
    /// How many, at most 1000.
    pub limit: i64,
    /// How many to leave out in front, at most 100 000.
    pub offset: i64,
}

/// Where a rich list goes on: behind this holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RichCursor {
    rank: i64,
    total_rank: i64,
    account: String,
}

/// A holder with a place in the list of the richest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranked {
    /// The place, from 1 on.
    pub rank: i64,
    /// Who it is.
    pub holder: Holder,
}

impl Ranked {
    /// Where the list goes on behind this one.
    pub fn cursor(&self) -> RichCursor {
        RichCursor {
            rank: self.rank,
            total_rank: self.holder.total_rank,
            account: self.holder.account.clone(),
        }
    }
}

impl fmt::Display for RichCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.rank, self.total_rank, self.account)
    }
}

impl FromStr for RichCursor {
    type Err = IndexError;

    fn from_str(text: &str) -> Result<RichCursor, IndexError> {
        let wrong = || {
            IndexError::Question(format!(
                "expected the cursor of an earlier answer, found {text:?}"
            ))
        };
        let mut parts = text.splitn(3, '-');
        let mut next = || parts.next().ok_or_else(wrong);
        Ok(RichCursor {
            rank: next()?.parse().map_err(|_| wrong())?,
            total_rank: next()?.parse().map_err(|_| wrong())?,
            account: next()?.to_owned(),
        })
    }
}

impl Index {
    /// Who holds a token, the richest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn holders(
        &self,
        symbol: &str,
        kind: Kind,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<Holder>, IndexError> {
        let mut conditions = Conditions::default();
        conditions.add("symbol = $", symbol);
        conditions.add("kind = $", kind.name());
        let rest = format!(
            "{} ORDER BY total_rank DESC, account LIMIT {} OFFSET {}",
            conditions.text(),
            conditions.place(limit.clamp(1, MOST)),
            conditions.place(offset.max(0)),
        );
        self.rows(&rest, &conditions.fields).await
    }

    /// Who has more than nothing of a token, the richest first, from a place on. Takes the same time at every place.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rich_list(
        &self,
        symbol: &str,
        kind: Kind,
        after: Option<&RichCursor>,
        limit: i64,
    ) -> Result<Vec<Ranked>, IndexError> {
        let mut conditions = Conditions::default();
        conditions.add("symbol = $", symbol);
        conditions.add("kind = $", kind.name());
        conditions.texts.push("total_rank > 0".to_owned());
        if let Some(after) = after {
            conditions.add("total_rank <= $", after.total_rank);
            let total = conditions.place(after.total_rank);
            let account = conditions.place(after.account.as_str());
            conditions
                .texts
                .push(format!("(total_rank < {total} OR account > {account})"));
        }
        let rest = format!(
            "{} ORDER BY total_rank DESC, account LIMIT {}",
            conditions.text(),
            conditions.place(limit.clamp(1, MOST)),
        );
        let rows: Vec<Holder> = self.rows(&rest, &conditions.fields).await?;
        let first = after.map_or(0, |after| after.rank).saturating_add(1);
        let ranks = (0..).map(|place: i64| first.saturating_add(place));
        let ranked = ranks.zip(rows);
        Ok(ranked
            .map(|(rank, holder)| Ranked { rank, holder })
            .collect())
    }

    /// A page of the accounts that have more than nothing of a token, in any order, and how many there are on all pages.
    ///
    /// # Errors
    /// When the database fails, or too much is left out in front.
    pub async fn holders_by(&self, query: &HolderQuery) -> Result<(i64, Vec<Holder>), IndexError> {
        if query.offset > MOST_SKIPPED {
            let reason = format!(
                "expected an offset of at most {MOST_SKIPPED}, found {}",
                query.offset
            );
            return Err(IndexError::Question(reason));
        }
        let mut conditions = Conditions::default();
        conditions.add("symbol = $", query.symbol.as_str());
        conditions.add("kind = $", Kind::User.name());
        conditions.texts.push("total_rank > 0".to_owned());
        leave_out(&mut conditions, &query.without);
        let filter = conditions.text();
        let count = self.holder_count(&query.symbol, &query.without).await?;
        let rest = format!(
            "{filter} ORDER BY {} DESC, account LIMIT {} OFFSET {}",
            query.order.expression(),
            conditions.place(query.limit.clamp(1, MOST)),
            conditions.place(query.offset.max(0)),
        );
        Ok((count, self.rows(&rest, &conditions.fields).await?))
    }

    /// How many accounts hold a token, without these: those of the token's row, so that nobody has to count them.
    async fn holder_count(&self, symbol: &str, without: &[String]) -> Result<i64, IndexError> {
        let all = "SELECT CAST(COALESCE(SUM(holders), 0) AS BIGINT) FROM tokens WHERE symbol = $1";
        let mut count = self.number(all, &[symbol.into()]).await?;
        let is_left_out = |account: &str| without.iter().any(|left| left == account);
        let mut asked: Vec<&str> = without.iter().map(String::as_str).collect();
        asked.truncate(MOST_WITHOUT);
        asked.push(BURNS);
        asked.sort_unstable();
        asked.dedup();
        for account in asked {
            let one = "SELECT COUNT(*) FROM holders WHERE symbol = $1 AND kind = $2 AND account = $3 \
                       AND total_rank > 0";
            let user = Kind::User.name();
            let fields = [symbol.into(), user.into(), account.into()];
            let holds = || self.number(one, &fields);
            match (account == BURNS, is_left_out(account)) {
                (true, false) => count += holds().await?,
                (true, true) => {}
                (false, _) => count -= holds().await?,
            }
        }
        Ok(count)
    }

    /// What each of the accounts has that have most of a token, but for those that are left out: so many amounts, at most
    /// 1000, the largest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn totals(
        &self,
        symbol: &str,
        without: &[String],
        limit: i64,
    ) -> Result<Vec<Amount>, IndexError> {
        let mut conditions = Conditions::default();
        conditions.add("symbol = $", symbol);
        conditions.add("kind = $", Kind::User.name());
        conditions.texts.push("total_rank > 0".to_owned());
        leave_out(&mut conditions, without);
        let statement = format!(
            "SELECT total FROM holders {} ORDER BY total_rank DESC, account LIMIT {}",
            conditions.text(),
            conditions.place(limit.clamp(1, MOST))
        );
        let mut connection = self.connection().await?;
        let rows = store::query(statement, &conditions.fields, true)
            .fetch_all(&mut *connection)
            .await?;
        let texts = rows.iter().map(|row| row.try_get::<String, _>(0));
        let texts: Vec<String> = texts.collect::<Result<_, _>>()?;
        Ok(texts
            .iter()
            .filter_map(|text| Amount::parse(text))
            .collect())
    }

    /// How a token is spread among the accounts that hold it, but for the one that burns: those that hold about the same
    /// together, the poorest first. There are some hundred steps, however many accounts there are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn spread(&self, symbol: &str) -> Result<Vec<SpreadStep>, IndexError> {
        self.rows("WHERE symbol = $1 ORDER BY step", &[symbol.into()])
            .await
    }

    /// The place of an account among those that hold a token; `None` if it holds nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rank(&self, symbol: &str, account: &str) -> Result<Option<Ranked>, IndexError> {
        let user = Kind::User.name();
        let rest = "WHERE symbol = $1 AND kind = $2 AND account = $3 AND total_rank > 0";
        let fields = [symbol.into(), user.into(), account.into()];
        let Some(holder) = self.rows::<Holder>(rest, &fields).await?.pop() else {
            return Ok(None);
        };
        let statement = "SELECT COUNT(*) FROM holders WHERE symbol = $1 AND kind = $2 AND total_rank >= $3 \
                         AND (total_rank > $4 OR account < $5)";
        let total = holder.total_rank;
        let fields = [
            symbol.into(),
            user.into(),
            total.into(),
            total.into(),
            account.into(),
        ];
        let richer = self.number(statement, &fields).await?;
        Ok(Some(Ranked {
            rank: richer + 1,
            holder,
        }))
    }

    /// What an account or a contract holds, by symbol.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn holdings(&self, account: &str, kind: Kind) -> Result<Vec<Holder>, IndexError> {
        let mut conditions = Conditions::default();
        conditions.add("account = $", account);
        conditions.add("kind = $", kind.name());
        let rest = format!("{} ORDER BY symbol", conditions.text());
        self.rows(&rest, &conditions.fields).await
    }
}

fn leave_out(conditions: &mut Conditions, without: &[String]) {
    for account in without.iter().take(MOST_WITHOUT) {
        conditions.add("account <> $", account.as_str());
    }
}
