//! A look at both chains: the queue, and what becomes of each row.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tartan_graphene::{Asset, AssetKind, Time};
use tartan_mainchain::{Account, Client};

use crate::assess::{Judge, Whence, held};
use crate::config::{Config, PegError};
use crate::decisions::Decisions;
use crate::ledger::Ledger;
use crate::limits::thousandths;
use crate::payment::{Payment, Row};
use crate::report::{CoinReport, Report, RowReport, Standing};
use crate::side_chain::{Origin, SideChain};

/// Rows whose origin is looked up in one round.
const LOOKUPS: usize = 200;
/// Origins and accounts that are remembered.
const REMEMBERED: usize = 20_000;

/// What a look at both chains found.
pub(crate) struct Found {
    pub(crate) report: Report,
    /// To be paid, the oldest first.
    pub(crate) due: Vec<Payment>,
    /// Paid, and still there.
    pub(crate) remove: Vec<Payment>,
}

/// Looks at both chains, and remembers what does not change.
pub(crate) struct Surveyor {
    config: Config,
    client: Client,
    side_chain: SideChain,
    /// Rows from irreversible blocks.
    origins: BTreeMap<String, u32>,
    /// Accounts that exist; none is ever removed.
    accounts: BTreeSet<String>,
}

impl Surveyor {
    pub(crate) fn new(config: Config, client: Client) -> Result<Surveyor, PegError> {
        let side_chain = SideChain::new(
            &config.side_chain,
            &config.contract,
            &config.network,
            client.chain().clone(),
        )?;
        Ok(Surveyor {
            config,
            client,
            side_chain,
            origins: BTreeMap::new(),
            accounts: BTreeSet::new(),
        })
    }

    /// Judges the queue. `position` is the last irreversible main-chain block that was looked through for payments, and
    /// its time.
    pub(crate) async fn look(
        &mut self,
        ledger: &Ledger,
        decisions: &Decisions,
        position: (u32, Time),
    ) -> Result<Found, PegError> {
        // First where the node is, then what its queue has: whatever was paid up to its position is not in it.
        let side_chain = self.side_chain.position().await?;
        if side_chain < position.0 {
            return Err(PegError::Behind {
                side_chain,
                main_chain: position.0,
            });
        }
        let rows = self.side_chain.queue().await?;
        let peg = self.look_up_accounts(&rows).await?;
        let balances = balances(&peg, &self.client);
        let chain = self.client.chain().clone();
        let limits = self.config.limits;
        let mut judge = Judge::new(&chain, ledger, decisions, limits, position, &balances);
        let mut found = Found {
            report: self.report(ledger, position, side_chain, &balances, &rows),
            due: Vec::new(),
            remove: Vec::new(),
        };
        let mut lookups = 0;
        for row in &rows {
            let standing = match &row.payment {
                Err(reason) => held(reason.clone()),
                Ok(payment) => {
                    let exists = self.accounts.contains(&payment.recipient);
                    match judge.known(payment, exists) {
                        Some(known) => known,
                        None => {
                            let whence = self.whence(payment, position.0, &mut lookups).await?;
                            judge.judge(payment, &whence)
                        }
                    }
                }
            };
            if let Ok(payment) = &row.payment {
                if standing == Standing::Due {
                    found.due.push(payment.clone());
                }
                if judge.has_to_go(payment, side_chain) {
                    found.remove.push(payment.clone());
                }
            }
            found.report.rows.push(row_report(row, standing));
        }
        Ok(found)
    }

    /// The first main-chain block from which the queue has a row; `None` of an empty one.
    pub(crate) async fn oldest(&mut self, irreversible: u32) -> Result<Option<u32>, PegError> {
        let mut oldest = None;
        for row in self.side_chain.queue().await? {
            let Ok(payment) = &row.payment else { continue };
            let mut unlimited = 0;
            match self.whence(payment, irreversible, &mut unlimited).await? {
                Whence::Final(block) | Whence::Reversible(block) => {
                    oldest = Some(oldest.map_or(block, |oldest: u32| oldest.min(block)));
                    // rows are in the order of their blocks
                    break;
                }
                Whence::NotYet | Whence::Nowhere(_) => {}
            }
        }
        Ok(oldest)
    }

