//! What accounts and contracts hold, from the events of the contract `tokens`.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::AnyConnection;

use super::settings::{Settings, Staking};
use crate::amount::decimals_shown;
use crate::event::{Event, IndexedBlock, IndexedTransaction};
use crate::store::{self, Cache, Field, Journal, row};
use crate::{Amount, IndexError};

row! {
    /// What an account or a contract holds of a token.
    pub struct Holder in "holders", key 3 {
        /// The token.
        symbol: String,
        /// `user` or `contract`.
        kind: String,
        /// Its name.
        account: String,
        /// Liquid.
        balance: Amount,
        /// Staked.
        stake: Amount,
        /// On its way from the stake to the balance.
        pending_unstake: Amount,
        /// Stake lent by others.
        delegations_in: Amount,
        /// Stake lent to others.
        delegations_out: Amount,
        /// Stake on its way back from others.
        pending_undelegations: Amount,
        /// Locked for rows that contracts store for it.
        deposit: Amount,
        /// All that is its own.
        total: Amount,
        /// Sorts like the total.
        total_rank: i64,
        /// The block that changed it last.
        block: i64,
    }
}

row! {
    /// An unstake under way.
    pub(crate) struct Unstake in "unstakes", key 1 {
        id: i64,
        account: String,
        symbol: String,
        transaction_id: String,
        quantity_left: Amount,
        slice: Amount,
        slices_left: i64,
        next_time: i64,
        period: i64,
    }
}

const USER: &str = "user";
const CONTRACT: &str = "contract";
const DAY: i64 = 86_400_000;

/// Contracts that pay accounts and nobody else. Of others, a name that a contract has means that contract.
const PAY_ACCOUNTS: &[&str] = &[
    "airdrops",
    "comments",
    "hivepegged",
    "market",
    "marketpools",
    "mining",
    "steempegged",
    "witnesses",
];

/// The holders and unstakes that blocks change.
#[derive(Debug, Default)]
pub(crate) struct Holders {
    holders: Cache<Holder>,
    unstakes: Cache<Unstake>,
    /// The unstakes of an account and token that were loaded, in order.
    groups: BTreeMap<(String, String), BTreeSet<i64>>,
    /// The id of the last unstake that began.
    last: i64,
    /// What changed since it was last asked for.
    held: Vec<Held>,
}

/// All that somebody holds of a token, before and after a change.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) symbol: String,
    /// An account; otherwise a contract.
    pub(crate) is_user: bool,
    pub(crate) name: String,
    pub(crate) before: Amount,
    pub(crate) after: Amount,
}

/// Whom an event moves tokens from or to.
#[derive(Clone, Copy)]
struct Party<'a> {
    kind: &'static str,
    name: &'a str,
}

fn user(name: &str) -> Party<'_> {
    Party { kind: USER, name }
}

fn contract(name: &str) -> Party<'_> {
    Party {
        kind: CONTRACT,
        name,
    }
}

fn key(party: Party<'_>, symbol: &str) -> Vec<Field> {
    vec![symbol.into(), party.kind.into(), party.name.into()]
}

impl Holders {
    /// Reads the rows that these blocks may change.
    pub(crate) async fn load(
        &mut self,
        connection: &mut AnyConnection,
        blocks: &[IndexedBlock],
    ) -> Result<(), IndexError> {
        let (mut holders, mut groups) = (BTreeSet::new(), BTreeSet::new());
        for (transaction, event) in token_events(blocks) {
            let symbol = event.text("symbol");
            let names = ["from", "to", "account"].map(|field| event.text(field));
            let others = [transaction.sender.as_str(), transaction.contract.as_str()];
            for name in names
                .into_iter()
                .chain(others)
                .filter(|name| !name.is_empty())
            {
                holders.insert(key(user(name), symbol));
                holders.insert(key(contract(name), symbol));
            }
            if event.event.starts_with("unstake") {
                groups.insert((event.text("account").to_owned(), symbol.to_owned()));
            }
        }
        self.holders.load(connection, holders).await?;
        groups.retain(|group| !self.groups.contains_key(group));
        let values: Vec<Vec<Field>> = groups
            .iter()
            .map(|(account, symbol)| vec![account.as_str().into(), symbol.as_str().into()])
            .collect();
        let columns = ["account", "symbol"];
        let found: Vec<Unstake> = store::find(connection, &columns, &values, "").await?;
        self.groups
            .extend(groups.into_iter().map(|group| (group, BTreeSet::new())));
        for unstake in found {
            let group = (unstake.account.clone(), unstake.symbol.clone());
            self.groups.entry(group).or_default().insert(unstake.id);
            self.unstakes.know(unstake);
        }
        Ok(())
    }

