//! What the operations of all blocks amount to: accounts, posts, votes, delegations, witnesses.
//!
//! In: operations, through [`crate::apply`]. Out: rows, which [`crate::rpc`] shows in the node's words.
//! All tables share one stack of undo sessions, so that a transaction, a block or a branch can be taken back.

mod accounts;
mod posts;
mod table;

use tartan_graphene::{Time, TransactionId};

pub(crate) use accounts::{Account, Delegation, SavingsWithdrawal, WithdrawRoute, Witness};
pub(crate) use posts::{Post, PostKey, Vote};
pub(crate) use table::Table;

/// Vesting shares (millionths) for a thousandth of the liquid asset: 1800 VESTS for 1.000, near the real price.
pub(crate) const VESTS_PER_LIQUID: i64 = 1_800_000;

/// Totals over all accounts, and the counters for new ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    /// Liquid asset in existence, vesting fund included, thousandths.
    pub(crate) liquid: i64,
    /// Dollars in existence, thousandths.
    pub(crate) dollar: i64,
    /// Liquid asset that backs the vesting shares, thousandths.
    pub(crate) vesting_fund: i64,
    /// Vesting shares in existence, millionths.
    pub(crate) vests: i64,
    pub(crate) next_account: u64,
    pub(crate) next_post: u64,
    /// Blocks filled among the last 128 slots, newest in the lowest bit.
    pub(crate) recent_slots: u128,
}

/// Where in the chain an operation of an account's history is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HistoryEntry {
    pub(crate) block: u32,
    pub(crate) place: OpPlace,
}

/// Which operation of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpPlace {
    /// The transaction's and the operation's index.
    Signed { transaction: u32, operation: u32 },
    /// Index among the block's virtual operations.
    Virtual(u32),
}

/// Where operations are applied: the time and the block they belong to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    /// Time of the block before, as nodes reckon while they apply a block's operations.
    pub(crate) now: Time,
    /// Number of the block in the making.
    pub(crate) block: u32,
    /// Place of the operation, for histories.
    pub(crate) transaction: TransactionId,
    pub(crate) transaction_index: u32,
    pub(crate) operation_index: u32,
}

macro_rules! state {
    ($($(#[$doc:meta])* $table:ident: $key:ty => $row:ty,)*) => {
        /// All tables.
        #[derive(Debug, Clone, Default)]
        pub(crate) struct State {
            $($(#[$doc])* pub(crate) $table: Table<$key, $row>,)*
            depth: usize,
        }

        impl State {
            /// Begins a session on top of the others.
            pub(crate) fn push_session(&mut self) {
                self.depth += 1;
                $(self.$table.push_session();)*
            }

            /// Takes back the newest session.
            pub(crate) fn undo_session(&mut self) {
                self.depth = self.depth.saturating_sub(1);
                $(self.$table.undo_session();)*
            }

            /// Makes the newest session part of the one below.
            pub(crate) fn squash_session(&mut self) {
                self.depth = self.depth.saturating_sub(1);
                $(self.$table.squash_session();)*
            }

            /// Forgets how to take back the oldest session.
            pub(crate) fn commit_oldest(&mut self) {
                self.depth = self.depth.saturating_sub(1);
                $(self.$table.commit_oldest();)*
            }

            /// Sessions on the stack.
            pub(crate) fn sessions(&self) -> usize {
                self.depth
            }
        }
    };
}

state! {
    /// One row.
    totals: () => Totals,
    accounts: String => Account,
    /// Public key and account whose authorities name it.
    key_references: ([u8; 33], String) => (),
    posts: PostKey => Post,
    /// Parent and id of a reply, to the reply.
    replies: (PostKey, u64) => PostKey,
    /// Post and voter.
    votes: (PostKey, String) => Vote,
    /// Delegator and delegatee.
    delegations: (String, String) => Delegation,
    /// Owner and request number.
    savings_withdrawals: (String, u32) => SavingsWithdrawal,
    /// Giver and receiver of withdrawn vesting shares.
    withdraw_routes: (String, String) => WithdrawRoute,
    witnesses: String => Witness,
    /// Accounts whose power-down is under way.
    power_downs: String => (),
    /// Stolen account, to the owner authority its recovery account asks for.
    recovery_requests: String => tartan_graphene::Authority,
    /// Account and sequence number.
    history: (String, u32) => HistoryEntry,
    history_lengths: String => u32,
}

impl State {
    pub(crate) fn totals(&self) -> Totals {
        self.totals.get(&()).cloned().unwrap_or_default()
    }

    pub(crate) fn change_totals(&mut self, change: impl FnOnce(&mut Totals)) {
        let mut totals = self.totals();
        change(&mut totals);
        self.totals.put((), totals);
    }

    pub(crate) fn account(&self, name: &str) -> Option<&Account> {
        self.accounts.get(name)
    }

    /// Appends to the history of `account`.
    pub(crate) fn remember(&mut self, account: &str, entry: HistoryEntry) {
        let length = self.history_lengths.get(account).copied().unwrap_or(0);
        self.history.put((account.to_owned(), length), entry);
        self.history_lengths.put(account.to_owned(), length + 1);
    }

    /// The names of the accounts whose owner, active or posting authority names `key`.
    pub(crate) fn accounts_of_key(&self, key: &[u8; 33]) -> Vec<String> {
        self.key_references
            .range((*key, String::new())..)
            .take_while(|((found, _), ())| found == key)
            .map(|((_, account), ())| account.clone())
            .collect()
    }

    /// Direct replies of a post, oldest first.
    pub(crate) fn replies_of(&self, parent: &PostKey) -> Vec<&Post> {
        self.replies
            .range((parent.clone(), 0)..=(parent.clone(), u64::MAX))
            .filter_map(|(_, key)| self.posts.get(key))
            .collect()
    }

    /// Votes on a post, by voter.
    pub(crate) fn votes_of(&self, post: &PostKey) -> Vec<(&str, &Vote)> {
        self.votes
            .range((post.clone(), String::new())..)
            .take_while(|((found, _), _)| found == post)
            .map(|((_, voter), vote)| (voter.as_str(), vote))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_cover_all_tables() {
        let mut state = State::default();
        state.push_session();
        state.change_totals(|totals| totals.liquid = 5);
        state.remember(
            "alice",
            HistoryEntry {
                block: 1,
                place: OpPlace::Virtual(0),
            },
        );
        assert_eq!(
            (state.sessions(), state.totals().liquid, state.history.len()),
            (1, 5, 1)
        );
        state.undo_session();
        assert_eq!(
            (state.sessions(), state.totals(), state.history.len()),
            (0, Totals::default(), 0)
        );
        assert_eq!(state.history_lengths.get("alice"), None);
    }
}
