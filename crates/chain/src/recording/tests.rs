use std::io::BufReader;

use expect_test::expect;
use proptest::prelude::*;

use super::*;

const STEEM: &str = include_str!("../../tests/data/steem-48404510.json");
const HIVE: &str = include_str!("../../tests/data/hive-97477292.json");

fn read(input: &[u8], chain: Chain) -> Result<Vec<MainBlock>, RecordingError> {
    // a small buffer, so that blocks span several
    Recording::new(BufReader::with_capacity(64, input), chain)?.collect()
}

#[test]
fn reads_json_in_every_arrangement() {
    let one = read(STEEM.as_bytes(), Chain::steem()).unwrap();
    assert_eq!((one.len(), one[0].number), (1, 48_404_510));
    for text in [
        format!("[{STEEM},\n{STEEM}]"),
        format!("{STEEM}\n{STEEM}\n"),
        format!("[{{\"block_num\":48404510,\"block\":{STEEM}}},{{\"id\":1,\"result\":{STEEM}}}]"),
        format!("{{\"result\":{{\"block\":{STEEM}}}}} {STEEM}"),
    ] {
        let blocks = read(text.as_bytes(), Chain::steem()).unwrap();
        assert_eq!(blocks, [one[0].clone(), one[0].clone()]);
    }
    assert_eq!(read(b"", Chain::steem()).unwrap(), []);
    assert_eq!(read(b" [ ]\n", Chain::steem()).unwrap(), []);
}

#[test]
fn its_own_format_gives_back_what_was_written() {
    for (text, chain) in [(STEEM, Chain::steem as fn() -> Chain), (HIVE, Chain::hive)] {
        let blocks = read(text.as_bytes(), chain()).unwrap();
        let mut writer = Writer::new(Vec::new()).unwrap();
        for block in &blocks {
            writer.write(block).unwrap();
        }
        let bytes = writer.finish().unwrap();
        assert_eq!(read(&bytes, chain()).unwrap(), blocks);
        let cut = read(&bytes[..bytes.len() - 1], chain())
            .unwrap_err()
            .to_string();
        assert_eq!(
            cut,
            "recording: block 1 of the file: the file ends inside a block"
        );
    }
}

#[test]
fn says_where_it_is_wrong() {
    let refused = |text: &str| {
        read(text.as_bytes(), Chain::steem())
            .unwrap_err()
            .to_string()
    };
    expect!["recording: block 1 of the file: expected a block in JSON, found '<'"]
        .assert_eq(&refused("<html>"));
    expect!["recording: block 2 of the file: expected a block, found an object without `previous`"]
        .assert_eq(&refused(&format!("{STEEM}{{}}")));
    expect!["recording: block 1 of the file: the file ends inside a block"]
        .assert_eq(&refused("{\"previous\":"));
    expect![[r#"recording: block 1 of the file: expected the id of a block, found "zz""#]]
        .assert_eq(&refused(r#"{"previous":"zz"}"#));
    expect!["recording: block 0 of the file: expected format 1, found format 9"]
        .assert_eq(&refused("TARTANMB\t"));
}

proptest! {
    #[test]
    fn any_bytes_are_blocks_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes, Chain::steem());
        let _ = read(&[b"TARTANMB\x01".as_slice(), &bytes].concat(), Chain::steem());
    }
}
