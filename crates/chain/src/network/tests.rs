use std::fs;

use expect_test::{Expect, expect};

use super::*;

#[test]
fn every_preset_loads() {
    for (name, _) in PRESETS {
        let network = Network::preset(name).unwrap();
        assert_eq!(network.name, name);
    }
}

#[test]
fn the_public_chains_are_as_they_are() {
    let hive = Network::load("hive").unwrap();
    assert_eq!(hive.custom_json_id(), "ssc-mainnet-hive");
    assert_eq!(hive.main_chain.first_block(), 41_967_000);
    assert_eq!((hive.ticks.len(), hive.genesis.transactions.len()), (9, 15));
    assert!(hive.rules.legacy_null_sender && !hive.rules.atomic);
    let steem = Network::load("steem").unwrap();
    assert_eq!(steem.custom_json_id(), "ssc-mainnet1");
    assert_eq!(steem.genesis.transactions.len(), 21);
    assert_eq!(steem.naming.other_hash_changes, None);
}

#[test]
fn dev_has_the_names_of_its_flavour() {
    let steem = Network::dev(Flavor::Steem);
    let hive = Network::dev(Flavor::Hive);
    assert_eq!(steem.custom_json_id(), "ssc-dev");
    assert_eq!(hive.custom_json_id(), "ssc-dev");
    assert_eq!(
        (
            steem.tokens.utility.symbol.as_str(),
            hive.tokens.utility.symbol.as_str()
        ),
        ("ENG", "BEE")
    );
    assert_eq!(steem.main_chain.first_block(), 1);
    assert!(!steem.rules.legacy_null_sender && steem.rules.atomic);
    let issue = |network: &Network| network.genesis.transactions[3].payload.clone().unwrap();
    expect![[
        r#"{"symbol":"ENG","to":"steemsc","quantity":"10000000","isSignedWithActiveKey":true}"#
    ]]
    .assert_eq(&issue(&steem));
    expect![[
        r#"{"symbol":"BEE","to":"hive-engine","quantity":"10000000","isSignedWithActiveKey":true}"#
    ]]
    .assert_eq(&issue(&hive));
}

