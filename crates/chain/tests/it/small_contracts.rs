//! From a network's file to what its smaller contracts do behind its blocks: a periodic issue of tokens, a store that sells
//! them for the main chain's coin, airdrops.

use serde_json::json;
use tartan_chain::{Chain, Network};
use tartan_graphene::MainOperation;

use crate::common::*;

fn open_all() -> (Chain, Main) {
    let network = Network::from_toml(
        r#"
        extends = "dev"
        rules.native = ["tokens", "comments", "mining", "tokenfunds", "distribution", "marketpools", "airdrops", "inflation", "sscstore"]

        [contracts.inflation]
        receivers = [
            { to = "${accounts.engine}", quantity = "11.41552511" },
            { to = "witnesses", type = "contract", quantity = "22.83105022" },
            { to = "airdrops", type = "contract", quantity = "0.5" },
        ]

        [[ticks]]
        contract = "airdrops"
        action = "checkPendingAirdrops"
        from = 0

        [[periodic]]
        every = 20
        contract = "inflation"
        action = "issueNewTokens"
        payload = '{"isSignedWithActiveKey":true}'
        "#,
    )
    .unwrap();
    (open(network), Main::new())
}

fn supply(chain: &Chain) -> String {
    let token = json!({ "symbol": "ENG" });
    let row = chain.reader().find_one("tokens", "tokens", &token).unwrap();
    row.unwrap()["supply"].as_str().unwrap().to_string()
}

/// Blocks without any call.
fn idle(chain: &mut Chain, main: &mut Main, until: u32) {
    while main.number < until {
        chain.apply(&main.block(vec![])).unwrap();
    }
}

/// It runs in every twentieth block, calls or none, from genesis on.
#[test]
fn tokens_are_issued_as_often_as_the_network_says() {
    let (mut chain, mut main) = open_all();
    idle(&mut chain, &mut main, 19);
    assert_eq!(supply(&chain), "10000011.91552511");
    idle(&mut chain, &mut main, 59);
    assert_eq!(supply(&chain), "10000035.74657533");
    idle(&mut chain, &mut main, 60);
    assert_eq!(supply(&chain), "10000047.66210044");
    assert_eq!(
        balance(&chain.reader(), "steemsc", "ENG"),
        "10000045.66210044"
    );
    let block = chain.reader().latest_block().unwrap().unwrap();
    let issued = &block.virtual_transactions[0];
    assert_eq!(issued.contract.as_deref(), Some("inflation"));
    assert!(!issued.logs.contains("errors"), "{}", issued.logs);
}

#[test]
fn coins_buy_tokens_or_go_back() {
    let (mut chain, mut main) = open_all();
    let memo = json!({
        "id": "ssc-dev",
        "json": { "contractName": "sscstore", "contractAction": "buy", "contractPayload": {} },
    });
    let pay = |amount: &str| MainOperation::Transfer {
        from: "alice".to_string(),
        to: "steemsc".to_string(),
        amount: amount.to_string(),
        memo: memo.to_string(),
    };
    let forged = active(
        "bob",
        "sscstore",
        "buy",
        json!({ "recipient": "steemsc", "amountSTEEMSBD": "9.000 STEEM" }),
    );
    let open = active(
        "steemsc",
        "sscstore",
        "updateParams",
        json!({ "disabled": false }),
    );
    let operations = vec![open, pay("1.500 STEEM"), pay("2.000 SBD"), forged];
    let made = chain.apply(&main.block(operations)).unwrap();
    assert_eq!(errors(&made), ["", "", "only STEEM can be used", ""]);
    assert_eq!(balance(&chain.reader(), "alice", "ENG"), "1.50000000");
    assert_eq!(balance(&chain.reader(), "bob", "ENG"), "-");
    let refund = chain
        .reader()
        .find_one("sscstore", "withdrawals", &json!({}))
        .unwrap()
        .unwrap();
    let id = made.unwrap().transactions[2].id.to_string();
    assert_eq!(
        refund,
        json!({
            "_id": 1, "id": format!("{id}-refund"), "type": "SBD", "recipient": "alice",
            "memo": format!("refund tx {id}"), "quantity": "2.000",
        })
    );
}

#[test]
fn an_airdrop_is_paid_behind_the_following_blocks() {
    let (mut chain, mut main) = open_all();
    let list: Vec<_> = (0..60)
        .map(|n| json!([format!("account{n}"), "1"]))
        .collect();
    let airdrop = json!({ "symbol": "ENG", "type": "transfer", "list": list });
    let made = chain
        .apply(&main.block(vec![active("steemsc", "airdrops", "newAirdrop", airdrop)]))
        .unwrap();
    assert_eq!(errors(&made), [""]);
    let paid = |chain: &Chain| {
        let reader = chain.reader();
        let accounts = (0..60).map(|n| format!("account{n}"));
        accounts
            .filter(|account| balance(&reader, account, "ENG") != "-")
            .count()
    };
    assert_eq!(paid(&chain), 0);
    chain.apply(&main.block(vec![pay("alice", "1")])).unwrap();
    assert_eq!(paid(&chain), 50);
    idle(&mut chain, &mut main, 20);
    assert_eq!(paid(&chain), 60);
}
