//! One listener.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures::stream;
use serde_json::{Map, Value, json};
use tartan_rpc::{BlockView, Change, SyncStatus};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, broadcast, mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};

use super::topic::Topic;
use crate::error::Error;
use crate::site::Site;
use crate::telemetry::Listening;

/// How often something is sent, so that nobody on the way takes the connection for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long a listener may not read before it is dropped.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long one stream lasts.
const LIFETIME: Duration = Duration::from_secs(3600);
/// How often the state of the node is told at most.
const SYNC_PAUSE: Duration = Duration::from_secs(1);
/// Blocks that a listener who comes back is told at most.
const MOST_MISSED: u64 = 100;
/// Pieces that may wait to be sent.
const QUEUE: usize = 16;

/// Why a listener is done.
struct Done;

pub(super) struct Listener {
    site: Site,
    topics: Vec<Topic>,
    pieces: mpsc::Sender<Bytes>,
    changes: broadcast::Receiver<Arc<Change>>,
}

impl Listener {
    /// Starts to tell; `last` is the last block that the listener has heard of.
    pub(super) fn start(
        site: Site,
        topics: Vec<Topic>,
        last: Option<u64>,
        permit: OwnedSemaphorePermit,
    ) -> Body {
        let (pieces, queue) = mpsc::channel(QUEUE);
        let listener = Listener {
            changes: site.feed().subscribe(),
            site,
            topics,
            pieces,
        };
        tokio::spawn(async move {
            let counted = Listening::new();
            let Err(Done) = listener.run(last).await;
            drop((counted, permit));
        });
        Body::from_stream(stream::unfold(queue, |mut queue| async {
            let piece = queue.recv().await?;
            Some((Ok::<Bytes, Infallible>(piece), queue))
        }))
    }

    async fn run(mut self, last: Option<u64>) -> Result<Infallible, Done> {
        self.send("retry: 3000\n: listening\n\n".to_owned()).await?;
        if let Some(last) = last {
            self.catch_up(last).await?;
        }
        let feed = self.site.feed().clone();
        let end = Instant::now() + LIFETIME;
        let mut heartbeats = interval(HEARTBEAT);
        heartbeats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut sync = self
            .topics
            .contains(&Topic::Sync)
            .then(|| self.site.sync_changes());
        let mut told = None;
        let mut next_sync = Instant::now();
        loop {
            tokio::select! {
                () = feed.stopped() => return Err(Done),
                () = sleep_until(end) => return Err(Done),
                () = self.pieces.closed() => return Err(Done),
                change = self.changes.recv() => match change {
                    Ok(change) => self.tell(&change).await?,
                    Err(RecvError::Lagged(_)) => self.send(gap()).await?,
                    Err(RecvError::Closed) => return Err(Done),
                },
                status = changed(&mut sync, next_sync) => {
                    next_sync = Instant::now() + SYNC_PAUSE;
                    let status = sync_message(&status);
                    if told.as_ref() != Some(&status) {
                        self.send(message("sync", None, &status)).await?;
                        told = Some(status);
                    }
                }
                _ = heartbeats.tick() => self.send(": alive\n\n".to_owned()).await?,
            }
        }
    }

    /// Tells the blocks after this one.
    async fn catch_up(&self, last: u64) -> Result<(), Done> {
        let read = self.site.read(move |reader| {
            let head = reader.latest_block()?.map_or(0, |block| block.number);
            let missed = head
                .checked_sub(last)
                .filter(|missed| *missed <= MOST_MISSED);
            match missed {
                Some(missed) => Ok::<_, Error>(Some(reader.block_range(last + 1, missed)?)),
                None => Ok(None),
            }
        });
        match read.await {
            Ok(Some(blocks)) => {
                for block in blocks {
                    let view = BlockView::new(block, self.site.network().clone());
                    self.tell_block(true, &view).await?;
                }
                Ok(())
            }
            Ok(None) | Err(_) => self.send(gap()).await,
        }
    }

    async fn tell(&self, change: &Change) -> Result<(), Done> {
        match change {
            Change::Block { committed, block } => self.tell_block(*committed, block).await,
            Change::Market(market) => {
                for topic in &self.topics {
                    if let Some(told) = topic.about_market(market) {
                        let number = u64::try_from(market.block_number).unwrap_or(0);
                        let told = changed_by(market.committed, number, told);
                        self.send(message(&topic.name(), None, &told)).await?;
                    }
                }
                Ok(())
            }
            // who follows orders one by one takes the WebSocket, which has them numbered
            Change::Book(_) => Ok(()),
            Change::Gap => self.send(gap()).await,
        }
    }

    async fn tell_block(&self, committed: bool, block: &BlockView) -> Result<(), Done> {
        let number = block.number();
        // whoever comes back names the last block that is still there
        let last = match committed {
            true => number,
            false => number.saturating_sub(1),
        };
        // the id counts even without an event: what has nothing for these topics need not be told again
        let mut piece = format!("id: {last}\n\n");
        for topic in &self.topics {
            if let Some(told) = topic.about(block) {
                let told = changed_by(committed, number, told);
                piece.push_str(&message(&topic.name(), Some(last), &told));
            }
        }
        self.send(piece).await
    }

    async fn send(&self, piece: String) -> Result<(), Done> {
        let sent = self.pieces.send_timeout(piece.into(), PATIENCE).await;
        sent.map_err(|_| Done)
    }
}

/// The state of the node, when it is time for it; never, if nobody asked.
async fn changed(
    sync: &mut Option<watch::Receiver<SyncStatus>>,
    not_before: Instant,
) -> SyncStatus {
    sleep_until(not_before).await;
    if let Some(sync) = sync
        && sync.changed().await.is_ok()
    {
        return sync.borrow_and_update().clone();
    }
    std::future::pending().await
}

fn sync_message(status: &SyncStatus) -> Value {
    json!({
        "state": status.state,
        "position": status.position,
        "mainHead": status.main_head,
        "irreversible": status.irreversible,
        "lag": status.lag(),
    })
}

fn changed_by(committed: bool, number: u64, told: Map<String, Value>) -> Value {
    let mut whole = Map::new();
    let change = if committed { "committed" } else { "reverted" };
    whole.insert("change".to_owned(), change.into());
    whole.insert("block".to_owned(), number.into());
    whole.extend(told);
    Value::Object(whole)
}

fn gap() -> String {
    message("gap", None, &json!({}))
}

/// An event of the stream. JSON has no line breaks.
fn message(name: &str, id: Option<u64>, data: &Value) -> String {
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    format!("event: {name}\n{id}data: {data}\n\n")
}
