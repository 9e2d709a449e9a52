//! Points to verify a node or a replay by: blocks at regular heights that nobody can take back any more.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::HOST;
use axum::response::Response;
use parking_lot::Mutex;
use serde::Serialize;
use tartan_chain::{Block, ReadError, Reader};

use super::answer;
use crate::error::Error;
use crate::page::Page;
use crate::site::Site;
use crate::{format, links, ui};

/// Points of each distance: the last ten multiples of 10, of 100, of 1,000, ….
const OF_EACH: u64 = 10;

/// Points to verify a node by.
#[derive(Template)]
#[template(path = "explorer/checkpoints.html")]
struct CheckpointsPage {
    page: Page,
    points: Vec<Point>,
    /// What compares a node with them.
    command: String,
    /// The same for what is on disk.
    replayed: String,
}

/// A block, as everybody must have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Point {
    block: u64,
    hash: String,
    database_hash: String,
    main_block: Option<u64>,
    main_id: String,
    /// The block's first transaction.
    transaction: Option<String>,
    /// `YYYY-MM-DDTHH:MM:SS`, UTC.
    time: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    network: &'a str,
    chain_id: &'a str,
    /// The latest first.
    points: &'a [Point],
}

/// The points that were read before: what is final stays as it is.
#[derive(Debug, Default)]
pub(crate) struct Checkpoints(Mutex<Known>);

#[derive(Debug, Default, Clone)]
struct Known {
    /// The last irreversible main-chain block when they were read.
    irreversible: Option<u32>,
    /// The last block that was final then.
    last: u64,
    points: BTreeMap<u64, Point>,
}

impl Point {
    fn of(block: &Block) -> Point {
        let sent = block.transactions.iter();
        let mut all = sent.chain(&block.virtual_transactions);
        // those of genesis are nobody's
        let transaction = all.next().filter(|_| block.number > 0);
        Point {
            block: block.number,
            hash: block.hash.to_string(),
            database_hash: block.database_hash.to_string(),
            main_block: block.ref_block,
            main_id: block.ref_block_id.clone(),
            transaction: transaction.map(|transaction| transaction.id.to_string()),
            time: block.timestamp.clone(),
        }
    }
}

impl Checkpoints {
    /// The points that there are now, the latest first.
    fn read(&self, reader: &Reader) -> Result<Vec<Point>, ReadError> {
        // reads of others go on meanwhile
        let known = self.0.lock().clone();
        let irreversible = reader.irreversible();
        let listed = |points: &BTreeMap<u64, Point>| points.values().rev().cloned().collect();
        if irreversible.is_some() && known.irreversible == irreversible {
            return Ok(listed(&known.points));
        }
        let last = last_final(reader, known.last, u64::from(irreversible.unwrap_or(0)))?;
        let mut points = BTreeMap::new();
        for height in heights(last) {
            if let Some(point) = known.points.get(&height) {
                points.insert(height, point.clone());
            } else if let Some(block) = reader.block(height)? {
                points.insert(height, Point::of(&block));
            }
        }
        let answer = listed(&points);
        *self.0.lock() = Known {
            irreversible,
            last,
            points,
        };
        Ok(answer)
    }
}

/// The heights of points up to a block, genesis among them.
fn heights(last: u64) -> Vec<u64> {
    let mut heights = vec![0];
    let mut step: u64 = 10;
    while step <= last {
        let end = last / step;
        let begin = end.saturating_sub(OF_EACH - 1).max(1);
        heights.extend((begin..=end).map(|multiple| multiple * step));
        let Some(next) = step.checked_mul(10) else {
            break;
        };
        step = next;
    }
    heights.sort_unstable();
    heights.dedup();
    heights
}

/// The last block that nobody can take back any more; `known` is one of them.
fn last_final(reader: &Reader, known: u64, irreversible: u64) -> Result<u64, ReadError> {
    let is_final = |number: u64| -> Result<bool, ReadError> {
        let block = reader.block(number)?;
        Ok(block.is_some_and(|block| block.ref_block.unwrap_or(0) <= irreversible))
    };
    let head = reader.latest_block()?.map_or(0, |block| block.number);
    // few are not: from the head backwards by steps that double, then between two of them
    let (mut sure, mut not, mut step) = (known.min(head), head + 1, 1);
    while not > sure + 1 {
        let next = head.saturating_sub(step - 1).max(sure + 1);
        if next >= not {
            break;
        }
        if is_final(next)? {
            sure = next;
            break;
        }
        not = next;
        step *= 2;
    }
    while not > sure + 1 {
        let middle = sure + (not - sure) / 2;
        match is_final(middle)? {
            true => sure = middle,
            false => not = middle,
        }
    }
    Ok(sure)
}

/// The address that the page was asked for at, as far as the request tells: for a command to be copied.
fn origin(headers: &HeaderMap) -> String {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let is_plain = |host: &&str| {
        let is_letter = |letter: u8| letter.is_ascii_alphanumeric() || b".-:[]".contains(&letter);
        !host.is_empty() && host.len() <= 253 && host.bytes().all(is_letter)
    };
    let host = header(HOST.as_str()).filter(is_plain);
    let scheme = match header("x-forwarded-proto") {
        Some("https") => "https",
        _ => "http",
    };
    match host {
        Some(host) => format!("{scheme}://{host}"),
        None => "http://127.0.0.1:5000".to_owned(),
    }
}

