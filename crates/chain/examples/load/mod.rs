//! What benches have in common: a main chain of made-up blocks, and random numbers.

use std::time::Duration;

use tartan_graphene::{BlockId, MainBlock, MainOperation, MainTransaction, Time, TransactionId};

/// The time of block 0.
pub(crate) const START: u32 = 1_700_000_000;

/// A main chain with a block every three seconds.
#[derive(Default)]
pub(crate) struct Main {
    /// Number of the newest block.
    pub(crate) number: u32,
    /// Its id.
    pub(crate) id: BlockId,
}

impl Main {
    /// The chain up to this block.
    pub(crate) fn at(number: u32) -> Main {
        let mut id = [0; 20];
        id[..4].copy_from_slice(&number.to_be_bytes());
        let id = BlockId(id);
        Main { number, id }
    }

    /// Goes on by one block.
    pub(crate) fn pass(&mut self) {
        *self = Main::at(self.number + 1);
    }

    /// The next block, with a transaction for each of these operations.
    pub(crate) fn block(&mut self, operations: Vec<MainOperation>) -> MainBlock {
        let previous = self.id;
        self.pass();
        // ids of transactions are hashes: far apart from each other
        let mut random = Random(u64::from(self.number));
        let mut transaction_id = || {
            let mut id = [0; 20];
            for part in id.chunks_mut(4) {
                part.copy_from_slice(&(random.below(1 << 32) as u32).to_be_bytes());
            }
            TransactionId(id)
        };
        MainBlock {
            number: self.number,
            id: self.id,
            previous,
            timestamp: Time(START + 3 * self.number),
            transactions: operations
                .into_iter()
                .map(|operation| MainTransaction {
                    id: transaction_id(),
                    operations: vec![operation],
                })
                .collect(),
        }
    }
}

/// Numbers that look random and are the same in every run.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// The next number, below the limit.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// The account with this number, out of 100 million.
pub(crate) fn account(number: u64) -> String {
    format!("user{}", number.wrapping_mul(7_919) % 100_000_000)
}

/// Processor time of all threads there were; nothing where there is no such kernel.
pub(crate) fn processor() -> Duration {
    const TICK: u64 = 10;
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * TICK)
}

/// A custom_json of the development network, signed with the active key.
pub(crate) fn custom_json(from: &str, json: String) -> MainOperation {
    MainOperation::CustomJson {
        required_auths: vec![from.to_string()],
        required_posting_auths: Vec::new(),
        id: "ssc-dev".to_string(),
        json,
    }
}
