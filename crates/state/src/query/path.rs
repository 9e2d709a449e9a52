use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tartan_document::{Object, Value, array_index};

/// Most parts of a path.
const MAX_PARTS: usize = 64;
/// Most parts of a path that may be array indices: each of them can be meant two ways where it meets an array.
const MAX_INDEX_PARTS: usize = 8;

/// A dotted path into a document. It goes through arrays: into every element that is an object, and, where a
/// part is a number, into the element with that index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path {
    parts: Box<[Part]>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Part {
    name: Box<str>,
    index: Option<u32>,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Leaf<'v> {
    /// A value that is not an element of an array the path ends at.
    Value(&'v Value),
    /// An element of an array that the path ends at.
    Element(&'v Value),
    /// An array that the path ends at, after its elements.
    Array(&'v [Value], &'v Value),
    /// Nothing: an object on the way lacks the field.
    Missing,
}

impl<'v> Leaf<'v> {
    /// The value to compare with.
    pub(crate) fn value(self) -> Option<&'v Value> {
        match self {
            Leaf::Value(value) | Leaf::Element(value) | Leaf::Array(_, value) => Some(value),
            Leaf::Missing => None,
        }
    }

    /// The array, where the path itself ends at one.
    pub(crate) fn array(self) -> Option<&'v [Value]> {
        match self {
            Leaf::Array(items, _) => Some(items),
            Leaf::Value(Value::Array(items)) => Some(items),
            _ => None,
        }
    }
}

/// A document, or an array as one whose fields are called `0`, `1` and so on.
#[derive(Clone, Copy)]
enum Context<'v> {
    Object(&'v Object),
    Array(&'v [Value]),
}

impl From<&str> for Path {
    fn from(text: &str) -> Path {
        let part = |name: &str| Part {
            name: name.into(),
            index: array_index(name.as_bytes()),
        };
        Path {
            parts: text.split('.').map(part).collect(),
        }
    }
}

impl Path {
    /// The field of the document that the path begins with.
    pub(crate) fn first(&self) -> &str {
        self.parts.first().map_or("", |part| &part.name)
    }

    /// Says what is wrong with the path, if anything is.
    pub(crate) fn check(&self) -> Result<(), String> {
        let indices = self
            .parts
            .iter()
            .filter(|part| part.index.is_some())
            .count();
        if self.parts.len() > MAX_PARTS {
            return Err(format!(
                "path of {} parts, expected at most {MAX_PARTS}",
                self.parts.len()
            ));
        }
        if indices > MAX_INDEX_PARTS {
            return Err(format!(
                "path with {indices} numeric parts, expected at most {MAX_INDEX_PARTS}"
            ));
        }
        Ok(())
    }

    /// The names between the dots.
    pub(crate) fn parts(&self) -> impl ExactSizeIterator<Item = &str> {
        self.parts.iter().map(|part| &*part.name)
    }

    pub(crate) fn is_id(&self) -> bool {
        matches!(&*self.parts, [part] if &*part.name == "_id")
    }

    /// Visits everything the path leads to, until `visit` says `true`; returns whether it did.
    pub(crate) fn any<'v>(
        &self,
        document: &'v Object,
        visit: &mut dyn FnMut(Leaf<'v>) -> bool,
    ) -> bool {
        descend(Context::Object(document), &self.parts, visit)
    }

    /// As [`any`](Path::any), from the value of the first part on.
    pub(crate) fn any_below<'v>(
        &self,
        field: Option<&'v Value>,
        visit: &mut dyn FnMut(Leaf<'v>) -> bool,
    ) -> bool {
        match field {
            None => visit(Leaf::Missing),
            Some(value) => arrive(value, &self.parts[1..], visit),
        }
    }

    /// As [`any`](Path::any), from an element of an array; only objects and arrays lead anywhere.
    pub(crate) fn any_in_element<'v>(
        &self,
        element: &'v Value,
        visit: &mut dyn FnMut(Leaf<'v>) -> bool,
    ) -> bool {
        match element {
            Value::Object(object) => descend(Context::Object(object), &self.parts, visit),
            Value::Array(items) => descend(Context::Array(items), &self.parts, visit),
            _ => false,
        }
    }
}

fn descend<'v>(
    context: Context<'v>,
    parts: &[Part],
    visit: &mut dyn FnMut(Leaf<'v>) -> bool,
) -> bool {
    let Some((first, rest)) = parts.split_first() else {
        return false;
    };
    let child = match context {
        Context::Object(object) => object.get(&first.name),
        Context::Array(items) => first.index.and_then(|index| items.get(index as usize)),
    };
    match child {
        None => visit(Leaf::Missing),
        Some(child) => arrive(child, rest, visit),
    }
}

fn arrive<'v>(value: &'v Value, rest: &[Part], visit: &mut dyn FnMut(Leaf<'v>) -> bool) -> bool {
    match value {
        Value::Array(items) if rest.is_empty() => {
            items.iter().any(|item| visit(Leaf::Element(item))) || visit(Leaf::Array(items, value))
        }
        Value::Array(items) => through(items, rest, visit),
        _ if rest.is_empty() => visit(Leaf::Value(value)),
        Value::Object(object) => descend(Context::Object(object), rest, visit),
        _ => visit(Leaf::Missing),
    }
}

/// Through an array in the middle of a path. Elements that are no objects lead nowhere, not even to something
/// missing, except by their index.
fn through<'v>(items: &'v [Value], rest: &[Part], visit: &mut dyn FnMut(Leaf<'v>) -> bool) -> bool {
    let (first, after) = (&rest[0], &rest[1..]);
    items.iter().enumerate().any(|(place, item)| {
        if let Value::Object(object) = item
            && descend(Context::Object(object), rest, visit)
        {
            return true;
        }
        if first.index != u32::try_from(place).ok() {
            return false;
        }
        match item {
            // An array that is met by its index is one value.
            _ if after.is_empty() => visit(Leaf::Value(item)),
            Value::Object(object) => descend(Context::Object(object), after, visit),
            Value::Array(items) => descend(Context::Array(items), after, visit),
            _ => false,
        }
    })
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, part) in self.parts.iter().enumerate() {
            let dot = if place > 0 { "." } else { "" };
            write!(f, "{dot}{}", part.name)?;
        }
        Ok(())
    }
}

