//! The list of a file: who gets how much.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use tartan_decimal::{Precision, Quantity};
use tartan_graphene::AccountName;

/// The largest file that is read, in bytes: some hundred thousand accounts.
const MOST_BYTES: u64 = 16 << 20;
/// How many mistakes are told at once.
const MOST_TOLD: usize = 10;

/// A list that was checked, as far as that can be done without asking anybody.
#[derive(Debug)]
pub(super) struct List {
    /// As people know it.
    pub(super) name: String,
    pub(super) entries: Vec<Entry>,
    pub(super) precision: Precision,
}

/// A line of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) line: usize,
    pub(super) account: AccountName,
    pub(super) quantity: Quantity,
}

impl List {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// When it cannot be read, is empty, or has mistakes; the first ones are told with their lines.
    pub(super) fn read(path: &Path, precision: Precision) -> Result<List> {
        let name = path.display().to_string();
        let size = path.metadata().map(|metadata| metadata.len());
        let size = size.with_context(|| format!("cannot read {name}"))?;
        if size > MOST_BYTES {
            bail!(
                "{name} has {size} bytes, expected at most {MOST_BYTES}; make several lists of it"
            );
        }
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
        let (entries, mistakes) = parse(&text, precision);
        if !mistakes.is_empty() {
            let told: Vec<&str> = mistakes
                .iter()
                .take(MOST_TOLD)
                .map(String::as_str)
                .collect();
            let more = match mistakes.len() - told.len() {
                0 => String::new(),
                more => format!("; and {more} more"),
            };
            bail!("{name}: {}{more}", told.join("; "));
        }
        if entries.is_empty() {
            bail!(
                "{name} is empty; expected an account and a quantity in each line, such as alice,12.5"
            );
        }
        Ok(List {
            name,
            entries,
            precision,
        })
    }

    /// The names of all accounts.
    pub(super) fn accounts(&self) -> Vec<&str> {
        self.entries
            .iter()
            .map(|entry| entry.account.as_str())
            .collect()
    }
}

/// The entries of a text, and what is wrong with the lines that are none.
fn parse(text: &str, precision: Precision) -> (Vec<Entry>, Vec<String>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut entries = Vec::new();
    let mut mistakes = Vec::new();
    let mut lines: HashMap<AccountName, usize> = HashMap::new();
    let filled = (1..).zip(text.lines().map(str::trim));
    let filled = filled.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    for (position, (line, text)) in filled.enumerate() {
        if position == 0 && is_header(text) {
            continue;
        }
        match read_line(text, precision) {
            Ok((account, quantity)) => {
                if let Some(before) = lines.insert(account.clone(), line) {
                    mistakes.push(format!(
                        "line {line}: {} is in line {before} already",
                        account.as_str()
                    ));
                }
                entries.push(Entry {
                    line,
                    account,
                    quantity,
                });
            }
            Err(mistake) => mistakes.push(format!("line {line}: {mistake}")),
        }
    }
    (entries, mistakes)
}

/// Whether a first line names the columns.
fn is_header(line: &str) -> bool {
    let quantity = line.split(',').nth(1).map(unquoted);
    quantity.is_some_and(|word| {
        word.bytes()
            .all(|byte| byte.is_ascii_alphabetic() || byte == b' ')
    })
}

fn read_line(line: &str, precision: Precision) -> Result<(AccountName, Quantity), String> {
    let fields: Vec<&str> = line.split(',').map(unquoted).collect();
    let [account, quantity] = fields[..] else {
        return Err(format!(
            "expected an account and a quantity such as alice,12.5, found {line:?}"
        ));
    };
    let account: AccountName = account
        .parse()
        .map_err(|error: tartan_graphene::InvalidAccountName| error.to_string())?;
    let plain = quantity
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let parsed = Quantity::parse_exact(quantity, precision).ok();
    match parsed.filter(|quantity| plain && quantity.is_positive()) {
        Some(quantity) => Ok((account, quantity)),
        None => Err(format!(
            "expected a quantity above zero with at most {} decimals, found {quantity:?}",
            precision.decimals()
        )),
    }
}

/// A field without the quotes that some programs put around it.
fn unquoted(field: &str) -> &str {
    let field = field.trim();
    let inner = field
        .strip_prefix('"')
        .and_then(|field| field.strip_suffix('"'));
    inner.unwrap_or(field).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str], mistakes: &[&str]) {
        let precision = Precision::new(3).expect("3 decimals are allowed");
        let (entries, found) = parse(text, precision);
        let shown: Vec<String> = entries
            .iter()
            .map(|entry| {
                let quantity = entry.quantity.format(precision);
                format!("{} {} {quantity}", entry.line, entry.account.as_str())
            })
            .collect();
        assert_eq!(shown, expected);
        assert_eq!(found, mistakes);
    }

    #[test]
    fn a_list() {
        check(
            "alice,12.5\nbob,3\n",
            &["1 alice 12.500", "2 bob 3.000"],
            &[],
        );
        check("", &[], &[]);
    }

    #[test]
    fn what_spreadsheets_make_of_it() {
        check(
            "\u{feff}\"Account\",\"Quantity\"\r\n\"alice\", \"0.001\"\r\n\r\n# friends\r\n bob , 2.\r\n",
            &["2 alice 0.001", "5 bob 2.000"],
            &[],
        );
    }

    #[test]
    fn mistakes_are_told_with_their_lines() {
        let quantity = |line: usize, found: &str| {
            format!(
                "line {line}: expected a quantity above zero with at most 3 decimals, found {found:?}"
            )
        };
        let text = "alice,1\nbob\nbob,1,2\nX,1\ncarol,many\ncarol,0\ncarol,-1\ncarol,0.0001\ncarol,1e2\ncarol,\nalice,2\n";
        check(
            text,
            &["1 alice 1.000", "11 alice 2.000"],
            &[
                "line 2: expected an account and a quantity such as alice,12.5, found \"bob\"",
                "line 3: expected an account and a quantity such as alice,12.5, found \"bob,1,2\"",
                "line 4: expected an account name of 3 to 16 characters, found \"X\"",
                &quantity(5, "many"),
                &quantity(6, "0"),
                &quantity(7, "-1"),
                &quantity(8, "0.0001"),
                &quantity(9, "1e2"),
                &quantity(10, ""),
                "line 11: alice is in line 1 already",
            ],
        );
    }

    /// Only the first line may have words.
    #[test]
    fn a_header_comes_first() {
        check("name,amount\nalice,1", &["2 alice 1.000"], &[]);
        let mistake =
            "line 2: expected a quantity above zero with at most 3 decimals, found \"amount\"";
        check("alice,1\nname,amount", &["1 alice 1.000"], &[mistake]);
    }
}
