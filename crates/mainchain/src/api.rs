//! Reading the main chain's state: head, accounts.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;
use tartan_graphene::BlockId;
use tartan_graphene::Chain;
use tartan_graphene::Time;
use tartan_graphene::authority::Authority;
use tokio::time::Instant;

use crate::client::{Client, Want};
use crate::error::{Error, NodeError};
use crate::health::HeadSeen;
use crate::node::Node;
use crate::{probe, telemetry};

pub(crate) const DYNAMIC_PROPERTIES: &str = "condenser_api.get_dynamic_global_properties";
/// Most accounts asked for in one request.
const ACCOUNTS_AT_ONCE: usize = 500;

/// Where the chain stands, as one node sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct DynamicProperties {
    /// Number of the head block.
    #[serde(deserialize_with = "number")]
    pub head_block_number: u32,
    /// Its id.
    pub head_block_id: BlockId,
    /// Its time.
    pub time: Time,
    /// The last block that cannot be replaced any more.
    #[serde(deserialize_with = "number")]
    pub last_irreversible_block_num: u32,
}

/// Some nodes write numbers as strings.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let number = match &value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    number
        .and_then(|number| u32::try_from(number).ok())
        .ok_or_else(|| serde::de::Error::custom(format!("expected a block number, found {value}")))
}

impl DynamicProperties {
    /// Reads the result of `get_dynamic_global_properties` and checks that it makes sense in itself.
    pub(crate) fn read(result: &RawValue) -> Result<DynamicProperties, NodeError> {
        let properties: DynamicProperties = serde_json::from_str(result.get())
            .map_err(|error| NodeError::Content(format!("dynamic properties: {error}")))?;
        let (head, id) = (properties.head_block_number, properties.head_block_id);
        if id.number() != head {
            return Err(NodeError::Content(format!(
                "expected the id of head block {head}, found that of block {}",
                id.number()
            )));
        }
        let irreversible = properties.last_irreversible_block_num;
        if irreversible > head {
            return Err(NodeError::Content(format!(
                "expected a last irreversible block up to the head {head}, found {irreversible}"
            )));
        }
        Ok(properties)
    }

    pub(crate) fn seen(&self, at: Instant) -> HeadSeen {
        HeadSeen {
            number: self.head_block_number,
            id: self.head_block_id,
            time: self.time,
            irreversible: self.last_irreversible_block_num,
            at,
        }
    }
}

/// An account's names, keys and balances.
#[derive(Clone, Debug)]
pub struct Account {
    /// The name.
    pub name: String,
    /// Who may change everything.
    pub owner: Authority,
    /// Who may move funds.
    pub active: Authority,
    /// Who may post and vote.
    pub posting: Authority,
    /// Everything the node says about the account, as `condenser_api` writes it.
    pub json: Value,
}

impl Account {
    fn read(value: Value, chain: &Chain) -> Result<Account, NodeError> {
        let wrong = |what: &str, found: &dyn std::fmt::Display| {
            NodeError::Content(format!("account: {what}: {found}"))
        };
        let authority = |role: &str| {
            let json = value.get(role).unwrap_or(&Value::Null);
            Authority::from_json(json, chain).map_err(|error| wrong(role, &error))
        };
        let name = value
            .get("name")
            .and_then(Value::as_str)
            .ok_or_else(|| wrong("expected a name, found", &"none"))?
            .to_owned();
        Ok(Account {
            name,
            owner: authority("owner")?,
            active: authority("active")?,
            posting: authority("posting")?,
            json: value,
        })
    }
}

impl Client {
    /// Where the chain stands, asked of the preferred node.
    ///
    /// # Errors
    /// [`Error::NoAnswer`] when no node answered usably.
    pub async fn dynamic_properties(&self) -> Result<DynamicProperties, Error> {
        let (properties, _) = self.properties_of(&Want::default()).await?;
        Ok(properties)
    }

    pub(crate) async fn properties_of(
        &self,
        want: &Want,
    ) -> Result<(DynamicProperties, std::sync::Arc<Node>), Error> {
        let answered = self
            .over_nodes("dynamic properties", want, |node| async move {
                probe::dynamic_properties(&node, self.config()).await
            })
            .await?;
        if let Some(head) = self.best_head() {
            telemetry::head(head);
        }
        Ok(answered)
    }

    /// The accounts with these names, in the node's order; names that do not exist are left out.
    ///
    /// # Errors
    /// [`Error::Refused`] for names that no account can have, [`Error::NoAnswer`] when no node answered usably.
    pub async fn accounts(&self, names: &[&str]) -> Result<Vec<Account>, Error> {
        let mut accounts = Vec::with_capacity(names.len());
        for names in names.chunks(ACCOUNTS_AT_ONCE) {
            accounts.extend(self.some_accounts(names).await?);
        }
        Ok(accounts)
    }

    async fn some_accounts(&self, names: &[&str]) -> Result<Vec<Account>, Error> {
        let params = crate::node::raw(&[names]);
        let want = Want {
            believe_refusal: true,
            ..Want::default()
        };
        let (accounts, _) = self
            .over_nodes("condenser_api.get_accounts", &want, |node| {
                let params = params.clone();
                async move {
                    let config = self.config();
                    let result = node
                        .call(
                            "condenser_api.get_accounts",
                            &params,
                            config.request_timeout,
                        )
                        .await?;
                    let values: Vec<Value> = serde_json::from_str(result.get())
                        .map_err(|error| NodeError::Content(format!("accounts: {error}")))?;
                    values
                        .into_iter()
                        .filter(|value| !value.is_null())
                        .map(|value| Account::read(value, &config.chain))
                        .collect::<Result<Vec<_>, _>>()
                }
            })
            .await?;
        Ok(accounts)
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;

    fn check(json: &str, expected: &Expect) {
        let raw = RawValue::from_string(json.to_owned()).unwrap();
        let text = match DynamicProperties::read(&raw) {
            Ok(properties) => format!(
                "{} {} {} {}",
                properties.head_block_number,
                properties.head_block_id,
                properties.time,
                properties.last_irreversible_block_num
            ),
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&text);
    }

    #[test]
    fn properties_are_checked_in_themselves() {
        let id = "00000005aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
        let with = |number: &str, irreversible: &str| {
            format!(
                r#"{{"head_block_number":{number},"head_block_id":"{id}","time":"2026-01-01T00:00:03","last_irreversible_block_num":{irreversible},"more":1}}"#
            )
        };
        check(
            &with("5", "4"),
            &expect!["5 00000005aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 2026-01-01T00:00:03 4"],
        );
        check(
            &with("\"5\"", "\"5\""),
            &expect!["5 00000005aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 2026-01-01T00:00:03 5"],
        );
        check(
            &with("6", "4"),
            &expect!["wrong content: expected the id of head block 6, found that of block 5"],
        );
        check(
            &with("5", "6"),
            &expect!["wrong content: expected a last irreversible block up to the head 5, found 6"],
        );
        check(
            &with("-1", "4"),
            &expect![
                "wrong content: dynamic properties: expected a block number, found -1 at line 1 column 23"
            ],
        );
        check(
            "null",
            &expect![
                "wrong content: dynamic properties: invalid type: null, expected struct DynamicProperties at line 1 column 4"
            ],
        );
    }
}
