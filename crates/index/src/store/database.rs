//! Connections, and all in which the two databases differ.

use std::borrow::Cow;
use std::path::Path;
use std::time::Duration;

use sqlx::any::AnyPoolOptions;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, Executor as _, SqlSafeStr as _};

use crate::IndexError;

/// Connections that may be open at once.
const CONNECTIONS: u32 = 8;
/// The address of a database that is gone with the process.
const MEMORY: &str = "sqlite::memory:";

/// Every table, such that what a table refers to comes after it.
const TABLES: &[&str] = &[
    "meta",
    "progress",
    "recent_blocks",
    "undo",
    "transactions",
    "operations",
    "account_operations",
    "holders",
    "unstakes",
    "orders",
    "trades",
    "markets",
    "candles",
    "tokens",
    "accounts",
    "contracts",
    "activity",
    "days",
    "daily_calls",
    "daily_failures",
    "daily_burns",
    "pools",
    "swaps",
    "spreads",
    "contract_versions",
    "words",
    "_sqlx_migrations",
];

/// A database that holds an index. Clones share its connections.
#[derive(Debug, Clone)]
pub struct Database {
    pool: AnyPool,
    kind: Kind,
    address: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    fn of(address: &str) -> Result<Kind, IndexError> {
        match address.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Ok(Kind::Sqlite),
            Some("postgres" | "postgresql") => Ok(Kind::Postgres),
            _ => Err(IndexError::Address(address.to_owned())),
        }
    }

    /// The collation that compares texts byte by byte.
    pub(crate) fn bytewise(self) -> &'static str {
        match self {
            Kind::Sqlite => "BINARY",
            Kind::Postgres => "\"C\"",
        }
    }

    /// How terms, as a text with spaces between them, become a value of the column that holds them.
    pub(crate) fn terms(self, place: &str) -> String {
        match self {
            Kind::Sqlite => place.to_owned(),
            Kind::Postgres => format!("array_to_tsvector(string_to_array({place}, ' '))"),
        }
    }

    /// The condition that the terms of a row fulfil an expression, which [`all_of`](Self::all_of) makes.
    pub(crate) fn matches(self, place: &str) -> String {
        match self {
            Kind::Sqlite => format!("words MATCH {place}"),
            Kind::Postgres => format!("terms @@ CAST({place} AS tsquery)"),
        }
    }

    /// An expression that is true where of each group there is one term. Terms have no quotes in them.
    pub(crate) fn all_of(self, groups: &[Vec<String>]) -> String {
        let (quote, and, or) = match self {
            Kind::Sqlite => ('"', " AND ", " OR "),
            Kind::Postgres => ('\'', " & ", " | "),
        };
        let one_of = |terms: &Vec<String>| {
            let quoted = terms.iter().map(|term| format!("{quote}{term}{quote}"));
            format!("({})", quoted.collect::<Vec<_>>().join(or))
        };
        groups.iter().map(one_of).collect::<Vec<_>>().join(and)
    }

    /// What every connection is told first.
    fn settings(self) -> &'static str {
        match self {
            // readers do not wait for the writer; what is lost with the power is indexed again
            Kind::Sqlite => {
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 10000; \
                 PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536;"
            }
            // the position is lost together with the rows
            Kind::Postgres => "SET synchronous_commit = off; SET statement_timeout = '60s';",
        }
    }
}

impl Database {
    /// The address of a SQLite database in a file.
    pub fn address_of_file(path: &Path) -> String {
        format!("sqlite://{}", path.display())
    }

    /// The address of a SQLite database in memory, which is gone when it is closed.
    pub fn address_in_memory() -> String {
        MEMORY.to_owned()
    }

    /// Connects, makes the database file if there is none, and brings the tables up to date.
    ///
    /// # Errors
    /// When the address is none, the database cannot be reached, or is of a later version of this program.
    pub async fn open(address: &str) -> Result<Database, IndexError> {
        let kind = Kind::of(address)?;
        sqlx::any::install_default_drivers();
        let database = Database {
            pool: pool(address, kind).await?,
            kind,
            address: address.to_owned(),
        };
        database.migrate().await?;
        Ok(database)
    }

    async fn migrate(&self) -> Result<(), IndexError> {
        Ok(migrator(self.kind).run(&self.pool).await?)
    }

