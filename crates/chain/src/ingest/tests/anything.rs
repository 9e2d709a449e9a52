//! Whatever anyone writes.

use proptest::prelude::*;
use tartan_graphene::MainOperation;

use super::{block, calls, comment, posting, transfer};
use crate::Network;
use crate::network::Flavor;

fn any_json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_string()),
        Just("true".to_string()),
        Just("-0".to_string()),
        Just("1e999".to_string()),
        Just("\"ssc-dev\"".to_string()),
        Just("\"tokens\"".to_string()),
        Just("\"\\ud800\"".to_string()),
        any::<f64>().prop_map(|number| if number.is_finite() {
            number.to_string()
        } else {
            "0".to_string()
        }),
        ".{0,8}".prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    let key = prop_oneof![
        Just("contractName".to_string()),
        Just("contractAction".to_string()),
        Just("contractPayload".to_string()),
        Just("callingContractInfo".to_string()),
        Just("transactions".to_string()),
        Just("length".to_string()),
        Just("id".to_string()),
        Just("json".to_string()),
        Just("ssc".to_string()),
        Just("0".to_string()),
        ".{0,4}",
    ];
    leaf.prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(","))),
            proptest::collection::vec((key.clone(), inner), 0..4).prop_map(|fields| {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|(key, value)| format!("{}:{value}", serde_json::to_string(key).unwrap()))
                    .collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    })
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any_json(),
        any_json().prop_map(|json| format!(r#"{{"id":"ssc-dev","json":{json}}}"#)),
        any_json()
            .prop_map(|json| format!(r#"{{"ssc":{{"id":"ssc-dev","transactions":{json}}}}}"#)),
        ".{0,20}",
    ]
}

proptest! {
    #[test]
    fn no_operation_is_too_much(a in any_text(), b in any_text(), legacy in any::<bool>()) {
        let mut network = Network::dev(Flavor::Steem);
        network.rules.legacy_null_sender = legacy;
        network.rules.feeds = Network::preset("hive").unwrap().rules.feeds;
        let mut json = posting(&a);
        if let MainOperation::CustomJson { id, .. } = &mut json {
            *id = "ssc-dev".to_string();
        }
        let operations = vec![json, transfer(&a), comment(&a, &b), comment(&b, &a)];
        for call in calls(&network, &block(1, vec![operations])) {
            // what is recorded says what the contract sees
            let payload = call.payload.unwrap();
            let reread = tartan_document::parse(&payload).unwrap();
            prop_assert_eq!(reread.stringify(), payload);
            prop_assert_eq!(call.value, Some(reread));
            let by_node = call.sender.as_deref() == Some("null");
            let comments = call.contract.as_deref() == Some("comments");
            prop_assert!(!by_node || comments || legacy);
        }
    }
}
