//! Accepting connections: a bounded number, with bounded patience, ended gracefully.

use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tower::Service;

use super::{App, stopped};
use crate::config::Limits;
use crate::telemetry::Counted;

/// Pause after a failure to accept (no file descriptors left, say).
const PAUSE: Duration = Duration::from_millis(100);

#[derive(Clone)]
pub(super) struct Listening {
    pub(super) permits: Arc<Semaphore>,
    pub(super) limits: Limits,
    pub(super) app: App,
}

/// Serves connections until the server stops; returns when the last one has ended.
pub(super) async fn run(listener: TcpListener, router: Router, listening: Listening) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(listening.limits.read_timeout);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(100);
    let graceful = GracefulShutdown::new();
    let mut stop = listening.app.stop.clone();
    let mut connections = JoinSet::new();
    loop {
        let (stream, peer, permit) = tokio::select! {
            () = stopped(&mut stop) => break,
            Some(_) = connections.join_next() => continue,
            accepted = accept(&listener, &listening.permits) => accepted,
        };
        // answers are small and written at once: waiting for more would only delay them
        let _ = stream.set_nodelay(true);
        let service = TowerToHyperService::new(Asked {
            service: router.clone(),
            peer,
        });
        let connection = builder
            .serve_connection_with_upgrades(TokioIo::new(stream), service)
            .into_owned();
        let connection = graceful.watch(connection);
        let counted = Counted::new(&listening.app.service.telemetry().connections);
        connections.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended");
            }
            drop((permit, counted));
        });
    }
    drop(listener);
    tokio::join!(graceful.shutdown(), async {
        while connections.join_next().await.is_some() {}
    });
}

/// The next connection, once there is room for one.
async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let permit = Arc::clone(permits)
        .acquire_owned()
        .await
        .expect("nobody closes the semaphore");
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => return (stream, peer, permit),
            Err(error) => {
                tracing::debug!(%error, "cannot accept a connection");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// A service that is told who asks, as axum's own server does.
#[derive(Clone)]
struct Asked<S> {
    service: S,
    peer: SocketAddr,
}

impl<S: Service<Request<B>>, B> Service<Request<B>> for Asked<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> S::Future {
        request.extensions_mut().insert(ConnectInfo(self.peer));
        self.service.call(request)
    }
}
