//! Where the database is, and the blocks before it that can still be taken back.

use sqlx::AnyConnection;

use crate::IndexError;
use crate::event::IndexedBlock;
use crate::store::{self, Field, row};

row! {
    struct Progress in "progress", key 1 {
        id: i64,
        block: i64,
        hash: String,
        time: i64,
    }
}

row! {
    pub(crate) struct RecentBlock in "recent_blocks", key 1 {
        block: i64,
        hash: String,
        main_block: i64,
        time: i64,
    }
}

row! {
    struct Fact in "meta", key 1 {
        name: String,
        content: String,
    }
}

/// The block up to which the index is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Position {
    /// Its number.
    pub block: i64,
    /// Its hash.
    pub hash: String,
    /// Its time, in seconds since 1970.
    pub time: i64,
}

impl RecentBlock {
    pub(crate) fn of(block: &IndexedBlock) -> RecentBlock {
        RecentBlock {
            block: block.number,
            hash: block.hash.clone(),
            main_block: block.main_block,
            time: block.time,
        }
    }
}

const GENESIS: &str = "genesis";
const VERSION: &str = "version";
/// What is derived from blocks; another number where it is more than before, or something else.
const CURRENT: &str = "8";

/// Makes sure that the database is one of the chain with this genesis block, and says so in it if it is new.
pub(crate) async fn check_chain(
    connection: &mut AnyConnection,
    genesis: &str,
) -> Result<(), IndexError> {
    let known: Vec<Fact> = store::find(connection, &["name"], &[vec![GENESIS.into()]], "").await?;
    match known.into_iter().next() {
        Some(known) if known.content == genesis => Ok(()),
        Some(known) => Err(IndexError::Foreign {
            found: known.content,
            expected: genesis.to_owned(),
        }),
        None => {
            let fact = Fact {
                name: GENESIS.to_owned(),
                content: genesis.to_owned(),
            };
            store::put(connection, [&fact]).await
        }
    }
}

/// Makes sure that the rows are those that this version of the program derives.
pub(crate) async fn check_version(connection: &mut AnyConnection) -> Result<(), IndexError> {
    let version = vec![vec![VERSION.into()]];
    let known: Vec<Fact> = store::find(connection, &["name"], &version, "").await?;
    let known = known.into_iter().next().map(|fact| fact.content);
    if known.as_deref() == Some(CURRENT) {
        return Ok(());
    }
    if read(connection).await?.is_some() {
        return Err(IndexError::Outdated);
    }
    let fact = Fact {
        name: VERSION.to_owned(),
        content: CURRENT.to_owned(),
    };
    store::put(connection, [&fact]).await
}

/// Where the database is; `None` if it is new.
pub(crate) async fn read(connection: &mut AnyConnection) -> Result<Option<Position>, IndexError> {
    let rows: Vec<Progress> = store::find(connection, &["id"], &[vec![1.into()]], "").await?;
    Ok(rows.into_iter().next().map(|row| Position {
        block: row.block,
        hash: row.hash,
        time: row.time,
    }))
}

/// Moves the position, if it still is what it was.
pub(crate) async fn advance(
    connection: &mut AnyConnection,
    from: Option<&Position>,
    to: &Position,
) -> Result<(), IndexError> {
    let new: [Field; 3] = [to.block.into(), to.hash.clone().into(), to.time.into()];
    let (statement, fields) = match from {
        Some(from) => (
            "UPDATE progress SET block = $1, hash = $2, time = $3 WHERE id = 1 AND block = $4 AND hash = $5",
            [&new[..], &[from.block.into(), from.hash.clone().into()]].concat(),
        ),
        None => (
            "INSERT INTO progress (id, block, hash, time) VALUES (1, $1, $2, $3) ON CONFLICT (id) DO NOTHING",
            new.to_vec(),
        ),
    };
    let done = store::query(statement.to_owned(), &fields, true)
        .execute(&mut *connection)
        .await?;
    if done.rows_affected() == 1 {
        Ok(())
    } else {
        Err(IndexError::Taken {
            expected: from.map_or(-1, |from| from.block),
        })
    }
}

/// The position before a block; `None` if that block cannot be taken back.
pub(crate) async fn before(
    connection: &mut AnyConnection,
    block: i64,
) -> Result<Option<Position>, IndexError> {
    let rows: Vec<RecentBlock> =
        store::find(connection, &["block"], &[vec![(block - 1).into()]], "").await?;
    Ok(rows.into_iter().next().map(|row| Position {
        block: row.block,
        hash: row.hash,
        time: row.time,
    }))
}

/// Forgets how to take back blocks that cannot be any more, and these blocks but for the last of them.
pub(crate) async fn forget_irreversible(
    connection: &mut AnyConnection,
    main_block: i64,
) -> Result<(), IndexError> {
    for (table, comparison) in [("undo", "<="), ("recent_blocks", "<")] {
        let statement = format!(
            "DELETE FROM {table} WHERE block {comparison} \
             (SELECT MAX(block) FROM recent_blocks WHERE main_block <= $1)"
        );
        store::query(statement, &[main_block.into()], true)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
