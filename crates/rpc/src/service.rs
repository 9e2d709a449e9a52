//! From a text with requests to a text with answers.
//!
//! Queries that examine few rows take microseconds and are answered where they arrive. A query that turns out to need
//! more, and what may take long from the start, moves to a blocking thread; so many at a time, the others wait for
//! their turn, within limits.

use std::sync::Arc;
use std::time::Instant;

use parking_lot::Mutex;
use tartan_chain::network::Flavor;
use tartan_chain::{Block, Reader};
use tartan_document::Value;
use tartan_index::Index;
use tartan_state::Position;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;

use crate::config::{Limits, RpcConfig};
use crate::derived::{self, Depth};
use crate::envelope::{Envelope, Failure, Request, Responses, Unreadable};
use crate::error::RpcError;
use crate::methods::{self, Effort, Method};
use crate::sync::SyncStatus;
use crate::telemetry::Telemetry;

/// A longer batch goes to a blocking thread as a whole.
const SHORT_BATCH: usize = 8;

/// Where a request came in: decides what methods are called there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// `blockchain.<name>`, `contracts.<name>`, `history.<name>` and `market.<name>`.
    Combined,
    /// Plain names of the first group.
    Blockchain,
    /// Plain names of the second group.
    Contracts,
    /// Plain names of what is answered from the index: `history.<name>`.
    History,
    /// The same of `market.<name>`.
    Market,
}

/// What to do with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    /// Send this.
    Json(String),
    /// Only notifications came.
    Nothing,
    /// It is not JSON; why.
    Malformed(String),
}

/// Answers requests. A handle.
#[derive(Clone)]
pub(crate) struct Service(Arc<Inner>);

struct Inner {
    config: RpcConfig,
    reader: Reader,
    sync: watch::Receiver<SyncStatus>,
    telemetry: Telemetry,
    queries: Arc<Semaphore>,
    latest: Mutex<Option<Latest>>,
    index: Option<Index>,
    /// Readings of tables for answers from the index.
    readings: Semaphore,
}

/// The latest block, and the position of the state at which it is that.
type Latest = (Option<Position>, Option<Arc<Block>>);

/// What the reference calls things on its two chains.
pub(crate) struct Wording {
    /// Parameter of the method that finds a block by its main-chain block.
    pub(crate) main_block: &'static str,
    /// The required parameter of `getContract`, in its error.
    pub(crate) contract_name: &'static str,
    /// The error of a query without its parts.
    pub(crate) query: &'static str,
}

const HIVE: Wording = Wording {
    main_block: "hiveBlockNumber",
    contract_name: "name",
    query: "missing or wrong parameters: contract, table and query are required",
};

const STEEM: Wording = Wording {
    main_block: "steemBlockNumber",
    contract_name: "contract",
    query: "missing or wrong parameters: contract and tableName are required",
};

impl Service {
    pub(crate) fn new(
        config: RpcConfig,
        reader: Reader,
        sync: watch::Receiver<SyncStatus>,
        index: Option<Index>,
    ) -> Service {
        Service(Arc::new(Inner {
            readings: Semaphore::new(config.limits.concurrent_queries.max(1)),
            index,
            queries: Arc::new(Semaphore::new(config.limits.concurrent_queries.max(1))),
            latest: Mutex::new(None),
            telemetry: Telemetry::new(),
            config,
            reader,
            sync,
        }))
    }

    pub(crate) fn config(&self) -> &RpcConfig {
        &self.0.config
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.config.limits
    }

    pub(crate) fn reader(&self) -> &Reader {
        &self.0.reader
    }

    /// Derived data, if the node keeps any.
    pub(crate) fn index(&self) -> Option<&Index> {
        self.0.index.as_ref()
    }

