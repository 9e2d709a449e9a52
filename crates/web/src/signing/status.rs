use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use tartan_chain::{ReadError, Reader};

use super::Upstream;
use super::problem::Problem;
use crate::site::Site;

/// Where a transaction is.
#[derive(Debug, Serialize)]
pub(super) struct Progress {
    state: Stage,
    /// Number of the main chain's block.
    #[serde(skip_serializing_if = "Option::is_none")]
    block: Option<u64>,
    /// Nobody can take that block back.
    #[serde(rename = "final")]
    is_final: bool,
    /// How each call ended.
    calls: Vec<Call>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Stage {
    /// Sent or not: it is in no block.
    Unknown,
    /// In a block of the main chain; the sidechain has made nothing of it.
    Included,
    /// The sidechain has executed it.
    Executed,
}

/// How a call ended.
#[derive(Debug, Serialize)]
struct Call {
    id: String,
    contract: String,
    action: String,
    ok: bool,
    errors: Vec<String>,
}

/// `GET /api/sign/status/<txid>`
pub(super) async fn status(
    State(site): State<Site>,
    Extension(upstream): Extension<Upstream>,
    Path(id): Path<String>,
) -> Result<Json<Progress>, Problem> {
    if !is_id(&id) {
        return Err(Problem::invalid(
            "expected a transaction id of 40 hexadecimal digits",
        ));
    }
    if let Some(done) = executed(&site, &id).await? {
        return Ok(Json(done));
    }
    let _turn = upstream.turn()?;
    let Some((block, is_final)) = on_main_chain(&site, &id).await else {
        return Ok(Json(Progress::unknown()));
    };
    // meanwhile the sidechain may have come to that block
    let position = site
        .read(|reader| Ok::<_, ReadError>(reader.position()))
        .await?;
    if let Some(done) = executed(&site, &id).await? {
        return Ok(Json(done));
    }
    let passed = position.is_some_and(|position| u64::from(position.number) >= block);
    Ok(Json(Progress {
        state: Stage::Included,
        block: Some(block),
        is_final: is_final && passed,
        calls: Vec::new(),
    }))
}

/// Whether this is a transaction's id.
pub(super) fn is_id(text: &str) -> bool {
    text.len() == 40
        && text
            .bytes()
            .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

impl Progress {
    fn unknown() -> Progress {
        Progress {
            state: Stage::Unknown,
            block: None,
            is_final: false,
            calls: Vec::new(),
        }
    }
}

/// What the sidechain made of a transaction, once it has.
async fn executed(site: &Site, id: &str) -> Result<Option<Progress>, Problem> {
    let id = id.to_owned();
    Ok(site.read(move |reader| look(reader, &id)).await?)
}

fn look(reader: &Reader, id: &str) -> Result<Option<Progress>, ReadError> {
    let Some(found) = reader.main_transaction(id)? else {
        return Ok(None);
    };
    let atomic = reader.network().rules.atomic;
    let transactions = found.transactions();
    let block = transactions
        .iter()
        .find_map(|transaction| transaction.ref_block);
    let irreversible = reader.irreversible().map(u64::from);
    let calls = transactions.iter().map(|transaction| {
        let log = Log::read(&transaction.logs);
        Call {
            id: transaction.id.to_string(),
            contract: transaction.contract.clone().unwrap_or_default(),
            action: transaction.action.clone().unwrap_or_default(),
            ok: log.is_success(atomic),
            errors: log.errors,
        }
    });
    Ok(Some(Progress {
        state: Stage::Executed,
        block,
        is_final: block.is_some_and(|block| irreversible.is_some_and(|last| block <= last)),
        calls: calls.collect(),
    }))
}

/// The log of a call.
#[derive(Debug, Default, Deserialize)]
struct Log {
    #[serde(default)]
    errors: Vec<String>,
    #[serde(default)]
    events: Vec<serde::de::IgnoredAny>,
}

impl Log {
    fn read(text: &str) -> Log {
        serde_json::from_str(text).unwrap_or_default()
    }

    /// On atomic networks a failed call has no events: with events, the errors are of others that were told of it.
    fn is_success(&self, atomic: bool) -> bool {
        self.errors.is_empty() || (atomic && !self.events.is_empty())
    }
}

/// The block of the main chain that holds a transaction, and whether it is final. A main chain that does not answer is
/// nothing that anybody could act on: the page asks again.
async fn on_main_chain(site: &Site, id: &str) -> Option<(u64, bool)> {
    #[derive(Deserialize)]
    struct Answer {
        status: String,
        block_num: Option<u64>,
    }
    let params = serde_json::json!({ "transaction_id": id });
    let client = site.client().ok()?;
    let answer = client
        .call("transaction_status_api.find_transaction", &params)
        .await;
    let answer: Answer = serde_json::from_str(answer.ok()?.get()).ok()?;
    match answer.status.as_str() {
        "within_reversible_block" => Some((answer.block_num?, false)),
        "within_irreversible_block" => Some((answer.block_num?, true)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tartan_graphene::MainOperation;

    use super::*;
    use crate::testing::TestSite;

    #[tokio::test]
    async fn calls_are_found_in_whichever_operation_they_are() {
        let mut site = TestSite::without_index().await;
        let id_of_network = site.chain.network().custom_json_id();
        let call = json!({
            "contractName": "tokens", "contractAction": "transfer",
            "contractPayload": { "symbol": "COOL", "to": "bob", "quantity": "1" },
        });
        let calls = |count: usize| MainOperation::CustomJson {
            required_auths: vec!["alice".to_owned()],
            required_posting_auths: vec![],
            id: id_of_network.clone(),
            json: json!(vec![&call; count]).to_string(),
        };
        let (several, one) = (calls(2), calls(1));
        let block = site.apply(vec![
            vec![several.clone(), one.clone()],
            vec![MainOperation::Other, several],
            vec![one],
        ]);
        for (transaction, ends) in block.transactions.iter().zip([
            ["-0-0", "-0-1", "-1"].as_slice(),
            &["-1-0", "-1-1"],
            &[""],
        ]) {
            let id = transaction.id.to_string();
            let answer = site.get(&format!("/api/sign/status/{id}")).await.json();
            assert_eq!(answer["state"], "executed", "{answer}");
            let found = answer["calls"].as_array().unwrap().iter();
            let found: Vec<_> = found.map(|call| call["id"].as_str().unwrap()).collect();
            let expected = ends.iter().map(|end| format!("{id}{end}"));
            assert_eq!(found, expected.collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_log_says_whether_the_call_did_something() {
        let check = |log: &str, atomic: bool, ok: bool| {
            assert_eq!(
                Log::read(log).is_success(atomic),
                ok,
                "{log}, atomic: {atomic}"
            );
        };
        check("{}", true, true);
        check(
            r#"{"events":[{"contract":"tokens","event":"transfer","data":{}}]}"#,
            true,
            true,
        );
        check(r#"{"errors":["overdrawn balance"]}"#, true, false);
        let both = r#"{"errors":["pool id not found"],"events":[{"event":"stake"}]}"#;
        check(both, true, true);
        check(both, false, false);
        check("undefined", true, true);
    }

    #[test]
    fn ids_are_forty_lower_case_digits() {
        assert!(is_id(&"0f".repeat(20)));
        assert!(!is_id(&"0F".repeat(20)));
        assert!(!is_id(&"0f".repeat(21)));
        assert!(!is_id("../../etc/passwd"));
    }
}
