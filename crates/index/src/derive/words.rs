//! What each transaction can be found by: see [`crate::terms`]. How much of it is kept is bounded, whatever the
//! payload.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sqlx::AnyConnection;

use crate::event::{Event, IndexedTransaction, PLACES};
use crate::store::{self, Field as Column, Kind};
use crate::terms::{self, Field, Outcome};
use crate::{Amount, IndexError};

/// Words of one transaction.
const MOST_WORDS: usize = 64;
/// Names of one transaction, of each kind.
const MOST_NAMES: usize = 32;
/// Tokens of one transaction whose amounts are kept.
const MOST_AMOUNTS: usize = 8;
/// Events of one transaction that are looked at.
const MOST_EVENTS: usize = 256;
/// Bytes of a payload's texts that are looked at, of one and of all.
const LONGEST_TEXT: usize = 2_048;
/// Values of a payload that are looked at.
const MOST_VALUES: usize = 512;
/// How deep in a payload they may be.
const DEEPEST: usize = 8;
/// Rows of one statement.
const ROWS: usize = 64;
/// Fields that name who gets something, and from whom something comes.
const RECEIVERS: [&str; 2] = ["to", "recipient"];
const SENDERS: [&str; 1] = ["from"];

/// What is to be added: ids of transactions, and their terms with spaces between them.
#[derive(Debug, Default)]
pub(crate) struct Words(Vec<(i64, String)>);

impl Words {
    /// Takes in a transaction.
    pub(crate) fn add(&mut self, id: i64, transaction: &IndexedTransaction, atomic: bool) {
        let terms: Vec<String> = terms(transaction, atomic).into_iter().collect();
        self.0.push((id, terms.join(" ")));
    }

    /// Writes what was added.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn write(
        &mut self,
        connection: &mut AnyConnection,
        kind: Kind,
    ) -> Result<(), IndexError> {
        for rows in std::mem::take(&mut self.0).chunks(ROWS) {
            let place = |row: usize| {
                let terms = kind.terms(&format!("${}", 2 * row + 2));
                format!("(${}, {terms})", 2 * row + 1)
            };
            let places: Vec<String> = (0..rows.len()).map(place).collect();
            let places = places.join(",");
            let statement = format!("INSERT INTO words (rowid, terms) VALUES {places}");
            let fields = rows
                .iter()
                .flat_map(|(id, terms)| [Column::from(*id), Column::from(terms.as_str())]);
            let fields: Vec<Column> = fields.collect();
            store::query(statement, &fields, rows.len() == ROWS || rows.len() == 1)
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }
}

/// Takes the words of a block away.
///
/// # Errors
/// When the database fails.
pub(crate) async fn take_back(
    connection: &mut AnyConnection,
    block: i64,
) -> Result<(), IndexError> {
    let statement = "DELETE FROM words WHERE rowid >= $1 AND rowid < $2";
    let bounds = [(block * PLACES).into(), ((block + 1) * PLACES).into()];
    store::query(statement.to_owned(), &bounds, true)
        .execute(&mut *connection)
        .await?;
    Ok(())
}

/// All that a transaction can be found by.
fn terms(transaction: &IndexedTransaction, atomic: bool) -> BTreeSet<String> {
    let mut found = words(transaction);
    found.extend(Field::Contract.term(&transaction.contract));
    found.extend(Field::Action.term(&transaction.action));
    found.insert(outcome(transaction, atomic).term());
    for (field, names) in [
        (Field::From, froms(transaction)),
        (Field::To, tos(transaction)),
        (Field::Symbol, symbols(transaction)),
    ] {
        let terms = names.into_iter().filter_map(|name| field.term(name));
        found.extend(terms.take(MOST_NAMES));
    }
    let sizes = largest(transaction).into_values().map(Amount::decade);
    found.extend(sizes.map(terms::size));
    found
}

/// On atomic networks a failed call has no events: with events, the errors are of others that were told of it.
fn outcome(transaction: &IndexedTransaction, atomic: bool) -> Outcome {
    let is_done = transaction.error.is_none() || (atomic && !transaction.events.is_empty());
    match (is_done, transaction.is_virtual) {
        (false, _) => Outcome::Failed,
        (true, true) => Outcome::Virtual,
        (true, false) => Outcome::Success,
    }
}

