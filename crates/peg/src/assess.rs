//! The decision about each row: what has to hold before it is paid.

use std::collections::{BTreeMap, BTreeSet};

use tartan_graphene::{Asset, AssetKind, Chain, Time};

use crate::decisions::{Decisions, Verdict};
use crate::journal::Purpose;
use crate::ledger::{Entry, Ledger, Paid};
use crate::limits::{Limits, thousandths};
use crate::payment::Payment;
use crate::report::Standing;

/// Seconds until a payment that expired is signed anew: doubled each time, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: u32 = 30;
const LONGEST_PAUSE: u32 = 3600;
/// The same where the sidechain does not take a paid row out of the queue.
const REMOVAL_PAUSE: u32 = 600;

/// What is known of where a row comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Whence {
    /// An irreversible main-chain block.
    Final(u32),
    /// A block that may still be taken back.
    Reversible(u32),
    /// It was not looked up yet.
    NotYet,
    /// Not from where its id says.
    Nowhere(String),
}

/// What rows are judged by.
pub(crate) struct Judge<'a> {
    pub(crate) chain: &'a Chain,
    pub(crate) ledger: &'a Ledger,
    pub(crate) decisions: &'a Decisions,
    pub(crate) limits: Limits,
    /// The last irreversible block that was looked through, and its time.
    pub(crate) position: (u32, Time),
    /// What the peg account can still spend, by coin.
    available: BTreeMap<AssetKind, i64>,
    /// What went out lately, this round's payments included, by coin.
    hour: BTreeMap<AssetKind, i64>,
    day: BTreeMap<AssetKind, i64>,
    /// Coins of which a payment waits for room in a limit, or for funds: the ones behind it wait, too.
    full: BTreeSet<AssetKind>,
}

