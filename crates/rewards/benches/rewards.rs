//! How long the arithmetic of votes and payouts takes: `cargo bench -p tartan-rewards`.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use tartan_decimal::{Precision, Quantity};
use tartan_rewards::{
    AuthorSide, BasisPoints, Claims, CurationCurve, CuratorPool, DAY, Exponent, Payment, PostCurve,
    Power, Shares, Value, Weight, post_value,
};

const PRECISION: Precision = Precision::MAX;

fn exponent(
    of: fn(&str) -> Result<Exponent, tartan_rewards::ParameterError>,
    text: &str,
) -> Exponent {
    of(text).expect("it is in range")
}

/// What the contract computes for a vote while a pool is young, from the texts of rows to texts of rows.
fn vote(post: PostCurve, curation: CurationCurve) -> [String; 5] {
    let stake = Quantity::parse_exact(black_box("12345.67890123"), PRECISION);
    let stake = stake.expect("it is an amount");
    let parse = |text: &str| -> Shares { black_box(text).parse().expect("they are shares") };
    let (sum, positive) = (parse("98765.4321098765"), parse("198765.4321098765"));
    let claims: Claims = black_box("7654321.0123456789")
        .parse()
        .expect("they are claims");

    let power = Power::new(9321).regenerate(black_box(61_000), 5);
    let weight = Weight::new(8000).expect("it is a weight");
    let rshares = power.rshares(stake, PRECISION, weight).expect("they fit");
    let left = power.charge(weight, 200).left;
    let curator = curation.weight(positive, rshares);
    let raised = sum.checked_add(rshares).expect("they fit");
    let positive = positive.checked_add(rshares).expect("they fit");
    let claims = claims.replace(&post.value(sum), &post.value(raised));
    black_box(left);
    [
        rshares.to_string(),
        curator.to_string(),
        raised.to_string(),
        positive.to_string(),
        claims.to_string(),
    ]
}

/// What it computes for a post with so many curators, without the rows.
fn payout(post: PostCurve, curation: CurationCurve, curators: usize) -> i128 {
    let half = BasisPoints::from_percent(50).expect("it is a percentage");
    let pool = Quantity::from_units(black_box(30_240_000_000_000));
    let sum: Shares = black_box("98765.4321098765")
        .parse()
        .expect("they are shares");
    let claims: Claims = black_box("7654321.0123456789")
        .parse()
        .expect("they are claims");
    let value = post_value(pool, PRECISION, &post.value(sum), &claims);
    let divided = Value::divide(value, half);
    let mut left = CuratorPool::new(divided.curators, PRECISION, curation.value(sum));
    let mut staked = 0;
    for _ in 0..curators {
        let pay = left.pay(black_box(Shares::from_units(12_345_678_901)));
        staked += Payment::divide(pay, PRECISION, half).staked.units();
    }
    let side = AuthorSide::divide(divided.author_side, Some(half), [half]);
    staked + Payment::divide(side.author, PRECISION, half).staked.units()
}

fn rewards(c: &mut Criterion) {
    let exact = (
        PostCurve::Power(Exponent::ONE),
        CurationCurve::Power(Exponent::HALF),
    );
    let float = (
        PostCurve::Power(exponent(Exponent::of_posts, "1.05")),
        CurationCurve::Power(exponent(Exponent::of_curators, "0.7")),
    );
    let integer = (
        PostCurve::ExactPower(exponent(Exponent::of_posts, "1.05")),
        CurationCurve::ExactPower(exponent(Exponent::of_curators, "0.7")),
    );
    for (name, (post, curation)) in [("1, 0.5", exact), ("1.05, 0.7", float), ("exact", integer)] {
        c.bench_function(&format!("vote, {name}"), |bench| {
            bench.iter(|| vote(post, curation))
        });
        c.bench_function(&format!("payout of 1000 curators, {name}"), |bench| {
            bench.iter(|| payout(post, curation, 1000))
        });
    }
    let claims: Claims = "7654321.0123456789".parse().expect("they are claims");
    c.bench_function("decay", |bench| {
        bench.iter(|| black_box(&claims).decay(black_box(3000), 15 * DAY))
    });
}

criterion_group!(benches, rewards);
criterion_main!(benches);
