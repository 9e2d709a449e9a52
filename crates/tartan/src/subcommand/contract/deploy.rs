//! `tartan contract deploy`: a contract, or a new version of one, on any network.

use std::fmt;

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Value, json};

use super::call::{place, write_events};
use super::costs::{Costs, Deposit, check_name};
use super::{Deployment, check, with_max_deposit};
use crate::calling::{Call, Called, MAX_JSON};
use crate::config::Settings;
use crate::output;
use crate::side_chain::{Contract, Event, SideChain};

/// What a contract has become, in a try or on the network.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Deployed {
    contract: String,
    network: String,
    owner: String,
    version: u32,
    code_hash: String,
    tables: Vec<String>,
    /// Bytes of the `custom_json`.
    json_bytes: usize,
    events: Vec<Event>,
    #[serde(skip_serializing_if = "Option::is_none")]
    costs: Option<Costs>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
}

/// Where a deployment was executed.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    transaction_id: String,
    main_chain_block: u32,
    side_chain_block: u64,
}

impl fmt::Display for Deployed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Deployed {
            contract,
            network,
            version,
            ..
        } = self;
        match &self.place {
            Some(place) => writeln!(
                f,
                "{contract} version {version} deployed on {network} in sidechain block {} (transaction {})",
                place.side_chain_block, place.transaction_id
            )?,
            None => writeln!(
                f,
                "{contract} compiles, and can be deployed on a fresh network {network}; nothing was sent"
            )?,
        }
        writeln!(f, "code hash  {}", self.code_hash)?;
        writeln!(f, "tables     {}", self.tables.join(", "))?;
        writeln!(
            f,
            "size       {} of {MAX_JSON} bytes of JSON",
            self.json_bytes
        )?;
        if let Some(costs) = &self.costs {
            write!(f, "{costs}")?;
        }
        write_events(f, &self.events)
    }
}

pub(super) fn run(settings: &Settings, deployment: &Deployment, json: bool) -> Result<()> {
    let file = deployment.file.display().to_string();
    let source = std::fs::read_to_string(&deployment.file)
        .with_context(|| format!("cannot read the contract {file}"))?;
    let payload = payload(deployment, &source);
    let call = Call {
        contract: "contract",
        action: "deploy",
        payload: &payload,
    };
    let network = &settings.network;
    let account = deployment.signer.given_account(settings);
    check_name(network, &deployment.name, account)?;
    let deployed = if deployment.check {
        let tried = check::deploy(network, &source, &payload, account);
        let tried = tried.with_context(|| file.clone())?;
        check_size(&call, &file)?;
        let deployed = tell(settings, &call, tried.contract, tried.log.events, None);
        Deployed {
            costs: tried.costs,
            ..deployed
        }
    } else {
        check::compile(network, &source).with_context(|| file.clone())?;
        check_size(&call, &file)?;
        super::super::runtime()?.block_on(send(settings, deployment, &call))?
    };
    output::print(&deployed, json)
}

fn payload(deployment: &Deployment, source: &str) -> Value {
    let mut payload = json!({ "name": deployment.name, "code": STANDARD.encode(source) });
    if let Some(params) = &deployment.params {
        payload["params"] = params.clone();
    }
    with_max_deposit(payload, deployment.max_deposit.as_deref())
}

/// Makes sure that the main chain will take it, before anything is signed.
fn check_size(call: &Call<'_>, file: &str) -> Result<()> {
    let size = call.json().len();
    if size > MAX_JSON {
        bail!(
            "{file} makes {size} bytes of JSON, and the main chain takes {MAX_JSON} at most: its source has to be about {} bytes shorter; \
             a minifier helps, such as `npx terser {file} --compress --mangle --output small.js`",
            (size - MAX_JSON).div_ceil(4) * 3
        );
    }
    Ok(())
}

async fn send(settings: &Settings, deployment: &Deployment, call: &Call<'_>) -> Result<Deployed> {
    let (account, key) = deployment.signer.resolve(settings)?;
    let side_chain = SideChain::new(&settings.side_chain()?)?;
    let before = side_chain.contract(&deployment.name).await?;
    let called = call.execute(settings, &account, &key).await?;
    let log = called.executed.log()?;
    let contract = side_chain.contract(&deployment.name).await?;
    if !log.errors.is_empty() {
        let version = |contract: &Option<Contract>| contract.as_ref().map(|found| found.version);
        let stands = version(&contract) != version(&before);
        bail!("{}", refusal(deployment, &called, &log.errors, stands));
    }
    let contract = contract.with_context(|| {
        format!(
            "the sidechain executed the deployment and has no contract {} ({})",
            deployment.name,
            place(&called)
        )
    })?;
    let place = Place {
        side_chain_block: called.executed.block_number,
        main_chain_block: called.main_chain_block,
        transaction_id: called.transaction_id,
    };
    let (holder, table) = Deposit::TABLE;
    let query = json!({ "contract": deployment.name });
    let held = side_chain.find_one(holder, table, query).await?;
    let deposit = held.and_then(|row| Deposit::of(&settings.network, &row));
    Ok(Deployed {
        costs: Costs::of(&settings.network, account.as_str(), deposit),
        ..tell(settings, call, contract, log.events, Some(place))
    })
}

/// Why a deployment did not go well, and what stands now.
fn refusal(deployment: &Deployment, called: &Called, errors: &[String], stands: bool) -> String {
    let name = &deployment.name;
    let stands = match stands {
        false => "was not deployed",
        true => "was deployed, but not without errors",
    };
    format!("{name} {stands}: {} ({})", errors.join("; "), place(called))
}

fn tell(
    settings: &Settings,
    call: &Call<'_>,
    contract: Contract,
    events: Vec<Event>,
    place: Option<Place>,
) -> Deployed {
    Deployed {
        network: settings.network.name.clone(),
        tables: contract
            .own_tables()
            .map(|(table, _)| table.to_string())
            .collect(),
        contract: contract.name,
        owner: contract.owner,
        version: contract.version,
        code_hash: contract.code_hash,
        json_bytes: call.json().len(),
        events,
        costs: None,
        place,
    }
}
