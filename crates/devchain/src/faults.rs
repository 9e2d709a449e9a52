//! Misbehaviour on request: what real public nodes do wrong, so that a client's patience can be tested.
//!
//! A fault is matched by method and endpoint and is used up after `times` requests, if a number is given.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Number of a fault, for clearing it.
pub type FaultId = u64;

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum FaultKind {
    /// The answer comes late.
    Latency {
        /// Delay in milliseconds.
        millis: u64,
    },
    /// The connection is closed in the middle of the answer.
    DropConnection,
    /// No answer at all, until the client gives up.
    Hang,
    /// An HTTP error with an HTML page, as proxies send.
    Http {
        /// The HTTP status, for example 429, 502 or 503.
        status: u16,
        /// Value of the `Retry-After` header in seconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u32>,
    },
    /// Status 200 with an HTML page instead of JSON.
    HtmlPage,
    /// Status 200 with the first half of the JSON.
    TruncatedJson,
    /// `null` (or `{}`) for a block that exists; for every block when no number is given.
    NullBlock {
        /// Number of the block that seems to be missing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<u32>,
    },
    /// Dynamic properties report an older head.
    StaleHead {
        /// How many blocks behind.
        blocks: u32,
    },
    /// The block `offset` further is given instead of the one asked for.
    WrongBlock {
        /// Difference of block numbers; never 0 in a useful fault.
        offset: i64,
    },
    /// Members left out of blocks (`block_id`, `transaction_ids`, …).
    MissingFields {
        /// Names of the members.
        fields: Vec<String>,
    },
    /// Blocks without their transactions, although the merkle root says there are some.
    EmptyBlocks,
    /// The jussi proxy's −32603 `Internal Error`.
    InternalError,
    /// The jussi proxy's 1000 `Request Timeout`.
    RequestTimeout,
    /// The jussi proxy's 1100 `Bad or missing upstream response`.
    BadUpstream,
    /// Any error of the caller's choice.
    RpcError {
        /// JSON-RPC code.
        code: i64,
        /// Text.
        message: String,
    },
    /// Batch answers carry the first answer twice.
    DuplicatedAnswers,
    /// The answer carries another `id` than the request.
    WrongId,
}

/// A fault and when it strikes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// Only requests of these methods (`condenser_api.get_block`, or `get_block` in any API); all when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<String>,
    /// Strikes this many times, then is gone; for ever when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Lets this many matching requests pass before it first strikes.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub after: u32,
    /// Only at this endpoint (index in the order of creation, the main endpoint is 0); everywhere when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<usize>,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

impl Fault {
    /// A fault for all methods, at all endpoints, for ever.
    pub fn always(kind: FaultKind) -> Self {
        Fault {
            kind,
            methods: Vec::new(),
            times: None,
            after: 0,
            endpoint: None,
        }
    }

    /// A fault that strikes `times` times.
    pub fn times(kind: FaultKind, times: u32) -> Self {
        Fault {
            times: Some(times),
            ..Fault::always(kind)
        }
    }

    /// The same fault, only for `method`.
    #[must_use]
    pub fn on(mut self, method: &str) -> Self {
        self.methods.push(method.to_owned());
        self
    }

    /// The same fault, only at the endpoint with this index.
    #[must_use]
    pub fn at(mut self, endpoint: usize) -> Self {
        self.endpoint = Some(endpoint);
        self
    }

    fn matches(&self, endpoint: usize, method: &str) -> bool {
        self.endpoint.is_none_or(|at| at == endpoint)
            && (self.methods.is_empty()
                || self.methods.iter().any(|name| {
                    name == method
                        || method
                            .rsplit_once('.')
                            .is_some_and(|(_, short)| short == name)
                }))
    }
}

/// The faults in force.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    next: FaultId,
    active: Vec<(FaultId, Fault)>,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) -> FaultId {
        self.next += 1;
        self.active.push((self.next, fault));
        self.next
    }

    pub(crate) fn remove(&mut self, id: FaultId) -> bool {
        let before = self.active.len();
        self.active.retain(|(known, _)| *known != id);
        self.active.len() < before
    }

    pub(crate) fn clear(&mut self) {
        self.active.clear();
    }

    pub(crate) fn list(&self) -> Vec<(FaultId, Fault)> {
        self.active.clone()
    }

    /// What goes wrong with one request, counting it against every fault it matches. The control API is exempt:
    /// it has to work for a fault to be cleared.
    pub(crate) fn strike(&mut self, endpoint: usize, method: &str) -> Vec<FaultKind> {
        if self.active.is_empty() || method.starts_with("devchain.") {
            return Vec::new();
        }
        let mut struck = Vec::new();
        self.active.retain_mut(|(_, fault)| {
            if !fault.matches(endpoint, method) {
                return true;
            }
            if fault.after > 0 {
                fault.after -= 1;
                return true;
            }
            match &mut fault.times {
                Some(0) => return false,
                Some(times) => *times -= 1,
                None => {}
            }
            struck.push(fault.kind.clone());
            fault.times != Some(0)
        });
        struck
    }
}

/// The sum of the delays.
pub(crate) fn latency(kinds: &[FaultKind]) -> Option<Duration> {
    let millis: u64 = kinds
        .iter()
        .map(|kind| match kind {
            FaultKind::Latency { millis } => *millis,
            _ => 0,
        })
        .fold(0, u64::saturating_add);
    (millis > 0).then(|| Duration::from_millis(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_used_up() {
        let mut faults = Faults::default();
        faults.add(Fault::times(FaultKind::Hang, 2).on("get_block"));
        assert!(faults.strike(0, "block_api.get_block_range").is_empty());
        assert_eq!(faults.strike(0, "block_api.get_block"), [FaultKind::Hang]);
        assert_eq!(
            faults.strike(0, "condenser_api.get_block"),
            [FaultKind::Hang]
        );
        assert!(faults.strike(0, "condenser_api.get_block").is_empty());
        assert!(faults.list().is_empty());
    }

    #[test]
    fn a_fault_stays_at_its_endpoint_and_spares_the_control_api() {
        let mut faults = Faults::default();
        faults.add(Fault::always(FaultKind::Hang).at(1));
        assert!(faults.strike(0, "condenser_api.get_block").is_empty());
        assert_eq!(
            faults.strike(1, "condenser_api.get_block"),
            [FaultKind::Hang]
        );
        assert!(faults.strike(1, "devchain.clear_faults").is_empty());
    }

    #[test]
    fn the_first_requests_may_pass() {
        let mut faults = Faults::default();
        faults.add(Fault {
            after: 1,
            ..Fault::times(FaultKind::HtmlPage, 1)
        });
        assert!(faults.strike(0, "a.b").is_empty());
        assert_eq!(faults.strike(0, "a.b"), [FaultKind::HtmlPage]);
        assert!(faults.strike(0, "a.b").is_empty());
    }

    #[test]
    fn faults_are_readable_json() {
        let fault: Fault = serde_json::from_str(
            r#"{"kind":"http","status":502,"methods":["get_block"],"times":3}"#,
        )
        .unwrap();
        assert_eq!(
            fault,
            Fault::times(
                FaultKind::Http {
                    status: 502,
                    retry_after: None
                },
                3
            )
            .on("get_block")
        );
        let text = serde_json::to_string(&Fault::always(FaultKind::MissingFields {
            fields: vec!["block_id".into()],
        }));
        assert_eq!(
            text.unwrap(),
            r#"{"kind":"missing_fields","fields":["block_id"]}"#
        );
    }
}
