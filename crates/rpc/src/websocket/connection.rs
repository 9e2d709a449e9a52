//! One client.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use tartan_document::Value;
use tartan_index::Index;
use tokio::sync::{OwnedSemaphorePermit, broadcast};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::books::{BookView, Watch};
use super::feed::Change;
use super::topic::Topic;
use crate::envelope::{Envelope, Request, Responses, Unreadable};
use crate::error::RpcError;
use crate::server::{App, stopped};
use crate::service::Endpoint;
use crate::telemetry::Counted;

/// How often a client is asked whether it is still there.
const PING: Duration = Duration::from_secs(30);
/// How long a client may take to be told why the connection ends.
const FAREWELL: Duration = Duration::from_secs(10);
/// How long it may be silent.
const SILENCE: Duration = Duration::from_secs(90);

/// Why a connection ends.
enum End {
    /// The client went away, or broke the protocol.
    Gone,
    /// It did not answer pings.
    Silent,
    /// It read too slowly: so many notifications could not wait for it.
    Lagged(u64),
    /// Sending took too long.
    Stuck,
    /// The server lost notifications itself.
    Gap,
    /// The server stops.
    Shutdown,
}

struct Subscriptions {
    topics: BTreeMap<u64, Subscription>,
    next: u64,
    /// Present while there are topics.
    changes: Option<broadcast::Receiver<Arc<Change>>>,
}

struct Subscription {
    topic: Topic,
    /// The book that it is about, if it is about one.
    book: Option<Watch>,
    _counted: Counted,
}

struct Connection {
    app: App,
    socket: WebSocket,
    subscriptions: Subscriptions,
    heard: Instant,
}

/// Serves a client until one side ends the connection.
pub(crate) async fn serve(app: App, socket: WebSocket, permit: OwnedSemaphorePermit) {
    let counted = Counted::new(&app.service.telemetry().websockets);
    let subscriptions = Subscriptions {
        topics: BTreeMap::new(),
        next: 1,
        changes: None,
    };
    let mut connection = Connection {
        app,
        socket,
        subscriptions,
        heard: Instant::now(),
    };
    let Err(end) = connection.run().await;
    connection.close(end).await;
    drop((counted, permit));
}

impl Subscription {
    /// The notification's members about a book; `None` if it is another one's, or was part of the snapshot.
    fn about_book(&mut self, view: &BookView) -> Option<String> {
        let Topic::Book { symbol } = &self.topic else {
            return None;
        };
        let watch = self.book.as_mut()?;
        if *symbol != view.symbol || view.sequence <= watch.sequence {
            return None;
        }
        watch.sequence = view.sequence;
        Some(view.text.clone())
    }
}

enum Never {}

