//! How long arithmetic with amounts takes: `cargo bench -p tartan-decimal`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tartan_decimal::{Config, Decimal, Precision, Quantity, Rounding};

const A: &str = "1234567.10007919";
const B: &str = "0.98100001";

fn quantities(c: &mut Criterion) {
    let precision = Precision::MAX;
    let parse = |text| Quantity::parse_exact(text, precision).expect("it is an amount");
    let (a, b) = (parse(A), parse(B));
    let large = Quantity::from_units(i128::MAX / 3);
    c.bench_function("quantity, parse", |bench| {
        bench.iter(|| Quantity::parse_exact(black_box(A), precision))
    });
    c.bench_function("quantity, format", |bench| {
        bench.iter(|| black_box(a).format(precision))
    });
    c.bench_function("quantity, add", |bench| {
        bench.iter(|| black_box(a).checked_add(black_box(b)))
    });
    c.bench_function("quantity, mul_div", |bench| {
        bench.iter(|| black_box(a).mul_div(black_box(b).units(), 100_000_000, Rounding::Down))
    });
    c.bench_function("quantity, mul_div beyond 128 bits", |bench| {
        bench.iter(|| black_box(large).mul_div(black_box(b).units(), 100_000_000, Rounding::Down))
    });
}

fn decimals(c: &mut Criterion) {
    let config = Config::STANDARD;
    let (a, b) = (Decimal::parse(A), Decimal::parse(B));
    c.bench_function("decimal, parse", |bench| {
        bench.iter(|| Decimal::parse(black_box(A)))
    });
    c.bench_function("decimal, plus", |bench| {
        bench.iter(|| black_box(&a).plus(black_box(&b), &config))
    });
    c.bench_function("decimal, times", |bench| {
        bench.iter(|| black_box(&a).times(black_box(&b), &config))
    });
    c.bench_function("decimal, div", |bench| {
        bench.iter(|| black_box(&a).div(black_box(&b), &config))
    });
    c.bench_function("decimal, to_fixed 8", |bench| {
        bench.iter(|| black_box(&a).to_fixed(8, Rounding::HalfUp))
    });
    c.bench_function("decimal, to_fixed 3", |bench| {
        bench.iter(|| black_box(&a).to_fixed(3, Rounding::HalfUp))
    });
    c.bench_function("decimal, to_string", |bench| {
        bench.iter(|| black_box(&a).to_string())
    });
}

criterion_group!(benches, quantities, decimals);
criterion_main!(benches);
