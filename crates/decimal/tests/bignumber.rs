//! What bignumber.js 8.1.1 computes, with its settings as on the chain: ROUNDING_MODE 4, RANGE 500 unless said
//! otherwise, EXPONENTIAL_AT [-7, 21], POW_PRECISION 0. Numbers in the data are texts of `valueOf`, which shows the
//! sign of zero.

use tartan_decimal::{Config, Decimal, Rounding};

const STANDARD: Config = Config::STANDARD;
const THREE_PLACES: Config = Config {
    decimal_places: 3,
    ..STANDARD
};

fn number(text: &str) -> Decimal {
    Decimal::parse(text)
}

/// Calls `check` with the columns of every line, and fails if there are none.
fn each<const N: usize>(data: &str, check: impl Fn([&str; N])) {
    let lines = data.lines().filter(|line| !line.starts_with('#'));
    let mut count = 0;
    for line in lines {
        let columns: Vec<&str> = line.split('|').collect();
        check(
            columns
                .try_into()
                .expect("a line has one column for each name"),
        );
        count += 1;
    }
    assert!(count > 20, "{count} lines");
}

#[test]
fn arithmetic() {
    each(
        include_str!("data/arithmetic.txt"),
        |[a, b, plus, minus, times, div, div_3, order, decimals, text]| {
            let (x, y) = (number(a), number(b));
            assert_eq!(
                x.plus(&y, &STANDARD).unwrap().to_value_string(),
                plus,
                "{a} + {b}"
            );
            assert_eq!(
                x.minus(&y, &STANDARD).unwrap().to_value_string(),
                minus,
                "{a} - {b}"
            );
            assert_eq!(
                x.times(&y, &STANDARD).unwrap().to_value_string(),
                times,
                "{a} * {b}"
            );
            assert_eq!(
                x.div(&y, &STANDARD).unwrap().to_value_string(),
                div,
                "{a} / {b}"
            );
            assert_eq!(
                x.div(&y, &THREE_PLACES).unwrap().to_value_string(),
                div_3,
                "{a} / {b}, 3 places"
            );
            let compared = x
                .compare(&y)
                .map_or("null".to_owned(), |order| (order as i8).to_string());
            assert_eq!(compared, order, "{a} <=> {b}");
            assert_eq!(
                x.decimals()
                    .map_or("null".to_owned(), |decimals| decimals.to_string()),
                decimals,
                "dp({a})"
            );
            assert_eq!(x.to_string(), text, "{a}");
        },
    );
}

#[test]
fn to_fixed() {
    each(include_str!("data/to_fixed.txt"), |columns: [&str; 11]| {
        let (x, decimals) = (number(columns[0]), columns[1].parse().unwrap());
        for (rounding, expected) in Rounding::ALL.into_iter().zip(&columns[2..]) {
            assert_eq!(
                x.to_fixed(decimals, rounding).unwrap(),
                *expected,
                "{columns:?} {rounding:?}"
            );
        }
    });
}

#[test]
fn square_roots() {
    each(include_str!("data/sqrt.txt"), |[a, root, root_3]| {
        assert_eq!(
            number(a).sqrt(&STANDARD).unwrap().to_value_string(),
            root,
            "{a}"
        );
        assert_eq!(
            number(a).sqrt(&THREE_PLACES).unwrap().to_value_string(),
            root_3,
            "{a}, 3 places"
        );
    });
}

#[test]
fn powers() {
    each(include_str!("data/pow.txt"), |[base, exponent, power]| {
        let computed = match number(base).pow(&number(exponent), &STANDARD) {
            Ok(number) => number.to_value_string(),
            Err(error) => error.to_string(),
        };
        assert_eq!(computed, power, "{base} ^ {exponent}");
    });
}

#[test]
fn texts() {
    let data: Vec<[String; 3]> = serde_json::from_str(include_str!("data/parse.json")).unwrap();
    assert!(data.len() > 100);
    for [text, standard, wide] in data {
        assert_eq!(
            Decimal::parse(&text).to_value_string(),
            standard,
            "{text:?}"
        );
        assert_eq!(
            Decimal::parse_with(&text, &Config::WIDE).to_value_string(),
            wide,
            "{text:?}, wide"
        );
    }
}

#[test]
fn doubles() {
    each(
        include_str!("data/from_double.txt"),
        |[double, expected]| {
            let double: f64 = double.parse().unwrap();
            assert_eq!(
                Decimal::from_f64(double).to_value_string(),
                expected,
                "{double:?}"
            );
            let back = Decimal::from_f64(double).to_f64();
            assert!(
                back.to_bits() == double.to_bits() || double.is_nan(),
                "{double:?} {back:?}"
            );
        },
    );
}
