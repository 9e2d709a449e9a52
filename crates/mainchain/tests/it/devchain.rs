//! Against a whole main chain: real signatures and rules, forks, endpoints that lag and lie, every fault it knows.

use std::time::Duration;

use tartan_devchain::{
    Api, Config, EndpointKind, Fault, FaultKind, ForkSpec, Handle, Irreversibility, Mining, spawn,
};
use tartan_graphene::operation::{CustomJson, Transfer};
use tartan_graphene::{Asset, BlockId, Flavor, MainOperation, Operation, Role};
use tartan_mainchain::{
    Backoff, BroadcastError, Broadcaster, Client, ClientConfig, Finality, FollowError,
    FollowerConfig, Goal, NodeState, Outcome, RefusalKind, Start,
};

use crate::story::Story;

async fn chain(flavor: Flavor, irreversibility: Irreversibility) -> (Api, Handle) {
    let config = Config {
        irreversibility,
        ..Config::test(flavor)
    };
    spawn(config).await.unwrap()
}

fn client_of(chain: &Api, urls: Vec<String>) -> Client {
    let mut config = ClientConfig::new(chain.protocol(), urls);
    config.request_timeout = Duration::from_secs(2);
    config.range_timeout = Duration::from_secs(5);
    config.hedge_after = Some(Duration::from_millis(300));
    config.cool_down = Backoff {
        first: Duration::from_millis(200),
        max: Duration::from_secs(1),
    };
    Client::new(config).unwrap()
}

fn client(chain: &Api) -> Client {
    client_of(chain, vec![chain.url()])
}

fn follow(client: Client, start: Start) -> Story {
    Story::begin(client, start, |_| {})
}

fn ids(chain: &Api) -> Vec<BlockId> {
    (1..=chain.head().number)
        .map(|number| chain.block(number).unwrap().id)
        .collect()
}

fn custom_json(text: &str) -> Operation {
    CustomJson {
        required_auths: ["alice".to_owned()].into(),
        required_posting_auths: [].into(),
        id: "ssc-dev".to_owned(),
        json: text.to_owned(),
    }
    .into()
}

fn transfer(amount: i64) -> Operation {
    Transfer {
        from: "alice".to_owned(),
        to: "bob".to_owned(),
        amount: Asset::liquid(amount),
        memo: "lunch".to_owned(),
    }
    .into()
}