    /// Takes in the events of a transaction, and gives what it changed.
    pub(crate) fn add(
        &mut self,
        block: &IndexedBlock,
        transaction: &IndexedTransaction,
        (settings, staking): (&Settings, &BTreeMap<String, Staking>),
        journal: &mut Journal,
    ) -> Vec<Held> {
        for event in &transaction.events {
            if event.contract != "tokens" {
                continue;
            }
            let Some(quantity) = event.quantity() else {
                continue;
            };
            let mut change = Change {
                holders: self,
                block,
                transaction,
                event,
                symbol: event.text("symbol"),
                quantity,
                journal,
            };
            change.apply(settings, staking);
        }
        std::mem::take(&mut self.held)
    }

    /// Writes what changed.
    pub(crate) async fn write(&mut self, connection: &mut AnyConnection) -> Result<(), IndexError> {
        self.holders.write(connection).await?;
        self.unstakes.write(connection).await
    }

    /// What was written is in the database for good.
    pub(crate) fn settle(&mut self, limit: usize) {
        self.holders.settle(limit);
        // a list is never longer than the rows that are known
        if self.unstakes.settle(limit) || self.groups.len() > limit {
            self.groups.clear();
        }
    }
}

/// The events of `tokens` in these blocks.
fn token_events(blocks: &[IndexedBlock]) -> impl Iterator<Item = (&IndexedTransaction, &Event)> {
    let transactions = blocks.iter().flat_map(|block| &block.transactions);
    transactions.flat_map(|transaction| {
        let events = transaction.events.iter();
        events
            .filter(|event| event.contract == "tokens")
            .map(move |event| (transaction, event))
    })
}

/// One event at work.
struct Change<'a> {
    holders: &'a mut Holders,
    block: &'a IndexedBlock,
    transaction: &'a IndexedTransaction,
    event: &'a Event,
    symbol: &'a str,
    quantity: Amount,
    journal: &'a mut Journal,
}

