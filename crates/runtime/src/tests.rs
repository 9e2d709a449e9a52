//! What happens to a call that fails, to the calls it made, and to the hashes.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tartan_document::{Object, Value, object};
use tartan_state::Record;

use crate::code_hash::sha256_hex;
use crate::testing::{TestChain, reference_rules, rules};
use crate::*;

/// A row of the contract under test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Note {
    text: String,
}

impl Record for Note {
    const CONTRACT: &'static str = "notes";
    const TABLE: &'static str = "notes";
    const LOOKUP: &'static [&'static str] = &["text"];
}

/// Writes notes, fails on request, and calls itself.
struct Notes;

impl Contract for Notes {
    fn code(&self) -> &str {
        "test:notes"
    }

    fn create(&self, _params: &Value, ctx: &mut Context<'_>) -> ActionResult {
        if !ctx.table_exists::<Note>()? {
            ctx.create_table::<Note>()?;
        }
        Ok(())
    }

    fn call(&self, action: &str, payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
        let text = payload.text("text").unwrap_or_default().into_owned();
        let inner = || object! { "text": "inner", "isSignedWithActiveKey": true };
        match action {
            "write" => {
                ctx.rows().insert(Note { text: text.clone() })?;
                ctx.emit("written", object! { "text": text });
                Ok(())
            }
            "writeActive" => {
                ctx.require_active_key()?;
                ctx.rows().insert(Note { text })?;
                Ok(())
            }
            "writeAndFail" => {
                ctx.rows().insert(Note { text: text.clone() })?;
                ctx.emit("written", object! { "text": text });
                Err(Failure::check("no"))
            }
            "writeAndThrow" => {
                ctx.rows().insert(Note { text })?;
                ctx.emit("written", object! {});
                Err(Failure::Exception {
                    name: "TypeError".into(),
                    message: "boom".into(),
                })
            }
            "callFailing" => {
                ctx.rows().insert(Note { text })?;
                ctx.call("notes", "writeAndFail", inner()).map(drop)
            }
            "surviveFailing" => {
                ctx.rows().insert(Note { text })?;
                ctx.notify("notes", "writeAndFail", inner())
            }
            "assertActive" => ctx.call("notes", "writeActive", inner()).map(drop),
            "recurse" => ctx.call("notes", "recurse", Object::new()).map(drop),
            "payload" => {
                ctx.emit("payload", payload.0.clone());
                Ok(())
            }
            "nested" => ctx
                .call("notes", "payload", object! { "recipient": "me", "a": 1 })
                .map(drop),
            _ => Err(Failure::Unknown),
        }
    }
}

struct Chain(TestChain);

impl Chain {
    fn new(change: impl FnOnce(&mut Rules)) -> Chain {
        let mut rules = rules();
        change(&mut rules);
        let registry = Registry::new().with_native("notes", Arc::new(Notes));
        let mut chain = Chain(TestChain::new(registry, rules));
        let receipt = chain.0.deploy("notes", Arc::new(Notes));
        assert_eq!(receipt.logs, Logs::default());
        chain
    }

    /// As on the reference: nothing is undone, writes are counted, contracts may claim authority.
    fn legacy() -> Chain {
        Chain::new(|rules| {
            *rules = reference_rules(Dialect::Modern);
            rules.code_hash = CodeHashRule::Append;
        })
    }

    fn send(&mut self, action: &str, payload: Object) -> Receipt {
        self.0.call("alice", "notes", action, payload)
    }

    fn hash(&self) -> &str {
        self.0.hash()
    }

    fn notes(&self) -> Vec<String> {
        let view = self.0.state().view().unwrap();
        let scan = tartan_state::Scan::of("_id");
        let rows = tartan_state::Table::<Note>::scan(&view, &scan).unwrap();
        rows.into_iter().map(|row| row.record.text).collect()
    }
}

fn text(text: &str) -> Object {
    object! { "text": text }
}

#[test]
fn an_atomic_call_that_fails_leaves_no_trace() {
    let mut chain = Chain::new(|_| {});
    let before = chain.hash().to_string();
    for action in ["writeAndFail", "callFailing"] {
        let receipt = chain.send(action, text("a"));
        assert_eq!(receipt.logs, Logs::error("no"), "{action}");
    }
    let receipt = chain.send("writeAndThrow", text("a"));
    assert_eq!(receipt.logs, Logs::error("TypeError: boom"));
    assert_eq!(receipt.code_hash, "");
    assert!(chain.notes().is_empty());
    assert_eq!(chain.hash(), before);
}

#[test]
fn on_the_reference_writes_stay() {
    let mut chain = Chain::legacy();
    let receipt = chain.send("writeAndFail", text("a"));
    assert_eq!(receipt.logs.errors, ["no"]);
    assert_eq!(receipt.logs.events.len(), 1);
    let receipt = chain.send("writeAndThrow", text("b"));
    assert_eq!(receipt.logs, Logs::error("TypeError: boom"));
    assert_eq!(chain.notes(), ["a", "b"]);
}

