//! Tests that break things at random moments. They do so a few times in every run of the tests; with `TARTAN_SOAK=<number>`
//! ten times as often, and each number is another course of events. `cargo xtask soak` counts through them.

mod forks;
mod kill;
mod peg;

/// The number that `TARTAN_SOAK` holds.
fn soaking() -> Option<u64> {
    let number = std::env::var("TARTAN_SOAK").ok()?;
    Some(
        number.parse().unwrap_or_else(|_| {
            panic!("expected a number in TARTAN_SOAK such as 1, found {number:?}")
        }),
    )
}

/// How many times as much is to be tested as usual.
fn repetitions() -> usize {
    if soaking().is_some() { 10 } else { 1 }
}

/// What a test that usually draws its random numbers from `usual` draws them from.
fn seed(usual: u64) -> u64 {
    usual.wrapping_add(soaking().unwrap_or(0).wrapping_mul(1_000))
}
