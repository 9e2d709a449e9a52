//! The real binary, from outside: what founders, operators and programs do with it, and what the world does to it.
//!
//! Nothing here asserts how long something takes; what waits, waits long enough for a busy machine.

mod harness;

mod airdrop;
mod bad_input;
mod bad_nodes;
mod chains;
mod command_line;
mod community;
mod contract;
mod data_directory;
mod demo;
mod founding;
mod market;
mod peg;
mod pool;
mod replay;
mod settings;
mod soak;
mod token;
mod verify;
mod witness;
