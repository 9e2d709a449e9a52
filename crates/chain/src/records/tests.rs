//! Hashes against blocks that the reference made: three from the sandbox documentation (genesis, a deployment, two
//! calls), whose every field is known.

use expect_test::expect;
use proptest::prelude::*;

use super::*;
use crate::Network;

fn hive() -> Network {
    Network::preset("hive").unwrap()
}

fn transaction(id: &str, sender: &str, contract: &str, action: &str, payload: &str) -> Transaction {
    Transaction {
        ref_block: None,
        id: TransactionId::Text(id.to_string()),
        sender: Some(sender.to_string()),
        contract: Some(contract.to_string()),
        action: Some(action.to_string()),
        payload: Some(payload.to_string()),
        executed_code_hash: String::new(),
        hash: HashText::EMPTY,
        database_hash: HashText::EMPTY,
        logs: "{}".to_string(),
    }
}

fn sealed(mut block: Block, transactions: Vec<Transaction>) -> Block {
    block.transactions = transactions;
    for transaction in &mut block.transactions {
        transaction.hash = transaction.compute_hash();
    }
    block.seal(hive().block_hashing());
    block
}

fn empty_block() -> Block {
    Block {
        number: 0,
        ref_block: Some(0),
        ref_block_id: String::new(),
        prev_ref_block_id: String::new(),
        previous_hash: HashText::ZERO,
        previous_database_hash: HashText::EMPTY,
        timestamp: "2018-06-01T00:00:00".to_string(),
        transactions: Vec::new(),
        virtual_transactions: Vec::new(),
        hash: HashText::EMPTY,
        database_hash: HashText::EMPTY,
        merkle_root: HashText::EMPTY,
        round: None,
        round_hash: String::new(),
        witness: String::new(),
        signing_key: String::new(),
        round_signature: String::new(),
        per_user_limit: None,
        other_hash_changes: Vec::new(),
        place: 0,
        given: None,
    }
}