#[test]
fn a_file_overrides_what_it_extends() {
    let network = Network::from_toml(
        r#"
        extends = "dev"
        name = "mine"
        chain_id = "mine"
        fees.token_creation = "1"
        rules = { idle_ticks = 0 }
        "#,
    )
    .unwrap();
    assert_eq!(network.custom_json_id(), "ssc-mine");
    assert_eq!(network.rules.idle_ticks, 0);
    assert!(network.rules.atomic, "what is not named stays");
    let transactions = &network.genesis.transactions;
    let mut payloads = transactions.iter().filter_map(|it| it.payload.as_ref());
    assert!(payloads.any(|payload| payload.contains(r#""tokenCreationFee":"1","#)));
}

#[test]
fn files_extend_files_and_bring_sources() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    fs::create_dir(folder.path().join("code")).unwrap();
    let names = [
        "hivepegged",
        "inflation",
        "market",
        "nft",
        "nftmarket",
        "tokens",
    ];
    for name in names {
        write(&format!("code/{name}.js"), "actions.createSSC = () => {};");
    }
    write(
        "base.toml",
        "extends = \"hive\"\nname = \"base\"\ngenesis.sources = \"code\"",
    );
    write("top.toml", "extends = \"base.toml\"\nchain_id = \"top\"");
    write("circle.toml", "extends = \"circle.toml\"");
    let load = |name: &str| Network::from_file(&folder.path().join(name));
    let network = load("top.toml").unwrap();
    assert_eq!(
        (network.name.as_str(), network.chain_id.as_str()),
        ("base", "top")
    );
    assert_eq!(network.sources.keys().collect::<Vec<_>>(), names);
    assert!(
        load("circle.toml")
            .unwrap_err()
            .to_string()
            .contains("do they extend each other?")
    );
    assert!(
        load("missing.toml")
            .unwrap_err()
            .to_string()
            .starts_with("cannot read ")
    );
}

fn check_error(text: &str, expected: Expect) {
    expected.assert_eq(&Network::from_toml(text).unwrap_err().to_string());
}

#[test]
fn errors_name_the_key_and_what_is_allowed() {
    check_error(
        "extends = \"dev\"\nrules.atomc = true",
        expect![
            "network: rules.atomc: unknown field `atomc`, expected one of `feeds`, `native`, `atomic`, `write_hash`, `scripts`, `state_root`, `metered`, `block_hash_covers_merkle_root`, `register_tick`, `block_production_notice`, `active_key_to_deploy`, `deploy_native`, `contracts_assert_authority`, `legacy_null_sender`, `per_user_limit_note`, `idle_ticks`, `nesting_depth`"
        ],
    );
    check_error(
        "extends = \"dev\"\nrules.write_hash = \"none\"",
        expect!["network: rules.write_hash: unknown variant `none`, expected `count` or `content`"],
    );
    check_error(
        "extends = \"dev\"\ngates.plain_comments = \"later\"",
        expect![[
            r#"network: gates.plain_comments: invalid value: string "later", expected a main-chain block number or "never""#
        ]],
    );
    check_error(
        "extends = \"dev\"\nmain_chain.chain_id = \"abc\"",
        expect![[
            r#"network: main_chain.chain_id: expected 64 hexadecimal digits or "any", found "abc""#
        ]],
    );
    check_error(
        "extends = \"dev\"\nchain_id = \"\"",
        expect!["network: chain_id: expected 1 to 28 characters"],
    );
    check_error(
        "extends = \"dev\"\nchain_id = \"${fees.nothing}\"",
        expect![
            "network: chain_id: expected the key of a text or a whole number in ${fees.nothing}"
        ],
    );
    check_error(
        "extends = \"dev\"\ngenesis.transactions = [{ sender = \"a\", contract = \"tokens\" }]",
        expect![
            "network: genesis.transactions[0]: expected either deploy, or contract, action and payload"
        ],
    );
    check_error(
        "extends = \"dev\"\nrules.state_root = true",
        expect![
            "network: rules.state_root: expected false: this version of the program cannot do it yet"
        ],
    );
    check_error(
        "extends = \"dev\"\nrules.atomic = false",
        expect!["network: rules.atomic: expected true where rules.metered is true, found false"],
    );
    check_error(
        "extends = \"dev\"\nlimits.call_budget = 0",
        expect!["network: limits.call_budget: expected 1 to 10000000 units, found 0"],
    );
    check_error(
        "extends = \"dev\"\nfees.deployment = \"much\"",
        expect![[
            r#"network: fees.deployment: expected an amount with at most 8 decimals, found "much""#
        ]],
    );
    check_error(
        "extends = \"dev\"\ngates.resource_fee = 5\nrules.native = [\"tokens\"]",
        expect![[
            r#"network: gates.resource_fee: expected "never" where there is no contract resourcemanager, as every call would be refused"#
        ]],
    );
    check_error(
        "name = \"bare\"",
        expect!["network: file: missing field `chain_id`"],
    );
    check_error(
        "extends = \"testnet\"",
        expect![[
            r#"there is no network "testnet": expected one of steem, hive, dev, dev-hive or the path of a .toml file"#
        ]],
    );
    check_error(
        "extends = 5",
        expect![
            "network: extends: expected one of steem, hive, dev, dev-hive or a path, found integer"
        ],
    );
    let syntax = Network::from_toml("name = ").unwrap_err().to_string();
    assert!(
        syntax.starts_with("network is not a TOML file: TOML parse error at line 1"),
        "{syntax}"
    );
}

#[test]
fn the_identity_is_that_of_the_rules() {
    let dev = Network::dev(Flavor::Steem);
    let renamed = Network {
        name: "other".to_string(),
        ..dev.clone()
    };
    assert!(dev.identity().matches(&renamed.identity()));
    let mut changed = dev.clone();
    changed.fees.token_creation = "11".to_string();
    assert!(!dev.identity().matches(&changed.identity()));
    assert!(
        !dev.identity()
            .matches(&Network::dev(Flavor::Hive).identity())
    );
    let mut sourced = dev.clone();
    sourced.sources.insert("tokens".to_string(), String::new());
    assert!(!dev.identity().matches(&sourced.identity()));
}

#[test]
fn a_code_template_comes_from_a_file_and_has_the_expected_hash() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let load = || Network::from_file(&folder.path().join("mine.toml")).map_err(|e| e.to_string());
    write("template.js", "<###ACTIONS###>");
    write(
        "mine.toml",
        "extends = \"dev\"\ncode_template_file = \"template.js\"",
    );
    let network = load().unwrap();
    assert_eq!(network.wrap("x"), "<x>");
    let own = Network::preset("dev").unwrap();
    assert_ne!(network.identity(), own.identity());

    write("template.js", "nowhere");
    let error = load().unwrap_err();
    assert!(
        error.contains("expected a text with ###ACTIONS### in it"),
        "{error}"
    );

    write("template.js", "<###ACTIONS###>");
    write(
        "mine.toml",
        "extends = \"hive\"\ncode_template_file = \"template.js\"",
    );
    let error = load().unwrap_err();
    assert!(error.contains("SHA-256 e8f754556f5c3b4c"), "{error}");
}

#[test]
fn a_folder_of_sources_has_all_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["tokens", "hivepegged", "market", "nft", "nftmarket"];
    for name in names {
        let source = "const symbol = \"'${CONSTANTS.UTILITY_TOKEN_SYMBOL}$'\";";
        std::fs::write(folder.path().join(format!("{name}.js")), source).unwrap();
    }
    let file = folder.path().join("mine.toml");
    let text = "extends = \"hive\"\n[genesis]\nsources = \".\"";
    std::fs::write(&file, text).unwrap();
    let error = Network::from_file(&file).unwrap_err().to_string();
    assert!(error.contains("expected a file inflation.js"), "{error}");

    std::fs::write(folder.path().join("inflation.js"), "").unwrap();
    let network = Network::from_file(&file).unwrap();
    let calls = network.genesis_input().calls;
    // the marker, six deployments, nine calls
    assert_eq!(calls.len(), 16);
    let payload = calls[1].payload.as_deref().unwrap();
    let code = crate::genesis::encode_source("const symbol = \"BEE\";");
    assert_eq!(
        payload,
        format!(r#"{{"name":"tokens","params":"","code":"{code}"}}"#)
    );
}

#[test]
fn who_needs_a_memo_is_for_people_only() {
    let hive = Network::load("hive").unwrap();
    let needing: Vec<&str> = hive.accounts.needing_memo().collect();
    assert!(needing.contains(&"honey-swap") && needing.contains(&"deepcrypto8"));
    let mut other = hive.clone();
    other.accounts.exchanges.clear();
    assert!(other.identity().matches(&hive.identity()));
    other.accounts.peg.clear();
    assert!(!other.identity().matches(&hive.identity()));
}

#[test]
fn the_explorer_of_the_main_chain_is_for_people_only() {
    let hive = Network::load("hive").unwrap();
    let explorer = hive.main_chain.explorer.clone().unwrap();
    assert_eq!(explorer.transaction.of("0f"), "https://hivehub.dev/tx/0f");
    let mut other = hive.clone();
    other.main_chain.explorer = None;
    assert!(other.identity().matches(&hive.identity()));
    let with = |address: &str| {
        Network::from_toml(&format!(
            "extends = \"dev\"\n[main_chain.explorer]\nname = \"x\"\ntransaction = {address:?}\nblock = \"https://x.example/{{}}\""
        ))
    };
    assert_eq!(
        with("https://x.example/tx/{}?a")
            .unwrap()
            .main_chain
            .explorer
            .unwrap()
            .transaction
            .of(7),
        "https://x.example/tx/7?a"
    );
    for wrong in ["https://x.example/tx", "javascript:{}", "https://{}/{}"] {
        let error = with(wrong).unwrap_err().to_string();
        assert!(
            error.contains("explorer.transaction") && error.contains("expected an address"),
            "{error}"
        );
    }
}
