//! The actions of contracts with their parameters, as forms show them: of native contracts what their interface says, of
//! scripts what their source and the last calls let one guess.

use serde::Serialize;
use serde_json::{Value, json};
use tartan_contracts::interface as native;
pub(super) use tartan_contracts::interface::Kind;

use crate::page::Page;

/// Actions of a script that are only known from calls.
const MOST_CALLED: usize = 32;
/// Parameters of one action.
const MOST: usize = 40;
/// What payloads name the most that may be locked as a deposit.
const MAX_DEPOSIT: &str = "maxDeposit";
/// What the node adds.
const OF_NODE: [&str; 2] = ["isSignedWithActiveKey", "callingContractInfo"];
/// Names that a form has already: a field that was called so would hide what the form needs.
const OF_FORMS: [&str; 12] = [
    "elements",
    "reset",
    "append",
    "querySelector",
    "querySelectorAll",
    "closest",
    "matches",
    "contains",
    "addEventListener",
    "dispatchEvent",
    "requestSubmit",
    "submit",
];

/// An action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Action {
    pub(super) name: String,
    /// Whether it takes the active key.
    pub(super) needs_active: bool,
    /// Whether this is known, and not guessed.
    pub(super) is_certain: bool,
    /// What it does, in words with blanks.
    pub(super) words: Option<String>,
    pub(super) parameters: Vec<Parameter>,
}

/// A field of a payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Parameter {
    pub(super) name: String,
    #[serde(serialize_with = "name_of")]
    pub(super) kind: Kind,
    pub(super) is_optional: bool,
    /// What it was in a recent call.
    pub(super) example: Option<String>,
}

fn name_of<S: serde::Serializer>(kind: &Kind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(code(*kind))
}

/// The end of the key of a kind's name.
pub(super) fn code(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Amount => "amount",
        Kind::Number => "number",
        Kind::Flag => "flag",
        Kind::Account => "account",
        Kind::Symbol => "symbol",
        Kind::Json => "json",
    }
}

/// The names of the actions of a native contract.
pub(super) fn native_names(contract: &str) -> impl Iterator<Item = &'static str> {
    native::actions(contract).iter().map(|action| action.name)
}

/// What people may call of a native contract.
pub(super) fn of_native(page: &Page, contract: &str) -> Vec<Action> {
    let action = |action: &native::Action| {
        let parameters = action.parameters.iter().map(|parameter| Parameter {
            name: parameter.name.to_owned(),
            kind: parameter.kind,
            is_optional: parameter.is_optional,
            example: None,
        });
        let parameters: Vec<Parameter> = parameters.collect();
        Action {
            name: action.name.to_owned(),
            needs_active: action.needs_active,
            is_certain: true,
            words: words(page, contract, action.name, &parameters),
            parameters,
        }
    };
    native::actions(contract).iter().map(action).collect()
}

/// What is read before it is signed, with the names of the parameters in place of what they are.
fn words(page: &Page, contract: &str, action: &str, parameters: &[Parameter]) -> Option<String> {
    // the two pegged contracts share their words
    let contract = match contract {
        "steempegged" | "hivepegged" => "pegged",
        other => other,
    };
    let key = format!("signing-words-{contract}-{action}");
    if !page.has_text(&key) {
        return None;
    }
    let message = parameters.iter().fold(page.t(&key), |message, parameter| {
        message.with(&parameter.name, format!("‹{}›", parameter.name))
    });
    Some(message.to_string())
}

/// What a script can be told to do: what its source has, and what was called lately without failing.
pub(super) fn of_script(source: &str, called: Vec<String>, takes_deposits: bool) -> Vec<Action> {
    let found = tartan_vm::actions(source);
    let mut actions: Vec<Action> = found
        .into_iter()
        .map(|found| Action {
            // what it stores takes a deposit, and that the active key
            needs_active: found.looks_at_key || takes_deposits,
            name: found.name,
            is_certain: false,
            words: None,
            parameters: found
                .parameters
                .iter()
                .filter_map(|name| guessed(name))
                .collect(),
        })
        .collect();
    for name in called {
        let is_known = actions.iter().any(|action| action.name == name);
        if !is_known && is_name(&name) && actions.len() < MOST_CALLED {
            actions.push(Action {
                needs_active: true,
                name,
                is_certain: false,
                words: None,
                parameters: Vec::new(),
            });
        }
    }
    for action in &mut actions {
        action.parameters.truncate(MOST);
        let is_there = action
            .parameters
            .iter()
            .any(|parameter| parameter.name == MAX_DEPOSIT);
        if takes_deposits && !is_there {
            action.parameters.extend(guessed(MAX_DEPOSIT));
        }
    }
    actions
}

/// Names that are fields of a form without doing it harm, and paths of nothing.
fn is_name(name: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$';
    (1..=50).contains(&name.len())
        && name.bytes().all(is_letter)
        && !OF_FORMS.contains(&name)
        && !OF_NODE.contains(&name)
        && !["__proto__", "constructor", "prototype"].contains(&name)
}

