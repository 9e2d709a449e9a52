//! A pool in whole numbers, written down from the specification without the contract's own arithmetic.

use num_bigint::BigInt;

/// Decimals of shares and of quotients.
const PLACES: u32 = 20;

/// A pool and what accounts hold of its two tokens.
#[derive(Debug, Clone)]
pub(super) struct Model {
    /// Decimals of the tokens.
    pub(super) decimals: [u32; 2],
    /// What the pool reckons with, and what there is, in the smallest unit of the token with more decimals.
    pub(super) reserve: [BigInt; 2],
    pub(super) held: [BigInt; 2],
    /// Shares by account, with 20 decimals.
    pub(super) shares: Vec<BigInt>,
    /// What accounts hold, in the units of the reserves.
    pub(super) balance: Vec<[BigInt; 2]>,
    /// Whether rounding has left something in this block.
    left_now: bool,
}

/// What somebody does. Amounts are in the smallest unit of their token.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Add {
        account: usize,
        amounts: [u64; 2],
        percent: Option<u32>,
    },
    Remove {
        account: usize,
        thousandths: u32,
    },
    SwapIn {
        account: usize,
        side: usize,
        amount: u64,
    },
    SwapOut {
        account: usize,
        side: usize,
        amount: u64,
    },
}

type Outcome = Result<(), &'static str>;

fn power(exponent: u32) -> BigInt {
    BigInt::from(10).pow(exponent)
}

fn half_up(number: &BigInt, divisor: &BigInt) -> BigInt {
    (number * 2 + divisor) / (divisor * 2)
}

fn up(number: &BigInt, divisor: &BigInt) -> BigInt {
    (number + divisor - 1) / divisor
}

impl Model {
    pub(super) fn new(decimals: [u32; 2], accounts: usize, tokens: u64) -> Model {
        let unit = power(decimals[0].max(decimals[1]));
        let balance = || [0, 1].map(|_| &unit * tokens);
        Model {
            decimals,
            reserve: [BigInt::ZERO, BigInt::ZERO],
            held: [BigInt::ZERO, BigInt::ZERO],
            shares: vec![BigInt::ZERO; accounts],
            balance: (0..accounts).map(|_| balance()).collect(),
            left_now: false,
        }
    }

    fn most_decimals(&self) -> u32 {
        self.decimals[0].max(self.decimals[1])
    }

    /// The smallest unit of a token, in the units of the reserves.
    fn unit(&self, side: usize) -> BigInt {
        power(self.most_decimals() - self.decimals[side])
    }

    pub(super) fn total(&self) -> BigInt {
        self.shares.iter().sum()
    }

    fn join(&mut self) {
        self.reserve = self.held.clone();
    }

    pub(super) fn next_block(&mut self) {
        self.left_now = false;
    }

    pub(super) fn apply(&mut self, step: &Step) -> Outcome {
        let mut next = self.clone();
        if !next.left_now {
            next.join();
        }
        match step {
            Step::Add {
                account,
                amounts,
                percent,
            } => next.add(*account, amounts, *percent)?,
            Step::Remove {
                account,
                thousandths,
            } => next.remove(*account, *thousandths)?,
            Step::SwapIn {
                account,
                side,
                amount,
            } => next.swap_in(*account, *side, *amount)?,
            Step::SwapOut {
                account,
                side,
                amount,
            } => next.swap_out(*account, 1 - *side, *amount)?,
        }
        next.left_now = next.held != next.reserve;
        *self = next;
        Ok(())
    }

    fn add(&mut self, account: usize, amounts: &[u64; 2], percent: Option<u32>) -> Outcome {
        self.join();
        let offered = [0, 1].map(|side| self.unit(side) * amounts[side]);
        let mut taken = offered.clone();
        let (total, reserve) = (self.total(), self.reserve.clone());
        if total != BigInt::ZERO {
            let matching = |side: usize| {
                let other = 1 - side;
                // quotients have 20 decimals before they are rounded to those of the token
                let exact = half_up(
                    &(&offered[side] * &reserve[other] * power(PLACES)),
                    &(&reserve[side] * power(self.most_decimals())),
                );
                half_up(&exact, &power(PLACES - self.decimals[other])) * self.unit(other)
            };
            let other = match matching(0) <= offered[1] {
                true => 1,
                false => 0,
            };
            taken[other] = matching(1 - other).min(offered[other].clone());
            let least = BigInt::from(100) - percent.unwrap_or(1);
            if &taken[other] * 100 < &offered[other] * least {
                return Err("exceeded max price impact for adding liquidity");
            }
        }
        if (0..2).any(|side| self.balance[account][side] < taken[side]) {
            return Err("insufficient token balance");
        }
        let shares = match total == BigInt::ZERO {
            true => {
                let more = PLACES + 1 - self.most_decimals();
                let root = (&taken[0] * &taken[1] * power(2 * more)).sqrt();
                half_up(&root, &BigInt::from(10))
            }
            false => [0, 1]
                .map(|side| {
                    let exact = &taken[side] * &total;
                    let shares = half_up(&exact, &reserve[side]);
                    // worth more than a millionth of the smallest unit
                    let coarse = &reserve[side] * power(6) > &total * self.unit(side);
                    match coarse && &shares * &reserve[side] > exact {
                        true => shares - 1,
                        false => shares,
                    }
                })
                .into_iter()
                .min()
                .expect("there are two"),
        };
        if shares <= BigInt::ZERO {
            return Err("insufficient liquidity created");
        }
        self.shares[account] += shares;
        for (side, taken) in taken.iter().enumerate() {
            self.held[side] += taken;
            self.reserve[side] += taken;
            self.balance[account][side] -= taken;
        }
        Ok(())
    }

