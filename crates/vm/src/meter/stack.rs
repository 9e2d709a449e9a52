//! Room for a recursive parser.
//!
//! The parser and the visitors recurse once per level of nesting and have no limit of their own: 20,000 times `(` would
//! end the process. A level takes at least one token, so a stack in proportion to the tokens is always enough.

use std::thread;

/// Stack for one token: above what a level of the greediest construct takes in an unoptimised build.
const STACK_PER_TOKEN: usize = 12 << 10;
/// The least stack worth a thread; the caller's own serves shorter sources.
const SMALL: usize = 256 << 10;

/// Runs `work` where it can recurse as deep as `source` can nest.
pub(crate) fn with_stack_for<T: Send>(source: &str, work: impl FnOnce() -> T + Send) -> T {
    let stack = nesting_bound(source).saturating_mul(STACK_PER_TOKEN);
    if stack <= SMALL {
        return work();
    }
    thread::scope(|scope| {
        let thread = thread::Builder::new()
            .name("parse contract".to_owned())
            .stack_size(stack + SMALL)
            .spawn_scoped(scope, work)
            .expect("address space for a stack is reserved, not used");
        thread
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// How deep `source` can nest at most: every level takes a token, and a run of letters and digits is at most one.
fn nesting_bound(source: &str) -> usize {
    let mut in_word = false;
    let starts_token = |byte: u8| {
        let word = byte.is_ascii_alphanumeric() || !byte.is_ascii();
        let continues = word && in_word;
        in_word = word;
        !(continues || byte.is_ascii_whitespace())
    };
    source
        .bytes()
        .map(starts_token)
        .filter(|starts| *starts)
        .count()
}
