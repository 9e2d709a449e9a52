//! What the tests are written in: a folder with the program in it, programs that run, a main chain to steer, a sidechain
//! node to ask.

mod desk;
mod dump;
mod main_chain;
mod recording;
mod running;
mod side_chain;
mod traffic;

pub(crate) use desk::{Desk, Ended};
pub(crate) use dump::Dump;
pub(crate) use main_chain::MainChain;
pub(crate) use recording::{BLOCKS, Recording};
pub(crate) use running::Running;
pub(crate) use side_chain::{SideChain, page};
pub(crate) use traffic::Traffic;

use std::future::Future;
use std::sync::OnceLock;
use std::time::Duration;

use tokio::runtime::Runtime;

/// How long anything may take before a test gives up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// Runs something asynchronous to its end.
pub(crate) fn wait<T>(work: impl Future<Output = T>) -> T {
    runtime().block_on(work)
}

/// Where development chains and requests of the tests run.
pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().expect("a runtime"))
}

/// The development chains' keys come from this.
pub(crate) const MASTER_PASSWORD: &str = tartan_devchain::MASTER_PASSWORD;
