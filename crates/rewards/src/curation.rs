use crate::{CurationCurve, Shares};

/// The weight that an early vote keeps: `floor(weight * min(elapsed, window) / window)` of its own, so that nobody gains
/// by being the first at any price. No window: all of it.
///
/// `elapsed` is the time since the post was made; both are of the same unit. Source: the reverse auction of the Smart
/// Media Tokens paper, section 6.3 of the specification of launched tokens. What is given up stays in the pool.
pub fn reverse_auction(weight: Shares, elapsed: u64, window: u64) -> Shares {
    if elapsed >= window {
        return weight;
    }
    let kept = weight.mul_div(elapsed.into(), window.into());
    kept.expect("a part is at most the whole")
}

/// What a changed vote does to the post's positive rshares and to its curation weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revote {
    /// The sum of the positive rshares of live votes, after the change.
    pub positive_sum: Shares,
    /// The vote's weight, after the change.
    pub weight: Shares,
}

impl Revote {
    /// A vote with this weight changes from old to new rshares on a post with this sum of positive rshares; `None` if
    /// the sum does not fit.
    ///
    /// More rshares add `C(sum + added) - C(sum)` to the weight; fewer leave `floor(weight * new / old)`; none or a
    /// downvote leave nothing. The sum counts live votes only.
    ///
    /// This is for extended pools (section 6.3 of the specification of launched tokens). In pools of the reference a
    /// changed vote loses its weight and the sum never falls (its defects D6, D7).
    pub fn new(
        curve: CurationCurve,
        positive_sum: Shares,
        weight: Shares,
        old: Shares,
        new: Shares,
    ) -> Option<Revote> {
        let (old, new) = (old.max(Shares::ZERO), new.max(Shares::ZERO));
        let added = new.checked_sub(old)?;
        let weight = if added.is_positive() {
            weight.checked_add(curve.weight(positive_sum, added))?
        } else if old.is_positive() {
            weight.mul_div(new.units(), old.units())?
        } else {
            weight
        };
        Some(Revote {
            positive_sum: positive_sum.checked_add(added)?,
            weight,
        })
    }
}
