//! Every operation through every representation.

use std::collections::{BTreeMap, BTreeSet};

use expect_test::{Expect, expect};
use proptest::{
    collection::{btree_map, btree_set, vec},
    prelude::*,
    strategy::Union,
};

use super::*;
use crate::{asset::AssetKind, authority::RequiredAuthorities};

/// A strategy for any value of a field's type.
pub(super) trait Sample: Sized {
    fn sample() -> BoxedStrategy<Self>;
}

macro_rules! any_value {
    ($($type:ty),*) => {$(
        impl Sample for $type {
            fn sample() -> BoxedStrategy<Self> {
                any::<$type>().boxed()
            }
        }
    )*};
}

any_value!(i16, u16, u32, bool);

impl Sample for String {
    fn sample() -> BoxedStrategy<Self> {
        prop_oneof!["[a-z]{3,16}", ".{0,40}", Just(Self::new())].boxed()
    }
}

impl Sample for Vec<u8> {
    fn sample() -> BoxedStrategy<Self> {
        vec(any::<u8>(), 0..40).boxed()
    }
}

impl Sample for Time {
    fn sample() -> BoxedStrategy<Self> {
        any::<u32>().prop_map(Self).boxed()
    }
}

impl Sample for Asset {
    fn sample() -> BoxedStrategy<Self> {
        (any::<i64>(), 0..3_usize)
            .prop_map(|(amount, kind)| Self {
                amount,
                kind: AssetKind::ALL[kind],
            })
            .boxed()
    }
}

impl Sample for PublicKey {
    fn sample() -> BoxedStrategy<Self> {
        (any::<[u8; 32]>(), any::<u8>())
            .prop_map(|(point, first)| {
                let mut bytes = [first; 33];
                bytes[1..].copy_from_slice(&point);
                Self(bytes)
            })
            .boxed()
    }
}

impl Sample for BTreeSet<String> {
    fn sample() -> BoxedStrategy<Self> {
        btree_set(String::sample(), 0..4).boxed()
    }
}

impl Sample for BTreeMap<String, Vec<u8>> {
    fn sample() -> BoxedStrategy<Self> {
        btree_map(String::sample(), <Vec<u8>>::sample(), 0..4).boxed()
    }
}

impl<T: Sample + std::fmt::Debug + 'static> Sample for Option<T> {
    fn sample() -> BoxedStrategy<Self> {
        proptest::option::of(T::sample()).boxed()
    }
}

impl Sample for Authority {
    fn sample() -> BoxedStrategy<Self> {
        let accounts = btree_map(String::sample(), any::<u16>(), 0..3);
        let keys = btree_map(PublicKey::sample(), any::<u16>(), 0..3);
        (any::<u32>(), accounts, keys)
            .prop_map(|(weight_threshold, account_auths, key_auths)| Self {
                weight_threshold,
                account_auths,
                key_auths,
            })
            .boxed()
    }
}

impl Sample for Price {
    fn sample() -> BoxedStrategy<Self> {
        (Asset::sample(), Asset::sample())
            .prop_map(|(base, quote)| Self { base, quote })
            .boxed()
    }
}

impl Sample for ChainProperties {
    fn sample() -> BoxedStrategy<Self> {
        (Asset::sample(), any::<u32>(), any::<u16>())
            .prop_map(
                |(account_creation_fee, maximum_block_size, dollar_interest_rate)| Self {
                    account_creation_fee,
                    maximum_block_size,
                    dollar_interest_rate,
                },
            )
            .boxed()
    }
}

impl Sample for Vec<Beneficiary> {
    fn sample() -> BoxedStrategy<Self> {
        let beneficiary = (String::sample(), any::<u16>())
            .prop_map(|(account, weight)| Beneficiary { account, weight });
        vec(beneficiary, 0..4).boxed()
    }
}

impl Sample for RecurrentTransferExtensions {
    fn sample() -> BoxedStrategy<Self> {
        any::<Option<u8>>()
            .prop_map(|pair_id| Self { pair_id })
            .boxed()
    }
}

pub(crate) fn any_operation() -> impl Strategy<Value = Operation> {
    Union::new(Operation::samples())
}

pub(crate) fn any_chain() -> impl Strategy<Value = Chain> {
    prop_oneof![
        Just(Chain::steem()),
        Just(Chain::hive()),
        Just(
            Chain::steem()
                .with_prefix("TST")
                .with_symbols(crate::chain::Symbols::new("TESTS", "TBD"))
        ),
    ]
}

