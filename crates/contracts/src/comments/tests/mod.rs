//! Tests of the reward pools.
