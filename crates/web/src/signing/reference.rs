use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use tartan_chain::network::{Flavor, MainChainId};
use tartan_mainchain::{Broadcaster, Client};
use tokio::sync::Mutex;

use super::Upstream;
use super::problem::Problem;
use crate::site::Site;

/// How long a transaction is valid: enough to read what a wallet shows before it signs.
const LIFETIME: Duration = Duration::from_secs(180);
/// For how long a reference is handed out; it would be good for hours.
const FRESH: Duration = Duration::from_secs(2);

/// What a new transaction must refer to, and what network this is.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reference {
    flavor: Flavor,
    chain_id: String,
    prefix: String,
    ref_block_num: u16,
    ref_block_prefix: u32,
    expiration: String,
    custom_json_id: String,
    liquid: String,
    dollar: String,
    development: bool,
    /// Accounts whose deposits are told apart by their memos.
    needing_memo: Vec<String>,
}

/// The last one, which serves all who ask within a moment.
#[derive(Clone, Default)]
pub(super) struct LatestReference(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    reference: Option<(Instant, Reference)>,
    /// Of a network that follows any main chain: which one it is.
    chain_id: Option<String>,
}

/// `GET /api/sign/reference`
pub(super) async fn reference(
    State(site): State<Site>,
    Extension(latest): Extension<LatestReference>,
    Extension(upstream): Extension<Upstream>,
) -> Result<Json<Reference>, Problem> {
    let mut known = latest.0.lock().await;
    if let Some((at, reference)) = &known.reference
        && at.elapsed() < FRESH
    {
        return Ok(Json(reference.clone()));
    }
    let _turn = upstream.turn()?;
    let client = site.client()?;
    let main = &site.network().main_chain;
    let protocol = main.protocol();
    let chain_id = match (main.chain_id, &known.chain_id) {
        (MainChainId::Exactly(id), _) => hex(&id),
        (MainChainId::Any, Some(id)) => id.clone(),
        (MainChainId::Any, None) => {
            let id = ask_chain_id(client).await?;
            known.chain_id = Some(id.clone());
            id
        }
    };
    let broadcaster = Broadcaster::new(client.clone()).lifetime(LIFETIME);
    let prepared = broadcaster.prepare(Vec::new()).await;
    let prepared = prepared.map_err(Problem::unreachable)?;
    let needing_memo = site.network().accounts.needing_memo();
    let reference = Reference {
        flavor: main.flavor,
        chain_id,
        prefix: protocol.prefix,
        ref_block_num: prepared.ref_block_num,
        ref_block_prefix: prepared.ref_block_prefix,
        expiration: prepared.expiration.to_string(),
        custom_json_id: site.network().custom_json_id(),
        liquid: protocol.symbols.liquid,
        dollar: protocol.symbols.dollar,
        development: main.is_any(),
        needing_memo: needing_memo.map(str::to_owned).collect(),
    };
    known.reference = Some((Instant::now(), reference.clone()));
    Ok(Json(reference))
}

/// The id of the chain that the nodes belong to.
async fn ask_chain_id(client: &Client) -> Result<String, Problem> {
    #[derive(Deserialize)]
    struct Version {
        chain_id: String,
    }
    let nothing = serde_json::json!({});
    let answer = client.call("database_api.get_version", &nothing).await;
    let answer = answer.map_err(Problem::unreachable)?;
    let version: Version = serde_json::from_str(answer.get()).map_err(Problem::unreachable)?;
    let is_id = version.chain_id.len() == 64
        && version
            .chain_id
            .bytes()
            .all(|digit| digit.is_ascii_hexdigit());
    match is_id {
        true => Ok(version.chain_id.to_ascii_lowercase()),
        false => Err(Problem::unreachable("the main chain tells no chain id")),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
