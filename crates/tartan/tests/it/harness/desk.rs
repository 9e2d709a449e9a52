//! A folder of its own to run the program in.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::Running;

/// A folder in which the program runs, with nothing of the machine's own settings around it.
pub(crate) struct Desk {
    folder: TempDir,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Desk {
    pub(crate) fn new() -> Desk {
        Desk {
            folder: TempDir::new().expect("a temporary folder"),
        }
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("inside the folder")).expect("a folder");
        std::fs::write(path, content).expect("a file");
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        command(self.folder.path(), args)
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, args: &[&str]) -> Ended {
        self.run_command(self.command(args), "")
    }

    /// Runs a command with this on its standard input.
    pub(crate) fn feed(&self, input: &str, args: &[&str]) -> Ended {
        self.run_command(self.command(args), input)
    }

    pub(crate) fn run_command(&self, mut command: Command, input: &str) -> Ended {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        // a program that reads nothing closes its end
        let _ = child
            .stdin
            .take()
            .expect("piped")
            .write_all(input.as_bytes());
        let output = child.wait_with_output().expect("the program ends");
        Ended {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }

    /// Runs a command that has to succeed, and gives what it printed.
    #[track_caller]
    pub(crate) fn ok(&self, args: &[&str]) -> String {
        self.run(args).succeeded(args)
    }

    /// Runs a command that has to succeed, and gives what it printed as JSON.
    #[track_caller]
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
        serde_json::from_str(&self.ok(&args)).expect("JSON on standard output")
    }

    /// Runs a command that has to fail with code 1, and gives its error.
    #[track_caller]
    pub(crate) fn fails(&self, args: &[&str]) -> String {
        self.run(args).failed(args)
    }

    /// Starts a command that keeps running.
    pub(crate) fn start(&self, args: &[&str]) -> Running {
        Running::start(self.command(args))
    }
}

impl Ended {
    #[track_caller]
    pub(crate) fn succeeded(self, what: &[&str]) -> String {
        assert_eq!(
            self.code, 0,
            "{what:?} failed:\n{}{}",
            self.stdout, self.stderr
        );
        self.stdout
    }

    #[track_caller]
    pub(crate) fn failed(self, what: &[&str]) -> String {
        assert_eq!(
            self.code, 1,
            "{what:?} did not fail as expected:\n{}{}",
            self.stdout, self.stderr
        );
        assert_eq!(self.stdout, "", "{what:?} failed, and printed a result");
        let error = self
            .stderr
            .lines()
            .find_map(|line| line.strip_prefix("error: "));
        error
            .unwrap_or_else(|| panic!("{what:?} failed without a word:\n{}", self.stderr))
            .to_string()
    }
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tartan"));
    command
        .args(args)
        .current_dir(folder)
        .env("HOME", folder)
        .env("NO_COLOR", "1");
    command.env_remove("XDG_CONFIG_HOME");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TARTAN_") {
            command.env_remove(name);
        }
    }
    command
}
