//! The memory allocator of the programs.
//!
//! ```text
//!  blocks' writes, until they are on disk ──▶ allocator ──▶ freed all at once ──▶ kept for the blocks that come next
//!                                                                             └──▶ the system, after ten idle seconds
//! ```
//!
//! A node that replays allocates a hundred megabytes a second and frees them when it has written them to disk. Left to
//! itself, the allocator gives freed memory back to the system after a second, which then has to fill it with zeros
//! again: a fifth of the processor time of a replay.
//!
//! ```
//! #[global_allocator]
//! static ALLOCATOR: tartan_allocator::Allocator = tartan_allocator::Allocator;
//!
//! tartan_allocator::keep_freed_memory();
//! ```

use std::ffi::c_long;

use libmimalloc_sys as ffi;

/// To be the `#[global_allocator]` of a program.
pub use mimalloc::MiMalloc as Allocator;

/// `mi_option_purge_delay` of the allocator's `mi_option_t`, which its bindings do not name.
const PURGE_DELAY: ffi::mi_option_t = 15;

/// How to set the same for one run of a program.
const VARIABLE: &str = "MIMALLOC_PURGE_DELAY";

/// Milliseconds for which freed memory is kept: longer than the node takes from one flush to the next.
const DELAY: c_long = 10_000;

/// Keeps memory that was freed for ten seconds before the system has it back, unless the environment says otherwise
/// (`MIMALLOC_PURGE_DELAY`, in milliseconds). To be called first thing in `main`.
pub fn keep_freed_memory() {
    if std::env::var_os(VARIABLE).is_none() {
        set_purge_delay(DELAY);
    }
}

#[allow(unsafe_code)]
fn set_purge_delay(milliseconds: c_long) {
    // SAFETY: the option is one of the allocator's, and the allocator takes any number for it. It is set with a plain store
    // that other threads may read; a program has no others yet.
    unsafe { ffi::mi_option_set(PURGE_DELAY, milliseconds) }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[allow(unsafe_code)]
    fn purge_delay() -> c_long {
        // SAFETY: reads an option of the allocator.
        unsafe { ffi::mi_option_get(PURGE_DELAY) }
    }

    /// What the delay is to be, in the process that the test starts for itself.
    const EXPECTED: &str = "TARTAN_EXPECTED_DELAY";

    #[test]
    fn freed_memory_is_kept_unless_the_environment_says_otherwise() {
        if let Ok(expected) = std::env::var(EXPECTED) {
            keep_freed_memory();
            assert_eq!(purge_delay().to_string(), expected);
            return;
        }
        // the second shows as well that the number of the option is the right one
        for (delay, expected) in [(None, "10000"), (Some("77"), "77")] {
            let program = std::env::current_exe().expect("the tests are a program");
            let mut command = Command::new(program);
            command.env_remove(VARIABLE).env(EXPECTED, expected);
            command.envs(delay.map(|delay| (VARIABLE, delay)));
            let output = command.output().expect("the program runs again");
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(
                output.status.success() && text.contains("1 passed"),
                "{text}"
            );
        }
    }
}
