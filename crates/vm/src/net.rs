use std::cell::Cell;

/// How many exceptions cost as much as one asking: each takes the engine some ten microseconds.
const THROWN_PER_ASKING: u32 = 50;

/// The coarse net of a realm: it stops an execution where work is not counted, in place of the reference's wall-clock
/// limit.
///
/// The engine asks whether to go on about once in 10,000 jumps and calls. It may ask so often and no more; then whatever
/// it runs ends, and no code of the contract can catch that.
///
/// There is one place where the engine drops that end and goes on: while the trace of an exception is made. What a loop
/// does in each round can be such that the engine asks there every time. So exceptions take a part of an asking, and once
/// there is none left, making one takes up to three calls more, by chance: soon the engine asks elsewhere.
#[derive(Debug)]
pub(crate) struct Net {
    left: Cell<u64>,
    thrown: Cell<u32>,
    chance: Cell<u32>,
}

impl Net {
    pub(crate) fn new() -> Net {
        Net {
            left: Cell::new(u64::MAX),
            thrown: Cell::new(0),
            chance: Cell::new(0),
        }
    }

    /// For another execution, which may ask so often; once at least.
    pub(crate) fn spread(&self, patience: u64) {
        self.left.set(patience.max(1));
        self.thrown.set(0);
        self.chance.set(0);
    }

    /// How often the engine may still ask.
    pub(crate) fn left(&self) -> u64 {
        self.left.get()
    }

    /// Whether it has stopped the execution.
    pub(crate) fn struck(&self) -> bool {
        self.left.get() == 0
    }

    /// The engine asks; true if it has to stop.
    pub(crate) fn ask(&self) -> bool {
        self.left.set(self.left.get().saturating_sub(1));
        self.struck()
    }

    /// Leaves so many askings at most, though one: what is used up strikes at the next.
    pub(crate) fn tighten(&self, left: u64) {
        self.left.set(self.left.get().min(left.max(1)));
    }

    /// The engine makes an exception. Gives how many calls are to be made before it goes on.
    pub(crate) fn thrown(&self) -> u32 {
        self.thrown.set(self.thrown.get() + 1);
        if self.thrown.get() >= THROWN_PER_ASKING {
            self.thrown.set(0);
            self.tighten(self.left.get().saturating_sub(1));
        }
        if !self.struck() {
            return 0;
        }
        // the linear congruential generator of "Numerical Recipes"; its two highest bits
        let next = self
            .chance
            .get()
            .wrapping_mul(1_664_525)
            .wrapping_add(1_013_904_223);
        self.chance.set(next);
        next >> 30
    }
}
