//! Several nodes as one: who is asked, in which order, and what happens when the answer does not come.
//!
//! A call goes to the first node that is fit for it, in the configured order. Its failure moves the call to the next
//! one; its silence makes a second one be asked as well, and the first good answer counts. Nodes that fail repeatedly
//! rest, longer each time; a rested node takes its place in the order again. A node that contradicts most others about an
//! irreversible block comes last until it agrees. A node is asked for its chain id before
//! it is used, and is refused when it belongs to another chain.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use serde::Serialize;
use serde_json::value::RawValue;
use tartan_graphene::Chain;
use tokio::time::Instant;

use crate::backoff::between;
use crate::config::{ClientConfig, NodeConfig};
use crate::error::{Error, NodeError, NodeFailure};
use crate::health::{Features, HeadSeen, NodeStatus};
use crate::node::{Node, parse_url};
use crate::telemetry;
use crate::transport::Transport;

/// How often one node is asked within a call.
const ATTEMPTS_PER_NODE: u32 = 2;
/// A node this many blocks behind the best one is asked only when there is no other.
pub(crate) const BEHIND: u32 = 20;
/// For how long what a node said about its head counts.
const HEAD_AGE: Duration = Duration::from_secs(6);

/// A client for one main chain over several nodes. Cheap to clone; clones share connections and what is known about
/// the nodes.
///
/// Needs a tokio runtime. Dropping the future of any call cancels it.
#[derive(Clone, Debug)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    config: ClientConfig,
    nodes: Vec<Arc<Node>>,
}

/// What a call needs of a node, and how it treats errors.
#[derive(Clone, Debug, Default)]
pub(crate) struct Want {
    /// The highest block the call is about.
    pub(crate) block: Option<u32>,
    /// The node should call blocks up to here irreversible.
    pub(crate) irreversible: Option<u32>,
    /// Only this node.
    pub(crate) only: Option<usize>,
    /// Not these.
    pub(crate) exclude: BTreeSet<usize>,
    /// Believe the first node that refuses, instead of asking others.
    pub(crate) believe_refusal: bool,
    /// Never ask two nodes at once.
    pub(crate) no_hedge: bool,
}

impl Want {
    /// Wants the answer of one node, whatever the others say.
    pub(crate) fn only(node: usize) -> Want {
        Want {
            only: Some(node),
            no_hedge: true,
            ..Want::default()
        }
    }
}

impl Client {
    /// A client with this configuration. No node is contacted yet.
    ///
    /// # Errors
    /// [`Error::Config`] when there is no node, an address is not HTTP, or the system lacks CA certificates that an
    /// `https` address needs.
    pub fn new(config: ClientConfig) -> Result<Client, Error> {
        if config.nodes.is_empty() {
            return Err(Error::Config(
                "expected at least one node, found none".to_owned(),
            ));
        }
        let mut urls = Vec::new();
        let mut nodes: Vec<&NodeConfig> = Vec::new();
        for node in &config.nodes {
            let url = parse_url(&node.url)?;
            if !urls.contains(&url) {
                urls.push(url);
                nodes.push(node);
            }
        }
        let transport = Transport::new(&config, &urls)?;
        let next_id = Arc::new(AtomicU64::new(fastrand::u64(1..1 << 32)));
        let nodes = nodes
            .into_iter()
            .zip(urls)
            .enumerate()
            .map(|(index, (node, url))| {
                let next_id = Arc::clone(&next_id);
                Arc::new(Node::new(index, node, url, transport.clone(), next_id))
            })
            .collect();
        Ok(Client {
            inner: Arc::new(Inner { config, nodes }),
        })
    }

    /// The chain that the nodes must belong to.
    #[must_use]
    pub fn chain(&self) -> &Chain {
        &self.inner.config.chain
    }

    pub(crate) fn config(&self) -> &ClientConfig {
        &self.inner.config
    }

    pub(crate) fn nodes(&self) -> &[Arc<Node>] {
        &self.inner.nodes
    }

    /// The nodes and what is known about them, in the configured order.
    #[must_use]
    pub fn status(&self) -> Vec<NodeStatus> {
        let now = Instant::now();
        self.nodes().iter().map(|node| node.status(now)).collect()
    }

    /// The highest head that a usable node reported.
    #[must_use]
    pub fn best_head(&self) -> Option<u32> {
        self.best().map(|head| head.number)
    }

