//! How the state is kept on disk: what `node` and `replay` can be told about it.

use std::time::Duration;

use tartan_state::StateOptions;

use crate::config::NodeFile;
use crate::units::{Size, parse_time};

/// Flags that say how the state is kept.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Storage")]
pub(crate) struct Storage {
    /// The most the store can grow to [default: 64GiB]. It only takes the space that it uses.
    #[arg(
        long,
        env = "TARTAN_MAP_SIZE",
        hide_env_values = true,
        value_name = "SIZE"
    )]
    map_size: Option<Size>,
    /// Irreversible blocks are written to disk at least this often [default: 5s].
    #[arg(long, env = "TARTAN_FLUSH_INTERVAL", hide_env_values = true, value_name = "TIME", value_parser = parse_time)]
    flush_interval: Option<Duration>,
    /// What waits to be written to disk takes at most this much memory [default: 512MiB]. Beyond it, execution waits for the
    /// disk.
    #[arg(
        long,
        env = "TARTAN_WRITE_BUFFER",
        hide_env_values = true,
        value_name = "SIZE"
    )]
    write_buffer: Option<Size>,
}

impl Storage {
    /// The options of the state, with what the settings file says for what no flag says.
    pub(crate) fn options(&self, file: &NodeFile) -> StateOptions {
        let mut options = StateOptions::default();
        if let Some(Size(bytes)) = self.map_size.or(file.map_size) {
            options.map_size = bytes;
        }
        if let Some(interval) = self
            .flush_interval
            .or(file.flush_interval.map(|time| time.0))
        {
            options.flush_interval = interval;
        }
        if let Some(Size(bytes)) = self.write_buffer.or(file.write_buffer) {
            options.max_pending_bytes = bytes;
            // a batch goes to disk while the next ones gather
            options.flush_bytes = options.flush_bytes.min(bytes / 4);
        }
        options
    }
}
