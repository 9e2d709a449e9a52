//! What is put around the source of a contract before it is hashed, stored and run.

use super::Network;

/// Where the source goes; only the first of them counts.
pub const PLACEHOLDER: &str = "###ACTIONS###";

/// The template of networks that name no other.
pub const DEFAULT_TEMPLATE: &str = include_str!("template.js");

impl Network {
    /// The complete code of a contract: the source in its template.
    pub fn wrap(&self, source: &str) -> String {
        let template = self.code_template.as_deref().unwrap_or(DEFAULT_TEMPLATE);
        replace(template, PLACEHOLDER, source)
    }
}

/// The text with the first `pattern` replaced, as `String.replace` does it with a text: in the replacement, `$$` is a
/// dollar, `$&` the pattern, `` $` `` and `$'` what stands before and behind it.
///
/// <https://tc39.es/ecma262/#sec-getsubstitution>
fn replace(text: &str, pattern: &str, replacement: &str) -> String {
    let Some((before, after)) = text.split_once(pattern) else {
        return text.to_string();
    };
    let mut result = String::with_capacity(text.len() + replacement.len());
    result.push_str(before);
    let mut rest = replacement;
    while let Some((plain, special)) = rest.split_once('$') {
        result.push_str(plain);
        let meaning = match special.chars().next() {
            Some('$') => "$",
            Some('&') => pattern,
            Some('`') => before,
            Some('\'') => after,
            _ => {
                result.push('$');
                rest = special;
                continue;
            }
        };
        result.push_str(meaning);
        rest = &special[1..];
    }
    result.push_str(rest);
    result.push_str(after);
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_as_javascript_does() {
        for (source, expected) in [
            ("x", "<x|P>"),
            ("$$", "<$|P>"),
            ("$&", "<P|P>"),
            ("$`", "<<|P>"),
            ("$'", "<|P>|P>"),
            ("$1 $< $", "<$1 $< $|P>"),
            ("$$$&$", "<$P$|P>"),
            ("$$&", "<$&|P>"),
            ("`ä$`", "<`ä<|P>"),
        ] {
            assert_eq!(replace("<P|P>", "P", source), expected, "{source}");
        }
        assert_eq!(replace("<>", "P", "x"), "<>");
    }

    #[test]
    fn the_default_template_takes_a_source() {
        let network = Network::preset("dev").unwrap();
        let code = network.wrap("actions.a = () => {};");
        assert!(code.contains("\nactions.a = () => {};\n"), "{code}");
        assert!(!code.contains(PLACEHOLDER));
    }
}