    pub(crate) fn best(&self) -> Option<HeadSeen> {
        let now = Instant::now();
        self.nodes()
            .iter()
            .filter_map(|node| node.health(|health| health.credible_head(now)))
            .max_by_key(|head| head.number)
    }

    /// Calls any method with any parameters and returns the JSON text of the result.
    ///
    /// # Errors
    /// [`Error::Refused`] with the node's error when it understood and refused; [`Error::NoAnswer`] when no node
    /// answered usably.
    pub async fn call(
        &self,
        method: &str,
        params: &impl Serialize,
    ) -> Result<Box<RawValue>, Error> {
        let params = crate::node::raw(params);
        let want = Want {
            believe_refusal: true,
            ..Want::default()
        };
        let timeout = self.config().request_timeout;
        let (result, _) = self
            .over_nodes(method, &want, |node| {
                let params = params.clone();
                async move { node.call(method, &params, timeout).await }
            })
            .await?;
        Ok(result)
    }

    /// Runs `attempt` on nodes until one succeeds. `what` names the request in errors.
    pub(crate) async fn over_nodes<T, F, Fut>(
        &self,
        what: &str,
        want: &Want,
        attempt: F,
    ) -> Result<(T, Arc<Node>), Error>
    where
        F: Fn(Arc<Node>) -> Fut,
        Fut: Future<Output = Result<T, NodeError>>,
    {
        let config = self.config();
        let deadline = Instant::now() + config.deadline;
        let mut tried = vec![0_u32; self.nodes().len()];
        let mut busy: BTreeSet<usize> = BTreeSet::new();
        let mut failures: Vec<NodeFailure> = Vec::new();
        let mut running = FuturesUnordered::new();
        let mut hedging = !want.no_hedge;
        let mut hedge_at = deadline;
        loop {
            if running.is_empty() {
                let now = Instant::now();
                let Some((node, wait)) = self.pick(want, &tried, &busy, now) else {
                    return Err(self.no_answer(what, failures));
                };
                if now + wait >= deadline {
                    self.note_resting(&mut failures);
                    return Err(self.no_answer(what, failures));
                }
                tried[node.index] += 1;
                busy.insert(node.index);
                hedge_at = config
                    .hedge_after
                    .map_or(deadline, |after| now + wait + after);
                running.push(self.attempt(node, wait, &attempt));
            }
            tokio::select! {
                biased;
                Some((node, result)) = running.next() => {
                    busy.remove(&node.index);
                    match result {
                        Ok(value) => return Ok((value, node)),
                        Err(NodeError::Rpc(error))
                            if want.believe_refusal && !error.is_transient() && !error.is_missing_method() =>
                        {
                            return Err(Error::Refused { node: node.label.to_string(), method: what.to_owned(), error: Box::new(error) });
                        }
                        Err(error) => failures.push(NodeFailure { node: node.label.to_string(), error }),
                    }
                }
                () = tokio::time::sleep_until(hedge_at), if hedging && hedge_at < deadline => {
                    hedging = false;
                    let now = Instant::now();
                    if let Some((node, wait)) = self.pick(want, &tried, &busy, now)
                        && wait < Duration::from_secs(1)
                        && tried[node.index] == 0
                    {
                        telemetry::hedged();
                        tried[node.index] += 1;
                        busy.insert(node.index);
                        running.push(self.attempt(node, wait, &attempt));
                    }
                }
                () = tokio::time::sleep_until(deadline) => {
                    for index in &busy {
                        failures.push(NodeFailure {
                            node: self.nodes()[*index].label.to_string(),
                            error: NodeError::Timeout(config.deadline),
                        });
                    }
                    return Err(self.no_answer(what, failures));
                }
            }
        }
    }

    async fn attempt<T, F, Fut>(
        &self,
        node: Arc<Node>,
        wait: Duration,
        attempt: &F,
    ) -> (Arc<Node>, Result<T, NodeError>)
    where
        F: Fn(Arc<Node>) -> Fut,
        Fut: Future<Output = Result<T, NodeError>>,
    {
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        let started = Instant::now();
        let result = match self.ready(&node).await {
            Ok(_) => attempt(Arc::clone(&node)).await,
            Err(error) => Err(error),
        };
        match &result {
            Ok(_) => node.succeeded(),
            Err(error) => node.failed(
                started,
                error,
                self.config().failure_threshold,
                self.config().cool_down,
            ),
        }
        (node, result)
    }

