//! Being asked to end.

use anyhow::{Context as _, Result};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a shell reports for a program that SIGINT has ended.
const KILLED: i32 = 130;

/// Returns when the process is asked to end: Ctrl-C or SIGTERM. Asked once more, it ends at once.
pub(crate) async fn interrupted() -> Result<()> {
    let mut signals = Signals::new()?;
    signals.next().await;
    tokio::spawn(async move {
        signals.next().await;
        eprintln!(
            "ended at once; what was not on disk is gone, and is executed again at the next start"
        );
        std::process::exit(KILLED);
    });
    Ok(())
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn new() -> Result<Signals> {
        Ok(Signals {
            interrupt: signal(SignalKind::interrupt()).context("cannot wait for Ctrl-C")?,
            terminate: signal(SignalKind::terminate()).context("cannot wait for SIGTERM")?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
