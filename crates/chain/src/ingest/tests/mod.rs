//! What main-chain blocks become: the calls, in order, with their ids and payloads.

mod anything;
mod blocks;
mod feeding;
mod operations;
mod payloads;
mod posts;

use expect_test::Expect;
use tartan_graphene::operation::Beneficiary;
use tartan_graphene::{BlockId, MainBlock, MainOperation, MainTransaction, Time, TransactionId};

use super::{Call, calls};
use crate::Network;

fn block(number: u32, transactions: Vec<Vec<MainOperation>>) -> MainBlock {
    let transaction = |(index, operations)| MainTransaction {
        id: TransactionId([index; 20]),
        operations,
    };
    MainBlock {
        number,
        id: BlockId([2; 20]),
        previous: BlockId([1; 20]),
        timestamp: Time(1_600_000_000),
        transactions: (0x0a..).zip(transactions).map(transaction).collect(),
    }
}

/// One line for each call, ids shortened to the two digits that the transactions above are told apart by.
fn show(calls: &[Call]) -> String {
    calls
        .iter()
        .map(|call| {
            let text = |text: &Option<String>| text.clone().unwrap_or("-".to_string());
            let id = call.id.to_string();
            format!(
                "{}{} {} {}.{} {}\n",
                &id[..2],
                &id[40..],
                text(&call.sender),
                text(&call.contract),
                text(&call.action),
                text(&call.payload)
            )
        })
        .collect()
}

fn check_at(network: &str, number: u32, operations: Vec<MainOperation>, expected: Expect) {
    check_on(
        &Network::preset(network).unwrap(),
        number,
        operations,
        expected,
    );
}

fn check_on(network: &Network, number: u32, operations: Vec<MainOperation>, expected: Expect) {
    expected.assert_eq(&show(&calls(network, &block(number, vec![operations]))));
}

/// On the Hive chain of today.
fn check(operations: Vec<MainOperation>, expected: Expect) {
    check_at("hive", 100_000_000, operations, expected);
}

fn posting(json: &str) -> MainOperation {
    custom_json(&[], &["alice"], json)
}

fn custom_json(active: &[&str], posting: &[&str], json: &str) -> MainOperation {
    let names = |names: &[&str]| names.iter().map(|name| name.to_string()).collect();
    MainOperation::CustomJson {
        required_auths: names(active),
        required_posting_auths: names(posting),
        id: "ssc-mainnet-hive".to_string(),
        json: json.to_string(),
    }
}

fn transfer(memo: &str) -> MainOperation {
    MainOperation::Transfer {
        from: "alice".to_string(),
        to: "honey-swap".to_string(),
        amount: "1.000 HIVE".to_string(),
        memo: memo.to_string(),
    }
}

fn comment(json_metadata: &str, body: &str) -> MainOperation {
    MainOperation::Comment {
        parent_author: "bob".to_string(),
        parent_permlink: "first".to_string(),
        author: "alice".to_string(),
        permlink: "re-first".to_string(),
        title: String::new(),
        body: body.to_string(),
        json_metadata: json_metadata.to_string(),
    }
}

fn comment_options() -> MainOperation {
    MainOperation::CommentOptions {
        author: "alice".to_string(),
        permlink: "re-first".to_string(),
        max_accepted_payout: "1000000.000 HBD".to_string(),
        percent: 10_000,
        allow_votes: true,
        allow_curation_rewards: false,
        beneficiaries: vec![Beneficiary {
            account: "carol".to_string(),
            weight: 500,
        }],
    }
}

fn vote() -> MainOperation {
    MainOperation::Vote {
        voter: "dave".to_string(),
        author: "alice".to_string(),
        permlink: "re-first".to_string(),
        weight: -5000,
    }
}

fn call(payload: &str) -> String {
    format!(
        r#"{{"contractName":"tokens","contractAction":"transfer","contractPayload":{payload}}}"#
    )
}
