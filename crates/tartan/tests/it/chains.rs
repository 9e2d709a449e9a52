//! `tartan devchain`, `sign`, `broadcast`, and a node on a chain of its own process.

use serde_json::{Value, json};

use crate::harness::{Desk, MASTER_PASSWORD, SideChain};

#[test]
fn a_devchain_a_node_and_a_signed_transfer() {
    let desk = Desk::new();
    let main_chain = desk.start(&[
        "devchain",
        "--chain",
        "steem",
        "--port",
        "0",
        "--block-interval",
        "100ms",
        "--json",
    ]);
    let banner = main_chain.json();
    let url = banner["urls"][0].as_str().expect("an address");
    let (_, node) = SideChain::start(&desk, url, "state");

    let args = [
        "key",
        "from-password",
        "alice",
        "--role",
        "active",
        "--out",
        "alice.key",
    ];
    desk.feed(MASTER_PASSWORD, &args).succeeded(&args);
    let transfer = json!({ "operations": [["transfer", { "from": "alice", "to": "bob", "amount": "1.500 STEEM", "memo": "" }]] });
    desk.write("transfer.json", transfer.to_string());
    let signed = desk.ok(&[
        "sign",
        "transfer.json",
        "--key-file",
        "alice.key",
        "--main-chain",
        url,
    ]);
    desk.write("signed.json", &signed);
    let signed: Value = serde_json::from_str(&signed).expect("JSON");
    assert_eq!(signed["signatures"].as_array().map(Vec::len), Some(1));

    let sent = desk.json(&[
        "broadcast",
        "signed.json",
        "--irreversible",
        "--main-chain",
        url,
    ]);
    assert_eq!(sent["irreversible"], true);
    // sent again, it does not execute again
    let again = desk.json(&["broadcast", "signed.json", "--main-chain", url]);
    assert_eq!(
        (&again["id"], &again["block"]),
        (&sent["id"], &sent["block"])
    );

    // signing once more with the same key adds nothing; with another one, a signature that the chain does not want
    let args = ["sign", "-", "--key-file", "alice.key"];
    let same = desk.feed(&signed.to_string(), &args).succeeded(&args);
    assert_eq!(serde_json::from_str::<Value>(&same).expect("JSON"), signed);
    desk.write(
        "other.key",
        "5JEBi2GhgFE2FF9aK48ryLAUVnENYd7Uh8UwcHo4A4psyoDENkT",
    );
    desk.write("more.json", transfer.to_string());
    let two = desk.ok(&[
        "sign",
        "more.json",
        "--key-file",
        "alice.key",
        "--key-file",
        "other.key",
        "--main-chain",
        url,
    ]);
    let args = ["broadcast", "-", "--main-chain", url];
    let error = desk.feed(&two, &args).failed(&args);
    assert!(error.contains("irrelevant signature"), "{error}");

    node.stop();
    main_chain.stop();
}

#[test]
fn signing_offline_gives_the_bytes_that_libraries_give() {
    let desk = Desk::new();
    desk.write("one.key", VECTOR_KEY);
    desk.write("transaction.json", VECTOR_TRANSACTION);
    let signed: Value =
        serde_json::from_str(&desk.ok(&["sign", "transaction.json", "--key-file", "one.key"]))
            .expect("JSON");
    assert_eq!(signed["signatures"], json!([VECTOR_SIGNATURE]));
}

#[test]
fn what_cannot_be_signed_or_sent_is_told() {
    let desk = Desk::new();
    desk.write("one.key", VECTOR_KEY);
    let sign = |content: &str| {
        desk.write("t.json", content);
        desk.fails(&["sign", "t.json", "--key-file", "one.key"])
    };
    assert!(sign("x").starts_with("t.json is not JSON"));
    assert!(sign(r#"{"ref_block_num":1,"ref_block_prefix":2,"expiration":"2026-01-01T00:00:00","operations":[]}"#).contains("at least one operation"));
    let wrong = VECTOR_TRANSACTION.replace("STEEM", "HIVE");
    assert_ne!(wrong, VECTOR_TRANSACTION);
    assert!(
        sign(&wrong).contains("t.json is not a transaction"),
        "{}",
        sign(&wrong)
    );
    desk.write("t.json", VECTOR_TRANSACTION);
    let error = desk.fails(&["broadcast", "t.json"]);
    assert_eq!(error, "t.json has no signatures; `tartan sign` adds one");
    let error = desk.fails(&["broadcast", "nowhere.json"]);
    assert!(error.starts_with("cannot read nowhere.json"), "{error}");
}

#[test]
fn a_devchain_keeps_its_blocks_in_a_file() {
    let desk = Desk::new();
    let start = || {
        let running = desk.start(&[
            "devchain",
            "--port",
            "0",
            "--manual",
            "--data",
            "chain.log",
            "--json",
        ]);
        let banner = running.json();
        (
            running,
            banner["urls"][0].as_str().expect("an address").to_string(),
            banner["head"].clone(),
        )
    };
    let (running, url, head) = start();
    SideChain { url }.call("devchain.mine", json!([7]));
    running.stop();
    let (running, _, later) = start();
    assert_eq!(later.as_u64(), head.as_u64().map(|head| head + 7));
    running.stop();
}

/// A transaction of the test vectors, and its signature by dsteem and dhive.
const VECTOR_KEY: &str = "5KCuireDymPENcRwGpVDMr8keNVsGTNo46CSVqZgshBCRBYSejT";
const VECTOR_TRANSACTION: &str = r#"{"ref_block_num":4885,"ref_block_prefix":1280134735,"expiration":"2026-06-15T12:34:55","operations":[["transfer",{"from":"alice","to":"bob","amount":"1.000 STEEM","memo":"hello"}]],"extensions":[]}"#;
const VECTOR_SIGNATURE: &str = "205c02dafe08f119e8f52ef9b0f8dd683c70b3e32a8e14f7da2eb8b9a60e3721ce0d87b5f7822520dd1b8e8a8dc3b11f1c0aeb6f82aae575f088b0ef81cbea837d";