/// `GET /checkpoints`, `/checkpoints.json`
pub(super) async fn page(
    State(site): State<Site>,
    page: Page,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let known = site.checkpoints().clone();
    let points = site.read(move |reader| known.read(reader)).await?;
    if answer::is_json(&page) {
        return Ok(answer::json(&Answer {
            network: &page.network.name,
            chain_id: &page.network.chain_id,
            points: &points,
        }));
    }
    let from = format!("--checkpoints {}/checkpoints.json", origin(&headers));
    let network = &page.network.name;
    Ok(answer::html(CheckpointsPage {
        command: format!("tartan verify {from} --side-chain http://127.0.0.1:5000"),
        replayed: format!("tartan verify {from} --network {network} --data-dir DIR"),
        page,
        points,
    }))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use serde_json::json;

    use super::*;
    use crate::testing::{TestSite, withstands};

    #[test]
    fn heights_are_regular_and_few() {
        assert_eq!(heights(0), [0]);
        assert_eq!(heights(9), [0]);
        assert_eq!(heights(25), [0, 10, 20]);
        let many = heights(123_456_789);
        assert!(many.len() <= 81, "{}", many.len());
        assert_eq!(many.last(), Some(&123_456_780));
        for height in [0, 100_000_000, 30_000_000, 123_000_000, 123_456_700] {
            assert!(many.contains(&height), "{height}");
        }
        assert!(heights(u64::MAX).len() < 200);
    }

    #[test]
    fn the_command_names_the_address_that_was_asked() {
        let mut headers = HeaderMap::new();
        assert_eq!(origin(&headers), "http://127.0.0.1:5000");
        headers.insert("host", HeaderValue::from_static("node.example:8080"));
        assert_eq!(origin(&headers), "http://node.example:8080");
        headers.insert("x-forwarded-proto", HeaderValue::from_static("https"));
        assert_eq!(origin(&headers), "https://node.example:8080");
        headers.insert("host", HeaderValue::from_static("a;rm -rf /"));
        assert_eq!(origin(&headers), "http://127.0.0.1:5000");
    }

    /// A site whose chain has so many blocks.
    async fn site(blocks: u64) -> TestSite {
        let mut site = TestSite::without_index().await;
        while site.chain.latest_block().number < blocks {
            let payload = json!({ "symbol": "COOL", "to": "bob", "quantity": "0.001" });
            site.does("alice", "tokens", "transfer", payload);
        }
        site
    }

    async fn blocks(site: &TestSite) -> Vec<u64> {
        let told = site.get("/checkpoints.json").await.json();
        let points = told["points"].as_array().unwrap();
        points
            .iter()
            .map(|point| point["block"].as_u64().unwrap())
            .collect()
    }

    #[tokio::test]
    async fn only_what_is_final_is_a_point() {
        let site = site(45).await;
        assert_eq!(blocks(&site).await, [0]);
        let main = |site: &TestSite, number: u64| {
            let block = site.chain.reader().block(number).unwrap().unwrap();
            u32::try_from(block.ref_block.unwrap()).unwrap()
        };
        let until = main(&site, 20);
        site.chain.set_irreversible(until - 1).unwrap();
        assert_eq!(blocks(&site).await, [10, 0]);
        site.chain.set_irreversible(until).unwrap();
        assert_eq!(blocks(&site).await, [20, 10, 0]);
        let until = main(&site, 45);
        site.chain.set_irreversible(until).unwrap();
        assert_eq!(blocks(&site).await, [40, 30, 20, 10, 0]);
    }

    #[tokio::test]
    async fn a_point_is_the_block_and_the_page_says_how_to_compare() {
        let site = site(30).await;
        let head = site.chain.latest_block().clone();
        let until = u32::try_from(head.ref_block.unwrap()).unwrap();
        site.chain.set_irreversible(until).unwrap();
        let told = site.get("/checkpoints.json").await;
        assert_eq!(told.header("access-control-allow-origin"), "*");
        let told = told.json();
        assert_eq!(told["chainId"], site.chain.network().chain_id.as_str());
        let point = &told["points"][0];
        assert_eq!(point["block"], 30);
        assert_eq!(point["hash"], head.hash.as_str());
        assert_eq!(point["databaseHash"], head.database_hash.as_str());
        assert_eq!(point["mainId"], head.ref_block_id.as_str());
        assert_eq!(point["transaction"], head.transactions[0].id.to_string());
        let headers = [("accept", "text/html"), ("host", "ours.example")];
        let page = site.get_with("/checkpoints", &headers).await;
        page.shows(&[
            head.hash.as_str(),
            "tartan verify --checkpoints http://ours.example/checkpoints.json --side-chain",
            "download=",
        ]);
        // what was read once is not read otherwise
        assert_eq!(site.get("/checkpoints.json").await.json(), told);
        withstands(&site, &["/checkpoints?x={}"]).await;
    }
}
