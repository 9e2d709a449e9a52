//! The client, the follower and the broadcaster against nodes that misbehave.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod broadcast;
mod client;
mod crosscheck;
mod devchain;
mod fake;
mod follower;
mod story;
