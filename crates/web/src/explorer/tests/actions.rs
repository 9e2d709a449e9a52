//! Forms for the actions of contracts.

use axum::http::StatusCode;
use serde_json::{Value, json};
use tartan_graphene::MainOperation;

use super::sending;
use crate::testing::{TestSite, withstands};

const NOTES: &str = "actions.createSSC = async () => { await api.db.createTable('notes', ['author']); };
actions.add = async ({ text, to, quantity }) => { await api.db.insert('notes', { author: api.sender, text }); };
actions.hostile = async (payload) => { const { elements, submit, fine } = payload; };";

fn deploy_notes(site: &mut TestSite, source: &str) {
    use base64::Engine as _;
    let code = base64::engine::general_purpose::STANDARD.encode(source);
    let engine = site.chain.network().accounts.engine.clone();
    let payload = json!({ "name": "notes", "code": code, "maxDeposit": "100" });
    site.does(&engine, "contract", "deploy", payload);
}

#[tokio::test]
async fn what_a_native_contract_can_be_told_is_a_form_for_who_has_logged_in() {
    let mut site = TestSite::new().await;
    let mut payload = sending("bob", "5");
    payload["memo"] = "<b>x</b>".into();
    site.does("alice", "tokens", "transfer", payload);
    site.indexed().await;
    let list = site.get("/contract/tokens/actions").await;
    list.shows(&[
        "Send ‹quantity› ‹symbol› to ‹to›",
        "/contract/tokens/actions?do=transfer",
        "posting key",
        "active key",
        "aria-current=\"page\"",
    ]);
    assert!(
        !list.body.contains("checkPendingUnstakes"),
        "the chain calls that"
    );
    site.get("/contract/tokens")
        .await
        .shows(&["/contract/tokens/actions?do=stake"]);
    let guest = site.get("/contract/tokens/actions?do=transfer").await;
    guest.shows(&[
        "It takes your active key",
        "Log in to fill it in",
        "symbol of a token",
        "may be left out",
        "lately: &#60;b&#62;x&#60;/b&#62;",
        "&#34;contractAction",
        "alice sent 5 COOL to bob",
    ]);
    assert!(!guest.body.contains("<t-action"), "a guest cannot sign");
    let cookie = [("accept", "text/html"), ("cookie", "tartan-account=alice")];
    let member = site
        .get_with("/contract/tokens/actions?do=transfer", &cookie)
        .await;
    member.shows(&[
        "<t-action call=\"tokens.transfer\" authority=\"active\"",
        "name=\"quantity\" inputmode=\"decimal\"",
        "data-check=\"account\"",
        "<call-form data-id=\"ssc-",
    ]);
    let posting = site
        .get_with("/contract/witnesses/actions?do=approve", &cookie)
        .await;
    posting.shows(&["authority=\"posting\"", "Your posting key is enough"]);
    let flag = site
        .get_with("/contract/comments/actions?do=setActive", &cookie)
        .await;
    flag.shows(&["data-type=\"boolean\" required", "data-type=\"number\""]);
    let told = site
        .get("/contract/tokens/actions.json?do=transfer")
        .await
        .json();
    assert_eq!(told["native"], true);
    assert_eq!(
        told["actions"][0]["parameters"][2],
        json!({ "name": "quantity", "kind": "amount", "isOptional": false, "example": "5" })
    );
    let all = site.get("/contract/tokens/actions.json").await.json();
    assert!(all["actions"].as_array().unwrap().len() > 10);
    for path in [
        "/contract/tokens/actions?do=nothing",
        "/contract/nothing/actions",
    ] {
        assert_eq!(site.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    site.get("/contract/inflation/actions")
        .await
        .shows(&["No actions"]);
    let addresses = ["/contract/{}/actions", "/contract/tokens/actions?do={}"];
    withstands(&site, &addresses).await;
}

#[tokio::test]
async fn what_a_script_can_be_told_is_seen_in_its_source_and_its_calls() {
    let mut site = TestSite::new().await;
    deploy_notes(&mut site, NOTES);
    let note = json!({ "text": "\"><script>alert(1)</script>", "quantity": "3", "tags": ["a"], "maxDeposit": "1" });
    site.does("alice", "notes", "add", note);
    site.tries("alice", "notes", "nothing", json!({ "a": 1 }));
    site.indexed().await;
    let list = site.get("/contract/notes/actions").await;
    list.shows(&["‹text›, ‹to›, ‹quantity›", "hostile"]);
    assert!(!list.body.contains("do=nothing"), "that failed");
    let cookie = [("accept", "text/html"), ("cookie", "tartan-account=alice")];
    let add = site
        .get_with("/contract/notes/actions?do=add", &cookie)
        .await;
    add.shows(&[
        "This contract is a script",
        "name=\"tags\" data-type=\"json\"",
        "lately: 3",
        "name=\"maxDeposit\"",
        "that it may lock for what it stores for you",
        "data-more",
    ]);
    assert!(!add.body.contains("<script>alert"));
    assert!(
        !add.body.contains("data-check=\"account\""),
        "it may be a contract"
    );
    let hostile = site
        .get_with("/contract/notes/actions?do=hostile", &cookie)
        .await;
    hostile.shows(&["name=\"fine\""]);
    assert!(!hostile.body.contains("name=\"elements\""));
    let bare = TestSite::without_index().await;
    bare.get("/contract/tokens/actions")
        .await
        .shows(&["transfer"]);
}

/// What the interface of the native contracts says is what the contracts do: every action is there, and takes the key that
/// it says.
#[tokio::test]
async fn the_interface_says_what_the_contracts_do() {
    use tartan_contracts::interface::{Kind, actions};
    let mut site = TestSite::without_index().await;
    let mut told = 0;
    for contract in tartan_contracts::NATIVE {
        if site.chain.reader().contract(contract).unwrap().is_none() {
            continue;
        }
        for action in actions(contract) {
            let value = |kind| match kind {
                Kind::Text => json!("1"),
                Kind::Amount => json!("1"),
                Kind::Number => json!(1),
                Kind::Flag => json!(true),
                Kind::Account => json!("bob"),
                Kind::Symbol => json!("COOL"),
                Kind::Json => json!({}),
            };
            let parameters = action.parameters.iter().filter(|it| !it.is_optional);
            let payload: serde_json::Map<String, Value> = parameters
                .map(|it| (it.name.to_owned(), value(it.kind)))
                .collect();
            let call = json!({
                "contractName": contract, "contractAction": action.name, "contractPayload": payload,
            });
            let custom_json = |active: bool| {
                let signer = vec!["alice".to_owned()];
                MainOperation::CustomJson {
                    required_auths: if active { signer.clone() } else { vec![] },
                    required_posting_auths: if active { vec![] } else { signer },
                    id: site.chain.network().custom_json_id(),
                    json: call.to_string(),
                }
            };
            // in blocks of their own, the weaker key first
            let operations = [custom_json(false), custom_json(true)];
            let logs = operations.map(|operation| {
                site.apply(vec![vec![operation]]);
                site.chain.latest_block().transactions[0].logs.clone()
            });
            let name = format!("{contract}.{}", action.name);
            let [posting, active] = logs;
            assert!(!active.contains("invalid action"), "{name}: {active}");
            let asks = |logs: &str| logs.contains("active key");
            assert!(!asks(&active), "{name}: {active}");
            match action.needs_active {
                true => told += usize::from(asks(&posting)),
                false => assert!(!asks(&posting), "{name}: {posting}"),
            }
            assert!(action.needs_active || !asks(&posting), "{name}");
        }
    }
    assert!(told > 30, "{told}");
}
