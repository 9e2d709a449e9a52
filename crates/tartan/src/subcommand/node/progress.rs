//! How far a node is while it catches up: a bar on a terminal, a line now and then in a log.

use std::io::IsTerminal as _;
use std::time::Duration;

use indicatif::{HumanDuration, ProgressBar, ProgressStyle};
use tartan_node::{SyncState, SyncStatus};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::logging::bars;

/// Time between two looks.
const LOOK: Duration = Duration::from_millis(250);
/// Time between two lines in a log.
const LINE: Duration = Duration::from_secs(10);

/// Shows progress until the node is gone.
pub(super) async fn show(progress: watch::Receiver<SyncStatus>, json: bool) {
    if std::io::stderr().is_terminal() && !json {
        draw(progress).await;
    } else {
        log(progress).await;
    }
}

async fn draw(mut progress: watch::Receiver<SyncStatus>) {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len}  {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let mut shown: Option<ProgressBar> = None;
    loop {
        let status = progress.borrow_and_update().clone();
        match (status.state == SyncState::CatchingUp, &shown) {
            (true, _) => {
                let bar = shown.get_or_insert_with(|| {
                    bars().add(ProgressBar::new(0).with_style(style.clone()))
                });
                bar.set_length(status.main_head.unwrap_or_default());
                bar.set_position(status.position.unwrap_or_default());
                bar.set_message(rate(&status));
            }
            (false, Some(bar)) => {
                bar.finish_and_clear();
                bars().remove(bar);
                shown = None;
            }
            (false, None) => {}
        }
        if progress.changed().await.is_err() {
            return;
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn log(mut progress: watch::Receiver<SyncStatus>) {
    let mut last = Instant::now();
    while progress.changed().await.is_ok() {
        let status = progress.borrow_and_update().clone();
        if status.state == SyncState::CatchingUp && last.elapsed() >= LINE {
            last = Instant::now();
            tracing::info!(
                position = status.position,
                head = status.main_head,
                rate = rate(&status),
                "catching up"
            );
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn rate(status: &SyncStatus) -> String {
    let mut text = format!(
        "{:.0} blocks/s, {:.0} tx/s",
        status.blocks_per_second, status.transactions_per_second
    );
    if let Some(eta) = status.eta_s {
        text.push_str(&format!(
            ", ready in {}",
            HumanDuration(Duration::from_secs(eta))
        ));
    }
    text
}
