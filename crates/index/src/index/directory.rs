use super::{Conditions, Index, prefix_end};
use crate::IndexError;
use crate::derive::{Account, ContractRow, ContractVersion, Token};

/// Most rows of one answer.
const MOST: i64 = 1_000;
/// The longest text that is looked for, in bytes.
const LONGEST: usize = 64;

/// What begins with a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Accounts, by name.
    pub accounts: Vec<Account>,
    /// Tokens, by symbol or name; those that most accounts hold first.
    pub tokens: Vec<Token>,
    /// Contracts, by name.
    pub contracts: Vec<ContractRow>,
}

impl Index {
    /// Accounts, tokens and contracts whose names begin with a text, in whatever letters: so many of each, at most 1000.
    ///
    /// # Errors
    /// When the text is empty or longer than 64 bytes, or the database fails.
    pub async fn search(&self, text: &str, limit: i64) -> Result<Found, IndexError> {
        let text = text.trim();
        if text.is_empty() || text.len() > LONGEST {
            let found = text.len();
            return Err(IndexError::Question(format!(
                "expected a text of 1 to {LONGEST} bytes to look for, found {found}"
            )));
        }
        Ok(Found {
            accounts: self.beginning("account", text, limit).await?,
            tokens: self.tokens_beginning(text, limit).await?,
            contracts: self.beginning("name_key", text, limit).await?,
        })
    }

    /// The rows of a table whose column begins with a text in small letters.
    async fn beginning<R: crate::store::Row>(
        &self,
        column: &str,
        text: &str,
        limit: i64,
    ) -> Result<Vec<R>, IndexError> {
        let order = self.database().kind().bytewise();
        let text = text.to_lowercase();
        let mut conditions = Conditions::default();
        conditions.add(&format!("{column} COLLATE {order} >= $"), text.as_str());
        conditions.add(&format!("{column} COLLATE {order} < $"), prefix_end(&text));
        let rest = format!(
            "{} ORDER BY {column} COLLATE {order} LIMIT {}",
            conditions.text(),
            conditions.place(limit.clamp(1, MOST)),
        );
        self.rows(&rest, &conditions.fields).await
    }

    /// An account; `None` if it never had to do with the chain.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account(&self, name: &str) -> Result<Option<Account>, IndexError> {
        let rest = "WHERE account = $1";
        Ok(self.rows(rest, &[name.into()]).await?.pop())
    }

    /// A contract; `None` if there is none of this name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn contract(&self, name: &str) -> Result<Option<ContractRow>, IndexError> {
        let rest = "WHERE name = $1";
        Ok(self.rows(rest, &[name.into()]).await?.pop())
    }

    /// The contracts, those that are called most first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn contracts(&self, limit: i64, offset: i64) -> Result<Vec<ContractRow>, IndexError> {
        let rest = "ORDER BY calls DESC, name LIMIT $1 OFFSET $2";
        let fields = [limit.clamp(1, MOST).into(), offset.max(0).into()];
        self.rows(rest, &fields).await
    }

    /// The versions of a contract's code, the first one first; at most 1000. Contracts that are part of the node have none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn contract_versions(&self, name: &str) -> Result<Vec<ContractVersion>, IndexError> {
        let rest = "WHERE contract = $1 ORDER BY id LIMIT $2";
        self.rows(rest, &[name.into(), MOST.into()]).await
    }
}
