use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tartan_decimal::Decimal;
use toml::{Table, Value};

use super::{Flavor, Height, Network, PLACEHOLDER};

/// The contract that charges for calls.
const RESOURCE_MANAGER: &str = "resourcemanager";
/// The highest budget: what it pays for is memory too.
const MAX_BUDGET: u64 = 10_000_000;

/// The networks that come with the program, by name.
pub const PRESETS: [(&str, &str); 4] = [
    ("steem", include_str!("../../networks/steem.toml")),
    ("hive", include_str!("../../networks/hive.toml")),
    ("dev", include_str!("../../networks/dev.toml")),
    ("dev-hive", include_str!("../../networks/dev-hive.toml")),
];

/// How many files a chain of `extends` may have, the first included.
const MAX_EXTENDS: usize = 8;

/// Why a network could not be had.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// Neither a preset nor a file ending in `.toml`.
    #[error(
        "there is no network {name:?}: expected one of {} or the path of a .toml file",
        preset_names()
    )]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// A file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is not TOML.
    #[error("{origin} is not a TOML file: {reason}")]
    Syntax {
        /// The file or preset.
        origin: String,
        /// Where and why.
        reason: String,
    },
    /// A key is missing, unknown, or has a value of the wrong kind.
    #[error("{origin}: {key}: {reason}")]
    Value {
        /// The file or preset.
        origin: String,
        /// The key, as a dotted path.
        key: String,
        /// What was expected and what was found.
        reason: String,
    },
    /// Files extend each other in a circle, or too many of them.
    #[error(
        "{origin}: extends: expected at most {MAX_EXTENDS} files in a row, found more (do they extend each other?)"
    )]
    TooDeep {
        /// The file that was asked for.
        origin: String,
    },
}

fn preset_names() -> String {
    PRESETS.map(|(name, _)| name).join(", ")
}

impl Network {
    /// A network by the name of a preset or the path of a file.
    ///
    /// # Errors
    /// Everything in [`NetworkError`].
    pub fn load(name_or_path: &str) -> Result<Network, NetworkError> {
        if PRESETS.iter().any(|(name, _)| *name == name_or_path) {
            return Network::preset(name_or_path);
        }
        if name_or_path.ends_with(".toml") {
            return Network::from_file(Path::new(name_or_path));
        }
        Err(NetworkError::Unknown {
            name: name_or_path.to_string(),
        })
    }

    /// A network that comes with the program.
    ///
    /// # Errors
    /// [`NetworkError::Unknown`].
    pub fn preset(name: &str) -> Result<Network, NetworkError> {
        finish(preset_table(name, 0)?, name, None)
    }

    /// The `dev` network on a main chain of this flavour.
    pub fn dev(flavor: Flavor) -> Network {
        let name = match flavor {
            Flavor::Steem => "dev",
            Flavor::Hive => "dev-hive",
        };
        Network::preset(name).expect("the embedded networks are tested")
    }

    /// A network from a file, which usually `extends` a preset (or another file, relative to itself).
    ///
    /// # Errors
    /// Everything in [`NetworkError`].
    pub fn from_file(path: &Path) -> Result<Network, NetworkError> {
        finish(
            file_table(path, 0)?,
            &path.display().to_string(),
            path.parent(),
        )
    }

    /// A network from the text of a file that extends a preset or nothing.
    ///
    /// # Errors
    /// Everything in [`NetworkError`].
    pub fn from_toml(text: &str) -> Result<Network, NetworkError> {
        let table = parse(text, "network")?;
        finish(extend(table, "network", None, 0)?, "network", None)
    }
}

fn preset_table(name: &str, depth: usize) -> Result<Table, NetworkError> {
    let (_, text) = PRESETS
        .iter()
        .find(|(preset, _)| *preset == name)
        .ok_or_else(|| NetworkError::Unknown {
            name: name.to_string(),
        })?;
    extend(parse(text, name)?, name, None, depth)
}

fn file_table(path: &Path, depth: usize) -> Result<Table, NetworkError> {
    let text = fs::read_to_string(path).map_err(|source| NetworkError::Read {
        path: path.to_path_buf(),
        source,
    })?;
    let origin = path.display().to_string();
    extend(parse(&text, &origin)?, &origin, path.parent(), depth)
}

fn parse(text: &str, origin: &str) -> Result<Table, NetworkError> {
    text.parse()
        .map_err(|error: toml::de::Error| NetworkError::Syntax {
            origin: origin.to_string(),
            reason: error.to_string().trim_end().to_string(),
        })
}

