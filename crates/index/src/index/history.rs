use super::{Conditions, Index, MOST, prefix_end};
use crate::IndexError;
use crate::derive::{Operation, TransactionRow};
use crate::store::{self, Row as _};

/// Most rows that a question about several accounts can leave out in front.
const MOST_SKIPPED: i64 = 10_000;

/// Which operations of accounts.
#[derive(Debug, Clone, Default)]
pub struct HistoryQuery {
    /// Of these accounts; at least one.
    pub accounts: Vec<String>,
    /// About this token.
    pub symbol: Option<String>,
    /// Of these kinds; empty: of all.
    pub operations: Vec<String>,
    /// Of all operations of these contracts, too.
    pub contracts: Vec<String>,
    /// Only what moved something to the account (`in`), or away from it (`out`).
    pub direction: Option<String>,
    /// Transactions that failed (true), or what came of those that did not (false); both, if nothing is said.
    pub failed: Option<bool>,
    /// Not before this time, in seconds since 1970.
    pub from: Option<i64>,
    /// Not after this time.
    pub until: Option<i64>,
    /// Older than the operation with this id.
    pub before: Option<i64>,
    /// How many, at most 1000.
    pub limit: i64,
    /// How many to leave out in front.
    pub offset: i64,
}

/// Which transactions.
#[derive(Debug, Clone, Default)]
pub struct TransactionQuery {
    /// Sent by this account.
    pub sender: Option<String>,
    /// Calls of this contract.
    pub contract: Option<String>,
    /// Calls of this action.
    pub action: Option<String>,
    /// Only those that failed, or that did not.
    pub failed: Option<bool>,
    /// Only what the chain did by itself, or only what accounts sent.
    pub is_virtual: Option<bool>,
    /// Older than the one with this id.
    pub before: Option<i64>,
    /// How many, at most 1000.
    pub limit: i64,
}

/// The history of an account, page by page.
#[derive(Debug)]
pub struct HistoryPages {
    index: Index,
    query: HistoryQuery,
    ended: bool,
}

impl HistoryPages {
    /// The next page; `None` behind the last one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next(&mut self) -> Result<Option<Vec<Operation>>, IndexError> {
        if self.ended {
            return Ok(None);
        }
        let page = self.index.account_history(&self.query).await?;
        let page: Vec<_> = page.into_iter().map(|(_, operation)| operation).collect();
        self.ended = page.len() < usize::try_from(MOST).unwrap_or(usize::MAX);
        self.query.before = page.last().map(|last| last.id).or(self.query.before);
        Ok(Some(page).filter(|page| !page.is_empty()))
    }
}

