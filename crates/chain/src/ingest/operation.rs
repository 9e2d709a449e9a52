use tartan_document::{Object, Value, parse};
use tartan_graphene::operation::Beneficiary;
use tartan_runtime::NODE;

use super::bundle::Bundle;
use super::{Call, Parser};
use crate::network::Feed;
use crate::records::TransactionId;

/// The contract that posts, options and votes are fed into.
const COMMENTS: &str = "comments";
/// What is kept of a comment's metadata since it is reduced.
const METADATA_KEYS: [&str; 3] = ["app", "tags", "ssc"];

/// What an operation adds to each of its calls. What is `None` is taken out of the payload if the user put it in.
pub(super) struct Source<'a> {
    sender: Option<&'a str>,
    recipient: Option<&'a str>,
    amount: Option<&'a str>,
    active: Option<bool>,
    permlink: Option<&'a str>,
    /// The operation is a comment.
    comment: bool,
}

impl<'a> Source<'a> {
    fn new(sender: Option<&'a str>) -> Source<'a> {
        Source {
            sender,
            recipient: None,
            amount: None,
            active: None,
            permlink: None,
            comment: false,
        }
    }

    /// What the node says by itself, about a post.
    pub(super) fn node(permlink: &'a str) -> Source<'a> {
        Source {
            permlink: Some(permlink),
            ..Source::new(Some(NODE))
        }
    }

    /// The call that a candidate stands for, if it is one.
    pub(super) fn accept(
        &mut self,
        candidate: Value,
        id: String,
        parser: &Parser<'_>,
    ) -> Option<Call> {
        let Value::Object(mut candidate) = candidate else {
            return None;
        };
        let contract = name(candidate.get("contractName"))?;
        let action = name(candidate.get("contractAction"))?;
        let mut payload = match candidate.remove("contractPayload")? {
            payload @ (Value::Object(_) | Value::Array(_)) => payload,
            _ => return None,
        };
        let mut sender = self.sender;
        let feeds_comment = self.comment && contract == COMMENTS && action == "comment";
        if let Value::Object(fields) = &mut payload {
            self.set_fields(fields, &parser.network.naming.amount);
            if feeds_comment {
                fields.insert("author", text(sender));
            }
        }
        if feeds_comment {
            // comments are made by the node, so that no custom_json can make one
            sender = Some(NODE);
            if parser.network.rules.legacy_null_sender {
                self.sender = sender;
            }
        }
        normalize(&mut payload);
        Some(Call {
            ref_block: Some(parser.height),
            id: TransactionId::Text(id),
            sender: sender.map(str::to_string),
            contract: Some(contract),
            action: Some(action),
            payload: Some(payload.stringify()),
            value: Some(payload),
        })
    }

    /// Sets what only the node may say, in this order; the order is seen in the payload's text.
    fn set_fields(&self, payload: &mut Object, amount: &str) {
        let fields = [
            ("recipient", self.recipient.map(Value::from)),
            (amount, self.amount.map(Value::from)),
            ("isSignedWithActiveKey", self.active.map(Value::Bool)),
            ("permlink", self.permlink.map(Value::from)),
        ];
        for (key, value) in fields {
            match value {
                Some(value) => {
                    payload.insert(key, value);
                }
                None => {
                    payload.remove(key);
                }
            }
        }
        if payload
            .get("callingContractInfo")
            .is_some_and(Value::is_truthy)
        {
            payload.remove("callingContractInfo");
        }
    }
}

/// How a comment is named, and what it replies to.
pub(super) struct Post<'a> {
    pub(super) parent_author: &'a str,
    pub(super) parent_permlink: &'a str,
    pub(super) author: &'a str,
    pub(super) permlink: &'a str,
}

/// A custom_json with the sidechain's id: the first account of the stronger authority sends its calls.
pub(super) fn custom_json<'o>(
    required_auths: &'o [String],
    required_posting_auths: &'o [String],
    json: &str,
) -> Option<(Source<'o>, Bundle)> {
    let active = !required_auths.is_empty();
    let signers = if active {
        required_auths
    } else {
        required_posting_auths
    };
    let source = Source {
        active: Some(active),
        ..Source::new(signers.first().map(String::as_str))
    };
    let bundle = match parse(json).ok()? {
        Value::Array(calls) => Bundle::list(calls),
        call => Bundle::single(Some(call)),
    };
    Some((source, bundle))
}

