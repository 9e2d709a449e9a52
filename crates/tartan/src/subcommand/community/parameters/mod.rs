//! What a founder decides, one entry for each decision: from here come flags, questions, the keys of the file and
//! their explanations.
//!
//! Ranges and words are those of `createRewardPool`, so that what is wrong is told before anything is signed. Defaults
//! are what communities use, or follow from the other answers.

mod list;

use serde_json::{Value, json};

pub(super) use list::PARAMETERS;

/// Where in the file a decision stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    /// Of the token; only matters when it does not exist yet.
    Token,
    /// Of the reward pool; may be changed later.
    Pool,
}

/// What an answer looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Any text up to this many bytes.
    Text(usize),
    /// A whole number.
    Integer { least: u32, most: u32, step: u32 },
    /// A number from `least` to `most`, in hundredths, with this many decimals at most; a text for the contract.
    Number {
        least: u32,
        most: u32,
        decimals: usize,
    },
    /// An amount of the token, above zero.
    Amount,
    /// Yes or no.
    Switch,
    /// Up to five words.
    Words,
    /// An account of the main chain.
    Account,
    /// One of these.
    Choice(&'static [&'static str]),
}

/// What holds when nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Default {
    /// This.
    Is(&'static str),
    /// It follows from other answers.
    Follows,
    /// There is none of it.
    Nothing,
}

/// When a decision is worth a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    Always,
    /// On networks with extended reward pools; elsewhere there is no choice.
    Extended,
    Never,
}

/// One decision.
#[derive(Debug)]
pub(super) struct Parameter {
    /// The flag and the key in the file.
    pub(super) name: &'static str,
    /// The key in the contract's config; empty for what goes elsewhere.
    pub(super) key: &'static str,
    pub(super) section: Section,
    pub(super) kind: Kind,
    pub(super) default: Default,
    pub(super) asked: Asked,
    /// In plain words.
    pub(super) meaning: &'static str,
}

/// The parts of the app tax, which the contract has in an object of its own.
pub(super) const APP_TAX: [&str; 3] = ["app-tax-app", "app-tax-percent", "app-tax-beneficiary"];

/// The decision of this name.
pub(super) fn named(name: &str) -> Option<&'static Parameter> {
    PARAMETERS.iter().find(|parameter| parameter.name == name)
}

/// The symbol of the token.
pub(super) fn symbol() -> &'static Parameter {
    &PARAMETERS[PARAMETERS.len() - 1]
}

impl Parameter {
    /// Whether `none` is an answer.
    pub(super) fn is_optional(&self) -> bool {
        self.default == Default::Nothing && self.name != "symbol"
    }

    /// Reads an answer from the command line or a terminal, as the contract wants it; `none` gives null.
    ///
    /// # Errors
    /// What was expected, and what was found.
    pub(super) fn parse(&self, text: &str) -> Result<Value, String> {
        let text = text.trim();
        if self.is_optional() && text == "none" {
            return Ok(Value::Null);
        }
        let found = match self.kind {
            Kind::Text(most) => {
                Some(json!(text)).filter(|_| !text.is_empty() && text.len() <= most)
            }
            Kind::Integer { least, most, step } => text
                .parse::<u32>()
                .ok()
                .filter(|number| (least..=most).contains(number) && number % step == 0)
                .map(Value::from),
            Kind::Number {
                least,
                most,
                decimals,
            } => hundredths(text, decimals)
                .filter(|number| (least..=most).contains(number))
                .map(|_| json!(text)),
            Kind::Amount => Some(json!(text)).filter(|_| is_amount(text)),
            Kind::Switch => match text {
                "true" | "yes" => Some(json!(true)),
                "false" | "no" => Some(json!(false)),
                _ => None,
            },
            Kind::Words => words(text.split([',', ' '])),
            Kind::Account => Some(json!(text)).filter(|_| is_account(text)),
            Kind::Choice(choices) => choices.contains(&text).then(|| json!(text)),
        };
        found.ok_or_else(|| self.expected(&format!("{text:?}")))
    }

