//! How long it takes to read and write a row, a payload and a key: `cargo bench -p tartan-document`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use serde::{Deserialize, Serialize};
use tartan_document::codec::{RawDocument, decode, encode, from_slice, to_vec};
use tartan_document::order::encode_key;
use tartan_document::{Object, object, parse};

/// A row of the table of balances.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Balance<'a> {
    #[serde(rename = "_id")]
    id: u64,
    account: &'a str,
    symbol: &'a str,
    balance: &'a str,
    stake: &'a str,
    pending_unstake: &'a str,
    delegations_in: &'a str,
    delegations_out: &'a str,
    pending_undelegations: &'a str,
}

/// The same with strings of its own.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only the time to read it counts")]
struct OwnedBalance {
    #[serde(rename = "_id")]
    id: u64,
    account: String,
    symbol: String,
    balance: String,
    stake: String,
    pending_unstake: String,
    delegations_in: String,
    delegations_out: String,
    pending_undelegations: String,
}

fn row() -> Object {
    object! {
        "_id": 123456, "account": "alice.in.chains", "symbol": "COOL", "balance": "1234567.10007919",
        "stake": "0.98100001", "pendingUnstake": "0", "delegationsIn": "0", "delegationsOut": "12.00000000",
        "pendingUndelegations": "0",
    }
}

fn rows(c: &mut Criterion) {
    let object = row();
    let bytes = encode(&object).expect("a row can be encoded");
    let balance: Balance<'_> = from_slice(&bytes).expect("a row can be read");
    c.bench_function("row, decode into object", |b| {
        b.iter(|| decode(black_box(&bytes)))
    });
    c.bench_function("row, encode from object", |b| {
        b.iter(|| encode(black_box(&object)))
    });
    c.bench_function("row, read into borrowing struct", |b| {
        b.iter(|| from_slice::<Balance<'_>>(black_box(&bytes)).is_ok())
    });
    c.bench_function("row, read into owning struct", |b| {
        b.iter(|| from_slice::<OwnedBalance>(black_box(&bytes)))
    });
    c.bench_function("row, write from struct", |b| {
        b.iter(|| to_vec(black_box(&balance)))
    });
    c.bench_function("row, one field", |b| {
        b.iter(|| {
            RawDocument::new(black_box(&bytes))
                .and_then(|raw| raw.field("stake"))
                .is_ok()
        })
    });
}

fn payloads(c: &mut Criterion) {
    let text = r#"{"contractName":"tokens","contractAction":"transfer","contractPayload":{"symbol":"COOL","to":"bob","quantity":"1.500","memo":"thanks \"for\" all","isSignedWithActiveKey":true}}"#;
    let value = parse(text).expect("it is JSON");
    c.bench_function("payload, parse", |b| b.iter(|| parse(black_box(text))));
    c.bench_function("payload, stringify", |b| {
        b.iter(|| black_box(&value).stringify())
    });
}

fn keys(c: &mut Criterion) {
    let object = row();
    let mut out = Vec::with_capacity(64);
    for name in ["account", "_id"] {
        c.bench_function(&format!("key of {name}"), |b| {
            b.iter(|| {
                out.clear();
                encode_key(black_box(object.get(name)), false, &mut out);
            });
        });
    }
}

criterion_group!(benches, rows, payloads, keys);
criterion_main!(benches);
