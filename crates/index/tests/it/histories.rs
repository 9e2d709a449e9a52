//! What happened to accounts.

use serde_json::json;
use tartan_index::{HistoryQuery, TransactionQuery};

use crate::common::*;

fn of(account: &str) -> HistoryQuery {
    HistoryQuery {
        accounts: vec![account.to_owned()],
        limit: 100,
        failed: Some(false),
        ..HistoryQuery::default()
    }
}

async fn shown(indexed: &Indexed, query: &HistoryQuery) -> Vec<String> {
    let rows = indexed.index.account_history(query).await.unwrap();
    rows.into_iter()
        .map(|(account, row)| {
            let symbol = row.symbol.unwrap_or_default();
            format!("{account}: {} {symbol} {}", row.operation, row.details)
        })
        .collect()
}

#[tokio::test]
async fn operations_have_the_names_that_wallets_know() {
    for database in TestDatabase::each().await {
        let mut chain = TestChain::new();
        chain.found("COOL", 3, 2);
        chain.issue("COOL", "alice", "100");
        let send = json!({ "symbol": "COOL", "to": "bob", "quantity": "5", "memo": "hi" });
        chain.does(tokens("alice", "transfer", send));
        let stake = json!({ "symbol": "COOL", "to": "alice", "quantity": "20" });
        chain.does(tokens("alice", "stake", stake));
        let unstake = json!({ "symbol": "COOL", "quantity": "10" });
        chain.does(tokens("alice", "unstake", unstake));
        let delegate = json!({ "symbol": "COOL", "to": "bob", "quantity": "3" });
        chain.does(tokens("alice", "delegate", delegate));
        chain.time += 2 * 86_400;
        let bank = json!({ "symbol": "COOL", "to": "bank", "quantity": "1" });
        chain.does(tokens("alice", "transferToContract", bank));
        // fails, and leaves nothing but the transaction
        chain.block(&[tokens(
            "alice",
            "transfer",
            json!({ "symbol": "COOL", "to": "bob", "quantity": "500" }),
        )]);
        let mut indexed = Indexed::open(&database, &chain).await;
        indexed.catch_up().await;
        assert_eq!(
            shown(&indexed, &of("alice")).await,
            [
                r#"alice: tokens_unstake COOL {"quantity":"5.000"}"#,
                r#"alice: tokens_transferToContract COOL {"from":"alice","to":"contract_bank","quantity":"1.000","memo":null}"#,
                r#"alice: tokens_delegate COOL {"from":"alice","to":"bob","quantity":"3.000"}"#,
                r#"alice: tokens_unstakeStart COOL {"quantity":"10.000"}"#,
                r#"alice: tokens_stake COOL {"from":"alice","to":"alice","quantity":"20.000"}"#,
                r#"alice: tokens_transfer COOL {"from":"alice","to":"bob","quantity":"5","memo":"hi"}"#,
                r#"alice: tokens_issue COOL {"from":"contract_tokens","to":"alice","quantity":"100.000","memo":null}"#,
            ]
        );
        assert_eq!(
            shown(&indexed, &of("bob")).await,
            [
                r#"bob: tokens_delegate COOL {"from":"alice","to":"bob","quantity":"3.000"}"#,
                r#"bob: tokens_transfer COOL {"from":"alice","to":"bob","quantity":"5","memo":"hi"}"#,
            ]
        );
        assert_eq!(
            shown(&indexed, &of("founder")).await,
            [
                r#"founder: tokens_enableDelegationFee ENG {"from":"founder","to":"null","quantity":"10","memo":null}"#,
                r#"founder: tokens_enableDelegation COOL {"undelegationCooldown":2}"#,
                r#"founder: tokens_enableStakingFee ENG {"from":"founder","to":"null","quantity":"10","memo":null}"#,
                r#"founder: tokens_enableStaking COOL {"unstakingCooldown":4,"numberTransactions":2}"#,
                r#"founder: tokens_createFee ENG {"from":"founder","to":"null","quantity":"10","memo":null}"#,
                r#"founder: tokens_create COOL {"name":"Cool","precision":3,"maxSupply":"1000000000"}"#,
                r#"founder: tokens_transfer ENG {"from":"steemsc","to":"founder","quantity":"3000","memo":null}"#,
            ]
        );
    }
}

