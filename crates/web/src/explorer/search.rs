//! What a text may mean: an account, a token, a block, a transaction, a contract, a witness, a post.

use serde::Serialize;
use serde_json::json;
use tartan_chain::{ReadError, Reader};
use tartan_graphene::AccountName;

use crate::error::Error;
use crate::site::Site;
use crate::{format, links};

/// Longest text that is looked for, in bytes.
pub(super) const LONGEST: usize = 256;
/// Longest text whose beginnings are looked for.
const LONGEST_BEGINNING: usize = 64;

/// What something is that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Kind {
    Account,
    Token,
    Contract,
    Witness,
    Block,
    MainBlock,
    Transaction,
    Post,
}

impl Kind {
    /// In the order in which they are shown.
    pub(super) const ALL: [Kind; 8] = [
        Kind::Account,
        Kind::Token,
        Kind::Contract,
        Kind::Witness,
        Kind::Block,
        Kind::MainBlock,
        Kind::Transaction,
        Kind::Post,
    ];

    /// The key of its name.
    pub(super) fn key(self) -> &'static str {
        match self {
            Kind::Account => "explorer-search-account",
            Kind::Token => "explorer-search-token",
            Kind::Contract => "explorer-search-contract",
            Kind::Witness => "explorer-search-witness",
            Kind::Block => "explorer-search-block",
            Kind::MainBlock => "explorer-search-main-block",
            Kind::Transaction => "explorer-search-transaction",
            Kind::Post => "explorer-search-post",
        }
    }
}

/// Something that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Hit {
    pub(super) kind: Kind,
    /// As people know it.
    pub(super) text: String,
    /// What else tells it from others: the name of a token, say.
    pub(super) detail: String,
    /// Its page.
    pub(super) address: String,
}

impl Hit {
    fn new(kind: Kind, text: impl Into<String>, address: String) -> Hit {
        Hit {
            kind,
            text: text.into(),
            detail: String::new(),
            address,
        }
    }
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// What the text names exactly.
    pub(super) exact: Vec<Hit>,
    /// What begins with it.
    pub(super) beginning: Vec<Hit>,
}

/// Whether a text has something in it that could be a private key, or a master password made from one: 51 characters of
/// base 58 that begin with 5 (52 that begin with K or L), alone or behind a P.
pub(super) fn is_secret(text: &str) -> bool {
    let is_digit = |letter: char| letter.is_ascii_alphanumeric() && !"0OIl".contains(letter);
    text.split(|letter| !is_digit(letter)).any(|word| {
        let word = match word.len() {
            52.. => word.strip_prefix('P').unwrap_or(word),
            _ => word,
        };
        match word.as_bytes().first() {
            Some(b'5') => word.len() >= 50,
            Some(b'K' | b'L') => word.len() >= 51,
            _ => false,
        }
    })
}

/// Looks for a text.
pub(super) async fn find(site: &Site, text: &str, limit: i64) -> Result<Found, Error> {
    let text = text.trim().to_owned();
    let mut found = Found::default();
    if text.is_empty() || text.len() > LONGEST || is_secret(&text) {
        return Ok(found);
    }
    let asked = text.clone();
    found.exact = site.read(move |reader| exact(reader, &asked)).await?;
    let begins = text.trim_start_matches(['@', '$']);
    if let Ok(index) = site.index()
        && !begins.is_empty()
        && begins.len() <= LONGEST_BEGINNING
    {
        let more = index.search(begins, limit).await?;
        let only = text.chars().next().filter(|first| "@$".contains(*first));
        if only != Some('$') {
            for account in more.accounts {
                let address = links::account(&account.account);
                found.beginning.push(Hit::new(
                    Kind::Account,
                    format!("@{}", account.account),
                    address,
                ));
            }
        }
        if only != Some('@') {
            for token in more.tokens {
                let address = links::token(&token.symbol);
                let hit = Hit::new(Kind::Token, token.symbol, address);
                found.beginning.push(Hit {
                    detail: token.name,
                    ..hit
                });
            }
        }
        if only.is_none() {
            for contract in more.contracts {
                let address = links::contract(&contract.name);
                found
                    .beginning
                    .push(Hit::new(Kind::Contract, contract.name, address));
            }
        }
    }
    let exact = &found.exact;
    found
        .beginning
        .retain(|hit| exact.iter().all(|known| known.address != hit.address));
    Ok(found)
}

