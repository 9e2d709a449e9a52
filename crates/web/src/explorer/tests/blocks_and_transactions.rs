//! Pages of transactions and of blocks.

use serde_json::json;
use tartan_graphene::MainOperation;

use super::{operation, sending};
use crate::testing::{TestSite, withstands};

#[tokio::test]
async fn a_transfer_is_told_in_words_with_its_balances() {
    let mut site = TestSite::new().await;
    let mut payload = sending("bob", "5");
    payload["memo"] = "<b>thanks</b>".into();
    let id = site.does("alice", "tokens", "transfer", payload);
    let page = site.get(&format!("/tx/{id}")).await;
    page.shows(&[
        "alice sent 5 COOL to bob",
        "chip good",
        "Success",
        "Reversible",
        "active key",
        "data-changes",
        "&#60;b&#62;thanks&#60;/b&#62;",
        "copy-text",
    ]);
    let told = site.get(&format!("/tx/{id}.json")).await;
    assert_eq!(told.header("access-control-allow-origin"), "*");
    let told = told.json();
    assert_eq!(told["status"], "success");
    assert_eq!(told["final"], false);
    assert_eq!(told["transactions"][0]["payload"]["memo"], "<b>thanks</b>");
    let changes = told["transactions"][0]["changes"].clone();
    let change = |account: &str, quantity: &str| json!({ "account": account, "contract": false, "part": "liquid", "symbol": "COOL", "quantity": quantity });
    assert_eq!(changes, json!([change("alice", "-5"), change("bob", "5")]));
}

#[tokio::test]
async fn a_failed_transaction_says_why_and_moves_nothing() {
    let mut site = TestSite::new().await;
    let (id, logs) = site.tries("bob", "tokens", "transfer", sending("carol", "5000"));
    assert!(logs.contains("overdrawn balance"), "{logs}");
    let page = site.get(&format!("/tx/{id}")).await;
    page.shows(&[
        "chip bad",
        "Failed",
        "nothing was changed and no tokens moved",
        "You do not have enough of this token",
        "overdrawn balance",
    ]);
    assert!(!page.body.contains("data-changes"), "no balance changed");
    let told = site.get(&format!("/tx/{id}.json")).await.json();
    assert_eq!(told["status"], "failed");
    assert_eq!(
        told["transactions"][0]["errors"],
        json!(["overdrawn balance"])
    );
    assert_eq!(told["transactions"][0]["changes"], json!([]));
    // the list of the block says the same
    let block = told["transactions"][0]["block"].as_u64().unwrap();
    site.get(&format!("/block/{block}"))
        .await
        .shows(&["Failed", "You do not have enough"]);
}

#[tokio::test]
async fn several_operations_of_which_one_failed_are_partly_done() {
    let mut site = TestSite::new().await;
    let operations = ["1", "5000", "2"]
        .map(|quantity| operation(&site, "alice", "transfer", sending("bob", quantity)));
    site.apply(vec![operations.to_vec()]);
    let block = site.chain.latest_block().clone();
    let first = block.transactions[0].id.to_string();
    let (id, _) = first.split_once('-').unwrap();
    let page = site.get(&format!("/tx/{id}")).await;
    page.shows(&["Partly", "3 operations", "alice sent 2 COOL to bob"]);
    assert_eq!(page.body.matches("data-changes").count(), 2);
    let told = site.get(&format!("/tx/{id}.json")).await.json();
    assert_eq!(told["status"], "partly");
    assert_eq!(told["transactions"].as_array().unwrap().len(), 3);
    // one of them, with its siblings
    let second = block.transactions[1].id.to_string();
    site.get(&format!("/tx/{second}")).await.shows(&[
        "Failed",
        "Operations of the same Steem transaction",
        &format!("/tx/{id}-0"),
        &format!("/tx/{id}-2"),
    ]);
}

