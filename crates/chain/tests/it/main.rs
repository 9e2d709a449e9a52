//! The chain as a whole, from main-chain blocks to answers, over the native contracts.

#[cfg(test)]
mod chain;
#[cfg(test)]
mod comments;
#[cfg(test)]
mod common;
#[cfg(test)]
mod deposits;
#[cfg(test)]
mod legacy;
#[cfg(test)]
mod metered;
#[cfg(test)]
mod reader;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod resource_fee;
#[cfg(test)]
mod small_contracts;
#[cfg(test)]
mod witnesses;
