//! Transactions as such: who signs, for how long, what a block takes.

use super::{chain, refused};
use crate::common::{Chain, custom_json, transfer};
use serde_json::json;
use tartan_devchain::{Config, Mining};
use tartan_graphene::operation::{AccountUpdate, OtherOperation};
use tartan_graphene::{Authority, Flavor, Operation, Role, SignedTransaction, Time, Transaction};

#[tokio::test]
async fn missing_authorities() {
    let chain = chain().await;
    let posting = custom_json("alice", "{}");
    assert_eq!(
        chain.refused("bob", Role::Active, posting),
        "missing required posting authority:Missing Posting Authority alice"
    );
    assert_eq!(
        chain.refused("alice", Role::Posting, transfer("alice", "bob", 1)),
        "missing required active authority:Missing Active Authority alice"
    );
    let key = chain.api.key("alice", Role::Memo).public_key();
    let update = AccountUpdate {
        account: "alice".into(),
        owner: Some(Authority::key(key)),
        active: None,
        posting: None,
        memo_key: key,
        json_metadata: String::new(),
    };
    assert_eq!(
        chain.refused("alice", Role::Active, update),
        "missing required owner authority:Missing Owner Authority alice"
    );
}

#[tokio::test]
async fn too_many_signatures() {
    let chain = chain().await;
    let transaction = chain
        .api
        .transaction(vec![transfer("alice", "bob", 1).into()]);
    let (alice, bob) = (
        chain.api.key("alice", Role::Active),
        chain.api.key("bob", Role::Active),
    );
    assert_eq!(
        refused(&chain, transaction.clone(), &[alice.clone(), bob]),
        "irrelevant signature included:Unnecessary signature(s) detected"
    );
    assert_eq!(
        refused(&chain, transaction, &[alice.clone(), alice]),
        "duplicate signature included:Duplicate signature detected"
    );
}

#[tokio::test]
async fn posting_does_not_mix_with_active() {
    let chain = chain().await;
    let operations = vec![
        custom_json("alice", "{}").into(),
        transfer("alice", "bob", 1).into(),
    ];
    let error = chain
        .api
        .send("alice", Role::Active, operations)
        .unwrap_err();
    assert!(
        error
            .message()
            .starts_with("active/owner authority combined with posting authority"),
        "{error}"
    );
    assert_eq!(error.name(), "tx_combined_auths_with_posting");
}

#[tokio::test]
async fn higher_keys_serve_for_lower_ones_unless_strict() {
    let chain = chain().await;
    assert_eq!(
        chain.send("alice", Role::Owner, custom_json("alice", "{}")),
        Ok(())
    );
    let strict = Chain::with(Config {
        strict_authorities: true,
        ..Config::test(Flavor::Hive)
    })
    .await;
    assert_eq!(
        strict.refused("alice", Role::Owner, custom_json("alice", "{}")),
        "missing required posting authority:Missing Posting Authority alice"
    );
}

#[tokio::test]
async fn duplicates_are_refused_from_pool_and_blocks() {
    let chain = chain().await;
    let transaction = chain
        .api
        .transaction(vec![transfer("alice", "bob", 1).into()]);
    let signed = chain
        .api
        .sign(transaction, &[chain.api.key("alice", Role::Active)])
        .unwrap();
    let words =
        "Assert Exception:!is_known_transaction( trx_id ): Duplicate transaction check failed";
    chain.api.broadcast(signed.clone()).unwrap();
    assert_eq!(
        chain.api.broadcast(signed.clone()).unwrap_err().message(),
        words
    );
    chain.api.mine(1);
    assert_eq!(chain.api.broadcast(signed).unwrap_err().message(), words);
}

#[tokio::test]
async fn references_and_expirations_are_checked() {
    let chain = Chain::with(Config {
        relaxed_expiration: false,
        ..Config::test(Flavor::Hive)
    })
    .await;
    let key = [chain.api.key("alice", Role::Active)];
    let good = chain
        .api
        .transaction(vec![transfer("alice", "bob", 1).into()]);
    let wrong = Transaction {
        ref_block_prefix: 7,
        ..good.clone()
    };
    assert!(refused(&chain, wrong, &key).starts_with("transaction tapos exception:"));
    let head = chain.api.head().timestamp;
    for expiration in [head, Time(head.0 - 1), head.plus(3601)] {
        let wrong = Transaction {
            expiration,
            ..good.clone()
        };
        assert!(refused(&chain, wrong, &key).starts_with("transaction expiration exception:"));
    }
    let last = Transaction {
        expiration: head.plus(3600),
        ..good
    };
    let signed = chain.api.sign(last, &key).unwrap();
    assert!(chain.api.broadcast(signed).is_ok());
}

