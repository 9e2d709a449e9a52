//! Chains that outlive their process.

use std::path::Path;

use crate::common::{custom_json, post_by, transfer};
use serde_json::Value;
use tartan_devchain::{Api, Config, ForkSpec, Mining, spawn};
use tartan_graphene::{Asset, Flavor, Role};

fn config(path: &Path) -> Config {
    Config {
        data_file: Some(path.to_owned()),
        ..Config::test(Flavor::Hive)
    }
}

/// Everything visible of a chain.
fn content(api: &Api) -> Vec<String> {
    let mut content: Vec<String> = (1..=api.head().number)
        .filter_map(|number| Some(api.block(number)?.condenser_json().to_owned()))
        .collect();
    content.extend(["alice", "bob", "newcomer"].map(|name| format!("{:?}", api.balances(name))));
    content
}

#[tokio::test]
async fn a_chain_continues_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chain.jsonl");
    let (api, handle) = spawn(config(&path)).await.unwrap();
    api.create_account("alice", "newcomer").unwrap();
    api.mine(1);
    api.set_balance("newcomer", Asset::liquid(10_000)).unwrap();
    api.send(
        "newcomer",
        Role::Active,
        vec![transfer("newcomer", "bob", 4_000).into()],
    )
    .unwrap();
    api.send(
        "alice",
        Role::Posting,
        vec![post_by("alice", "hello").into()],
    )
    .unwrap();
    api.mine(1);
    api.fork(&ForkSpec::depth(1)).unwrap();
    let snapshot = api.snapshot();
    api.mine(1);
    api.revert(snapshot).unwrap();
    api.mine(2);
    let expected = content(&api);
    handle.shutdown().await;

    let (api, handle) = spawn(config(&path)).await.unwrap();
    assert_eq!(content(&api), expected);
    // It goes on as if nothing had happened, and a fork into the time before works too.
    api.send(
        "alice",
        Role::Posting,
        vec![custom_json("alice", "{}").into()],
    )
    .unwrap();
    api.mine(1);
    api.fork(&ForkSpec {
        below_irreversible: true,
        ..ForkSpec::depth(3)
    })
    .unwrap();
    let expected = content(&api);
    handle.shutdown().await;
    let (api, _handle) = spawn(config(&path)).await.unwrap();
    assert_eq!(content(&api), expected);
}

#[tokio::test]
async fn an_unfinished_record_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chain.jsonl");
    let (api, handle) = spawn(config(&path)).await.unwrap();
    let expected = content(&api);
    handle.shutdown().await;
    let mut text = std::fs::read_to_string(&path).unwrap();
    text.push_str(r#"{"block":{"id":"0000"#);
    std::fs::write(&path, text).unwrap();
    let (api, _handle) = spawn(config(&path)).await.unwrap();
    assert_eq!(content(&api), expected);
}

#[tokio::test]
async fn damaged_and_foreign_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chain.jsonl");
    let (_, handle) = spawn(config(&path)).await.unwrap();
    handle.shutdown().await;

    let foreign = Config {
        flavor: Flavor::Steem,
        ..config(&path)
    };
    let error = spawn(foreign).await.err().unwrap().to_string();
    assert!(
        error.contains("belongs to another chain: expected steem") && error.contains("remove it"),
        "{error}"
    );

    let text = std::fs::read_to_string(&path).unwrap();
    let damaged = text.replacen("dev-witness03", "dev-witness04", 1);
    assert_ne!(text, damaged);
    std::fs::write(&path, damaged).unwrap();
    let error = spawn(config(&path)).await.err().unwrap().to_string();
    assert!(
        error.contains("expected block") && error.contains("line 4"),
        "{error}"
    );

    std::fs::write(&path, "no record\n").unwrap();
    let error = spawn(config(&path)).await.err().unwrap().to_string();
    assert!(error.contains("line 1: expected a record"), "{error}");
}

#[tokio::test]
async fn a_reset_empties_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chain.jsonl");
    let (api, handle) = spawn(config(&path)).await.unwrap();
    let expected = content(&api);
    api.create_account("alice", "newcomer").unwrap();
    api.mine(10);
    api.reset();
    assert_eq!(content(&api), expected);
    handle.shutdown().await;
    let lines: Vec<Value> = std::fs::read_to_string(&path)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 1 + 5);
    let (api, _handle) = spawn(config(&path)).await.unwrap();
    assert_eq!(content(&api), expected);
}

#[tokio::test]
async fn a_chain_on_the_wall_clock_continues_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chain.jsonl");
    let config = Config {
        start_time: None,
        mining: Mining::Instant,
        ..config(&path)
    };
    let (api, handle) = spawn(config.clone()).await.unwrap();
    api.create_account("alice", "newcomer").unwrap();
    let expected = content(&api);
    handle.shutdown().await;
    let (api, _handle) = spawn(config).await.unwrap();
    assert_eq!(content(&api), expected);
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    assert!(u64::from(api.head().timestamp.0).abs_diff(now) < 60);
}