fn check_json(operation: &Operation, chain: &Chain) {
    for form in [JsonForm::Legacy, JsonForm::Appbase] {
        let json = operation.to_json(chain, form);
        let text = json.to_string();
        let back = Operation::from_json(&serde_json::from_str(&text).unwrap(), chain);
        assert_eq!(back.as_ref(), Ok(operation), "{text}");
    }
}

fn check_binary(operation: &Operation, chain: &Chain) {
    for form in [AssetForm::Legacy, AssetForm::Hf26] {
        let bytes = operation.encode(chain, form).unwrap();
        assert_eq!(
            Operation::decode(&bytes, chain, form).as_ref(),
            Ok(operation)
        );
        for end in 0..bytes.len() {
            assert!(
                Operation::decode(&bytes[..end], chain, form).is_err(),
                "{operation:?} cut at {end}"
            );
        }
    }
}

/// As many cases as proptest would run, but of every operation.
#[test]
fn every_operation_round_trips() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for operations in Operation::samples() {
        for _ in 0..24 {
            let tree = (operations.clone(), any_chain())
                .new_tree(&mut runner)
                .unwrap();
            let (operation, chain) = proptest::strategy::ValueTree::current(&tree);
            check_json(&operation, &chain);
            check_binary(&operation, &chain);
            let _ = operation.validate();
            operation.require(&chain, &mut RequiredAuthorities::default());
        }
    }
}

