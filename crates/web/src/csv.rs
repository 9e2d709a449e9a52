//! Tables for spreadsheets.

use std::fmt::Write as _;

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

/// A table for spreadsheets: an answer that is saved as a file.
///
/// Cells are quoted where they must be. A text that a spreadsheet would take for a formula is quoted with an apostrophe.
#[derive(Debug, Clone)]
pub struct Csv {
    name: String,
    text: String,
}

impl Csv {
    /// A table with these heads; `name` is the file's, without its ending.
    pub fn new(name: &str, heads: &[&str]) -> Csv {
        let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || "-_.".contains(*letter);
        let mut table = Csv {
            name: name.chars().filter(is_plain).collect(),
            text: String::new(),
        };
        table.row(heads);
        table
    }

    /// Adds a row.
    pub fn row<T: AsRef<str>>(&mut self, cells: &[T]) {
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.cell(cell.as_ref());
        }
        self.text.push_str("\r\n");
    }

    fn cell(&mut self, cell: &str) {
        let is_number = cell.parse::<f64>().is_ok();
        let guard = match cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number {
            true => "'",
            false => "",
        };
        if cell.contains(['"', ',', '\n', '\r']) {
            let _ = write!(self.text, "\"{guard}{}\"", cell.replace('"', "\"\""));
        } else {
            let _ = write!(self.text, "{guard}{cell}");
        }
    }
}

impl IntoResponse for Csv {
    fn into_response(self) -> Response {
        let kind = (CONTENT_TYPE, "text/csv; charset=utf-8".to_owned());
        let saved = format!("attachment; filename=\"{}.csv\"", self.name);
        ([kind, (CONTENT_DISPOSITION, saved)], self.text).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        let mut table = Csv::new("a/../b\"c", &["name", "value"]);
        table.row(&["plain", "-1.50"]);
        table.row(&["a \"b\", c", "=SUM(A1)"]);
        assert_eq!(table.name, "a..bc");
        assert_eq!(
            table.text,
            "name,value\r\nplain,-1.50\r\n\"a \"\"b\"\", c\",'=SUM(A1)\r\n"
        );
    }
}
