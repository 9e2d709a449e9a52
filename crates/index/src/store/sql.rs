//! Statements over many rows at once, in words that both databases understand.

use sqlx::AnyConnection;
use sqlx::AssertSqlSafe;
use sqlx::any::AnyRow;

use super::field::{Field, Query};
use crate::IndexError;

/// A row of a table. Its first columns are its primary key.
pub(crate) trait Row: Sized {
    const TABLE: &'static str;
    const COLUMNS: &'static [&'static str];
    /// How many columns the key has.
    const KEY: usize;

    fn fields(&self) -> Vec<Field>;

    /// # Errors
    /// When the columns are not these.
    fn read(row: &AnyRow) -> Result<Self, sqlx::Error>;

    fn key(&self) -> Vec<Field> {
        let mut key = self.fields();
        key.truncate(Self::KEY);
        key
    }
}

/// Declares a type that is a row: its fields are the columns, in the order of the table's declaration.
macro_rules! row {
    ($(#[$doc:meta])* $visibility:vis struct $name:ident in $table:literal, key $key:literal {
        $($(#[$field_doc:meta])* $field:ident: $type:ty),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        $visibility struct $name {
            $($(#[$field_doc])* pub $field: $type),+
        }

        impl $crate::store::Row for $name {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),+];
            const KEY: usize = $key;

            fn fields(&self) -> Vec<$crate::store::Field> {
                vec![$($crate::store::Column::to_field(&self.$field)),+]
            }

            fn read(row: &sqlx::any::AnyRow) -> Result<Self, sqlx::Error> {
                let mut places = 0..;
                let mut next = || places.next().unwrap_or_default();
                Ok($name { $($field: $crate::store::Column::read(row, next())?),+ })
            }
        }
    };
}
pub(crate) use row;

/// Rows of one statement. Whole ones are prepared once; what is left over is not worth keeping.
const ROWS: usize = 64;

/// Runs a statement made for this occasion.
pub(crate) fn query(statement: String, fields: &[Field], keep: bool) -> Query {
    let query = sqlx::query(AssertSqlSafe(statement)).persistent(keep);
    fields.iter().fold(query, |query, field| field.bind(query))
}

/// `($1,$2),($3,$4)`: places for so many rows of so many columns.
fn places(rows: usize, columns: usize) -> String {
    let mut text = String::new();
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ",(" });
        for column in 0..columns {
            let comma = if column == 0 { "" } else { "," };
            text.push_str(&format!("{comma}${}", row * columns + column + 1));
        }
        text.push(')');
    }
    text
}

/// `WHERE` for rows whose columns have one of so many combinations of values.
fn among(columns: &[&str], rows: usize) -> String {
    match columns {
        [column] => {
            let list = places(1, rows);
            format!("{column} IN {list}")
        }
        columns => {
            let values = places(rows, columns.len());
            format!("({}) IN (VALUES {values})", columns.join(","))
        }
    }
}

/// Inserts rows; one that is there already is replaced.
///
/// # Errors
/// When the database fails.
pub(crate) async fn put<'r, R: Row + 'r>(
    connection: &mut AnyConnection,
    rows: impl IntoIterator<Item = &'r R>,
) -> Result<(), IndexError> {
    let rows: Vec<_> = rows.into_iter().collect();
    let (key, rest) = R::COLUMNS.split_at(R::KEY);
    let columns = R::COLUMNS.join(",");
    let set: Vec<_> = rest
        .iter()
        .map(|column| format!("{column}=excluded.{column}"))
        .collect();
    let conflict = match set.is_empty() {
        true => "DO NOTHING".to_owned(),
        false => format!("DO UPDATE SET {}", set.join(",")),
    };
    for rows in rows.chunks(ROWS) {
        let statement = format!(
            "INSERT INTO {} ({columns}) VALUES {} ON CONFLICT ({}) {conflict}",
            R::TABLE,
            places(rows.len(), R::COLUMNS.len()),
            key.join(",")
        );
        let fields: Vec<_> = rows.iter().flat_map(|row| row.fields()).collect();
        query(statement, &fields, rows.len() == ROWS || rows.len() == 1)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Removes the rows with these keys.
///
/// # Errors
/// When the database fails.
pub(crate) async fn remove<R: Row>(
    connection: &mut AnyConnection,
    keys: &[Vec<Field>],
) -> Result<(), IndexError> {
    let columns = &R::COLUMNS[..R::KEY];
    for keys in keys.chunks(ROWS) {
        let statement = format!(
            "DELETE FROM {} WHERE {}",
            R::TABLE,
            among(columns, keys.len())
        );
        query(statement, &keys.concat(), keys.len() == ROWS)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// The rows whose columns have one of these combinations of values, and fulfil a further condition.
///
/// # Errors
/// When the database fails.
pub(crate) async fn find<R: Row>(
    connection: &mut AnyConnection,
    columns: &[&str],
    values: &[Vec<Field>],
    condition: &str,
) -> Result<Vec<R>, IndexError> {
    let mut found = Vec::new();
    for values in values.chunks(ROWS) {
        let statement = format!(
            "SELECT {} FROM {} WHERE {}{condition}",
            R::COLUMNS.join(","),
            R::TABLE,
            among(columns, values.len())
        );
        let rows = query(statement, &values.concat(), values.len() == ROWS)
            .fetch_all(&mut *connection)
            .await?;
        for row in &rows {
            found.push(R::read(row)?);
        }
    }
    Ok(found)
}
