//! Structured logs on standard error, and the progress bar they must not tear.

use std::io::{self, Write};
use std::sync::OnceLock;

use anyhow::{Result, anyhow};
use clap::ValueEnum;
use indicatif::MultiProgress;
use tracing_subscriber::EnvFilter;

/// How log lines are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Begins to log. `filter` is a level (`info`) or directives (`info,tartan_mainchain=debug`).
pub(crate) fn init(filter: &str, format: LogFormat) -> Result<()> {
    let filter = EnvFilter::builder().parse(filter).map_err(|error| {
        anyhow!("log filter {filter:?}: {error}; expected a level such as info, or directives such as info,tartan_mainchain=debug")
    })?;
    // https://no-color.org
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let ansi = !plain && io::IsTerminal::is_terminal(&io::stderr());
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(ansi)
        .with_writer(|| Lines);
    let result = match format {
        LogFormat::Text => logs.with_target(false).try_init(),
        LogFormat::Json => logs.json().flatten_event(true).try_init(),
    };
    result.map_err(|error| anyhow!("cannot start logging: {error}"))
}

/// The progress bars of this process: log lines are written above them.
pub(crate) fn bars() -> &'static MultiProgress {
    static BARS: OnceLock<MultiProgress> = OnceLock::new();
    BARS.get_or_init(MultiProgress::new)
}

/// Standard error, with progress bars out of the way while a line is written.
struct Lines;

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        bars().suspend(|| io::stderr().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
