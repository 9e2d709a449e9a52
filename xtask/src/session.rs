//! Terminal sessions in the book: what the pages show is what the binary does.
//!
//! A page is one session in an empty folder. Its blocks count when their fence says so:
//!
//! ````text
//! ```console tested               commands of one shell, in the order of the page
//! $ tartan token info COOL
//! symbol     COOL
//! supply     [..]                 [..] stands for anything within a line
//! ...                             ... stands for any number of lines
//! $ tartan token info NONE
//! ? 1                             the exit code, when it isn't 0
//! error: [..]
//! ```
//!
//! ```console tested background    one command that keeps running until the page ends
//! $ tartan demo
//! ...                             the session goes on when these lines have appeared
//! ```
//! ````
//!
//! A command without expected lines only has to succeed. A command goes on in lines that start with `> `.
//! When the page ends, background commands are interrupted as by Ctrl-C, and have to end with exit code 0.

use std::io::{self, BufRead as _, BufReader, PipeReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// For how long a command may run, and a background command may take to show its lines.
const PATIENCE: Duration = Duration::from_secs(120);

/// For how long a background command may take to end once interrupted.
const FAREWELL: Duration = Duration::from_secs(20);

/// One command with what it should print.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Exchange {
    /// Line of the page it stands on, from 1.
    pub(crate) line: usize,
    pub(crate) command: String,
    pub(crate) expected: Vec<String>,
    pub(crate) exit_code: i32,
    pub(crate) background: bool,
}

/// The tested commands of a page.
///
/// # Errors
/// When a tested block starts with something else than a command.
pub(crate) fn parse(page: &str) -> Result<Vec<Exchange>> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    let mut block: Option<Block> = None;
    for (index, text) in page.lines().enumerate() {
        let line = index + 1;
        match &mut block {
            Some(_) if text.trim_end() == "```" => block = None,
            Some(open) if open.tested => open.read(line, text, &mut exchanges)?,
            Some(_) => {}
            None => block = text.strip_prefix("```").map(Block::open),
        }
    }
    Ok(exchanges)
}

/// A fenced block that is being read.
struct Block {
    tested: bool,
    background: bool,
    started: bool,
}

impl Block {
    fn open(info: &str) -> Self {
        let words: Vec<&str> = info.split([' ', ',']).collect();
        let tested = words.first() == Some(&"console") && words.contains(&"tested");
        Self {
            tested,
            background: words.contains(&"background"),
            started: false,
        }
    }

    fn read(&mut self, line: usize, text: &str, exchanges: &mut Vec<Exchange>) -> Result<()> {
        if let Some(command) = text.strip_prefix("$ ") {
            self.started = true;
            let command = command.to_owned();
            let background = self.background;
            exchanges.push(Exchange {
                line,
                command,
                expected: Vec::new(),
                exit_code: 0,
                background,
            });
            return Ok(());
        }
        let Some(exchange) = exchanges.last_mut().filter(|_| self.started) else {
            bail!("line {line}: a tested block starts with a command (`$ …`), not with {text:?}");
        };
        let fresh = exchange.expected.is_empty();
        if let Some(more) = text.strip_prefix("> ").filter(|_| fresh) {
            exchange.command.push('\n');
            exchange.command.push_str(more);
        } else if let Some(code) = text.strip_prefix("? ").filter(|_| fresh) {
            exchange.exit_code = code
                .trim()
                .parse()
                .with_context(|| format!("line {line}: `? ` wants an exit code"))?;
        } else {
            exchange.expected.push(text.trim_end().to_owned());
        }
        Ok(())
    }
}

/// Whether `lines` are what `expected` describes.
pub(crate) fn matches(expected: &[String], lines: &[String]) -> bool {
    match expected.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first == "..." => {
            (0..=lines.len()).any(|skipped| matches(rest, &lines[skipped..]))
        }
        Some((first, rest)) => match lines.split_first() {
            Some((line, others)) => line_matches(first, line.trim_end()) && matches(rest, others),
            None => false,
        },
    }
}

/// Whether `line` is `pattern`, in which `[..]` stands for any characters.
fn line_matches(pattern: &str, line: &str) -> bool {
    match pattern.split_once("[..]") {
        None => pattern == line,
        Some((start, rest)) => match line.strip_prefix(start) {
            Some(tail) => tail
                .char_indices()
                .map(|(at, _)| at)
                .chain([tail.len()])
                .any(|at| line_matches(rest, &tail[at..])),
            None => false,
        },
    }
}

