//! `cargo xtask test`: every check there is, in an order that finds cheap mistakes first.

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde::Serialize;

use crate::postgres::Postgres;
use crate::workspace::Workspace;
use crate::{book, clients, fuzz, leftovers, pages, policy, postgres, process};

/// Arguments of `cargo xtask test`.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  cargo xtask test                       everything, stopping at the first failure
  cargo xtask test --keep-going          everything, whatever fails
  cargo xtask test --list                the steps and what they check
  cargo xtask test --only clippy,unit    these steps only
  cargo xtask test --skip clients        all but this one (no Python needed)")]
pub(crate) struct Args {
    /// Run these steps only.
    #[arg(long, value_name = "STEP", value_delimiter = ',')]
    only: Vec<String>,
    /// Leave these steps out.
    #[arg(long, value_name = "STEP", value_delimiter = ',')]
    skip: Vec<String>,
    /// Say which steps there are, and run none.
    #[arg(long)]
    list: bool,
    /// Run the remaining steps when one fails.
    #[arg(long)]
    keep_going: bool,
}

/// Remarks of a step that passed: what it could not look at, what deserves a look.
pub(crate) type Notes = Vec<String>;

struct Step {
    name: &'static str,
    checks: &'static str,
    /// What to do when it fails.
    advice: &'static str,
    run: fn(&Workspace) -> Result<Notes>,
}

const STEPS: &[Step] = &[
    Step {
        name: "leftovers",
        checks: "nothing unfinished, no paths of one machine, no registry hosts in lock files",
        advice: "finish or remove what is listed",
        run: leftovers::check,
    },
    Step {
        name: "policy",
        checks: "licences, sources and advisories of all dependencies (deny.toml)",
        advice: "replace the dependency, or argue for a change of deny.toml",
        run: policy::check,
    },
    Step {
        name: "format",
        checks: "rustfmt",
        advice: "run `cargo fmt --all`, also in fuzz/",
        run: format,
    },
    Step {
        name: "book",
        checks: "chapters, links and included code of the book",
        advice: "mend the links that are listed",
        run: book::check,
    },
    Step {
        name: "clippy",
        checks: "lints of all targets, warnings denied",
        advice: "mend the warnings; `cargo clippy --fix --all-targets` does some of it",
        run: |workspace| {
            let args = [
                "clippy",
                "--workspace",
                "--all-targets",
                "--locked",
                "--",
                "-D",
                "warnings",
            ];
            workspace.run("cargo", &args).map(|()| Notes::new())
        },
    },
    Step {
        name: "fuzz",
        checks: "fuzz targets compile, warnings denied",
        advice: "mend the warnings; `cargo xtask fuzz <target>` runs one",
        run: fuzz::check,
    },
    Step {
        name: "unit",
        checks: "unit and integration tests of all crates, with a PostgreSQL of their own",
        advice: "run the failing test alone: `cargo test -p <crate> <test>`",
        run: unit_tests,
    },
    Step {
        name: "doc",
        checks: "examples in the documentation",
        advice: "run them alone: `cargo test --doc -p <crate>`",
        run: |workspace| {
            workspace
                .run("cargo", &["test", "--doc", "--workspace", "--locked"])
                .map(|()| Notes::new())
        },
    },
    Step {
        name: "docs",
        checks: "links and markup of the documentation, warnings denied",
        advice: "mend the links; `cargo doc --open -p <crate>` shows them",
        run: documentation,
    },
    Step {
        name: "sessions",
        checks: "commands in the book, against the binary",
        advice: "mend the command, or the page when the output rightly changed; `cargo xtask book --sessions <page>` plays one",
        run: book::check_sessions,
    },
    Step {
        name: "clients",
        checks: "unmodified client libraries of Steem and Hive against `tartan demo`",
        advice: "tests/clients/README.md says how to run one by hand",
        run: clients::check,
    },
    Step {
        name: "pages",
        checks: "the browser side by itself; journeys through the pages in Chromium, at the width of a phone and of a desk",
        advice: "tests/pages/README.md says how to run one by hand; its error says where a picture of what was seen is",
        run: pages::check,
    },
];

