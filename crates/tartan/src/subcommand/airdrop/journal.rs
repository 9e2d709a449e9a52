//! What was signed, in a file beside the list: one line of JSON for each thing that happened, on the disk before the next
//! thing happens. So whoever runs the command again, after whatever stopped it, pays nobody twice.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tartan_graphene::AccountName;

use super::plan::Batch;

/// The file, and what is in it.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    /// Made with the first thing to note.
    file: Option<File>,
    about: About,
    calls: Vec<Option<Signed>>,
}

/// Whose airdrops the file is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct About {
    chain_id: String,
    account: Option<String>,
}

/// A call that was signed, and may have been sent.
#[derive(Debug, Clone)]
struct Signed {
    call: String,
    transaction: Value,
    executed: Option<Executed>,
}

/// Where a call was executed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Executed {
    pub(super) transaction_id: String,
    pub(super) side_chain_block: u64,
}

/// A line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Line {
    About(About),
    Signed {
        batch: usize,
        call: String,
        transaction: Value,
    },
    /// It will never be executed.
    Void {
        batch: usize,
    },
    Executed {
        batch: usize,
        #[serde(flatten)]
        executed: Executed,
    },
}

impl Journal {
    /// That of a list, be it empty.
    ///
    /// # Errors
    /// When it cannot be read, is of another network or account, or another program is writing to it.
    pub(super) fn open(
        list: &Path,
        chain_id: &str,
        account: Option<&AccountName>,
    ) -> Result<Journal> {
        let mut path = list.as_os_str().to_owned();
        path.push(".sent");
        let mut journal = Journal {
            path: path.into(),
            file: None,
            about: About {
                chain_id: chain_id.to_string(),
                account: account.map(|account| account.as_str().to_string()),
            },
            calls: Vec::new(),
        };
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .open(&journal.path);
        match file {
            Ok(file) => journal.load(file)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| journal.trouble("read")),
        }
        Ok(journal)
    }

    fn trouble(&self, what: &str) -> String {
        format!("cannot {what} {}", self.path.display())
    }

    fn load(&mut self, mut file: File) -> Result<()> {
        self.lock(&file)?;
        let mut text = String::new();
        file.read_to_string(&mut text)
            .with_context(|| self.trouble("read"))?;
        // a line without its end was being written when the program stopped: what it tells of had not happened
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        for line in text[..whole].lines() {
            let line: Line = serde_json::from_str(line).with_context(|| {
                format!(
                    "{} is not what this program wrote: {line:?}",
                    self.path.display()
                )
            })?;
            self.take(line)?;
        }
        file.set_len(whole as u64)
            .and_then(|()| file.seek(SeekFrom::End(0)))
            .with_context(|| self.trouble("write"))?;
        self.file = Some(file);
        Ok(())
    }

    fn lock(&self, file: &File) -> Result<()> {
        match file.try_lock() {
            Ok(()) => Ok(()),
            Err(std::fs::TryLockError::WouldBlock) => bail!(
                "{} is in use: the same list is being sent at this moment",
                self.path.display()
            ),
            Err(std::fs::TryLockError::Error(error)) => {
                Err(error).with_context(|| self.trouble("lock"))
            }
        }
    }

    fn take(&mut self, line: Line) -> Result<()> {
        match line {
            Line::About(about) => {
                let other = self.about.account.is_some() && about.account != self.about.account;
                if other || about.chain_id != self.about.chain_id {
                    bail!(
                        "{} is of the sidechain {:?} and the account {}: the list was sent there; to send it once more, move that file away",
                        self.path.display(),
                        about.chain_id,
                        about.account.as_deref().unwrap_or("unknown")
                    );
                }
            }
            Line::Signed {
                batch,
                call,
                transaction,
            } => {
                if batch > self.calls.len() {
                    bail!("{} lacks lines", self.path.display());
                }
                self.calls.resize(self.calls.len().max(batch + 1), None);
                self.calls[batch] = Some(Signed {
                    call,
                    transaction,
                    executed: None,
                });
            }
            Line::Void { batch } => {
                if let Some(signed) = self.calls.get_mut(batch) {
                    *signed = None;
                }
            }
            Line::Executed { batch, executed } => {
                if let Some(Some(signed)) = self.calls.get_mut(batch) {
                    signed.executed = Some(executed);
                }
            }
        }
        Ok(())
    }

    /// Refuses a list that is not the one which was begun.
    pub(super) fn check(&self, batches: &[Batch]) -> Result<()> {
        for (index, signed) in self.calls.iter().enumerate() {
            let Some(signed) = signed else { continue };
            let call = batches.get(index).map(|batch| batch.call().json());
            if call.as_ref() != Some(&signed.call) {
                bail!(
                    "the list or how it is to be paid was changed since a part of it was sent; {} says which. Make a list of those who are still to be paid",
                    self.path.display()
                );
            }
        }
        Ok(())
    }

    /// Where a call was executed, if it is known to be.
    pub(super) fn executed(&self, batch: usize) -> Option<&Executed> {
        self.calls.get(batch)?.as_ref()?.executed.as_ref()
    }

    /// A call's transaction, if it was signed and may be executed.
    pub(super) fn transaction(&self, batch: usize) -> Option<&Value> {
        Some(&self.calls.get(batch)?.as_ref()?.transaction)
    }

    /// Notes what is about to be sent.
    pub(super) fn note_signed(
        &mut self,
        batch: usize,
        call: String,
        transaction: Value,
    ) -> Result<()> {
        self.note(Line::Signed {
            batch,
            call,
            transaction,
        })
    }

    /// Notes that what was signed will never be executed, or that it was and nothing came of it.
    pub(super) fn note_void(&mut self, batch: usize) -> Result<()> {
        self.note(Line::Void { batch })
    }

    /// Notes where a call was executed.
    pub(super) fn note_executed(&mut self, batch: usize, executed: Executed) -> Result<()> {
        self.note(Line::Executed { batch, executed })
    }

    fn note(&mut self, line: Line) -> Result<()> {
        if self.file.is_none() {
            let file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(&self.path);
            let file = file.with_context(|| self.trouble("make"))?;
            self.lock(&file)?;
            self.file = Some(file);
            self.write(&Line::About(self.about.clone()))?;
        }
        self.write(&line)?;
        self.take(line)
    }

    fn write(&mut self, line: &Line) -> Result<()> {
        let mut text = serde_json::to_string(line).context("cannot write a line of JSON")?;
        text.push('\n');
        let file = self.file.as_mut().context("the file is not open")?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_data())
            .with_context(|| format!("cannot write {}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn alice() -> AccountName {
        "alice".parse().expect("a name")
    }

    fn open(list: &Path) -> Journal {
        Journal::open(list, "dev", Some(&alice())).expect("a journal")
    }

    fn executed(id: &str) -> Executed {
        Executed {
            transaction_id: id.to_string(),
            side_chain_block: 7,
        }
    }

    #[test]
    fn it_is_there_after_a_restart() {
        let folder = tempfile::tempdir().expect("a folder");
        let list = folder.path().join("list.csv");
        let mut journal = open(&list);
        assert!(!folder.path().join("list.csv.sent").exists());
        journal
            .note_signed(0, "a".to_string(), json!(1))
            .expect("noted");
        journal.note_executed(0, executed("x")).expect("noted");
        journal
            .note_signed(1, "b".to_string(), json!(2))
            .expect("noted");
        journal.note_void(1).expect("noted");
        journal
            .note_signed(1, "b".to_string(), json!(3))
            .expect("noted");
        drop(journal);
        let journal = open(&list);
        assert_eq!(journal.executed(0), Some(&executed("x")));
        assert_eq!(journal.executed(1), None);
        assert_eq!(journal.transaction(1), Some(&json!(3)));
        assert_eq!(journal.transaction(2), None);
    }

    /// Wherever the writing stopped, what is whole counts, and the next line is whole again.
    #[test]
    fn a_torn_line_did_not_happen() {
        let folder = tempfile::tempdir().expect("a folder");
        let list = folder.path().join("list.csv");
        let mut journal = open(&list);
        journal
            .note_signed(0, "a".to_string(), json!(1))
            .expect("noted");
        drop(journal);
        let path = folder.path().join("list.csv.sent");
        let before = std::fs::read(&path).expect("a file");
        let mut journal = open(&list);
        journal.note_executed(0, executed("x")).expect("noted");
        drop(journal);
        let after = std::fs::read(&path).expect("a file");
        for length in before.len()..after.len() {
            std::fs::write(&path, &after[..length]).expect("written");
            let mut journal = open(&list);
            assert_eq!(journal.executed(0), None, "{length}");
            journal.note_executed(0, executed("y")).expect("noted");
            drop(journal);
            assert_eq!(open(&list).executed(0), Some(&executed("y")));
        }
    }

    #[test]
    fn it_is_of_one_sidechain_and_account_and_writer() {
        let folder = tempfile::tempdir().expect("a folder");
        let list = folder.path().join("list.csv");
        let mut journal = open(&list);
        journal
            .note_signed(0, "a".to_string(), json!(1))
            .expect("noted");
        let error = |chain, account: &str| {
            let account = account.parse().expect("a name");
            let opened = Journal::open(&list, chain, Some(&account));
            opened.expect_err("refused").to_string()
        };
        let busy = error("dev", "alice");
        assert!(
            busy.ends_with("the same list is being sent at this moment"),
            "{busy}"
        );
        drop(journal);
        for (chain, account) in [("other", "alice"), ("dev", "bob")] {
            let error = error(chain, account);
            assert!(
                error.contains("of the sidechain \"dev\" and the account alice"),
                "{error}"
            );
        }
        std::fs::write(folder.path().join("list.csv.sent"), "hello\n").expect("written");
        let strange = error("dev", "alice");
        assert!(
            strange.contains("is not what this program wrote"),
            "{strange}"
        );
    }
}
