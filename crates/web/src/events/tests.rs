use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::site::SiteConfig;
use crate::testing::TestSite;

/// A listener over a real connection.
struct Listener {
    stream: TcpStream,
    heard: String,
}

impl Listener {
    async fn start(site: &TestSite, topics: &str, last: Option<u64>) -> Listener {
        let mut stream = TcpStream::connect(site.address()).await.unwrap();
        let last = last.map(|last| format!("last-event-id: {last}\r\n"));
        let last = last.unwrap_or_default();
        let request = format!("GET /events?topics={topics} HTTP/1.1\r\nhost: test\r\n{last}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut listener = Listener {
            stream,
            heard: String::new(),
        };
        listener.hears(": listening").await;
        listener
    }

    /// Reads until this text comes; fails after ten seconds.
    async fn hears(&mut self, text: &str) {
        let read = async {
            while !self.heard.contains(text) {
                let mut bytes = [0; 4096];
                let count = self.stream.read(&mut bytes).await.unwrap();
                assert!(count > 0, "the stream ended with {}", self.heard);
                self.heard
                    .push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        };
        let read = tokio::time::timeout(Duration::from_secs(10), read).await;
        assert!(read.is_ok(), "expected {text}, found {}", self.heard);
    }

    /// The data of the first event of this name.
    async fn event(&mut self, name: &str) -> Value {
        let begin = format!("event: {name}\n");
        self.hears(&begin).await;
        let place = self.heard.find(&begin).unwrap();
        self.heard.drain(..place + begin.len());
        self.hears("\n\n").await;
        let data = self.heard.split("data: ").nth(1).unwrap();
        serde_json::from_str(data.split("\n\n").next().unwrap()).unwrap()
    }
}

fn transfer() -> Value {
    json!({ "symbol": "COOL", "to": "bob", "quantity": "1" })
}

#[tokio::test]
async fn a_listener_hears_what_it_asked_for() {
    let mut site = TestSite::without_index().await;
    let topics = "block,tx,account:bob,token:COOL,contract:tokens,market:COOL,account:carol";
    let mut listener = Listener::start(&site, topics, None).await;
    let id = site.does("alice", "tokens", "transfer", transfer());

    let block = listener.event("block").await;
    assert_eq!(
        (&block["change"], &block["block"]),
        (&json!("committed"), &json!(6))
    );
    assert_eq!(block["transactions"], 1);
    let told = listener.event("tx").await;
    assert_eq!(told["transactions"][0]["sender"], "alice");
    assert_eq!(told["transactions"][0]["error"], Value::Null);
    for topic in ["account:bob", "token:COOL", "contract:tokens"] {
        assert_eq!(
            listener.event(topic).await["transactions"],
            json!([id]),
            "{topic}"
        );
    }
    let (_, logs) = site.tries("carol", "market", "cancel", json!({}));
    assert!(logs.contains("errors"));
    assert_eq!(listener.event("market:COOL").await["book"], true);
    assert_eq!(listener.event("account:carol").await["block"], 7);
}

#[tokio::test]
async fn a_block_that_is_taken_back_is_told() {
    let mut site = TestSite::without_index().await;
    let mut listener = Listener::start(&site, "block", None).await;
    site.does("alice", "tokens", "transfer", transfer());
    assert_eq!(listener.event("block").await["change"], "committed");
    let empty = site.apply(vec![]);
    site.revert(&empty);
    let before = site.chain.latest_block().number;
    site.chain.revert_to(5).unwrap();
    let told = listener.event("block").await;
    assert_eq!(
        (&told["change"], &told["block"]),
        (&json!("reverted"), &json!(before))
    );
    listener.hears("id: ").await;
}

#[tokio::test]
async fn who_comes_back_hears_what_was_missed() {
    let mut site = TestSite::without_index().await;
    site.does("alice", "tokens", "transfer", transfer());
    let mut listener = Listener::start(&site, "block", Some(4)).await;
    assert_eq!(listener.event("block").await["block"], 5);
    assert_eq!(listener.event("block").await["block"], 6);

    let mut ahead = Listener::start(&site, "block", Some(50)).await;
    assert_eq!(ahead.event("gap").await, json!({}));
}

#[tokio::test]
async fn the_state_of_the_node_is_told() {
    let site = TestSite::without_index().await;
    let mut listener = Listener::start(&site, "sync", None).await;
    site.sync.send_modify(|status| status.main_head = Some(105));
    let told = listener.event("sync").await;
    assert_eq!(
        (&told["state"]["is"], &told["lag"]),
        (&json!("synced"), &json!(100))
    );
}

#[tokio::test]
async fn there_are_only_so_many_listeners() {
    let config = SiteConfig {
        max_listeners: 1,
        ..SiteConfig::default()
    };
    let site = TestSite::with(config, false).await;
    let first = Listener::start(&site, "block", None).await;
    let refused = site.get("/events?topics=block").await;
    assert_eq!(refused.status, 503);
    assert_eq!(refused.header("retry-after"), "5");
    drop(first);
    let again = async {
        while site.get("/events?topics=nothing").await.status != 400 {}
        loop {
            let mut stream = TcpStream::connect(site.address()).await.unwrap();
            let request = "GET /events?topics=block HTTP/1.1\r\nhost: test\r\n\r\n";
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut bytes = [0; 64];
            let count = stream.read(&mut bytes).await.unwrap();
            if bytes[..count].starts_with(b"HTTP/1.1 200") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let again = tokio::time::timeout(Duration::from_secs(10), again).await;
    assert!(again.is_ok(), "a place that became free is given again");
}

#[tokio::test]
async fn wrong_topics_are_refused_with_a_reason() {
    let site = TestSite::without_index().await;
    let many = vec!["block"; 65].join(",");
    for topics in ["topics=rows", "topics=", "", &format!("topics={many}")] {
        let answer = site.get(&format!("/events?{topics}")).await;
        assert_eq!(answer.status, 400, "{topics}");
        assert!(answer.json()["error"]["message"].is_string());
    }
}
