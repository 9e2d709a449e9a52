//! The ids of the blocks handed over, back to the last irreversible one: what a new block has to link to.

use std::collections::VecDeque;

use tartan_graphene::BlockId;

/// Consecutive block ids, the newest last.
///
/// The first block of a branch need not link to anything when the follower starts at a number instead of after a
/// known block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Branch {
    ids: VecDeque<BlockId>,
    /// The number the next block must have while there is no id yet.
    next: u32,
    /// At most this many ids are kept.
    limit: usize,
}

/// How a block relates to the branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// It is the next block.
    Extends,
    /// It has the next number, but names another block before it.
    Elsewhere,
    /// It is not the next number.
    Gap,
}

impl Branch {
    /// A branch whose first block will have the number `next`, whatever it links to.
    pub(super) fn starting_at(next: u32, limit: usize) -> Branch {
        Branch {
            ids: VecDeque::new(),
            next,
            limit: limit.max(2),
        }
    }

    /// The branch with these ids, the oldest first; they must be consecutive.
    pub(super) fn of(ids: &[BlockId], limit: usize) -> Option<Branch> {
        let last = ids.last()?;
        let consecutive = ids
            .windows(2)
            .all(|pair| pair[0].number().checked_add(1) == Some(pair[1].number()));
        consecutive.then(|| {
            let mut branch = Branch {
                ids: ids.iter().copied().collect(),
                next: last.number().saturating_add(1),
                limit: limit.max(2),
            };
            branch.trim();
            branch
        })
    }

    /// The number of the next block.
    pub(super) fn next(&self) -> u32 {
        self.next
    }

    /// The newest block.
    pub(super) fn tip(&self) -> Option<BlockId> {
        self.ids.back().copied()
    }

    /// The number of the oldest id kept.
    pub(super) fn oldest(&self) -> Option<u32> {
        self.ids.front().map(BlockId::number)
    }

    /// The id of block `number`, if kept.
    pub(super) fn id(&self, number: u32) -> Option<BlockId> {
        let index = number.checked_sub(self.oldest()?)?;
        self.ids.get(usize::try_from(index).ok()?).copied()
    }

    pub(super) fn link(&self, number: u32, previous: BlockId) -> Link {
        if number != self.next {
            Link::Gap
        } else if self.tip().is_none_or(|tip| tip == previous) {
            Link::Extends
        } else {
            Link::Elsewhere
        }
    }

    /// Appends the next block, which the caller has linked.
    pub(super) fn push(&mut self, id: BlockId) {
        debug_assert_eq!(id.number(), self.next, "blocks are appended in order");
        self.ids.push_back(id);
        self.next = self.next.saturating_add(1);
        self.trim();
    }

    /// Drops the blocks above `number`.
    pub(super) fn revert_to(&mut self, number: u32) {
        while self.ids.back().is_some_and(|id| id.number() > number) {
            self.ids.pop_back();
        }
        self.next = number.saturating_add(1);
    }

    /// Forgets the ids below `number`.
    pub(super) fn forget_below(&mut self, number: u32) {
        while self.ids.len() > 1 && self.ids.front().is_some_and(|id| id.number() < number) {
            self.ids.pop_front();
        }
    }

    fn trim(&mut self) {
        while self.ids.len() > self.limit {
            self.ids.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Block `number` of branch `branch`.
    fn id(number: u32, branch: u8) -> BlockId {
        let mut bytes = [branch; 20];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        BlockId(bytes)
    }

    #[test]
    fn links_by_number_and_previous() {
        let mut branch = Branch::of(&[id(4, 0), id(5, 0)], 10).unwrap();
        assert_eq!(branch.link(6, id(5, 0)), Link::Extends);
        assert_eq!(branch.link(6, id(5, 1)), Link::Elsewhere);
        assert_eq!(branch.link(7, id(6, 0)), Link::Gap);
        assert_eq!(branch.link(5, id(4, 0)), Link::Gap);
        branch.push(id(6, 0));
        assert_eq!(
            (branch.tip(), branch.next(), branch.oldest()),
            (Some(id(6, 0)), 7, Some(4))
        );
        branch.revert_to(4);
        assert_eq!((branch.tip(), branch.next()), (Some(id(4, 0)), 5));
        assert_eq!(branch.link(5, id(4, 0)), Link::Extends);
    }

    #[test]
    fn a_start_without_a_known_block_takes_any() {
        let mut branch = Branch::starting_at(9, 10);
        assert_eq!(branch.link(9, id(8, 3)), Link::Extends);
        assert_eq!(branch.link(1, id(0, 0)), Link::Gap);
        branch.push(id(9, 3));
        assert_eq!(branch.link(10, id(9, 4)), Link::Elsewhere);
        branch.revert_to(8);
        assert_eq!(
            (branch.tip(), branch.next()),
            (None, 9),
            "back to where it started, never to block 1"
        );
        assert_eq!(branch.link(9, id(8, 7)), Link::Extends);
    }

    #[test]
    fn ids_with_a_gap_are_no_branch() {
        assert_eq!(Branch::of(&[], 10), None);
        assert_eq!(Branch::of(&[id(4, 0), id(6, 0)], 10), None);
    }

    #[test]
    fn the_last_id_is_never_forgotten() {
        let mut branch = Branch::of(&[id(4, 0), id(5, 0)], 10).unwrap();
        branch.forget_below(100);
        assert_eq!((branch.tip(), branch.oldest()), (Some(id(5, 0)), Some(5)));
    }

    proptest! {
        /// Against a plain map of all ids ever pushed.
        #[test]
        fn behaves_like_a_map(steps in proptest::collection::vec((0_u8..4, 0_u32..30), 1..200)) {
            let mut branch = Branch::of(&[id(10, 0)], 16).unwrap();
            let mut model: Vec<(u32, u8)> = vec![(10, 0)];
            for (kind, value) in steps {
                match kind {
                    0 | 1 => {
                        let number = branch.next();
                        branch.push(id(number, value as u8));
                        model.push((number, value as u8));
                    }
                    2 => {
                        let to = branch.next().saturating_sub(value / 4 + 1);
                        if branch.oldest().is_some_and(|oldest| to >= oldest) {
                            branch.revert_to(to);
                            model.retain(|(number, _)| *number <= to);
                        }
                    }
                    _ => branch.forget_below(branch.next().saturating_sub(value)),
                }
                let (number, tag) = *model.last().unwrap();
                prop_assert_eq!(branch.tip(), Some(id(number, tag)));
                prop_assert_eq!(branch.next(), number + 1);
                let oldest = branch.oldest().unwrap();
                prop_assert!(branch.next() - oldest <= 16);
                for (number, tag) in &model {
                    let expected = (*number >= oldest).then(|| id(*number, *tag));
                    prop_assert_eq!(branch.id(*number), expected);
                }
            }
        }
    }
}
