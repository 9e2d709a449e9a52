//! A JSON value as rows that people read, bounded in length and depth whatever the value is.

use serde_json::Value;

/// Rows at most.
const MOST: usize = 300;
/// Depth at most.
const DEEPEST: usize = 8;
/// Characters of a text that are shown.
const LONGEST: usize = 1_000;

/// A name and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Leaf {
    /// How deep it is, from 0.
    pub(super) depth: usize,
    /// The name, or the place in a list.
    pub(super) name: String,
    /// The value; empty for an object or list, whose fields follow.
    pub(super) value: String,
}

/// A value as rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tree {
    /// The rows.
    pub(super) leaves: Vec<Leaf>,
    /// It does not show everything.
    pub(super) is_cut: bool,
}

impl Tree {
    pub(super) fn of(value: &Value) -> Tree {
        let mut tree = Tree::default();
        match value {
            Value::Object(_) | Value::Array(_) => tree.add_fields(0, value),
            other => tree.add(0, "", other),
        }
        tree
    }

    fn add_fields(&mut self, depth: usize, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.add(depth, name, value);
                }
            }
            Value::Array(items) => {
                for (place, value) in items.iter().enumerate() {
                    self.add(depth, &place.to_string(), value);
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, depth: usize, name: &str, value: &Value) {
        if self.leaves.len() >= MOST {
            self.is_cut = true;
            return;
        }
        let is_inner = match value {
            Value::Object(fields) => !fields.is_empty(),
            Value::Array(items) => !items.is_empty(),
            _ => false,
        };
        let shown = match value {
            Value::String(text) => self.cut(text, LONGEST),
            _ if is_inner && depth < DEEPEST => String::new(),
            other => {
                let text = other.to_string();
                self.cut(&text, LONGEST)
            }
        };
        let name = self.cut(name, 100);
        self.leaves.push(Leaf {
            depth,
            name,
            value: shown,
        });
        if is_inner && depth < DEEPEST {
            self.add_fields(depth + 1, value);
        }
    }

    fn cut(&mut self, text: &str, longest: usize) -> String {
        match text.char_indices().nth(longest) {
            Some((end, _)) => {
                self.is_cut = true;
                format!("{}…", &text[..end])
            }
            None => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(value: &Value, expected: &[&str], is_cut: bool) {
        let tree = Tree::of(value);
        let shown = tree
            .leaves
            .iter()
            .map(|leaf| format!("{}{}={}", " ".repeat(leaf.depth), leaf.name, leaf.value));
        assert_eq!(shown.collect::<Vec<_>>(), expected);
        assert_eq!(tree.is_cut, is_cut);
    }

    #[test]
    fn values_are_rows() {
        check(
            &json!({ "to": "bob", "deep": { "list": [1, null], "none": {} } }),
            &["to=bob", "deep=", " list=", "  0=1", "  1=null", " none={}"],
            false,
        );
        check(&json!("text"), &["=text"], false);
    }

    #[test]
    fn what_is_too_long_or_too_deep_is_cut() {
        let tree = Tree::of(&json!({ "memo": "x".repeat(1 << 20) }));
        assert!(tree.is_cut && tree.leaves[0].value.chars().count() == LONGEST + 1);
        let tree = Tree::of(&json!(vec![0; 10_000]));
        assert!(tree.is_cut && tree.leaves.len() == MOST);
        let mut deep = json!(1);
        for _ in 0..100 {
            deep = json!([deep]);
        }
        assert_eq!(Tree::of(&deep).leaves.len(), DEEPEST + 1);
    }
}
