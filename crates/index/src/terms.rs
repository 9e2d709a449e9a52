//! The terms that transactions are found by: words of texts, and names with what they are the name of in front.
//!
//! Both sides of the full-text search make them here, so that what is looked for is spelled as what is kept.

use std::iter;

/// Longest word, in bytes; longer ones are left out: no private key is kept here, ids of transactions are.
const LONGEST_WORD: usize = 48;
/// Longest name of an account, a token, a contract or an action, in bytes.
const LONGEST_NAME: usize = 64;

/// What became of a transaction, as far as it is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// An account sent it, and it did what it says.
    Success,
    /// It changed nothing.
    Failed,
    /// The chain made it by itself.
    Virtual,
}

/// What a name is the name of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    From,
    To,
    Symbol,
    Contract,
    Action,
}

impl Field {
    fn prefix(self) -> &'static str {
        match self {
            Field::From => "from",
            Field::To => "to",
            Field::Symbol => "symbol",
            Field::Contract => "contract",
            Field::Action => "action",
        }
    }

    /// The term for a name; `None` for what cannot be one: such are not found.
    pub(crate) fn term(self, name: &str) -> Option<String> {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        let is_name = (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(is_part);
        is_name.then(|| format!("{}:{}", self.prefix(), name.to_ascii_lowercase()))
    }
}

impl Outcome {
    pub(crate) fn term(self) -> String {
        let name = match self {
            Outcome::Success => "success",
            Outcome::Failed => "failed",
            Outcome::Virtual => "virtual",
        };
        format!("status:{name}")
    }
}

/// The term for the order of magnitude of an amount: 2 from 100 to 999.
pub(crate) fn size(decade: i32) -> String {
    format!("size:{decade}")
}

/// The words of a text in small letters, as often as they are in there: what is between spaces and signs. Where words
/// have no spaces between them, as in Chinese, each sign is one.
pub fn words(text: &str) -> impl Iterator<Item = String> {
    let mut rest = text.chars().peekable();
    iter::from_fn(move || {
        let first = rest.find(|letter| letter.is_alphanumeric())?;
        let mut word = String::new();
        word.extend(first.to_lowercase());
        if is_word(first) {
            return Some(word);
        }
        while let Some(letter) =
            rest.next_if(|letter| letter.is_alphanumeric() && !is_word(*letter))
        {
            // the end of what is too long is not kept, only skipped
            if word.len() <= LONGEST_WORD {
                word.extend(letter.to_lowercase());
            }
        }
        Some(word)
    })
    // in small letters, some are a letter and a sign
    .map(|word| {
        word.chars()
            .filter(|letter| letter.is_alphanumeric())
            .collect()
    })
    .filter(|word: &String| (1..=LONGEST_WORD).contains(&word.len()))
}

/// Signs of scripts that put no spaces between words.
fn is_word(letter: char) -> bool {
    matches!(letter, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(words(text).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn a_text_is_cut_into_words() {
        check("Thanks for LUNCH, bob!", &["thanks", "for", "lunch", "bob"]);
        check("order #12-34_x", &["order", "12", "34", "x"]);
        check("Añil ÉTÉ İ", &["añil", "été", "i"]);
        check("谢谢bob的饭", &["谢", "谢", "bob", "的", "饭"]);
        check("\"' & | ( ) * : \0 \u{202e}", &[]);
        let id = "0f".repeat(20);
        check(&id, &[&id]);
        check(&format!("a {} b", "5".repeat(51)), &["a", "b"]);
    }

    #[test]
    fn names_are_terms_and_nothing_else_is() {
        let term = |name: &str| Field::Symbol.term(name);
        assert_eq!(term("SWAP.HIVE").as_deref(), Some("symbol:swap.hive"));
        for name in ["", "a b", "a\"b", "a'b", "é", &"x".repeat(65)] {
            assert_eq!(term(name), None, "{name}");
        }
    }
}