fn events(transaction: &IndexedTransaction) -> impl Iterator<Item = &Event> {
    transaction.events.iter().take(MOST_EVENTS)
}

/// Who sent it, and whose tokens it moved.
fn froms(transaction: &IndexedTransaction) -> BTreeSet<&str> {
    let of_account = |event: &&Event| {
        let of_contract = ["transferFromContract", "issueToContract"];
        event.contract != "tokens" || !of_contract.contains(&event.event.as_str())
    };
    let events = events(transaction).filter(of_account);
    let payload = SENDERS.iter().filter_map(|field| transaction.text(field));
    [transaction.sender.as_str()]
        .into_iter()
        .chain(payload)
        .chain(events.map(|event| event.text("from")))
        .filter(|name| *name != "null")
        .collect()
}

/// Who gets something by it.
fn tos(transaction: &IndexedTransaction) -> BTreeSet<&str> {
    let events = events(transaction).filter_map(|event| {
        let of_tokens = event.contract == "tokens";
        match event.event.as_str() {
            "transferToContract" | "issueToContract" if of_tokens => None,
            "stake" | "stakeFromContract" if of_tokens => Some(event.text("account")),
            _ => Some(event.text("to")),
        }
    });
    let payload = RECEIVERS.iter().filter_map(|field| transaction.text(field));
    payload.chain(events).collect()
}

/// The tokens that it is about.
fn symbols(transaction: &IndexedTransaction) -> BTreeSet<&str> {
    // the two tokens of a pool
    let pair = transaction.text("tokenPair").into_iter();
    let pair = pair.flat_map(|pair| pair.split(':').take(2));
    let payload = transaction.text("symbol").into_iter();
    payload
        .chain(pair)
        .chain(events(transaction).map(|event| event.text("symbol")))
        .collect()
}

/// The words of what it was given, the memo's first, and of why it failed.
fn words(transaction: &IndexedTransaction) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut left = Left {
        bytes: LONGEST_TEXT,
        values: MOST_VALUES,
    };
    let payload = &transaction.payload;
    if let Some(memo) = payload.get("memo") {
        gather(memo, 0, &mut left, &mut found);
    }
    let is_code = |field: &str| transaction.contract == "contract" && field == "code";
    for (field, value) in payload {
        if field != "memo" && !is_code(field) {
            gather(value, 0, &mut left, &mut found);
        }
    }
    if let Some(error) = &transaction.error {
        left.bytes = left.bytes.max(256);
        add(error, &mut left, &mut found);
    }
    found
}

/// How much is still looked at.
struct Left {
    bytes: usize,
    values: usize,
}

fn gather(value: &Value, depth: usize, left: &mut Left, found: &mut BTreeSet<String>) {
    if depth > DEEPEST || left.values == 0 || left.bytes == 0 {
        return;
    }
    left.values -= 1;
    match value {
        Value::String(text) => add(text, left, found),
        Value::Number(number) => add(&number.to_string(), left, found),
        Value::Array(items) => {
            for item in items {
                gather(item, depth + 1, left, found);
            }
        }
        Value::Object(fields) => {
            for item in fields.values() {
                gather(item, depth + 1, left, found);
            }
        }
        Value::Bool(_) | Value::Null => {}
    }
}

