//! Main-chain nodes that are gone, lag, lie, hang or answer with something else: the node follows the right chain to its
//! end all the same.

use std::net::TcpListener;

use tartan_devchain::{Config, EndpointKind, Fault, FaultKind, Irreversibility};
use tartan_graphene::Flavor;

use crate::harness::{Desk, Dump, MainChain, SideChain, Traffic};

/// A chain with a history, and endpoints of these kinds besides the honest one.
fn chain(endpoints: Vec<EndpointKind>) -> (MainChain, Traffic) {
    let config = Config {
        irreversibility: Irreversibility::Steem,
        endpoints,
        ..Config::test(Flavor::Steem)
    };
    let main_chain = MainChain::with(config);
    let mut traffic = Traffic::new(21);
    traffic.found(&main_chain);
    for _ in 0..150 {
        traffic.block(&main_chain, 3);
    }
    (main_chain, traffic)
}

/// The sidechain as a node sees it that has only the honest endpoint, undisturbed.
fn honest(desk: &Desk, main_chain: &MainChain) -> Dump {
    let (node, running) = SideChain::start(desk, &main_chain.url(), "honest");
    node.wait_for_head(main_chain);
    let dump = node.dump();
    running.stop();
    dump
}

/// Which nodes are preferred.
#[derive(PartialEq)]
enum Order {
    BadFirst,
    HonestFirst,
}

/// Follows the chain through all its endpoints; more blocks come while it does.
#[track_caller]
fn check(main_chain: &MainChain, mut traffic: Traffic, order: Order) {
    let desk = Desk::new();
    let mut urls = main_chain.api.urls();
    if order == Order::BadFirst {
        urls.reverse();
    }
    let (node, running) = SideChain::start(&desk, &urls.join(","), "state");
    for _ in 0..20 {
        traffic.block(main_chain, 3);
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    node.wait_for_head(main_chain);
    let followed = node.dump();
    running.stop();
    main_chain.api.clear_faults();
    followed.assert_equals(&honest(&desk, main_chain));
}

#[test]
fn that_lag() {
    let (main_chain, traffic) = chain(vec![
        EndpointKind::Lagging { blocks: 40 },
        EndpointKind::Lagging { blocks: 3 },
    ]);
    check(&main_chain, traffic, Order::BadFirst);
}

/// The false branch is signed and linked like the true one; nothing but the node that is preferred tells them apart.
#[test]
fn that_lie() {
    let (main_chain, traffic) = chain(vec![
        EndpointKind::Lying { from: 100 },
        EndpointKind::Lying { from: 140 },
    ]);
    check(&main_chain, traffic, Order::HonestFirst);
}

#[test]
fn that_hang() {
    let (main_chain, traffic) = chain(vec![EndpointKind::Honest, EndpointKind::Honest]);
    main_chain
        .api
        .set_fault(Fault::always(FaultKind::Hang).at(2));
    main_chain
        .api
        .set_fault(Fault::times(FaultKind::Hang, 3).at(1));
    check(&main_chain, traffic, Order::BadFirst);
}

#[test]
fn that_answer_with_something_else() {
    let (main_chain, traffic) = chain(vec![EndpointKind::Honest, EndpointKind::Honest]);
    let api = &main_chain.api;
    api.set_fault(Fault::always(FaultKind::HtmlPage).at(2));
    for kind in [
        FaultKind::Http {
            status: 502,
            retry_after: None,
        },
        FaultKind::Http {
            status: 429,
            retry_after: Some(1),
        },
        FaultKind::TruncatedJson,
        FaultKind::DropConnection,
        FaultKind::NullBlock { number: None },
        FaultKind::WrongBlock { offset: 1 },
        FaultKind::EmptyBlocks,
        FaultKind::MissingFields {
            fields: vec!["transaction_ids".to_string()],
        },
        FaultKind::InternalError,
        FaultKind::RequestTimeout,
        FaultKind::BadUpstream,
        FaultKind::DuplicatedAnswers,
        FaultKind::WrongId,
    ] {
        api.set_fault(Fault::times(kind, 2).at(1));
    }
    check(&main_chain, traffic, Order::BadFirst);
}

#[test]
fn that_are_not_there_yet() {
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    let desk = Desk::new();
    let (node, running) = SideChain::start(&desk, &format!("http://127.0.0.1:{port}"), "state");
    let health = node.wait_until("trying again", |health| {
        health["sync"]["state"]["is"] == "retrying"
    });
    assert_eq!(health["healthy"], false);
    let reason = health["sync"]["state"]["reason"]
        .as_str()
        .expect("a reason");
    assert!(reason.contains("could not connect"), "{reason}");
    let logged = running.logs("trying again");
    assert!(logged.contains("could not connect"), "{logged}");

    let config = Config {
        listen: ([127, 0, 0, 1], port).into(),
        ..Config::test(Flavor::Steem)
    };
    let main_chain = MainChain::with(config.clone());
    main_chain.api.mine(20);
    node.wait_for_head(&main_chain);
    node.wait_until("health", |health| health["healthy"] == true);
    running.stop();
}

#[test]
fn that_go_away_and_come_back() {
    let desk = Desk::new();
    let file = desk.path("chain.log");
    let config = |port: u16| Config {
        listen: ([127, 0, 0, 1], port).into(),
        data_file: Some(file.clone()),
        irreversibility: Irreversibility::Instant,
        ..Config::test(Flavor::Steem)
    };
    let main_chain = MainChain::with(config(0));
    let mut traffic = Traffic::new(22);
    traffic.found(&main_chain);
    let url = main_chain.url();
    let port: u16 = url
        .rsplit(':')
        .next()
        .and_then(|port| port.parse().ok())
        .expect("a port");
    let (node, running) = SideChain::start(&desk, &url, "state");
    node.wait_for_head(&main_chain);
    main_chain.stop();
    node.wait_until("trying again", |health| {
        health["sync"]["state"]["is"] == "retrying"
    });

    let main_chain = MainChain::with(config(port));
    for _ in 0..20 {
        traffic.block(&main_chain, 3);
    }
    node.wait_for_head(&main_chain);
    let followed = node.dump();
    running.stop();
    followed.assert_equals(&honest(&desk, &main_chain));
}

#[test]
fn of_another_chain() {
    let main_chain = MainChain::new();
    let desk = Desk::new();
    let args = [
        "node",
        "--network",
        "hive",
        "--main-chain",
        &main_chain.url(),
        "--data-dir",
        "state",
        "--listen",
        "127.0.0.1:0",
    ];
    let mut running = desk.start(&args);
    assert_eq!(running.ends(), 1);
    let output = running.output();
    assert!(
        output.contains("belongs to another chain than the network"),
        "{output}"
    );
    assert!(output.contains("expected chain id beeab0de"), "{output}");
}