    /// Reads an answer from the file.
    ///
    /// # Errors
    /// What was expected, and what was found.
    pub(super) fn read(&self, value: &toml::Value) -> Result<Value, String> {
        let fits = match (self.kind, value) {
            (_, toml::Value::String(text)) if text == "none" => return self.parse(text),
            (Kind::Words, toml::Value::Array(list)) => {
                let list: Option<Vec<&str>> = list.iter().map(toml::Value::as_str).collect();
                return list
                    .and_then(|list| words(list.into_iter()))
                    .ok_or_else(|| self.expected(&value.to_string()));
            }
            (Kind::Integer { .. } | Kind::Number { .. } | Kind::Amount, value) => {
                // a number with a point has lost what it was written with
                let exact = value.is_integer()
                    || (value.is_str() && !matches!(self.kind, Kind::Integer { .. }));
                if value.is_float() {
                    return Err(format!(
                        "{}; write it in quotes",
                        self.expected(&value.to_string())
                    ));
                }
                exact
            }
            (Kind::Switch, value) => value.is_bool(),
            (_, value) => value.is_str(),
        };
        let text = match value {
            toml::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        if fits {
            self.parse(&text)
        } else {
            Err(self.expected(&value.to_string()))
        }
    }

    /// How the file says an answer.
    pub(super) fn write(&self, value: &Value) -> String {
        match value {
            Value::Null => "\"none\"".to_string(),
            // JSON's texts and lists of plain words are TOML's
            other => other.to_string(),
        }
    }

    /// How a person reads an answer.
    pub(super) fn show(value: &Value) -> String {
        match value {
            Value::Null => "none".to_string(),
            Value::String(text) => text.clone(),
            Value::Array(list) => list
                .iter()
                .filter_map(Value::as_str)
                .collect::<Vec<_>>()
                .join(", "),
            Value::Bool(true) => "yes".to_string(),
            Value::Bool(false) => "no".to_string(),
            other => other.to_string(),
        }
    }

    fn expected(&self, found: &str) -> String {
        let what = match self.kind {
            Kind::Text(most) => format!("a text of 1 to {most} characters"),
            Kind::Integer {
                least,
                most: u32::MAX,
                ..
            } => format!("a whole number from {least}"),
            Kind::Integer {
                least,
                most,
                step: 1,
            } => format!("a whole number from {least} to {most}"),
            Kind::Integer { least, most, step } => {
                format!("a whole number from {least} to {most} that can be divided by {step}")
            }
            Kind::Number {
                least,
                most,
                decimals,
            } => format!(
                "a number from {} to {} with at most {decimals} {}",
                shown(least),
                shown(most),
                if decimals == 1 { "decimal" } else { "decimals" }
            ),
            Kind::Amount => "an amount above 0 such as 12.5".to_string(),
            Kind::Switch => "true or false".to_string(),
            Kind::Words => "1 to 5 tags such as art,photos".to_string(),
            Kind::Account => "an account name".to_string(),
            Kind::Choice(choices) => choices.join(" or "),
        };
        let or_none = if self.is_optional() { ", or none" } else { "" };
        format!("expected {what}{or_none}, found {found}")
    }

    /// What stands for an answer in the help.
    pub(super) fn value_name(&self) -> &'static str {
        match self.kind {
            Kind::Text(_) => "TEXT",
            Kind::Integer { .. } | Kind::Number { .. } => "NUMBER",
            Kind::Amount => "AMOUNT",
            Kind::Switch => "true|false",
            Kind::Words => "TAG,TAG",
            Kind::Account => "ACCOUNT",
            Kind::Choice(_) => "NAME",
        }
    }
}

/// `1.05` as 105, if it has at most this many decimals (two at most).
fn hundredths(text: &str, decimals: usize) -> Option<u32> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = !whole.is_empty()
        && digits(whole)
        && digits(part)
        && part.len() <= decimals
        && part.is_empty() != text.contains('.');
    let part = format!("{part:0<2}");
    let value = whole
        .parse::<u32>()
        .ok()?
        .checked_mul(100)?
        .checked_add(part.parse().ok()?)?;
    fits.then_some(value)
}

fn shown(hundredths: u32) -> String {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// Whether this is a plain decimal number above zero.
fn is_amount(text: &str) -> bool {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| {
        !text.is_empty() && text.len() <= 30 && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    digits(whole) && digits(part) && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte))
}

fn is_account(text: &str) -> bool {
    text.parse::<tartan_graphene::AccountName>().is_ok()
}