impl Connection {
    async fn run(&mut self) -> Result<Never, End> {
        let mut stop = self.app.stop.clone();
        let mut pings = interval(PING);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stopped(&mut stop) => return Err(End::Shutdown),
                message = self.socket.recv() => match message {
                    Some(Ok(message)) => self.hear(message).await?,
                    Some(Err(_)) | None => return Err(End::Gone),
                },
                change = next(&mut self.subscriptions.changes) => self.tell(&*change?).await?,
                _ = pings.tick() => {
                    if self.heard.elapsed() > SILENCE {
                        return Err(End::Silent);
                    }
                    self.send(Message::Ping(Vec::new().into())).await?;
                }
            }
        }
    }

    async fn hear(&mut self, message: Message) -> Result<(), End> {
        self.heard = Instant::now();
        let answer = match &message {
            Message::Text(text) => self.answer(text.as_str()).await,
            Message::Binary(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) => self.answer(text).await,
                Err(_) => Some(Responses::error(None, RpcError::PARSE)),
            },
            Message::Ping(_) | Message::Pong(_) => None,
            Message::Close(_) => return Err(End::Gone),
        };
        match answer {
            Some(text) => self.send(Message::Text(text.into())).await,
            None => Ok(()),
        }
    }

    async fn answer(&mut self, text: &str) -> Option<String> {
        match Envelope::read(text, self.app.service.limits().max_batch_length) {
            Err(Unreadable::Malformed(_)) => Some(Responses::error(None, RpcError::PARSE)),
            Err(Unreadable::Refused(error)) => Some(Responses::error(None, error)),
            Ok(Envelope::One(request)) if request.method == "subscribe" => Some(respond(
                &request,
                self.subscribe(request.params.as_ref()).await,
            )),
            Ok(Envelope::One(request)) if request.method == "unsubscribe" => {
                Some(respond(&request, self.unsubscribe(request.params.as_ref())))
            }
            Ok(envelope) => {
                self.app
                    .service
                    .answer_envelope(Endpoint::Combined, envelope)
                    .await
            }
        }
    }

    async fn subscribe(&mut self, params: Option<&Value>) -> Result<String, RpcError> {
        let topic = Topic::read(params)?;
        let index = self.app.service.index();
        if topic.needs_index() && index.and_then(Index::subscribe).is_none() {
            return Err(RpcError::bad(
                "this node writes no index; ask one that does",
            ));
        }
        let most = self.app.service.limits().max_subscriptions;
        if self.subscriptions.topics.len() >= most {
            return Err(RpcError::bad(format!(
                "too many subscriptions, maximum is {most}"
            )));
        }
        // first listen, then look: what is committed in between is notified
        if self.subscriptions.changes.is_none() {
            self.subscriptions.changes = Some(self.app.feed.subscribe());
        }
        let subscribed = self.begin(topic).await;
        if self.subscriptions.topics.is_empty() {
            self.subscriptions.changes = None;
        }
        subscribed
    }

    async fn begin(&mut self, topic: Topic) -> Result<String, RpcError> {
        let latest = self.app.service.latest_block()?.map(|block| block.number);
        let (book, snapshot) = match &topic {
            Topic::Book { symbol } => {
                let (watch, snapshot) = self.app.books.watch(symbol).await?;
                (Some(watch), format!(r#","book":{snapshot}"#))
            }
            _ => (None, String::new()),
        };
        let id = self.subscriptions.next;
        self.subscriptions.next += 1;
        let subscription = Subscription {
            topic,
            book,
            _counted: Counted::new(&self.app.service.telemetry().subscriptions),
        };
        self.subscriptions.topics.insert(id, subscription);
        let latest = latest.map_or("null".to_owned(), |number| number.to_string());
        Ok(format!(
            r#"{{"subscription":{id},"blockNumber":{latest}{snapshot}}}"#
        ))
    }

    fn unsubscribe(&mut self, params: Option<&Value>) -> Result<String, RpcError> {
        let id = params
            .and_then(|params| params.get("subscription"))
            .and_then(Value::as_u64);
        let id =
            id.ok_or_else(|| RpcError::invalid_params("expected {\"subscription\": a number}"))?;
        let existed = self.subscriptions.topics.remove(&id).is_some();
        if self.subscriptions.topics.is_empty() {
            self.subscriptions.changes = None;
        }
        Ok(existed.to_string())
    }

    /// Notifies every subscription that a change is for.
    async fn tell(&mut self, change: &Change) -> Result<(), End> {
        let committed = match change {
            Change::Block { committed, .. } => *committed,
            Change::Market(market) => market.committed,
            Change::Book(book) => book.committed,
            Change::Gap => return Err(End::Gap),
        };
        let named = if committed { "committed" } else { "reverted" };
        let about = |(id, subscription): (&u64, &mut Subscription)| {
            let about = match change {
                Change::Block { block, .. } => subscription.topic.about(block)?,
                Change::Market(market) => subscription.topic.about_market(market)?,
                Change::Book(book) => subscription.about_book(book)?,
                Change::Gap => return None,
            };
            Some(format!(
                r#"{{"jsonrpc":"2.0","method":"subscription","params":{{"subscription":{id},"change":"{named}",{about}}}}}"#
            ))
        };
        let topics = self.subscriptions.topics.iter_mut();
        let notifications: Vec<String> = topics.filter_map(about).collect();
        for text in notifications {
            self.send(Message::Text(text.into())).await?;
        }
        Ok(())
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        let patience = self.app.service.limits().send_timeout;
        match timeout(patience, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(End::Stuck),
        }
    }

    async fn close(mut self, end: End) {
        let (code, reason) = match end {
            End::Gone => return,
            End::Silent => (close_code::POLICY, "no answer to pings".to_owned()),
            End::Lagged(missed) => (
                close_code::POLICY,
                format!(
                    "too slow: missed {missed} notifications; subscribe again and read the rest"
                ),
            ),
            End::Stuck => (close_code::POLICY, "too slow: sending timed out".to_owned()),
            End::Gap => (
                close_code::ERROR,
                "notifications were lost; subscribe again and read the rest".to_owned(),
            ),
            End::Shutdown => (close_code::AWAY, "the node stops".to_owned()),
        };
        if matches!(end, End::Lagged(_) | End::Stuck) {
            self.app.service.telemetry().slow_clients.increment(1);
        }
        tracing::debug!(reason, "closing a WebSocket");
        let frame = CloseFrame {
            code,
            reason: reason.into(),
        };
        // then the client's own close is awaited: a socket closed before would take the reason back
        let farewell = async {
            if self.socket.send(Message::Close(Some(frame))).await.is_ok() {
                while let Some(Ok(_)) = self.socket.recv().await {}
            }
        };
        let _ = timeout(FAREWELL, farewell).await;
    }
}

fn respond(request: &Request, result: Result<String, RpcError>) -> String {
    let mut responses = Responses::single();
    let _ = responses.push(request.id.as_ref(), |out| {
        Ok(result.map(|text| out.push_str(&text))?)
    });
    responses.finish().unwrap_or_default()
}

/// The next change; never, without subscriptions.
async fn next(changes: &mut Option<broadcast::Receiver<Arc<Change>>>) -> Result<Arc<Change>, End> {
    match changes {
        Some(changes) => changes.recv().await.map_err(|error| match error {
            broadcast::error::RecvError::Lagged(missed) => End::Lagged(missed),
            broadcast::error::RecvError::Closed => End::Shutdown,
        }),
        None => std::future::pending().await,
    }
}
