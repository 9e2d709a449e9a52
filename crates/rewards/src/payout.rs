use tartan_decimal::{Config, Decimal, Precision, Quantity, Rounding};

use crate::{BasisPoints, Claims, Shares};

/// What a post receives: `floorP(pool * K / claims)`, nothing if there are no claims. The quotient has 20 decimals,
/// rounded half up, before it is truncated to the token's precision.
///
/// Pool and claims are those of the interval; the post's own claim must be among them, so that no post can receive more
/// than the pool. Should it not be (claims were reset, say), the post receives no more than the pool. Source: section 11
/// step 2 of the reference contract's specification.
///
/// If the curve changes between the rounds of an interval, the posts together may still come to more than the pool: who
/// pays takes the least of this and what is left.
pub fn post_value(
    pool: Quantity,
    precision: Precision,
    claim: &Claims,
    claims: &Claims,
) -> Quantity {
    if claims.is_zero() || !pool.is_positive() {
        return Quantity::ZERO;
    }
    if claim >= claims {
        return pool;
    }
    let quick = claim
        .units()
        .zip(claims.units())
        .and_then(|(claim, claims)| {
            proportion(
                pool,
                precision,
                Shares::from_units(claim),
                Shares::from_units(claims),
            )
        });
    quick.unwrap_or_else(|| {
        let (claim, claims) = (claim.as_decimal(), claims.as_decimal());
        proportion_by_decimals(pool, precision, claim, claims)
    })
}

/// `floorP(amount * part / whole)` for `0 <= part <= whole`, of which the quotient is rounded half up to 20 decimals
/// first; `None` if the shortcut cannot tell.
///
/// Rounding half up can carry: with the remainder r of the division by w, in units of the token, when
/// `1 - r / w <= 10^(P - 20) / 2`, that is `2 * 10^(20 - P) * (w - r) <= w`.
fn proportion(
    amount: Quantity,
    precision: Precision,
    part: Shares,
    whole: Shares,
) -> Option<Quantity> {
    let product = amount.units().checked_mul(part.units())?;
    let (quotient, remainder) = (product / whole.units(), product % whole.units());
    let finer = 2 * 10i128.pow(20 - u32::from(precision.decimals()));
    let carries = finer
        .checked_mul(whole.units() - remainder)
        .is_some_and(|missing| missing <= whole.units());
    Some(Quantity::from_units(quotient + i128::from(carries)))
}

fn proportion_by_decimals(
    amount: Quantity,
    precision: Precision,
    part: &Decimal,
    whole: &Decimal,
) -> Quantity {
    let config = &Config::STANDARD;
    let product = amount.to_decimal(precision).times(part, config);
    let quotient = product.and_then(|product| product.div(whole, config));
    let quotient = quotient.expect("amounts and claims have few digits");
    Quantity::from_decimal(&quotient, precision, Rounding::Down)
        .expect("a part is at most the whole")
}

/// The value of a post, divided between curators and the author's side (author, beneficiaries, app tax).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// For all curators together: `floorP(value * percentage / 100)`.
    pub curators: Quantity,
    /// The rest.
    pub author_side: Quantity,
}

impl Value {
    /// Divides a value. Source: section 11 step 2.
    pub fn divide(value: Quantity, curation: BasisPoints) -> Value {
        let curators = curation.of(value);
        let author_side = value.checked_sub(curators);
        Value {
            curators,
            author_side: author_side.expect("a part is at most the whole"),
        }
    }
}

/// The curators' part of a post on its way to the curators, one after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CuratorPool {
    total: Quantity,
    left: Quantity,
    precision: Precision,
    whole: Shares,
}

impl CuratorPool {
    /// The part for all curators, and the value of the curve that their weights are parts of,
    /// `C(votePositiveRshareSum)`.
    pub fn new(total: Quantity, precision: Precision, whole: Shares) -> CuratorPool {
        CuratorPool {
            total,
            left: total,
            precision,
            whole,
        }
    }

    /// Goes on where a former round stopped that left so much.
    #[must_use]
    pub fn with_left(self, left: Quantity) -> CuratorPool {
        CuratorPool {
            left: left.min(self.total).max(Quantity::ZERO),
            ..self
        }
    }