/// Puts a table on top of what it extends.
fn extend(
    mut table: Table,
    origin: &str,
    folder: Option<&Path>,
    depth: usize,
) -> Result<Table, NetworkError> {
    let Some(base) = table.remove("extends") else {
        return Ok(table);
    };
    let Value::String(base) = base else {
        return Err(NetworkError::Value {
            origin: origin.to_string(),
            key: "extends".to_string(),
            reason: format!(
                "expected one of {} or a path, found {}",
                preset_names(),
                base.type_str()
            ),
        });
    };
    if depth + 1 >= MAX_EXTENDS {
        return Err(NetworkError::TooDeep {
            origin: origin.to_string(),
        });
    }
    let mut result = match folder {
        Some(folder) if base.ends_with(".toml") => file_table(&folder.join(&base), depth + 1)?,
        _ => preset_table(&base, depth + 1)?,
    };
    merge(&mut result, table);
    Ok(result)
}

fn merge(base: &mut Table, over: Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(Value::Table(base)), Value::Table(over)) => merge(base, over),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

fn finish(table: Table, origin: &str, folder: Option<&Path>) -> Result<Network, NetworkError> {
    let wrong = |key: &str, reason: String| NetworkError::Value {
        origin: origin.to_string(),
        key: if key == "." {
            "file".to_string()
        } else {
            key.to_string()
        },
        reason,
    };
    let values = Value::Table(table.clone());
    let filled =
        fill_in(Value::Table(table), &values, "").map_err(|(key, reason)| wrong(&key, reason))?;
    let mut network: Network = serde_path_to_error::deserialize(filled).map_err(|error| {
        wrong(
            &error.path().to_string(),
            error.inner().message().to_string(),
        )
    })?;
    check(&network).map_err(|(key, reason)| wrong(&key, reason))?;
    let path = |file: &str| folder.map_or_else(|| PathBuf::from(file), |folder| folder.join(file));
    if let Some(file) = network.code_template_file.take() {
        let path = path(&file);
        let read = |source| NetworkError::Read {
            path: path.clone(),
            source,
        };
        network.code_template = Some(fs::read_to_string(&path).map_err(read)?);
    }
    check_template(&network).map_err(|reason| wrong("code_template", reason))?;
    if let Some(sources) = &network.genesis.sources {
        network.sources = read_sources(&path(sources))?;
        check_sources(&network).map_err(|reason| wrong("genesis.sources", reason))?;
    }
    Ok(network)
}

/// Replaces `${a.b}` inside texts by the value of the file under that key.
fn fill_in(value: Value, values: &Value, key: &str) -> Result<Value, (String, String)> {
    let below = |part: &str| {
        if key.is_empty() {
            part.to_string()
        } else {
            format!("{key}.{part}")
        }
    };
    Ok(match value {
        Value::String(text) => {
            Value::String(fill_in_text(&text, values).map_err(|reason| (key.to_string(), reason))?)
        }
        Value::Array(items) => Value::Array(
            items
                .into_iter()
                .enumerate()
                .map(|(index, item)| fill_in(item, values, &format!("{key}[{index}]")))
                .collect::<Result<_, _>>()?,
        ),
        Value::Table(table) => Value::Table(
            table
                .into_iter()
                .map(|(part, item)| {
                    let item = fill_in(item, values, &below(&part))?;
                    Ok((part, item))
                })
                .collect::<Result<_, (String, String)>>()?,
        ),
        other => other,
    })
}

fn fill_in_text(text: &str, values: &Value) -> Result<String, String> {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (path, after) = after
            .split_once('}')
            .ok_or_else(|| format!("expected a }} behind ${{, found {after:?}"))?;
        let found = path
            .split('.')
            .try_fold(values, |value, part| value.get(part));
        result.push_str(before);
        match found {
            Some(Value::String(text)) if !text.contains("${") => result.push_str(text),
            Some(Value::Integer(number)) => result.push_str(&number.to_string()),
            _ => {
                return Err(format!(
                    "expected the key of a text or a whole number in ${{{path}}}"
                ));
            }
        }
        rest = after;
    }
    result.push_str(rest);
    Ok(result)
}

/// What the types cannot say.
fn check(network: &Network) -> Result<(), (String, String)> {
    let wrong = |key: String, reason: &str| Err((key, reason.to_string()));
    if network.chain_id.is_empty() || network.chain_id.len() > 28 {
        // a custom_json id has at most 32 characters, four of them are "ssc-"
        return wrong("chain_id".into(), "expected 1 to 28 characters");
    }
    for (index, periodic) in network.periodic.iter().enumerate() {
        if periodic.every == 0 {
            return wrong(
                format!("periodic[{index}].every"),
                "expected at least 1, found 0",
            );
        }
    }
    if network.rules.state_root {
        return wrong(
            "rules.state_root".into(),
            "expected false: this version of the program cannot do it yet",
        );
    }
    if network.rules.metered {
        check_metered(network).map_err(|(key, reason)| (key.to_string(), reason))?;
    }
    if network.rules.atomic && fee_without_contract(network) {
        return wrong(
            "gates.resource_fee".into(),
            "expected \"never\" where there is no contract resourcemanager, as every call would be refused",
        );
    }
    if network.rules.nesting_depth == 0 {
        return wrong("rules.nesting_depth".into(), "expected at least 1, found 0");
    }
    for (index, transaction) in network.genesis.transactions.iter().enumerate() {
        let call = [
            &transaction.contract,
            &transaction.action,
            &transaction.payload,
        ];
        let complete = match &transaction.deploy {
            Some(_) => call.iter().all(|part| part.is_none()),
            None => call.iter().all(|part| part.is_some()),
        };
        if !complete {
            return wrong(
                format!("genesis.transactions[{index}]"),
                "expected either deploy, or contract, action and payload",
            );
        }
        if let Some(payload) = &transaction.payload
            && let Err(error) = tartan_document::parse(payload)
        {
            return wrong(
                format!("genesis.transactions[{index}].payload"),
                &format!("expected JSON text: {error}"),
            );
        }
    }
    Ok(())
}

