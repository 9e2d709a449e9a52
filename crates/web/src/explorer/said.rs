//! What a transaction did, in words: "alice sent 5 COOL to bob".
//!
//! The sentences are texts, `explorer-said-<contract>-<action>`; their blanks are the sender and the fields of the
//! payload. They are the counterpart of the words that people read before they sign (`signing-words-…`): a test makes
//! sure that each of those has one.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use serde_json::{Map, Value};

use super::record::{Record, plain};
use crate::page::Page;
use crate::texts::{IslandTexts, Language};

/// What the keys of the sentences begin with.
const PREFIX: &str = "explorer-said-";
/// Characters of a blank that are shown.
const LONGEST: usize = 64;
/// Blanks that a payload fills at most.
const MOST: usize = 64;

type Sentences = HashMap<String, String>;

fn sentences(language: Language) -> &'static Sentences {
    static ALL: OnceLock<Vec<(&'static str, Sentences)>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let read = |language: Language| {
            let texts = IslandTexts::map(language, PREFIX);
            let texts = texts.into_iter().map(|(key, text)| (key, plain(&text)));
            (language.code(), texts.collect())
        };
        Language::ALL.map(read).into()
    });
    let found = all.iter().find(|(code, _)| *code == language.code());
    // all languages are in the list
    found.map_or(&all[0].1, |(_, sentences)| sentences)
}

/// The two pegged contracts are alike but for the chain's name, and share their sentences.
fn shared(contract: &str) -> &str {
    match contract {
        "steempegged" | "hivepegged" => "pegged",
        other => other,
    }
}

/// What a transaction did, or tried to do.
pub(super) fn sentence(page: &Page, record: &Record) -> String {
    let payload = record.payload.as_object();
    of(
        page,
        &record.sender,
        (&record.contract, &record.action),
        payload.unwrap_or(&Map::new()),
    )
}

fn of(
    page: &Page,
    sender: &str,
    (contract, action): (&str, &str),
    payload: &Map<String, Value>,
) -> String {
    let mut blanks = BTreeMap::new();
    fill(&mut blanks, "", payload);
    let all = sentences(page.language);
    let base = format!("{}-{action}", shared(contract));
    let mut candidates = Vec::new();
    let is = |name: &str, value: &str| blanks.get(name).is_some_and(|found| found == value);
    if is("active", "false") || is("enabled", "false") || is("mute", "false") {
        candidates.push(format!("{base}-off"));
    }
    if is("to", sender) || is("recipient", sender) {
        candidates.push(format!("{base}-self"));
    }
    if is("to", "null") {
        candidates.push(format!("{base}-burn"));
    }
    candidates.push(base);
    if sender.is_empty() || sender == "null" {
        candidates.push("by-chain".to_owned());
    }
    candidates.push("other".to_owned());
    blanks.insert("sender".to_owned(), cut(sender));
    blanks.insert("contract".to_owned(), cut(contract));
    blanks.insert("action".to_owned(), cut(action));
    let texts = candidates
        .iter()
        .filter_map(|key| all.get(&format!("explorer-said-{key}")));
    texts
        .filter_map(|text| filled(text, &blanks))
        .next()
        .unwrap_or_else(|| format!("{contract}.{action}"))
}

/// The fields of a payload as blanks; inner ones with dots between the names.
fn fill(blanks: &mut BTreeMap<String, String>, prefix: &str, fields: &Map<String, Value>) {
    for (name, value) in fields {
        if blanks.len() >= MOST {
            return;
        }
        let name = format!("{prefix}{name}");
        match value {
            Value::Object(inner) if prefix.is_empty() => fill(blanks, &format!("{name}."), inner),
            Value::Array(items) => {
                let shown: Vec<String> = items.iter().take(8).map(plain).collect();
                blanks.insert(name, cut(&shown.join(", ")));
            }
            other => {
                blanks.insert(name, cut(&plain(other)));
            }
        }
    }
}

fn cut(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .filter(|letter| !letter.is_control())
        .take(LONGEST)
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

/// A text with its blanks filled; `None` if there is one that nothing fills.
fn filled(text: &str, blanks: &BTreeMap<String, String>) -> Option<String> {
    let mut parts = text.split('{');
    let mut whole = parts.next()?.to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}')?;
        whole.push_str(blanks.get(name)?);
        whole.push_str(rest);
    }
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, blanks: &[(&str, &str)], expected: Option<&str>) {
        let blanks = blanks
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        assert_eq!(filled(text, &blanks.collect()).as_deref(), expected);
    }

    #[test]
    fn blanks_are_filled_once() {
        check(
            "{sender} sent it",
            &[("sender", "alice")],
            Some("alice sent it"),
        );
        check("{sender} sent {quantity}", &[("sender", "alice")], None);
        check("{a}{b}", &[("a", "{b}"), ("b", "1")], Some("{b}1"));
    }

    #[test]
    fn what_can_be_signed_can_be_told() {
        for language in Language::ALL {
            let said = sentences(language);
            for key in IslandTexts::map(language, "signing-words-").keys() {
                let action = key.trim_start_matches("signing-words-");
                // of the main chain
                let is_main = [
                    "other",
                    "custom-json",
                    "transfer",
                    "vote",
                    "downvote",
                    "unvote",
                    "post",
                    "reply",
                ];
                assert!(
                    is_main.contains(&action)
                        || said.contains_key(&format!("explorer-said-{action}")),
                    "{}: no sentence for {action}",
                    language.code()
                );
            }
        }
    }
}