    /// What a curator with this weight receives: `floorP(total * weight / whole)`, the quotient with 20 decimals rounded
    /// half up, but no more than is left.
    ///
    /// The weights of a post make up the whole at most, unless the curve was changed while the post was open: then the
    /// reference pays out more than there is. Source: section 11 step 3.
    pub fn pay(&mut self, weight: Shares) -> Quantity {
        if !weight.is_positive() || !self.whole.is_positive() {
            return Quantity::ZERO;
        }
        let pay = if weight >= self.whole {
            self.total
        } else {
            proportion(self.total, self.precision, weight, self.whole).unwrap_or_else(|| {
                let (weight, whole) = (weight.to_decimal(), self.whole.to_decimal());
                proportion_by_decimals(self.total, self.precision, &weight, &whole)
            })
        };
        let pay = pay.min(self.left);
        self.left = self
            .left
            .checked_sub(pay)
            .expect("it is at most what is left");
        pay
    }

    /// What nobody has received so far.
    pub fn left(&self) -> Quantity {
        self.left
    }
}

/// The author's side of a post, divided. The parts make up the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorSide {
    /// App tax: `floorP(side * percent / 100)`.
    pub tax: Quantity,
    /// Of each beneficiary in turn: `floorP((side - tax) * weight / 10000)`, but no more than is left.
    pub beneficiaries: Vec<Quantity>,
    /// The rest.
    pub author: Quantity,
}

impl AuthorSide {
    /// Divides the author's side; the tax is `None` for posts of the app that is not taxed.
    ///
    /// The author bears the tax whether there are beneficiaries or not. The reference forgets to subtract it if there
    /// are none (its defect D1) and so pays out more than there is. Source: section 11 step 4.
    pub fn divide(
        side: Quantity,
        tax: Option<BasisPoints>,
        beneficiaries: impl IntoIterator<Item = BasisPoints>,
    ) -> AuthorSide {
        let tax = tax.unwrap_or(BasisPoints::NONE).of(side);
        let rest = side.checked_sub(tax).expect("a part is at most the whole");
        let mut author = rest;
        let pay = |weight: BasisPoints| {
            let pay = weight.of(rest).min(author);
            author = author.checked_sub(pay).expect("it is at most what is left");
            pay
        };
        let beneficiaries = beneficiaries.into_iter().map(pay).collect();
        AuthorSide {
            tax,
            beneficiaries,
            author,
        }
    }
}

/// A payment, divided into what is staked and what can be spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Payment {
    /// Staked for the receiver.
    pub staked: Quantity,
    /// The rest.
    pub liquid: Quantity,
}

impl Payment {
    /// Divides a payment: `staked = floor(q * percentage / 100)` to the decimals that q has without trailing zeros.
    ///
    /// So half of `4.87068410` are `2.4353420` staked and `2.4353421` liquid. Source: section 11, "paying a user".
    pub fn divide(quantity: Quantity, precision: Precision, staked: BasisPoints) -> Payment {
        let mut unit = 1;
        let mut zeros = 0;
        while zeros < precision.decimals() && quantity.units() % (unit * 10) == 0 {
            unit *= 10;
            zeros += 1;
        }
        let staked = staked.of(Quantity::from_units(quantity.units() / unit));
        let staked = Quantity::from_units(staked.units() * unit);
        let liquid = quantity.checked_sub(staked);
        Payment {
            staked,
            liquid: liquid.expect("a part is at most the whole"),
        }
    }

    /// All of it liquid, as the app tax is paid.
    pub fn liquid(quantity: Quantity) -> Payment {
        Payment {
            staked: Quantity::ZERO,
            liquid: quantity,
        }
    }

    /// Both parts.
    pub fn total(self) -> Quantity {
        let total = self.staked.checked_add(self.liquid);
        total.expect("it was one amount before")
    }
}

/// What becomes of the part of a post's value that nobody receives: fractions of the smallest unit, weight that curators
/// forfeited, payments to muted accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unpaid {
    /// It leaves the pool with the rest and stays in the balance of the contract, where nobody can reach it: what the
    /// reference does (its defect D3), and what its tests expect.
    #[default]
    LeavesPool,
    /// It stays in the pool for later posts: extended pools (section 6.4 of the specification of launched tokens).
    StaysInPool,
}

impl Unpaid {
    /// What is deducted from the pool for a post of this value, of which so much was paid.
    pub fn deduction(self, value: Quantity, paid: Quantity) -> Quantity {
        match self {
            Unpaid::LeavesPool => value,
            Unpaid::StaysInPool => paid,
        }
    }
}