/// Whether calls are to be charged for by a contract that the network neither has natively nor deploys in genesis. The
/// public chain got it later.
fn fee_without_contract(network: &Network) -> bool {
    let mut genesis = network.genesis.transactions.iter();
    network.gates.resource_fee != Height::NEVER
        && !network.is_native(RESOURCE_MANAGER)
        && !genesis.any(|transaction| transaction.deploy.as_deref() == Some(RESOURCE_MANAGER))
}

/// What a network needs that lets anyone deploy.
fn check_metered(network: &Network) -> Result<(), (&'static str, String)> {
    let rules = &network.rules;
    for (key, found, needed) in [
        ("rules.atomic", rules.atomic, true),
        (
            "rules.active_key_to_deploy",
            rules.active_key_to_deploy,
            true,
        ),
        (
            "rules.contracts_assert_authority",
            rules.contracts_assert_authority,
            false,
        ),
    ] {
        if found != needed {
            let reason = format!("expected {needed} where rules.metered is true, found {found}");
            return Err((key, reason));
        }
    }
    if rules.nesting_depth < 2 {
        // fees and deposits are calls within a call
        let reason = format!(
            "expected at least 2 where rules.metered is true, found {}",
            rules.nesting_depth
        );
        return Err(("rules.nesting_depth", reason));
    }
    let budget = network.limits.call_budget;
    if !(1..=MAX_BUDGET).contains(&budget) {
        let reason = format!("expected 1 to {MAX_BUDGET} units, found {budget}");
        return Err(("limits.call_budget", reason));
    }
    let fees = &network.fees;
    for (key, fee) in [
        ("fees.deployment", &fees.deployment),
        ("fees.update", &fees.update),
        (
            "contracts.tokens.deposit_per_byte",
            &network.contracts.tokens.deposit_per_byte,
        ),
        (
            "contracts.tokens.max_deposit",
            &network.contracts.tokens.max_deposit,
        ),
    ] {
        let Some(fee) = fee else { continue };
        let value = Decimal::parse(fee);
        let precision = u32::from(network.tokens.utility.precision);
        let fits = value
            .decimals()
            .is_some_and(|decimals| decimals <= precision);
        if !fits || value.is_negative() {
            let reason =
                format!("expected an amount with at most {precision} decimals, found {fee:?}");
            return Err((key, reason));
        }
    }
    Ok(())
}

fn check_template(network: &Network) -> Result<(), String> {
    let Some(template) = &network.code_template else {
        return Ok(());
    };
    if !template.contains(PLACEHOLDER) {
        return Err(format!("expected a text with {PLACEHOLDER} in it"));
    }
    let found = hex::encode(Sha256::digest(template));
    match &network.code_template_hash {
        Some(expected) if *expected != found => Err(format!(
            "expected a text with the SHA-256 {expected} (see code_template_hash), found {found}"
        )),
        _ => Ok(()),
    }
}

/// Who gives a folder of sources means to have them all.
fn check_sources(network: &Network) -> Result<(), String> {
    let deployed = network.genesis.transactions.iter();
    let mut deployed = deployed.filter_map(|transaction| transaction.deploy.as_deref());
    let given = |name: &str| network.sources.contains_key(name) || network.is_native(name);
    match deployed.find(|name| !given(name)) {
        Some(missing) => Err(format!(
            "expected a file {missing}.js in the folder, as genesis deploys that contract; found none"
        )),
        None => Ok(()),
    }
}

fn read_sources(folder: &Path) -> Result<BTreeMap<String, String>, NetworkError> {
    let read = |path: PathBuf| move |source| NetworkError::Read { path, source };
    let mut sources = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(read(folder.to_path_buf()))? {
        let path = entry.map_err(read(folder.to_path_buf()))?.path();
        if path.extension().is_some_and(|extension| extension == "js")
            && let Some(name) = path.file_stem().and_then(|stem| stem.to_str())
        {
            let text = fs::read_to_string(&path).map_err(read(path.clone()))?;
            sources.insert(name.to_string(), text);
        }
    }
    Ok(sources)
}
