//! The task that keeps the index at the head of the chain.

use tartan_chain::Reader;
use tartan_index::{Database, Index, IndexError, Indexer};
use tokio::task::JoinHandle;

/// An index and what writes it.
pub(crate) struct Indexing {
    index: Index,
    task: JoinHandle<()>,
}

impl Indexing {
    /// Opens the database and starts to write what follows from the chain. Execution does not wait for it.
    pub(crate) async fn start(address: &str, reader: Reader) -> Result<Indexing, IndexError> {
        let database = Database::open(address).await?;
        let indexer = match Indexer::open(&database, reader.clone()).await {
            Err(IndexError::Outdated) => {
                tracing::info!("the index is of an earlier version: it is built anew");
                database.clear().await?;
                Indexer::open(&database, reader).await?
            }
            opened => opened?,
        };
        tracing::info!(
            database = database.shown_address(),
            position = indexer
                .progress()
                .borrow()
                .as_ref()
                .map(|position| position.block),
            "index is open"
        );
        let index = Index::following(database, &indexer);
        let task = tokio::spawn(async move {
            if let Err(error) = indexer.run().await {
                // the chain is more important than what is derived from it
                tracing::error!(%error, "the index is not written any more");
            }
        });
        Ok(Indexing { index, task })
    }

    /// What answers from it.
    pub(crate) fn index(&self) -> Index {
        self.index.clone()
    }

    /// Stops to write: what is not whole is undone by the database.
    pub(crate) async fn stop(self) {
        self.task.abort();
        let _ = self.task.await;
        self.index.database().close().await;
    }
}