impl Serialize for Path {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Path, D::Error> {
        Ok(Path::from(String::deserialize(deserializer)?.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, document: &str, expected: &str) {
        let document = tartan_document::parse(document)
            .unwrap()
            .into_object()
            .unwrap();
        let mut leaves = Vec::new();
        Path::from(path).any(&document, &mut |leaf| {
            leaves.push(match leaf {
                Leaf::Value(value) => value.stringify(),
                Leaf::Element(value) => format!("+{}", value.stringify()),
                Leaf::Array(_, value) => format!("={}", value.stringify()),
                Leaf::Missing => "none".into(),
            });
            false
        });
        assert_eq!(leaves.join(" "), expected);
    }

    #[test]
    fn objects() {
        check("a", r#"{"a":1}"#, "1");
        check("a.b", r#"{"a":{"b":2}}"#, "2");
        check("a", "{}", "none");
        check("a.b", r#"{"a":1}"#, "none");
        check("a.b", r#"{"a":null}"#, "none");
    }

    #[test]
    fn arrays_at_the_end() {
        check("a", r#"{"a":[1,[2]]}"#, "+1 +[2] =[1,[2]]");
        check("a", r#"{"a":[]}"#, "=[]");
    }

    #[test]
    fn arrays_on_the_way() {
        check("a.b", r#"{"a":[{"b":1},{"b":[2]},{},3]}"#, "1 +2 =[2] none");
        check("a.b", r#"{"a":[1,2]}"#, "");
        check("a.b", r#"{"a":[[{"b":1}]]}"#, "");
    }

    #[test]
    fn indices() {
        check("a.1", r#"{"a":[5,6]}"#, "6");
        check("a.1", r#"{"a":[5,[2,4]]}"#, "[2,4]");
        check("a.1", r#"{"a":[5,{"1":4}]}"#, r#"4 {"1":4}"#);
        check("a.0.b", r#"{"a":[{"b":1},{"b":2}]}"#, "none 1 none");
        check("a.0.1", r#"{"a":[[7,8]]}"#, "8");
        check("a.2", r#"{"a":[5,6]}"#, "");
        check("a.0", r#"{"a":{"0":5}}"#, "5");
    }
}
