//! Posts and votes.

use super::chain;
use crate::common::{Chain, post_by, reply_by, vote};
use serde_json::json;
use tartan_devchain::Config;
use tartan_graphene::operation::{Beneficiary, Comment, CommentOptions, DeleteComment};
use tartan_graphene::{Asset, Flavor, Role};

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
