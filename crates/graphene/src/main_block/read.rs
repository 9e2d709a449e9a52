//! Reading blocks from JSON text, building only what is wanted.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

use super::{MainBlock, MainBlockError, MainOperation, MainTransaction, Verification};
use crate::{
    asset::{Asset, AssetKind},
    block::{BlockError, SignedBlockHeader},
    chain::Chain,
    hash::{BlockId, TransactionId},
    json::integer,
    operation::Beneficiary,
    time::Time,
    transaction::SignedTransaction,
    wire::AssetForm,
};

/// What a node answers for one block: the block, `{"block":…}` or nothing.
pub(super) fn answer(text: &str) -> Result<Option<RawBlock<'_>>, MainBlockError> {
    #[derive(Deserialize)]
    struct Answer<'a> {
        #[serde(borrow, default)]
        block: Option<&'a RawValue>,
        #[serde(borrow, default)]
        previous: Option<&'a RawValue>,
    }

    let text = text.trim();
    if text == "null" || text == "{}" {
        return Ok(None);
    }
    // A block's first field is `previous`, so this does not look at the transactions of a bare block.
    if is_wrapped(text) {
        let answer: Answer<'_> = serde_json::from_str(text)?;
        if answer.previous.is_none() {
            return answer
                .block
                .map_or(Ok(None), |block| nothing_or_block(block.get()));
        }
    }
    Ok(Some(RawBlock::parse(text)?))
}

fn nothing_or_block(text: &str) -> Result<Option<RawBlock<'_>>, MainBlockError> {
    if text == "null" {
        Ok(None)
    } else {
        Ok(Some(RawBlock::parse(text)?))
    }
}

/// Whether the first key is `block`.
fn is_wrapped(text: &str) -> bool {
    text.strip_prefix('{')
        .is_some_and(|rest| rest.trim_start().starts_with("\"block\""))
}

/// What a node answers for a range.
pub(super) fn range(text: &str) -> Result<Vec<RawBlock<'_>>, MainBlockError> {
    #[derive(Deserialize)]
    struct Answer<'a> {
        #[serde(borrow, default)]
        blocks: Vec<&'a RawValue>,
    }

    let answer: Answer<'_> = serde_json::from_str(text)?;
    answer
        .blocks
        .into_iter()
        .map(|block| RawBlock::parse(block.get()))
        .collect()
}

/// A block, read down to the operations.
pub(super) struct RawBlock<'a> {
    text: &'a str,
    fields: Fields<'a>,
}

#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(deserialize_with = "from_text")]
    previous: BlockId,
    #[serde(deserialize_with = "from_text")]
    timestamp: Time,
    #[serde(borrow)]
    transactions: Vec<RawTransaction<'a>>,
    #[serde(default)]
    block_id: Option<BlockId>,
    #[serde(default)]
    transaction_ids: Option<Vec<TransactionId>>,
}

#[derive(Deserialize)]
struct RawTransaction<'a> {
    #[serde(borrow)]
    operations: Vec<RawOperation<'a>>,
    #[serde(default)]
    transaction_id: Option<TransactionId>,
}

/// Reads a value from a string without an allocation.
fn from_text<'de, D: Deserializer<'de>, T: std::str::FromStr<Err: fmt::Display>>(
    deserializer: D,
) -> Result<T, D::Error> {
    struct Text<'a>(Cow<'a, str>);

    impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_str(TextVisitor).map(Self)
        }
    }

    Text::deserialize(deserializer)?
        .0
        .parse()
        .map_err(de::Error::custom)
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// The operations the sidechain reads.
#[derive(Clone, Copy)]
enum Wanted {
    CustomJson,
    Transfer,
    Comment,
    CommentOptions,
    Vote,
}

impl Wanted {
    fn from_name(name: &str) -> Option<Self> {
        match name.strip_suffix("_operation").unwrap_or(name) {
            "custom_json" => Some(Self::CustomJson),
            "transfer" => Some(Self::Transfer),
            "comment" => Some(Self::Comment),
            "comment_options" => Some(Self::CommentOptions),
            "vote" => Some(Self::Vote),
            _ => None,
        }
    }
}

/// An operation: what it is and its fields' text, or nothing for one the sidechain does not read.
struct RawOperation<'a>(Option<(Wanted, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for RawOperation<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OperationVisitor)
    }
}

struct OperationVisitor;

/// A name that is not a string names no operation.
struct Name(Option<Wanted>);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_str(TextVisitor)
            .map(|name| Self(Wanted::from_name(&name)))
    }
}