fn guessed(name: &str) -> Option<Parameter> {
    is_name(name).then(|| Parameter {
        name: name.to_owned(),
        kind: by_name(name),
        is_optional: true,
        example: None,
    })
}

/// What contracts usually call so.
fn by_name(name: &str) -> Kind {
    let small = name.to_ascii_lowercase();
    match small.as_str() {
        "to" | "from" | "account" | "recipient" | "owner" | "author" | "voter" => Kind::Account,
        MAX_DEPOSIT => Kind::Amount,
        _ if small.ends_with("symbol") => Kind::Symbol,
        _ if ["quantity", "amount", "price", "deposit"]
            .iter()
            .any(|end| small.ends_with(end)) =>
        {
            Kind::Amount
        }
        _ => Kind::Text,
    }
}

impl Action {
    /// Learns from payloads of calls that did not fail, the latest first: which parameters there are besides, and what they
    /// are.
    pub(super) fn learn(&mut self, payloads: &[&Value]) {
        for fields in payloads.iter().filter_map(|payload| payload.as_object()) {
            for (name, value) in fields {
                let known = self
                    .parameters
                    .iter()
                    .position(|parameter| parameter.name == *name);
                let place = match (known, self.is_certain) {
                    (Some(place), _) => place,
                    (None, false) if self.parameters.len() < MOST => match guessed(name) {
                        Some(parameter) => {
                            self.parameters.push(parameter);
                            self.parameters.len() - 1
                        }
                        None => continue,
                    },
                    _ => continue,
                };
                let parameter = &mut self.parameters[place];
                if parameter.example.is_none() {
                    if !self.is_certain {
                        parameter.kind = by_value(name, value);
                    }
                    parameter.example = Some(super::record::plain(value));
                }
            }
        }
    }
}

/// What a value is.
fn by_value(name: &str, value: &Value) -> Kind {
    match value {
        Value::Bool(_) => Kind::Flag,
        Value::Number(_) => Kind::Number,
        Value::Object(_) | Value::Array(_) => Kind::Json,
        Value::String(text) => match by_name(name) {
            Kind::Amount if tartan_index::Amount::parse(text).is_none() => Kind::Text,
            kind => kind,
        },
        Value::Null => Kind::Text,
    }
}

impl Parameter {
    /// The key of what its kind is called.
    pub(super) fn kind_key(&self) -> String {
        format!("call-kind-{}", code(self.kind))
    }

    /// A value to be replaced.
    pub(super) fn blank(&self) -> Value {
        match self.kind {
            Kind::Flag => Value::Bool(true),
            Kind::Number => json!(0),
            Kind::Json => json!({}),
            Kind::Amount => json!("0"),
            Kind::Text | Kind::Account | Kind::Symbol => json!(""),
        }
    }

    /// Whether its kind is this one, by its code: for templates.
    pub(super) fn is(&self, kind: &str) -> bool {
        code(self.kind) == kind
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str =
        "actions.send = async ({ to, quantity, note, isSignedWithActiveKey }) => {};
        actions.add = async (payload) => { api.emit('x', payload.list); };
        actions.odd = async ({ elements, constructor, fine }) => {};";

    #[test]
    fn scripts_say_what_they_take() {
        let actions = of_script(SOURCE, vec!["late".to_owned(), "add".to_owned()], false);
        let shown: Vec<_> = actions
            .iter()
            .map(|action| {
                let parameters = action.parameters.iter();
                let parameters = parameters.map(|it| format!("{}:{}", it.name, code(it.kind)));
                let parameters = parameters.collect::<Vec<_>>().join(" ");
                (action.name.as_str(), action.needs_active, parameters)
            })
            .collect();
        assert_eq!(
            shown,
            [
                (
                    "send",
                    true,
                    "to:account quantity:amount note:text".to_owned()
                ),
                ("add", false, "list:text".to_owned()),
                ("odd", false, "fine:text".to_owned()),
                ("late", true, String::new()),
            ]
        );
        let with_deposits = of_script(SOURCE, vec![], true);
        assert!(with_deposits.iter().all(|action| action.needs_active));
        assert_eq!(with_deposits[1].parameters[1].name, "maxDeposit");
    }

    #[test]
    fn calls_say_what_the_source_does_not() {
        let mut add = of_script(SOURCE, vec![], false).remove(1);
        let (latest, older) = (
            json!({ "list": ["a"], "open": true, "isSignedWithActiveKey": true, "a.b": 1, "reset": 1 }),
            json!({ "list": "old", "count": 3, "quantity": "much" }),
        );
        add.learn(&[&latest, &older, &json!("no object")]);
        let shown: Vec<_> = add
            .parameters
            .iter()
            .map(|it| {
                (
                    it.name.as_str(),
                    code(it.kind),
                    it.example.as_deref().unwrap_or_default(),
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("list", "json", "[\"a\"]"),
                ("open", "flag", "true"),
                ("count", "number", "3"),
                ("quantity", "text", "much"),
            ]
        );
    }
}
