//! Numbers of the sidechain: decimals as bignumber.js computes them, and token amounts as integers.
