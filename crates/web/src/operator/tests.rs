use std::collections::BTreeSet;
use std::path::Path;

use regex::Regex;
use tartan_rpc::{MainNode, SyncState};

use crate::testing::{HOSTILE, TestSite, withstands};

#[tokio::test]
async fn the_page_tells_how_the_node_does() {
    let site = TestSite::new().await;
    site.indexed().await;
    site.sync.send_modify(|status| {
        status.state = SyncState::Retrying {
            reason: HOSTILE[0].to_owned(),
        };
        status.main_head = Some(1_234_567);
        status.nodes = vec![MainNode {
            url: "https://node.example".to_owned(),
            usable: false,
            head: Some(1_234_560),
            latency_ms: Some(80),
            requests: 1200,
            failures: 7,
            last_failure: Some("connection refused".to_owned()),
        }];
    });
    let page = site.get("/operator").await;
    page.shows(&[
        "main chain unreachable",
        "&#60;script&#62;alert(1)",
        "1,234,567",
        "https://node.example",
        "connection refused",
        "1,200",
    ]);
    withstands(&site, &["/operator?x={}"]).await;
}

#[tokio::test]
async fn a_node_without_an_index_says_so() {
    let site = TestSite::without_index().await;
    let page = site.get("/operator").await;
    page.shows(&["This node keeps no index"]);
}

/// The names of all metrics in the sources of all crates.
fn metrics() -> BTreeSet<String> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let name = Regex::new(r#""(tartan_[a-z_]+)""#).unwrap();
    let mut found = BTreeSet::new();
    let mut folders = vec![crates];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                // what is counted, not what is only shown
                if text.contains("gauge!")
                    || text.contains("counter!")
                    || text.contains("histogram!")
                {
                    found.extend(name.captures_iter(&text).map(|found| found[1].to_owned()));
                }
            }
        }
    }
    found
}

#[test]
fn dashboards_name_metrics_that_exist() {
    let known = metrics();
    assert!(known.contains("tartan_position"), "{known:?}");
    let name = Regex::new(r"tartan_[a-z_]+").unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ops/grafana");
    let mut dashboards = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|kind| kind != "json") {
            continue;
        }
        dashboards += 1;
        let dashboard: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for panel in dashboard["panels"].as_array().unwrap() {
            for target in panel["targets"].as_array().into_iter().flatten() {
                let query = target["expr"].as_str().unwrap();
                let mut named = 0;
                for metric in name.find_iter(query) {
                    named += 1;
                    let metric = metric.as_str();
                    let plain = metric
                        .strip_suffix("_bucket")
                        .or_else(|| metric.strip_suffix("_sum"))
                        .or_else(|| metric.strip_suffix("_count"))
                        .unwrap_or(metric);
                    assert!(
                        known.contains(plain),
                        "{}: there is no {metric}",
                        path.display()
                    );
                }
                assert!(
                    named > 0,
                    "{}: {query} asks for nothing of ours",
                    path.display()
                );
            }
        }
    }
    assert!(dashboards > 0, "there are no dashboards");
}

#[test]
fn the_page_shows_metrics_that_exist() {
    let known = metrics();
    for (_, metric) in super::page::SHOWN {
        assert!(known.contains(metric), "{metric}");
    }
}
