//! A node follows a main chain, through forks, restarts and the end.

use std::time::Duration;

use crate::common::*;
use serde_json::Value;
use tartan_chain::network::Flavor;
use tartan_chain::{ChainError, Network};
use tartan_devchain::{ForkOrder, ForkSpec, Irreversibility};
use tartan_mainchain::FollowError;
use tartan_node::{Finality, NodeConfig, NodeError, SyncState, spawn};
use tartan_state::StateError;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn get(address: std::net::SocketAddr, path: &str) -> (u16, String) {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (
        head.split(' ').nth(1).unwrap().parse().unwrap(),
        body.to_owned(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn follows_and_serves() {
    let main = Main::start().await;
    let (node, handle) = spawn(main.serving()).await.unwrap();
    main.transfer("steemsc", "alice", "12.50000000");
    main.api.mine(1);
    main.caught_up(&node).await;
    assert_eq!(balance(&node, "alice"), "12.50000000");
    main.transfer("alice", "bob", "2.50000000");
    main.api.mine(3);
    main.caught_up(&node).await;
    assert_eq!(
        (balance(&node, "alice"), balance(&node, "bob")),
        ("10.00000000".into(), "2.50000000".into())
    );

    let address = node.rpc_address().unwrap();
    let in_sync = node
        .progress()
        .wait_for(|status| status.state == SyncState::Synced && status.lag() == Some(0))
        .await
        .is_ok();
    assert!(in_sync);
    let (status, body) = get(address, "/health").await;
    let health: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (status, &health["healthy"], &health["lag"]),
        (200, &Value::Bool(true), &Value::from(0)),
        "{body}"
    );
    assert_eq!(health["sync"]["position"], main.api.head().number);
    assert_eq!(health["sync"]["nodes"].as_array().unwrap().len(), 1);
    let (_, metrics) = get(address, "/metrics").await;
    for name in [
        "tartan_main_blocks_total",
        "tartan_execution_seconds_bucket",
        "tartan_mainchain_requests_total",
        "tartan_main_node_usable",
    ] {
        assert!(metrics.contains(name), "{name} in {metrics}");
    }
    handle.shutdown().await.unwrap();
    assert!(
        tokio::net::TcpStream::connect(address).await.is_err(),
        "nobody listens any more"
    );
    assert!(matches!(
        node.progress().borrow().state,
        SyncState::Stopped { .. }
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn forks_leave_no_trace() {
    let main = Main::start().await;
    let (node, handle) = main.node().await;
    main.mine_transfers(21);
    for depth in 1..=20 {
        main.mine_transfers(2);
        main.caught_up(&node).await;
        let order = [ForkOrder::Keep, ForkOrder::Reverse, ForkOrder::Delay][depth as usize % 3];
        let spec = ForkSpec {
            depth,
            grow: depth % 4,
            order,
            drop_all: depth % 5 == 0,
            ..ForkSpec::default()
        };
        main.api.fork(&spec).unwrap();
        main.caught_up(&node).await;
    }
    let followed = node
        .progress()
        .wait_for(|status| status.forks == 20)
        .await
        .is_ok();
    assert!(followed);
    main.compare_with_a_fresh_node(&node).await;
    handle.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn irreversible_blocks_only() {
    let main = Main::start().await;
    let config = NodeConfig {
        finality: Finality::Irreversible,
        ..main.config()
    };
    let (node, handle) = spawn(config).await.unwrap();
    main.mine_transfers(30);
    let irreversible = main.api.last_irreversible();
    node.executed(irreversible).await.unwrap();
    main.api.fork(&ForkSpec::depth(15)).unwrap();
    main.api.mine(1);
    node.executed(main.api.last_irreversible()).await.unwrap();
    assert_eq!(node.position(), main.api.last_irreversible());
    assert_eq!(node.progress().borrow().forks, 0);
    handle.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_goes_on_where_the_disk_is() {
    let main = Main::start().await;
    let directory = tempfile::tempdir().unwrap();
    for round in 0..4 {
        main.mine_transfers(13);
        let (node, handle) = spawn(main.config_in(directory.path())).await.unwrap();
        if round > 0 {
            assert!(node.position() > 1, "it begins where it was");
        }
        main.mine_transfers(3);
        main.caught_up(&node).await;
        if round == 3 {
            main.compare_with_a_fresh_node(&node).await;
        }
        handle.shutdown().await.unwrap();
    }
    let metrics = tartan_rpc::recorder().render();
    assert!(metrics.contains("tartan_flush_seconds_count"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_in_the_middle_keeps_whole_blocks() {
    let main = Main::start().await;
    let directory = tempfile::tempdir().unwrap();
    main.mine_transfers(150);
    main.api.set_irreversibility(Irreversibility::Instant);
    main.api.mine(1);
    let mut resumed_at = 0;
    for round in 1..=5 {
        let (node, handle) = spawn(main.config_in(directory.path())).await.unwrap();
        assert!(node.position() >= resumed_at);
        node.executed(round * 25).await.unwrap();
        let started = std::time::Instant::now();
        handle.shutdown().await.unwrap();
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "{:?}",
            started.elapsed()
        );
        resumed_at = node.reader().irreversible().unwrap();
        assert!(resumed_at >= round * 25 - 1);
    }
    let (node, handle) = spawn(main.config_in(directory.path())).await.unwrap();
    assert!(node.position() >= resumed_at);
    main.compare_with_a_fresh_node(&node).await;
    handle.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_main_chain_that_no_longer_has_the_last_block_is_refused() {
    let main = Main::start().await;
    let directory = tempfile::tempdir().unwrap();
    main.mine_transfers(30);
    let (node, handle) = spawn(main.config_in(directory.path())).await.unwrap();
    main.caught_up(&node).await;
    handle.shutdown().await.unwrap();
    drop(node);

    main.api
        .fork(&ForkSpec {
            below_irreversible: true,
            ..ForkSpec::depth(29)
        })
        .unwrap();
    let (node, mut handle) = spawn(main.config_in(directory.path())).await.unwrap();
    let ended = tokio::time::timeout(PATIENCE, handle.stopped())
        .await
        .expect("the end, in time");
    assert!(
        matches!(
            ended,
            Err(NodeError::Follow(FollowError::IrreversibleFork { .. }))
        ),
        "{ended:?}"
    );
    assert!(
        matches!(&node.progress().borrow().state, SyncState::Stopped { reason } if reason.contains("irreversible"))
    );
    assert!(matches!(
        node.executed(1_000_000).await,
        Err(NodeError::Stopped(_))
    ));
    handle.shutdown().await.unwrap(); // the reason was told already
}

#[tokio::test(flavor = "multi_thread")]
async fn directories_of_others_are_refused() {
    let main = Main::start().await;
    let directory = tempfile::tempdir().unwrap();
    main.mine_transfers(25);
    let (node, handle) = spawn(main.config_in(directory.path())).await.unwrap();
    main.caught_up(&node).await;
    let second = spawn(main.config_in(directory.path())).await.err().unwrap();
    assert!(
        matches!(second, NodeError::State(StateError::InUse { .. })),
        "{second}"
    );
    handle.shutdown().await.unwrap();
    drop(node);

    let other = NodeConfig {
        network: Network::dev(Flavor::Hive).into(),
        ..main.config_in(directory.path())
    };
    let foreign = spawn(other).await.err().unwrap();
    assert!(
        matches!(foreign, NodeError::Chain(ChainError::Foreign { .. })),
        "{foreign}"
    );

    let stranger = tempfile::tempdir().unwrap();
    std::fs::write(stranger.path().join("letters.txt"), "dear").unwrap();
    let foreign = spawn(main.config_in(stranger.path())).await.err().unwrap();
    assert!(
        matches!(foreign, NodeError::State(StateError::Foreign { .. })),
        "{foreign}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn unreachable_nodes_are_waited_for() {
    let main = Main::start().await;
    main.mine_transfers(3);
    // a port that nobody listens on
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let config = NodeConfig {
        main_chain: vec![format!("http://{closed}")],
        ..main.serving()
    };
    let (node, handle) = spawn(config).await.unwrap();
    let mut progress = node.progress();
    let retrying = progress.wait_for(|status| matches!(status.state, SyncState::Retrying { .. }));
    let status = tokio::time::timeout(PATIENCE, retrying)
        .await
        .unwrap()
        .unwrap()
        .clone();
    assert!(!status.is_healthy(20), "{status:?}");
    let (code, body) = get(node.rpc_address().unwrap(), "/health").await;
    assert_eq!(code, 503, "{body}");
    let started = std::time::Instant::now();
    handle.shutdown().await.unwrap();
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_node_takes_over_when_the_first_fails() {
    let main = Main::start().await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let mut config = main.config();
    config.main_chain.insert(0, format!("http://{closed}"));
    let (node, handle) = spawn(config).await.unwrap();
    main.mine_transfers(5);
    main.caught_up(&node).await;
    handle.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_main_chain_of_the_other_flavour_is_refused() {
    for (flavor, network, told) in [
        (
            tartan_graphene::Flavor::Hive,
            Network::dev(Flavor::Steem),
            "is a node of a Hive-flavoured chain: expected a Steem-flavoured one",
        ),
        (
            tartan_graphene::Flavor::Steem,
            Network::dev(Flavor::Hive),
            "is a node of a Steem-flavoured chain: expected a Hive-flavoured one",
        ),
    ] {
        // A chain id of its own says nothing about the flavour.
        let config = tartan_devchain::Config {
            chain_id: Some([7; 32]),
            ..tartan_devchain::Config::test(flavor)
        };
        let (main, main_handle) = tartan_devchain::spawn(config).await.unwrap();
        let config = NodeConfig::new(network, [main.url()]);
        let (_node, mut handle) = spawn(config).await.unwrap();
        let error = handle.stopped().await.unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
        main_handle.shutdown().await;
    }
}