/// Plays a page's commands in `folder`, with the programs in `programs` found first.
///
/// # Errors
/// At the first command that does not do what the page shows; the message says what it did.
pub(crate) fn play(exchanges: &[Exchange], folder: &Path, programs: &Path) -> Result<()> {
    let mut shell = Shell::start(folder, programs)?;
    let mut background = Vec::new();
    for exchange in exchanges {
        let place = || format!("line {}: `{}`", exchange.line, exchange.command);
        if exchange.background {
            background.push(Background::start(exchange, folder, programs).with_context(place)?);
        } else {
            let (lines, code) = shell.run(&exchange.command).with_context(place)?;
            judge(exchange, &lines, code).with_context(place)?;
        }
    }
    for mut task in background.into_iter().rev() {
        task.end()?;
    }
    Ok(())
}

fn judge(exchange: &Exchange, lines: &[String], code: i32) -> Result<()> {
    if code != exchange.exit_code {
        bail!(
            "exit code {code} instead of {}; it printed:\n{}",
            exchange.exit_code,
            lines.join("\n")
        );
    }
    if !exchange.expected.is_empty() && !matches(&exchange.expected, lines) {
        bail!(
            "the page expects:\n{}\nit printed:\n{}",
            exchange.expected.join("\n"),
            lines.join("\n")
        );
    }
    Ok(())
}

/// A shell that reads one command after the other and keeps its variables and folder.
struct Shell {
    child: Child,
    lines: Receiver<String>,
    count: u32,
}

impl Shell {
    fn start(folder: &Path, programs: &Path) -> Result<Self> {
        let mut command = environment("bash", folder, programs)?;
        command
            .args(["--noprofile", "--norc"])
            .stdin(Stdio::piped());
        let (child, reader) = spawn(&mut command)?;
        Ok(Self {
            child,
            lines: read_lines(reader),
            count: 0,
        })
    }

    /// What `command` prints, and its exit code.
    fn run(&mut self, command: &str) -> Result<(Vec<String>, i32)> {
        self.count += 1;
        let mark = format!(
            "--end of command {} of {}--",
            self.count,
            std::process::id()
        );
        let input = self
            .child
            .stdin
            .as_mut()
            .context("the shell has no input")?;
        write!(input, "{command}\nprintf '\\n%s%s\\n' '{mark}' $?\n")?;
        input.flush()?;
        let deadline = Instant::now() + PATIENCE;
        let mut lines = Vec::new();
        loop {
            match next_line(&self.lines, deadline)? {
                Some(line) => match line.strip_prefix(&mark) {
                    Some(code) => {
                        // The mark starts a line of its own, so an empty line stands before it.
                        if lines.last().is_some_and(String::is_empty) {
                            lines.pop();
                        }
                        return Ok((lines, code.parse()?));
                    }
                    None => lines.push(line),
                },
                None => bail!("the shell ended; it printed:\n{}", lines.join("\n")),
            }
        }
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        self.child.stdin = None;
        // A shell without input ends by itself; killing it only makes sure that no command outlives the page.
        let _ended_already = self.child.kill();
        let _status = self.child.wait();
    }
}

/// A command that runs beside the session.
struct Background {
    command: String,
    child: Child,
    lines: Receiver<String>,
    ended: bool,
}

impl Background {
    fn start(exchange: &Exchange, folder: &Path, programs: &Path) -> Result<Self> {
        let mut command = environment("bash", folder, programs)?;
        command
            .args([
                "--noprofile",
                "--norc",
                "-c",
                &format!("exec {}", exchange.command),
            ])
            .stdin(Stdio::null());
        let (child, reader) = spawn(&mut command)?;
        let task = Self {
            command: exchange.command.clone(),
            child,
            lines: read_lines(reader),
            ended: false,
        };
        task.wait_for(&exchange.expected)?;
        Ok(task)
    }

    /// Returns when everything expected has been printed.
    fn wait_for(&self, expected: &[String]) -> Result<()> {
        let deadline = Instant::now() + PATIENCE;
        let mut lines = Vec::new();
        while !expected.is_empty() && !matches(expected, &lines) {
            match next_line(&self.lines, deadline) {
                Ok(Some(line)) => lines.push(line),
                Ok(None) => bail!(
                    "it ended; the page expects:\n{}\nit printed:\n{}",
                    expected.join("\n"),
                    lines.join("\n")
                ),
                Err(error) => bail!(
                    "{error}; the page expects:\n{}\nit printed:\n{}",
                    expected.join("\n"),
                    lines.join("\n")
                ),
            }
        }
        Ok(())
    }

    /// Interrupts it as Ctrl-C does.
    fn end(&mut self) -> Result<()> {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &pid]).status()?;
        let status = if sent.success() {
            self.wait(FAREWELL)?
        } else {
            Some(self.child.wait()?)
        };
        self.ended = true;
        match status {
            Some(status) if status.success() => Ok(()),
            Some(status) => bail!("`{}` ended with {status} when interrupted", self.command),
            None => {
                self.child.kill()?;
                bail!(
                    "`{}` did not end within {} s when interrupted",
                    self.command,
                    FAREWELL.as_secs()
                )
            }
        }
    }

    fn wait(&mut self, patience: Duration) -> Result<Option<ExitStatus>> {
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                return Ok(Some(status));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(None)
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if !self.ended {
            // Only when the session failed; the failure is what is reported.
            let _ended_already = self.child.kill();
            let _status = self.child.wait();
        }
    }
}

