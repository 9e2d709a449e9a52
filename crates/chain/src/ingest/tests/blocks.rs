//! Real blocks.

use expect_test::{Expect, expect};
use tartan_graphene::MainBlock;

use super::calls;
use crate::Network;

fn check_block(network: &Network, text: &str, number: u32, expected: Expect) {
    let chain = network.main_chain.flavor.chain();
    let block = MainBlock::from_json(text, &chain, number).unwrap().unwrap();
    let shown: String = calls(network, &block)
        .iter()
        .map(|call| {
            let payload: String = call.payload.as_ref().unwrap().chars().take(90).collect();
            let name = |name: &Option<String>| name.clone().unwrap();
            format!(
                "{} {} {}.{} {payload}\n",
                call.id,
                name(&call.sender),
                name(&call.contract),
                name(&call.action)
            )
        })
        .collect();
    expected.assert_eq(&shown);
}

#[test]
fn real_steem_blocks() {
    let network = Network::preset("steem").unwrap();
    check_block(
        &network,
        include_str!("../../../tests/data/steem-48404510.json"),
        48_404_510,
        expect![[r#"
        4597943de21b2b0c2a5f7b799a651b317aa77f77 null comments.vote {"voter":"sayeeda","author":"elitogold","weight":4600,"permlink":"appics-v1-appics-im-3215
        dd599cc5c4bea40ce5c5cd57df6cb0151d99d92c null comments.vote {"voter":"double-u","author":"sumon02","weight":10000,"permlink":"the-diary-game-07-11-202
        b265f9e825fad6a518202ea8b5d9e983f72cf81e appics-pool tokens.stake {"symbol":"APX","to":"jon24jon24","quantity":"158.7790","isSignedWithActiveKey":true}
    "#]],
    );
}

#[test]
fn real_hive_blocks() {
    let network = Network::preset("hive").unwrap();
    check_block(
        &network,
        include_str!("../../../tests/data/hive-97477292.json"),
        97_477_292,
        expect![[r#"
        87e2ce32069d5438bfadc65d5d0dabd2bba74a21 null comments.vote {"voter":"pixelfan","author":"balaenoptera","weight":660,"permlink":"untoandbisunto-35-con
        89cf8c3431e606059f07b2f9943bbc77737169db spshards market.sell {"symbol":"SPS","quantity":"794.16660815","price":"0.03339746","isSignedWithActiveKey":tru
        1fbdb470f3270a1790d29411e2c536e88079f37b demonicore tokens.transfer {"symbol":"DCORE","to":"vassal","quantity":"46.24","memo":"reward","isSignedWithActiveKey"
        d922f33b96aabd1e5ccec4a7fd39847a42800901 hannahjames710 market.cancel {"type":"buy","id":"168299c9838cb96d0612ab3fb4bf21ea8499ecf5","isSignedWithActiveKey":true
        c35c1f6f0b5e8033d28645710811dd2eaaa3b6d8 iamchessguy marketpools.addLiquidity {"tokenPair":"CENT:POB","baseQuantity":"68.25427923","quoteQuantity":"13.09052202","maxSli
        a5464f3173b38a523d72853e160dca385b20ac51 otomo market.cancel {"type":"sell","id":"416c3f6e8fc8212820737362e7b20027d69a7869","isSignedWithActiveKey":tru
        03c1eb88c416bd33555df4e78f26f639f1b0d4a4 threesteps tokens.issue {"symbol":"CTP","to":"ikigaidesign","quantity":"1.974","isSignedWithActiveKey":true}
    "#]],
    );
}