#[test]
fn the_table_has_the_numbers_of_the_nodes() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let numbers: Vec<_> = Operation::samples()
        .iter()
        .map(|operation| {
            proptest::strategy::ValueTree::current(&operation.new_tree(&mut runner).unwrap())
        })
        .map(|operation| (operation.id().unwrap(), operation.name().to_owned()))
        .map(|(id, name)| format!("{id} {name}"))
        .collect();
    let expected = expect![[r#"
        0 vote
        1 comment
        2 transfer
        3 transfer_to_vesting
        4 withdraw_vesting
        5 limit_order_create
        6 limit_order_cancel
        7 feed_publish
        8 convert
        9 account_create
        10 account_update
        11 witness_update
        12 account_witness_vote
        13 account_witness_proxy
        15 custom
        17 delete_comment
        18 custom_json
        19 comment_options
        20 set_withdraw_vesting_route
        22 claim_account
        23 create_claimed_account
        24 request_account_recovery
        25 recover_account
        26 change_recovery_account
        32 transfer_to_savings
        33 transfer_from_savings
        34 cancel_transfer_from_savings
        39 claim_reward_balance
        40 delegate_vesting_shares
        41 account_create_with_delegation
        42 witness_set_properties
        43 account_update2
        48 collateralized_convert
        49 recurrent_transfer"#]];
    expected.assert_eq(&numbers.join("\n"));
}

fn check_text(operation: Operation, chain: &Chain, expected: Expect) {
    let legacy = operation.to_json(chain, JsonForm::Legacy);
    let appbase = operation.to_json(chain, JsonForm::Appbase);
    let binary = operation.encode(chain, AssetForm::Legacy).unwrap();
    let hf26 = operation.encode(chain, AssetForm::Hf26).unwrap();
    expected.assert_eq(&format!(
        "{legacy}\n{appbase}\n{}\n{}",
        hex::encode(binary),
        hex::encode(hf26)
    ));
}

#[test]
fn recurrent_transfer_with_a_pair_id() {
    let operation = RecurrentTransfer {
        from: "alice".to_owned(),
        to: "bob".to_owned(),
        amount: Asset::liquid(1000),
        memo: String::new(),
        recurrence: 24,
        executions: 2,
        extensions: RecurrentTransferExtensions { pair_id: Some(7) },
    };
    check_text(
        operation.into(),
        &Chain::hive(),
        expect![[r#"
        ["recurrent_transfer",{"from":"alice","to":"bob","amount":"1.000 HIVE","memo":"","recurrence":24,"executions":2,"extensions":[[1,{"pair_id":7}]]}]
        {"type":"recurrent_transfer_operation","value":{"from":"alice","to":"bob","amount":{"amount":"1000","precision":3,"nai":"@@000000021"},"memo":"","recurrence":24,"executions":2,"extensions":[{"type":"recurrent_transfer_pair_id","value":{"pair_id":7}}]}}
        3105616c69636503626f62e80300000000000003535445454d00000018000200010107
        3105616c69636503626f62e8030000000000002320bcbe0018000200010107"#]],
    );
}

#[test]
fn comment_options_with_beneficiaries() {
    let operation = CommentOptions {
        author: "alice".to_owned(),
        permlink: "post".to_owned(),
        max_accepted_payout: Asset::dollar(1_000_000_000),
        percent_dollar: 10_000,
        allow_votes: true,
        allow_curation_rewards: false,
        beneficiaries: vec![Beneficiary {
            account: "bob".to_owned(),
            weight: 500,
        }],
    };
    check_text(
        operation.clone().into(),
        &Chain::hive(),
        expect![[r#"
        ["comment_options",{"author":"alice","permlink":"post","max_accepted_payout":"1000000.000 HBD","percent_hbd":10000,"allow_votes":true,"allow_curation_rewards":false,"extensions":[[0,{"beneficiaries":[{"account":"bob","weight":500}]}]]}]
        {"type":"comment_options_operation","value":{"author":"alice","permlink":"post","max_accepted_payout":{"amount":"1000000000","precision":3,"nai":"@@000000013"},"percent_hbd":10000,"allow_votes":true,"allow_curation_rewards":false,"extensions":[{"type":"comment_payout_beneficiaries","value":{"beneficiaries":[{"account":"bob","weight":500}]}}]}}
        1305616c69636504706f737400ca9a3b0000000003534244000000001027010001000103626f62f401
        1305616c69636504706f737400ca9a3b000000000320bcbe1027010001000103626f62f401"#]],
    );
    check_text(
        operation.into(),
        &Chain::steem(),
        expect![[r#"
        ["comment_options",{"author":"alice","permlink":"post","max_accepted_payout":"1000000.000 SBD","percent_steem_dollars":10000,"allow_votes":true,"allow_curation_rewards":false,"extensions":[[0,{"beneficiaries":[{"account":"bob","weight":500}]}]]}]
        {"type":"comment_options_operation","value":{"author":"alice","permlink":"post","max_accepted_payout":{"amount":"1000000000","precision":3,"nai":"@@000000013"},"percent_steem_dollars":10000,"allow_votes":true,"allow_curation_rewards":false,"extensions":[{"type":"comment_payout_beneficiaries","value":{"beneficiaries":[{"account":"bob","weight":500}]}}]}}
        1305616c69636504706f737400ca9a3b0000000003534244000000001027010001000103626f62f401
        1305616c69636504706f737400ca9a3b000000000320bcbe1027010001000103626f62f401"#]],
    );
}

#[test]
fn witness_settings() {
    let operation = WitnessUpdate {
        owner: "alice".to_owned(),
        url: "https://tartan.example".to_owned(),
        block_signing_key: PublicKey::NULL,
        props: ChainProperties {
            account_creation_fee: Asset::liquid(3000),
            maximum_block_size: 65_536,
            dollar_interest_rate: 0,
        },
        fee: Asset::liquid(0),
    };
    check_text(
        operation.into(),
        &Chain::hive(),
        expect![[r#"
            ["witness_update",{"owner":"alice","url":"https://tartan.example","block_signing_key":"STM1111111111111111111111111111111114T1Anm","props":{"account_creation_fee":"3.000 HIVE","maximum_block_size":65536,"hbd_interest_rate":0},"fee":"0.000 HIVE"}]
            {"type":"witness_update_operation","value":{"owner":"alice","url":"https://tartan.example","block_signing_key":"STM1111111111111111111111111111111114T1Anm","props":{"account_creation_fee":{"amount":"3000","precision":3,"nai":"@@000000021"},"maximum_block_size":65536,"hbd_interest_rate":0},"fee":{"amount":"0","precision":3,"nai":"@@000000021"}}}
            0b05616c6963651668747470733a2f2f74617274616e2e6578616d706c65000000000000000000000000000000000000000000000000000000000000000000b80b00000000000003535445454d0000000001000000000000000000000003535445454d0000
            0b05616c6963651668747470733a2f2f74617274616e2e6578616d706c65000000000000000000000000000000000000000000000000000000000000000000b80b0000000000002320bcbe00000100000000000000000000002320bcbe"#]],
    );
    let key = crate::keys::PrivateKey::from_seed("witness").public_key();
    let operation = WitnessSetProperties {
        owner: "alice".to_owned(),
        props: BTreeMap::from([
            ("key".to_owned(), key.0.to_vec()),
            ("a".to_owned(), vec![1, 2]),
        ]),
    };
    assert_eq!(operation.signing_key(&Chain::hive()), Some(key));
    check_text(
        operation.into(),
        &Chain::hive(),
        expect![[r#"
        ["witness_set_properties",{"owner":"alice","props":[["a","0102"],["key","02960ad6421f0af767f619ecc673910e26986de24d9a2b5f805d22bbc86dc05d5f"]],"extensions":[]}]
        {"type":"witness_set_properties_operation","value":{"owner":"alice","props":[["a","0102"],["key","02960ad6421f0af767f619ecc673910e26986de24d9a2b5f805d22bbc86dc05d5f"]],"extensions":[]}}
        2a05616c696365020161020102036b65792102960ad6421f0af767f619ecc673910e26986de24d9a2b5f805d22bbc86dc05d5f00
        2a05616c696365020161020102036b65792102960ad6421f0af767f619ecc673910e26986de24d9a2b5f805d22bbc86dc05d5f00"#]],
    );
}

fn read(value: Value, chain: &Chain) -> Result<Operation, String> {
    Operation::from_json(&value, chain).map_err(|error| error.to_string())
}

#[test]
fn reading_is_lenient_where_nodes_are() {
    let strict = json!(["comment_options", {
        "author": "alice", "permlink": "post", "max_accepted_payout": "1.000 HBD", "percent_hbd": 10000,
        "allow_votes": true, "allow_curation_rewards": false, "extensions": [],
    }]);
    let lenient = json!({ "type": "comment_options", "value": {
        "author": "alice", "permlink": "post", "max_accepted_payout": "1.000 SBD", "percent_steem_dollars": "10000",
        "allow_votes": "true", "allow_curation_rewards": "false", "unknown": null,
    } });
    let chain = Chain::hive();
    assert_eq!(
        read(strict, &chain).unwrap(),
        read(lenient, &chain).unwrap()
    );
}

#[test]
fn sets_and_maps_are_sorted_and_weights_may_be_strings() {
    let chain = Chain::steem();
    let operation = read(
        json!(["custom_json", { "required_posting_auths": ["carol", "alice", "bob"], "id": "x", "json": "{}" }]),
        &chain,
    );
    let Ok(Operation::CustomJson(operation)) = operation else {
        panic!("{operation:?}")
    };
    assert_eq!(
        Vec::from_iter(operation.required_posting_auths),
        ["alice", "bob", "carol"]
    );
    let authority = Authority::from_json(
        &json!({ "weight_threshold": "1", "account_auths": [["bob", "1"], ["alice", 2]], "key_auths": [] }),
        &chain,
    );
    assert_eq!(
        Vec::from_iter(authority.unwrap().account_auths),
        [("alice".to_owned(), 2), ("bob".to_owned(), 1)]
    );
}

#[test]
fn errors_say_where_and_what() {
    let chain = Chain::hive();
    let vote =
        json!(["vote", { "voter": "alice", "author": "bob", "permlink": "x", "weight": 40000 }]);
    assert_eq!(
        read(vote, &chain).unwrap_err(),
        "vote.weight: expected an integer between -32768 and 32767, found 40000"
    );
    let transfer =
        json!(["transfer", { "from": "alice", "to": "bob", "amount": "1 HIVE", "memo": "" }]);
    assert_eq!(
        read(transfer, &chain).unwrap_err(),
        "transfer.amount: expected 3 decimals in an amount of HIVE, found \"1 HIVE\""
    );
    let transfer = json!(["transfer", { "from": "alice", "amount": "1.000 HIVE", "memo": "" }]);
    assert_eq!(
        read(transfer, &chain).unwrap_err(),
        "transfer: expected a field to, found none"
    );
    assert!(read(json!([]), &chain).is_err());
    assert!(read(json!([0, {}]), &chain).is_err());
}

#[test]
fn operations_outside_of_the_table_keep_their_json() {
    let chain = Chain::hive();
    let value = json!({ "type": "escrow_approve_operation", "value": { "from": "alice", "approve": true } });
    let operation = read(value.clone(), &chain).unwrap();
    assert_eq!(operation.name(), "escrow_approve");
    assert_eq!(operation.to_json(&chain, JsonForm::Appbase), value);
    assert_eq!(
        operation.encode(&chain, AssetForm::Legacy),
        Err(EncodeError::UnsupportedOperation(
            "escrow_approve".to_owned()
        ))
    );
    assert_eq!(
        Operation::decode(&[31, 0], &chain, AssetForm::Legacy),
        Err(DecodeError::UnsupportedOperation { offset: 0, id: 31 })
    );
}

proptest! {
    #[test]
    fn operations_of_any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..200), chain in any_chain()) {
        for form in [AssetForm::Legacy, AssetForm::Hf26] {
            if let Ok(operation) = Operation::decode(&bytes, &chain, form) {
                let again = operation.encode(&chain, form).unwrap();
                prop_assert_eq!(Operation::decode(&again, &chain, form), Ok(operation));
            }
        }
    }

    #[test]
    fn a_flipped_byte_is_read_or_refused(operation in any_operation(), at: prop::sample::Index, flip: u8) {
        let chain = Chain::hive();
        let mut bytes = operation.encode(&chain, AssetForm::Legacy).unwrap();
        let index = at.index(bytes.len());
        bytes[index] ^= flip;
        let _ = Operation::decode(&bytes, &chain, AssetForm::Legacy);
    }
}

fn valid(value: Value) -> Result<(), String> {
    Operation::from_json(&value, &Chain::hive())
        .unwrap()
        .validate()
        .map_err(|error| error.to_string())
}

fn refused(value: Value, expected: &str) {
    assert_eq!(valid(value).unwrap_err(), expected);
}

fn custom_json(auths: usize, id: &str, json: &str) -> Value {
    let auths: Vec<_> = (0..auths).map(|index| format!("account{index}")).collect();
    json!(["custom_json", { "required_auths": auths, "required_posting_auths": [], "id": id, "json": json }])
}

#[test]
fn custom_json_has_limits() {
    let longest = format!("\"{}\"", "x".repeat(8190));
    assert_eq!(valid(custom_json(40, &"i".repeat(32), &longest)), Ok(()));
    refused(
        custom_json(0, "x", "{}"),
        "required_auths: expected 1 to 40 accounts, found 0",
    );
    refused(
        custom_json(41, "x", "{}"),
        "required_auths: expected 1 to 40 accounts, found 41",
    );
    refused(
        custom_json(1, &"i".repeat(33), "{}"),
        "id: expected at most 32 bytes, found 33",
    );
    refused(
        custom_json(1, "x", &format!("{longest} ")),
        "json: expected at most 8192 bytes, found 8193",
    );
    assert!(
        valid(custom_json(1, "x", "{"))
            .unwrap_err()
            .starts_with("json: expected valid JSON, found EOF")
    );
}

fn options(beneficiaries: &[(&str, u16)]) -> Value {
    let list: Vec<_> = beneficiaries
        .iter()
        .map(|(account, weight)| json!({ "account": account, "weight": weight }))
        .collect();
    json!(["comment_options", {
        "author": "alice", "permlink": "post", "max_accepted_payout": "1.000 HBD", "percent_hbd": 10000,
        "allow_votes": true, "allow_curation_rewards": true, "extensions": [[0, { "beneficiaries": list }]],
    }])
}

#[test]
fn beneficiaries_are_sorted_and_share_at_most_everything() {
    assert_eq!(valid(options(&[("alice", 5000), ("bob", 5000)])), Ok(()));
    refused(
        options(&[("bob", 1), ("alice", 1)]),
        "beneficiaries: expected accounts in strictly ascending order, found bob before alice",
    );
    refused(
        options(&[("bob", 1), ("bob", 1)]),
        "beneficiaries: expected accounts in strictly ascending order, found bob before bob",
    );
    refused(
        options(&[("alice", 5000), ("bob", 5001)]),
        "beneficiaries: expected weights of at most 10000 together, found 10001",
    );
    assert!(Operation::from_json(&options(&[]), &Chain::hive()).is_err());
}

#[test]
fn amounts_must_be_of_the_right_asset_and_positive() {
    let transfer = |amount: &str, memo: &str| json!(["transfer", { "from": "alice", "to": "bob", "amount": amount, "memo": memo }]);
    assert_eq!(valid(transfer("0.001 HBD", &"m".repeat(2047))), Ok(()));
    refused(
        transfer("1.000000 VESTS", ""),
        "amount: expected an amount of a coin, found vests",
    );
    refused(
        transfer("0.000 HIVE", ""),
        "amount: expected more than 0, found 0",
    );
    refused(
        transfer("-0.001 HIVE", ""),
        "amount: expected more than 0, found -1",
    );
    refused(
        transfer("0.001 HIVE", &"m".repeat(2048)),
        "memo: expected at most 2047 bytes, found 2048",
    );
    let power_up = |to: &str, amount: &str| json!(["transfer_to_vesting", { "from": "alice", "to": to, "amount": amount }]);
    assert_eq!(valid(power_up("", "1.000 HIVE")), Ok(()));
    refused(
        power_up("bob", "1.000 HBD"),
        "amount: expected an amount of the liquid coin, found dollar",
    );
}

#[test]
fn votes_and_posts_have_limits() {
    let vote = |weight: i32| json!(["vote", { "voter": "alice", "author": "bob", "permlink": "x", "weight": weight }]);
    assert_eq!(valid(vote(-10_000)), Ok(()));
    refused(
        vote(10_001),
        "weight: expected -10000 to 10000, found 10001",
    );
    refused(
        vote(-32_768),
        "weight: expected -10000 to 10000, found -32768",
    );
    let comment = |author: &str, title: &str, body: &str, metadata: &str| {
        json!(["comment", {
            "parent_author": "", "parent_permlink": "tartan", "author": author, "permlink": "", "title": title,
            "body": body, "json_metadata": metadata,
        }])
    };
    assert_eq!(valid(comment("alice", &"t".repeat(255), "x", "")), Ok(()));
    refused(
        comment("alice", &"t".repeat(256), "x", ""),
        "title: expected at most 255 bytes, found 256",
    );
    refused(
        comment("alice", "", "", ""),
        "body: expected a text, found none",
    );
    refused(
        comment("Al", "", "x", ""),
        "author: expected an account name of 3 to 16 characters, found \"Al\"",
    );
    assert!(valid(comment("alice", "", "x", "{]")).is_err());
}

#[test]
fn authority_needed_by_account_updates() {
    let chain = Chain::steem();
    let needed = |value: Value| {
        let mut required = RequiredAuthorities::default();
        Operation::from_json(&value, &chain)
            .unwrap()
            .require(&chain, &mut required);
        [
            required.owner.len(),
            required.active.len(),
            required.posting.len(),
            required.other.len(),
        ]
    };
    let key = PublicKey::NULL.to_string();
    let authority = json!({ "weight_threshold": 1, "account_auths": [], "key_auths": [[key, 1]] });
    let update = |owner: Option<&Value>| {
        let mut fields = json!({ "account": "alice", "memo_key": key, "json_metadata": "" });
        if let Some(owner) = owner {
            fields["owner"] = owner.clone();
        }
        json!(["account_update", fields])
    };
    assert_eq!(needed(update(Some(&authority))), [1, 0, 0, 0]);
    assert_eq!(needed(update(None)), [0, 1, 0, 0]);
    let update2 = |field: &str, value: Value| {
        let mut fields =
            json!({ "account": "alice", "json_metadata": "", "posting_json_metadata": "{}" });
        fields[field] = value;
        json!(["account_update2", fields])
    };
    assert_eq!(needed(update2("owner", authority.clone())), [1, 0, 0, 0]);
    assert_eq!(needed(update2("posting", authority.clone())), [0, 1, 0, 0]);
    assert_eq!(needed(update2("memo_key", json!(key))), [0, 1, 0, 0]);
    assert_eq!(needed(update2("json_metadata", json!("{}"))), [0, 1, 0, 0]);
    assert_eq!(
        needed(update2("posting_json_metadata", json!("{}"))),
        [0, 0, 1, 0]
    );
    let recover = json!(["recover_account", {
        "account_to_recover": "alice", "new_owner_authority": authority, "recent_owner_authority": authority,
    }]);
    assert_eq!(needed(recover), [0, 0, 0, 2]);
    let custom = json!(["custom_json", { "required_auths": ["alice"], "required_posting_auths": ["bob"], "id": "", "json": "" }]);
    assert_eq!(needed(custom), [0, 1, 1, 0]);
    let witness =
        json!(["witness_set_properties", { "owner": "alice", "props": [], "extensions": [] }]);
    assert_eq!(needed(witness), [0, 0, 0, 1]);
}