    /// Reads tables on a blocking thread, so many at a time.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Reader) -> Result<T, RpcError> + Send + 'static,
    ) -> Result<T, RpcError> {
        let turn = timeout(self.limits().query_timeout, self.0.readings.acquire());
        let _turn = turn.await.map_err(|_| RpcError::BUSY)?;
        let reader = self.reader().clone();
        let done = tokio::task::spawn_blocking(move || read(&reader)).await;
        done.unwrap_or_else(|error| {
            tracing::error!(%error, "a reading ended in a panic");
            Err(RpcError::INTERNAL)
        })
    }

    /// The books of a token as they are now.
    pub(crate) async fn depth(&self, symbol: String, levels: usize) -> Result<Depth, RpcError> {
        let now = match self.index() {
            Some(index) => index.position().await.map_err(derived::failed)?,
            None => None,
        };
        let now = now.map_or(0, |position| position.time);
        self.read(move |reader| Depth::read(reader, &symbol, levels, now))
            .await
    }

    pub(crate) fn telemetry(&self) -> &Telemetry {
        &self.0.telemetry
    }

    /// Steem or Hive names.
    pub(crate) fn flavor(&self) -> Flavor {
        self.reader().network().main_chain.flavor
    }

    /// The words that differ between the two.
    pub(crate) fn wording(&self) -> &'static Wording {
        match self.flavor() {
            Flavor::Hive => &HIVE,
            Flavor::Steem => &STEEM,
        }
    }

    /// How far the node is.
    pub(crate) fn sync(&self) -> SyncStatus {
        self.0.sync.borrow().clone()
    }

    /// The status object as JSON text.
    pub(crate) fn status(&self) -> Result<String, RpcError> {
        let mut text = String::new();
        methods::status(self, &mut text)?;
        Ok(text)
    }

    /// The latest sidechain block. Read from the store once, however often it is asked for.
    pub(crate) fn latest_block(&self) -> Result<Option<Arc<Block>>, RpcError> {
        let reader = self.reader();
        let position = reader.position();
        if let Some((at, block)) = &*self.0.latest.lock()
            && *at == position
        {
            return Ok(block.clone());
        }
        let block = reader.latest_block().map_err(|error| internal(&error))?;
        if reader.position() == position {
            *self.0.latest.lock() = Some((position, block.clone()));
        }
        Ok(block)
    }

    /// Answers a body.
    pub(crate) async fn answer(&self, endpoint: Endpoint, body: &[u8]) -> Reply {
        let text = match std::str::from_utf8(body) {
            Ok(text) => text,
            Err(error) => return Reply::Malformed(format!("expected UTF-8, found {error}")),
        };
        match Envelope::read(text, self.limits().max_batch_length) {
            Err(Unreadable::Malformed(reason)) => Reply::Malformed(reason),
            Err(Unreadable::Refused(error)) => {
                self.0.telemetry.failed(error.code);
                Reply::Json(Responses::error(None, error))
            }
            Ok(envelope) => match self.answer_envelope(endpoint, envelope).await {
                Some(text) => Reply::Json(text),
                None => Reply::Nothing,
            },
        }
    }

    /// Answers what was read already; `None` when nothing asks for an answer.
    pub(crate) async fn answer_envelope(
        &self,
        endpoint: Endpoint,
        envelope: Envelope,
    ) -> Option<String> {
        match envelope {
            Envelope::One(request) => {
                let mut work = Work::new(self.clone(), endpoint, Responses::single());
                work.answer(request).await;
                work.responses.finish()
            }
            Envelope::Batch(batch) if batch.len() <= SHORT_BATCH => {
                let mut work = Work::new(self.clone(), endpoint, Responses::batch());
                for request in batch {
                    match request {
                        Ok(request) => work.answer(request).await,
                        Err(error) => work.refuse(None, error),
                    }
                }
                work.responses.finish()
            }
            Envelope::Batch(batch) => self.answer_long(endpoint, batch).await,
        }
    }

    async fn answer_long(
        &self,
        endpoint: Endpoint,
        batch: Vec<Result<Request, RpcError>>,
    ) -> Option<String> {
        let mut work = Work::new(self.clone(), endpoint, Responses::batch());
        let runtime = tokio::runtime::Handle::current();
        let answers = self.on_thread(move || {
            for request in batch {
                match request {
                    Ok(request) => match work.derived(&request) {
                        Some(method) if request.id.is_some() => {
                            runtime.block_on(work.answer_derived(request, method));
                        }
                        _ => work.answer_here(&request),
                    },
                    Err(error) => work.refuse(None, error),
                }
            }
            work.responses.finish()
        });
        match answers.await {
            Ok(answers) => answers,
            Err(error) => {
                self.0.telemetry.failed(error.code);
                Some(Responses::error(None, error))
            }
        }
    }

    /// Works on a blocking thread, when it is this work's turn.
    async fn on_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, RpcError> {
        let permit = self.turn().await?;
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        });
        done.await.map_err(|error| {
            tracing::error!(%error, "a query ended in a panic");
            RpcError::INTERNAL
        })
    }

    /// Waits for a thread to work on.
    async fn turn(&self) -> Result<OwnedSemaphorePermit, RpcError> {
        let queue = Arc::clone(&self.0.queries).acquire_owned();
        match timeout(self.limits().query_timeout, queue).await {
            Ok(permit) => Ok(permit.expect("nobody closes the semaphore")),
            Err(_) => {
                self.0.telemetry.busy.increment(1);
                Err(RpcError::BUSY)
            }
        }
    }
}