#[tokio::test]
async fn all_operations_are_on_one_page_wherever_the_first_call_is() {
    let mut site = TestSite::new().await;
    let transfer = |site: &TestSite, quantity: &str| {
        operation(site, "alice", "transfer", sending("bob", quantity))
    };
    let foreign = MainOperation::CustomJson {
        required_auths: vec!["alice".to_owned()],
        required_posting_auths: vec![],
        id: "another-app".to_owned(),
        json: "{}".to_owned(),
    };
    // the first operation is of another app
    let operations = vec![foreign, transfer(&site, "1"), transfer(&site, "2")];
    site.apply(vec![operations]);
    let block = site.chain.latest_block().clone();
    let (id, _) = block.transactions[0].id.as_text().unwrap().split_at(40);
    let page = site.get(&format!("/tx/{id}")).await;
    page.shows(&[
        "2 operations",
        "Success",
        "alice sent 1 COOL to bob",
        "alice sent 2 COOL to bob",
    ]);
    let told = site.get(&format!("/tx/{id}.json")).await.json();
    let told = told["transactions"].as_array().unwrap().iter();
    let ids: Vec<_> = told.map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [format!("{id}-1"), format!("{id}-2")]);
    let one = site.get(&format!("/tx/{id}-2")).await;
    one.shows(&["Operations of the same", &format!("/tx/{id}-1")]);
    let found = site.get(&format!("/search?q={id}")).await;
    assert_eq!(found.header("location"), format!("/tx/{id}"));
    // the first operation has several calls
    let list = |quantities: [&str; 2]| {
        let call = |quantity: &str| json!({ "contractName": "tokens", "contractAction": "transfer", "contractPayload": sending("bob", quantity) });
        MainOperation::CustomJson {
            required_auths: vec!["alice".to_owned()],
            required_posting_auths: vec![],
            id: site.chain.network().custom_json_id(),
            json: json!(quantities.map(call)).to_string(),
        }
    };
    let operations = vec![list(["3", "5000"]), transfer(&site, "4")];
    site.apply(vec![operations]);
    let block = site.chain.latest_block().clone();
    let (id, _) = block.transactions[0].id.as_text().unwrap().split_at(40);
    let page = site.get(&format!("/tx/{id}")).await;
    page.shows(&["3 operations", "Partly", &format!("/tx/{id}-0-1")]);
    let (first, last) = ("alice sent 3 COOL to bob", "alice sent 4 COOL to bob");
    assert!(page.body.find(first) < page.body.find(last), "in order");
}

#[tokio::test]
async fn a_block_is_found_by_both_of_its_numbers_until_it_is_final() {
    let mut site = TestSite::new().await;
    site.does("alice", "tokens", "transfer", sending("bob", "1"));
    let block = site.chain.latest_block().clone();
    let (number, main) = (block.number, block.ref_block.unwrap());
    let page = site.get(&format!("/block/{number}")).await;
    page.shows(&[
        "alice sent 1 COOL to bob",
        block.hash.as_str(),
        "Reversible",
        "rel=\"prev\"",
    ]);
    assert!(!page.body.contains("rel=\"next\""));
    let found = site.get(&format!("/block/main/{main}")).await;
    assert_eq!(found.header("location"), format!("/block/{number}"));
    site.chain
        .set_irreversible(u32::try_from(main).unwrap())
        .unwrap();
    site.get(&format!("/block/{number}"))
        .await
        .shows(&["Final"]);
    let told = site.get(&format!("/block/{number}.json")).await.json();
    assert_eq!(told["number"], number);
    assert_eq!(told["mainBlock"], main);
    assert_eq!(told["final"], true);
    assert_eq!(told["transactions"][0]["action"], "transfer");
    let list = site.get("/blocks").await;
    list.shows(&[&format!("/block/{number}"), "Final"]);
    let list = site
        .get(&format!("/blocks.json?before={number}"))
        .await
        .json();
    assert_eq!(list["blocks"][0]["number"], number - 1);
}

#[tokio::test]
async fn hostile_and_huge_texts_do_no_harm() {
    let mut site = TestSite::new().await;
    let mut payload = sending("bob", "1");
    payload["memo"] = "</pre><script>alert(1)</script>".repeat(34_000).into();
    let (id, _) = site.tries("alice", "tokens", "transfer", payload);
    let page = site.get(&format!("/tx/{id}")).await;
    page.shows(&["Long values are cut here"]);
    assert!(page.body.len() < 200_000, "{}", page.body.len());
    assert!(!page.body.contains("<script>alert"));
    let metadata = json!({ "symbol": "COOL", "metadata": { "name": "<script>alert(1)</script>", "url": "javascript:alert(1)" } });
    let (id, _) = site.tries("alice", "tokens", "updateMetadata", metadata);
    let page = site.get(&format!("/tx/{id}")).await;
    page.shows(&["alice changed what is said about COOL"]);
    assert!(!page.body.contains("<script>alert") && !page.body.contains("href=\"javascript:"));
    let addresses = [
        "/tx/{}",
        "/block/{}",
        "/block/main/{}",
        "/block/3?page={}",
        "/blocks?before={}",
        "/b/{}",
    ];
    withstands(&site, &addresses).await;
}

#[tokio::test]
async fn a_page_says_what_can_be_taken_back() {
    let mut site = TestSite::new().await;
    let id = site.does("alice", "tokens", "transfer", sending("bob", "1"));
    let block = site.chain.latest_block().clone();
    let watched = format!(
        "<watch-block data-block=\"{}\" data-main=\"{}\">",
        block.number,
        block.ref_block.unwrap()
    );
    for path in [format!("/tx/{id}"), format!("/block/{}", block.number)] {
        site.get(&path).await.shows(&[&watched]);
    }
    let main = u32::try_from(block.ref_block.unwrap()).unwrap();
    site.chain.set_irreversible(main).unwrap();
    for path in [format!("/tx/{id}"), format!("/block/{}", block.number)] {
        let page = site.get(&path).await;
        assert!(!page.body.contains("watch-block") && page.body.contains("Final"));
    }
}