impl<'de> Visitor<'de> for OperationVisitor {
    type Value = RawOperation<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an operation: [name, fields] or {\"type\", \"value\"}")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let operation = match seq.next_element::<Name>()? {
            Some(Name(Some(wanted))) => seq
                .next_element::<&RawValue>()?
                .map(|value| (wanted, value)),
            _ => None,
        };
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(RawOperation(operation))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut name = None;
        let mut value = None;
        while let Some(key) = map.next_key::<Key>()? {
            match key {
                Key::Type => name = map.next_value::<Name>()?.0,
                Key::Value => value = Some(map.next_value::<&RawValue>()?),
                Key::Other => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(RawOperation(name.zip(value)))
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Key {
    Type,
    Value,
    #[serde(other)]
    Other,
}

impl<'a> RawBlock<'a> {
    fn parse(text: &'a str) -> Result<Self, MainBlockError> {
        Ok(Self {
            text,
            fields: serde_json::from_str(text)?,
        })
    }
}

/// Turns a read block into what the sidechain wants of it.
pub(super) fn block(
    raw: &RawBlock<'_>,
    chain: &Chain,
    number: u32,
    verification: Verification,
) -> Result<MainBlock, MainBlockError> {
    let fields = &raw.fields;
    let found = fields.previous.number().wrapping_add(1);
    if found != number {
        return Err(MainBlockError::Number {
            expected: number,
            found,
        });
    }
    if verification == Verification::Full {
        MainBlock::verify(raw.text, chain)?;
    }
    let id = match fields.block_id {
        Some(claimed) if verification != Verification::Header => claimed,
        claimed => {
            let computed = header(raw.text)?.id();
            match claimed {
                Some(claimed) if claimed != computed => {
                    return Err(BlockError::Id { computed, claimed }.into());
                }
                _ => computed,
            }
        }
    };
    if id.number() != number {
        return Err(MainBlockError::Number {
            expected: number,
            found: id.number(),
        });
    }
    let ids = transaction_ids(raw, chain)?;
    let transactions = fields
        .transactions
        .iter()
        .zip(ids)
        .map(|(raw, id)| MainTransaction {
            id,
            operations: raw
                .operations
                .iter()
                .map(|operation| operation.read(chain))
                .collect(),
        });
    Ok(MainBlock {
        number,
        id,
        previous: fields.previous,
        timestamp: fields.timestamp,
        transactions: transactions.collect(),
    })
}

/// The signed header, read apart since it is seldom needed.
fn header(text: &str) -> Result<SignedBlockHeader, MainBlockError> {
    #[derive(Deserialize)]
    struct Header {
        previous: Value,
        timestamp: Value,
        witness: Value,
        transaction_merkle_root: Value,
        #[serde(default)]
        extensions: Value,
        witness_signature: Value,
    }

    let header: Header = serde_json::from_str(text)?;
    let value = serde_json::json!({
        "previous": header.previous,
        "timestamp": header.timestamp,
        "witness": header.witness,
        "transaction_merkle_root": header.transaction_merkle_root,
        "extensions": header.extensions,
        "witness_signature": header.witness_signature,
    });
    Ok(SignedBlockHeader::from_json(&value)?)
}

/// The ids the node tells, in the block or in each transaction; computed where it does not.
fn transaction_ids(
    raw: &RawBlock<'_>,
    chain: &Chain,
) -> Result<Vec<TransactionId>, MainBlockError> {
    let transactions = raw.fields.transactions.len();
    if let Some(ids) = &raw.fields.transaction_ids {
        return if ids.len() == transactions {
            Ok(ids.clone())
        } else {
            Err(MainBlockError::IdCount {
                transactions,
                ids: ids.len(),
            })
        };
    }
    let given: Option<Vec<_>> = raw
        .fields
        .transactions
        .iter()
        .map(|transaction| transaction.transaction_id)
        .collect();
    match given {
        Some(ids) => Ok(ids),
        None => computed_ids(raw.text, chain),
    }
}

fn computed_ids(text: &str, chain: &Chain) -> Result<Vec<TransactionId>, MainBlockError> {
    #[derive(Deserialize)]
    struct Transactions {
        transactions: Vec<Value>,
    }

    let block: Transactions = serde_json::from_str(text)?;
    let id = |(index, value)| {
        let signed = SignedTransaction::from_json(value, chain)?;
        signed
            .transaction
            .id(chain, AssetForm::Legacy)
            .map_err(|_| MainBlockError::NoTransactionId(index))
    };
    block.transactions.iter().enumerate().map(id).collect()
}

impl RawOperation<'_> {
    fn read(&self, chain: &Chain) -> MainOperation {
        let Some((wanted, value)) = self.0 else {
            return MainOperation::Other;
        };
        read_operation(wanted, value.get(), chain).unwrap_or(MainOperation::Other)
    }
}

fn read_operation(wanted: Wanted, text: &str, chain: &Chain) -> Option<MainOperation> {
    match wanted {
        Wanted::CustomJson => serde_json::from_str(text).ok().map(CustomJson::into),
        Wanted::Transfer => serde_json::from_str::<Transfer<'_>>(text).ok()?.read(chain),
        Wanted::Comment => serde_json::from_str(text).ok().map(Comment::into),
        Wanted::CommentOptions => serde_json::from_str::<CommentOptions<'_>>(text)
            .ok()?
            .read(chain),
        Wanted::Vote => serde_json::from_str(text).ok().map(Vote::into),
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
