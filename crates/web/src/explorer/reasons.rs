//! What errors of contracts mean: the table that the signing dialog uses too.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

use crate::page::Page;

/// Patterns, the ends of the keys of their texts, and perhaps flags. The first that fits wins.
const TABLE: &str = include_str!("../../frontend/src/signing/reasons.json");

fn table() -> &'static [(Regex, String)] {
    static READ: OnceLock<Vec<(Regex, String)>> = OnceLock::new();
    READ.get_or_init(|| {
        let rows: Vec<Vec<String>> = serde_json::from_str(TABLE).unwrap_or_default();
        let read = |row: Vec<String>| {
            let mut fields = row.into_iter();
            let (pattern, key) = (fields.next()?, fields.next()?);
            let ignore_case = fields.next().is_some();
            let built = RegexBuilder::new(&pattern)
                .case_insensitive(ignore_case)
                .build();
            Some((built.ok()?, format!("signing-reason-{key}")))
        };
        rows.into_iter().filter_map(read).collect()
    })
}

/// An error in plain words; `None` for one that is not in the table.
pub(super) fn explained(page: &Page, error: &str) -> Option<String> {
    let (_, key) = table()
        .iter()
        .find(|(pattern, _)| pattern.is_match(error))?;
    page.has_text(key).then(|| page.t(key).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::{Language, Message};

    #[test]
    fn every_row_of_the_table_is_read_and_has_its_text() {
        let rows: Vec<serde_json::Value> = serde_json::from_str(TABLE).unwrap();
        assert_eq!(table().len(), rows.len());
        assert!(rows.len() > 30);
        for (_, key) in table() {
            assert!(Message::exists(Language::En, key), "{key}");
        }
        let (_, key) = table()
            .iter()
            .find(|(pattern, _)| pattern.is_match("overdrawn balance"))
            .unwrap();
        assert_eq!(key, "signing-reason-balance");
    }
}
