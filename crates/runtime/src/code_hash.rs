use sha2::{Digest, Sha256};

/// How a transaction's `executedCodeHash` grows with every nested call that finishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CodeHashRule {
    /// The nested value is appended: the text grows by 64 digits a call (the reference's first rule).
    Append,
    /// The value is hashed together with the nested one, and keeps its length.
    #[default]
    Rehash,
}

impl CodeHashRule {
    /// The value after a nested call with this value has finished.
    pub fn merge(self, value: &mut String, nested: &str) {
        value.push_str(nested);
        if self == CodeHashRule::Rehash {
            *value = sha256_hex(value.as_bytes());
        }
    }
}

/// Lower-case hexadecimal SHA-256.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appends_or_hashes() {
        let mut appended = "ab".to_string();
        CodeHashRule::Append.merge(&mut appended, "cd");
        assert_eq!(appended, "abcd");
        let mut hashed = "ab".to_string();
        CodeHashRule::Rehash.merge(&mut hashed, "cd");
        assert_eq!(hashed, sha256_hex(b"abcd"));
    }
}
