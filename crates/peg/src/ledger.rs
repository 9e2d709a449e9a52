//! What the journal says, put together: which payments are open, made, or to be made again.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use tartan_graphene::{Asset, AssetKind, BlockId, Chain, Time, TransactionId};

use crate::Payment;
use crate::journal::{Purpose, Record, Signed};

/// Format of the journal.
pub(crate) const VERSION: u32 = 1;
/// How far back limits look, in seconds.
const DAY: u32 = 24 * 3600;
/// Likewise.
const HOUR: u32 = 3600;

/// Whose journal it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The sidechain.
    pub side_chain: String,
    /// The peg account.
    pub account: String,
    /// The contract whose queue is paid.
    pub contract: String,
    /// The first main-chain block that is looked through.
    pub start: u32,
    /// No payment before an irreversible block after this time.
    pub quiet_until: Time,
}

/// A payment that is in an irreversible block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paid {
    /// The transaction.
    pub id: TransactionId,
    /// The block.
    pub block: u32,
    /// Somebody else's: what it paid, and to whom.
    pub foreign: Option<(String, String)>,
}

/// All that is known of a row.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// The transaction that may still get into a block.
    pub open: Option<TransactionId>,
    /// The payment that was made.
    pub paid: Option<Paid>,
    /// Transactions of its that expired, and when the last of them did.
    pub expired: u32,
    /// When the last transaction was signed.
    pub last: Time,
    /// Removals of the row alone that are in irreversible blocks.
    pub removals: u32,
}

/// The state that the journal's lines lead to.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    header: Option<Header>,
    entries: BTreeMap<String, Entry>,
    open: BTreeMap<TransactionId, Signed>,
    /// All that were ever signed.
    known: BTreeSet<TransactionId>,
    scanned: Option<(BlockId, Time)>,
    /// When how much was signed and did not expire, the oldest first, back to a day ago.
    spent: VecDeque<(Time, TransactionId, Asset)>,
}

/// A journal that does not make sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the journal makes no sense: {reason}")]
pub struct Inconsistent {
    /// Which, from 1.
    pub line: usize,
    /// Why.
    pub reason: String,
}

impl Ledger {
    /// Puts the lines of a journal together.
    ///
    /// # Errors
    /// When a line contradicts the ones before it.
    pub fn of(records: &[Record], chain: &Chain) -> Result<Ledger, Inconsistent> {
        let mut ledger = Ledger::default();
        for (record, line) in records.iter().zip(1..) {
            let applied = ledger.apply(record, chain);
            applied.map_err(|reason| Inconsistent { line, reason })?;
        }
        match ledger.header {
            Some(_) => Ok(ledger),
            None => Err(Inconsistent {
                line: 1,
                reason: "it does not say whose journal it is".to_string(),
            }),
        }
    }

    /// Adds a line that is on disk.
    ///
    /// # Errors
    /// When it contradicts what there is.
    pub fn apply(&mut self, record: &Record, chain: &Chain) -> Result<(), String> {
        match record {
            Record::Opened {
                version,
                side_chain,
                account,
                contract,
                start,
                quiet_until,
            } => {
                if *version != VERSION || self.header.is_some() {
                    return Err(format!(
                        "expected the only beginning of a journal of format {VERSION}, found one of format {version}"
                    ));
                }
                self.header = Some(Header {
                    side_chain: side_chain.clone(),
                    account: account.clone(),
                    contract: contract.clone(),
                    start: *start,
                    quiet_until: *quiet_until,
                });
            }
            Record::Signed(signed) => self.signed(signed, chain)?,
            Record::Settled { id, block } => self.settled(id, *block)?,
            Record::Found {
                row,
                recipient,
                amount,
                id,
                block,
            } => {
                let entry = self.entries.entry(row.clone()).or_default();
                entry.paid.get_or_insert(Paid {
                    id: *id,
                    block: *block,
                    foreign: Some((recipient.clone(), amount.clone())),
                });
            }
            Record::Scanned { block, time } => self.scanned = Some((*block, *time)),
        }
        Ok(())
    }