impl<'a> Judge<'a> {
    pub(crate) fn new(
        chain: &'a Chain,
        ledger: &'a Ledger,
        decisions: &'a Decisions,
        limits: Limits,
        position: (u32, Time),
        balances: &BTreeMap<AssetKind, i64>,
    ) -> Judge<'a> {
        let mut judge = Judge {
            chain,
            ledger,
            decisions,
            limits,
            position,
            available: BTreeMap::new(),
            hour: BTreeMap::new(),
            day: BTreeMap::new(),
            full: BTreeSet::new(),
        };
        for kind in [AssetKind::Liquid, AssetKind::Dollar] {
            let balance = balances.get(&kind).copied().unwrap_or_default();
            judge
                .available
                .insert(kind, balance - ledger.in_flight(kind, chain));
            let spent = ledger.spent(kind, position.1);
            judge.hour.insert(kind, spent.hour);
            judge.day.insert(kind, spent.day);
        }
        judge
    }

    /// What becomes of a row without regard to where it comes from; `None` when that has to be known.
    pub(crate) fn known(&self, payment: &Payment, exists: bool) -> Option<Standing> {
        if let Some(entry) = self.ledger.entry(&payment.id) {
            if let Some(signed) = entry.open.and_then(|id| self.ledger.open_one(&id)) {
                return Some(Standing::Sent {
                    transaction: signed.id,
                    expires: signed.expires,
                });
            }
            if let Some(paid) = &entry.paid {
                return Some(paid_standing(payment, paid));
            }
        }
        if let Some(decision) = self.decisions.of(&payment.id)
            && decision.verdict == Verdict::Hold
        {
            let reason = decision
                .reason
                .as_deref()
                .unwrap_or("the operator holds it");
            return Some(held(reason));
        }
        if !exists {
            return Some(held(format!(
                "there is no account {:?} on the main chain",
                payment.recipient
            )));
        }
        None
    }

    /// What becomes of a row of which nothing is known yet. What is due counts against limits and funds.
    pub(crate) fn judge(&mut self, payment: &Payment, whence: &Whence) -> Standing {
        let asset = match payment.asset(self.chain) {
            Ok(asset) => asset,
            Err(reason) => return held(reason),
        };
        if let Some(standing) = self.too_early(payment, whence) {
            return standing;
        }
        match self.spend(payment, asset) {
            Some(standing) => standing,
            None => Standing::Due,
        }
    }

    fn too_early(&self, payment: &Payment, whence: &Whence) -> Option<Standing> {
        let block = match whence {
            Whence::Final(block) => *block,
            Whence::Reversible(block) => {
                return Some(waiting(format!(
                    "main-chain block {block} is not irreversible yet"
                )));
            }
            Whence::NotYet => return Some(waiting("it is looked up soon")),
            Whence::Nowhere(reason) => return Some(held(reason.clone())),
        };
        if let Some(header) = self.ledger.header() {
            if self.position.1 <= header.quiet_until {
                return Some(waiting(format!(
                    "the journal is new: nothing is paid before a main-chain block after {} is irreversible",
                    header.quiet_until
                )));
            }
            if block < header.start {
                return Some(held(format!(
                    "it is from main-chain block {block}, and the journal knows of payments from block {} on only",
                    header.start
                )));
            }
        }
        let entry = self.ledger.entry(&payment.id)?;
        let again = entry.last.plus(pause(FIRST_PAUSE, entry.expired));
        (entry.expired > 0 && self.position.1 < again).then(|| {
            waiting(format!(
                "{} transactions for it expired without getting into a block; the next is signed at {again}",
                entry.expired
            ))
        })
    }

    /// Why the payment is not made for now; `None` when it is, which is noted.
    fn spend(&mut self, payment: &Payment, asset: Asset) -> Option<Standing> {
        let decision = self.decisions.of(&payment.id);
        let approved = decision.is_some_and(|decision| decision.verdict == Verdict::Approve);
        let limits = self.limits;
        let bounds = [
            ("a payment", limits.payment, 0),
            ("an hour", limits.hour, self.hour[&asset.kind]),
            ("a day", limits.day, self.day[&asset.kind]),
        ];
        if !approved {
            if let Some((what, most, _)) = bounds.iter().find(|(_, most, _)| asset.amount > *most) {
                return Some(Standing::NeedsApproval {
                    reason: format!("it is more than the {} of {what}", thousandths(*most)),
                });
            }
            if self.full.contains(&asset.kind) {
                return Some(waiting("one before it waits"));
            }
            let full = bounds
                .iter()
                .find(|(_, most, spent)| spent.saturating_add(asset.amount) > *most);
            if let Some((what, most, spent)) = full {
                self.full.insert(asset.kind);
                return Some(waiting(format!(
                    "of the {} of {what}, {} are used up",
                    thousandths(*most),
                    thousandths(*spent)
                )));
            }
        }
        let available = self.available.entry(asset.kind).or_default();
        if *available < asset.amount {
            self.full.insert(asset.kind);
            let has = thousandths(*available);
            return Some(waiting(format!("the peg account has {has} of it to spend")));
        }
        *available -= asset.amount;
        for spent in [&mut self.hour, &mut self.day] {
            *spent.entry(asset.kind).or_default() += asset.amount;
        }
        None
    }

    /// Whether a row that was paid has to be taken out of the queue by a transaction of its own. Its payment does that
    /// as well, so it is there no more when the sidechain has executed the payment's block.
    pub(crate) fn has_to_go(&self, payment: &Payment, side_chain: u32) -> bool {
        let Some(entry) = self.ledger.entry(&payment.id) else {
            return false;
        };
        let Some(paid) = &entry.paid else {
            return false;
        };
        let mismatch = matches!(paid_standing(payment, paid), Standing::Held { .. });
        let refused = self.ledger.refuses(Purpose::Remove, &payment.id).is_some();
        !mismatch && !refused && paid.block <= side_chain && self.position.1 >= next_removal(entry)
    }
}

fn next_removal(entry: &Entry) -> Time {
    match entry.expired + entry.removals {
        0 => Time(0),
        times => entry.last.plus(pause(REMOVAL_PAUSE, times)),
    }
}

fn paid_standing(payment: &Payment, paid: &Paid) -> Standing {
    match &paid.foreign {
        Some(foreign) if !Ledger::matches(payment, foreign) => {
            let (recipient, amount) = foreign;
            held(format!(
                "transaction {} has its memo, but paid {amount} to {recipient}; look into it, then remove the row",
                paid.id
            ))
        }
        _ => Standing::Paid {
            transaction: paid.id,
            block: paid.block,
        },
    }
}

/// Doubled with each failure.
fn pause(first: u32, failures: u32) -> u32 {
    let factor = 2_u32.saturating_pow(failures.saturating_sub(1).min(16));
    first.saturating_mul(factor).min(LONGEST_PAUSE)
}

pub(crate) fn held(reason: impl Into<String>) -> Standing {
    Standing::Held {
        reason: reason.into(),
    }
}

fn waiting(reason: impl Into<String>) -> Standing {
    Standing::Waiting {
        reason: reason.into(),
    }
}

#[cfg(test)]
mod tests;
