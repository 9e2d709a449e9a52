//! What an irreversible block says about payments.

use tartan_graphene::{MainBlock, MainOperation, Time};

use crate::journal::Record;
use crate::ledger::Ledger;
use crate::payment::row_of_memo;

/// What has to be recorded of a block, in order. `before` is the time of the block before it.
///
/// A block takes a transaction while the block before it is older than the transaction's expiration. (Steem, Hive:
/// `database::_apply_transaction` compares with the head block's time, which is then that of the block before.) So what
/// is in no block up to this one, and had expired by the time of the one before, is never going to be in any.
pub(crate) fn scan(
    ledger: &Ledger,
    block: &MainBlock,
    before: Option<Time>,
    account: &str,
) -> Vec<Record> {
    let mut records = Vec::new();
    for transaction in &block.transactions {
        if ledger.open_one(&transaction.id).is_some() {
            records.push(Record::Settled {
                id: transaction.id,
                block: Some(block.number),
            });
        }
        if ledger.is_ours(&transaction.id) {
            continue;
        }
        for operation in &transaction.operations {
            let MainOperation::Transfer {
                from,
                to,
                amount,
                memo,
            } = operation
            else {
                continue;
            };
            let row = row_of_memo(memo).filter(|_| from == account);
            let unpaid = |row: &String| ledger.entry(row).is_none_or(|entry| entry.paid.is_none());
            if let Some(row) = row.filter(unpaid) {
                records.push(Record::Found {
                    row,
                    recipient: to.clone(),
                    amount: amount.clone(),
                    id: transaction.id,
                    block: block.number,
                });
            }
        }
    }
    let Some(before) = before else {
        return records;
    };
    for signed in ledger.open().filter(|signed| signed.expires <= before) {
        let here = block
            .transactions
            .iter()
            .any(|transaction| transaction.id == signed.id);
        if !here {
            records.push(Record::Settled {
                id: signed.id,
                block: None,
            });
        }
    }
    records
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use tartan_graphene::{BlockId, Chain, MainTransaction, TransactionId};

    use super::*;
    use crate::journal::{Purpose, Signed};
    use crate::ledger::VERSION;
    use crate::payment::Payment;

    const TX: &str = "0123456789abcdef0123456789abcdef01234567";

    fn ledger() -> Ledger {
        let records = [
            Record::Opened {
                version: VERSION,
                side_chain: "dev".to_string(),
                account: "steem-peg".to_string(),
                contract: "steempegged".to_string(),
                start: 1,
                quiet_until: Time(0),
            },
            Record::Signed(Box::new(Signed {
                purpose: Purpose::Pay,
                payment: Payment {
                    id: TX.to_string(),
                    recipient: "alice".to_string(),
                    amount: "2.000 STEEM".to_string(),
                    memo: format!("withdrawal tx {TX}"),
                },
                id: TransactionId([1; 20]),
                after: 10,
                expires: Time(100),
                at: Time(50),
                transaction: Value::Null,
            })),
        ];
        Ledger::of(&records, &Chain::steem()).expect("it makes sense")
    }

    fn block(time: u32, transactions: Vec<MainTransaction>) -> MainBlock {
        MainBlock {
            number: 11,
            id: BlockId::default(),
            previous: BlockId::default(),
            timestamp: Time(time),
            transactions,
        }
    }

    fn transfer(id: u8, from: &str, memo: &str) -> MainTransaction {
        MainTransaction {
            id: TransactionId([id; 20]),
            operations: vec![MainOperation::Transfer {
                from: from.to_string(),
                to: "bob".to_string(),
                amount: "1.000 STEEM".to_string(),
                memo: memo.to_string(),
            }],
        }
    }

    fn settled(block: Option<u32>) -> Record {
        Record::Settled {
            id: TransactionId([1; 20]),
            block,
        }
    }

    #[track_caller]
    fn check(block: &MainBlock, before: u32, expected: &[Record]) {
        assert_eq!(
            scan(&ledger(), block, Some(Time(before)), "steem-peg"),
            expected
        );
    }

    #[test]
    fn a_transaction_is_settled_by_the_block_that_has_it() {
        let ours = || vec![transfer(1, "steem-peg", &format!("withdrawal tx {TX}"))];
        check(&block(60, ours()), 57, &[settled(Some(11))]);
        // slots were missed: the block is later than the transaction allows, the block before was not
        check(&block(160, ours()), 97, &[settled(Some(11))]);
    }

    #[test]
    fn a_transaction_has_expired_when_no_block_can_take_it_any_more() {
        check(&block(100, vec![]), 97, &[]);
        check(&block(160, vec![]), 97, &[]);
        check(&block(103, vec![]), 100, &[settled(None)]);
        assert_eq!(scan(&ledger(), &block(500, vec![]), None, "steem-peg"), []);
    }

    #[test]
    fn payments_of_others_for_the_account_are_found_by_their_memo() {
        let memo = "fee tx abcdef";
        let found = Record::Found {
            row: "abcdef-fee".to_string(),
            recipient: "bob".to_string(),
            amount: "1.000 STEEM".to_string(),
            id: TransactionId([7; 20]),
            block: 11,
        };
        check(
            &block(60, vec![transfer(7, "steem-peg", memo)]),
            57,
            &[found],
        );
        check(&block(60, vec![transfer(7, "mallory", memo)]), 57, &[]);
        check(
            &block(60, vec![transfer(7, "steem-peg", "for coffee")]),
            57,
            &[],
        );
    }
}