    /// Why a transaction for this row must not be signed now.
    pub(crate) fn refuses(&self, purpose: Purpose, row: &str) -> Option<String> {
        let entry = self.entries.get(row)?;
        if let Some(id) = entry.open {
            return Some(format!(
                "transaction {id} for {row} may still get into a block"
            ));
        }
        match (purpose, &entry.paid) {
            (Purpose::Pay, Some(paid)) => {
                Some(format!("{row} was paid by transaction {}", paid.id))
            }
            (Purpose::Remove, None) => Some(format!("{row} was not paid")),
            _ => None,
        }
    }

    fn signed(&mut self, signed: &Signed, chain: &Chain) -> Result<(), String> {
        let row = &signed.payment.id;
        if let Some(refusal) = self.refuses(signed.purpose, row) {
            return Err(refusal);
        }
        if !self.known.insert(signed.id) {
            return Err(format!("transaction {} was signed before", signed.id));
        }
        let entry = self.entries.entry(row.clone()).or_default();
        entry.open = Some(signed.id);
        entry.last = signed.at;
        if signed.purpose == Purpose::Pay {
            let asset = signed.payment.asset(chain)?;
            self.spent.push_back((signed.at, signed.id, asset));
            let oldest = Time(signed.at.0.saturating_sub(DAY));
            while self.spent.front().is_some_and(|(at, ..)| *at < oldest) {
                self.spent.pop_front();
            }
        }
        self.open.insert(signed.id, signed.clone());
        Ok(())
    }

    fn settled(&mut self, id: &TransactionId, block: Option<u32>) -> Result<(), String> {
        let Some(signed) = self.open.remove(id) else {
            return Err(format!("transaction {id} is settled, but it is not open"));
        };
        let entry = self.entries.entry(signed.payment.id).or_default();
        entry.open = None;
        match (signed.purpose, block) {
            (Purpose::Pay, Some(block)) => {
                entry.expired = 0;
                entry.paid = Some(Paid {
                    id: *id,
                    block,
                    foreign: None,
                });
            }
            (Purpose::Remove, Some(_)) => {
                entry.expired = 0;
                entry.removals += 1;
            }
            (_, None) => {
                entry.expired += 1;
                self.spent.retain(|(_, spent, _)| spent != id);
            }
        }
        Ok(())
    }

    /// Whose journal it is; `None` where there is none.
    pub fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// What is known of a row.
    pub fn entry(&self, row: &str) -> Option<&Entry> {
        self.entries.get(row)
    }

    /// The transactions that may still get into a block.
    pub fn open(&self) -> impl ExactSizeIterator<Item = &Signed> {
        self.open.values()
    }

    /// One of them.
    pub fn open_one(&self, id: &TransactionId) -> Option<&Signed> {
        self.open.get(id)
    }

    /// Whether a transaction was ever signed by us.
    pub fn is_ours(&self, id: &TransactionId) -> bool {
        self.known.contains(id)
    }

    /// The last block that was looked through, and its time.
    pub fn scanned(&self) -> Option<(BlockId, Time)> {
        self.scanned
    }

    /// How much of a coin was signed in the last hour and the last day, in thousandths.
    pub fn spent(&self, kind: AssetKind, now: Time) -> Spent {
        let since = |seconds: u32| {
            let from = Time(now.0.saturating_sub(seconds));
            let recent = self
                .spent
                .iter()
                .filter(|(at, ..)| *at > from || from.0 == 0);
            recent
                .filter(|(_, _, asset)| asset.kind == kind)
                .fold(0_i64, |sum, (_, _, asset)| sum.saturating_add(asset.amount))
        };
        Spent {
            hour: since(HOUR),
            day: since(DAY),
        }
    }

    /// How much of a coin is in transactions that may not have been executed yet, in thousandths.
    pub fn in_flight(&self, kind: AssetKind, chain: &Chain) -> i64 {
        let open = self
            .open
            .values()
            .filter(|signed| signed.purpose == Purpose::Pay);
        let assets = open.filter_map(|signed| signed.payment.asset(chain).ok());
        assets
            .filter(|asset| asset.kind == kind)
            .fold(0, |sum, asset| sum.saturating_add(asset.amount))
    }

