//! The source of a contract, with its words in colours: spans with classes, which the style sheet gives their colours.

use std::fmt;
use std::sync::OnceLock;

use askama::filters::HtmlSafe;
use syntect::html::{ClassStyle, ClassedHTMLGenerator};
use syntect::parsing::{SyntaxReference, SyntaxSet};
use syntect::util::LinesWithEndings;

/// The longest source that has colours, in bytes.
const LONGEST: usize = 200_000;

/// A source as HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    html: String,
    /// How many lines it has.
    pub(super) lines: usize,
}

fn syntaxes() -> &'static SyntaxSet {
    static ALL: OnceLock<SyntaxSet> = OnceLock::new();
    ALL.get_or_init(SyntaxSet::load_defaults_newlines)
}

impl Source {
    pub(super) fn new(code: &str) -> Source {
        let colours = match syntaxes().find_syntax_by_extension("js") {
            Some(syntax) if code.len() <= LONGEST => coloured(code, syntax),
            _ => None,
        };
        Source {
            // escaped by the highlighter, or here
            html: colours.unwrap_or_else(|| escaped(code)),
            lines: code.lines().count(),
        }
    }
}

fn coloured(code: &str, syntax: &SyntaxReference) -> Option<String> {
    let style = ClassStyle::SpacedPrefixed { prefix: "js-" };
    let mut generator = ClassedHTMLGenerator::new_with_class_style(syntax, syntaxes(), style);
    for line in LinesWithEndings::from(code) {
        generator
            .parse_html_for_line_which_includes_newline(line)
            .ok()?;
    }
    Some(generator.finalize())
}

fn escaped(code: &str) -> String {
    code.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.html)
    }
}

impl HtmlSafe for Source {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_classes_and_nothing_gets_out() {
        let source = Source::new("// </code><script>alert(1)</script>\nconst a = '<b>';\n");
        assert_eq!(source.lines, 2);
        let html = source.to_string();
        assert!(
            html.contains("class=\"js-") && html.contains("js-comment"),
            "{html}"
        );
        assert!(
            !html.contains("<script") && !html.contains("<b>") && !html.contains("style="),
            "{html}"
        );
        let long = Source::new(&"</pre><script>".repeat(20_000)).to_string();
        assert!(!long.contains("<script") && !long.contains("</pre>"));
    }
}
