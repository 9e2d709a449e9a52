//! Whatever texts a main-chain block's operations hold, ingestion does not panic, and what it records says what
//! contracts see.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use tartan_chain::{Network, ingest};
use tartan_graphene::{BlockId, MainBlock, MainOperation, MainTransaction, Time, TransactionId};

static NETWORKS: LazyLock<Vec<Network>> = LazyLock::new(|| {
    ["steem", "hive", "dev"]
        .map(|name| Network::preset(name).expect("presets load"))
        .into()
});

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut parts = text.split('\0').map(str::to_string);
    let mut part = || parts.next().unwrap_or_default();
    let (first, second) = (part(), part());
    for network in NETWORKS.iter() {
        let operations = vec![
            MainOperation::CustomJson {
                required_auths: vec!["alice".to_string()],
                required_posting_auths: Vec::new(),
                id: network.custom_json_id(),
                json: first.clone(),
            },
            MainOperation::Transfer {
                from: "alice".to_string(),
                to: "bob".to_string(),
                amount: "1.000 STEEM".to_string(),
                memo: first.clone(),
            },
            MainOperation::Comment {
                parent_author: String::new(),
                parent_permlink: "tag".to_string(),
                author: "alice".to_string(),
                permlink: "post".to_string(),
                title: String::new(),
                body: second.clone(),
                json_metadata: first.clone(),
            },
        ];
        let block = MainBlock {
            number: 90_000_000,
            id: BlockId([2; 20]),
            previous: BlockId([1; 20]),
            timestamp: Time(1_700_000_000),
            transactions: vec![MainTransaction {
                id: TransactionId([3; 20]),
                operations,
            }],
        };
        for call in ingest::calls(network, &block) {
            let payload = call.payload.expect("accepted calls have a payload");
            let reread = tartan_document::parse(&payload).expect("a recorded payload is JSON");
            assert_eq!(Some(reread), call.value);
        }
    }
});
