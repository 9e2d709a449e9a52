//! The steps of a payment, for tests that end the process at each of them.

use tartan_graphene::TransactionId;

/// A step of a payment, or of a removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// The transaction is signed, in memory only.
    Signed(TransactionId),
    /// It is in the journal.
    Recorded(TransactionId),
    /// A node was asked to take it; whether it did may be unknown.
    Sent(TransactionId),
    /// An irreversible block has it, or it can get into none any more.
    Seen(TransactionId),
    /// That is in the journal.
    Settled(TransactionId),
    /// The blocks looked through are in the journal.
    Scanned(u32),
}

/// Told of each step. Does nothing in a real service.
pub trait Observer: Send + Sync {
    /// The step is done; the next is not begun.
    fn reached(&self, step: Step);
}

/// Watches nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn reached(&self, _step: Step) {}
}