fn words<'a>(list: impl Iterator<Item = &'a str>) -> Option<Value> {
    let list: Vec<&str> = list
        .map(|word| word.trim().trim_start_matches('#'))
        .filter(|word| !word.is_empty())
        .collect();
    ((1..=5).contains(&list.len())).then(|| json!(list))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn accepts(name: &str, text: &str, expected: Value) {
        let parameter = named(name).expect("a parameter");
        assert_eq!(parameter.parse(text), Ok(expected), "{name} {text}");
    }

    #[track_caller]
    fn refuses(name: &str, text: &str, why: &str) {
        let parameter = named(name).expect("a parameter");
        assert_eq!(parameter.parse(text), Err(why.to_string()), "{name}");
    }

    #[test]
    fn the_symbol_is_where_it_is_looked_for() {
        assert_eq!(symbol().name, "symbol");
    }

    #[test]
    fn every_default_is_a_valid_answer() {
        for parameter in &PARAMETERS {
            if let Default::Is(text) = parameter.default {
                let value = parameter.parse(text).expect(parameter.name);
                let file: toml::Table = format!("it = {}", parameter.write(&value))
                    .parse()
                    .expect("TOML");
                assert_eq!(parameter.read(&file["it"]), Ok(value), "{}", parameter.name);
            }
        }
    }

    #[test]
    fn answers_are_what_the_contract_wants() {
        accepts("cashout-window-days", "7", json!(7));
        accepts("post-reward-curve-parameter", "1.05", json!("1.05"));
        accepts("reward-reduction-percentage", "0.5", json!("0.5"));
        accepts("reward-per-interval", " 4.566 ", json!("4.566"));
        accepts(
            "tags",
            "art,#photos street",
            json!(["art", "photos", "street"]),
        );
        accepts("exclude-tags", "none", Value::Null);
        accepts("disable-downvote", "yes", json!(true));
        accepts("app-tax-beneficiary", "null", json!("null"));
    }

    #[test]
    fn wrong_answers_are_told_with_what_was_expected() {
        refuses(
            "cashout-window-days",
            "31",
            "expected a whole number from 1 to 30, found \"31\"",
        );
        refuses(
            "reward-interval-seconds",
            "100",
            "expected a whole number from 3 to 86400 that can be divided by 3, found \"100\"",
        );
        refuses(
            "post-reward-curve-parameter",
            "1.055",
            "expected a number from 1 to 2 with at most 2 decimals, found \"1.055\"",
        );
        refuses(
            "reward-reduction-percentage",
            "0.55",
            "expected a number from 0 to 100 with at most 1 decimal, found \"0.55\"",
        );
        refuses(
            "curation-reward-curve-parameter",
            "0.4",
            "expected a number from 0.5 to 1 with at most 2 decimals, found \"0.4\"",
        );
        for bad in ["", "0", "-1", "1e3", "0.000", ".5", "1.", "many", "+1"] {
            refuses(
                "reward-per-interval",
                bad,
                &format!("expected an amount above 0 such as 12.5, found {bad:?}"),
            );
        }
        refuses(
            "tags",
            "a,b,c,d,e,f",
            "expected 1 to 5 tags such as art,photos, found \"a,b,c,d,e,f\"",
        );
        refuses(
            "app-tax-beneficiary",
            "No One",
            "expected an account name, or none, found \"No One\"",
        );
        refuses(
            "post-reward-curve",
            "cubic",
            "expected power or linear or quadratic or convergent, found \"cubic\"",
        );
    }

    #[test]
    fn a_file_says_numbers_with_decimals_as_texts() {
        let read = |name: &str, text: &str| {
            let file: toml::Table = format!("it = {text}").parse().expect("TOML");
            named(name).expect("a parameter").read(&file["it"])
        };
        assert_eq!(read("reward-per-interval", "\"0.5\""), Ok(json!("0.5")));
        assert_eq!(read("reward-per-interval", "12"), Ok(json!("12")));
        assert_eq!(
            read("reward-per-interval", "0.5"),
            Err("expected an amount above 0 such as 12.5, found 0.5; write it in quotes".into())
        );
        assert_eq!(
            read("cashout-window-days", "\"7\""),
            Err("expected a whole number from 1 to 30, found \"7\"".into())
        );
        assert_eq!(
            read("tags", "[\"art\", 5]"),
            Err("expected 1 to 5 tags such as art,photos, found [\"art\", 5]".into())
        );
        assert_eq!(
            read("disable-downvote", "\"yes\""),
            Err("expected true or false, found \"yes\"".into())
        );
    }
}
