//! One node: requests to it, and its record.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;
use reqwest::Url;
use serde::Serialize;
use serde_json::value::RawValue;
use tartan_graphene::BlockId;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::backoff::Backoff;
use crate::config::NodeConfig;
use crate::error::{Error, NodeError};
use crate::health::{HeadSeen, Health, NodeStatus};
use crate::limiter::RateLimiter;
use crate::response::{Answer, RpcError, parse_batch, parse_single};
use crate::telemetry;
use crate::transport::{Reply, Transport};

/// How long we stay away from a node that says "too many requests" without saying for how long.
const RATE_LIMIT_PAUSE: Duration = Duration::from_secs(2);

/// A node with its limits and its record.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) index: usize,
    /// Address without credentials and query.
    pub(crate) label: Arc<str>,
    url: Url,
    transport: Transport,
    next_id: Arc<AtomicU64>,
    limiter: RateLimiter,
    slots: Semaphore,
    health: Mutex<Health>,
    /// Held while the node is probed.
    pub(crate) probing: tokio::sync::Mutex<()>,
}

/// One call of a batch or alone.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: &'static str,
    pub(crate) params: Box<RawValue>,
}

impl Call {
    pub(crate) fn new(method: &'static str, params: &impl Serialize) -> Call {
        Call {
            method,
            params: raw(params),
        }
    }
}

/// JSON text of parameters.
pub(crate) fn raw(params: &impl Serialize) -> Box<RawValue> {
    serde_json::value::to_raw_value(params).expect("parameters are plain data with text keys")
}

#[derive(Serialize)]
struct Request<'a> {
    jsonrpc: &'static str,
    method: &'a str,
    params: &'a RawValue,
    id: u64,
}

/// Parses the address of a node.
pub(crate) fn parse_url(text: &str) -> Result<Url, Error> {
    let wrong = |found: String| {
        Error::Config(format!(
            "expected an address like https://api.example.org, found {text:?}: {found}"
        ))
    };
    let url = Url::parse(text.trim()).map_err(|error| wrong(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong(format!("scheme {}", url.scheme())));
    }
    Ok(url)
}

fn label(url: &Url) -> Arc<str> {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    // Neither fails for http and https.
    shown.set_username("").ok();
    shown.set_password(None).ok();
    shown.as_str().trim_end_matches('/').into()
}

impl Node {
    pub(crate) fn new(
        index: usize,
        config: &NodeConfig,
        url: Url,
        transport: Transport,
        next_id: Arc<AtomicU64>,
    ) -> Node {
        Node {
            index,
            label: label(&url),
            url,
            transport,
            next_id,
            limiter: RateLimiter::new(config.requests_per_second, config.burst),
            slots: Semaphore::new(config.in_flight.max(1)),
            health: Mutex::new(Health::default()),
            probing: tokio::sync::Mutex::new(()),
        }
    }

    /// Looks at or changes the record. Not held across waiting.
    pub(crate) fn health<T>(&self, f: impl FnOnce(&mut Health) -> T) -> T {
        f(&mut self.health.lock())
    }

    pub(crate) fn head(&self) -> Option<HeadSeen> {
        self.health(|health| health.head)
    }

    /// Whether most other nodes have contradicted it.
    pub(crate) fn is_outvoted(&self) -> bool {
        self.health(|health| health.outvoted.is_some())
    }

    /// Most other nodes have another block in the place of this irreversible one: it is asked last from now on.
    pub(crate) fn outvote(&self, id: BlockId) {
        let known = self.health(|health| health.outvoted.replace(id).is_some());
        if !known {
            telemetry::outvoted(&self.label);
            tracing::warn!(
                node = %self.label,
                number = id.number(),
                %id,
                "main-chain node has another irreversible block than most nodes: it is asked last from now on"
            );
        }
    }

    /// It agrees with most others.
    pub(crate) fn readmit(&self) {
        if self.health(|health| health.outvoted.take()).is_some() {
            tracing::info!(node = %self.label, "main-chain node agrees with the others again");
        }
    }

    pub(crate) fn status(&self, now: Instant) -> NodeStatus {
        self.health(|health| health.status(&self.label, now))
    }

    /// How long a request made now would wait for its turn.
    pub(crate) fn wait(&self, now: Instant) -> Duration {
        let busy = self.slots.available_permits() == 0;
        let crowded = if busy {
            Duration::from_millis(200)
        } else {
            Duration::ZERO
        };
        self.limiter.wait(now).max(crowded)
    }

    /// Records that a request did what it should.
    pub(crate) fn succeeded(&self) {
        self.health(Health::succeeded);
    }