#[test]
fn a_caller_may_live_with_a_failure() {
    let mut chain = Chain::new(|_| {});
    let receipt = chain.send("surviveFailing", text("outer"));
    assert_eq!(receipt.logs, Logs::error("no"));
    assert_eq!(chain.notes(), ["outer"]);
}

#[test]
fn nesting_ends() {
    let mut chain = Chain::new(|_| {});
    let receipt = chain.send("recurse", Object::new());
    assert_eq!(receipt.logs, Logs::error(UNKNOWN_ERROR));
}

#[test]
fn what_is_not_there() {
    let mut chain = Chain::new(|_| {});
    assert_eq!(
        chain.send("fly", Object::new()).logs,
        Logs::error(UNKNOWN_ERROR)
    );
    let create = chain.send("createSSC", Object::new());
    assert_eq!(create.logs, Logs::error("you cannot trigger this action"));
    let receipt = chain.0.call("alice", "nothing", "x", Object::new());
    assert_eq!(receipt.logs, Logs::error(NO_SUCH_CONTRACT));
}

#[test]
fn authority_cannot_be_claimed_where_it_is_tracked() {
    let mut chain = Chain::new(|_| {});
    assert_eq!(
        chain.send("assertActive", Object::new()).logs,
        Logs::error(ACTIVE_KEY_NEEDED)
    );
    let signed = object! { "isSignedWithActiveKey": true };
    assert_eq!(chain.send("assertActive", signed).logs, Logs::default());
    assert_eq!(
        Chain::legacy().send("assertActive", Object::new()).logs,
        Logs::default()
    );
}

#[test]
fn a_nested_payload_names_the_caller_and_inherits_the_payment() {
    let mut chain = Chain::new(|_| {});
    let payment = object! { "amountHIVEHBD": "1.000 HIVE", "recipient": "peg", "isSignedWithActiveKey": true };
    let receipt = chain.send("nested", payment);
    let seen = receipt.logs.events[0].data.stringify();
    assert_eq!(
        seen,
        r#"{"recipient":"peg","a":1,"amountHIVEHBD":"1.000 HIVE","isSignedWithActiveKey":true,"callingContractInfo":{"name":"notes","action":"nested","version":1}}"#
    );
}

#[test]
fn code_hashes_merge() {
    let own = sha256_hex(b"test:notes");
    let receipt = Chain::legacy().send("nested", Object::new());
    assert_eq!(receipt.code_hash, format!("{own}{own}"));
    let receipt = Chain::new(|_| {}).send("nested", Object::new());
    assert_eq!(
        receipt.code_hash,
        sha256_hex(format!("{own}{own}").as_bytes())
    );
}

#[test]
fn counted_writes() {
    let mut chain = Chain::legacy();
    assert_eq!(chain.hash(), "");
    chain.send("write", text("a"));
    let table = sha256_hex(b"");
    let first = sha256_hex(table.as_bytes());
    assert_eq!(chain.hash(), first);
    chain.send("write", text("b"));
    let table = sha256_hex(table.as_bytes());
    assert_eq!(
        chain.hash(),
        sha256_hex(format!("{first}{table}").as_bytes())
    );
}

#[test]
fn hashed_content() {
    let hash = |texts: &[&str]| {
        let mut chain = Chain::new(|_| {});
        for note in texts {
            chain.send("write", text(note));
        }
        chain.hash().to_string()
    };
    assert_eq!(hash(&["a", "b"]), hash(&["a", "b"]));
    assert_ne!(hash(&["a", "b"]), hash(&["a", "c"]));
    assert_ne!(hash(&["a", "b"]), hash(&["b", "a"]));
}

#[test]
fn the_log_as_text() {
    let logs = Logs {
        errors: vec!["say \"no\"".into()],
        events: vec![Event {
            contract: "notes".into(),
            event: "written".into(),
            data: Value::Object(object! { "n": 1.5 }),
        }],
        ..Logs::default()
    };
    let errors = r#""errors":["say \"no\""]"#;
    let events = r#""events":[{"contract":"notes","event":"written","data":{"n":1.5}}]"#;
    assert_eq!(
        logs.to_json(LogOrder::ErrorsFirst),
        format!("{{{errors},{events}}}")
    );
    assert_eq!(
        logs.to_json(LogOrder::EventsFirst),
        format!("{{{events},{errors}}}")
    );
    assert_eq!(Logs::default().to_json(LogOrder::ErrorsFirst), "{}");
    assert_eq!(
        logs.to_object().stringify(),
        format!("{{{errors},{events}}}")
    );
}
