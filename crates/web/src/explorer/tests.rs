use axum::http::StatusCode;
use serde_json::{Value, json};
use tartan_graphene::MainOperation;

use crate::testing::{TestSite, withstands};

/// A call signed with the active key, as an operation of the main chain.
fn operation(site: &TestSite, sender: &str, action: &str, payload: Value) -> MainOperation {
    let call =
        json!({ "contractName": "tokens", "contractAction": action, "contractPayload": payload });
    MainOperation::CustomJson {
        required_auths: vec![sender.to_owned()],
        required_posting_auths: vec![],
        id: site.chain.network().custom_json_id(),
        json: call.to_string(),
    }
}

fn sending(to: &str, quantity: &str) -> Value {
    json!({ "symbol": "COOL", "to": to, "quantity": quantity })
}

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
async fn the_navigation_says_where_one_is() {
    let site = TestSite::new().await;
    for (path, section) in [
        ("/blocks", "Explorer"),
        ("/@alice", "Explorer"),
        ("/search?q=nothing-at-all", "Explorer"),
        ("/@alice/wallet", "Wallet"),
        ("/@alice/wallet/history", "Wallet"),
        ("/wallet", "Wallet"),
        ("/tokens/COOL", "Tokens"),
    ] {
        let page = site.get(path).await;
        let (_, nav) = page.body.split_once("<nav class=\"sections\"").unwrap();
        let (nav, _) = nav.split_once("</nav>").unwrap();
        let marked: Vec<_> = nav.split("aria-current=\"page\">").skip(1).collect();
        assert_eq!(marked.len(), 1, "{path}: {nav}");
        assert!(marked[0].starts_with(section), "{path}: {nav}");
    }
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
async fn what_is_not_there_says_so() {
    let site = TestSite::new().await;
    let id = "0f".repeat(20);
    let page = site.get(&format!("/tx/{id}")).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(
        page.body.contains("This network knows no such transaction"),
        "{}",
        page.body
    );
    for part in [
        format!("<watch-unknown data-id=\"{id}\">"),
        format!("<a href=\"/tx/{id}\">Look again</a>"),
    ] {
        assert!(page.body.contains(&part), "{part} in {}", page.body);
    }
    // what is no id stays unknown
    for (name, can_come) in [
        (format!("{id}-0-1"), true),
        ("4000000000-0".to_owned(), true),
        ("0".to_owned(), false),
        (format!("{id}-x"), false),
        ("f".repeat(60), false),
    ] {
        let page = site.get(&format!("/tx/{name}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{name}");
        assert_eq!(page.body.contains("<watch-unknown"), can_come, "{name}");
    }
    let told = site.get(&format!("/tx/{id}.json")).await;
    assert_eq!(told.status, StatusCode::NOT_FOUND);
    assert_eq!(told.json()["error"]["code"], 404);
    for (path, status) in [
        ("/block/4000000000", StatusCode::NOT_FOUND),
        ("/block/x", StatusCode::BAD_REQUEST),
        ("/block/main/4000000000", StatusCode::NOT_FOUND),
        ("/blocks?before=x", StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(site.get(path).await.status, status, "{path}");
    }
    for (old, new) in [
        ("/b/3", "/block/3"),
        ("/token/COOL", "/tokens/COOL"),
        ("/token/COOL/richlist", "/tokens/COOL/richlist"),
        ("/@alice/COOL", "/@alice?symbol=COOL"),
        ("/open_orders/@alice", "/@alice"),
        ("/open_orders/@alice/SWAP.X", "/@alice?symbol=SWAP.X"),
        (
            "/accounts/history?account=alice&limit=5",
            "/accountHistory?account=alice&limit=5",
        ),
    ] {
        let moved = site.get(old).await;
        assert_eq!(moved.status, StatusCode::PERMANENT_REDIRECT, "{old}");
        assert_eq!(moved.header("location"), new);
    }
    let none = site.get("/@alice/nonsense").await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
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
async fn search_knows_what_a_text_means() {
    let mut site = TestSite::new().await;
    let id = site.does("alice", "tokens", "transfer", sending("bob", "1"));
    site.indexed().await;
    let leads = async |text: &str, address: &str| {
        let answer = site.get(&crate::links::search(text)).await;
        assert_eq!(
            answer.header("location"),
            address,
            "{text}: {}",
            answer.body
        );
    };
    leads("@alice", "/@alice").await;
    leads("$COOL", "/tokens/COOL").await;
    leads(" cool ", "/tokens/COOL").await;
    leads("marketpools", "/contract/marketpools").await;
    leads(&id, &format!("/tx/{id}")).await;
    leads(&id.to_uppercase(), &format!("/tx/{id}")).await;
    // 1 is a block, and another one's number on the main chain: nothing is guessed
    let both = site.get("/search?q=1").await;
    both.shows(&["/block/1\"", "Blocks by their main-chain number"]);
    // a beginning is a list
    site.get("/search?q=al").await.shows(&["@alice"]);
    site.get("/search?q=nobody-at-all")
        .await
        .shows(&["Nothing found for"]);
    site.get("/search").await.shows(&["Look for an account"]);
    let hits = site.get("/search.json?q=tokens").await.json();
    assert_eq!(
        hits["hits"][0],
        json!({ "kind": "contract", "text": "tokens", "detail": "", "address": "/contract/tokens" })
    );
    let suggestions = site.get("/search/suggest?q=coo").await.json();
    assert_eq!(suggestions[0]["address"], "/tokens/COOL");
    withstands(
        &site,
        &[
            "/search?q={}",
            "/search?q=@{}",
            "/search?q=${}",
            "/search/suggest?q={}",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_private_key_is_refused_and_not_repeated() {
    let site = TestSite::new().await;
    let key = format!(
        "5{}",
        "Kb8kLf9zgWQnogidDA76MzPL6TsZZY36hWXMssSzNydYXYB9".repeat(2)
    );
    let key = &key[..51];
    for text in [key.to_owned(), format!("P{key}"), format!("@alice {key}")] {
        let answer = site.get(&crate::links::search(&text)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.header("location"), "/search?refused=key");
        assert!(!answer.body.contains(key));
        let told = site
            .get(&crate::links::search(&text).replace("/search?", "/search.json?"))
            .await;
        assert_eq!(told.status, StatusCode::BAD_REQUEST);
        assert!(!told.body.contains(key));
        let told = site
            .get(&crate::links::search(&text).replace("/search?", "/search/suggest?"))
            .await;
        assert_eq!(told.status, StatusCode::BAD_REQUEST);
        assert!(!told.body.contains(key));
    }
    site.get("/search?refused=key")
        .await
        .shows(&["That looks like a private key"]);
}

#[tokio::test]
async fn an_account_shows_what_it_has_and_did() {
    let mut site = TestSite::new().await;
    site.does("alice", "tokens", "transfer", sending("bob", "5"));
    let (failed, _) = site.tries("alice", "tokens", "transfer", sending("bob", "5000"));
    site.indexed().await;
    let page = site.get("/@alice").await;
    page.shows(&[
        "@alice",
        "COOL",
        "alice sent 5 COOL to bob",
        "Tokens it owns",
        &failed,
        "Failed",
    ]);
    let failures = site.get("/@alice.json?status=failed").await.json();
    let rows = failures["operations"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{failures}");
    assert_eq!(rows[0]["transaction"], failed.as_str());
    let bob = site
        .get("/@bob.json?contract=tokens&action=transfer&symbol=cool&direction=in")
        .await
        .json();
    assert_eq!(bob["operations"].as_array().unwrap().len(), 1, "{bob}");
    assert_eq!(bob["balances"][0]["balance"], "105.000");
    // page by page, without gaps
    for _ in 0..40 {
        site.does("bob", "tokens", "transfer", sending("carol", "0.001"));
    }
    site.indexed().await;
    let mut seen = Vec::new();
    let mut address = "/@bob.json".to_owned();
    loop {
        // while new blocks come
        site.does("bob", "tokens", "transfer", sending("carol", "0.001"));
        site.indexed().await;
        let told = site.get(&address).await.json();
        seen.extend(
            told["operations"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["cursor"].as_i64().unwrap()),
        );
        match told["next"].as_i64() {
            Some(next) => address = format!("/@bob.json?before={next}"),
            None => break,
        }
    }
    assert_eq!(
        seen.len(),
        42 + 1,
        "all that there was at first, and the one before the first page"
    );
    assert!(seen.windows(2).all(|pair| pair[0] > pair[1]));
    assert_eq!(site.get("/@ALICE").await.header("location"), "/@alice");
    assert_eq!(
        site.get("/@alice?action=transfer").await.status,
        StatusCode::BAD_REQUEST
    );
    let none = site.get("/@nobody-here").await;
    none.shows(&["This account holds no tokens"]);
    let addresses = [
        "/@{}",
        "/@alice?contract={}",
        "/@alice?symbol={}&from={}",
        "/@alice?direction={}&status={}",
        "/@alice?before={}",
    ];
    withstands(&site, &addresses).await;
    let without = TestSite::without_index().await;
    without
        .get("/@alice")
        .await
        .shows(&["COOL", "needs an index"]);
}

#[tokio::test]
async fn contracts_and_their_tables_can_be_looked_through() {
    let mut site = TestSite::new().await;
    site.tries("bob", "tokens", "transfer", sending("carol", "5000"));
    site.indexed().await;
    site.get("/contracts")
        .await
        .shows(&["/contract/tokens", "part of the node"]);
    site.get("/contract/tokens").await.shows(&[
        "the same on all nodes",
        "transferToContract",
        "/contract/tokens/table/balances",
        "Calls in 24 hours",
        "You do not have enough",
    ]);
    let told = site.get("/contract/tokens.json").await.json();
    assert_eq!(told["native"], true);
    assert_eq!(
        told["calls_in_day"].is_null(),
        told["callsInDay"].is_object()
    );
    let table = "/contract/tokens/table/balances";
    let query = crate::links::part(r#"{"account":"carol","symbol":"COOL"}"#);
    site.get(&format!("{table}?query={query}"))
        .await
        .shows(&["carol", "100"]);
    let rows = site
        .get(&format!("{table}.json?query={query}"))
        .await
        .json();
    assert_eq!(rows["rows"].as_array().unwrap().len(), 1);
    assert_eq!(rows["rows"][0]["balance"], "100.000");
    // what is wrong stands beside the form
    for wrong in ["{", "[]", r#"{"a":{"$where":1}}"#] {
        let query = crate::links::part(wrong);
        site.get(&format!("{table}?query={query}"))
            .await
            .shows(&["The query cannot be answered"]);
        let told = site.get(&format!("{table}.json?query={query}")).await;
        assert_eq!(told.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    site.get(&format!("{table}?index=account&descending=1"))
        .await
        .shows(&["carol"]);
    assert_eq!(
        site.get("/contract/none").await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        site.get("/contract/tokens/table/none").await.status,
        StatusCode::NOT_FOUND
    );
    let addresses = [
        "/contract/{}",
        "/contract/tokens/table/{}",
        "/contract/tokens/table/balances?query={}",
        "/contract/tokens/table/balances?index={}",
        "/contract/tokens/table/balances?offset={}",
    ];
    withstands(&site, &addresses).await;
}

#[tokio::test]
async fn witnesses_pending_and_live_are_there() {
    let mut site = TestSite::new().await;
    let (id, _) = site.tries("alice", "tokens", "transfer", sending("bob", "2"));
    site.does(
        "alice",
        "tokens",
        "enableStaking",
        json!({ "symbol": "COOL", "unstakingCooldown": 7, "numberTransactions": 1 }),
    );
    site.does("alice", "tokens", "stake", sending("alice", "10"));
    site.does(
        "alice",
        "tokens",
        "unstake",
        json!({ "symbol": "COOL", "quantity": "4" }),
    );
    site.get("/witnesses").await.shows(&["Witnesses"]);
    assert!(site.get("/witnesses.json").await.json()["witnesses"].is_array());
    assert_eq!(
        site.get("/witness/nobody").await.status,
        StatusCode::NOT_FOUND
    );
    site.get("/pending")
        .await
        .shows(&["Unstakes", "@alice", "checkPendingUnstakes"]);
    let told = site.get("/pending.json").await.json();
    assert_eq!(told["pending"][0]["kind"], "unstakes");
    assert_eq!(told["pending"][0]["rows"][0]["quantity"], "4.000");
    site.get("/live")
        .await
        .shows(&["alice sent 2 COOL to bob", "<live-feed "]);
    let told = site.get(&format!("/tx/{id}.json")).await.json();
    let block = &told["transactions"][0]["block"];
    let block = block.as_u64().unwrap();
    let before = block - 1;
    let rows = site.get(&format!("/live/rows?after={before}")).await;
    rows.shows(&[
        "alice sent 2 COOL to bob",
        &format!("data-block=\"{block}\""),
    ]);
    assert!(!rows.body.contains("<html"));
    let head = site.chain.latest_block().number;
    assert_eq!(rows.header("tartan-head"), head.to_string());
    let rows = site.get(&format!("/live/rows?after={block}")).await;
    assert!(
        !rows.body.contains("alice sent 2 COOL to bob"),
        "that is known"
    );
    site.tries("carol", "tokens", "transfer", sending("alice", "5000"));
    for (filter, is_there) in [
        ("account=@Alice", [true, true, true]),
        ("account=bob", [true, false, false]),
        ("account=carol", [false, true, false]),
        ("status=failed", [false, true, false]),
        ("status=success&symbol=cool", [true, false, true]),
        ("contract=tokens&symbol=COOL", [true, true, true]),
        ("contract=market", [false, false, false]),
    ] {
        for address in [
            format!("/live?{filter}"),
            format!("/live/rows?after={before}&{filter}"),
        ] {
            let rows = site.get(&address).await;
            let shows = [
                "alice sent 2 COOL to bob",
                "carol sent 5000",
                "alice staked 10",
            ]
            .map(|text| rows.body.contains(text));
            assert_eq!(shows, is_there, "{address}");
        }
    }
    withstands(
        &site,
        &[
            "/witness/{}",
            "/live/rows?after={}",
            "/live?account={}&symbol={}&contract={}",
            "/pending?x={}",
        ],
    )
    .await;
}

/// Deploys a source, or replaces the one that is there.
fn deploy(site: &mut TestSite, source: &str) {
    use base64::Engine as _;
    let code = base64::engine::general_purpose::STANDARD.encode(source);
    let payload = json!({ "name": "notebook", "code": code, "maxDeposit": "100" });
    let engine = site.chain.network().accounts.engine.clone();
    site.does(&engine, "contract", "deploy", payload);
}

#[tokio::test]
async fn versions_of_a_contract_are_compared() {
    let mut site = TestSite::new().await;
    let first = "// a notebook\nactions.createSSC = async () => {};\n";
    let second = format!("{first}actions.add = async () => {{}};\n");
    let third = second.replace("a notebook", "</code><script>alert(1)</script>");
    for source in [first, &second, &third] {
        deploy(&mut site, source);
    }
    site.indexed().await;
    let page = site.get("/contract/notebook").await;
    page.shows(&[
        "/contract/notebook/diff?from=2&amp;to=3",
        "/contract/notebook/source?version=1",
    ]);
    let told = site.get("/contract/notebook.json").await.json();
    let numbers = told["versions"].as_array().unwrap().iter();
    let numbers: Vec<_> = numbers.map(|version| version["number"].as_u64()).collect();
    assert_eq!(numbers, [Some(3), Some(2), Some(1)]);
    let changed = async |query: &str| {
        let told = site
            .get(&format!("/contract/notebook/diff.json{query}"))
            .await
            .json();
        let lines = told["groups"].as_array().unwrap().iter();
        let lines = lines.flat_map(|group| group.as_array().unwrap().clone());
        let lines = lines.filter(|line| line["fate"] != "same");
        lines
            .map(|line| {
                format!(
                    "{} {}",
                    line["fate"].as_str().unwrap(),
                    line["text"].as_str().unwrap()
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        changed("?from=1&to=2").await,
        ["added actions.add = async () => {};"]
    );
    let last = [
        "removed // a notebook",
        "added // </code><script>alert(1)</script>",
    ];
    assert_eq!(changed("").await, last, "the last two, if nothing is said");
    assert_eq!(changed("?from=3&to=1").await.len(), 3);
    assert!(changed("?from=2&to=2").await.is_empty());
    let page = site.get("/contract/notebook/diff?from=1&to=3").await;
    page.shows(&[
        "From version 1 to 3",
        "class=\"added\"",
        "class=\"removed\"",
    ]);
    assert!(!page.body.contains("<script>alert"));
    site.get("/contract/notebook/diff?from=2&to=2")
        .await
        .shows(&["The same code"]);
    let source = site.get("/contract/notebook/source?version=1").await;
    assert_eq!(source.body, first);
    assert_eq!(source.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(site.get("/contract/notebook/source").await.body, third);
    for missing in [
        "notebook/diff?from=0",
        "notebook/diff?to=4",
        "notebook/source?version=9",
        "tokens/diff",
        "none/source",
    ] {
        let answer = site.get(&format!("/contract/{missing}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{missing}");
    }
    withstands(
        &site,
        &[
            "/contract/{}/diff",
            "/contract/notebook/diff?from={}",
            "/contract/{}/source?version={}",
        ],
    )
    .await;
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

/// The ids of the transactions on a page, in order, and the address of what is older.
fn history(page: &str) -> (Vec<String>, Option<String>) {
    let rows = page.split("class=\"id\" href=\"/tx/").skip(1);
    let ids = rows.filter_map(|rest| rest.split('"').next().map(str::to_owned));
    let next = page.split("rel=\"next\" href=\"").nth(1);
    let next = next.and_then(|rest| rest.split('"').next());
    (ids.collect(), next.map(|next| next.replace("&#38;", "&")))
}

#[tokio::test]
async fn histories_have_no_gap_while_blocks_come() {
    let mut site = TestSite::new().await;
    for _ in 0..10 {
        let transfer = operation(&site, "alice", "transfer", sending("bob", "0.001"));
        site.apply(vec![vec![transfer]; 100]);
    }
    site.indexed().await;
    for address in ["/@bob", "/@bob/wallet/history"] {
        let mut seen = Vec::new();
        let mut next = Some(address.to_owned());
        let expected = site.get("/@bob.json").await.json()["next"].is_i64();
        assert!(expected, "there is more than a page");
        while let Some(address) = next {
            let page = site.get(&address).await;
            page.shows(&["@bob"]);
            let (ids, older) = history(&page.body);
            seen.extend(ids);
            next = older;
            site.does("alice", "tokens", "transfer", sending("bob", "0.001"));
            site.indexed().await;
        }
        let sent = (0..site.chain.latest_block().number + 1).rev();
        let sent = sent.flat_map(|number| {
            let block = site.chain.reader().block(number).unwrap().unwrap();
            let ids = block.transactions.iter().rev();
            ids.filter(|one| one.logs.contains("\"bob\""))
                .map(|one| one.id.to_string())
                .collect::<Vec<_>>()
        });
        let sent: Vec<_> = sent.skip_while(|id| *id != seen[0]).collect();
        assert!(seen.len() > 1_000, "{}", seen.len());
        assert_eq!(seen, sent, "{address}");
    }
}

#[tokio::test]
async fn transactions_are_found_by_words_and_filters() {
    let mut site = TestSite::new().await;
    let with_memo = |to: &str, quantity: &str, memo: &str| {
        let mut payload = sending(to, quantity);
        payload["memo"] = memo.into();
        payload
    };
    let lunch = with_memo("bob", "5", "For Lunch <b>today</b>");
    let lunch = site.does("alice", "tokens", "transfer", lunch);
    let rent = site.does(
        "bob",
        "tokens",
        "transfer",
        with_memo("alice", "50", "rent"),
    );
    let (failed, _) = site.tries(
        "carol",
        "tokens",
        "transfer",
        with_memo("bob", "5000", "lunch"),
    );
    site.indexed().await;
    let found = async |typed: &str| {
        let address = crate::links::search(typed).replace("/search?", "/search.json?");
        let told = site.get(&address).await.json();
        let rows = told["transactions"].as_array().unwrap().clone();
        let ids = rows
            .iter()
            .map(|row| row["id"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(found("lunch").await, [failed.clone(), lunch.clone()]);
    assert_eq!(found("lunch from:alice").await, [lunch.as_str()]);
    assert_eq!(found("status:failed to:bob").await, [failed.as_str()]);
    assert_eq!(found("symbol:cool amount>=50 amount<5000").await[0], rent);
    assert_eq!(found("\"lunch\" \"today\"").await, [lunch.as_str()]);
    assert_eq!(found("action:transfer contract:market").await.len(), 0);
    // those of the first block have one id, and are told apart all the same
    let first = site
        .get("/search.json?q=before:2020-09-13T12:26:40+contract:tokens")
        .await;
    let first = first.json();
    let rows = first["transactions"].as_array().unwrap();
    let said: std::collections::BTreeSet<&str> = rows
        .iter()
        .map(|row| row["said"].as_str().unwrap())
        .collect();
    assert!(rows.len() > 3 && said.len() > 2, "{first}");
    // what has a name is not looked for in transactions, unless it stands in quotes
    assert_eq!(found("bob").await.len(), 0);
    assert!(found("\"bob\"").await.contains(&lunch));
    let page = site
        .get(&crate::links::search(
            "lunch from:alice symbol:COOL amount>1",
        ))
        .await;
    page.shows(&[
        "alice sent 5 COOL to bob",
        "with the words “lunch”",
        "sent by @alice",
        "about COOL",
        "with more than 1 of a token",
        "value=\"lunch from:alice symbol:COOL amount&#62;1\"",
        &lunch,
    ]);
    assert!(!page.body.contains("<b>today"));
    let failures = site.get("/search?q=lunch+status:failed").await;
    failures.shows(&["You do not have enough of this token", "that failed"]);
    let several = site.get("/search?q=1").await;
    several.shows(&["Look for transactions with the words “1”", "%221%22"]);
    let api = site.get("/api/v1/search?q=lunch").await;
    assert_eq!(api.header("access-control-allow-origin"), "*");
    let api = api.json();
    assert_eq!(api["understood"], json!(["with the words “lunch”"]));
    assert_eq!(api["transactions"][1]["said"], "alice sent 5 COOL to bob");
    assert_eq!(api["transactions"][0]["status"], "failed");
    assert_eq!(api["transactions"][0]["error"], "overdrawn balance");
    assert_eq!(api["hits"], json!([]));
    let suggestions = site.get("/search/suggest?q=from:al").await.json();
    assert_eq!(suggestions, json!([]));
}

#[tokio::test]
async fn found_transactions_are_gone_through_page_by_page() {
    let mut site = TestSite::new().await;
    for number in 0..65 {
        let mut payload = sending("bob", "0.001");
        payload["memo"] = format!("weekly number{number}").into();
        site.does("alice", "tokens", "transfer", payload);
    }
    site.indexed().await;
    let mut address = "/search.json?q=weekly".to_owned();
    let mut seen = Vec::new();
    loop {
        // while new blocks come
        site.does("alice", "tokens", "transfer", sending("bob", "0.001"));
        site.indexed().await;
        let told = site.get(&address).await.json();
        let rows = told["transactions"].as_array().unwrap();
        seen.extend(rows.iter().map(|row| row["cursor"].as_i64().unwrap()));
        match told["next"].as_i64() {
            Some(next) => address = format!("/search.json?q=weekly&before={next}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 65);
    assert!(seen.is_sorted_by(|a, b| a > b));
    let first = site.get("/search?q=weekly").await;
    first.shows(&["rel=\"next\"", "/search?q=weekly&#38;before="]);
    assert!(!first.body.contains("rel=\"prev\""));
}

#[tokio::test]
async fn a_wrong_filter_is_told_with_an_example() {
    let site = TestSite::new().await;
    for (typed, message) in [
        ("sender:alice", "There is no filter “sender:”"),
        ("from:A_B", "“A_B” cannot be an account"),
        ("after:yesterday", "goes a day such as 2026-01-31"),
        ("amount>much", "goes a number"),
        ("status:maybe", "goes failed, success or virtual"),
        ("to:", "Something has to stand behind “to”"),
    ] {
        let page = site.get(&crate::links::search(typed)).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{typed}");
        assert!(page.body.contains(message), "{typed}: {}", page.body);
        assert!(page.body.contains("For example:"), "{typed}");
        let told = site
            .get(&crate::links::search(typed).replace("/search?", "/api/v1/search?"))
            .await;
        assert_eq!(told.status, StatusCode::BAD_REQUEST, "{typed}");
        assert!(
            told.json()["error"]["message"]
                .as_str()
                .unwrap()
                .starts_with("expected")
        );
    }
    let many = format!(
        "\"{}\"",
        (0..40).map(|n| n.to_string()).collect::<Vec<_>>().join(" ")
    );
    let told = site.get(&crate::links::search(&many)).await;
    assert_eq!(told.status, StatusCode::BAD_REQUEST);
    let addresses = [
        "/search?q=from:{}",
        "/search?q=%22{}%22",
        "/search?q=amount%3E{}",
        "/search?q=symbol:{}",
        "/search?q=after:{}",
        "/search?q=x+{}&before={}",
    ];
    withstands(&site, &addresses).await;
}

#[tokio::test]
async fn without_an_index_filters_find_nothing_and_say_why() {
    let site = TestSite::without_index().await;
    let answer = site.get("/search?q=from:alice").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    site.get("/search?q=nothing-of-that-name")
        .await
        .shows(&["Nothing found for"]);
}

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
