//! The lists of extensions at the end of some operations.

use serde_json::{Value, json};

use super::{Beneficiary, RecurrentTransferExtensions};
use crate::{
    chain::Chain,
    json::{self, Field, FieldName, JsonError, JsonForm, Style, items},
    wire::{DecodeError, Reader, Writer, unexpected},
};

/// A list of extensions that has no members in any version of the chain.
pub(super) struct NoExtensions;

impl NoExtensions {
    pub(super) const NAME: FieldName = FieldName {
        steem: "extensions",
        hive: "extensions",
    };
}

impl Field for NoExtensions {
    fn write(&self, out: &mut Writer<'_>) {
        out.length(0);
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let offset = input.offset();
        match input.varint()? {
            0 => Ok(Self),
            count => Err(unexpected(offset, "no extensions", count.to_string())),
        }
    }

    fn to_json(&self, _: Style<'_>) -> Option<Value> {
        Some(json!([]))
    }

    fn from_json(value: &Value, _: &Chain) -> Result<Self, JsonError> {
        match json::array(value)?.as_slice() {
            [] => Ok(Self),
            _ => Err(JsonError::new("no extensions", value)),
        }
    }

    fn absent() -> Option<Self> {
        Some(Self)
    }
}

/// The `extensions` of comment_options: none, or one with beneficiaries.
impl Field for Vec<Beneficiary> {
    fn write(&self, out: &mut Writer<'_>) {
        if self.is_empty() {
            return out.length(0);
        }
        out.length(1);
        out.varint(BENEFICIARIES_TAG);
        out.length(self.len());
        for beneficiary in self {
            beneficiary.write(out);
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let offset = input.offset();
        match input.varint()? {
            0 => return Ok(Self::new()),
            1 => {}
            count => {
                return Err(unexpected(
                    offset,
                    "at most one extension",
                    count.to_string(),
                ));
            }
        }
        let offset = input.offset();
        let tag = input.varint()?;
        if tag != BENEFICIARIES_TAG {
            return Err(unexpected(
                offset,
                "the extension 0 (beneficiaries)",
                tag.to_string(),
            ));
        }
        let offset = input.offset();
        match input.count(3)? {
            0 => Err(unexpected(
                offset,
                "at least one beneficiary",
                "none".to_owned(),
            )),
            count => (0..count).map(|_| Beneficiary::read(input)).collect(),
        }
    }

    fn to_json(&self, style: Style<'_>) -> Option<Value> {
        if self.is_empty() {
            return Some(json!([]));
        }
        let beneficiaries: Vec<_> = self
            .iter()
            .map(|beneficiary| beneficiary.to_json(style))
            .collect();
        let value = json!({ "beneficiaries": beneficiaries });
        Some(json!([tag_json(
            BENEFICIARIES_TAG,
            BENEFICIARIES_NAME,
            value,
            style.form
        )]))
    }

    fn from_json(value: &Value, chain: &Chain) -> Result<Self, JsonError> {
        let [extension] = json::array(value)?.as_slice() else {
            return NoExtensions::from_json(value, chain).map(|_| Self::new());
        };
        let (tag, value) = json::tagged(extension)?;
        if json::integer(tag) != Some(i128::from(BENEFICIARIES_TAG))
            && tag.as_str() != Some(BENEFICIARIES_NAME)
        {
            return Err(JsonError::new(
                "the extension comment_payout_beneficiaries",
                tag,
            ));
        }
        let list = json::object(value)?
            .get("beneficiaries")
            .unwrap_or(&Value::Null);
        match items(list, |item| Beneficiary::from_json(item, chain))? {
            list if list.is_empty() => Err(JsonError::new("at least one beneficiary", value)),
            list => Ok(list),
        }
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

const BENEFICIARIES_TAG: u32 = 0;
const BENEFICIARIES_NAME: &str = "comment_payout_beneficiaries";

fn tag_json(tag: u32, name: &str, value: Value, form: JsonForm) -> Value {
    match form {
        JsonForm::Legacy => json!([tag, value]),
        JsonForm::Appbase => json!({ "type": name, "value": value }),
    }
}

const PAIR_ID_TAG: u32 = 1;
const PAIR_ID_NAME: &str = "recurrent_transfer_pair_id";

impl Field for RecurrentTransferExtensions {
    fn write(&self, out: &mut Writer<'_>) {
        match self.pair_id {
            None => out.length(0),
            Some(id) => {
                out.length(1);
                out.varint(PAIR_ID_TAG);
                id.write(out);
            }
        }
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let offset = input.offset();
        match (input.varint()?, input.offset()) {
            (0, _) => Ok(Self { pair_id: None }),
            (1, offset) => match input.varint()? {
                PAIR_ID_TAG => Ok(Self {
                    pair_id: Some(u8::read(input)?),
                }),
                tag => Err(unexpected(
                    offset,
                    "the extension 1 (pair id)",
                    tag.to_string(),
                )),
            },
            (count, _) => Err(unexpected(
                offset,
                "at most one extension",
                count.to_string(),
            )),
        }
    }

    fn to_json(&self, style: Style<'_>) -> Option<Value> {
        let extensions = self.pair_id.map(|id| {
            tag_json(
                PAIR_ID_TAG,
                PAIR_ID_NAME,
                json!({ "pair_id": id }),
                style.form,
            )
        });
        Some(extensions.into_iter().collect())
    }

    fn from_json(value: &Value, chain: &Chain) -> Result<Self, JsonError> {
        let [extension] = json::array(value)?.as_slice() else {
            return NoExtensions::from_json(value, chain).map(|_| Self::default());
        };
        let (tag, value) = json::tagged(extension)?;
        if json::integer(tag) != Some(i128::from(PAIR_ID_TAG)) && tag.as_str() != Some(PAIR_ID_NAME)
        {
            return Err(JsonError::new(
                "the extension recurrent_transfer_pair_id",
                tag,
            ));
        }
        let name = FieldName {
            steem: "pair_id",
            hive: "pair_id",
        };
        Ok(Self {
            pair_id: Some(name.get(json::object(value)?, chain)?),
        })
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}