impl Change<'_> {
    fn apply(&mut self, settings: &Settings, staking: &BTreeMap<String, Staking>) {
        let event = self.event;
        let (from, to, account) = (event.text("from"), event.text("to"), event.text("account"));
        let sender = self.transaction.sender.as_str();
        match event.event.as_str() {
            "transfer" => self.moved(Some(user(from)), user(to)),
            "transferToContract" => self.moved(Some(user(from)), contract(to)),
            "transferFromContract" if from == "tokens" => self.moved(None, user(to)),
            "transferFromContract" => {
                self.moved(Some(contract(from)), recipient(from, to, settings));
            }
            "issueToContract" => self.moved(None, contract(to)),
            "stake" => self.staked(user(sender), account),
            "stakeFromContract" => self.staked(contract(&self.transaction.contract), account),
            "unstakeStart" => self.begin_unstake(account, settings, staking),
            // on Steem, a cancelled one has the name of one that is paid out
            "unstake" if self.transaction.action == "cancelUnstake" => self.cancel_unstake(account),
            "unstakeCancel" => self.cancel_unstake(account),
            "unstake" => self.release(account),
            "delegate" => {
                self.change(user(sender), |row, quantity| {
                    row.stake = row.stake.minus(quantity);
                    row.delegations_out = row.delegations_out.plus(quantity);
                });
                self.change(user(to), |row, quantity| {
                    row.delegations_in = row.delegations_in.plus(quantity);
                });
            }
            "undelegateStart" => {
                self.change(user(sender), |row, quantity| {
                    row.delegations_out = row.delegations_out.minus(quantity);
                    row.pending_undelegations = row.pending_undelegations.plus(quantity);
                });
                self.change(user(from), |row, quantity| {
                    row.delegations_in = row.delegations_in.minus(quantity);
                });
            }
            "undelegateDone" => self.change(user(account), |row, quantity| {
                row.pending_undelegations = row.pending_undelegations.minus(quantity);
                row.stake = row.stake.plus(quantity);
            }),
            "lockDeposit" => self.change(user(account), |row, quantity| {
                row.balance = row.balance.minus(quantity);
                row.deposit = row.deposit.plus(quantity);
            }),
            "returnDeposit" => self.change(user(account), |row, quantity| {
                row.balance = row.balance.plus(quantity);
                row.deposit = row.deposit.minus(quantity);
            }),
            _ => {}
        }
    }

    /// Changes a holder's row, or makes it.
    fn change(&mut self, party: Party<'_>, change: impl FnOnce(&mut Holder, Amount)) {
        let key = key(party, self.symbol);
        let mut row = self
            .holders
            .holders
            .get(&key)
            .cloned()
            .unwrap_or_else(|| nothing(self.symbol, party));
        let before = row.total;
        change(&mut row, self.quantity);
        if row.total != before {
            self.holders.held.push(Held {
                symbol: self.symbol.to_owned(),
                is_user: party.kind == USER,
                name: party.name.to_owned(),
                before,
                after: row.total,
            });
        }
        row.total_rank = row.total.rank();
        row.block = self.block.number;
        self.holders.holders.set(key, Some(row), self.journal);
    }

    /// Liquid tokens change hands; from nobody when they are issued.
    fn moved(&mut self, from: Option<Party<'_>>, to: Party<'_>) {
        if let Some(from) = from {
            self.change(from, |row, quantity| {
                row.balance = row.balance.minus(quantity);
                row.total = row.total.minus(quantity);
            });
        }
        self.change(to, |row, quantity| {
            row.balance = row.balance.plus(quantity);
            row.total = row.total.plus(quantity);
        });
    }

    fn staked(&mut self, payer: Party<'_>, account: &str) {
        self.change(payer, |row, quantity| {
            row.balance = row.balance.minus(quantity);
            row.total = row.total.minus(quantity);
        });
        self.change(user(account), |row, quantity| {
            row.stake = row.stake.plus(quantity);
            row.total = row.total.plus(quantity);
        });
    }

    fn begin_unstake(
        &mut self,
        account: &str,
        settings: &Settings,
        staking: &BTreeMap<String, Staking>,
    ) {
        let usual = Staking { slices: 1, days: 0 };
        let Staking { slices, days } = staking.get(self.symbol).copied().unwrap_or(usual);
        let decimals = decimals_shown(self.event.text("quantity"));
        let slice = match slices {
            ..=1 => self.quantity,
            slices => self.quantity.part(slices, decimals),
        };
        let leaves = if settings.sliced_unstakes {
            slice
        } else {
            self.quantity
        };
        self.change(user(account), |row, quantity| {
            row.stake = row.stake.minus(leaves);
            row.pending_unstake = row.pending_unstake.plus(quantity);
        });
        let period = days * DAY / slices.max(1);
        let id = self.block.id(0).max(self.holders.last + 1);
        self.holders.last = id;
        let unstake = Unstake {
            id,
            account: account.to_owned(),
            symbol: self.symbol.to_owned(),
            transaction_id: self.transaction.id.clone(),
            quantity_left: self.quantity,
            slice: if settings.sliced_unstakes {
                slice
            } else {
                self.quantity
            },
            // where stake leaves at once, one amount is left that shrinks
            slices_left: if settings.sliced_unstakes {
                slices.max(1)
            } else {
                0
            },
            next_time: self.block.time * 1000 + period,
            period,
        };
        let group = (unstake.account.clone(), unstake.symbol.clone());
        self.holders.groups.entry(group).or_default().insert(id);
        self.holders.unstakes.put(unstake, self.journal);
    }

    /// The unstakes of an account under way, those that are due first in front.
    fn unstakes(&self, account: &str) -> Vec<Unstake> {
        let group = (account.to_owned(), self.symbol.to_owned());
        let ids = self.holders.groups.get(&group).into_iter().flatten();
        let mut rows: Vec<_> = ids
            .filter_map(|id| self.holders.unstakes.get(&vec![(*id).into()]).cloned())
            .collect();
        rows.sort_by_key(|row| (row.next_time, row.id));
        rows
    }

    fn end_unstake(&mut self, row: &Unstake) {
        let group = (row.account.clone(), row.symbol.clone());
        if let Some(ids) = self.holders.groups.get_mut(&group) {
            ids.remove(&row.id);
        }
        self.holders
            .unstakes
            .set(vec![row.id.into()], None, self.journal);
    }

    /// A slice is paid out, and the one after it leaves the stake.
    fn release(&mut self, account: &str) {
        let now = self.block.time * 1000;
        let quantity = self.quantity;
        let pays = |row: &Unstake| match row.slices_left {
            0 => row.quantity_left >= quantity,
            1 => row.quantity_left == quantity,
            _ => row.slice == quantity,
        };
        let due = self
            .unstakes(account)
            .into_iter()
            .find(|row| pays(row) && (row.next_time <= now || row.slices_left == 0));
        let mut leaves = Amount::ZERO;
        if let Some(mut row) = due {
            row.quantity_left = row.quantity_left.minus(quantity);
            if row.slices_left == 1 || !row.quantity_left.is_positive() {
                self.end_unstake(&row);
            } else {
                if row.slices_left > 0 {
                    row.slices_left -= 1;
                    let is_last = row.slices_left == 1;
                    leaves = if is_last { row.quantity_left } else { quantity };
                }
                row.next_time += row.period;
                self.holders.unstakes.put(row, self.journal);
            }
        }
        self.change(user(account), |row, quantity| {
            row.balance = row.balance.plus(quantity);
            row.pending_unstake = row.pending_unstake.minus(quantity);
            row.stake = row.stake.minus(leaves);
        });
    }

    fn cancel_unstake(&mut self, account: &str) {
        let id = self.transaction.text("txID").unwrap_or_default().to_owned();
        let found = self
            .unstakes(account)
            .into_iter()
            .find(|row| row.transaction_id == id);
        let mut back = self.quantity;
        if let Some(row) = found {
            if row.slices_left > 1 {
                back = row.slice;
            }
            self.end_unstake(&row);
        }
        self.change(user(account), |row, quantity| {
            row.stake = row.stake.plus(back);
            row.pending_unstake = row.pending_unstake.minus(quantity);
        });
    }
}

/// Whom a contract pays: the event does not say whether it is an account or a contract.
fn recipient<'a>(payer: &str, name: &'a str, settings: &Settings) -> Party<'a> {
    let is_contract =
        settings.contracts.contains(name) && name != payer && !PAY_ACCOUNTS.contains(&payer);
    if is_contract || name.len() > 16 {
        contract(name)
    } else {
        user(name)
    }
}

fn nothing(symbol: &str, party: Party<'_>) -> Holder {
    Holder {
        symbol: symbol.to_owned(),
        kind: party.kind.to_owned(),
        account: party.name.to_owned(),
        balance: Amount::ZERO,
        stake: Amount::ZERO,
        pending_unstake: Amount::ZERO,
        delegations_in: Amount::ZERO,
        delegations_out: Amount::ZERO,
        pending_undelegations: Amount::ZERO,
        deposit: Amount::ZERO,
        total: Amount::ZERO,
        total_rank: 0,
        block: 0,
    }
}
