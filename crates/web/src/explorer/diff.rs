//! What differs between two sources, line by line.

use std::time::Duration;

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

/// Lines around a change that are shown.
const AROUND: usize = 3;
/// Lines that are shown at most.
const MOST: usize = 4_000;
/// Characters of a line that are shown.
const LONGEST: usize = 1_000;
/// How long the smallest difference is looked for; what is found then is right, but longer.
const PATIENCE: Duration = Duration::from_millis(500);

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Fate {
    /// It stayed.
    Same,
    /// It came.
    Added,
    /// It went.
    Removed,
}

impl Fate {
    /// The name of its class.
    pub(super) fn class(self) -> &'static str {
        match self {
            Fate::Same => "same",
            Fate::Added => "added",
            Fate::Removed => "removed",
        }
    }

    /// Its sign.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Fate::Same => "",
            Fate::Added => "+",
            Fate::Removed => "−",
        }
    }

    /// The key of its name.
    pub(super) fn key(self) -> &'static str {
        match self {
            Fate::Same => "explorer-diff-same",
            Fate::Added => "explorer-diff-added",
            Fate::Removed => "explorer-diff-removed",
        }
    }
}

/// A line with its numbers before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Line {
    /// What became of it.
    pub(super) fate: Fate,
    /// Its number before, from 1 on.
    pub(super) before: Option<usize>,
    /// Its number after.
    pub(super) after: Option<usize>,
    /// The line, without its end.
    pub(super) text: String,
}

/// What differs: groups of lines, each with what is around it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Diff {
    /// How many lines came.
    pub(super) added: usize,
    /// How many went.
    pub(super) removed: usize,
    /// The lines.
    pub(super) groups: Vec<Vec<Line>>,
    /// There is more than is shown.
    #[serde(rename = "cut")]
    pub(super) is_cut: bool,
}

/// What differs between two sources.
pub(super) fn of(before: &str, after: &str) -> Diff {
    let lines = TextDiff::configure()
        .timeout(PATIENCE)
        .diff_lines(before, after);
    let mut diff = Diff::default();
    let mut shown = 0;
    for group in lines.grouped_ops(AROUND) {
        let mut of_group = Vec::new();
        for change in group
            .iter()
            .flat_map(|operation| lines.iter_changes(operation))
        {
            let fate = match change.tag() {
                ChangeTag::Equal => Fate::Same,
                ChangeTag::Insert => Fate::Added,
                ChangeTag::Delete => Fate::Removed,
            };
            diff.added += usize::from(fate == Fate::Added);
            diff.removed += usize::from(fate == Fate::Removed);
            shown += 1;
            if shown > MOST {
                diff.is_cut = true;
                continue;
            }
            let number = |index: Option<usize>| index.map(|index| index + 1);
            of_group.push(Line {
                fate,
                before: number(change.old_index()),
                after: number(change.new_index()),
                text: diff.cut(change.value()),
            });
        }
        if !of_group.is_empty() {
            diff.groups.push(of_group);
        }
    }
    diff
}

impl Diff {
    fn cut(&mut self, line: &str) -> String {
        let line = line.trim_end_matches(['\n', '\r']);
        match line.char_indices().nth(LONGEST) {
            Some((end, _)) => {
                self.is_cut = true;
                format!("{}…", &line[..end])
            }
            None => line.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, after: &str, expected: &[&str]) {
        let diff = of(before, after);
        let number = |number: Option<usize>| number.map_or("-".to_owned(), |it| it.to_string());
        let shown = diff.groups.iter().map(|group| {
            let lines = group.iter().map(|line| {
                let (old, new) = (number(line.before), number(line.after));
                format!("{old} {new} {}{}", line.fate.sign(), line.text)
            });
            lines.collect::<Vec<_>>().join("|")
        });
        assert_eq!(shown.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn lines_come_and_go() {
        check("a\nb\nc\n", "a\nc\nd\n", &["1 1 a|2 - −b|3 2 c|- 3 +d"]);
        check("a\n", "a\n", &[]);
        check("", "a\r\nb", &["- 1 +a|- 2 +b"]);
        let far = "same\n".repeat(20);
        check(
            &format!("x\n{far}y\n"),
            &format!("{far}z\n"),
            &[
                "1 - −x|2 1 same|3 2 same|4 3 same",
                "19 18 same|20 19 same|21 20 same|22 - −y|- 21 +z",
            ],
        );
    }

    #[test]
    fn what_is_too_long_is_cut_and_counted() {
        let diff = of("", &"x\n".repeat(MOST + 5));
        assert!(diff.is_cut && diff.added == MOST + 5 && diff.groups[0].len() == MOST);
        let diff = of("", &"x".repeat(1 << 20));
        assert!(diff.is_cut && diff.groups[0][0].text.chars().count() == LONGEST + 1);
    }
}