#[tokio::test]
async fn histories_are_filtered_and_paged() {
    for database in TestDatabase::each().await {
        let mut chain = TestChain::new();
        chain.found("COOL", 3, 2);
        chain.issue("COOL", "alice", "100");
        for number in 1..=20 {
            let send = json!({ "symbol": "COOL", "to": "bob", "quantity": "1", "memo": number.to_string() });
            chain.does(tokens("alice", "transfer", send));
        }
        let mut indexed = Indexed::open(&database, &chain).await;
        indexed.catch_up().await;
        // page by page, no gap and nothing twice, while new blocks come
        let (mut before, mut memos) = (None, Vec::new());
        loop {
            let query = HistoryQuery {
                before,
                limit: 3,
                operations: vec!["tokens_transfer".into()],
                ..of("bob")
            };
            let page = indexed.index.account_history(&query).await.unwrap();
            let Some((_, last)) = page.last() else { break };
            before = Some(last.id);
            for (_, row) in &page {
                let details: serde_json::Value = serde_json::from_str(&row.details).unwrap();
                memos.push(details["memo"].as_str().unwrap().parse::<u32>().unwrap());
            }
            chain.does(tokens(
                "alice",
                "transfer",
                json!({ "symbol": "COOL", "to": "bob", "quantity": "1", "memo": "0" }),
            ));
            indexed.catch_up().await;
        }
        assert_eq!(memos, (1..=20).rev().collect::<Vec<_>>());

        let since = HistoryQuery {
            from: Some(1_600_000_000 + 3 * 24),
            until: Some(1_600_000_000 + 3 * 25),
            ..of("alice")
        };
        let shown = shown(&indexed, &since).await;
        assert_eq!(shown.len(), 2, "{shown:?}");
        let both = HistoryQuery {
            accounts: vec!["alice".into(), "bob".into()],
            offset: 2,
            limit: 2,
            ..HistoryQuery::default()
        };
        let names: Vec<_> = indexed
            .index
            .account_history(&both)
            .await
            .unwrap()
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names, ["alice", "bob"]);
        let nobody = indexed
            .index
            .account_history(&HistoryQuery::default())
            .await;
        assert!(
            nobody
                .unwrap_err()
                .to_string()
                .contains("at least one account")
        );
    }
}

#[tokio::test]
async fn transactions_are_found_by_sender_contract_and_outcome() {
    for database in TestDatabase::each().await {
        let mut chain = TestChain::new();
        chain.found("COOL", 3, 2);
        chain.issue("COOL", "alice", "1");
        let send = |quantity: &str| {
            tokens(
                "alice",
                "transfer",
                json!({ "symbol": "COOL", "to": "bob", "quantity": quantity }),
            )
        };
        chain.block(&[send("0.5"), send("7"), send("0.25")]);
        let mut indexed = Indexed::open(&database, &chain).await;
        indexed.catch_up().await;
        let of_alice = TransactionQuery {
            sender: Some("alice".into()),
            limit: 10,
            ..Default::default()
        };
        assert_eq!(
            indexed.index.transactions(&of_alice).await.unwrap().len(),
            3
        );
        let failed = TransactionQuery {
            failed: Some(true),
            ..of_alice.clone()
        };
        let failed = indexed.index.transactions(&failed).await.unwrap();
        assert_eq!(failed[0].error.as_deref(), Some("overdrawn balance"));
        assert_eq!(failed.len(), 1);
        let page = TransactionQuery {
            before: Some(failed[0].id),
            ..of_alice
        };
        assert_eq!(indexed.index.transactions(&page).await.unwrap().len(), 1);
        let created = TransactionQuery {
            contract: Some("tokens".into()),
            action: Some("create".into()),
            failed: Some(false),
            limit: 100,
            ..Default::default()
        };
        let created = indexed.index.transactions(&created).await.unwrap();
        assert_eq!(created[0].sender, "founder");
    }
}