    /// Drops all tables and makes them anew, empty.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clear(&self) -> Result<(), IndexError> {
        let mut connection = self.pool.acquire().await?;
        for table in TABLES {
            let statement = format!("DROP TABLE IF EXISTS {table}");
            connection.execute(sqlx::AssertSqlSafe(statement)).await?;
        }
        if self.kind == Kind::Sqlite {
            connection.execute("VACUUM").await?;
        }
        drop(connection);
        self.migrate().await
    }

    /// Which of the two it is.
    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// The connections.
    pub(crate) fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// Where it is, without a password.
    pub fn shown_address(&self) -> String {
        let Some((scheme, rest)) = self.address.split_once("://") else {
            return self.address.clone();
        };
        match rest.rsplit_once('@') {
            Some((user, place)) => {
                let user = user.split(':').next().unwrap_or_default();
                format!("{scheme}://{user}@{place}")
            }
            None => self.address.clone(),
        }
    }

    /// Closes all connections, when what they do is done.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

async fn pool(address: &str, kind: Kind) -> Result<AnyPool, IndexError> {
    let address = match kind {
        Kind::Sqlite if address != MEMORY && !address.contains('?') => {
            Cow::Owned(format!("{address}?mode=rwc"))
        }
        _ => Cow::Borrowed(address),
    };
    let options = match &*address {
        // a second connection would be a second database, and without the first one it is gone: as it would be when who
        // waits for a test of it gives up
        MEMORY => AnyPoolOptions::new()
            .test_before_acquire(false)
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None),
        _ => AnyPoolOptions::new().max_connections(CONNECTIONS),
    };
    let options = options
        .acquire_timeout(Duration::from_secs(10))
        .after_connect(move |connection, _| {
            Box::pin(async move {
                connection.execute(kind.settings()).await?;
                Ok(())
            })
        });
    Ok(options.connect(&address).await?)
}

/// The tables, version by version.
fn migrator(kind: Kind) -> Migrator {
    let words = match kind {
        Kind::Sqlite => include_str!("../../migrations/7_words.sqlite.sql"),
        Kind::Postgres => include_str!("../../migrations/7_words.postgres.sql"),
    };
    let files = [
        (
            1,
            "histories",
            include_str!("../../migrations/1_histories.sql"),
        ),
        (2, "markets", include_str!("../../migrations/2_markets.sql")),
        (
            3,
            "questions",
            include_str!("../../migrations/3_questions.sql"),
        ),
        (
            4,
            "activity",
            include_str!("../../migrations/4_activity.sql"),
        ),
        (5, "spreads", include_str!("../../migrations/5_spreads.sql")),
        (
            6,
            "versions",
            include_str!("../../migrations/6_versions.sql"),
        ),
        (7, "words", words),
        (8, "days", include_str!("../../migrations/8_days.sql")),
        (
            9,
            "operations_of_kinds",
            include_str!("../../migrations/9_operations_of_kinds.sql"),
        ),
    ];
    let migration = |(version, name, text): (i64, &'static str, &'static str)| {
        let text = text.replace("BYTEWISE", kind.bytewise());
        let text = sqlx::AssertSqlSafe(text).into_sql_str();
        let simple = MigrationType::Simple;
        Migration::new(version, name.into(), simple, text, false)
    };
    Migrator::with_migrations(files.into_iter().map(migration).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_database_in_memory_outlives_those_who_give_up_on_it() {
        let database = Database::open(&Database::address_in_memory())
            .await
            .unwrap();
        for patience in 0..200 {
            let pool = database.pool().clone();
            let asking = tokio::spawn(async move {
                for _ in 0..20 {
                    let mut connection = pool.acquire().await.unwrap();
                    connection.execute("SELECT 1 FROM meta").await.unwrap();
                }
            });
            tokio::time::sleep(Duration::from_micros(patience * 10)).await;
            asking.abort();
            // done, or given up on
            assert!(asking.await.err().is_none_or(|error| error.is_cancelled()));
        }
        let mut connection = database.pool().acquire().await.unwrap();
        connection.execute("SELECT 1 FROM meta").await.unwrap();
    }

    #[tokio::test]
    async fn other_databases_are_refused() {
        for address in ["mysql://localhost/x", "index.db", ""] {
            let error = Database::open(address).await.unwrap_err().to_string();
            assert!(error.contains("sqlite: or postgres:"), "{error}");
        }
    }
}
