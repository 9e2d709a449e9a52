use std::sync::Arc;

use tokio::sync::broadcast;

use crate::records::Block;

/// How many notifications a subscriber may lag behind. Their blocks are kept in memory for it.
const CAPACITY: usize = 256;

/// What happened to the chain, in order.
#[derive(Debug, Clone)]
pub enum Notification {
    /// A block was added.
    Committed(Arc<Block>),
    /// The latest block was taken off: the main chain took another turn.
    Reverted(Arc<Block>),
}

/// Why a subscriber got no notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SubscriptionError {
    /// The subscriber was too slow and has missed some: it must read the chain anew from what it knows last.
    /// The subscription goes on behind the gap.
    #[error("missed {0} notifications: read the chain anew")]
    Lagged(u64),
    /// The chain is closed.
    #[error("the chain is closed")]
    Closed,
}

/// A stream of notifications. Execution never waits for it: whoever falls behind by too much is told so.
#[derive(Debug)]
pub struct Subscription(broadcast::Receiver<Notification>);

impl Subscription {
    /// The next notification, waiting for it.
    ///
    /// # Errors
    /// Both of [`SubscriptionError`].
    pub async fn next(&mut self) -> Result<Notification, SubscriptionError> {
        self.0.recv().await.map_err(|error| match error {
            broadcast::error::RecvError::Lagged(missed) => SubscriptionError::Lagged(missed),
            broadcast::error::RecvError::Closed => SubscriptionError::Closed,
        })
    }

    /// The next notification if there is one already.
    ///
    /// # Errors
    /// Both of [`SubscriptionError`].
    pub fn try_next(&mut self) -> Result<Option<Notification>, SubscriptionError> {
        match self.0.try_recv() {
            Ok(notification) => Ok(Some(notification)),
            Err(broadcast::error::TryRecvError::Empty) => Ok(None),
            Err(broadcast::error::TryRecvError::Lagged(missed)) => {
                Err(SubscriptionError::Lagged(missed))
            }
            Err(broadcast::error::TryRecvError::Closed) => Err(SubscriptionError::Closed),
        }
    }
}

/// Where notifications are sent from.
#[derive(Debug, Clone)]
pub(crate) struct Notifier(broadcast::Sender<Notification>);

impl Notifier {
    pub(crate) fn new() -> Notifier {
        Notifier(broadcast::Sender::new(CAPACITY))
    }

    /// Tells everyone who listens; that no one does is fine.
    pub(crate) fn send(&self, notification: Notification) {
        let _ = self.0.send(notification);
    }

    pub(crate) fn subscribe(&self) -> Subscription {
        Subscription(self.0.subscribe())
    }
}
