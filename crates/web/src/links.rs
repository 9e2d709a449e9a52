//! The addresses of everything that has a page, in one place.
//!
//! Names come from the chain and may hold anything: what is not plain is percent-encoded.

use std::fmt::Write as _;

use crate::format::Given;

/// An account: its balances and what it did.
pub fn account(name: &str) -> String {
    format!("/@{}", part(name))
}

/// The wallet of an account.
pub fn wallet(name: &str) -> String {
    format!("/@{}/wallet", part(name))
}

/// A token.
pub fn token(symbol: &str) -> String {
    format!("/tokens/{}", part(symbol))
}

/// The reward pool of a token.
pub fn rewards(symbol: &str) -> String {
    format!("/rewards/{}", part(symbol))
}

/// What a post is going to earn there; `authorperm` is `@author/permlink`.
pub fn reward(symbol: &str, authorperm: &str) -> String {
    let name = authorperm.strip_prefix('@').unwrap_or(authorperm);
    let (author, permlink) = name.split_once('/').unwrap_or((name, ""));
    format!("{}/@{}/{}", rewards(symbol), part(author), part(permlink))
}

/// The trading page of a token.
pub fn trade(symbol: &str) -> String {
    format!("/trade/{}", part(symbol))
}

/// A pool, by its pair of tokens (`A:B`).
pub fn pool(pair: &str) -> String {
    format!("/pools/{}", part(pair))
}

/// A transaction, or what a main-chain transaction became.
pub fn transaction(id: &str) -> String {
    format!("/tx/{}", part(id))
}

/// A sidechain block.
pub fn block(number: impl Given<u64>) -> String {
    format!("/block/{}", number.given())
}

/// A contract.
pub fn contract(name: &str) -> String {
    format!("/contract/{}", part(name))
}

/// A witness.
pub fn witness(name: &str) -> String {
    format!("/witness/{}", part(name))
}

/// The search page.
pub fn search(text: &str) -> String {
    format!("/search?q={}", part(text))
}

/// A part of a path or a value of a query, percent-encoded where it must be.
pub fn part(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:@".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_plain_is_encoded() {
        assert_eq!(account("alice"), "/@alice");
        assert_eq!(pool("SWAP.HIVE:COOL"), "/pools/SWAP.HIVE:COOL");
        assert_eq!(reward("A.B", "@al/first"), "/rewards/A.B/@al/first");
        assert_eq!(token("a/b?c\"<é"), "/tokens/a%2Fb%3Fc%22%3C%C3%A9");
    }
}
