//! Talking to main-chain nodes: client, failover, follower, broadcast.