#[tokio::test]
async fn a_transaction_does_something() {
    let chain = chain().await;
    let empty = chain.api.transaction(Vec::new());
    assert_eq!(
        refused(&chain, empty, &[]),
        "Assert Exception:operations.size() > 0: A transaction must have at least one operation"
    );
    let other = OtherOperation {
        name: "escrow_transfer".into(),
        value: json!({}),
    };
    let unknown = chain.api.transaction(vec![Operation::Other(other)]);
    let error = chain
        .api
        .broadcast(SignedTransaction {
            transaction: unknown,
            signatures: Vec::new(),
        })
        .unwrap_err();
    assert_eq!(
        error.message(),
        "Assert Exception:itr != to_tag.end(): Invalid object name: escrow_transfer"
    );
}

#[tokio::test]
async fn custom_json_has_limits() {
    let limited = Config {
        custom_op_limit: Some(2),
        ..Config::test(Flavor::Hive)
    };
    let chain = Chain::with(limited).await;
    assert!(
        chain
            .refused("alice", Role::Posting, custom_json("alice", "{"))
            .ends_with("JSON Metadata not valid JSON")
    );
    let mut named = custom_json("alice", "{}");
    named.id = "x".repeat(33);
    assert!(
        chain
            .refused("alice", Role::Posting, named)
            .ends_with("Operation ID length exceeded. Max: 32")
    );
    let mut nobody = custom_json("alice", "{}");
    nobody.required_posting_auths.clear();
    assert!(
        chain
            .refused("alice", Role::Posting, nobody)
            .ends_with("at least one account must be specified")
    );
    for number in ["1", "2"] {
        chain
            .api
            .send(
                "alice",
                Role::Posting,
                vec![custom_json("alice", number).into()],
            )
            .unwrap();
    }
    assert_eq!(
        chain.refused("alice", Role::Posting, custom_json("alice", "3")),
        "plugin exception:Account alice already submitted 2 custom json operation(s) this block."
    );
    chain.api.mine(1);
    assert_eq!(
        chain.send("alice", Role::Posting, custom_json("alice", "3")),
        Ok(())
    );
}

#[tokio::test]
async fn pending_transactions_count_and_failures_leave_no_trace() {
    let chain = chain().await;
    chain.api.create_account("alice", "newcomer").unwrap();
    // The account is not in a block yet, but a second transaction can build on it.
    chain
        .api
        .send(
            "alice",
            Role::Active,
            vec![transfer("alice", "newcomer", 1_000).into()],
        )
        .unwrap();
    let both = vec![
        transfer("newcomer", "bob", 600).into(),
        transfer("newcomer", "bob", 600).into(),
    ];
    assert!(chain.api.send("newcomer", Role::Active, both).is_err());
    let block = chain.api.mine(1);
    assert_eq!(
        chain.api.block(block.number).unwrap().transaction_ids.len(),
        2
    );
    assert_eq!(chain.api.balances("newcomer").unwrap().liquid, 1_000);
}

#[tokio::test]
async fn impersonated_accounts_need_no_signature() {
    let chain = chain().await;
    let transaction = chain
        .api
        .transaction(vec![transfer("alice", "bob", 1).into()]);
    let unsigned = SignedTransaction {
        transaction,
        signatures: Vec::new(),
    };
    assert!(chain.api.broadcast(unsigned.clone()).is_err());
    chain.api.impersonate("alice", true);
    assert!(chain.api.broadcast(unsigned).is_ok());
    assert_eq!(
        chain.send("mallory", Role::Active, transfer("alice", "bob", 2)),
        Ok(())
    );
    chain.api.impersonate("alice", false);
    assert!(
        chain
            .api
            .send(
                "mallory",
                Role::Active,
                vec![transfer("alice", "bob", 3).into()]
            )
            .is_err()
    );
}

#[tokio::test]
async fn credits_run_out_on_request() {
    let chain = chain().await;
    chain.api.exhaust_credits("alice", true);
    let error = chain
        .api
        .send(
            "alice",
            Role::Posting,
            vec![custom_json("alice", "{}").into()],
        )
        .unwrap_err();
    assert_eq!(error.name(), "not_enough_rc_exception");
    assert!(
        error.message().contains("Account: alice has 0 RC, needs"),
        "{error}"
    );
    chain.api.exhaust_credits("alice", false);
    assert_eq!(
        chain.send("alice", Role::Posting, custom_json("alice", "{}")),
        Ok(())
    );
}

#[tokio::test]
async fn instant_mode_makes_a_block_for_each_transaction() {
    let chain = Chain::with(Config {
        mining: Mining::Instant,
        ..Config::test(Flavor::Hive)
    })
    .await;
    for number in 6..9 {
        let transaction = chain
            .api
            .transaction(vec![transfer("alice", "bob", i64::from(number)).into()]);
        let signed = chain
            .api
            .sign(transaction, &[chain.api.key("alice", Role::Active)])
            .unwrap();
        let inclusion = chain.api.broadcast_and_wait(signed).await.unwrap();
        assert_eq!(
            (inclusion.block, inclusion.index, inclusion.expired),
            (number, 0, false)
        );
    }
    chain.api.pause();
    chain
        .api
        .send(
            "alice",
            Role::Active,
            vec![transfer("alice", "bob", 1).into()],
        )
        .unwrap();
    assert_eq!((chain.api.head().number, chain.api.pending().len()), (8, 1));
}
