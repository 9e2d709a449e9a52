//! What has to be known to take a block back.

use super::field::Field;
use super::sql::{Row, row};

row! {
    /// What a row was before a block changed it.
    pub(crate) struct Undo in "undo", key 2 {
        block: i64,
        seq: i64,
        changed: String,
        row_key: String,
        before: Option<String>,
    }
}

/// Writes down what the rows were before a block changed them, if that block can be taken back.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    block: i64,
    is_on: bool,
    seq: i64,
    entries: Vec<Undo>,
}

impl Journal {
    /// Goes on with this block.
    pub(crate) fn begin(&mut self, block: i64, can_be_taken_back: bool) {
        (self.block, self.is_on, self.seq) = (block, can_be_taken_back, 0);
    }

    /// The block that changes rows now, if it can be taken back.
    pub(crate) fn block(&self) -> Option<i64> {
        self.is_on.then_some(self.block)
    }

    /// Notes what a row was; `None`: it did not exist.
    pub(crate) fn note<R: Row + serde::Serialize>(&mut self, key: &[Field], before: Option<&R>) {
        let before = before.map(|row| json(row));
        self.note_text(R::TABLE, json(key), before);
    }

    /// Notes something of any other form.
    pub(crate) fn note_text(&mut self, changed: &str, row_key: String, before: Option<String>) {
        if self.is_on {
            self.entries.push(Undo {
                block: self.block,
                seq: self.seq,
                changed: changed.to_owned(),
                row_key,
                before,
            });
            self.seq += 1;
        }
    }

    /// All that was noted, to be written.
    pub(crate) fn take(&mut self) -> Vec<Undo> {
        std::mem::take(&mut self.entries)
    }
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("rows and keys of texts and numbers are JSON")
}
