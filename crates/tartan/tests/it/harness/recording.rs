//! Ten thousand blocks of a community that uses its token, as a chain and as a file.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::{MainChain, Traffic};

/// Blocks in the recording.
pub(crate) const BLOCKS: u32 = 10_000;
/// What the traffic is drawn from.
const SEED: u64 = 20_260_101;
/// A day passes now and then, so that what is unstaked and undelegated is paid out.
const DAYS: u32 = 10;

/// A history, made once for all tests of a process.
pub(crate) struct Recording {
    /// The chain that it was recorded from.
    pub(crate) main_chain: MainChain,
    /// The recording.
    pub(crate) file: PathBuf,
}

impl Recording {
    pub(crate) fn get() -> &'static Recording {
        static RECORDING: OnceLock<Recording> = OnceLock::new();
        RECORDING.get_or_init(|| {
            let main_chain = MainChain::new();
            let mut traffic = Traffic::new(SEED);
            traffic.found(&main_chain);
            for block in main_chain.api.head().number..BLOCKS {
                if block % (BLOCKS / DAYS) == 0 {
                    main_chain.api.increase_time(86_400);
                }
                traffic.block(&main_chain, 2);
            }
            // the folder is there for the tests' files; every run writes the same, whole or not at all
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
            let (file, new) = (
                folder.join("recording"),
                folder.join(format!("recording-{}", std::process::id())),
            );
            main_chain.record(&new);
            std::fs::rename(new, &file).expect("the same folder");
            Recording { main_chain, file }
        })
    }

    pub(crate) fn path(&self) -> &str {
        self.file.to_str().expect("UTF-8")
    }
}
