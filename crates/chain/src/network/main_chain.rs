use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The main chain under a sidechain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MainChain {
    /// Which of the two families of names and rules it belongs to.
    pub flavor: Flavor,
    /// Its chain id; a node refuses to follow another chain.
    pub chain_id: MainChainId,
    /// How its public keys begin.
    pub address_prefix: String,
    /// The block that genesis refers to; blocks are read from this one on. Only a sandbox leaves it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub genesis_block: Option<u64>,
    /// Where people look at the main chain itself. It has no part in the network's identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explorer: Option<Explorer>,
}

/// A site that shows the main chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explorer {
    /// What people call it.
    pub name: String,
    /// The address of a transaction's page.
    pub transaction: Address,
    /// The address of a block's page.
    pub block: Address,
}

/// The address of a page, with a place for what it is about: `https://main.example/tx/{}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address {
    before: String,
    after: String,
}

impl Address {
    /// The address for this, which must need no escaping.
    pub fn of(&self, what: impl std::fmt::Display) -> String {
        format!("{}{what}{}", self.before, self.after)
    }
}

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Address, String> {
        let expected =
            || format!("expected an address such as https://main.example/tx/{{}}, found {text:?}");
        let (before, after) = text.split_once("{}").ok_or_else(expected)?;
        let is_address = before.starts_with("https://") || before.starts_with("http://");
        match is_address && !after.contains("{}") {
            true => Ok(Address {
                before: before.to_owned(),
                after: after.to_owned(),
            }),
            false => Err(expected()),
        }
    }
}

impl From<Address> for String {
    fn from(address: Address) -> String {
        address.of("{}")
    }
}

impl MainChain {
    /// The first main-chain block that is read: the one genesis refers to, or block 1 if that is 0.
    pub fn first_block(&self) -> u64 {
        self.genesis_block.unwrap_or(0).max(1)
    }

    /// The rules of the main chain: those of its flavour, with its own chain id and prefix of keys.
    pub fn protocol(&self) -> tartan_graphene::Chain {
        let protocol = self.flavor.chain().with_prefix(&self.address_prefix);
        match self.chain_id {
            MainChainId::Exactly(id) => protocol.with_chain_id(id),
            MainChainId::Any => protocol,
        }
    }

    /// Whether the network takes any main chain it is pointed at, as development networks do.
    pub fn is_any(&self) -> bool {
        self.chain_id == MainChainId::Any
    }
}

/// The family of a main chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Flavor {
    /// STEEM and SBD.
    Steem,
    /// HIVE and HBD.
    Hive,
}

impl Flavor {
    /// The rules of the main chain itself.
    pub fn chain(self) -> tartan_graphene::Chain {
        match self {
            Flavor::Steem => tartan_graphene::Chain::steem(),
            Flavor::Hive => tartan_graphene::Chain::hive(),
        }
    }
}

/// A main chain's id: 64 hexadecimal digits, or `any` for a development chain that chooses its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MainChainId {
    /// Only the chain with this id.
    Exactly([u8; 32]),
    /// Whatever chain the node is pointed at.
    Any,
}

impl<'de> Deserialize<'de> for MainChainId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "any" {
            return Ok(MainChainId::Any);
        }
        let mut id = [0; 32];
        hex::decode_to_slice(&text, &mut id).map_err(|_| {
            serde::de::Error::custom(format!(
                "expected 64 hexadecimal digits or \"any\", found {text:?}"
            ))
        })?;
        Ok(MainChainId::Exactly(id))
    }
}

impl Serialize for MainChainId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            MainChainId::Exactly(id) => serializer.serialize_str(&hex::encode(id)),
            MainChainId::Any => serializer.serialize_str("any"),
        }
    }
}
