//! What a row of the queue asks for.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tartan_graphene::{AccountName, Asset, AssetKind, Chain};

/// Names the rows of a withdrawal and what they say: suffix of the id, beginning of the memo.
const KINDS: [(&str, &str); 3] = [
    ("-fee", "fee tx "),
    ("-refund", "refund tx "),
    ("", "withdrawal tx "),
];

/// A payment that the peg account owes: a row of `withdrawals` that makes sense.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The row's id, which no other row ever has.
    pub id: String,
    /// Whom to pay.
    pub recipient: String,
    /// How much, such as `1.000 STEEM`.
    pub amount: String,
    /// What the payment says. It belongs to this row alone.
    pub memo: String,
}

/// A row as a node shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its `_id`.
    pub number: u64,
    /// Its id, or what stands for it where it has none.
    pub name: String,
    /// What is to be paid, or why it is no payment.
    pub payment: Result<Payment, String>,
}

impl Row {
    /// Reads a row.
    pub fn read(row: &Value, chain: &Chain) -> Row {
        let number = row["_id"].as_u64().unwrap_or_default();
        let id = row["id"].as_str().filter(|id| !id.is_empty());
        Row {
            number,
            name: id.map_or_else(|| format!("row {number}"), str::to_string),
            payment: Payment::read(row, chain),
        }
    }
}

impl Payment {
    fn read(row: &Value, chain: &Chain) -> Result<Payment, String> {
        let text = |key: &str| {
            let found = row[key].as_str();
            found.ok_or_else(|| format!("expected a text under {key}, found {}", row[key]))
        };
        let payment = Payment {
            id: text("id")?.to_string(),
            recipient: text("recipient")?.to_string(),
            amount: format!("{} {}", text("quantity")?, text("type")?),
            memo: text("memo")?.to_string(),
        };
        payment.asset(chain)?;
        let expected = payment.expected_memo();
        if payment.origin().is_none() || payment.memo != expected {
            return Err(format!(
                "expected an id made of a transaction's and the memo {expected:?}, found {:?} and {:?}",
                payment.id, payment.memo
            ));
        }
        Ok(payment)
    }

    /// The amount as the main chain has it.
    ///
    /// # Errors
    /// When it is no amount above zero of a coin that can be transferred.
    pub fn asset(&self, chain: &Chain) -> Result<Asset, String> {
        let asset = Asset::parse(&self.amount, chain).map_err(|error| error.to_string())?;
        match asset.amount > 0 && asset.kind != AssetKind::Vests {
            true => Ok(asset),
            false => Err(format!(
                "expected an amount to transfer, found {}",
                self.amount
            )),
        }
    }

    /// Whether the recipient can be the name of an account.
    pub fn has_recipient(&self) -> bool {
        self.recipient.parse::<AccountName>().is_ok()
    }

    /// What the id says of where the row comes from: without what it is for, and without the number of a further
    /// withdrawal in the same transaction.
    fn base(&self) -> (&str, &'static str) {
        let kind = KINDS
            .iter()
            .find_map(|(suffix, memo)| Some((self.id.strip_suffix(suffix)?, *memo)));
        kind.unwrap_or((&self.id, KINDS[2].1))
    }

    fn expected_memo(&self) -> String {
        let (base, memo) = self.base();
        format!("{memo}{base}")
    }

    /// The sidechain transaction that made the row; `None` when the id is not made of one's.
    pub fn transaction(&self) -> Option<&str> {
        let (base, _) = self.base();
        let id = base.split_once('.').map_or(base, |(id, _)| id);
        self.origin().map(|_| id)
    }

    /// The main-chain transaction that made the row, in hexadecimal.
    pub fn origin(&self) -> Option<&str> {
        let id = self.id.get(..40)?;
        id.bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
            .then_some(id)
    }
}

/// The id of the row that a memo of ours belongs to.
pub(crate) fn row_of_memo(memo: &str) -> Option<String> {
    KINDS.iter().find_map(|(suffix, start)| {
        let base = memo.strip_prefix(start)?;
        Some(format!("{base}{suffix}"))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TX: &str = "0123456789abcdef0123456789abcdef01234567";

    fn row(id: &str, memo: &str, quantity: &str, coin: &str) -> Row {
        let row = json!({
            "_id": 7, "id": id, "type": coin, "recipient": "alice", "memo": memo, "quantity": quantity,
        });
        Row::read(&row, &Chain::steem())
    }

    #[test]
    fn rows_and_memos_belong_together() {
        for (id, memo, transaction) in [
            (
                TX.to_string(),
                format!("withdrawal tx {TX}"),
                TX.to_string(),
            ),
            (format!("{TX}-fee"), format!("fee tx {TX}"), TX.to_string()),
            (
                format!("{TX}-1-0-fee"),
                format!("fee tx {TX}-1-0"),
                format!("{TX}-1-0"),
            ),
            (
                format!("{TX}.2"),
                format!("withdrawal tx {TX}.2"),
                TX.to_string(),
            ),
            (
                format!("{TX}-1.2-fee"),
                format!("fee tx {TX}-1.2"),
                format!("{TX}-1"),
            ),
            (
                format!("{TX}-refund"),
                format!("refund tx {TX}"),
                TX.to_string(),
            ),
        ] {
            let payment = row(&id, &memo, "1.000", "STEEM")
                .payment
                .expect("a payment");
            assert_eq!(payment.transaction(), Some(transaction.as_str()));
            assert_eq!(payment.origin(), Some(TX));
            assert_eq!(row_of_memo(&memo), Some(id));
        }
        assert_eq!(row_of_memo("thanks for the fish"), None);
    }

    #[test]
    fn what_is_no_payment_says_why() {
        for (row, reason) in [
            (
                row("undefined-fee", "fee tx undefined", "1.000", "STEEM"),
                "expected an id made of a transaction's",
            ),
            (
                row(TX, "withdrawal tx another", "1.000", "STEEM"),
                "expected an id made of a transaction's",
            ),
            (
                row(TX, &format!("fee tx {TX}"), "1.000", "STEEM"),
                "expected an id made of a transaction's",
            ),
            (
                row(TX, &format!("withdrawal tx {TX}"), "1.00", "STEEM"),
                "decimals",
            ),
            (
                row(TX, &format!("withdrawal tx {TX}"), "0.000", "STEEM"),
                "expected an amount to transfer",
            ),
            (
                row(TX, &format!("withdrawal tx {TX}"), "-1.000", "STEEM"),
                "expected an amount to transfer",
            ),
            (
                row(TX, &format!("withdrawal tx {TX}"), "1.000000", "VESTS"),
                "expected an amount to transfer",
            ),
            (
                row(TX, &format!("withdrawal tx {TX}"), "1.000", "DOGE"),
                "DOGE",
            ),
            (
                Row::read(&json!({ "_id": 3 }), &Chain::steem()),
                "expected a text under id",
            ),
        ] {
            let found = row.payment.expect_err("no payment");
            assert!(found.contains(reason), "{found}");
        }
        assert_eq!(
            Row::read(&json!({ "_id": 3 }), &Chain::steem()).name,
            "row 3"
        );
    }
}
