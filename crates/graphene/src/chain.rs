//! Which main chain it is: ids, prefixes and symbols.

use crate::asset::AssetKind;

/// The two families of main chains; they differ in names, symbols and a few rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Flavor {
    /// Steem: `STEEM`, `SBD`, `percent_steem_dollars`.
    Steem,
    /// Hive: `HIVE`, `HBD`, `percent_hbd`; two accepted serializations of assets.
    Hive,
}

/// The names of the three assets of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbols {
    /// The liquid coin, `STEEM` or `HIVE`; precision 3.
    pub liquid: String,
    /// The coin pegged to a dollar, `SBD` or `HBD`; precision 3.
    pub dollar: String,
    /// Vesting shares, `VESTS`; precision 6.
    pub vests: String,
}

impl Symbols {
    /// Names for the liquid coin and the dollar; vesting shares are called `VESTS` everywhere.
    pub fn new(liquid: &str, dollar: &str) -> Self {
        Self {
            liquid: liquid.to_owned(),
            dollar: dollar.to_owned(),
            vests: "VESTS".to_owned(),
        }
    }

    /// The symbol of an asset.
    pub fn of(&self, kind: AssetKind) -> &str {
        match kind {
            AssetKind::Liquid => &self.liquid,
            AssetKind::Dollar => &self.dollar,
            AssetKind::Vests => &self.vests,
        }
    }

    /// The asset a symbol names.
    pub fn kind(&self, symbol: &str) -> Option<AssetKind> {
        AssetKind::ALL
            .into_iter()
            .find(|kind| self.of(*kind) == symbol)
    }
}

/// One main chain: what goes into digests and how keys and amounts are written.
///
/// Steem and Hive are two values of this type; a test net is a third one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Steem or Hive names and rules.
    pub flavor: Flavor,
    /// Mixed into every transaction digest, so that a signature is valid on one chain only.
    pub chain_id: [u8; 32],
    /// What the text of a public key starts with.
    pub prefix: String,
    /// Symbols in JSON.
    pub symbols: Symbols,
    /// Symbols in the legacy serialization. Hive still writes `STEEM` and `SBD` there.
    pub binary_symbols: Symbols,
}

impl Chain {
    /// Unix time of the slot before the first block, the same for both chains.
    pub const GENESIS_TIME: u32 = 1_458_835_200;
    /// Seconds between two slots.
    pub const BLOCK_INTERVAL: u32 = 3;

    /// The Steem main net: chain id of zeros.
    pub fn steem() -> Self {
        let symbols = Symbols::new("STEEM", "SBD");
        Self {
            flavor: Flavor::Steem,
            chain_id: [0; 32],
            prefix: "STM".to_owned(),
            binary_symbols: symbols.clone(),
            symbols,
        }
    }

    /// The Hive main net since its hard fork 24: chain id `beeab0de` and zeros.
    pub fn hive() -> Self {
        let mut chain_id = [0; 32];
        chain_id[..4].copy_from_slice(&[0xbe, 0xea, 0xb0, 0xde]);
        Self {
            flavor: Flavor::Hive,
            chain_id,
            prefix: "STM".to_owned(),
            symbols: Symbols::new("HIVE", "HBD"),
            binary_symbols: Symbols::new("STEEM", "SBD"),
        }
    }

    /// The main net of a flavour.
    pub fn of(flavor: Flavor) -> Self {
        match flavor {
            Flavor::Steem => Self::steem(),
            Flavor::Hive => Self::hive(),
        }
    }

    /// The same chain under another id, for test and mirror nets.
    pub fn with_chain_id(mut self, chain_id: [u8; 32]) -> Self {
        self.chain_id = chain_id;
        self
    }

    /// The same chain with another prefix of public keys.
    pub fn with_prefix(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.prefix);
        self
    }

    /// The same chain with other symbols, both in JSON and in the legacy serialization.
    pub fn with_symbols(mut self, symbols: Symbols) -> Self {
        self.binary_symbols = symbols.clone();
        self.symbols = symbols;
        self
    }

    /// The asset a symbol in JSON names; a Hive node also takes the old spelling.
    pub fn asset_kind(&self, symbol: &str) -> Option<AssetKind> {
        self.symbols
            .kind(symbol)
            .or_else(|| self.binary_symbols.kind(symbol))
    }
}