fn busy_blocks(chain: &Api, count: u32) {
    for number in 0..count {
        let operations = vec![
            custom_json(&format!("[{number}]")),
            transfer(i64::from(number) + 1),
        ];
        chain.send("alice", Role::Active, operations).unwrap();
        chain.mine(1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn catches_up_with_both_kinds_of_chain() {
    for (flavor, amount) in [(Flavor::Steem, "1.000 STEEM"), (Flavor::Hive, "1.000 HIVE")] {
        let (chain, handle) = chain(flavor, Irreversibility::Steem).await;
        chain
            .send(
                "alice",
                Role::Active,
                vec![custom_json("{}"), transfer(1000)],
            )
            .unwrap();
        let first = chain.mine(1).number;
        busy_blocks(&chain, 40);
        chain.mine(3000);
        let mut story = follow(client(&chain), Start::At(1));
        story.until(chain.head().id).await;
        assert_eq!(story.branch, ids(&chain));
        assert_eq!(story.irreversible, chain.last_irreversible());

        let client = client(&chain);
        let block = client.block(first).await.unwrap().unwrap();
        let stored = chain.block(first).unwrap();
        assert_eq!(block.transactions[0].id, stored.transaction_ids[0]);
        let MainOperation::Transfer { amount: found, .. } = &block.transactions[0].operations[1]
        else {
            panic!("{block:?}");
        };
        assert_eq!(found, amount);
        handle.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn follows_blocks_made_while_it_watches() {
    let config = Config {
        mining: Mining::Interval { millis: 30 },
        relaxed_expiration: true,
        ..Config::default()
    };
    let (chain, handle) = spawn(config).await.unwrap();
    let mut story = follow(client(&chain), Start::At(1));
    while story.branch.len() < 60 {
        story.step().await.unwrap();
    }
    chain.pause();
    story.until(chain.head().id).await;
    assert_eq!(story.branch, ids(&chain));
    assert!(!story.told().contains('<'));
    handle.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forks_of_depth_one_to_twenty() {
    let (chain, handle) = chain(Flavor::Steem, Irreversibility::Steem).await;
    busy_blocks(&chain, 30);
    let mut story = follow(client(&chain), Start::At(1));
    for depth in 1..=20 {
        story.until(chain.head().id).await;
        story.events.clear();
        let outcome = chain
            .fork(&ForkSpec {
                drop_all: depth % 2 == 0,
                ..ForkSpec::depth(depth)
            })
            .unwrap();
        story.until(chain.head().id).await;
        assert_eq!(
            story.events[0],
            format!("<{}", outcome.base),
            "depth {depth}"
        );
        assert_eq!(story.branch, ids(&chain), "depth {depth}");
        busy_blocks(&chain, 21);
    }
    handle.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_that_flips_back() {
    let (chain, handle) = chain(Flavor::Hive, Irreversibility::Steem).await;
    chain.mine(30);
    let mut story = follow(client(&chain), Start::At(1));
    story.until(chain.head().id).await;
    let left = chain.fork(&ForkSpec::depth(1)).unwrap();
    story.until(chain.head().id).await;
    chain
        .fork(&ForkSpec {
            restore: Some(left.left),
            ..ForkSpec::default()
        })
        .unwrap();
    story.until(chain.head().id).await;
    assert_eq!(story.branch, ids(&chain));
    assert_eq!(story.follower.status().forks, 2);
    handle.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fork_below_the_irreversible_block_is_an_alarm() {
    let (chain, handle) = chain(Flavor::Hive, Irreversibility::Hive).await;
    chain.mine(30);
    let mut story = follow(client(&chain), Start::At(1));
    story.until(chain.head().id).await;
    assert_eq!(story.irreversible, 34);
    let unsafe_fork = ForkSpec {
        below_irreversible: true,
        ..ForkSpec::depth(5)
    };
    chain.fork(&unsafe_fork).unwrap();
    let error = story.fails().await;
    assert!(
        matches!(error, FollowError::IrreversibleFork { number: 34, .. }),
        "{error}"
    );
    handle.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_irreversible_blocks_never_see_a_fork() {
    let (chain, handle) = chain(Flavor::Steem, Irreversibility::Steem).await;
    chain.mine(60);
    let mut story = Story::begin(
        client(&chain),
        Start::At(1),
        |config: &mut FollowerConfig| {
            config.finality = Finality::Irreversible;
        },
    );
    for depth in [1, 5, 20] {
        let last = chain.last_irreversible();
        story.until(chain.block(last).unwrap().id).await;
        chain.fork(&ForkSpec::depth(depth)).unwrap();
        chain.mine(25);
    }
    assert!(!story.told().contains('<'), "{}", story.told());
    handle.shutdown().await;
}

/// The first endpoint misbehaves in every known way, the second one does not.
#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_the_preferred_node_is_survived() {
    let faults = [
        FaultKind::Latency { millis: 700 },
        FaultKind::DropConnection,
        FaultKind::Hang,
        FaultKind::Http {
            status: 429,
            retry_after: Some(1),
        },
        FaultKind::Http {
            status: 429,
            retry_after: None,
        },
        FaultKind::Http {
            status: 502,
            retry_after: None,
        },
        FaultKind::Http {
            status: 403,
            retry_after: None,
        },
        FaultKind::HtmlPage,
        FaultKind::TruncatedJson,
        FaultKind::NullBlock { number: None },
        FaultKind::StaleHead { blocks: 3 },
        FaultKind::StaleHead { blocks: 1000 },
        FaultKind::WrongBlock { offset: -1 },
        FaultKind::MissingFields {
            fields: vec![
                "block_id".to_owned(),
                "transaction_ids".to_owned(),
                "signing_key".to_owned(),
            ],
        },
        FaultKind::MissingFields {
            fields: vec!["witness_signature".to_owned()],
        },
        FaultKind::EmptyBlocks,
        FaultKind::InternalError,
        FaultKind::RequestTimeout,
        FaultKind::BadUpstream,
        FaultKind::RpcError {
            code: -32003,
            message: "Unable to acquire database lock".to_owned(),
        },
        FaultKind::DuplicatedAnswers,
        FaultKind::WrongId,
    ];
    let (chain, handle) = chain(Flavor::Steem, Irreversibility::Steem).await;
    chain.add_endpoint(EndpointKind::Honest).await.unwrap();
    busy_blocks(&chain, 30);
    let mut story = follow(client_of(&chain, chain.urls()), Start::At(1));
    for kind in faults {
        let shown = format!("{kind:?}");
        story.until(chain.head().id).await;
        let fault = chain.set_fault(Fault::always(kind).at(0));
        for produced in [1, 3, 40] {
            busy_blocks(&chain, produced);
            story.until(chain.head().id).await;
        }
        assert_eq!(story.branch, ids(&chain), "{shown}");
        assert!(chain.clear_fault(fault));
    }
    assert!(!story.told().contains('<'), "{}", story.told());
    handle.shutdown().await;
}

/// The only node fails for a while.
#[tokio::test(flavor = "multi_thread")]
async fn faults_of_the_only_node_pass() {
    let (chain, handle) = chain(Flavor::Hive, Irreversibility::Hive).await;
    busy_blocks(&chain, 10);
    let mut story = follow(client(&chain), Start::At(1));
    story.until(chain.head().id).await;
    for kind in [
        FaultKind::DropConnection,
        FaultKind::HtmlPage,
        FaultKind::TruncatedJson,
        FaultKind::BadUpstream,
        FaultKind::NullBlock { number: None },
        FaultKind::WrongBlock { offset: 1 },
        FaultKind::EmptyBlocks,
        FaultKind::WrongId,
    ] {
        chain.set_fault(Fault::times(kind, 3));
        busy_blocks(&chain, 5);
        story.until(chain.head().id).await;
    }
    assert_eq!(story.branch, ids(&chain));
    handle.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lagging_and_lying_endpoints() {
    let (chain, handle) = chain(Flavor::Steem, Irreversibility::Steem).await;
    busy_blocks(&chain, 30);
    chain
        .add_endpoint(EndpointKind::Lagging { blocks: 4 })
        .await
        .unwrap();
    chain
        .add_endpoint(EndpointKind::Lying { from: 0 })
        .await
        .unwrap();
    let urls = chain.urls();
    for order in [[1, 0, 2], [0, 1, 2], [1, 2, 0]] {
        let nodes = order
            .iter()
            .map(|index: &usize| urls[*index].clone())
            .collect();
        let mut story = follow(client_of(&chain, nodes), Start::At(1));
        for produced in [1, 3, 30] {
            busy_blocks(&chain, produced);
            // With the liar before the honest node, and the lagging one unable to say otherwise, the liar may be
            // followed for a while; what counts is where it ends.
            story.until(chain.head().id).await;
        }
        assert_eq!(story.branch, ids(&chain), "{order:?}");
    }
    handle.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_of_the_other_kind_is_refused() {
    let (chain, handle) = chain(Flavor::Hive, Irreversibility::Hive).await;
    let config = ClientConfig::new(tartan_graphene::Chain::steem(), [chain.url()]);
    let mut story = follow(Client::new(config).unwrap(), Start::At(1));
    let error = story.fails().await.to_string();
    assert!(
        error.contains("expected chain id 0000") && error.contains("found beeab0de"),
        "{error}"
    );
    assert!(matches!(
        story.follower.status().nodes[0].state,
        NodeState::Foreign { .. }
    ));
    handle.shutdown().await;
}

async fn mining() -> (Api, Handle, Broadcaster) {
    let config = Config {
        mining: Mining::Interval { millis: 50 },
        relaxed_expiration: true,
        ..Config::default()
    };
    let (chain, handle) = spawn(config).await.unwrap();
    let broadcaster = Broadcaster::new(client(&chain)).confirmation(
        Duration::from_millis(20),
        Duration::from_secs(60),
        Duration::from_millis(500),
    );
    (chain, handle, broadcaster)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_transaction_comes_through() {
    let (chain, handle, broadcaster) = mining().await;
    let key = chain.key("alice", Role::Active);
    let operations = vec![custom_json("{}"), transfer(1500)];
    let (signed, outcome) = broadcaster
        .transact(operations, &[key], Goal::Irreversible)
        .await
        .unwrap();
    let Outcome::Irreversible(confirmed) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(
        chain.find(&confirmed.id),
        Some((confirmed.block, u32::try_from(confirmed.index).unwrap()))
    );
    assert_eq!(
        chain.block(confirmed.block).unwrap().block.transactions[confirmed.index],
        signed
    );
    // Long afterwards it is still found.
    let outcome = broadcaster
        .confirm(&signed, Goal::Irreversible)
        .await
        .unwrap();
    assert_eq!(outcome, Outcome::Irreversible(confirmed));
    handle.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_of_a_real_chain_are_understood() {
    let (chain, handle, broadcaster) = mining().await;
    let posting = chain.key("alice", Role::Posting);
    for (operations, keys, kind) in [
        (
            vec![transfer(1)],
            vec![posting],
            RefusalKind::MissingAuthority,
        ),
        (
            vec![transfer(1)],
            vec![
                chain.key("alice", Role::Active),
                chain.key("bob", Role::Active),
            ],
            RefusalKind::WrongSignatures,
        ),
        (
            vec![transfer(i64::MAX)],
            vec![chain.key("alice", Role::Active)],
            RefusalKind::Other,
        ),
    ] {
        let error = broadcaster
            .transact(operations, &keys, Goal::Included)
            .await
            .unwrap_err();
        let BroadcastError::Refused(refusal) = error else {
            panic!("{error}");
        };
        assert_eq!(refusal.kind, kind, "{refusal}");
    }
    handle.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_answers_to_a_broadcast_do_not_double_it() {
    let (chain, handle, broadcaster) = mining().await;
    chain.set_fault(Fault::times(FaultKind::TruncatedJson, 1).on("broadcast_transaction"));
    let before = chain.balances("bob").unwrap().liquid;
    let key = chain.key("alice", Role::Active);
    let (_, outcome) = broadcaster
        .transact(vec![transfer(1500)], &[key], Goal::Irreversible)
        .await
        .unwrap();
    assert!(matches!(outcome, Outcome::Irreversible(_)), "{outcome:?}");
    assert_eq!(chain.balances("bob").unwrap().liquid, before + 1500);
    handle.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_of_a_real_chain() {
    let (chain, handle) = chain(Flavor::Hive, Irreversibility::Hive).await;
    let accounts = client(&chain)
        .accounts(&["alice", "nobody-here", "bob"])
        .await
        .unwrap();
    let names: Vec<&str> = accounts
        .iter()
        .map(|account| account.name.as_str())
        .collect();
    assert_eq!(names, ["alice", "bob"]);
    let key = chain.key("alice", Role::Posting).public_key();
    assert_eq!(accounts[0].posting.key_auths.get(&key), Some(&1));
    handle.shutdown().await;
}
