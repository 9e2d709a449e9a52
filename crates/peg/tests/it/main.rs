//! The service against a main chain and a sidechain node, with everything that goes wrong.

mod common;
mod faults;
mod holding;
mod journals;
mod kill;
mod payments;
mod store;

use std::sync::Arc;

use common::World;
use tartan_peg::{Service, Unobserved};
use tokio::task::JoinHandle;

/// A service in this process, which ends at whatever step it is when this is dropped.
struct Running(JoinHandle<()>);

impl Running {
    async fn start(world: &World) -> Running {
        let address = world.address();
        let observer = Arc::new(Unobserved);
        let opened = Service::open(address.config(), address.client(), world.key(), observer).await;
        let mut service = opened.expect("the service starts");
        Running(tokio::spawn(async move {
            let error = service.run().await.expect_err("it runs for ever");
            panic!("it stopped: {error}");
        }))
    }

    /// Ends it, and waits until the journal is free.
    async fn stop(self) {
        self.0.abort();
        if let Err(error) = self.0.await
            && !error.is_cancelled()
        {
            panic!("{error}");
        }
    }
}
