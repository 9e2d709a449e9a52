use tartan_decimal::{Precision, Quantity};

use crate::{AuthorSide, BasisPoints, CuratorPool, Payment, Shares, Unpaid, Value};

/// What a pool says about how posts are paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SplitRules {
    /// Of the token.
    pub precision: Precision,
    /// Part of the curators.
    pub curation: BasisPoints,
    /// Part of each payment that is staked.
    pub staked: BasisPoints,
    /// App tax of this post; `None` if its app is not taxed.
    pub tax: Option<BasisPoints>,
    /// Where the remainder goes.
    pub unpaid: Unpaid,
}

/// Somebody with a share in a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Curator {
    /// The weight of the vote.
    pub weight: Shares,
    /// Muted accounts are paid nothing.
    pub muted: bool,
}

/// Somebody that the author shares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beneficiary {
    /// The part of the author's side.
    pub weight: BasisPoints,
    /// Muted accounts are paid nothing.
    pub muted: bool,
}

/// Who receives a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// The curator at this place.
    Curator(usize),
    /// The beneficiary of the app tax.
    AppTax,
    /// The beneficiary at this place.
    Beneficiary(usize),
    /// The author.
    Author,
}

/// A part of a post's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Whose it is.
    pub party: Party,
    /// What it comes to.
    pub quantity: Quantity,
    /// What is paid of it: all, or nothing to muted accounts.
    pub payment: Payment,
}

/// A whole payout of a post at once, part by part, for forecasts and explanations. The contract does the same in several
/// rounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// The parts in the order in which they are paid: curators, app tax, beneficiaries, author. Those of nothing for
    /// curators without weight are left out.
    pub parts: Vec<Part>,
    /// The curators' part that is nobody's: forfeited weight and fractions of the smallest unit.
    pub remainder: Quantity,
    /// What the pool loses.
    pub deduction: Quantity,
}

impl Split {
    /// Divides the value of a post among curators, whose weights are parts of the whole, beneficiaries and the author.
    pub fn new(
        value: Quantity,
        rules: &SplitRules,
        curators: &[Curator],
        whole: Shares,
        beneficiaries: &[Beneficiary],
        author_muted: bool,
    ) -> Split {
        let divided = Value::divide(value, rules.curation);
        let pay = |party, quantity, muted| {
            let payment = match (party, muted) {
                (Party::AppTax, _) => Payment::liquid(quantity),
                (_, true) => Payment::default(),
                (_, false) => Payment::divide(quantity, rules.precision, rules.staked),
            };
            Part {
                party,
                quantity,
                payment,
            }
        };

        let mut pool = CuratorPool::new(divided.curators, rules.precision, whole);
        let mut parts = Vec::with_capacity(curators.len() + beneficiaries.len() + 2);
        for (at, curator) in curators.iter().enumerate() {
            if curator.weight.is_positive() {
                let quantity = pool.pay(curator.weight);
                parts.push(pay(Party::Curator(at), quantity, curator.muted));
            }
        }
        let weights = beneficiaries.iter().map(|beneficiary| beneficiary.weight);
        let side = AuthorSide::divide(divided.author_side, rules.tax, weights);
        if rules.tax.is_some() {
            parts.push(pay(Party::AppTax, side.tax, false));
        }
        for (at, quantity) in side.beneficiaries.into_iter().enumerate() {
            let muted = beneficiaries[at].muted;
            parts.push(pay(Party::Beneficiary(at), quantity, muted));
        }
        parts.push(pay(Party::Author, side.author, author_muted));

        let mut split = Split {
            parts,
            remainder: pool.left(),
            deduction: Quantity::ZERO,
        };
        split.deduction = rules.unpaid.deduction(value, split.paid());
        split
    }

    /// What is paid in all.
    pub fn paid(&self) -> Quantity {
        sum(self.parts.iter().map(|part| part.payment.total()))
    }

    /// What is nobody's or would be that of muted accounts: the value without what is paid.
    pub fn unpaid(&self) -> Quantity {
        let withheld = |part: &Part| part.quantity.checked_sub(part.payment.total());
        let withheld = self.parts.iter().filter_map(withheld);
        sum(withheld.chain([self.remainder]))
    }
}

fn sum(amounts: impl Iterator<Item = Quantity>) -> Quantity {
    let total = amounts.map(Quantity::units).sum();
    Quantity::from_units(total)
}
