//! `kill -9` of the peg's service at any moment: every withdrawal is paid once.

use std::time::Duration;

use fastrand::Rng;

use super::{repetitions, seed};
use crate::peg::Peg;

/// Kills of each test.
const KILLS: usize = 12;

#[test]
fn while_it_pays() {
    let mut random = Rng::with_seed(seed(11));
    let peg = Peg::new();
    peg.deposit("alice", 1_000_000);
    peg.desk.ok(&["peg", "init", "--json"]);
    peg.blocks(70);
    let mut withdrawals = Vec::new();
    for _ in 0..KILLS * repetitions() {
        for _ in 0..random.usize(0..3) {
            withdrawals.push(peg.withdraw("alice", "1"));
        }
        let mut service = peg.start(&[]);
        // from before it has opened its journal to after everything is paid
        std::thread::sleep(Duration::from_millis(random.u64(0..1_500)));
        service.kill();
    }
    let service = peg.start(&[]);
    peg.until("an empty queue", |rows| rows.is_empty());
    // whatever may still get into a block has its chance
    peg.blocks(70);
    for id in &withdrawals {
        assert_eq!(
            peg.payments(&format!("withdrawal tx {id}")),
            (1, 990),
            "{id}"
        );
        assert_eq!(peg.payments(&format!("fee tx {id}")), (1, 10), "{id}");
    }
    service.stop();
}
