//! Strings as ECMAScript measures and trims them.

/// `String.prototype.trim`: as [`str::trim`], but U+FEFF is white space and U+0085 is not.
pub fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}')
}

/// `String.prototype.length`: the number of UTF-16 code units.
pub fn length(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.encode_utf16().count()
    }
}

/// Whether this may be the name of an account.
///
/// Three to sixteen characters; every label between dots has at least three, starts with a letter, ends with a
/// letter or digit and has only lower-case letters, digits and hyphens in between. Two hyphens in a row are
/// refused by the older rule and allowed by the newer one.
///
/// Source: `api.isValidAccountName` of the reference.
pub fn is_account_name(name: &str, double_hyphen: bool) -> bool {
    (3..=16).contains(&name.len())
        && (double_hyphen || !name.contains("--"))
        && name.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let bytes = label.as_bytes();
    bytes.len() >= 3
        && bytes[0].is_ascii_lowercase()
        && bytes
            .last()
            .is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        && bytes
            .iter()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
}

/// Whether this may be the name of a contract, by its length alone: 3 to 50 characters, as the token ledger checks.
pub fn is_contract_length(name: &str) -> bool {
    (3..=50).contains(&length(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trims_as_ecmascript() {
        assert_eq!(trim("\u{feff} bob\t\n"), "bob");
        assert_eq!(trim("\u{85}bob"), "\u{85}bob");
    }

    #[test]
    fn measures_utf16() {
        assert_eq!(length("abc"), 3);
        assert_eq!(length("é"), 1);
        assert_eq!(length("😀"), 2);
    }

    #[test]
    fn account_names() {
        for good in ["bob", "null", "a1-b", "abc.def", "sixteen-letters1"] {
            assert!(is_account_name(good, false), "{good}");
        }
        for bad in [
            "",
            "ab",
            "Bob",
            "1bob",
            "bob-",
            "bob.ab",
            "bob..bob",
            "seventeen-letters",
            "bob.",
            "bób",
            "a_bc",
        ] {
            assert!(!is_account_name(bad, true), "{bad}");
        }
        assert!(is_account_name("bob--x", true));
        assert!(!is_account_name("bob--x", false));
    }
}
