//! A consumer of the stream for tests.

use std::time::Duration;

use tartan_graphene::BlockId;
use tartan_mainchain::{Client, Event, FollowError, Follower, FollowerConfig, Start};

/// A consumer that checks the promises of the stream and remembers what it was told.
pub(crate) struct Story {
    pub(crate) follower: Follower,
    /// The ids of the blocks that hold.
    pub(crate) branch: Vec<BlockId>,
    /// `n` for a block, `<n` for a return to block n.
    pub(crate) events: Vec<String>,
    pub(crate) irreversible: u32,
}

impl Story {
    /// Follows a chain that moves fast.
    pub(crate) fn begin(
        client: Client,
        start: Start,
        change: impl FnOnce(&mut FollowerConfig),
    ) -> Story {
        let mut config = FollowerConfig::new(start);
        config.slot = Duration::from_millis(100);
        config.poll = (Duration::from_millis(10), Duration::from_millis(30));
        change(&mut config);
        Story {
            follower: Follower::spawn(client, config),
            branch: Vec::new(),
            events: Vec::new(),
            irreversible: 0,
        }
    }

    pub(crate) async fn step(&mut self) -> Result<(), FollowError> {
        let event = tokio::time::timeout(Duration::from_secs(60), self.follower.next());
        match event
            .await
            .expect("an event in a minute")
            .expect("no end")?
        {
            Event::Block {
                block,
                irreversible,
            } => {
                assert_eq!(block.id.number(), block.number);
                if let Some(last) = self.branch.last() {
                    assert_eq!(block.previous, *last, "block {} must link", block.number);
                }
                assert!(
                    irreversible <= block.number,
                    "{irreversible} at {}",
                    block.number
                );
                assert!(
                    irreversible >= self.irreversible,
                    "what is final stays final"
                );
                self.irreversible = irreversible;
                self.branch.push(block.id);
                self.events.push(block.number.to_string());
            }
            Event::Reverted { to } => {
                assert!(to >= self.irreversible, "never below {}", self.irreversible);
                let before = self.branch.len();
                self.branch.retain(|id| id.number() <= to);
                assert!(
                    self.branch.len() < before || before == 0,
                    "something is taken back"
                );
                self.events.push(format!("<{to}"));
            }
        }
        Ok(())
    }

    /// Follows until block `id` is the last one.
    pub(crate) async fn until(&mut self, id: BlockId) {
        while self.branch.last() != Some(&id) {
            self.step().await.unwrap();
        }
    }

    pub(crate) async fn fails(&mut self) -> FollowError {
        loop {
            if let Err(error) = self.step().await {
                let next = self.follower.next().await;
                assert!(next.is_none(), "nothing after an error, found {next:?}");
                return error;
            }
        }
    }

    pub(crate) fn told(&self) -> String {
        self.events.join(" ")
    }
}
