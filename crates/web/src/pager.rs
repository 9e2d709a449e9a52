//! Going through long lists: by page where the rows can be counted, by cursor where new ones come all the time.

use crate::links;
use crate::page::Page;

/// Where a list stands, and the addresses of what comes before and after. Shown by `templates/parts/pager.html`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pager {
    /// The address of the rows before these; `None` on the first page.
    pub previous: Option<String>,
    /// The address of the rows after these; `None` on the last one.
    pub next: Option<String>,
    /// The number of the page, from 1, and how many there are; `None` with cursors.
    pub place: Option<(u64, u64)>,
}

impl Pager {
    /// Page `number` (from 1) of `rows` rows, `size` on each: the address keeps everything else that was asked for, and
    /// says `page=…`.
    pub fn numbered(page: &Page, number: u64, rows: u64, size: u64) -> Pager {
        let last = rows.div_ceil(size.max(1)).max(1);
        let number = number.clamp(1, last);
        let to = |number: u64| with(page, "page", &number.to_string());
        Pager {
            previous: (number > 1).then(|| to(number - 1)),
            next: (number < last).then(|| to(number + 1)),
            place: Some((number, last)),
        }
    }

    /// Rows before a cursor: the address says `before=…`; the way back is the browser's, or to the first page.
    pub fn cursor(page: &Page, next: Option<String>) -> Pager {
        let is_first = !page
            .query
            .split('&')
            .any(|pair| pair.starts_with("before="));
        Pager {
            previous: (!is_first).then(|| without(page, "before")),
            next: next.map(|cursor| with(page, "before", &cursor)),
            place: None,
        }
    }

    /// Whether there is anything to go to.
    pub fn is_needed(&self) -> bool {
        self.previous.is_some() || self.next.is_some()
    }
}

/// The address of the page with this in its query instead of what it says there.
pub(crate) fn with(page: &Page, name: &str, value: &str) -> String {
    let rest = without(page, name);
    let join = if rest.contains('?') { '&' } else { '?' };
    format!("{rest}{join}{name}={}", links::part(value))
}

fn without(page: &Page, name: &str) -> String {
    let is_other = |pair: &&str| pair.split('=').next() != Some(name) && !pair.is_empty();
    let rest: Vec<&str> = page.query.split('&').filter(is_other).collect();
    match rest.is_empty() {
        true => page.path.clone(),
        false => format!("{}?{}", page.path, rest.join("&")),
    }
}
