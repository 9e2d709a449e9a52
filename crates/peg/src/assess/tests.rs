use serde_json::Value;
use tartan_graphene::TransactionId;

use super::*;
use crate::journal::{Record, Signed};
use crate::ledger::VERSION;

const NOW: Time = Time(1_000_000);

fn id(letter: char) -> String {
    letter.to_string().repeat(40)
}

fn payment(letter: char, amount: &str) -> Payment {
    Payment {
        id: id(letter),
        recipient: "alice".to_string(),
        amount: amount.to_string(),
        memo: format!("withdrawal tx {}", id(letter)),
    }
}

fn opened(start: u32, quiet_until: Time) -> Record {
    Record::Opened {
        version: VERSION,
        side_chain: "dev".to_string(),
        account: "steem-peg".to_string(),
        contract: "steempegged".to_string(),
        start,
        quiet_until,
    }
}

fn signed(purpose: Purpose, payment: Payment, number: u8, at: Time) -> Record {
    Record::Signed(Box::new(Signed {
        purpose,
        payment,
        id: TransactionId([number; 20]),
        after: 1,
        expires: at.plus(180),
        at,
        transaction: Value::Null,
    }))
}

fn settled(number: u8, block: Option<u32>) -> Record {
    Record::Settled {
        id: TransactionId([number; 20]),
        block,
    }
}

/// A round: records behind the first, decisions, the account's balance, and what becomes of each payment.
struct Round {
    records: Vec<Record>,
    decisions: Decisions,
    balance: i64,
}

impl Round {
    fn new() -> Round {
        Round {
            records: vec![opened(1, Time(0))],
            decisions: Decisions::default(),
            balance: 1_000_000,
        }
    }

    fn decided(mut self, letter: char, verdict: Verdict, reason: Option<&str>) -> Round {
        let folder = tempfile::tempdir().expect("a folder");
        let decision = crate::Decision {
            id: id(letter),
            verdict,
            reason: reason.map(str::to_string),
        };
        crate::decide(folder.path(), &decision).expect("the disk has room");
        self.decisions = Decisions::read(folder.path()).expect("readable");
        self
    }

    fn standings(&self, rows: &[(Payment, Whence)]) -> Vec<String> {
        let chain = Chain::steem();
        let ledger = Ledger::of(&self.records, &chain).expect("it makes sense");
        let limits = Limits {
            payment: 100_000,
            hour: 150_000,
            day: 200_000,
        };
        let balances = BTreeMap::from([(AssetKind::Liquid, self.balance)]);
        let mut judge = Judge::new(
            &chain,
            &ledger,
            &self.decisions,
            limits,
            (50, NOW),
            &balances,
        );
        let standing = |(payment, whence): &(Payment, Whence)| {
            let known = judge.known(payment, payment.recipient != "nobody");
            known.unwrap_or_else(|| judge.judge(payment, whence))
        };
        rows.iter()
            .map(standing)
            .map(|standing| match standing {
                Standing::Waiting { reason } => format!("waiting: {reason}"),
                Standing::NeedsApproval { reason } => format!("needs approval: {reason}"),
                Standing::Held { reason } => format!("held: {reason}"),
                other => other.name().to_string(),
            })
            .collect()
    }

    #[track_caller]
    fn check(&self, rows: &[(char, &str)], expected: &[&str]) {
        let rows: Vec<_> = rows
            .iter()
            .map(|(letter, amount)| (payment(*letter, amount), Whence::Final(40)))
            .collect();
        assert_eq!(self.standings(&rows), expected);
    }

    #[track_caller]
    fn check_whence(&self, whence: Whence, expected: &str) {
        assert_eq!(
            self.standings(&[(payment('a', "1.000 STEEM"), whence)]),
            [expected]
        );
    }
}

#[test]
fn what_is_irreversible_and_within_limits_is_due() {
    Round::new().check(
        &[('a', "1.000 STEEM"), ('b', "100.000 STEEM")],
        &["due", "due"],
    );
    Round::new().check_whence(
        Whence::Reversible(51),
        "waiting: main-chain block 51 is not irreversible yet",
    );
    Round::new().check_whence(Whence::NotYet, "waiting: it is looked up soon");
    Round::new().check_whence(
        Whence::Nowhere("no such thing".to_string()),
        "held: no such thing",
    );
}

#[test]
fn a_new_journal_waits_and_knows_what_it_does_not_know() {
    let mut round = Round::new();
    round.records = vec![opened(41, Time(0))];
    round.check_whence(
        Whence::Final(40),
        "held: it is from main-chain block 40, and the journal knows of payments from block 41 on only",
    );
    round.check_whence(Whence::Final(41), "due");
    round.records = vec![opened(1, NOW)];
    round.check_whence(
        Whence::Final(40),
        "waiting: the journal is new: nothing is paid before a main-chain block after 1970-01-12T13:46:40 is irreversible",
    );
}