fn exact(reader: &Reader, text: &str) -> Result<Vec<Hit>, ReadError> {
    let mut hits = Vec::new();
    if let Some(id) = transaction_id(text) {
        if reader.main_transaction(&id)?.is_some() || reader.transaction(&id)?.is_some() {
            let address = links::transaction(&id);
            hits.push(Hit::new(Kind::Transaction, format::shortened(&id), address));
        }
        return Ok(hits);
    }
    if let Some((author, permlink)) = post(text) {
        let authorperm = format!("@{author}/{permlink}");
        let query = json!({ "authorperm": authorperm });
        if reader.find_one("comments", "posts", &query)?.is_some() {
            let query = links::part(&query.to_string());
            let address = format!("/contract/comments/table/posts?query={query}");
            hits.push(Hit::new(Kind::Post, authorperm, address));
        }
        return Ok(hits);
    }
    let name = text.trim_start_matches('@').to_ascii_lowercase();
    if !text.starts_with('$') && AccountName::check(&name).is_ok() && is_account(reader, &name)? {
        hits.push(Hit::new(
            Kind::Account,
            format!("@{name}"),
            links::account(&name),
        ));
    }
    if text.starts_with('@') {
        return Ok(hits);
    }
    let symbol = text.trim_start_matches('$').to_ascii_uppercase();
    let query = json!({ "symbol": symbol });
    if let Some(token) = reader.find_one("tokens", "tokens", &query)? {
        let detail = token["name"].as_str().unwrap_or_default().to_owned();
        let hit = Hit::new(Kind::Token, symbol.clone(), links::token(&symbol));
        hits.push(Hit { detail, ..hit });
    }
    if text.starts_with('$') {
        return Ok(hits);
    }
    if reader.contract(text)?.is_some() {
        hits.push(Hit::new(Kind::Contract, text, links::contract(text)));
    }
    let query = json!({ "account": name });
    if reader.find_one("witnesses", "witnesses", &query)?.is_some() {
        hits.push(Hit::new(Kind::Witness, name.clone(), links::witness(&name)));
    }
    if let Ok(number) = text.replace([',', ' '], "").parse::<u64>() {
        if reader.block(number)?.is_some() {
            hits.push(Hit::new(
                Kind::Block,
                format::count(number),
                links::block(number),
            ));
        }
        if let Some(block) = reader.block_by_main(number)? {
            let address = links::block(block.number);
            hits.push(Hit::new(Kind::MainBlock, format::count(number), address));
        }
    }
    Ok(hits)
}

/// Whether an account ever had anything to do with the chain: it holds something.
fn is_account(reader: &Reader, name: &str) -> Result<bool, ReadError> {
    let query = json!({ "account": name });
    Ok(reader.find_one("tokens", "balances", &query)?.is_some())
}

/// `0123…cdef` or `0123…cdef-1`, in whatever letters.
fn transaction_id(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let (id, number) = match text.split_once('-') {
        Some((id, number)) => (id, number),
        None => (text.as_str(), "0"),
    };
    let is_id = id.len() == 40 && id.bytes().all(|digit| digit.is_ascii_hexdigit());
    let is_number = !number.is_empty()
        && number
            .bytes()
            .all(|digit| digit.is_ascii_digit() || digit == b'-');
    (is_id && is_number).then_some(text)
}

/// `@author/permlink`, or an address of a site that ends with that.
fn post(text: &str) -> Option<(&str, &str)> {
    let (before, rest) = text.split_once('@')?;
    if !before.is_empty() && !before.starts_with("https://") {
        return None;
    }
    let (author, permlink) = rest.split_once('/')?;
    let permlink = permlink.split(['?', '#', '/']).next().unwrap_or_default();
    (AccountName::check(author).is_ok() && !permlink.is_empty()).then_some((author, permlink))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_keys_are_recognised() {
        let key = format!("5{}", "J".repeat(50));
        for text in [
            key.clone(),
            format!(" {key} "),
            format!("my key:{key}."),
            format!("P{key}"),
            format!("K{}", "w".repeat(51)),
            format!("https://x.example/?wif={key}&a=b"),
        ] {
            assert!(is_secret(&text), "{text}");
        }
        for text in [
            "alice".to_owned(),
            "5".to_owned(),
            "0f".repeat(20),
            format!("5{}", "0".repeat(50)),
            format!("STM{}", "8".repeat(50)),
        ] {
            assert!(!is_secret(&text), "{text}");
        }
    }

    #[test]
    fn ids_and_posts_are_recognised() {
        let id = "0F".repeat(20);
        assert_eq!(transaction_id(&id), Some(id.to_ascii_lowercase()));
        assert!(transaction_id(&format!("{id}-2-1")).is_some());
        assert_eq!(transaction_id(&format!("{id}-")), None);
        assert_eq!(transaction_id("0f"), None);
        assert_eq!(post("@alice/my-post"), Some(("alice", "my-post")));
        assert_eq!(
            post("https://blog.example/tag/@alice/my-post?a=b"),
            Some(("alice", "my-post"))
        );
        assert_eq!(post("alice"), None);
        assert_eq!(post("@alice/"), None);
        assert_eq!(post("@A!/x"), None);
    }
}
