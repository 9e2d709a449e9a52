//! The state before the first block.

use serde::{Deserialize, Serialize};
use tartan_graphene::{Authority, BlockId, Chain as Protocol, PrivateKey, PublicKey, Role, Time};

use super::cheats::dev_account;
use crate::accounts::{self, KEYLESS, WITNESSES, witness_name};
use crate::config::{AccountSpec, BLOCK_INTERVAL, Balances, Config};
use crate::state::{Account, State, VESTS_PER_LIQUID, Witness};

/// What a chain was made from; a data file continues only the chain it was begun with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Genesis {
    pub(crate) flavor: String,
    pub(crate) chain_id: String,
    pub(crate) master_password: String,
    pub(crate) first_block: u32,
    pub(crate) time: Time,
    pub(crate) accounts: Vec<AccountSpec>,
}

impl Genesis {
    pub(crate) fn new(config: &Config, wall: u32) -> Self {
        let lag = config.irreversibility.lag().unwrap_or(0);
        let blocks = config.initial_blocks.max(5).max(lag + 3);
        let time = config
            .start_time
            .unwrap_or(Time(
                wall.saturating_sub(blocks.saturating_mul(BLOCK_INTERVAL)),
            ))
            .0;
        Genesis {
            flavor: config.flavor_name().to_owned(),
            chain_id: hex::encode(config.protocol().chain_id),
            master_password: config.master_password.clone(),
            first_block: config.first_block.max(1),
            time: Time(time - time % BLOCK_INTERVAL),
            accounts: accounts::funded(config),
        }
    }

    /// The id before the first block's: only its number.
    pub(crate) fn previous(&self) -> BlockId {
        let mut id = BlockId::default();
        id.0[..4].copy_from_slice(&(self.first_block - 1).to_be_bytes());
        id
    }

    /// Whether a chain made from `other` is the same chain. The time may differ, if it was the wall clock's.
    pub(crate) fn continues(&self, other: &Genesis, fixed_time: bool) -> bool {
        Genesis {
            time: other.time,
            ..self.clone()
        } == *other
            && (!fixed_time || self.time == other.time)
    }

    /// All accounts and witnesses.
    pub(crate) fn state(&self, protocol: &Protocol) -> State {
        let mut state = State::default();
        for name in KEYLESS {
            state.create_account(keyless(name, self.time));
        }
        for spec in &self.accounts {
            state.create_account(dev_account(
                &spec.name,
                &self.master_password,
                spec.balances,
                self.time,
            ));
        }
        for index in 0..WITNESSES {
            let name = witness_name(index);
            if state.accounts.contains(name.as_str()) {
                continue;
            }
            state.create_account(dev_account(
                &name,
                &self.master_password,
                Balances::NONE,
                self.time,
            ));
            let witness = Witness {
                id: index as u64,
                url: format!("https://witness.example/{name}"),
                signing_key: witness_key(&name, &self.master_password).public_key(),
                created: self.time,
                votes: 0,
            };
            state.witnesses.put(name, witness);
        }
        state.change_totals(|totals| {
            // Libraries divide by these; a chain without any vesting shares gets one.
            totals.vests = totals.vests.max(1_000_000);
            totals.vesting_fund = (totals.vests / VESTS_PER_LIQUID).max(1);
            totals.liquid = totals.liquid.saturating_add(totals.vesting_fund);
        });
        tracing::debug!(
            prefix = protocol.prefix,
            accounts = state.accounts.len(),
            "genesis"
        );
        state
    }
}

/// A key pair of its own, so that the account's active key does not sign blocks.
pub(crate) fn witness_key(name: &str, password: &str) -> PrivateKey {
    PrivateKey::from_login(name, Role::Owner, &format!("{password} block signing"))
}

/// `null` can never sign; `temp` needs no signature for what is active, as on the real chain.
fn keyless(name: &str, created: Time) -> Account {
    let nobody = |weight_threshold| Authority {
        weight_threshold,
        ..Authority::default()
    };
    let active = if name == "temp" { 0 } else { 1 };
    let mut account = Account::new(
        name,
        nobody(active),
        nobody(active),
        nobody(1),
        PublicKey([0; 33]),
    );
    account.created = created;
    account
}