    /// What the node can do, after asking it who it is if that is not known yet.
    pub(crate) async fn ready(&self, node: &Node) -> Result<Features, NodeError> {
        let known = |now| {
            node.health(|health| {
                (!health.needs_probe(now))
                    .then(|| health.features())
                    .flatten()
            })
        };
        if let Some(features) = known(Instant::now()) {
            return Ok(features);
        }
        let _probing = node.probing.lock().await;
        let now = Instant::now();
        if let Some(features) = known(now) {
            return Ok(features);
        }
        if let Some(error) = node.health(|health| {
            health
                .is_foreign(now)
                .then(|| health.foreign().cloned())
                .flatten()
        }) {
            return Err(error);
        }
        crate::probe::probe(node, self.config()).await
    }

    /// The best node for a request and how long to wait before asking it.
    fn pick(
        &self,
        want: &Want,
        tried: &[u32],
        busy: &BTreeSet<usize>,
        now: Instant,
    ) -> Option<(Arc<Node>, Duration)> {
        let best = self
            .nodes()
            .iter()
            .filter_map(|node| node.health(|health| health.credible_head(now)))
            .filter(|head| now < head.at + HEAD_AGE)
            .map(|head| head.number)
            .max();
        let mut chosen: Option<(_, &Arc<Node>, Duration)> = None;
        for node in self.nodes() {
            let excluded = want.only.is_some_and(|only| only != node.index)
                || want.exclude.contains(&node.index);
            if excluded || busy.contains(&node.index) || tried[node.index] >= ATTEMPTS_PER_NODE {
                continue;
            }
            let Some((tier, rest)) = node.health(|health| {
                if health.is_foreign(now) {
                    return None;
                }
                let seen = health.recent_head(now, HEAD_AGE);
                let lags = seen.is_some_and(|head| {
                    best.is_some_and(|best| head.number.saturating_add(BEHIND) < best)
                });
                let short = seen.is_some_and(|head| {
                    want.block.is_some_and(|block| head.number < block)
                        || want
                            .irreversible
                            .is_some_and(|block| head.irreversible < block)
                });
                let pruned = health
                    .lacks
                    .is_some_and(|lacks| want.block.is_some_and(|block| block <= lacks));
                let rests = health.resting(now).is_some();
                let outvoted = health.outvoted.is_some();
                let tier = u8::from(lags || short || pruned)
                    + 2 * u8::from(rests)
                    + 4 * u8::from(outvoted);
                Some((tier, health.last_resort(now)))
            }) else {
                continue;
            };
            let mut wait = node.wait(now).max(rest);
            let again = tried[node.index];
            if again > 0 {
                wait = wait.max(between(
                    Duration::from_millis(100),
                    Duration::from_millis(400),
                ));
            }
            let key = (tier, again, wait.as_millis() / 100, node.index);
            if chosen.as_ref().is_none_or(|(best, _, _)| key < *best) {
                chosen = Some((key, node, wait));
            }
        }
        chosen.map(|(_, node, wait)| (Arc::clone(node), wait))
    }

    fn note_resting(&self, failures: &mut Vec<NodeFailure>) {
        let now = Instant::now();
        for node in self.nodes() {
            let resting = node.health(|health| {
                let remaining = health.resting(now)?;
                let (_, error) = health.last_failure.as_ref()?;
                Some((remaining, error.to_string()))
            });
            if let Some((remaining, reason)) = resting
                && failures.iter().all(|failure| failure.node != *node.label)
            {
                failures.push(NodeFailure {
                    node: node.label.to_string(),
                    error: NodeError::Resting { remaining, reason },
                });
            }
        }
    }

    fn no_answer(&self, what: &str, failures: Vec<NodeFailure>) -> Error {
        let now = Instant::now();
        let foreign: Vec<NodeFailure> = self
            .nodes()
            .iter()
            .filter_map(|node| {
                let error = node.health(|health| {
                    health
                        .is_foreign(now)
                        .then(|| health.foreign().cloned())
                        .flatten()
                })?;
                Some(NodeFailure {
                    node: node.label.to_string(),
                    error,
                })
            })
            .collect();
        if foreign.len() == self.nodes().len() {
            return Error::ForeignChain(foreign);
        }
        Error::NoAnswer {
            what: what.to_owned(),
            failures,
        }
    }
}
