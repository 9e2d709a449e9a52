//! What libFuzzer says while it runs, and what that comes to.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

/// What was read of a run's output.
#[derive(Default)]
pub(super) struct Log {
    executions: u64,
    /// Places of the code that inputs reached.
    coverage: u64,
    /// The panic's line and the one with its message, or libFuzzer's own word for what is wrong.
    reason: Vec<String>,
    input: Option<PathBuf>,
    /// Whether the next line is a panic's message.
    message_follows: bool,
}

impl Log {
    /// Takes a line, and says whether it is one that a person wants to see.
    pub(super) fn read(&mut self, line: &str) -> bool {
        if std::mem::take(&mut self.message_follows) {
            self.reason.push(line.trim().to_owned());
        }
        if line.starts_with("thread ") && line.contains("panicked at") {
            self.reason = vec![line.trim().to_owned()];
            self.message_follows = true;
        }
        if let Some(words) = line.strip_prefix("SUMMARY: libFuzzer: ")
            && self.reason.is_empty()
        {
            self.reason = vec![words.to_owned()];
        }
        if let Some((_, path)) = line.split_once("Test unit written to ")
            && !path.contains("/slow-unit-")
        {
            self.input = Some(PathBuf::from(path.trim()));
        }
        if let Some(number) = line.strip_prefix("stat::number_of_executed_units:") {
            self.executions = number.trim().parse().unwrap_or(self.executions);
        }
        let Some(progress) = line.strip_prefix('#').filter(|rest| !rest.starts_with('#')) else {
            let of_no_use = ["\tNEW_FUNC", "\"", "###"]; // the last two: words that it found to matter
            return !of_no_use.iter().any(|start| line.starts_with(start));
        };
        let mut words = progress.split_whitespace();
        if let Some(Ok(executions)) = words.next().map(str::parse) {
            self.executions = executions;
        }
        let kept = matches!(words.next(), Some("NEW" | "REDUCE"));
        if words.any(|word| word == "cov:")
            && let Some(Ok(coverage)) = words.next().map(str::parse)
        {
            self.coverage = coverage;
        }
        !kept
    }
}

/// How a run of one target ended.
#[derive(Debug, Serialize, PartialEq)]
pub(super) struct Outcome {
    target: String,
    seconds: f64,
    /// How many inputs were tried.
    executions: u64,
    /// How many places of the code they reached.
    coverage: u64,
    pub(super) finding: Option<Finding>,
}

/// An input that a target does not bear.
#[derive(Debug, Serialize, PartialEq)]
pub(super) struct Finding {
    reason: String,
    /// The file that holds the input; `None` when the target fails whatever the input.
    input: Option<PathBuf>,
}

impl Outcome {
    pub(super) fn new(target: &str, elapsed: Duration, log: &Log, passed: bool) -> Outcome {
        let finding = (!passed).then(|| Finding {
            reason: match log.reason.join(": ") {
                empty if empty.is_empty() => "ended with an error; see above".to_owned(),
                reason => reason,
            },
            input: log.input.clone(),
        });
        Outcome {
            target: target.to_owned(),
            seconds: elapsed.as_secs_f64(),
            executions: log.executions,
            coverage: log.coverage,
            finding,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Outcome {
            target,
            seconds,
            executions,
            coverage,
            finding,
        } = self;
        let mark = if finding.is_none() {
            "passed"
        } else {
            "FAILED"
        };
        write!(
            f,
            "{target:<28} {mark} {seconds:>7.1} s {executions:>11} inputs, {coverage:>6} places reached"
        )?;
        let Some(finding) = finding else {
            return Ok(());
        };
        write!(f, "\n  {}", finding.reason)?;
        if let Some(input) = &finding.input {
            let input = input.display();
            write!(f, "\n  input: {input}")?;
            write!(f, "\n  again: cargo xtask fuzz {target} --input {input}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(output: &[&str], passed: bool, expected: &str) {
        let mut log = Log::default();
        for line in output {
            log.read(line);
        }
        let outcome = Outcome::new("parse", Duration::from_secs(2), &log, passed);
        assert_eq!(outcome.to_string(), expected);
    }

    #[test]
    fn a_run_that_finds_nothing() {
        check(
            &[
                "INFO: Seed: 1",
                "#2\tINITED cov: 10 ft: 11 corp: 1/1b exec/s: 0 rss: 30Mb",
                "#40\tNEW    cov: 25 ft: 30 corp: 2/5b lim: 4 exec/s: 0 rss: 30Mb L: 4/4 MS: 1 CopyPart-",
                "Done 1000 runs in 2 second(s)",
                "stat::number_of_executed_units: 1000",
            ],
            true,
            "parse                        passed     2.0 s        1000 inputs,     25 places reached",
        );
    }

    #[test]
    fn a_panic_with_its_input() {
        check(
            &[
                "#40\tREDUCE cov: 25 ft: 30 corp: 2/5b lim: 4",
                "thread '<unnamed>' (7) panicked at src/a.rs:1:2:",
                "index out of bounds",
                "note: run with `RUST_BACKTRACE=1`",
                "SUMMARY: libFuzzer: deadly signal",
                "artifact_prefix='/c/parse/'; Test unit written to /c/parse/crash-01",
            ],
            false,
            "\
parse                        FAILED     2.0 s          40 inputs,     25 places reached
  thread '<unnamed>' (7) panicked at src/a.rs:1:2:: index out of bounds
  input: /c/parse/crash-01
  again: cargo xtask fuzz parse --input /c/parse/crash-01",
        );
    }

    #[test]
    fn a_hang_after_a_slow_input() {
        check(
            &[
                "artifact_prefix='/c/parse/'; Test unit written to /c/parse/timeout-01",
                "Slowest unit: 12 s:",
                "artifact_prefix='/c/parse/'; Test unit written to /c/parse/slow-unit-02",
                "SUMMARY: libFuzzer: timeout",
            ],
            false,
            "\
parse                        FAILED     2.0 s           0 inputs,      0 places reached
  timeout
  input: /c/parse/timeout-01
  again: cargo xtask fuzz parse --input /c/parse/timeout-01",
        );
    }

    #[test]
    fn only_inputs_that_are_kept_are_not_shown() {
        let mut log = Log::default();
        assert!(!log.read("#40\tNEW    cov: 25 ft: 30"));
        assert!(!log.read("\tNEW_FUNC[1/1]: 0x5605868a2531"));
        assert!(!log.read("###### Recommended dictionary. ######"));
        assert!(!log.read("\"8\\000\" # Uses: 408"));
        assert!(!log.read("#41\tREDUCE cov: 25 ft: 30"));
        assert!(log.read("#64\tpulse  cov: 25 ft: 30"));
        assert!(log.read("INFO: Loaded 1 modules"));
    }
}
