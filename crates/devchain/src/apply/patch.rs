//! Edits as differences: clients may send, instead of the whole new body, a patch in the text format of
//! diff-match-patch (`@@ -1,5 +1,6 @@`, then lines of ` kept`, `-deleted`, `+inserted` text, percent-encoded).

/// One hunk: where it is, what it replaces, and what by.
struct Hunk {
    start: usize,
    before: Vec<char>,
    after: Vec<char>,
}

/// The body after an edit: patched if `update` is a patch that fits, else `update` itself, as nodes do.
pub(super) fn apply(body: &str, update: &str) -> String {
    parse(update)
        .and_then(|hunks| patched(body, &hunks))
        .unwrap_or_else(|| update.to_owned())
}

fn parse(text: &str) -> Option<Vec<Hunk>> {
    let mut hunks: Vec<Hunk> = Vec::new();
    for line in text.split('\n') {
        if let Some(header) = line.strip_prefix("@@ -") {
            let place = header.split_once(' ')?.0;
            let (start, length) = place.split_once(',').unwrap_or((place, "1"));
            let start: usize = start.parse().ok()?;
            // Positions count from 1, but an empty range names the place before it.
            let start = if length == "0" {
                start
            } else {
                start.checked_sub(1)?
            };
            header.strip_suffix(" @@")?;
            hunks.push(Hunk {
                start,
                before: Vec::new(),
                after: Vec::new(),
            });
            continue;
        }
        let Some(kind) = line.chars().next() else {
            continue;
        };
        let chars: Vec<char> = decode(&line[kind.len_utf8()..])?.chars().collect();
        let hunk = hunks.last_mut()?;
        if !matches!(kind, ' ' | '-' | '+') {
            return None;
        }
        if kind != '+' {
            hunk.before.extend(&chars);
        }
        if kind != '-' {
            hunk.after.extend(&chars);
        }
    }
    (!hunks.is_empty()).then_some(hunks)
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        if *first == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

fn patched(body: &str, hunks: &[Hunk]) -> Option<String> {
    let mut text: Vec<char> = body.chars().collect();
    for hunk in hunks {
        // The place is as large a number as the sender likes.
        let fits = |at: usize| {
            let end = at.saturating_add(hunk.before.len());
            text.get(at..end) == Some(&hunk.before[..])
        };
        // Clients count in UTF-16 units or in characters: where the place is off, the first place that fits is taken.
        let at = if fits(hunk.start) {
            hunk.start
        } else {
            (0..=text.len()).find(|at| fits(*at))?
        };
        text.splice(at..at + hunk.before.len(), hunk.after.iter().copied());
    }
    Some(text.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, update: &str, after: &str) {
        assert_eq!(apply(before, update), after);
    }

    #[test]
    fn a_whole_text_replaces() {
        check("old", "new", "new");
        check("old", "@@ no patch", "@@ no patch");
    }

    #[test]
    fn a_patch_changes_its_place() {
        check(
            "The quick fox",
            "@@ -1,13 +1,19 @@\n The quick\n+ brown\n  fox\n",
            "The quick brown fox",
        );
        check(
            "a line",
            "@@ -3,4 +3,7 @@\n line\n+%0A%C3%A9!\n",
            "a line\né!",
        );
        check("abc", "@@ -0,0 +1,2 @@\n+x%25\n", "x%abc");
    }

    #[test]
    fn a_place_beyond_the_text_is_looked_for() {
        let far = usize::MAX;
        check("abc", &format!("@@ -{far},1 +{far},1 @@\n-b\n+B\n"), "aBc");
    }

    #[test]
    fn several_hunks_follow_each_other() {
        check(
            "one two three",
            "@@ -1,4 +1,4 @@\n-one\n+ONE\n  \n@@ -8,6 +8,4 @@\n  \n-three\n+III\n",
            "ONE two III",
        );
    }

    #[test]
    fn a_patch_that_does_not_fit_is_a_text() {
        let patch = "@@ -1,3 +1,3 @@\n-xyz\n+abc\n";
        check("nothing like it", patch, patch);
    }
}