impl Parser<'_> {
    /// A payment whose memo holds a call.
    pub(super) fn transfer<'o>(
        &self,
        from: &'o str,
        to: &'o str,
        amount: &'o str,
        memo: &str,
    ) -> Option<(Source<'o>, Bundle)> {
        // most memos are words; only an object can have an id
        if !memo.trim_ascii_start().starts_with('{') {
            return None;
        }
        let Ok(Value::Object(mut memo)) = parse(memo) else {
            return None;
        };
        if !self.is_addressed(memo.get("id")) {
            return None;
        }
        let source = Source {
            recipient: Some(to),
            amount: Some(amount),
            active: Some(true),
            ..Source::new(Some(from))
        };
        let bundle = match memo.remove("json") {
            // bundles are not for transfers: the amount would count once for each call
            Some(Value::Array(calls)) if calls.len() != 1 => return None,
            Some(Value::Array(calls)) => Bundle::list(calls),
            call => Bundle::single(call),
        };
        Some((source, bundle))
    }

    /// A post: its metadata or its body may hold calls; otherwise it may be a call itself.
    pub(super) fn comment<'o>(
        &self,
        post: &Post<'o>,
        body: &str,
        json_metadata: &str,
    ) -> Option<(Source<'o>, Bundle)> {
        let mut metadata = match json_metadata {
            "" => Value::Null,
            text => parse(text).ok()?,
        };
        let gates = &self.network.gates;
        if gates.metadata_whitelist.reached(Some(self.height)) {
            reduce(&mut metadata);
        }
        let mut source = Source {
            comment: true,
            ..Source::new(Some(post.author))
        };
        if let Some(ssc) = metadata
            .as_object_mut()
            .and_then(|metadata| metadata.get_mut("ssc"))
            && ssc.is_truthy()
        {
            let ssc = ssc.as_object_mut()?;
            if !self.is_addressed(ssc.get("id")) {
                return None;
            }
            source.permlink = Some(post.permlink);
            return Some((source, Bundle::anything(ssc.remove("transactions")?)?));
        }
        match parse(body) {
            Ok(Value::Object(mut body)) => self.is_addressed(body.get("id")).then(|| {
                let bundle = match body.remove("json") {
                    Some(Value::Array(calls)) => Bundle::list(calls),
                    call => Bundle::single(call),
                };
                (source, bundle)
            }),
            // reading the id of null throws, which counts as "not JSON"
            Ok(Value::Null) | Err(_) => {
                let fed =
                    self.feeds(Feed::Comment) && gates.plain_comments.reached(Some(self.height));
                source.permlink = Some(post.permlink);
                fed.then(|| (source, feed("comment", comment_payload(post, metadata))))
            }
            Ok(_) => None,
        }
    }

    fn is_addressed(&self, id: Option<&Value>) -> bool {
        id.and_then(Value::as_str).is_some_and(|id| id == self.id)
    }
}

fn comment_payload(post: &Post<'_>, metadata: Value) -> Object {
    object([
        ("author", post.author.into()),
        ("jsonMetadata", metadata),
        ("parentAuthor", post.parent_author.into()),
        ("parentPermlink", post.parent_permlink.into()),
    ])
}

/// Who shares in a post's reward, as the contract gets it.
pub(super) fn beneficiaries(beneficiaries: &[Beneficiary]) -> Value {
    let entry = |beneficiary: &Beneficiary| {
        Value::Object(object([
            ("account", beneficiary.account.as_str().into()),
            ("weight", f64::from(beneficiary.weight).into()),
        ]))
    };
    Value::Array(beneficiaries.iter().map(entry).collect())
}

/// The call that stands for a main-chain operation.
pub(super) fn feed(action: &str, payload: Object) -> Bundle {
    Bundle::single(Some(Value::Object(object([
        ("contractName", COMMENTS.into()),
        ("contractAction", action.into()),
        ("contractPayload", Value::Object(payload)),
    ]))))
}

/// An object with these fields, in order.
pub(super) fn object<const N: usize>(fields: [(&str, Value); N]) -> Object {
    let mut object = Object::new();
    for (key, value) in fields {
        object.insert(key, value);
    }
    object
}

fn text(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Value::from)
}

/// A non-empty string that has a UTF-8 form. The reference cannot hash any other and stops.
fn name(value: Option<&Value>) -> Option<String> {
    let name = value?.as_str()?;
    (!name.is_empty()).then(|| name.to_string())
}

/// Leaves only the known keys of a comment's metadata. The elements of a list have keys too: they become null.
fn reduce(metadata: &mut Value) {
    match metadata {
        Value::Object(fields) => {
            fields.retain(|key, _| METADATA_KEYS.iter().any(|known| key == known))
        }
        Value::Array(items) => items.fill(Value::Null),
        _ => {}
    }
}

/// Makes a value what it is after a round trip through its text: `-0` is written `0`, and a number that overflowed
/// is written `null`. The text is what is recorded, so contracts must see the same.
fn normalize(value: &mut Value) {
    match value {
        Value::Number(number) if !number.is_finite() => *value = Value::Null,
        Value::Number(number) if *number == 0.0 => *number = 0.0,
        Value::Array(items) => items.iter_mut().for_each(normalize),
        Value::Object(fields) => fields.iter_mut().for_each(|(_, value)| normalize(value)),
        _ => {}
    }
}