/// `program` in `folder`, with nothing of the user's own configuration.
fn environment(program: &str, folder: &Path, programs: &Path) -> Result<Command> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(
        [programs.to_owned()]
            .into_iter()
            .chain(std::env::split_paths(&path)),
    )?;
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .env("PATH", path)
        .env("HOME", folder)
        .env("NO_COLOR", "1")
        .env("TERM", "dumb");
    for variable in [
        "XDG_CACHE_HOME",
        "XDG_CONFIG_HOME",
        "XDG_DATA_HOME",
        "RUST_LOG",
    ] {
        command.env_remove(variable);
    }
    Ok(command)
}

/// Starts `command` with standard output and standard error in one stream, as a terminal shows them.
fn spawn(command: &mut Command) -> Result<(Child, PipeReader)> {
    let (reader, writer) = io::pipe()?;
    command.stdout(writer.try_clone()?).stderr(writer);
    let child = command
        .spawn()
        .context("cannot start bash; the sessions of the book need it")?;
    // Our own ends of the pipe, or the reader never sees its end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    Ok((child, reader))
}

fn read_lines(reader: PipeReader) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(reader).split(b'\n').map_while(Result::ok) {
            if sender
                .send(String::from_utf8_lossy(&line).trim_end().to_owned())
                .is_err()
            {
                break;
            }
        }
    });
    receiver
}

/// The next line, or `None` at the end of the output.
fn next_line(lines: &Receiver<String>, deadline: Instant) -> Result<Option<String>> {
    match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        Ok(line) => Ok(Some(line)),
        Err(RecvTimeoutError::Disconnected) => Ok(None),
        Err(RecvTimeoutError::Timeout) => bail!("no answer within {} s", PATIENCE.as_secs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays `page` in an empty folder; what went wrong, if something did.
    fn check(page: &str) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let result =
            parse(page).and_then(|exchanges| play(&exchanges, folder.path(), folder.path()));
        result.err().map(|error| format!("{error:#}"))
    }

    #[test]
    fn a_session_keeps_its_state() {
        let page = "# Page\n```console tested\n$ name=COOL; cd /\n```\ntext\n```console tested\n$ echo $name; pwd\nCOOL\n/\n```\n";
        assert_eq!(check(page), None);
    }

    #[test]
    fn other_output_is_a_failure() {
        let error = check("```console tested\n$ echo one\ntwo\n```\n").unwrap();
        assert!(
            error.contains("line 2") && error.contains("two") && error.contains("one"),
            "{error}"
        );
    }

    #[test]
    fn a_failing_command_is_a_failure_unless_expected() {
        assert!(
            check("```console tested\n$ false\n```\n")
                .unwrap()
                .contains("exit code 1")
        );
        assert_eq!(
            check("```console tested\n$ echo no >&2; (exit 3)\n? 3\nno\n```\n"),
            None
        );
        assert!(
            check("```console tested\n$ true\n? 3\n```\n")
                .unwrap()
                .contains("instead of 3")
        );
    }

    #[test]
    fn blocks_that_are_not_marked_are_not_run() {
        assert_eq!(
            parse("```console\n$ false\n```\n```sh tested\n$ false\n```\n").unwrap(),
            []
        );
    }

    #[test]
    fn commands_go_on_in_further_lines() {
        assert_eq!(
            check("```console tested\n$ cat <<end\n> one\n> two\n> end\none\ntwo\n```\n"),
            None
        );
    }

    #[test]
    fn background_commands_run_until_the_page_ends() {
        let start = "```console tested background\n$ bash -c 'trap \"exit 0\" INT; echo ready; while :; do sleep 0.1; done'\nready\n```\n";
        assert_eq!(
            check(&format!(
                "{start}```console tested\n$ echo beside\nbeside\n```\n"
            )),
            None
        );
        let early = "```console tested background\n$ echo other\nready\n```\n";
        assert!(check(early).unwrap().contains("it ended"));
    }

    #[test]
    fn patterns() {
        let lines = |text: &str| text.split('|').map(str::to_owned).collect::<Vec<_>>();
        let holds = |pattern: &str, text: &str| matches(&lines(pattern), &lines(text));
        assert!(holds("a [..] c", "a b c") && holds("[..]", "") && holds("x[..]y[..]z", "x1y2yz"));
        assert!(!holds("a [..] c", "a b d") && !holds("a", "a|b") && !holds("a|b", "a"));
        assert!(
            holds("...|b|...", "a|b|c")
                && holds("...", "a")
                && holds("a|...", "a")
                && !holds("...|b", "b|c")
        );
    }
}