fn genesis() -> Block {
    let mut marker = transaction("", "null", "null", "null", r#"{"chainId":"demo"}"#);
    marker.id = TransactionId::Number(0);
    marker.logs = r#"{"errors":["contract doesn't exist"]}"#.to_string();
    sealed(empty_block(), vec![marker])
}

fn next(block: &Block, number: u64, ids: (&str, &str), timestamp: &str) -> Block {
    Block {
        number: block.number + 1,
        place: block.number + 1,
        ref_block: Some(number),
        ref_block_id: ids.1.to_string(),
        prev_ref_block_id: ids.0.to_string(),
        previous_hash: block.hash,
        previous_database_hash: block.database_hash,
        timestamp: timestamp.to_string(),
        ..empty_block()
    }
}

const NOTEBOOK: &str = "79a1a0652a9a4e29be189c3f7658cc846bd1129e4dc44a2146540d01ce1348be";
const DEPLOY: &str = r#"{"name":"notebook","params":"","code":"YWN0aW9ucy5jcmVhdGVTU0MgPSBhc3luYyAoKSA9PiB7IGF3YWl0IGFwaS5kYi5jcmVhdGVUYWJsZSgnbm90ZXMnLCBbJ2F1dGhvciddKTsgfTsKYWN0aW9ucy5hZGQgPSBhc3luYyAocGF5bG9hZCkgPT4gewogIGlmICghYXBpLmFzc2VydCh0eXBlb2YgcGF5bG9hZC50ZXh0ID09PSAnc3RyaW5nJyAmJiBwYXlsb2FkLnRleHQubGVuZ3RoID4gMCwgJ3RleHQgaXMgbWlzc2luZycpKSByZXR1cm47CiAgY29uc3Qgbm90ZSA9IGF3YWl0IGFwaS5kYi5pbnNlcnQoJ25vdGVzJywgeyBhdXRob3I6IGFwaS5zZW5kZXIsIHRleHQ6IHBheWxvYWQudGV4dCB9KTsKICBhcGkuZW1pdCgnYWRkZWQnLCB7IGlkOiBub3RlLl9pZCB9KTsKfTs="}"#;

fn deployed() -> Block {
    let genesis = genesis();
    let block = next(&genesis, 60_000_000, ("00", "aa"), "2026-01-01T00:00:00");
    let mut deploy = transaction("t1", "hive-engine", "contract", "deploy", DEPLOY);
    deploy.ref_block = Some(60_000_000);
    deploy.executed_code_hash = NOTEBOOK.to_string();
    deploy.database_hash = genesis.database_hash;
    sealed(block, vec![deploy])
}

fn called() -> Block {
    let deployed = deployed();
    let block = next(&deployed, 60_000_001, ("aa", "bb"), "2026-01-01T00:00:03");
    // one row inserted: the table's hash is that of the empty text
    let database_hash = HashText::of(
        [
            deployed.database_hash.as_bytes(),
            HashText::of("").as_bytes(),
        ]
        .concat(),
    );
    let mut calls = vec![
        transaction("t2", "alice", "notebook", "add", r#"{"text":"hello"}"#),
        transaction("t3", "alice", "notebook", "add", "{}"),
    ];
    calls[0].logs =
        r#"{"events":[{"contract":"notebook","event":"added","data":{"id":1}}]}"#.to_string();
    calls[1].logs = r#"{"errors":["text is missing"]}"#.to_string();
    for call in &mut calls {
        call.ref_block = Some(60_000_001);
        call.executed_code_hash = NOTEBOOK.to_string();
        call.database_hash = database_hash;
    }
    sealed(block, calls)
}

#[test]
fn hashes_are_those_of_the_reference() {
    let genesis = genesis();
    expect!["a0d957ebdf60a7837e50fc537ca3bcc5c7971bf6e0bf013246ca2612aaa1a8bf"]
        .assert_eq(genesis.hash.as_str());
    expect!["e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]
        .assert_eq(genesis.database_hash.as_str());
    let deployed = deployed();
    expect!["d15305a54af71afec7b453c7209f747b17fdaf429b0e049e7a4fbe9e12409dc8"]
        .assert_eq(deployed.hash.as_str());
    expect!["3b7546ed79e3e5a7907381b093c5a182cbf364c5dd0443dfa956c8cca271cc33"]
        .assert_eq(deployed.database_hash.as_str());
    let called = called();
    expect!["edff24be7ce1f6b12489b27fbb40a4ca0a0c012dfae2f49c3342a980e6f22026"]
        .assert_eq(called.hash.as_str());
    expect!["3523b6d50ee141e944b97771243ced227b316225b645dd9066931f397a8d6490"]
        .assert_eq(called.database_hash.as_str());
    expect!["4096d53d29c422b47ff838b488bd231caa8b53864caa94a20b071d823b385c19"]
        .assert_eq(called.transactions[1].hash.as_str());
}

#[test]
fn a_block_of_drafts_is_the_block_itself() {
    let hive = hive();
    for block in [genesis(), deployed(), called()] {
        let (mut draft, mut virtual_draft) = (Draft::default(), Draft::default());
        for transaction in &block.transactions {
            let open = Transaction {
                hash: HashText::EMPTY,
                ..transaction.clone()
            };
            draft.add(open.clone(), &hive.naming);
            virtual_draft.add(open, &hive.naming);
        }
        virtual_draft.double(&hive.naming);
        let mut expected = Block {
            virtual_transactions: [block.transactions.clone(), block.transactions.clone()].concat(),
            ..block
        };
        expected.seal(hive.block_hashing());
        let head = Block {
            merkle_root: HashText::EMPTY,
            hash: HashText::EMPTY,
            ..expected.head()
        };
        let mut unsealed = Unsealed::new(head, draft, virtual_draft);
        let (hash, json) = unsealed.take_hashed(hive.block_hashing()).finish();
        let (sealed, bytes, _) = unsealed.seal(hash, json);
        assert_eq!(sealed, expected);
        assert_eq!(bytes, encode_block(&expected));
    }
}

#[test]
fn the_merkle_root_can_be_left_out_of_the_hash() {
    let steem = Network::preset("steem").unwrap();
    let mut block = called();
    let hash = block.compute_hash(steem.block_hashing());
    block.merkle_root = HashText::EMPTY;
    assert_eq!(block.compute_hash(steem.block_hashing()), hash);
    assert_ne!(block.compute_hash(hive().block_hashing()), called().hash);
}

#[test]
fn an_odd_last_one_pairs_with_itself() {
    let leaf = |n: u8| Transaction {
        hash: HashText::of([n]),
        database_hash: HashText::of([n, n]),
        ..transaction("", "", "", "", "")
    };
    let join = |a: HashText, b: HashText| HashText::of([a.as_bytes(), b.as_bytes()].concat());
    let leaves = [leaf(1), leaf(2), leaf(3)];
    assert_eq!(merkle_roots(&[]), None);
    let one = merkle_roots(&leaves[..1]).unwrap();
    assert_eq!(one.hash, join(leaves[0].hash, leaves[0].hash));
    let three = merkle_roots(&leaves).unwrap();
    let left = join(leaves[0].hash, leaves[1].hash);
    let right = join(leaves[2].hash, leaves[2].hash);
    assert_eq!(three.hash, join(left, right));
    assert_ne!(three.hash, three.database_hash);
}

#[test]
fn blocks_are_shown_with_the_names_of_the_network() {
    let mut block = called();
    block.other_hash_changes.push(60_000_002);
    block.per_user_limit = Some(true);
    block.transactions.truncate(1);
    let json = serde_json::to_string_pretty(&block.json(&hive().naming)).unwrap();
    expect![[r#"
        {
          "_id": 2,
          "blockNumber": 2,
          "refHiveBlockNumber": 60000001,
          "refHiveBlockId": "bb",
          "prevRefHiveBlockId": "aa",
          "previousHash": "d15305a54af71afec7b453c7209f747b17fdaf429b0e049e7a4fbe9e12409dc8",
          "previousDatabaseHash": "3b7546ed79e3e5a7907381b093c5a182cbf364c5dd0443dfa956c8cca271cc33",
          "timestamp": "2026-01-01T00:00:03",
          "transactions": [
            {
              "refHiveBlockNumber": 60000001,
              "transactionId": "t2",
              "sender": "alice",
              "contract": "notebook",
              "action": "add",
              "payload": "{\"text\":\"hello\"}",
              "executedCodeHash": "79a1a0652a9a4e29be189c3f7658cc846bd1129e4dc44a2146540d01ce1348be",
              "hash": "f38cfe429003e1cb2ac24fa78dbf8b5239ea6b008051aadf551d7c6a4fa188ea",
              "databaseHash": "bcdb88dbe89c438b4c52474c7d9818c015e17c7069ba20a75d6d11f98323c74e",
              "logs": "{\"events\":[{\"contract\":\"notebook\",\"event\":\"added\",\"data\":{\"id\":1}}]}"
            }
          ],
          "virtualTransactions": [],
          "hash": "edff24be7ce1f6b12489b27fbb40a4ca0a0c012dfae2f49c3342a980e6f22026",
          "databaseHash": "3523b6d50ee141e944b97771243ced227b316225b645dd9066931f397a8d6490",
          "merkleRoot": "e425dbf4aabc794cf78c42db9f47a70ac0dee4fe187a0cf92b5c78ef0dbde299",
          "round": null,
          "roundHash": "",
          "witness": "",
          "signingKey": "",
          "roundSignature": "",
          "enablePerUserTxLimit": true,
          "otherHashChangeRefHiveBlocks": [
            60000002
          ]
        }"#]]
    .assert_eq(&json);
    let steem = Network::preset("steem").unwrap();
    let json = serde_json::to_value(block.json(&steem.naming)).unwrap();
    assert_eq!(json["refSteemBlockId"], "bb");
    assert_eq!(json["transactions"][0]["refSteemBlockNumber"], 60_000_001);
    assert!(json.get("otherHashChangeRefHiveBlocks").is_none());
}

#[test]
fn what_is_not_set_is_left_out_of_a_hash_and_reported_as_null() {
    let genesis = genesis();
    let hive = hive();
    let mut hashed = Vec::new();
    json::TransactionJson::new(&genesis.transactions[0], &hive.naming, json::Form::Hashed)
        .write(&mut hashed);
    assert!(hashed.starts_with(br#"{"transactionId":0,"sender":"null""#));
    let reported = serde_json::to_string(&genesis.transactions[0].json(&hive.naming)).unwrap();
    assert!(
        reported.starts_with(r#"{"refHiveBlockNumber":null,"transactionId":0,"sender":"null""#)
    );
    let looked_up = genesis.transactions[0]
        .json(&hive.naming)
        .with_block_number(0)
        .with_index(None);
    let looked_up = serde_json::to_string(&looked_up).unwrap();
    assert!(
        looked_up.starts_with(r#"{"blockNumber":0,"transactionIndex":null,"refHiveBlockNumber""#)
    );
}

#[test]
fn stored_blocks_come_back() {
    for block in [genesis(), deployed(), called()] {
        let bytes = encode_block(&block);
        assert_eq!(decode_block(&bytes).unwrap(), block);
    }
    let bytes = encode_block(&called());
    let refused = |bytes: &[u8]| decode_block(bytes).unwrap_err().to_string();
    expect!["expected a stored block of format 1, found format 9"].assert_eq(&refused(&[9]));
    expect!["a stored block is damaged: there are no bytes"].assert_eq(&refused(&[]));
    assert!(refused(&bytes[..bytes.len() - 1]).starts_with("a stored block is damaged"));
    expect!["a stored block is damaged: 1 bytes too many"]
        .assert_eq(&refused(&[&bytes[..], &[0]].concat()));
}

/// Level by level, as the specification has it.
fn root(mut level: Vec<HashText>) -> Option<HashText> {
    let join = |pair: &[HashText]| {
        let (left, right) = (pair[0], pair[pair.len() - 1]);
        HashText::of([left.as_bytes(), right.as_bytes()].concat())
    };
    while let [_, ..] = &*level {
        level = level.chunks(2).map(join).collect();
        if let [root] = &*level {
            return Some(*root);
        }
    }
    None
}

proptest! {
    #[test]
    fn the_roots_are_those_of_pairs_level_by_level(count in 0..70_u8) {
        let leaves: Vec<Transaction> = (0..count).map(|n| Transaction {
            hash: HashText::of([n]),
            database_hash: HashText::of([n, n]),
            ..transaction("", "", "", "", "")
        }).collect();
        let roots = merkle_roots(&leaves);
        let of = |field: fn(&Transaction) -> HashText| root(leaves.iter().map(field).collect());
        prop_assert_eq!(roots.map(|roots| roots.hash), of(|leaf| leaf.hash));
        prop_assert_eq!(roots.map(|roots| roots.database_hash), of(|leaf| leaf.database_hash));
    }

    #[test]
    fn any_bytes_are_a_block_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(block) = decode_block(&bytes) {
            prop_assert_eq!(decode_block(&encode_block(&block)).unwrap(), block);
        }
    }
}
