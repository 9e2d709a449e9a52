//! Listeners and connections.

mod accept;
mod health;
mod http;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tartan_chain::Reader;
use tartan_index::Index;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::config::RpcConfig;
use crate::service::Service;
use crate::sync::SyncStatus;
use crate::websocket::{Books, Feed};

/// How long open connections may take to end at shutdown.
const GRACE: Duration = Duration::from_secs(5);

/// Why the server could not be started.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}; choose another address or stop who has it")]
    Listen {
        /// The address of the configuration.
        address: SocketAddr,
        /// What the operating system says.
        source: io::Error,
    },
}

/// What all connections share.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) service: Service,
    pub(crate) feed: Feed,
    pub(crate) books: Books,
    pub(crate) stop: watch::Receiver<bool>,
    /// One permit for each WebSocket connection.
    pub(crate) websockets: Arc<Semaphore>,
}

/// A running server; dropping it ends it at once.
pub struct Server {
    address: SocketAddr,
    websocket_address: Option<SocketAddr>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
    websockets: Arc<Semaphore>,
    max_connections: u32,
}

impl Server {
    /// Starts to listen and to answer from what the reader sees. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// When an address cannot be listened on.
    pub async fn start(
        config: RpcConfig,
        reader: Reader,
        sync: watch::Receiver<SyncStatus>,
    ) -> Result<Server, ServeError> {
        Server::start_with_index(config, reader, sync, None).await
    }

    /// The same, and answers about histories and markets from an index.
    ///
    /// # Errors
    /// As [`start`](Server::start).
    pub async fn start_with_index(
        config: RpcConfig,
        reader: Reader,
        sync: watch::Receiver<SyncStatus>,
        index: Option<Index>,
    ) -> Result<Server, ServeError> {
        Server::start_with_pages(config, reader, sync, index, |_| None).await
    }

    /// The same, and serves pages for people beside: `pages` is given what happens to the chain and makes their routes.
    /// `GET /` is the pages' for who accepts HTML, and the status for everyone else.
    ///
    /// # Errors
    /// As [`start`](Server::start).
    pub async fn start_with_pages(
        config: RpcConfig,
        reader: Reader,
        sync: watch::Receiver<SyncStatus>,
        index: Option<Index>,
        pages: impl FnOnce(Feed) -> Option<Router>,
    ) -> Result<Server, ServeError> {
        let main = listen(config.listen).await?;
        let websocket = match config.websocket_listen {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        let (stop, stopped) = watch::channel(false);
        let max_connections = config.limits.max_connections;
        let permits = Arc::new(Semaphore::new(max_connections as usize));
        let mut tasks = JoinSet::new();
        let feed = Feed::start(
            &reader,
            config.limits.notification_queue,
            stopped.clone(),
            &mut tasks,
        );
        let limits = config.limits.clone();
        let websockets = Arc::new(Semaphore::new(max_connections as usize));
        let service = Service::new(config, reader, sync, index);
        feed.follow_index(&service, stopped.clone(), &mut tasks);
        let books = Books::start(&service, &feed, stopped.clone(), &mut tasks);
        let pages = pages(feed.clone());
        let app = App {
            service,
            feed,
            books,
            stop: stopped,
            websockets: websockets.clone(),
        };

        let listening = accept::Listening {
            permits,
            limits,
            app: app.clone(),
        };
        let address = main.address;
        tasks.spawn(accept::run(
            main.listener,
            http::router(app.clone(), pages),
            listening.clone(),
        ));
        let websocket_address = websocket.as_ref().map(|bound| bound.address);
        if let Some(websocket) = websocket {
            tasks.spawn(accept::run(
                websocket.listener,
                http::websocket_router(app),
                listening,
            ));
        }
        tracing::info!(%address, "serving JSON-RPC");
        Ok(Server {
            address,
            websocket_address,
            stop,
            tasks,
            websockets,
            max_connections,
        })
    }

    /// Where HTTP is served.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where WebSockets of their own are served.
    pub fn websocket_address(&self) -> Option<SocketAddr> {
        self.websocket_address
    }

    /// Takes no more connections, lets requests under way end, and returns when all is over.
    pub async fn shutdown(mut self) {
        let _ = self.stop.send(true);
        let ended = async {
            while self.tasks.join_next().await.is_some() {}
            // who holds all permits knows that no WebSocket is open
            let _ = self.websockets.acquire_many(self.max_connections).await;
        };
        if tokio::time::timeout(GRACE, ended).await.is_err() {
            tracing::warn!("some requests did not end in time");
            self.tasks.shutdown().await;
        }
    }
}

/// Waits until the server is told to stop.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // an error says that the server is gone
    let _ = stop.wait_for(|stop| *stop).await;
}

struct Bound {
    listener: TcpListener,
    address: SocketAddr,
}

async fn listen(address: SocketAddr) -> Result<Bound, ServeError> {
    let failed = |source| ServeError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok(Bound { listener, address })
}