fn add(text: &str, left: &mut Left, found: &mut BTreeSet<String>) {
    let mut end = text.len().min(left.bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    left.bytes -= end;
    for word in terms::words(&text[..end]) {
        if found.len() >= MOST_WORDS {
            return;
        }
        found.insert(word);
    }
}

/// The largest amount of each token in a transaction: `COOL 10 ENG 0.5`; `None` if there is none.
pub(super) fn amounts(transaction: &IndexedTransaction) -> Option<String> {
    let largest = largest(transaction);
    let pairs = largest
        .iter()
        .map(|(symbol, amount)| format!("{symbol} {amount}"));
    let pairs: Vec<String> = pairs.collect();
    (!pairs.is_empty()).then(|| pairs.join(" "))
}

fn largest(transaction: &IndexedTransaction) -> BTreeMap<&str, Amount> {
    let asked = transaction.payload.get("quantity").and_then(quantity);
    let asked = transaction.text("symbol").zip(asked);
    let moved =
        events(transaction).filter_map(|event| Some((event.text("symbol"), event.quantity()?)));
    let mut largest: BTreeMap<&str, Amount> = BTreeMap::new();
    for (symbol, amount) in asked.into_iter().chain(moved) {
        let is_token = Field::Symbol.term(symbol).is_some();
        let has_room = largest.len() < MOST_AMOUNTS || largest.contains_key(symbol);
        if is_token && has_room && amount.is_positive() {
            let known = largest.entry(symbol).or_default();
            *known = (*known).max(amount);
        }
    }
    largest
}

fn quantity(value: &Value) -> Option<Amount> {
    match value {
        Value::String(text) => Amount::parse(text),
        Value::Number(number) => Amount::parse(&number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn transaction(payload: Value) -> IndexedTransaction {
        let Value::Object(payload) = payload else {
            panic!("expected an object");
        };
        IndexedTransaction {
            id: "0".repeat(40),
            sender: "alice".to_owned(),
            contract: "tokens".to_owned(),
            action: "transfer".to_owned(),
            payload,
            events: vec![],
            error: None,
            is_virtual: false,
        }
    }

    fn found(transaction: &IndexedTransaction) -> String {
        let terms = terms(transaction, true);
        terms.into_iter().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_transfer_is_found_by_who_what_and_its_memo() {
        let mut transfer = transaction(
            json!({ "symbol": "COOL", "to": "bob", "quantity": "12.5", "memo": "For LUNCH" }),
        );
        assert_eq!(
            found(&transfer),
            "12 5 action:transfer bob contract:tokens cool for from:alice lunch size:1 status:success \
             symbol:cool to:bob"
        );
        assert_eq!(amounts(&transfer).as_deref(), Some("COOL 12.5"));
        transfer.error = Some("overdrawn balance".to_owned());
        let failed = found(&transfer);
        assert!(
            failed.contains("overdrawn") && failed.contains("status:failed"),
            "{failed}"
        );
    }

    #[test]
    fn what_is_kept_is_bounded_whatever_the_payload() {
        let many: Vec<String> = (0..10_000).map(|number| format!("w{number}")).collect();
        let mut deep = json!("deep");
        for _ in 0..100 {
            deep = json!([deep]);
        }
        let mut hostile = transaction(json!({
            "deep": deep, "many": many, "long": "x ".repeat(1_000_000), "é": "ß".repeat(2_000),
            "to": "'; DROP TABLE words; --", "symbol": "\" OR \"", "quantity": "1e400", "memo": "first",
        }));
        let event = |number: usize| Event {
            contract: "tokens".to_owned(),
            event: "transfer".to_owned(),
            data: json!({ "from": format!("from{number}"), "to": format!("to{number}"),
                "symbol": format!("T{number}"), "quantity": "1" }),
        };
        hostile.events = (0..10_000).map(event).collect();
        let terms = terms(&hostile, true);
        assert!(terms.contains("first"));
        assert!(!terms.contains("deep"));
        assert!(
            terms.len() <= MOST_WORDS + 3 * MOST_NAMES + MOST_AMOUNTS + 3,
            "{}",
            terms.len()
        );
        let bytes: usize = terms.iter().map(String::len).sum();
        assert!(bytes < 12_000, "{bytes}");
        assert!(
            terms
                .iter()
                .all(|term| !term.contains([' ', '"', '\'', '\0', '\\']))
        );
        assert!(amounts(&hostile).is_some_and(|amounts| amounts.len() < 200));
    }

    #[test]
    fn code_that_is_deployed_has_no_words() {
        let mut deploy = transaction(json!({ "name": "notes", "code": "YWJj ZGVm" }));
        deploy.contract = "contract".to_owned();
        let found = words(&deploy);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["notes"]);
    }
}
