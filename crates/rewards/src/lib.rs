//! The arithmetic of proof of brain: from votes to payments, as pure functions without state or I/O.
//!
//! ```text
//!  stake, weight, power ──rshares──▶ sum of a post ──PostCurve──▶ claim K ──┐
//!                 │                       │                                 ├──post_value──▶ value of the post
//!              charge                CurationCurve        emission ──▶ pool ┤                       │
//!                 ▼                       ▼                                 │            curators, app tax, beneficiaries,
//!             power left           weights of curators     claims of all ───┘            author: each staked and liquid
//! ```
//!
//! A reward pool receives tokens each interval ([`grow`], [`Reduction`]). A vote has rshares by the voter's stake and
//! [`Power`], which it uses up and time brings back; pools with a number of votes per day have [`Mana`] instead. The
//! rshares of a post make its claim to the pool ([`PostCurve`]), those of a voter their weight among the curators
//! ([`CurationCurve`], [`reverse_auction`], [`Revote`]). [`Claims`] of posts are collected and decay over
//! [`claims_window`]. At the cashout a post receives its part of the pool ([`post_value`]), which is divided
//! ([`Value`], [`CuratorPool`], [`AuthorSide`], [`Payment`]; all of it at once: [`Split`]).
//!
//! # Sources
//!
//! - *Reference contract*: `comments` of the Hive flavour. Its formulas are carried over to the last digit; section
//!   numbers are those of its specification. A pool without new options gives the same rows, digit by digit.
//! - *SMT paper*, *launched tokens*: curves by integers, reverse auction, votes per period, changed votes. Options of new
//!   networks.
//! - *Off-chain service*: convergent curve and the pool for comments. Options of new networks.
//!
//! # Rounding
//!
//! Rshares, weights and claims have ten decimals, amounts those of their token. Both are truncated toward zero, so that
//! parts never make up more than the whole; the remainder is always named. A quotient first has 20 decimals, rounded
//! half up, as bignumber.js has it. The only floating point is the power of exponents without an exact form in
//! reference pools (`pow` of the crate `libm`, in software); `ExactPower` is its replacement by integers.
//!
//! # What is mended
//!
//! By default: the author bears the app tax with or without beneficiaries (D1); parts of beneficiaries or curators never
//! exceed what is left, whatever the weights. By option: what nobody receives stays in the pool ([`Unpaid`], D3);
//! lowered votes count for less and changed ones keep their weight ([`Revote`], D6, D7); no regeneration is lost
//! ([`Mana`], D8); no binary floating point (`ExactPower`, D9).

mod claims;
mod curation;
mod curve;
mod emission;
mod error;
mod exponent;
mod mana;
mod payout;
mod power;
mod ratio;
mod shares;
mod split;

pub use claims::{Claims, claims_window, is_bootstrap};
pub use curation::{Revote, reverse_auction};
pub use curve::{Constant, CurationCurve, PostCurve};
pub use emission::{CommentPool, ContentShares, Emission, Reduction, grow};
pub use error::ParameterError;
pub use exponent::Exponent;
pub use mana::{Mana, VoteBudget};
pub use payout::{AuthorSide, CuratorPool, Payment, Unpaid, Value, post_value};
pub use power::{Charge, Power};
pub use ratio::{BasisPoints, Weight};
pub use shares::Shares;
pub use split::{Beneficiary, Curator, Part, Party, Split, SplitRules};

/// A day in milliseconds.
pub const DAY: u64 = 86_400_000;
