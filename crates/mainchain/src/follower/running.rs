//! A task that ends with whoever waits for it.

use futures::FutureExt;
use tokio::task::{JoinError, JoinHandle};

/// Something under way in a task of its own; dropping it cancels.
#[derive(Debug)]
pub(super) struct Running<T>(JoinHandle<T>);

impl<T: Send + 'static> Running<T> {
    pub(super) fn spawn(work: impl Future<Output = T> + Send + 'static) -> Running<T> {
        Running(tokio::spawn(work))
    }

    /// Waits for the end; an error says that the task panicked. Cancellation safe.
    pub(super) async fn end(&mut self) -> Result<T, JoinError> {
        (&mut self.0).await
    }

    /// The outcome if it is there already.
    pub(super) fn now(&mut self) -> Option<Result<T, JoinError>> {
        (&mut self.0).now_or_never()
    }
}

impl<T> Drop for Running<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}
