//! The native contracts of the network.
