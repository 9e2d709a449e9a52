//! A main chain in a process, for development and tests.
