//! What people type to find transactions: words, and filters such as `from:alice` and `amount>5`.

use tartan_graphene::AccountName;
use tartan_index::{Amount, AmountBound, Outcome, TransactionSearch, words};

use crate::error::Error;
use crate::format;
use crate::page::Page;

/// Longest value of a filter that is repeated in a message, in characters.
const SHOWN: usize = 40;
/// Longest name of a token, a contract or an action, in bytes.
const LONGEST_NAME: usize = 64;

/// What was typed, understood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Query {
    /// Words that are looked for, as they were typed.
    pub(super) text: String,
    /// What else is to be true.
    filters: Vec<Filter>,
    /// Something stands in quotes: it is meant as words, whatever else it may be.
    is_quoted: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Filter {
    From(String),
    To(String),
    Symbol(String),
    Contract(String),
    Action(String),
    Status(&'static str, Outcome),
    /// Seconds since 1970, and how it was typed.
    After(i64, String),
    Before(i64, String),
    /// How it is compared (the end of the key of its text), with what.
    Amount(&'static str, Vec<AmountBound>, String),
}

/// A filter that is not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    /// The end of the key of its message.
    pub(super) rule: &'static str,
    /// The filter.
    pub(super) name: String,
    /// What stands behind it.
    pub(super) found: String,
    /// How it would be right.
    pub(super) example: &'static str,
}

/// The filters there are, each with an example.
pub(super) const FILTERS: [(&str, &str); 9] = [
    ("from", "from:alice"),
    ("to", "to:bob"),
    ("symbol", "symbol:COOL"),
    ("contract", "contract:market"),
    ("action", "action:transfer"),
    ("status", "status:failed"),
    ("after", "after:2026-01-31"),
    ("before", "before:2026-01-31"),
    ("amount", "amount>100"),
];

impl Wrong {
    fn new(rule: &'static str, name: &str, found: &str) -> Wrong {
        let known = FILTERS.iter().find(|(filter, _)| *filter == name);
        Wrong {
            rule,
            name: name.to_owned(),
            found: found.chars().take(SHOWN).collect(),
            example: known.map_or("from:alice", |(_, example)| example),
        }
    }

    /// For programs.
    pub(super) fn error(&self) -> Error {
        let Wrong {
            rule,
            name,
            found,
            example,
        } = self;
        Error::bad_request(match *rule {
            "unknown" => {
                let names: Vec<&str> = FILTERS.iter().map(|(name, _)| *name).collect();
                let names = names.join(", ");
                format!(
                    "expected one of the filters {names}, or quotes around what is no filter; found {name}:"
                )
            }
            rule => format!(
                "expected {rule} as the filter {name} wants it, such as {example}; found {found:?}"
            ),
        })
    }

    /// The key of its message.
    pub(super) fn key(&self) -> String {
        format!("query-wrong-{}", self.rule)
    }
}

impl Query {
    /// Understands what was typed.
    ///
    /// # Errors
    /// When a filter is wrong.
    pub(super) fn parse(typed: &str) -> Result<Query, Wrong> {
        let mut query = Query::default();
        let mut parts = parts(typed).into_iter().peekable();
        let mut texts: Vec<String> = Vec::new();
        while let Some(part) = parts.next() {
            if part.is_quoted {
                query.is_quoted = true;
                texts.push(part.text);
                continue;
            }
            let Some((name, sign, value)) = split(&part.text) else {
                // the sign may stand alone: `amount > 5`
                let sign = parts.peek().and_then(|next| leading_sign(&next.text));
                match sign.filter(|_| part.text.eq_ignore_ascii_case("amount")) {
                    Some((sign, rest)) => {
                        parts.next();
                        let value = match rest.is_empty() {
                            true => parts.next().map(|next| next.text).unwrap_or_default(),
                            false => rest,
                        };
                        query.filters.push(filter("amount", sign, &value)?);
                    }
                    None => texts.push(part.text),
                }
                continue;
            };
            let value = match value.is_empty() && is_known(&name) {
                true => parts.next().map(|next| next.text).unwrap_or_default(),
                false => value,
            };
            query.filters.push(filter(&name, sign, &value)?);
        }
        query.text = texts.join(" ");
        Ok(query)
    }

    /// Whether it asks for transactions, and not for anything that has a name.
    pub(super) fn is_for_transactions(&self) -> bool {
        !self.filters.is_empty() || (self.is_quoted && self.has_words())
    }

    /// Whether there are words in it.
    pub(super) fn has_words(&self) -> bool {
        words(&self.text).next().is_some()
    }

    /// What the index is asked.
    pub(super) fn search(&self) -> TransactionSearch {
        let mut search = TransactionSearch {
            text: self.text.clone(),
            ..TransactionSearch::default()
        };
        for filter in &self.filters {
            match filter {
                Filter::From(name) => search.from.push(name.clone()),
                Filter::To(name) => search.to.push(name.clone()),
                Filter::Symbol(name) => search.symbols.push(name.clone()),
                Filter::Contract(name) => search.contracts.push(name.clone()),
                Filter::Action(name) => search.actions.push(name.clone()),
                Filter::Status(_, outcome) => search.outcomes.push(*outcome),
                Filter::After(time, _) => search.since = search.since.max(Some(*time)),
                Filter::Before(time, _) => {
                    search.until = Some(search.until.map_or(*time, |known| known.min(*time)));
                }
                Filter::Amount(_, bounds, _) => search.amounts.extend(bounds),
            }
        }
        search
    }

    /// How it was understood, one phrase for each condition, all of which are true of what is found.
    pub(super) fn understood(&self, page: &Page) -> Vec<String> {
        let mut phrases = Vec::new();
        if self.has_words() {
            let text = page.t("query-words").with("text", self.text.as_str());
            phrases.push(text.to_string());
        }
        for filter in &self.filters {
            let (key, value) = match filter {
                Filter::From(name) => ("query-from", format!("@{name}")),
                Filter::To(name) => ("query-to", format!("@{name}")),
                Filter::Symbol(name) => ("query-symbol", name.clone()),
                Filter::Contract(name) => ("query-contract", name.clone()),
                Filter::Action(name) => ("query-action", name.clone()),
                Filter::Status("failed", _) => ("query-status-failed", String::new()),
                Filter::Status("virtual", _) => ("query-status-virtual", String::new()),
                Filter::Status(..) => ("query-status-success", String::new()),
                Filter::After(_, typed) => ("query-after", typed.clone()),
                Filter::Before(_, typed) => ("query-before", typed.clone()),
                Filter::Amount("above", _, amount) => ("query-amount-above", amount.clone()),
                Filter::Amount("at-least", _, amount) => ("query-amount-at-least", amount.clone()),
                Filter::Amount("below", _, amount) => ("query-amount-below", amount.clone()),
                Filter::Amount("at-most", _, amount) => ("query-amount-at-most", amount.clone()),
                Filter::Amount(_, _, amount) => ("query-amount-equal", amount.clone()),
            };
            phrases.push(page.t(key).with("value", value).to_string());
        }
        phrases
    }
}

/// What stands between spaces, or between quotes.
#[derive(Debug)]
struct Part {
    text: String,
    is_quoted: bool,
}

fn parts(typed: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for (place, piece) in typed.split('"').enumerate() {
        let is_quoted = place % 2 == 1;
        let mut add = |text: &str| {
            parts.push(Part {
                text: text.to_owned(),
                is_quoted,
            });
        };
        match is_quoted {
            true => add(piece),
            false => piece.split_whitespace().for_each(add),
        }
    }
    parts
}

/// A name, what stands between it and a value, and that; `None` for what is no filter.
fn split(text: &str) -> Option<(String, &'static str, String)> {
    let end = text.find(|letter: char| !letter.is_ascii_alphabetic())?;
    let (name, rest) = text.split_at(end);
    let known = name.to_ascii_lowercase();
    let (sign, value) = leading_sign(rest)?;
    if is_known(&known) && (sign == ":" || known == "amount") {
        return Some((known, sign, value));
    }
    // addresses, and pairs of tokens, have colons, too; but what is written like a filter was meant as one
    let is_word = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
    (is_word && sign == ":" && !value.starts_with("//")).then_some((known, sign, value))
}

/// The sign of comparison that a text begins with, and the rest.
fn leading_sign(text: &str) -> Option<(&'static str, String)> {
    let signs = [">=", "<=", ">", "<", "=", ":"];
    let found = signs.into_iter().find(|sign| text.starts_with(sign))?;
    Some((found, text[found.len()..].to_owned()))
}

fn is_known(name: &str) -> bool {
    FILTERS.iter().any(|(filter, _)| *filter == name)
}

fn filter(name: &str, sign: &str, value: &str) -> Result<Filter, Wrong> {
    let wrong = |rule| Wrong::new(rule, name, value);
    if is_known(name) && value.is_empty() {
        return Err(wrong("value"));
    }
    let account = || {
        let account = value.trim_start_matches('@').to_ascii_lowercase();
        let is_one = AccountName::check(&account).is_ok();
        is_one.then_some(account).ok_or_else(|| wrong("account"))
    };
    let named = || {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        let name = value.trim_start_matches('$');
        let is_name = (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(is_part);
        is_name
            .then(|| name.to_owned())
            .ok_or_else(|| wrong("name"))
    };
    let time = || time(value).ok_or_else(|| wrong("day"));
    Ok(match name {
        "from" => Filter::From(account()?),
        "to" => Filter::To(account()?),
        "symbol" => Filter::Symbol(named()?.to_ascii_uppercase()),
        "contract" => Filter::Contract(named()?),
        "action" => Filter::Action(named()?),
        "status" => match value.to_ascii_lowercase().as_str() {
            "failed" => Filter::Status("failed", Outcome::Failed),
            "success" => Filter::Status("success", Outcome::Success),
            "virtual" => Filter::Status("virtual", Outcome::Virtual),
            _ => return Err(wrong("status")),
        },
        "after" => Filter::After(time()?, shown(value)),
        "before" => Filter::Before(time()?, shown(value)),
        "amount" => {
            let amount = amount(value).ok_or_else(|| wrong("amount"))?;
            use AmountBound::{Above, AtLeast, AtMost, Below};
            let (how, bounds) = match sign {
                ">" => ("above", vec![Above(amount)]),
                ">=" => ("at-least", vec![AtLeast(amount)]),
                "<" => ("below", vec![Below(amount)]),
                "<=" => ("at-most", vec![AtMost(amount)]),
                _ => ("equal", vec![AtLeast(amount), AtMost(amount)]),
            };
            Filter::Amount(how, bounds, format::amount(&amount.to_string()))
        }
        _ => return Err(wrong("unknown")),
    })
}

/// `100`, `1,000.5`; not below zero.
fn amount(text: &str) -> Option<Amount> {
    let digits = text.replace(',', "");
    let is_plain = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let decimals = digits
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len());
    Amount::parse(&digits).filter(|_| is_plain && decimals <= 8 && digits.len() <= 28)
}

/// `2026-01-31`, or with a time: `2026-01-31T12:30` or `2026-01-31T12:30:15`, in UTC.
fn time(text: &str) -> Option<i64> {
    let text = text.trim_end_matches(['Z', 'z']).to_ascii_uppercase();
    match text.len() {
        10 => format::seconds(&format!("{text}T00:00:00")),
        16 => format::seconds(&format!("{text}:00")),
        19 => format::seconds(&text),
        _ => None,
    }
}

/// A time as it is repeated.
fn shown(text: &str) -> String {
    text.to_ascii_uppercase().replace('T', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn understood(typed: &str) -> (String, String) {
        let query = Query::parse(typed).unwrap();
        (query.text, format!("{:?}", query.filters))
    }

    #[test]
    fn words_and_filters_are_told_apart() {
        let (text, filters) = understood("lunch from:@Alice to:bob thanks");
        assert_eq!(text, "lunch thanks");
        assert_eq!(filters, r#"[From("alice"), To("bob")]"#);
        assert_eq!(understood("FROM: alice").1, r#"[From("alice")]"#);
        assert_eq!(understood("symbol:$cool").1, r#"[Symbol("COOL")]"#);
        for text in [
            "hello",
            "SWAP.HIVE:COOL",
            "https://x.example/@a/b",
            "10:30",
            "@alice/post",
        ] {
            assert_eq!(understood(text), (text.to_owned(), "[]".to_owned()));
        }
        assert_eq!(understood("\"from:alice\"").0, "from:alice");
    }

    #[test]
    fn amounts_are_compared_in_several_ways() {
        for (typed, how) in [
            ("amount>5", "above"),
            ("amount >= 5", "at-least"),
            ("amount> 5", "above"),
            ("amount >5", "above"),
            ("amount<5", "below"),
            ("amount<=5", "at-most"),
            ("amount:5", "equal"),
            ("amount=1,000.5", "equal"),
        ] {
            let query = Query::parse(typed).unwrap();
            assert!(
                matches!(&query.filters[..], [Filter::Amount(found, ..)] if *found == how),
                "{typed}: {query:?}"
            );
        }
        assert_eq!(
            understood("amount due"),
            ("amount due".to_owned(), "[]".to_owned())
        );
    }

    #[test]
    fn times_are_days_or_more_exact() {
        let search = Query::parse("after:2026-01-31 before:2026-02-01T12:30Z")
            .unwrap()
            .search();
        assert_eq!(search.since, Some(1_769_817_600));
        assert_eq!(search.until, Some(1_769_949_000));
        let twice =
            Query::parse("before:2026-02-01 before:2026-01-01 after:2026-01-01 after:2026-02-01");
        let twice = twice.unwrap().search();
        assert!(twice.since > twice.until, "all that is said has to be true");
    }

    #[test]
    fn what_is_wrong_is_told_with_an_example() {
        for (typed, rule, example) in [
            ("sender:alice", "unknown", "from:alice"),
            ("from:", "value", "from:alice"),
            ("amount>", "value", "amount>100"),
            ("amount >", "value", "amount>100"),
            ("from:A_B", "account", "from:alice"),
            ("symbol:a\u{e9}", "name", "symbol:COOL"),
            ("status:maybe", "status", "status:failed"),
            ("after:yesterday", "day", "after:2026-01-31"),
            ("before:2026-13-01", "day", "before:2026-01-31"),
            ("amount>much", "amount", "amount>100"),
            ("amount>-1", "amount", "amount>100"),
            ("amount>0.123456789", "amount", "amount>100"),
            (
                "amount>99999999999999999999999999999999",
                "amount",
                "amount>100",
            ),
        ] {
            let wrong = Query::parse(typed).unwrap_err();
            assert_eq!((wrong.rule, wrong.example), (rule, example), "{typed}");
            assert!(wrong.error().to_string().starts_with("expected"), "{typed}");
        }
    }
}
