use std::time::Duration;

/// How a state is kept.
#[derive(Clone, Debug)]
pub struct StateOptions {
    /// Which network the state belongs to (a name and a genesis hash, say); one line.
    pub identity: String,
    /// Address space reserved for the store, in bytes: the most it can grow to. Files stay sparse.
    pub map_size: usize,
    /// Views that may be alive at the same time.
    pub max_readers: u32,
    /// Irreversible bytes in memory at which they are flushed.
    pub flush_bytes: usize,
    /// Time after which irreversible blocks are flushed, few as they may be.
    pub flush_interval: Duration,
    /// Irreversible bytes in memory at which the writer waits for the flush.
    pub max_pending_bytes: usize,
    /// Largest row, in bytes of its stored form.
    pub max_record_bytes: usize,
}

impl Default for StateOptions {
    fn default() -> StateOptions {
        StateOptions {
            identity: String::new(),
            map_size: 64 << 30,
            max_readers: 4096,
            flush_bytes: 64 << 20,
            flush_interval: Duration::from_secs(5),
            max_pending_bytes: 512 << 20,
            max_record_bytes: 16 << 20,
        }
    }
}
