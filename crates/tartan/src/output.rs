//! What a command tells: text for people on a terminal, one JSON value for programs.

use std::fmt::Display;
use std::io::Write as _;

use anyhow::{Context as _, Result};
use serde::Serialize;

/// The result of a command: as text for people, as JSON for programs.
pub(crate) trait Output: Serialize + Display {}

impl<T: Serialize + Display> Output for T {}

/// Prints a result on standard output.
pub(crate) fn print(output: &impl Output, json: bool) -> Result<()> {
    let mut text = if json {
        serde_json::to_string(output).context("cannot print the result as JSON")?
    } else {
        output.to_string()
    };
    if !text.ends_with('\n') {
        text.push('\n');
    }
    write(&text)
}

/// Writes to standard output. A reader that went away (`| head`) is no error.
pub(crate) fn write(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => result.context("cannot write to standard output"),
    }
}

/// Prints why a command failed on standard error; as JSON `{"error": "..."}` for programs.
pub(crate) fn print_error(error: &anyhow::Error, json: bool) {
    let text = explain(error);
    if json {
        eprintln!("{}", serde_json::json!({ "error": text }));
    } else {
        eprintln!("error: {text}");
    }
}

/// An error and its causes in one line. What a message says of its cause already is not said again.
fn explain(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        if text.contains(&cause) {
            continue;
        }
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&cause);
    }
    text
}

#[cfg(test)]
mod tests {
    use anyhow::anyhow;

    use super::*;

    #[test]
    fn a_cause_is_told_once() {
        let error = anyhow!("in use")
            .context("cannot listen: in use; choose another")
            .context("cannot start");
        assert_eq!(
            explain(&error),
            "cannot start: cannot listen: in use; choose another"
        );
    }
}
