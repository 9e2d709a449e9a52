use compact_str::CompactString;
use tartan_document::{Object, Value};

/// What a call left for the world to read: the messages of failed checks, and events.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Logs {
    /// Messages, in the order in which the checks failed.
    pub errors: Vec<String>,
    /// Events, in the order in which they were emitted.
    pub events: Vec<Event>,
    /// What the reference leaves in the log of a deployment whose `createSSC` called another contract: the code hash
    /// of the call, merged into a member that was not there, under the name `executedCodeHash`.
    pub stray_code_hash: Option<String>,
    /// The Steem lineage of the reference loses the log of a deployment that ends by an exception: its record has none,
    /// and [`LOST_LOG`] in its place wherever it becomes text.
    pub lost: bool,
}

/// The text of a log that is lost.
pub const LOST_LOG: &str = "undefined";

/// Something a contract tells the world.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// The contract that emitted it.
    pub contract: CompactString,
    /// What happened, such as `transfer`.
    pub event: CompactString,
    /// The details.
    pub data: Value,
}

/// Which of the two lists comes first in the text of a log. The text is hashed, so it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogOrder {
    /// `errors`, then `events`: everywhere but behind a fee check.
    #[default]
    ErrorsFirst,
    /// `events`, then `errors`: calls that went through the resource fee check of the reference.
    EventsFirst,
}

impl Logs {
    /// Logs with a single error.
    pub fn error(message: impl Into<String>) -> Logs {
        Logs {
            errors: vec![message.into()],
            ..Logs::default()
        }
    }

    /// A log that is lost.
    pub(crate) fn lost() -> Logs {
        Logs {
            lost: true,
            ..Logs::default()
        }
    }

    /// Whether nothing was logged.
    pub fn is_empty(&self) -> bool {
        self.errors.is_empty()
            && self.events.is_empty()
            && self.stray_code_hash.is_none()
            && !self.lost
    }

    /// Appends what another call logged.
    pub fn append(&mut self, mut other: Logs) {
        self.errors.append(&mut other.errors);
        self.events.append(&mut other.events);
    }

    /// The JSON text of a transaction's `logs`: lists without entries are left out, no output is `{}`.
    pub fn to_json(&self, order: LogOrder) -> String {
        if self.lost {
            return LOST_LOG.to_string();
        }
        let mut text = String::with_capacity(64 + 160 * self.events.len());
        text.push('{');
        match order {
            LogOrder::ErrorsFirst => {
                self.write_errors(&mut text);
                self.write_events(&mut text);
            }
            LogOrder::EventsFirst => {
                self.write_events(&mut text);
                self.write_errors(&mut text);
            }
        }
        if let Some(hash) = &self.stray_code_hash {
            open_member(&mut text, "executedCodeHash");
            tartan_document::quote_into(hash, &mut text);
        }
        text.push('}');
        text
    }

    /// The log as a value, as scripted contracts get it from a nested call.
    pub fn to_object(&self) -> Object {
        let mut object = Object::new();
        if !self.errors.is_empty() {
            let errors = self.errors.iter().map(|e| Value::from(e.as_str()));
            object.insert("errors", Value::Array(errors.collect()));
        }
        if !self.events.is_empty() {
            let events = self.events.iter().map(|e| Value::Object(e.to_object()));
            object.insert("events", Value::Array(events.collect()));
        }
        object
    }

    fn write_errors(&self, text: &mut String) {
        if self.errors.is_empty() {
            return;
        }
        open_list(text, "errors");
        for (index, error) in self.errors.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            tartan_document::quote_into(error, text);
        }
        text.push(']');
    }

    fn write_events(&self, text: &mut String) {
        if self.events.is_empty() {
            return;
        }
        open_list(text, "events");
        for (index, event) in self.events.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            text.push_str("{\"contract\":");
            tartan_document::quote_into(&event.contract, text);
            text.push_str(",\"event\":");
            tartan_document::quote_into(&event.event, text);
            text.push_str(",\"data\":");
            event.data.stringify_into(text);
            text.push('}');
        }
        text.push(']');
    }
}

impl Event {
    /// The event as a value: `{contract, event, data}`.
    pub fn to_object(&self) -> Object {
        let mut object = Object::new();
        object.insert("contract", Value::from(self.contract.as_str()));
        object.insert("event", Value::from(self.event.as_str()));
        object.insert("data", self.data.clone());
        object
    }
}

fn open_list(text: &mut String, name: &str) {
    open_member(text, name);
    text.push('[');
}

fn open_member(text: &mut String, name: &str) {
    if text.len() > 1 {
        text.push(',');
    }
    text.push('"');
    text.push_str(name);
    text.push_str("\":");
}