impl Index {
    /// What happened to accounts, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account_history(
        &self,
        query: &HistoryQuery,
    ) -> Result<Vec<(String, Operation)>, IndexError> {
        if query.accounts.is_empty() {
            return Err(IndexError::Question(
                "expected at least one account, found none".into(),
            ));
        }
        let (limit, offset) = (query.limit.clamp(1, MOST), query.offset.max(0));
        if let [account] = query.accounts.as_slice() {
            return self.history_of(account, query, limit, offset).await;
        }
        if offset > MOST_SKIPPED {
            return Err(IndexError::Question(format!(
                "expected an offset of at most {MOST_SKIPPED} for several accounts, found {offset}; ask with before, or \
                 one by one"
            )));
        }
        // one after the other: an index has the operations of one account in order, not those of several
        let mut rows = Vec::new();
        for account in &query.accounts {
            let most = limit.saturating_add(offset);
            rows.extend(self.history_of(account, query, most, 0).await?);
        }
        rows.sort_by(|(a, first), (b, second)| second.id.cmp(&first.id).then(a.cmp(b)));
        rows.dedup();
        let count = |number| usize::try_from(number).unwrap_or(usize::MAX);
        let rows = rows.into_iter().skip(count(offset)).take(count(limit));
        Ok(rows.collect())
    }

    async fn history_of(
        &self,
        account: &str,
        query: &HistoryQuery,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<(String, Operation)>, IndexError> {
        let mut conditions = Conditions::default();
        conditions.add("a.account = $", account);
        conditions.maybe("a.symbol = $", query.symbol.as_deref());
        let mut of_kind = Conditions::default();
        std::mem::swap(&mut of_kind.fields, &mut conditions.fields);
        if !query.operations.is_empty() {
            of_kind.among("a.operation", &query.operations);
        }
        for contract in &query.contracts {
            let begin = format!("{contract}_");
            let (from, until) = (
                of_kind.place(begin.as_str()),
                of_kind.place(prefix_end(&begin)),
            );
            let order = self.database().kind().bytewise();
            of_kind.texts.push(format!(
                "(a.operation COLLATE {order} >= {from} AND a.operation COLLATE {order} < {until})"
            ));
        }
        conditions.fields = of_kind.fields;
        if !of_kind.texts.is_empty() {
            conditions
                .texts
                .push(format!("({})", of_kind.texts.join(" OR ")));
        }
        conditions.maybe("a.direction = $", query.direction.as_deref());
        match query.failed {
            Some(true) => conditions.texts.push("a.failed = 1".to_owned()),
            Some(false) => conditions.texts.push("a.failed = 0".to_owned()),
            None => {}
        }
        conditions.maybe("a.time >= $", query.from);
        conditions.maybe("a.time <= $", query.until);
        conditions.maybe("a.id < $", query.before);
        let columns: Vec<_> = Operation::COLUMNS
            .iter()
            .map(|column| format!("o.{column}"))
            .collect();
        let statement = format!(
            "SELECT {} FROM account_operations a JOIN operations o ON o.id = a.id {} \
             ORDER BY a.id DESC LIMIT {} OFFSET {}",
            columns.join(","),
            conditions.text(),
            conditions.place(limit),
            conditions.place(offset),
        );
        let mut connection = self.connection().await?;
        let rows = store::query(statement, &conditions.fields, true)
            .fetch_all(&mut *connection)
            .await?;
        let read = |row| Ok((account.to_owned(), Operation::read(row)?));
        rows.iter().map(read).collect()
    }

    /// The same page by page, to its end, for whom memory has no room for all of it.
    ///
    /// # Errors
    /// When no account is given.
    pub fn account_history_pages(&self, query: HistoryQuery) -> Result<HistoryPages, IndexError> {
        match query.accounts.as_slice() {
            [_] => Ok(HistoryPages {
                index: self.clone(),
                query: HistoryQuery {
                    limit: MOST,
                    offset: 0,
                    ..query
                },
                ended: false,
            }),
            accounts => Err(IndexError::Question(format!(
                "expected one account, found {}",
                accounts.len()
            ))),
        }
    }

    /// What happened to a token, the latest first: operations of these kinds, or of all if there are none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn token_history(
        &self,
        symbol: &str,
        operations: &[String],
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<Operation>, IndexError> {
        let asked = |operation: Option<&str>| {
            let mut conditions = Conditions::default();
            conditions.add("symbol = $", symbol);
            conditions.maybe("operation = $", operation);
            conditions.maybe("id < $", before);
            self.latest::<Operation>(conditions, limit)
        };
        if operations.is_empty() {
            return asked(None).await;
        }
        // each kind has its place in the index; all at once would be looked for among everything else
        let mut found = Vec::new();
        for operation in operations {
            found.extend(asked(Some(operation)).await?);
        }
        found.sort_by_key(|operation| std::cmp::Reverse(operation.id));
        found.dedup_by_key(|operation| operation.id);
        found.truncate(usize::try_from(limit.max(1)).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// Transactions, the latest first.
    ///
    /// # Errors
    /// When the database fails, or an action is given without its contract.
    pub async fn transactions(
        &self,
        query: &TransactionQuery,
    ) -> Result<Vec<TransactionRow>, IndexError> {
        if query.action.is_some() && query.contract.is_none() {
            return Err(IndexError::Question(
                "expected a contract together with the action, found none".to_owned(),
            ));
        }
        let mut conditions = Conditions::default();
        conditions.maybe("sender = $", query.sender.as_deref());
        conditions.maybe("contract = $", query.contract.as_deref());
        conditions.maybe("action = $", query.action.as_deref());
        conditions.maybe("id < $", query.before);
        match query.failed {
            Some(true) => conditions.texts.push("error IS NOT NULL".to_owned()),
            Some(false) => conditions.texts.push("error IS NULL".to_owned()),
            None => {}
        }
        conditions.maybe("is_virtual = $", query.is_virtual.map(i64::from));
        self.latest(conditions, query.limit).await
    }
}
