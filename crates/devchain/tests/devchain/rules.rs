//! The node's rules, each with the words it refuses with.

use crate::common::{Chain, custom_json, post_by, reply_by, transfer, vote};
use serde_json::json;
use tartan_devchain::{Balances, Config, Mining};
use tartan_graphene::operation::{
    AccountCreate, AccountUpdate, AccountWitnessProxy, AccountWitnessVote, Beneficiary,
    ClaimAccount, ClaimRewardBalance, Comment, CommentOptions, CreateClaimedAccount,
    DelegateVestingShares, DeleteComment, OtherOperation, RecoverAccount, RequestAccountRecovery,
    SetWithdrawVestingRoute, TransferFromSavings, TransferToSavings, TransferToVesting,
    WithdrawVesting,
};
use tartan_graphene::{
    Asset, Authority, Flavor, Operation, PrivateKey, Role, SignedTransaction, Time, Transaction,
};

async fn chain() -> Chain {
    Chain::start(Flavor::Hive).await
}

fn refused(chain: &Chain, transaction: Transaction, keys: &[PrivateKey]) -> String {
    let signed = chain
        .api
        .sign(transaction, keys)
        .expect("operations with a binary form");
    chain
        .api
        .broadcast(signed)
        .expect_err("a refusal")
        .message()
}

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
async fn transfers_need_funds_and_a_recipient() {
    let hive = chain().await;
    hive.send("alice", Role::Active, transfer("alice", "bob", 1_500))
        .unwrap();
    assert_eq!(
        hive.api.balances("bob").map(|b| b.liquid),
        Some(Balances::PLENTY.liquid + 1_500)
    );
    assert!(
        hive.refused("alice", Role::Active, transfer("alice", "bob", i64::MAX))
            .ends_with("Account does not have sufficient funds for transfer.")
    );
    assert!(
        hive.refused("alice", Role::Active, transfer("alice", "nobody", 1))
            .ends_with("Account nobody doesn't exist")
    );
    assert!(
        hive.refused("alice", Role::Active, transfer("alice", "bob", 0))
            .ends_with("Cannot transfer a negative amount (aka: stealing)")
    );
    let mut long = transfer("alice", "bob", 1);
    long.memo = "x".repeat(2048);
    assert!(
        hive.refused("alice", Role::Active, long)
            .ends_with("Memo is too large")
    );
    let steem = Chain::start(Flavor::Steem).await;
    assert_eq!(
        steem.refused("alice", Role::Active, transfer("alice", "nobody", 1)),
        "unknown key:unknown key: nobody"
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

fn new_account(chain: &Chain, name: &str, fee: i64) -> AccountCreate {
    let key = |role| Authority::key(chain.api.key(name, role).public_key());
    AccountCreate {
        fee: Asset::liquid(fee),
        creator: "alice".into(),
        new_account_name: name.into(),
        owner: key(Role::Owner),
        active: key(Role::Active),
        posting: key(Role::Posting),
        memo_key: chain.api.key(name, Role::Memo).public_key(),
        json_metadata: String::new(),
    }
}

#[tokio::test]
async fn accounts_are_created_for_a_fee() {
    let chain = chain().await;
    chain
        .send(
            "alice",
            Role::Active,
            new_account(&chain, "newcomer", 3_000),
        )
        .unwrap();
    chain
        .send("newcomer", Role::Posting, custom_json("newcomer", "{}"))
        .unwrap();
    assert!(
        chain
            .refused("alice", Role::Active, new_account(&chain, "another", 2_000))
            .contains("Must pay the exact account creation fee.")
    );
    assert!(
        chain
            .refused(
                "alice",
                Role::Active,
                new_account(&chain, "newcomer", 3_000)
            )
            .ends_with("could not insert object, most likely a uniqueness constraint was violated")
    );
    assert!(
        chain
            .refused("alice", Role::Active, new_account(&chain, "Bad", 3_000))
            .contains("Account name")
    );
    let mut orphan = new_account(&chain, "another", 3_000);
    orphan.active = Authority::account("nobody");
    assert!(
        chain
            .refused("alice", Role::Active, orphan)
            .ends_with("New authority account nobody does not exist")
    );
}

#[tokio::test]
async fn claimed_accounts_are_created_without_a_fee() {
    let chain = chain().await;
    let AccountCreate {
        creator,
        new_account_name,
        owner,
        active,
        posting,
        memo_key,
        json_metadata,
        ..
    } = new_account(&chain, "newcomer", 0);
    let create = CreateClaimedAccount {
        creator,
        new_account_name,
        owner,
        active,
        posting,
        memo_key,
        json_metadata,
    };
    assert!(
        chain
            .refused("alice", Role::Active, create.clone())
            .ends_with("alice has no claimed accounts to create")
    );
    chain
        .send(
            "alice",
            Role::Active,
            ClaimAccount {
                creator: "alice".into(),
                fee: Asset::liquid(0),
            },
        )
        .unwrap();
    chain.send("alice", Role::Active, create).unwrap();
    assert_eq!(chain.api.balances("newcomer"), Some(Balances::NONE));
}

#[tokio::test]
async fn keys_can_be_changed() {
    let chain = chain().await;
    let new = PrivateKey::from_seed("a new key");
    let update = AccountUpdate {
        account: "alice".into(),
        owner: None,
        active: Some(Authority::key(new.public_key())),
        posting: None,
        memo_key: new.public_key(),
        json_metadata: String::new(),
    };
    chain.send("alice", Role::Active, update).unwrap();
    assert_eq!(
        chain.refused("alice", Role::Active, transfer("alice", "bob", 1)),
        "missing required active authority:Missing Active Authority alice"
    );
    let transaction = chain
        .api
        .transaction(vec![transfer("alice", "bob", 1).into()]);
    assert!(
        chain
            .api
            .broadcast(
                chain
                    .api
                    .sign(transaction, std::slice::from_ref(&new))
                    .unwrap()
            )
            .is_ok()
    );
    let key = new.public_key().to_text("STM");
    let owners = chain
        .call("condenser_api.get_key_references", json!([[key]]))
        .await;
    assert_eq!(owners, json!([["alice"]]));
}

#[tokio::test]
async fn posts_are_written_edited_and_deleted() {
    let chain = chain().await;
    let post = post_by("alice", "hello");
    chain.send("alice", Role::Posting, post.clone()).unwrap();
    chain
        .send("bob", Role::Posting, reply_by("bob", "re-hello", &post))
        .unwrap();
    chain
        .send(
            "alice",
            Role::Posting,
            Comment {
                body: "@@ -1,6 +1,9 @@\n A \n+new\n body\n".into(),
                ..post.clone()
            },
        )
        .unwrap();
    let shown = chain
        .call("condenser_api.get_content", json!(["alice", "hello"]))
        .await;
    assert_eq!(
        (&shown["body"], &shown["children"], &shown["url"]),
        (&json!("A newbody"), &json!(1), &json!("/cool/@alice/hello"))
    );
    let moved = Comment {
        parent_permlink: "other".into(),
        ..post.clone()
    };
    assert!(
        chain
            .refused("alice", Role::Posting, moved)
            .ends_with("The permlink of a comment cannot change.")
    );
    let orphan = reply_by("bob", "re-nothing", &post_by("alice", "nothing"));
    assert!(
        chain
            .refused("bob", Role::Posting, orphan)
            .ends_with("Comment with id/permlink alice/nothing not found")
    );
    let empty = Comment {
        body: String::new(),
        ..post_by("alice", "empty")
    };
    assert!(
        chain
            .refused("alice", Role::Posting, empty)
            .ends_with("Body is empty")
    );

    let delete = |author: &str, permlink: &str| DeleteComment {
        author: author.into(),
        permlink: permlink.into(),
    };
    assert!(
        chain
            .refused("alice", Role::Posting, delete("alice", "hello"))
            .ends_with("Cannot delete a comment with replies.")
    );
    chain
        .send("bob", Role::Posting, delete("bob", "re-hello"))
        .unwrap();
    chain
        .send("carol", Role::Posting, vote("carol", &post, 10_000))
        .unwrap();
    assert!(
        chain
            .refused("alice", Role::Posting, delete("alice", "hello"))
            .ends_with("Cannot delete a comment with net positive votes.")
    );
    chain
        .send("carol", Role::Posting, vote("carol", &post, 0))
        .unwrap();
    chain
        .send("alice", Role::Posting, delete("alice", "hello"))
        .unwrap();
    let shown = chain
        .call("condenser_api.get_content", json!(["alice", "hello"]))
        .await;
    assert_eq!(shown["author"], "");
}

#[tokio::test]
async fn votes_have_rules() {
    let chain = chain().await;
    let post = post_by("alice", "hello");
    chain.send("alice", Role::Posting, post.clone()).unwrap();
    assert!(
        chain
            .refused("bob", Role::Posting, vote("bob", &post, 0))
            .ends_with("Vote weight cannot be 0.")
    );
    assert!(
        chain
            .refused("bob", Role::Posting, vote("bob", &post, 10_001))
            .ends_with("percentage")
    );
    chain
        .send("bob", Role::Posting, vote("bob", &post, 100))
        .unwrap();
    assert!(
        chain
            .refused("bob", Role::Posting, vote("bob", &post, 100))
            .ends_with("Your current vote on this comment is identical to this vote.")
    );
    for weight in [101, 102, 103, 104, 105] {
        chain
            .send("bob", Role::Posting, vote("bob", &post, weight))
            .unwrap();
    }
    assert!(
        chain
            .refused("bob", Role::Posting, vote("bob", &post, 106))
            .ends_with("Voter has used the maximum number of vote changes on this comment.")
    );
    let votes = chain
        .call("condenser_api.get_active_votes", json!(["alice", "hello"]))
        .await;
    assert_eq!(
        (&votes[0]["voter"], &votes[0]["percent"]),
        (&json!("bob"), &json!(105))
    );
}

#[tokio::test]
async fn intervals_are_kept_on_request() {
    let chain = Chain::with(Config {
        enforce_intervals: true,
        ..Config::test(Flavor::Hive)
    })
    .await;
    let post = post_by("alice", "one");
    chain.send("alice", Role::Posting, post.clone()).unwrap();
    assert!(
        chain
            .refused("alice", Role::Posting, post_by("alice", "two"))
            .ends_with("You may only post once every 5 minutes.")
    );
    chain
        .api
        .send("bob", Role::Posting, vec![vote("bob", &post, 100).into()])
        .unwrap();
    assert!(
        chain
            .refused("bob", Role::Posting, vote("bob", &post, 200))
            .ends_with("Can only vote once every 3 seconds.")
    );
    chain.api.increase_time(301);
    chain.api.mine(2);
    assert_eq!(
        chain.send("alice", Role::Posting, post_by("alice", "two")),
        Ok(())
    );
}

fn options(beneficiaries: &[(&str, u16)]) -> CommentOptions {
    CommentOptions {
        author: "alice".into(),
        permlink: "hello".into(),
        max_accepted_payout: Asset::dollar(1_000_000_000),
        percent_dollar: 10_000,
        allow_votes: true,
        allow_curation_rewards: true,
        beneficiaries: beneficiaries
            .iter()
            .map(|(account, weight)| Beneficiary {
                account: (*account).into(),
                weight: *weight,
            })
            .collect(),
    }
}

#[tokio::test]
async fn options_only_restrict() {
    let chain = chain().await;
    let post = post_by("alice", "hello");
    chain.send("alice", Role::Posting, post.clone()).unwrap();
    assert!(
        chain
            .refused("alice", Role::Posting, options(&[("carol", 1), ("bob", 1)]))
            .ends_with("Benficiaries must be specified in sorted order (account ascending)")
    );
    assert!(
        chain
            .refused("alice", Role::Posting, options(&[("nobody", 1)]))
            .ends_with("Beneficiary \"nobody\" must exist.")
    );
    chain
        .send(
            "alice",
            Role::Posting,
            options(&[("bob", 500), ("carol", 2_500)]),
        )
        .unwrap();
    let shown = chain
        .call("condenser_api.get_content", json!(["alice", "hello"]))
        .await;
    assert_eq!(
        shown["beneficiaries"],
        json!([{ "account": "bob", "weight": 500 }, { "account": "carol", "weight": 2500 }])
    );
    assert!(
        chain
            .refused("alice", Role::Posting, options(&[("bob", 1)]))
            .ends_with("Comment already has beneficiaries specified.")
    );
    let closed = CommentOptions {
        allow_votes: false,
        ..options(&[])
    };
    chain.send("alice", Role::Posting, closed).unwrap();
    assert!(
        chain
            .refused("bob", Role::Posting, vote("bob", &post, 1))
            .ends_with("Votes are not allowed on the comment.")
    );
    assert!(
        chain
            .refused("alice", Role::Posting, options(&[]))
            .ends_with("Voting cannot be re-enabled.")
    );
}

#[tokio::test]
async fn vesting_moves_up_and_down() {
    let chain = chain().await;
    let up = TransferToVesting {
        from: "alice".into(),
        to: String::new(),
        amount: Asset::liquid(1_000),
    };
    chain.send("alice", Role::Active, up).unwrap();
    let after = chain.api.balances("alice").unwrap();
    assert_eq!(after.vests, Balances::PLENTY.vests + 1_800_000_000);
    let delegate = |vests| DelegateVestingShares {
        delegator: "alice".into(),
        delegatee: "bob".into(),
        vesting_shares: Asset::vests(vests),
    };
    assert!(
        chain
            .refused("alice", Role::Active, delegate(i64::MAX))
            .contains("does not have enough mana to delegate")
    );
    chain
        .send("alice", Role::Active, delegate(1_000_000))
        .unwrap();
    let listed = chain
        .call(
            "condenser_api.get_vesting_delegations",
            json!(["alice", "", 10]),
        )
        .await;
    assert_eq!(
        (&listed[0]["delegatee"], &listed[0]["vesting_shares"]),
        (&json!("bob"), &json!("1.000000 VESTS"))
    );
    let down = |vests| WithdrawVesting {
        account: "alice".into(),
        vesting_shares: Asset::vests(vests),
    };
    assert!(
        chain
            .refused("alice", Role::Active, down(after.vests))
            .ends_with("Account does not have sufficient VESTS for withdraw.")
    );
    chain
        .send("alice", Role::Active, down(13 * 1_800_000_000))
        .unwrap();
    for _ in 0..14 {
        chain.api.increase_time(7 * 86_400);
        chain.api.mine(1);
    }
    let end = chain.api.balances("alice").unwrap();
    assert_eq!(
        (after.vests - end.vests, end.liquid - after.liquid),
        (13 * 1_800_000_000, 13_000)
    );
}

#[tokio::test]
async fn savings_take_three_days() {
    let chain = chain().await;
    let before = chain.api.balances("bob").unwrap().liquid;
    let to = TransferToSavings {
        from: "alice".into(),
        to: "alice".into(),
        amount: Asset::liquid(5_000),
        memo: String::new(),
    };
    chain.send("alice", Role::Active, to).unwrap();
    let from = |amount| TransferFromSavings {
        from: "alice".into(),
        request_id: 1,
        to: "bob".into(),
        amount: Asset::liquid(amount),
        memo: String::new(),
    };
    assert!(
        chain
            .refused("alice", Role::Active, from(5_001))
            .ends_with("Insufficient savings balance.")
    );
    chain.send("alice", Role::Active, from(5_000)).unwrap();
    assert_eq!(chain.api.balances("bob").unwrap().liquid, before);
    chain.api.increase_time(3 * 86_400);
    chain.api.mine(2);
    assert_eq!(chain.api.balances("bob").unwrap().liquid, before + 5_000);
}

#[tokio::test]
async fn witness_votes_and_proxies_are_recorded() {
    let chain = chain().await;
    let vote = |approve| AccountWitnessVote {
        account: "alice".into(),
        witness: "dev-witness00".into(),
        approve,
    };
    chain.send("alice", Role::Active, vote(true)).unwrap();
    assert!(
        chain
            .refused("alice", Role::Active, vote(true))
            .contains("Vote currently exists")
    );
    let shown = chain
        .call("condenser_api.get_accounts", json!([["alice"]]))
        .await;
    assert_eq!(shown[0]["witness_votes"], json!(["dev-witness00"]));
    let proxy = AccountWitnessProxy {
        account: "alice".into(),
        proxy: "bob".into(),
    };
    chain.send("alice", Role::Active, proxy.clone()).unwrap();
    assert!(
        chain
            .refused("alice", Role::Active, proxy)
            .ends_with("Proxy must change.")
    );
    assert!(
        chain
            .refused("alice", Role::Active, vote(false))
            .contains("please clear the proxy")
    );
}

#[tokio::test]
async fn there_are_no_rewards_to_claim() {
    let chain = chain().await;
    let claim = ClaimRewardBalance {
        account: "alice".into(),
        reward_liquid: Asset::liquid(1),
        reward_dollar: Asset::dollar(0),
        reward_vests: Asset::vests(0),
    };
    assert!(
        chain
            .refused("alice", Role::Posting, claim)
            .ends_with("Cannot claim that much liquid reward.")
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

#[tokio::test]
async fn withdrawals_follow_their_routes() {
    let chain = chain().await;
    let route = |to: &str, percent, auto_vest| SetWithdrawVestingRoute {
        from_account: "alice".into(),
        to_account: to.into(),
        percent,
        auto_vest,
    };
    assert!(
        chain
            .refused("alice", Role::Active, route("bob", 0, false))
            .ends_with("Cannot create a 0% destination.")
    );
    chain
        .send("alice", Role::Active, route("bob", 5_000, false))
        .unwrap();
    chain
        .send("alice", Role::Active, route("carol", 2_500, true))
        .unwrap();
    assert!(
        chain
            .refused("alice", Role::Active, route("dave", 2_501, false))
            .ends_with("More than 100% of vesting withdrawals allocated to destinations.")
    );
    let listed = chain
        .call(
            "condenser_api.get_withdraw_routes",
            json!(["bob", "incoming"]),
        )
        .await;
    assert_eq!(
        (&listed[0]["from_account"], &listed[0]["percent"]),
        (&json!("alice"), &json!(5_000))
    );
    let down = WithdrawVesting {
        account: "alice".into(),
        vesting_shares: Asset::vests(13 * 7_200_000_000),
    };
    chain.send("alice", Role::Active, down).unwrap();
    chain.api.increase_time(7 * 86_400);
    chain.api.mine(2);
    let gained = |name: &str| {
        let now = chain.api.balances(name).unwrap();
        (
            now.liquid - Balances::PLENTY.liquid,
            now.vests - Balances::PLENTY.vests,
        )
    };
    assert_eq!(gained("bob"), (2_000, 0));
    assert_eq!(gained("carol"), (0, 1_800_000_000));
    assert_eq!(gained("alice"), (1_000, -7_200_000_000));
}

#[tokio::test]
async fn a_stolen_account_is_recovered() {
    let chain = chain().await;
    chain.api.create_account("alice", "victim").unwrap();
    let new = Authority::key(PrivateKey::from_seed("new owner").public_key());
    let request = |by: &str| RequestAccountRecovery {
        recovery_account: by.into(),
        account_to_recover: "victim".into(),
        new_owner_authority: new.clone(),
    };
    assert!(
        chain
            .refused("bob", Role::Active, request("bob"))
            .contains("does not have you as there recovery partner")
    );
    let recent = Authority::key(chain.api.key("victim", Role::Owner).public_key());
    let recover = RecoverAccount {
        account_to_recover: "victim".into(),
        new_owner_authority: new.clone(),
        recent_owner_authority: recent,
    };
    let sign = |operation: RecoverAccount| {
        let keys = [
            PrivateKey::from_seed("new owner"),
            chain.api.key("victim", Role::Owner),
        ];
        chain
            .api
            .sign(chain.api.transaction(vec![operation.into()]), &keys)
            .unwrap()
    };
    let error = chain.api.broadcast(sign(recover.clone())).unwrap_err();
    assert!(
        error
            .message()
            .ends_with("There are no active recovery requests for this account."),
        "{error}"
    );
    chain.send("alice", Role::Active, request("alice")).unwrap();
    let found = chain
        .call(
            "database_api.find_account_recovery_requests",
            json!({ "accounts": ["victim"] }),
        )
        .await;
    assert_eq!(found["requests"][0]["account_to_recover"], "victim");
    chain.api.broadcast(sign(recover)).unwrap();
    chain.api.mine(1);
    let victim = chain
        .call("condenser_api.get_accounts", json!([["victim"]]))
        .await;
    assert_eq!(victim[0]["owner"], new.to_json(&chain.api.protocol()));
}
