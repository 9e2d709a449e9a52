use crate::Failure;

/// The units of work of the transaction in progress.
///
/// Contracts that count their work take what is left when they begin and put back what they leave, so a nested call
/// has what its caller had left. Once nothing is left the whole transaction has failed, whatever its contracts caught.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Budget {
    /// What the transaction began with; `None`: its work is not counted.
    total: Option<u64>,
    left: u64,
    exhausted: bool,
}

impl Budget {
    pub(crate) fn of(total: Option<u64>) -> Budget {
        Budget {
            total,
            left: total.unwrap_or_default(),
            exhausted: false,
        }
    }

    /// What is left; `None`: any amount.
    pub(crate) fn left(&self) -> Option<u64> {
        self.total.map(|_| self.left)
    }

    /// Notes what a contract has left. It cannot gain any.
    pub(crate) fn set_left(&mut self, left: u64) {
        self.left = self.left.min(left);
    }

    /// A contract needed more than was left.
    pub(crate) fn exhaust(&mut self) {
        self.exhausted = true;
        self.left = 0;
    }

    /// What was used so far; 0 where it is not counted.
    pub(crate) fn used(&self) -> u64 {
        self.total.unwrap_or_default() - self.left
    }

    /// What a call is given that may not use up the rest: at most one of so many parts of the whole.
    pub(crate) fn part(&self, parts: u64) -> Budget {
        Budget::of(
            self.total
                .map(|total| (total / parts.max(1)).min(self.left)),
        )
    }

    /// What is left after a call that had a part of it.
    pub(crate) fn after(&self, part: &Budget) -> Budget {
        Budget {
            left: self.left.saturating_sub(part.used()),
            ..*self
        }
    }

    /// How the transaction ends if it needed more than it had.
    pub(crate) fn failure(&self) -> Option<Failure> {
        let total = self.total.filter(|_| self.exhausted)?;
        let message = format!("the call used up its budget of {total} units");
        Some(Failure::exception("Error", message))
    }
}
