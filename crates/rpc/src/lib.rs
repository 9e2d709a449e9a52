//! The sidechain's JSON-RPC server.
