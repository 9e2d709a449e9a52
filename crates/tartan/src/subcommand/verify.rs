//! `tartan verify`: comparing a node, or what a replay has left on disk, with published checkpoints.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tartan_chain::{Chain, OpenOptions, Reader};
use tartan_state::State;

use super::runtime;
use crate::config::Connection;
use crate::output;
use crate::side_chain::{SideChain, http_client};
use crate::storage::Storage;

/// The largest list of checkpoints that is read, in bytes, and the most points of one.
const MOST_BYTES: usize = 4 << 20;
const MOST_POINTS: usize = 10_000;

/// Arguments of `tartan verify`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Checkpoints are blocks at regular heights that nobody can take back any more. Every node with pages
publishes its own at /checkpoints.json. The hash of a block covers all blocks before it: who has the
same one has the same history. Ends with code 0 when all points agree that the node has reached, and
with code 1 when one differs, or none could be compared.

Examples:
  tartan verify --checkpoints https://node.example.org/checkpoints.json
  tartan verify --checkpoints points.json --side-chain http://127.0.0.1:5000 --json
  tartan verify --checkpoints points.json --network garden.toml --data-dir check")]
pub(crate) struct Args {
    /// Where the points are: a file, or the address of another node's.
    #[arg(long, value_name = "FILE|URL")]
    checkpoints: String,
    /// Compare what is in this data directory, which no node has open, instead of asking a node.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    #[command(flatten)]
    storage: Storage,
    #[command(flatten)]
    connection: Connection,
}

/// What somebody has published.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Checkpoints {
    #[serde(default)]
    chain_id: Option<String>,
    points: Vec<Point>,
}

/// A block as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Point {
    block: u64,
    hash: String,
    #[serde(default)]
    database_hash: Option<String>,
    #[serde(default)]
    main_id: Option<String>,
}

/// A block as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    hash: String,
    database_hash: String,
    main_id: String,
}

/// How the comparison ended: nothing differs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Verified {
    /// What was compared: the address of a node, or a directory.
    compared: String,
    checkpoints: String,
    points: usize,
    agree: usize,
    /// The highest block that agrees.
    last_agreeing: u64,
    /// Points that it has not come to yet.
    not_reached: usize,
    /// Points whose blocks it does not keep.
    not_kept: usize,
    /// Its latest block.
    head: u64,
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Verified {
            compared,
            points,
            agree,
            head,
            ..
        } = self;
        writeln!(f, "{compared} agrees with {agree} of {points} points")?;
        write!(f, "last point that agrees  block {}", self.last_agreeing)?;
        if self.not_reached > 0 {
            let left = self.not_reached;
            write!(
                f,
                "\nnot reached yet         {left} points; it is at block {head}"
            )?;
        }
        if self.not_kept > 0 {
            let left = self.not_kept;
            write!(
                f,
                "\nnot kept                {left} points, whose blocks it has dropped"
            )?;
        }
        Ok(())
    }
}

/// Where blocks come from.
enum Source {
    Node(SideChain),
    Directory { shown: String, reader: Box<Reader> },
}

impl Source {
    fn open(args: &Args) -> Result<Source> {
        let settings = args.connection.settings()?;
        let Some(directory) = &args.data_dir else {
            return Ok(Source::Node(SideChain::new(&settings.side_chain()?)?));
        };
        let shown = directory.display().to_string();
        if !directory.join("data.mdb").is_file() {
            bail!("expected the data directory of a node or a replay, found none at {shown}");
        }
        let options = args.storage.options(&settings.file.node);
        let state = State::open(directory, &options)?;
        let registry = tartan_node::registry_for(&settings.network)?;
        let chain = Chain::open(settings.network, state, registry, OpenOptions::default())?;
        Ok(Source::Directory {
            shown,
            reader: Box::new(chain.reader()),
        })
    }

