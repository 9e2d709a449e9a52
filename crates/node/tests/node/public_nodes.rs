//! Nodes that look at each other.

use std::time::Duration;

use tartan_node::{Handle, Node, NodeConfig, PublicNode, Standing, spawn};

use crate::common::*;

/// A node that serves, and its address.
async fn serving(main: &Main) -> (Node, Handle, String) {
    let (node, handle) = spawn(main.serving()).await.unwrap();
    let address = format!("http://{}", node.rpc_address().unwrap());
    (node, handle, address)
}

/// A node that looks at these.
async fn looking(main: &Main, nodes: Vec<String>) -> (Node, Handle) {
    let config = NodeConfig {
        public_nodes: nodes,
        public_nodes_interval: Duration::from_millis(100),
        ..main.config()
    };
    spawn(config).await.unwrap()
}

/// The first node in the list, once it is as wanted.
async fn first(node: &Node, wanted: impl Fn(&PublicNode) -> bool) -> PublicNode {
    let mut nodes = node.public_nodes().expect("a list");
    let reached = nodes.wait_for(|nodes| wanted(&nodes[0]));
    match tokio::time::timeout(PATIENCE, reached).await {
        Ok(found) => found.unwrap()[0].clone(),
        Err(_) => panic!("{:?}", node.public_nodes().unwrap().borrow()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_of_one_chain_agree_until_one_goes() {
    let main = Main::start().await;
    let (other, other_handle, address) = serving(&main).await;
    let (node, handle) = looking(&main, vec![address.clone()]).await;
    main.mine_transfers(5);
    main.caught_up(&node).await;
    main.caught_up(&other).await;
    let head = node.reader().latest_block().unwrap().unwrap();
    let found = first(&node, |found| {
        let compared = found.compared.as_ref();
        compared.is_some_and(|at| at.block == head.number)
    })
    .await;
    assert_eq!((found.url, found.standing), (address, Standing::Agrees));
    assert!(found.version.unwrap().starts_with("tartan-"));
    assert_eq!(found.compared.unwrap().theirs, head.hash.as_str());
    assert_eq!((found.light, found.last_divergence), (Some(false), None));
    other_handle.shutdown().await.unwrap();
    first(&node, |found| {
        matches!(found.standing, Standing::Unreachable { .. })
    })
    .await;
    handle.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_with_another_history_is_found_with_its_first_block() {
    let (main, foreign) = (Main::start().await, Main::start().await);
    let (other, other_handle, address) = serving(&foreign).await;
    let (node, handle) = looking(&main, vec![address]).await;
    // both have the same genesis, and what comes then is a matter of their main chains
    for (main, node, blocks) in [(&main, &node, 40), (&foreign, &other, 45)] {
        main.mine_transfers(3);
        main.transfer("steemsc", "dave", &format!("{blocks}"));
        main.mine_transfers(blocks);
        main.caught_up(node).await;
    }
    let found = first(&node, |found| {
        let head = other.reader().latest_block().unwrap().unwrap().number;
        found.standing == Standing::Differs && found.head == Some(head)
    })
    .await;
    let at = found.last_divergence.unwrap().at;
    let (ours, theirs) = (hashes(node.reader()), hashes(other.reader()));
    let pairs = ours.iter().zip(&theirs);
    let expected = pairs.take_while(|(ours, theirs)| ours == theirs).count();
    assert!(expected > 0, "genesis is the same");
    assert_eq!(at.block, expected as u64);
    let compared = found.compared.unwrap();
    assert_ne!(compared.ours, compared.theirs);
    // it stays found
    first(&node, |found| {
        found.asked.is_some()
            && found
                .last_divergence
                .as_ref()
                .is_some_and(|known| known.at == at)
    })
    .await;
    handle.shutdown().await.unwrap();
    other_handle.shutdown().await.unwrap();
}
