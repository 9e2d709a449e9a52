//! Asking one node: bounded in time and size, and believing nothing.

use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use serde_json::{Value, json};
use tartan_mainchain::http::{self, BodyError};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(8);
/// The largest answer that is read, in bytes: blocks come with their transactions.
const MOST_BYTES: usize = 8 << 20;
/// The longest text of a node that is kept, in characters, and most methods that it may call disabled.
const LONGEST: usize = 60;
const MOST_METHODS: usize = 30;

/// Asks one node.
#[derive(Clone)]
pub(super) struct Asker {
    /// `None` where what the operator wrote is no address.
    at: Option<(Client, Url)>,
    shown: String,
}

/// What a node says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Status {
    pub(super) chain_id: String,
    pub(super) head: u64,
    pub(super) version: Option<String>,
    pub(super) light: Option<bool>,
    pub(super) disabled_methods: Vec<String>,
}

impl Asker {
    pub(super) fn new(address: &str) -> Asker {
        let url = Url::parse(address.trim())
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let at = url.and_then(|url| Some((client(&url)?, url)));
        let shown = match &at {
            Some((_, url)) => without_credentials(url.clone()),
            None => address.chars().take(LONGEST).collect(),
        };
        Asker { at, shown }
    }

    /// The node's address, without credentials.
    pub(super) fn shown(&self) -> String {
        self.shown.clone()
    }

    /// What it says of itself.
    ///
    /// # Errors
    /// Why there is no answer, in words.
    pub(super) async fn status(&self) -> Result<Status, String> {
        let answer = self.call("getStatus", json!({})).await?;
        Status::read(&answer).ok_or_else(|| "expected a status, found something else".to_owned())
    }

    /// The hash of a block; `None` if the node does not have it.
    ///
    /// # Errors
    /// Why there is no answer, in words.
    pub(super) async fn hash(&self, block: u64) -> Result<Option<String>, String> {
        let answer = self
            .call("getBlockInfo", json!({ "blockNumber": block }))
            .await?;
        if answer.is_null() {
            return Ok(None);
        }
        let is_hash =
            |text: &&str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        match answer["hash"].as_str().filter(is_hash) {
            Some(hash) if answer["blockNumber"].as_u64() == Some(block) => {
                Ok(Some(hash.to_owned()))
            }
            _ => Err(format!(
                "expected block {block} with its hash, found something else"
            )),
        }
    }

    async fn call(&self, method: &str, params: Value) -> Result<Value, String> {
        let Some((client, url)) = &self.at else {
            return Err("expected an address such as https://node.example.org".to_owned());
        };
        let mut url = url.clone();
        let path = format!("{}/blockchain", url.path().trim_end_matches('/'));
        url.set_path(&path);
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let request = client.post(url).json(&request);
        let answer = request.send().await.map_err(|error| in_words(&error))?;
        if !answer.status().is_success() {
            return Err(format!("HTTP {}", answer.status().as_u16()));
        }
        let bytes = http::body(answer, MOST_BYTES).await;
        let bytes = bytes.map_err(|error| match error {
            BodyError::Broken(error) => in_words(&error),
            too_large => too_large.to_string(),
        })?;
        let mut answer: Value = serde_json::from_slice(&bytes)
            .map_err(|_| "expected JSON, found something else".to_owned())?;
        if !answer["error"].is_null() {
            let message = answer["error"]["message"].as_str().unwrap_or("no reason");
            return Err(format!("{method} was refused: {}", short(message)));
        }
        match answer.get_mut("result") {
            Some(result) => Ok(result.take()),
            None => Err(format!("expected a result of {method}, found none")),
        }
    }
}

impl Status {
    fn read(answer: &Value) -> Option<Status> {
        let disabled = ["blockchain", "contracts"].into_iter().flat_map(|group| {
            let methods = answer["disabledMethods"][group].as_array();
            let methods = methods.into_iter().flatten().take(MOST_METHODS);
            methods.filter_map(Value::as_str).map(short)
        });
        Some(Status {
            chain_id: short(answer["chainId"].as_str()?),
            head: answer["lastBlockNumber"].as_u64()?,
            version: answer["SSCnodeVersion"].as_str().map(short),
            light: answer["lightNode"].as_bool(),
            disabled_methods: disabled.take(MOST_METHODS).collect(),
        })
    }
}

/// A text of somebody else's, cut, without what could disturb a line.
fn short(text: &str) -> String {
    let plain = text.chars().map(|letter| match letter.is_control() {
        true => ' ',
        false => letter,
    });
    plain.take(LONGEST).collect()
}

fn client(url: &Url) -> Option<Client> {
    http::client([url.as_str()])
        .timeout(PATIENCE)
        .connect_timeout(PATIENCE / 2)
        // where the operator has not pointed nobody leads
        .redirect(Policy::none())
        .build()
        .ok()
}

fn without_credentials(mut url: Url) -> String {
    // fails where there cannot be any
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.as_str().trim_end_matches('/').to_owned()
}

/// Why there is no answer: without the address, which stands beside.
fn in_words(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return format!("no answer within {} s", PATIENCE.as_secs());
    }
    if error.is_connect() {
        return "it cannot be reached".to_owned();
    }
    "the answer broke off".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_shows_no_password() {
        let shown = |address: &str| Asker::new(address).shown();
        assert_eq!(
            shown("https://me:secret@node.example/rpc/"),
            "https://node.example/rpc"
        );
        assert_eq!(shown("http://127.0.0.1:5000"), "http://127.0.0.1:5000");
        for wrong in ["", "nonsense", "file:///etc/passwd", "ftp://node.example"] {
            assert!(Asker::new(wrong).at.is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_status_is_cut_to_size() {
        let long = "x".repeat(10_000);
        let many = vec![long.as_str(); 1_000];
        let answer = json!({
            "lastBlockNumber": 7, "chainId": "dev", "SSCnodeVersion": format!("a\n{long}"), "lightNode": true,
            "disabledMethods": { "blockchain": many, "contracts": ["find", 5] },
        });
        let status = Status::read(&answer).unwrap();
        assert_eq!((status.head, status.light), (7, Some(true)));
        let version = status.version.unwrap();
        assert_eq!((version.len(), &version[..3]), (LONGEST, "a x"));
        assert_eq!(status.disabled_methods.len(), MOST_METHODS);
        for wrong in [
            json!(null),
            json!([]),
            json!({ "lastBlockNumber": -1, "chainId": "dev" }),
        ] {
            assert_eq!(Status::read(&wrong), None, "{wrong}");
        }
    }
}
