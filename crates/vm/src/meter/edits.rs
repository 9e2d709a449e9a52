//! Insertions into a text, and replacements in it.

/// Where an insertion stands relative to others at the same offset.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// Directly behind an opening brace, before all else.
    Inside,
    /// Behind a node that ends here; of several the innermost first.
    Behind,
    /// In place of what follows.
    Instead,
    /// Before a node that begins here; of several the outermost first.
    Before,
}

struct Edit {
    offset: u32,
    place: Place,
    end: u32,
    text: String,
}

/// The changes to a text. Lines keep their numbers, so that positions in error messages stay true.
#[derive(Default)]
pub(super) struct Edits {
    edits: Vec<Edit>,
}

/// An insertion whose text is not known yet.
#[derive(Clone, Copy)]
pub(super) struct Reserved(usize);

impl Edits {
    /// Keeps a place directly behind an opening brace.
    pub(super) fn reserve_inside(&mut self, offset: u32) -> Reserved {
        self.push(offset, Place::Inside, offset, String::new())
    }

    /// Keeps a place before a node. To be called before the node's children are visited.
    pub(super) fn reserve_before(&mut self, offset: u32) -> Reserved {
        self.push(offset, Place::Before, offset, String::new())
    }

    /// Fills a place.
    pub(super) fn fill(&mut self, reserved: Reserved, text: impl Into<String>) {
        self.edits[reserved.0].text = text.into();
    }

    /// Inserts before a node. To be called before the node's children are visited.
    pub(super) fn before(&mut self, offset: u32, text: impl Into<String>) {
        self.push(offset, Place::Before, offset, text.into());
    }

    /// Inserts behind a node. To be called after the node's children were visited.
    pub(super) fn behind(&mut self, offset: u32, text: impl Into<String>) {
        self.push(offset, Place::Behind, offset, text.into());
    }

    /// Replaces what is between two nodes.
    pub(super) fn replace(&mut self, start: u32, end: u32, text: impl Into<String>) {
        self.push(start, Place::Instead, end, text.into());
    }

    /// Whether a parenthesis was inserted before the node at `offset`.
    pub(super) fn opens_parenthesis_at(&self, offset: u32, since: Reserved) -> bool {
        self.edits[since.0..].iter().any(|edit| {
            edit.offset == offset && edit.place == Place::Before && edit.text.starts_with('(')
        })
    }

    fn push(&mut self, offset: u32, place: Place, end: u32, text: String) -> Reserved {
        self.edits.push(Edit {
            offset,
            place,
            end,
            text,
        });
        Reserved(self.edits.len() - 1)
    }

    /// The changed text.
    pub(super) fn apply(mut self, source: &str) -> String {
        self.edits.sort_by_key(|edit| (edit.offset, edit.place));
        let inserted = self.edits.iter().map(|edit| edit.text.len()).sum::<usize>();
        let mut result = String::with_capacity(source.len() + inserted);
        let mut copied = 0;
        for edit in &self.edits {
            let offset = edit.offset as usize;
            result.push_str(&source[copied..offset]);
            result.push_str(&edit.text);
            let replaced = &source[offset..edit.end as usize];
            result.extend(replaced.chars().filter(|&char| char == '\n'));
            copied = edit.end as usize;
        }
        result.push_str(&source[copied..]);
        result
    }
}
