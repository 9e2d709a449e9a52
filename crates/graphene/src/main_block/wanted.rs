//! Reading the fields of the operations that the sidechain wants.

use serde::{Deserialize, Deserializer, de};
use serde_json::{Value, value::RawValue};

use super::MainOperation;
use crate::{
    asset::{Asset, AssetKind},
    chain::Chain,
    json::integer,
    operation::Beneficiary,
};

/// The operations the sidechain reads.
#[derive(Clone, Copy)]
pub(super) enum Wanted {
    CustomJson,
    Transfer,
    Comment,
    CommentOptions,
    Vote,
}

impl Wanted {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        match name.strip_suffix("_operation").unwrap_or(name) {
            "custom_json" => Some(Self::CustomJson),
            "transfer" => Some(Self::Transfer),
            "comment" => Some(Self::Comment),
            "comment_options" => Some(Self::CommentOptions),
            "vote" => Some(Self::Vote),
            _ => None,
        }
    }
    /// The operation from the text of its fields; `None` when that is malformed.
    pub(super) fn read(self, text: &str, chain: &Chain) -> Option<MainOperation> {
        match self {
            Self::CustomJson => serde_json::from_str(text).ok().map(CustomJson::into),
            Self::Transfer => serde_json::from_str::<Transfer<'_>>(text).ok()?.read(chain),
            Self::Comment => serde_json::from_str(text).ok().map(Comment::into),
            Self::CommentOptions => serde_json::from_str::<CommentOptions<'_>>(text)
                .ok()?
                .read(chain),
            Self::Vote => serde_json::from_str(text).ok().map(Vote::into),
        }
    }
}

#[derive(Deserialize)]
struct CustomJson {
    #[serde(default)]
    required_auths: Vec<String>,
    #[serde(default)]
    required_posting_auths: Vec<String>,
    id: String,
    json: String,
}

impl From<CustomJson> for MainOperation {
    fn from(op: CustomJson) -> Self {
        Self::CustomJson {
            required_auths: op.required_auths,
            required_posting_auths: op.required_posting_auths,
            id: op.id,
            json: op.json,
        }
    }
}

#[derive(Deserialize)]
struct Comment {
    parent_author: String,
    parent_permlink: String,
    author: String,
    permlink: String,
    title: String,
    body: String,
    json_metadata: String,
}

impl From<Comment> for MainOperation {
    fn from(op: Comment) -> Self {
        Self::Comment {
            parent_author: op.parent_author,
            parent_permlink: op.parent_permlink,
            author: op.author,
            permlink: op.permlink,
            title: op.title,
            body: op.body,
            json_metadata: op.json_metadata,
        }
    }
}

#[derive(Deserialize)]
struct Vote {
    voter: String,
    author: String,
    permlink: String,
    #[serde(deserialize_with = "lenient_integer")]
    weight: i16,
}

impl From<Vote> for MainOperation {
    fn from(op: Vote) -> Self {
        Self::Vote {
            voter: op.voter,
            author: op.author,
            permlink: op.permlink,
            weight: op.weight,
        }
    }
}

#[derive(Deserialize)]
struct Transfer<'a> {
    from: String,
    to: String,
    #[serde(borrow)]
    amount: &'a RawValue,
    memo: String,
}

impl Transfer<'_> {
    fn read(self, chain: &Chain) -> Option<MainOperation> {
        let amount = coins(self.amount, chain)?;
        Some(MainOperation::Transfer {
            from: self.from,
            to: self.to,
            amount,
            memo: self.memo,
        })
    }
}

#[derive(Deserialize)]
struct CommentOptions<'a> {
    author: String,
    permlink: String,
    #[serde(borrow)]
    max_accepted_payout: &'a RawValue,
    #[serde(alias = "percent_steem_dollars", deserialize_with = "lenient_integer")]
    percent_hbd: u16,
    #[serde(deserialize_with = "lenient_bool")]
    allow_votes: bool,
    #[serde(deserialize_with = "lenient_bool")]
    allow_curation_rewards: bool,
    #[serde(default)]
    extensions: Vec<Value>,
}

impl CommentOptions<'_> {
    fn read(self, chain: &Chain) -> Option<MainOperation> {
        Some(MainOperation::CommentOptions {
            max_accepted_payout: coins(self.max_accepted_payout, chain)?,
            beneficiaries: beneficiaries(&self.extensions)?,
            author: self.author,
            permlink: self.permlink,
            percent: self.percent_hbd,
            allow_votes: self.allow_votes,
            allow_curation_rewards: self.allow_curation_rewards,
        })
    }
}

/// The legacy text of an amount of coins. A text is kept as it is; other spellings of coins are converted; other assets
/// are refused, as the reference node does.
fn coins(raw: &RawValue, chain: &Chain) -> Option<String> {
    let value: Value = serde_json::from_str(raw.get()).ok()?;
    if let Value::String(text) = value {
        return Some(text);
    }
    let asset = Asset::from_json(&value, chain)
        .ok()
        .filter(|asset| asset.kind != AssetKind::Vests)?;
    Some(asset.format(chain))
}

/// Beneficiaries of the first extension in either form; none without it. `None` for a list that is no such list.
fn beneficiaries(extensions: &[Value]) -> Option<Vec<Beneficiary>> {
    let value = match extensions.first() {
        Some(Value::Array(pair)) => pair.get(1),
        Some(Value::Object(map)) => map.get("value"),
        _ => None,
    };
    let Some(list) = value.and_then(|value| value.get("beneficiaries")) else {
        return Some(Vec::new());
    };
    let read = |entry: &Value| {
        Some(Beneficiary {
            account: entry.get("account")?.as_str()?.to_owned(),
            weight: u16::try_from(integer(entry.get("weight")?)?).ok()?,
        })
    };
    list.as_array()?.iter().map(read).collect()
}

/// An integer as a number or a decimal string.
fn lenient_integer<'de, D: Deserializer<'de>, T: TryFrom<i128>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let value = Value::deserialize(deserializer)?;
    integer(&value)
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(|| de::Error::custom(format_args!("expected a small integer, found {value}")))
}

/// A boolean, or its name in a string.
fn lenient_bool<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Bool(value) => Ok(value),
        Value::String(text) if text == "true" => Ok(true),
        Value::String(text) if text == "false" => Ok(false),
        other => Err(de::Error::custom(format_args!(
            "expected true or false, found {other}"
        ))),
    }
}