    fn name(&self) -> String {
        match self {
            Source::Node(node) => format!("the node at {}", node.url()),
            Source::Directory { shown, .. } => shown.clone(),
        }
    }

    async fn chain_id(&self) -> Result<String> {
        match self {
            Source::Node(node) => node.chain_id().await,
            Source::Directory { reader, .. } => Ok(reader.network().chain_id.clone()),
        }
    }

    /// The number of the latest block.
    async fn head(&self) -> Result<u64> {
        match self {
            Source::Node(node) => node.head().await,
            Source::Directory { reader, .. } => {
                Ok(reader.latest_block()?.map_or(0, |block| block.number))
            }
        }
    }

    async fn block(&self, number: u64) -> Result<Option<Found>> {
        match self {
            Source::Node(node) => Ok(node.block(number).await?.as_ref().map(Found::of_json)),
            Source::Directory { reader, .. } => Ok(reader.block(number)?.map(|block| Found {
                hash: block.hash.to_string(),
                database_hash: block.database_hash.to_string(),
                main_id: block.ref_block_id.clone(),
            })),
        }
    }
}

impl Found {
    /// From what a node answers. The id of the main-chain block is called after that chain.
    fn of_json(block: &Value) -> Found {
        let text = |field: &str| block[field].as_str().unwrap_or_default().to_owned();
        let main_id = ["refHiveBlockId", "refSteemBlockId"].map(text);
        Found {
            hash: text("hash"),
            database_hash: text("databaseHash"),
            main_id: main_id
                .into_iter()
                .find(|id| !id.is_empty())
                .unwrap_or_default(),
        }
    }

    /// What differs from a point: its name, what is expected, what is found.
    fn difference<'a>(&'a self, point: &'a Point) -> Option<(&'static str, &'a str, &'a str)> {
        let optional = |text: &'a Option<String>| text.as_deref().filter(|text| !text.is_empty());
        [
            ("hash", Some(point.hash.as_str()), &self.hash),
            (
                "database hash",
                optional(&point.database_hash),
                &self.database_hash,
            ),
            ("main-chain block", optional(&point.main_id), &self.main_id),
        ]
        .into_iter()
        .find_map(|(name, expected, found)| {
            let expected = expected.filter(|expected| expected != found)?;
            Some((name, expected, found.as_str()))
        })
    }
}

pub(crate) fn run(args: &Args, json: bool) -> Result<()> {
    let verified = runtime()?.block_on(verify(args))?;
    output::print(&verified, json)
}

async fn verify(args: &Args) -> Result<Verified> {
    let given = &args.checkpoints;
    let text = read(given).await?;
    let points = parse(&text).with_context(|| format!("in the checkpoints of {given}"))?;
    let source = Source::open(args)?;
    if let Some(expected) = &points.chain_id {
        let found = source.chain_id().await?;
        if *expected != found {
            bail!(
                "the checkpoints are of the sidechain {expected:?}, {} belongs to {found:?}",
                source.name()
            );
        }
    }
    compare(&source, given, points.points).await
}

/// Compares point by point, the lowest first, up to the first one that differs.
async fn compare(source: &Source, given: &str, points: Vec<Point>) -> Result<Verified> {
    let head = source.head().await?;
    let mut verified = Verified {
        compared: source.name(),
        checkpoints: given.to_owned(),
        points: points.len(),
        agree: 0,
        last_agreeing: 0,
        not_reached: 0,
        not_kept: 0,
        head,
    };
    for point in &points {
        let number = point.block;
        let Some(found) = source.block(number).await? else {
            match number > head {
                true => verified.not_reached += 1,
                false => verified.not_kept += 1,
            }
            continue;
        };
        if let Some((name, expected, found)) = found.difference(point) {
            let agreed = match verified.agree {
                0 => "no point before it agrees".to_owned(),
                _ => format!(
                    "the last point that agrees is block {}",
                    verified.last_agreeing
                ),
            };
            bail!(
                "block {number} of {} differs from the checkpoints: expected {name} {expected}, found {found:.80}; {agreed}",
                verified.compared
            );
        }
        verified.agree += 1;
        verified.last_agreeing = number;
    }
    if verified.agree == 0 {
        bail!(
            "none of {} points could be compared: {} is at block {head}, the first point is block {}",
            points.len(),
            verified.compared,
            points.first().map_or(0, |point| point.block)
        );
    }
    Ok(verified)
}

