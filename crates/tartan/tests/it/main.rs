//! The real binary, from outside: what founders, operators and programs do with it, and what the world does to it.
//!
//! Nothing here asserts how long something takes; what waits, waits long enough for a busy machine. `TARTAN_SOAK=1` makes
//! the tests that break things at random moments do so ten times as often.

mod harness;

mod bad_input;
mod bad_nodes;
mod chains;
mod command_line;
mod data_directory;
mod demo;
mod forks;
mod kill;
mod replay;
mod settings;
mod token;
