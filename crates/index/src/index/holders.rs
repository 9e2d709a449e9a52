use super::{Conditions, Index};
use crate::IndexError;
use crate::derive::Holder;

/// Most rows of one answer.
const MOST: i64 = 1000;

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