    /// Where a row comes from: the sidechain's block names the main chain's, which must be irreversible and the same, and
    /// must have the transaction that the row is named after.
    async fn whence(
        &mut self,
        payment: &Payment,
        irreversible: u32,
        lookups: &mut usize,
    ) -> Result<Whence, PegError> {
        if let Some(block) = self.origins.get(&payment.id) {
            return Ok(Whence::Final(*block));
        }
        if *lookups >= LOOKUPS {
            return Ok(Whence::NotYet);
        }
        *lookups += 1;
        let (Some(transaction), Some(root)) = (payment.transaction(), payment.origin()) else {
            return Ok(Whence::Nowhere(
                "its id is not made of a transaction's".to_string(),
            ));
        };
        let Some(Origin { number, id }) = self.side_chain.origin(transaction).await? else {
            let reason = format!("the sidechain node knows no transaction {transaction}");
            return Ok(Whence::Nowhere(reason));
        };
        if number > irreversible {
            return Ok(Whence::Reversible(number));
        }
        let Some(block) = self.client.block(number).await? else {
            return Ok(Whence::Reversible(number));
        };
        if block.id != id {
            // the sidechain node has yet to notice that its block was replaced
            return Ok(Whence::Reversible(number));
        }
        if !block
            .transactions
            .iter()
            .any(|found| found.id.to_string() == root)
        {
            let reason = format!("main-chain block {number} has no transaction {root}");
            return Ok(Whence::Nowhere(reason));
        }
        if self.origins.len() >= REMEMBERED {
            self.origins.clear();
        }
        self.origins.insert(payment.id.clone(), number);
        Ok(Whence::Final(number))
    }

    /// Notes which recipients exist, and gives the peg account.
    async fn look_up_accounts(&mut self, rows: &[Row]) -> Result<Account, PegError> {
        if self.accounts.len() >= REMEMBERED {
            self.accounts.clear();
        }
        let peg = self.config.account.clone();
        let mut names = BTreeSet::from([peg.as_str()]);
        let payments = rows.iter().filter_map(|row| row.payment.as_ref().ok());
        for payment in payments {
            if !self.accounts.contains(&payment.recipient) && payment.has_recipient() {
                names.insert(&payment.recipient);
            }
        }
        let names: Vec<&str> = names.into_iter().collect();
        let mut accounts = self.client.accounts(&names).await?;
        self.accounts
            .extend(accounts.iter().map(|account| account.name.clone()));
        let place = accounts.iter().position(|account| account.name == peg);
        match place {
            Some(place) => Ok(accounts.swap_remove(place)),
            None => Err(PegError::NoAccount { name: peg }),
        }
    }

    fn report(
        &self,
        ledger: &Ledger,
        (main_chain, now): (u32, Time),
        side_chain: u32,
        balances: &BTreeMap<AssetKind, i64>,
        rows: &[Row],
    ) -> Report {
        let chain = self.client.chain();
        let coin = |(kind, balance): (&AssetKind, &i64)| {
            let spent = ledger.spent(*kind, now);
            let payments = rows.iter().filter_map(|row| row.payment.as_ref().ok());
            let assets = payments.filter_map(|payment| payment.asset(chain).ok());
            let queued = assets
                .filter(|asset| asset.kind == *kind)
                .fold(0_i64, |sum, asset| sum.saturating_add(asset.amount));
            let report = CoinReport {
                balance: thousandths(*balance),
                queued: thousandths(queued),
                hour: thousandths(spent.hour),
                day: thousandths(spent.day),
            };
            let symbols = &chain.symbols;
            let symbol = match kind {
                AssetKind::Dollar => &symbols.dollar,
                _ => &symbols.liquid,
            };
            (symbol.clone(), report)
        };
        Report {
            account: self.config.account.clone(),
            contract: self.config.contract.clone(),
            main_chain,
            side_chain,
            limits: self.config.limits.texts(),
            coins: balances.iter().map(coin).collect(),
            rows: Vec::new(),
        }
    }
}

fn row_report(row: &Row, standing: Standing) -> RowReport {
    let payment = row.payment.as_ref().ok();
    RowReport {
        id: row.name.clone(),
        recipient: payment.map(|payment| payment.recipient.clone()),
        amount: payment.map(|payment| payment.amount.clone()),
        standing,
    }
}

/// What the peg account has of each coin.
fn balances(account: &Account, client: &Client) -> BTreeMap<AssetKind, i64> {
    let amount = |fields: &[&str]| {
        let text = fields
            .iter()
            .find_map(|field| account.json.get(*field))
            .and_then(Value::as_str);
        let asset = text.and_then(|text| Asset::parse(text, client.chain()).ok());
        asset.map_or(0, |asset| asset.amount)
    };
    BTreeMap::from([
        (AssetKind::Liquid, amount(&["balance"])),
        (AssetKind::Dollar, amount(&["hbd_balance", "sbd_balance"])),
    ])
}