#[test]
fn limits_let_payments_wait() {
    Round::new().check(
        &[
            ('a', "100.001 STEEM"),
            ('b', "100.000 STEEM"),
            ('c', "51.000 STEEM"),
            ('d', "1.000 STEEM"),
        ],
        &[
            "needs approval: it is more than the 100.000 of a payment",
            "due",
            "waiting: of the 150.000 of an hour, 100.000 are used up",
            "waiting: one before it waits",
        ],
    );
    let mut round = Round::new();
    let yesterday = Time(NOW.0 - 20 * 3600);
    for (letter, number) in [('1', 1), ('2', 2)] {
        round.records.push(signed(
            Purpose::Pay,
            payment(letter, "99.000 STEEM"),
            number,
            yesterday,
        ));
        round.records.push(settled(number, Some(7)));
    }
    round.check(
        &[('a', "2.000 STEEM"), ('b', "3.000 STEEM")],
        &[
            "due",
            "waiting: of the 200.000 of a day, 200.000 are used up",
        ],
    );
    // coins count by themselves
    Round::new().check(
        &[('a', "90.000 STEEM"), ('b', "90.000 STEEM")],
        &[
            "due",
            "waiting: of the 150.000 of an hour, 90.000 are used up",
        ],
    );
}

#[test]
fn the_operator_decides() {
    Round::new().decided('a', Verdict::Approve, None).check(
        &[('a', "500.000 STEEM"), ('b', "1.000 STEEM")],
        &[
            "due",
            "waiting: of the 150.000 of an hour, 500.000 are used up",
        ],
    );
    Round::new()
        .decided('a', Verdict::Hold, Some("under investigation"))
        .check(&[('a', "1.000 STEEM")], &["held: under investigation"]);
    Round::new()
        .decided('a', Verdict::Hold, None)
        .check(&[('a', "1.000 STEEM")], &["held: the operator holds it"]);
}

#[test]
fn an_account_that_does_not_exist_is_not_paid() {
    let mut nobody = payment('a', "1.000 STEEM");
    nobody.recipient = "nobody".to_string();
    let approved = Round::new().decided('a', Verdict::Approve, None);
    assert_eq!(
        approved.standings(&[(nobody, Whence::Final(40))]),
        ["held: there is no account \"nobody\" on the main chain"]
    );
}

#[test]
fn the_account_does_not_spend_what_it_may_not_have_any_more() {
    let mut round = Round::new();
    round.balance = 30_000;
    round
        .records
        .push(signed(Purpose::Pay, payment('1', "20.000 STEEM"), 1, NOW));
    round.check(
        &[
            ('1', "20.000 STEEM"),
            ('a', "10.001 STEEM"),
            ('b', "1.000 STEEM"),
        ],
        &[
            "sent",
            "waiting: the peg account has 10.000 of it to spend",
            "waiting: one before it waits",
        ],
    );
    round.check(
        &[('a', "9.000 STEEM"), ('b', "1.000 STEEM")],
        &["due", "due"],
    );
}

#[test]
fn what_expired_is_signed_anew_after_a_pause() {
    let mut round = Round::new();
    let at = Time(NOW.0 - 31);
    round.records.extend([
        signed(Purpose::Pay, payment('a', "1.000 STEEM"), 1, at),
        settled(1, None),
    ]);
    round.check(&[('a', "1.000 STEEM")], &["due"]);
    round.records.extend([
        signed(Purpose::Pay, payment('a', "1.000 STEEM"), 2, at),
        settled(2, None),
    ]);
    round.check(
        &[('a', "1.000 STEEM")],
        &["waiting: 2 transactions for it expired without getting into a block; the next is signed at 1970-01-12T13:47:09"],
    );
}

#[test]
fn what_was_paid_is_not_paid_again() {
    let mut round = Round::new();
    round.records.extend([
        signed(Purpose::Pay, payment('a', "1.000 STEEM"), 1, NOW),
        settled(1, Some(45)),
    ]);
    round.check(&[('a', "1.000 STEEM")], &["paid"]);
    let found = |amount: &str| Record::Found {
        row: id('a'),
        recipient: "alice".to_string(),
        amount: amount.to_string(),
        id: TransactionId([9; 20]),
        block: 45,
    };
    round.records = vec![opened(1, Time(0)), found("1.000 STEEM")];
    round.check(&[('a', "1.000 STEEM")], &["paid"]);
    round.records = vec![opened(1, Time(0)), found("3.000 STEEM")];
    let mismatch = format!(
        "held: transaction {} has its memo, but paid 3.000 STEEM to alice; look into it, then remove the row",
        TransactionId([9; 20])
    );
    round.check(&[('a', "1.000 STEEM")], &[&mismatch]);
}

#[test]
fn a_row_that_was_paid_and_stays_is_removed() {
    let chain = Chain::steem();
    let row = payment('a', "1.000 STEEM");
    let mut records = vec![
        opened(1, Time(0)),
        signed(Purpose::Pay, row.clone(), 1, NOW),
    ];
    let goes = |records: &[Record], side_chain: u32, now: Time| {
        let ledger = Ledger::of(records, &chain).expect("it makes sense");
        let decisions = Decisions::default();
        let judge = Judge::new(
            &chain,
            &ledger,
            &decisions,
            Limits::default(),
            (50, now),
            &BTreeMap::new(),
        );
        judge.has_to_go(&row, side_chain)
    };
    assert!(!goes(&records, 60, NOW), "it is not paid yet");
    records.push(settled(1, Some(45)));
    assert!(
        !goes(&records, 44, NOW),
        "the sidechain has not seen the payment"
    );
    assert!(goes(&records, 45, NOW));
    records.push(signed(Purpose::Remove, row.clone(), 2, NOW));
    assert!(!goes(&records, 60, NOW), "it is about to be removed");
    records.push(settled(2, Some(55)));
    assert!(!goes(&records, 60, NOW), "one thing after the other");
    assert!(goes(&records, 60, NOW.plus(600)));
}
