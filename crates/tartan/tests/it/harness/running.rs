//! A program that keeps running.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::PATIENCE;

/// A program that keeps running. It is killed when this is dropped.
pub(crate) struct Running {
    child: Child,
    stdout: Receiver<String>,
    errors: Receiver<String>,
    log: Arc<Mutex<String>>,
}

impl Running {
    pub(super) fn start(mut command: Command) -> Running {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let log = Arc::new(Mutex::new(String::new()));
        let stdout = lines(child.stdout.take().expect("piped"), log.clone());
        let errors = lines(child.stderr.take().expect("piped"), log.clone());
        Running {
            child,
            stdout,
            errors,
            log,
        }
    }

    /// The next line of its standard output, as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let line = self.line(&self.stdout, |_| true);
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line:?} is not JSON: {error}"))
    }

    /// Waits for a line of its standard output.
    #[track_caller]
    pub(crate) fn says(&self, what: &str) -> String {
        self.line(&self.stdout, |line| line.contains(what))
    }

    /// Waits for a line of its log.
    #[track_caller]
    pub(crate) fn logs(&self, what: &str) -> String {
        self.line(&self.errors, |line| line.contains(what))
    }

    /// Waits for a line of its log that is told by a function; none if it ends before.
    pub(crate) fn next_log<T>(&self, mut told: impl FnMut(&str) -> Option<T>) -> Option<T> {
        loop {
            if let Some(found) = told(&self.errors.recv_timeout(PATIENCE).ok()?) {
                return Some(found);
            }
        }
    }

    /// What of its log has come and was not looked at.
    pub(crate) fn rest_of_log(&self) -> Vec<String> {
        // the reader ends with the program
        self.errors.iter().collect()
    }

    #[track_caller]
    fn line(&self, lines: &Receiver<String>, wanted: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match lines.recv_timeout(left) {
                Ok(line) if wanted(&line) => return line,
                Ok(_) => {}
                Err(error) => panic!("the line did not come ({error}):\n{}", self.output()),
            }
        }
    }

    /// All it has printed so far.
    pub(crate) fn output(&self) -> String {
        self.log.lock().expect("no reader panics").clone()
    }

    /// Sends a signal, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &pid])
            .status();
        assert!(sent.expect("kill starts").success(), "cannot send {name}");
    }

    /// Ends it without notice.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// Waits until it ends, and gives its exit code.
    #[track_caller]
    pub(crate) fn ends(&mut self) -> i32 {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait().expect("it can be waited for") {
                return status.code().unwrap_or(-1);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("it did not end:\n{}", self.output());
    }

    /// Asks it to end as Ctrl-C does; it has to do so in order.
    #[track_caller]
    pub(crate) fn stop(mut self) -> String {
        self.signal("INT");
        let code = self.ends();
        assert_eq!(code, 0, "it did not end in order:\n{}", self.output());
        self.output()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(stream: impl Read + Send + 'static, log: Arc<Mutex<String>>) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines() {
            let Ok(line) = line else { return };
            {
                let mut log = log.lock().expect("no reader panics");
                log.push_str(&line);
                log.push('\n');
            }
            // it may go on printing when nobody looks any more
            let _ = sender.send(line);
        }
    });
    receiver
}
