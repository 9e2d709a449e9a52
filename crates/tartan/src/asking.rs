//! Asking somebody at the terminal.

use std::io::{BufRead, Write};

use anyhow::{Context as _, Result, bail};

/// A line that somebody has typed.
pub(crate) fn read_line(input: &mut impl BufRead, what: &str) -> Result<String> {
    let mut line = String::new();
    let read = input
        .read_line(&mut line)
        .context("cannot read from standard input")?;
    if read == 0 {
        bail!(
            "expected an answer for {what}, found the end of standard input; --yes takes the defaults and signs without asking"
        );
    }
    Ok(line)
}

/// Asks whether to go on.
pub(crate) fn agree(
    question: &str,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> Result<bool> {
    write!(output, "{question} [y/N]: ")?;
    output.flush()?;
    let line = read_line(input, "whether to sign");
    writeln!(output)?;
    Ok(matches!(line?.trim(), "y" | "Y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_agrees() {
        for (typed, expected) in [
            ("y\n", true),
            ("yes\n", true),
            ("\n", false),
            ("n\n", false),
        ] {
            let agreed = agree("Sign?", &mut typed.as_bytes(), &mut Vec::new());
            assert_eq!(agreed.expect("an answer"), expected, "{typed:?}");
        }
    }
}