/// The points, the lowest first.
fn parse(text: &str) -> Result<Checkpoints> {
    let mut read: Checkpoints = serde_json::from_str(text)
        .context("expected JSON such as {\"points\": [{\"block\": 10, \"hash\": \"…\"}]}")?;
    if read.points.is_empty() || read.points.len() > MOST_POINTS {
        bail!(
            "expected 1 to {MOST_POINTS} points, found {}",
            read.points.len()
        );
    }
    let is_hash =
        |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if let Some(point) = read.points.iter().find(|point| !is_hash(&point.hash)) {
        bail!(
            "expected a hash of 64 hexadecimal digits at block {}, found {:?}",
            point.block,
            point.hash.chars().take(80).collect::<String>()
        );
    }
    read.points.sort_by_key(|point| point.block);
    Ok(read)
}

/// The text of a file, or of what is at an address.
async fn read(given: &str) -> Result<String> {
    let bytes = match given.starts_with("http://") || given.starts_with("https://") {
        true => download(given).await,
        false => read_file(Path::new(given)),
    };
    let bytes = bytes.with_context(|| format!("cannot read the checkpoints {given}"))?;
    String::from_utf8(bytes).with_context(|| format!("expected JSON at {given}, found other bytes"))
}

fn read_file(path: &Path) -> Result<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let most = MOST_BYTES as u64 + 1;
    std::fs::File::open(path)?
        .take(most)
        .read_to_end(&mut bytes)?;
    if bytes.len() > MOST_BYTES {
        bail!("expected at most {MOST_BYTES} bytes, found more");
    }
    Ok(bytes)
}

async fn download(url: &str) -> Result<Vec<u8>> {
    let url: reqwest::Url = url.parse()?;
    let answer = http_client(&url)?.get(url).send().await?;
    let answer = answer.error_for_status()?;
    Ok(tartan_mainchain::http::body(answer, MOST_BYTES).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "1b7ccf2748c72026a17f1989fb7753c9ec570054ad293001c0e902bb0a678c8f";

    #[test]
    fn points_are_read_with_the_lowest_first() {
        let text = format!(
            r#"{{"chainId":"dev","points":[{{"block":20,"hash":"{HASH}","mainId":"aa"}},{{"block":10,"hash":"{HASH}"}}]}}"#
        );
        let read = parse(&text).expect("points");
        let blocks: Vec<u64> = read.points.iter().map(|point| point.block).collect();
        assert_eq!(blocks, [10, 20]);
        for (text, reason) in [
            ("<html>", "expected JSON"),
            (r#"{"points":[]}"#, "expected 1 to 10000 points, found 0"),
            (
                r#"{"points":[{"block":7,"hash":"abc"}]}"#,
                "64 hexadecimal digits at block 7, found \"abc\"",
            ),
        ] {
            let error = parse(text).expect_err(text).to_string();
            assert!(error.contains(reason), "{error}");
        }
    }

    #[test]
    fn what_a_point_does_not_say_is_not_compared() {
        let point = Point {
            block: 1,
            hash: HASH.to_owned(),
            database_hash: None,
            main_id: Some(String::new()),
        };
        let found = Found {
            hash: HASH.to_owned(),
            database_hash: "x".to_owned(),
            main_id: "y".to_owned(),
        };
        assert_eq!(found.difference(&point), None);
        let more = Point {
            main_id: Some("z".to_owned()),
            ..point
        };
        assert_eq!(
            found.difference(&more),
            Some(("main-chain block", "z", "y"))
        );
    }
}