    /// Records a failure of a request made at `started`.
    pub(crate) fn failed(
        &self,
        started: Instant,
        error: &NodeError,
        threshold: u32,
        cool_down: Backoff,
    ) {
        telemetry::node_failed(&self.label, error.kind());
        let weight = match error {
            // Says nothing against the node as such.
            NodeError::NotHere(_)
            | NodeError::ForeignChain { .. }
            | NodeError::ForeignFlavor { .. }
            | NodeError::Resting { .. } => return,
            NodeError::Rpc(error) if !error.is_transient() => return,
            NodeError::Status {
                status: 429,
                retry_after: Some(_),
                ..
            } => return,
            NodeError::Content(_) => threshold.max(1),
            _ => 1,
        };
        let now = Instant::now();
        let rested = self.health(|health| {
            let rested = health.resting(now).is_some();
            health.failed(started, now, error.clone(), weight, threshold, cool_down);
            !rested && health.resting(now).is_some()
        });
        if rested {
            tracing::warn!(node = %self.label, %error, "main-chain node set aside");
        } else {
            tracing::debug!(node = %self.label, %error, "main-chain request failed");
        }
    }

    /// Makes one request and reads its answer; the node's own error is an `Err`.
    pub(crate) async fn call(
        &self,
        method: &str,
        params: &RawValue,
        timeout: Duration,
    ) -> Result<Box<RawValue>, NodeError> {
        let id = self.ids(1);
        let body = serde_json::to_vec(&Request {
            jsonrpc: "2.0",
            method,
            params,
            id,
        })
        .expect("a request is plain data");
        let reply = self.exchange(body.into(), timeout).await?;
        let answer = parse_single(&reply.body, reply.content_type.as_deref(), id)
            .map_err(|error| with_status(error, &reply))?;
        self.read(answer)
    }

    /// Makes several requests in one; the first error among the answers is the error of all.
    pub(crate) async fn batch(
        &self,
        calls: &[Call],
        timeout: Duration,
    ) -> Result<Vec<Box<RawValue>>, NodeError> {
        let first = self.ids(calls.len() as u64);
        let ids: Vec<u64> = (first..).take(calls.len()).collect();
        let requests: Vec<Request<'_>> = calls
            .iter()
            .zip(&ids)
            .map(|(call, id)| Request {
                jsonrpc: "2.0",
                method: call.method,
                params: &call.params,
                id: *id,
            })
            .collect();
        let body = serde_json::to_vec(&requests).expect("a request is plain data");
        let reply = self.exchange(body.into(), timeout).await?;
        let answers = parse_batch(&reply.body, reply.content_type.as_deref(), &ids)
            .map_err(|error| with_status(error, &reply))?;
        answers
            .into_iter()
            .map(|answer| self.read(answer))
            .collect()
    }

    /// Ids differ from request to request, also to foil caches on the way.
    fn ids(&self, count: u64) -> u64 {
        self.next_id.fetch_add(count, Ordering::Relaxed)
    }

    fn read(&self, answer: Answer) -> Result<Box<RawValue>, NodeError> {
        match answer {
            Answer::Result(result) => Ok(result),
            Answer::Error(error) => Err(NodeError::Rpc(error)),
        }
    }

    async fn exchange(&self, body: Bytes, timeout: Duration) -> Result<Reply, NodeError> {
        let wait = self.limiter.take(Instant::now());
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        let _slot = self
            .slots
            .acquire()
            .await
            .expect("the semaphore of a node is never closed");
        let started = Instant::now();
        let result = self.transport.post(&self.url, body, timeout).await;
        let elapsed = started.elapsed();
        self.health(|health| health.exchanged(elapsed));
        telemetry::exchanged(&self.label, elapsed, result.is_ok());
        match &result {
            Err(NodeError::Status {
                status,
                retry_after,
                ..
            }) => self.obey(*status, *retry_after),
            Ok(reply) if reply.status == 429 => self.obey(429, reply.retry_after),
            _ => {}
        }
        result
    }

    fn obey(&self, status: u16, retry_after: Option<Duration>) {
        let pause = match (status, retry_after) {
            (_, Some(pause)) => pause,
            (429, None) => RATE_LIMIT_PAUSE,
            _ => return,
        };
        tracing::debug!(node = %self.label, status, ?pause, "main-chain node asks us to wait");
        self.limiter.pause(Instant::now(), pause);
    }
}

/// An answer with a bad status that is not JSON-RPC either is best described by its status.
fn with_status(error: NodeError, reply: &Reply) -> NodeError {
    if (200..300).contains(&reply.status) {
        return error;
    }
    NodeError::Status {
        status: reply.status,
        retry_after: reply.retry_after,
        excerpt: crate::response::excerpt(&reply.body),
    }
}

/// Whether the error says that the node lacks the method.
pub(crate) fn lacks_method(error: &NodeError) -> bool {
    matches!(error, NodeError::Rpc(error) if RpcError::is_missing_method(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_hide_credentials() {
        let url = parse_url("https://user:secret@api.example.org:8443/rpc?key=secret#x").unwrap();
        assert_eq!(&*label(&url), "https://api.example.org:8443/rpc");
        assert_eq!(
            &*label(&parse_url("http://127.0.0.1:8090/").unwrap()),
            "http://127.0.0.1:8090"
        );
    }

    #[test]
    fn wrong_addresses_are_named() {
        for (text, part) in [
            ("api.example.org", "relative URL"),
            ("ws://api.example.org", "scheme ws"),
            ("", "relative URL"),
        ] {
            let error = parse_url(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
