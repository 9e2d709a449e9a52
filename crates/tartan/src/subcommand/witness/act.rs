//! `tartan witness approve`, `disapprove`, `register`.

use std::fmt;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use serde_json::{Value, json};
use tartan_graphene::PublicKey;

use super::tables::{CONTRACT, Witness, WitnessTables};
use super::{Registration, Vote};
use crate::acting::{Acting, Preview};
use crate::broadcasting::Needs;
use crate::config::Settings;
use crate::signing::Step;

const RPC_PORT: u16 = 5000;
const P2P_PORT: u16 = 5001;

/// Who signs, and with which key.
#[derive(Debug, Serialize)]
struct With {
    account: String,
    key: &'static str,
}

impl fmt::Display for With {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "account  {}", self.account)?;
        writeln!(f, "key      {}", self.key)
    }
}

/// Shows a step, and signs it.
async fn carry_out(settings: &Settings, acting: &Acting, step: Step, json: bool) -> Result<()> {
    let about = With {
        account: acting.signer.account(settings)?.to_string(),
        key: match step.needs {
            Needs::Active => "active",
            Needs::Posting => "posting",
        },
    };
    acting.run(settings, Preview { about, step }, json).await
}

pub(super) async fn vote(
    settings: &Settings,
    vote: &Vote,
    approve: bool,
    json: bool,
) -> Result<()> {
    let name = vote.witness.trim_start_matches('@');
    let account = vote.acting.signer.account(settings)?.to_string();
    let tables = WitnessTables::new(settings)?;
    let Some(witness) = tables.witness(name).await? else {
        bail!("there is no witness {name}; `tartan witness list` shows who there is");
    };
    let weight = tables.weight(&account).await?;
    let token = &tables.token;
    let (action, told) = match approve {
        true => {
            let rests = match witness.enabled {
                true => "",
                false => ", which takes a rest",
            };
            let told = format!(
                "approve the witness {name}{rests}, with the weight of your stake, {weight} {token}"
            );
            ("approve", told)
        }
        false => {
            let told = format!(
                "take the weight of your stake, {weight} {token}, back from the witness {name}"
            );
            ("disapprove", told)
        }
    };
    let step = step(action, told, json!({ "witness": name }), Needs::Posting);
    carry_out(settings, &vote.acting, step, json).await
}

pub(super) async fn register(
    settings: &Settings,
    registration: &Registration,
    json: bool,
) -> Result<()> {
    let account = registration.acting.signer.account(settings)?;
    if let Some(key) = &registration.signing_key {
        // the contract looks only at its length, and a witness with a wrong key could never sign
        let prefix = &settings.network.main_chain.address_prefix;
        PublicKey::from_text(key, prefix).context("--signing-key")?;
    }
    let tables = WitnessTables::new(settings)?;
    let known = tables.witness(account.as_str()).await?;
    let payload = payload(registration, known.as_ref())?;
    let told = told(&payload, known.as_ref());
    let step = step("register", told, payload, Needs::Active);
    carry_out(settings, &registration.acting, step, json).await
}

fn step(action: &'static str, told: String, payload: Value, needs: Needs) -> Step {
    Step {
        told,
        contract: CONTRACT,
        action,
        payload,
        fee: "0".to_string(),
        needs,
    }
}

/// What is registered: what is asked for, and of the rest what is known.
fn payload(registration: &Registration, known: Option<&Witness>) -> Result<Value> {
    let key = registration.signing_key.as_deref();
    let Some(key) = key.or(known.map(|known| known.signing_key.as_str())) else {
        bail!(
            "no signing key given; pass --signing-key <KEY>, a public key such as `tartan key generate` makes"
        );
    };
    let mut payload = match (&registration.domain, &registration.ip, known) {
        (Some(domain), ..) => json!({ "domain": domain }),
        (None, Some(ip), _) => json!({ "IP": ip.to_string() }),
        (
            None,
            None,
            Some(Witness {
                domain: Some(domain),
                ..
            }),
        ) => json!({ "domain": domain }),
        (None, None, Some(known)) => json!({ "IP": known.host() }),
        (None, None, None) => {
            bail!("no place given; pass --domain <NAME> or --ip <ADDRESS> of the witness's node")
        }
    };
    let rpc_port = known.map_or(RPC_PORT, |known| known.rpc_port);
    let p2p_port = known.map_or(P2P_PORT, |known| known.p2p_port);
    payload["RPCPort"] = json!(registration.rpc_port.unwrap_or(rpc_port));
    payload["P2PPort"] = json!(registration.p2p_port.unwrap_or(p2p_port));
    payload["signingKey"] = json!(key);
    let enabled = known.is_none_or(|known| known.enabled);
    payload["enabled"] = json!(registration.enabled.unwrap_or(enabled));
    Ok(payload)
}

/// The same in plain words.
fn told(payload: &Value, known: Option<&Witness>) -> String {
    let enabled = payload["enabled"] == true;
    let what = match (known, enabled) {
        (None, true) => "become a witness",
        (None, false) => "become a witness that takes a rest",
        (Some(known), false) if known.enabled => "let your witness take a rest",
        (Some(known), true) if !known.enabled => "let your witness take part again",
        (Some(_), _) => "change your witness",
    };
    let host = payload["domain"].as_str().or(payload["IP"].as_str());
    format!(
        "{what}: at {}, JSON-RPC on port {}, witnesses on port {}, signatures by {}",
        host.unwrap_or_default(),
        payload["RPCPort"],
        payload["P2PPort"],
        payload["signingKey"].as_str().unwrap_or_default(),
    )
}