    /// Whether `payment` is what a payment of somebody else's paid.
    pub(crate) fn matches(payment: &Payment, foreign: &(String, String)) -> bool {
        (payment.recipient.as_str(), payment.amount.as_str())
            == (foreign.0.as_str(), foreign.1.as_str())
    }
}

/// What was signed lately, in thousandths of a coin.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// Within an hour.
    pub hour: i64,
    /// Within a day.
    pub day: i64,
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const TX: &str = "0123456789abcdef0123456789abcdef01234567";

    fn opened() -> Record {
        Record::Opened {
            version: VERSION,
            side_chain: "dev".to_string(),
            account: "steem-peg".to_string(),
            contract: "steempegged".to_string(),
            start: 1,
            quiet_until: Time(0),
        }
    }

    fn signed(row: &str, number: u8, at: u32) -> Record {
        Record::Signed(Box::new(Signed {
            purpose: Purpose::Pay,
            payment: Payment {
                id: row.to_string(),
                recipient: "alice".to_string(),
                amount: "2.000 STEEM".to_string(),
                memo: format!("withdrawal tx {row}"),
            },
            id: TransactionId([number; 20]),
            after: 1,
            expires: Time(at + 180),
            at: Time(at),
            transaction: Value::Null,
        }))
    }

    fn settled(number: u8, block: Option<u32>) -> Record {
        Record::Settled {
            id: TransactionId([number; 20]),
            block,
        }
    }

    fn ledger(records: &[Record]) -> Result<Ledger, Inconsistent> {
        let records: Vec<Record> = [opened()]
            .into_iter()
            .chain(records.iter().cloned())
            .collect();
        Ledger::of(&records, &Chain::steem())
    }

    #[track_caller]
    fn refuses(records: &[Record], reason: &str) {
        let error = ledger(records).expect_err("it makes no sense").to_string();
        assert!(error.contains(reason), "{error}");
    }

    #[test]
    fn a_row_is_signed_anew_only_when_the_transaction_before_is_out_of_question() {
        refuses(
            &[signed(TX, 1, 10), signed(TX, 2, 500)],
            "may still get into a block",
        );
        refuses(
            &[signed(TX, 1, 10), settled(1, Some(7)), signed(TX, 2, 500)],
            "was paid by transaction",
        );
        let again = ledger(&[signed(TX, 1, 10), settled(1, None), signed(TX, 2, 500)])
            .expect("it makes sense");
        assert_eq!(again.open().len(), 1);
        refuses(&[settled(1, None)], "is not open");
        refuses(
            &[signed(TX, 1, 10), settled(1, None), signed(TX, 1, 500)],
            "was signed before",
        );
        refuses(&[opened()], "expected the only beginning");
        assert!(Ledger::of(&[], &Chain::steem()).is_err());
    }

    #[test]
    fn a_payment_by_somebody_else_counts() {
        let found = Record::Found {
            row: TX.to_string(),
            recipient: "alice".to_string(),
            amount: "2.000 STEEM".to_string(),
            id: TransactionId([9; 20]),
            block: 7,
        };
        refuses(&[found, signed(TX, 1, 10)], "was paid by transaction");
    }

    #[test]
    fn limits_look_at_what_did_not_expire() {
        let day = 24 * 3600;
        let records = [
            signed("a", 1, 100),
            settled(1, Some(3)),
            signed("b", 2, day),
            settled(2, None),
            signed("c", 3, day),
        ];
        let ledger = ledger(&records).expect("it makes sense");
        let spent = |now| ledger.spent(AssetKind::Liquid, Time(now));
        assert_eq!(
            spent(day),
            Spent {
                hour: 2000,
                day: 4000
            }
        );
        assert_eq!(
            spent(day + 101),
            Spent {
                hour: 2000,
                day: 2000
            }
        );
        assert_eq!(spent(day + 3600), Spent { hour: 0, day: 2000 });
        assert_eq!(ledger.spent(AssetKind::Dollar, Time(day)), Spent::default());
        assert_eq!(ledger.in_flight(AssetKind::Liquid, &Chain::steem()), 2000);
    }
}