/// Logs what the client is not told.
pub(crate) fn internal(error: &dyn std::error::Error) -> RpcError {
    tracing::error!(%error, "a request failed");
    RpcError::INTERNAL
}

/// The answers to a body, in the making.
struct Work {
    service: Service,
    endpoint: Endpoint,
    responses: Responses,
    started: Instant,
}

impl Work {
    fn new(service: Service, endpoint: Endpoint, responses: Responses) -> Work {
        Work {
            service,
            endpoint,
            responses,
            started: Instant::now(),
        }
    }

    fn refuse(&mut self, id: Option<&Value>, error: RpcError) {
        self.service.0.telemetry.failed(error.code);
        self.responses.refuse(id, error);
    }

    /// Which method to call, unless the request is refused right away.
    fn method(&self, request: &Request) -> Result<Method, RpcError> {
        let limits = self.service.limits();
        if self.started.elapsed() > limits.query_timeout {
            return Err(RpcError::TIMEOUT);
        }
        if self.responses.len() > limits.max_response_bytes {
            return Err(RpcError::too_large(limits.max_response_bytes));
        }
        Method::resolve(self.endpoint, &request.method, self.service.flavor())
            .ok_or(RpcError::METHOD_NOT_FOUND)
    }

    /// The method of the index that a request calls.
    fn derived(&self, request: &Request) -> Option<(derived::Method, String)> {
        derived::Method::resolve(self.endpoint, &request.method)
    }

    /// Answers from the index.
    async fn answer_derived(&mut self, request: Request, method: (derived::Method, String)) {
        let limits = self.service.limits();
        let result = if self.started.elapsed() > limits.query_timeout {
            Err(RpcError::TIMEOUT)
        } else if self.responses.len() > limits.max_response_bytes {
            Err(RpcError::too_large(limits.max_response_bytes))
        } else {
            let params = request.params.map(serde_json::Value::from);
            derived::call(&self.service, method, params).await
        };
        // its errors are counted already
        let _ = self.responses.push(request.id.as_ref(), |out| {
            out.push_str(&result?);
            Ok(())
        });
    }

    /// Answers here if that is quick, otherwise on a blocking thread.
    async fn answer(&mut self, request: Request) {
        // methods only read: for a notification there is nothing to do
        if request.id.is_some()
            && let Some(method) = self.derived(&request)
        {
            return self.answer_derived(request, method).await;
        }
        let Some(id) = &request.id else { return };
        let method = match self.method(&request) {
            Ok(method) => method,
            Err(error) => return self.refuse(Some(id), error),
        };
        let started = Instant::now();
        let params = request.params.as_ref();
        let mut outcome = self.responses.push(Some(id), |out| {
            methods::call(&self.service, method, params, Effort::Little, out)
        });
        if outcome == Err(Failure::TooMuch) {
            let (service, params) = (self.service.clone(), request.params);
            let result = self.service.on_thread(move || {
                let mut text = String::new();
                methods::call(&service, method, params.as_ref(), Effort::Full, &mut text)
                    .map(|()| text)
            });
            let result = result.await.map_err(Failure::Refused).flatten();
            outcome = self.responses.push(Some(id), |out| {
                out.push_str(&result?);
                Ok(())
            });
        }
        self.count(method, started, &outcome);
    }

    /// Answers here, whatever effort it takes.
    fn answer_here(&mut self, request: &Request) {
        let Some(id) = &request.id else { return };
        let method = match self.method(request) {
            Ok(method) => method,
            Err(error) => return self.refuse(Some(id), error),
        };
        let started = Instant::now();
        let params = request.params.as_ref();
        let outcome = self.responses.push(Some(id), |out| {
            methods::call(&self.service, method, params, Effort::Full, out)
        });
        self.count(method, started, &outcome);
    }

    fn count(&self, method: Method, started: Instant, outcome: &Result<(), Failure>) {
        let telemetry = &self.service.0.telemetry;
        telemetry.answered(method, started.elapsed());
        if let Err(Failure::Refused(error)) = outcome {
            telemetry.failed(error.code);
        }
    }
}