#[derive(Serialize)]
struct Outcome {
    step: &'static str,
    passed: bool,
    seconds: f64,
    notes: Notes,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Runs the chosen steps and reports; the exit code says whether all passed.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<ExitCode> {
    let steps = select(&args.only, &args.skip)?;
    if args.list {
        list(workspace, &steps)?;
        return Ok(ExitCode::SUCCESS);
    }
    let start = Instant::now();
    let mut outcomes = Vec::new();
    for step in &steps {
        let outcome = run_step(workspace, step);
        let stop = !outcome.passed && !args.keep_going;
        outcomes.push(outcome);
        if stop {
            break;
        }
    }
    report(workspace, &outcomes, steps.len(), start.elapsed())?;
    let passed = outcomes.len() == steps.len() && outcomes.iter().all(|outcome| outcome.passed);
    Ok(if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn select(only: &[String], skip: &[String]) -> Result<Vec<&'static Step>> {
    let named = only.iter().chain(skip);
    if let Some(unknown) = named
        .into_iter()
        .find(|name| !STEPS.iter().any(|step| step.name == **name))
    {
        let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        bail!(
            "no step is called {unknown:?}; the steps are {}",
            names.join(", ")
        );
    }
    let listed = |names: &[String], step: &Step| names.iter().any(|name| name == step.name);
    let wanted = |step: &&Step| (only.is_empty() || listed(only, step)) && !listed(skip, step);
    let steps: Vec<_> = STEPS.iter().filter(wanted).collect();
    if steps.is_empty() {
        bail!("--only and --skip leave no step to run");
    }
    Ok(steps)
}

fn list(workspace: &Workspace, steps: &[&Step]) -> Result<()> {
    if workspace.json {
        let rows: Vec<_> = steps
            .iter()
            .map(|step| serde_json::json!({ "step": step.name, "checks": step.checks }))
            .collect();
        println!("{}", serde_json::to_string(&rows)?);
    } else {
        for step in steps {
            println!("{:<10} {}", step.name, step.checks);
        }
    }
    Ok(())
}

fn run_step(workspace: &Workspace, step: &'static Step) -> Outcome {
    eprintln!("\n== {}: {}", step.name, step.checks);
    let start = Instant::now();
    let result = (step.run)(workspace);
    let seconds = start.elapsed().as_secs_f64();
    let (passed, notes, error) = match result {
        Ok(notes) => (true, notes, None),
        Err(error) => (false, Notes::new(), Some(format!("{error:#}"))),
    };
    for note in &notes {
        eprintln!("note: {note}");
    }
    if let Some(error) = &error {
        eprintln!(
            "\nerror: step {} failed: {error}\n  what to do: {}",
            step.name, step.advice
        );
        eprintln!("  again, alone: cargo xtask test --only {}", step.name);
    } else {
        eprintln!("== {}: passed in {seconds:.1} s", step.name);
    }
    Outcome {
        step: step.name,
        passed,
        seconds,
        notes,
        error,
    }
}

fn report(
    workspace: &Workspace,
    outcomes: &[Outcome],
    wanted: usize,
    elapsed: Duration,
) -> Result<()> {
    if workspace.json {
        println!("{}", serde_json::to_string(outcomes)?);
        return Ok(());
    }
    println!();
    for outcome in outcomes {
        let mark = if outcome.passed { "passed" } else { "FAILED" };
        println!("{:<10} {mark} {:>8.1} s", outcome.step, outcome.seconds);
        for note in &outcome.notes {
            println!("{:<10} note: {note}", "");
        }
    }
    let passed = outcomes.iter().filter(|outcome| outcome.passed).count();
    let failed = outcomes.len() - passed;
    let not_run = wanted - outcomes.len();
    println!(
        "\n{passed} steps passed, {failed} failed, {not_run} not run, in {:.0} s",
        elapsed.as_secs_f64()
    );
    Ok(())
}

/// The workspace, and the fuzz targets outside of it.
fn format(workspace: &Workspace) -> Result<Notes> {
    let fuzz = workspace.root.join("fuzz/Cargo.toml");
    workspace.run("cargo", &["fmt", "--all", "--check"])?;
    workspace.run(
        "cargo",
        &["fmt", "--manifest-path", &fuzz.to_string_lossy(), "--check"],
    )?;
    Ok(Notes::new())
}

/// With cargo-nextest when it is installed: it runs every test in a process of its own, and all at once. The tests that
/// want a database have a PostgreSQL of this run's own, besides SQLite.
fn unit_tests(workspace: &Workspace) -> Result<Notes> {
    let postgres = Postgres::start(workspace)?;
    let mut tests: Command = workspace.command("cargo");
    tests.env(postgres::VARIABLE, postgres.url());
    let mut notes = Notes::new();
    if process::probe("cargo", &["nextest", "--version"]).is_some() {
        tests.args(["nextest", "run", "--workspace", "--locked"]);
    } else {
        tests.args(["test", "--workspace", "--all-targets", "--locked"]);
        notes.push("`cargo install cargo-nextest --locked` makes this step faster".to_owned());
    }
    process::run(tests.arg("--no-fail-fast"), workspace.json)?;
    Ok(notes)
}

fn documentation(workspace: &Workspace) -> Result<Notes> {
    let mut command: Command = workspace.command("cargo");
    command.args([
        "doc",
        "--workspace",
        "--no-deps",
        "--locked",
        "--document-private-items",
    ]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    process::run(&mut command, workspace.json).map(|()| Notes::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(only: &[&str], skip: &[&str], expected: Result<&str, &str>) {
        let owned = |names: &[&str]| {
            names
                .iter()
                .map(|&name| name.to_owned())
                .collect::<Vec<_>>()
        };
        let chosen = select(&owned(only), &owned(skip));
        match (chosen, expected) {
            (Ok(steps), Ok(names)) => {
                assert_eq!(
                    steps
                        .iter()
                        .map(|step| step.name)
                        .collect::<Vec<_>>()
                        .join(" "),
                    names
                );
            }
            (Err(error), Err(reason)) => assert!(error.to_string().contains(reason), "{error}"),
            (chosen, _) => panic!(
                "{:?} instead of {expected:?}",
                chosen.map(|steps| steps.len())
            ),
        }
    }

    #[test]
    fn steps_are_chosen_by_name_and_keep_their_order() {
        check(&["clippy", "format"], &[], Ok("format clippy"));
        check(&["clippy", "format"], &["format"], Ok("clippy"));
        assert_eq!(select(&[], &[]).unwrap().len(), STEPS.len());
    }

    #[test]
    fn a_wrong_choice_is_refused() {
        check(&["clipy"], &[], Err("no step is called \"clipy\""));
        check(&["clippy"], &["clippy"], Err("leave no step"));
    }
}