    fn remove(&mut self, account: usize, thousandths: u32) -> Outcome {
        if self.shares[account] == BigInt::ZERO {
            return Err("no existing liquidity position");
        }
        let total = self.total();
        let shares = half_up(&(&self.shares[account] * thousandths), &power(5));
        let is_last = shares == total;
        if is_last {
            self.join();
        }
        let part = |side: usize| {
            let places = power(PLACES - self.most_decimals());
            let exact = half_up(&(&shares * &self.reserve[side] * places), &total);
            exact / power(PLACES - self.decimals[side]) * self.unit(side)
        };
        let parts = [part(0), part(1)];
        let enough = parts.iter().all(|part| *part > BigInt::ZERO);
        let left = (0..2).all(|side| parts[side] < self.reserve[side]);
        if !enough || !(is_last || left) {
            return Err("insufficient liquidity");
        }
        self.shares[account] -= shares;
        for (side, part) in parts.iter().enumerate() {
            self.held[side] -= part;
            self.reserve[side] -= part;
            self.balance[account][side] += part;
        }
        Ok(())
    }

    fn swap_in(&mut self, account: usize, from: usize, amount: u64) -> Outcome {
        let to = 1 - from;
        self.check_filled()?;
        let amount = self.unit(from) * amount;
        let counted = &amount * 9975;
        let places = power(PLACES - self.most_decimals());
        let whole = &self.reserve[from] * power(4) + &counted;
        let out = half_up(&(counted * &self.reserve[to] * &places), &whole);
        if out >= &self.reserve[to] * &places {
            return Err("insufficient liquidity");
        }
        self.swap(account, from, amount * places, out)
    }

    fn swap_out(&mut self, account: usize, from: usize, amount: u64) -> Outcome {
        let to = 1 - from;
        self.check_filled()?;
        let amount = self.unit(to) * amount;
        if amount >= self.reserve[to] {
            return Err("insufficient liquidity");
        }
        let places = power(PLACES - self.most_decimals());
        let rest = (&self.reserve[to] - &amount) * 9975;
        let needed = &self.reserve[from] * &amount * power(4);
        let needed = half_up(&(needed * &places), &rest);
        self.swap(account, from, needed, amount * places)
    }

    fn check_filled(&self) -> Outcome {
        match self.reserve.iter().all(|reserve| *reserve > BigInt::ZERO) {
            true => Ok(()),
            false => Err("insufficient liquidity"),
        }
    }

    /// By amounts with 20 decimals.
    fn swap(
        &mut self,
        account: usize,
        from: usize,
        exact_in: BigInt,
        exact_out: BigInt,
    ) -> Outcome {
        let to = 1 - from;
        let units = |side: usize| power(PLACES - self.decimals[side]);
        let needed = half_up(&exact_in, &units(from)) * self.unit(from);
        let taken = up(&exact_in, &units(from)) * self.unit(from);
        let paid = &exact_out / units(to) * self.unit(to);
        if self.balance[account][from] < needed {
            return Err("insufficient input balance");
        }
        if taken == BigInt::ZERO {
            return Err("symbolIn precision mismatch");
        }
        if paid == BigInt::ZERO {
            return Err("symbolOut precision mismatch");
        }
        if self.balance[account][from] < taken {
            return Err("overdrawn balance");
        }
        let places = power(PLACES - self.most_decimals());
        let after_in = &self.reserve[from] * &places + exact_in;
        let after_out = &self.reserve[to] * &places - exact_out;
        let before = &self.reserve[0] * &self.reserve[1];
        let rounded = |round: fn(&BigInt, &BigInt) -> BigInt| {
            (round(&after_in, &places), round(&after_out, &places))
        };
        let (mut reserve_in, mut reserve_out) = rounded(half_up);
        if &reserve_in * &reserve_out < before {
            (reserve_in, reserve_out) = rounded(up);
        }
        self.reserve[from] = reserve_in;
        self.reserve[to] = reserve_out;
        self.held[from] += &taken;
        self.held[to] -= &paid;
        self.balance[account][from] -= taken;
        self.balance[account][to] += paid;
        Ok(())
    }
}
