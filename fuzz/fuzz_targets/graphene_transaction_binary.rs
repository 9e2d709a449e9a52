//! Bytes as a transaction, an operation or a block header: refused, or read so that writing and reading agree.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tartan_graphene::{AssetForm, BlockHeader, Chain, Operation, SignedTransaction, Transaction};

fuzz_target!(|bytes: &[u8]| {
    for chain in [Chain::steem(), Chain::hive()] {
        for form in [AssetForm::Legacy, AssetForm::Hf26] {
            if let Ok(transaction) = Transaction::decode(bytes, &chain, form) {
                let again = transaction
                    .encode(&chain, form)
                    .expect("what was read can be written");
                assert_eq!(Transaction::decode(&again, &chain, form), Ok(transaction));
            }
            if let Ok(signed) = SignedTransaction::decode(bytes, &chain, form) {
                let again = signed
                    .encode(&chain, form)
                    .expect("what was read can be written");
                assert_eq!(SignedTransaction::decode(&again, &chain, form), Ok(signed));
            }
            if let Ok(operation) = Operation::decode(bytes, &chain, form) {
                let again = operation
                    .encode(&chain, form)
                    .expect("what was read can be written");
                let _ = operation.validate();
                assert_eq!(Operation::decode(&again, &chain, form), Ok(operation));
            }
        }
    }
    if let Ok(header) = BlockHeader::decode(bytes) {
        assert_eq!(BlockHeader::decode(&header.encode()), Ok(header));
    }
});
