//! What holds for any numbers, and where the limits are.

use proptest::prelude::*;
use tartan_decimal::{Config, Decimal, DecimalError, MAX_DIGITS, Rounding};

const STANDARD: Config = Config::STANDARD;
const WIDE: Config = Config::WIDE;

fn number(text: &str) -> Decimal {
    Decimal::parse_with(text, &WIDE)
}

fn any_finite() -> impl Strategy<Value = Decimal> {
    prop_oneof![
        "-?[0-9]{1,20}(\\.[0-9]{0,20})?",
        "-?[0-9]{1,60}\\.[0-9]{1,60}",
        "-?[1-9]\\.[0-9]{0,20}e-?[0-9]{1,2}",
        "-?[0-9]{1,3}",
    ]
    .prop_map(|text| Decimal::parse(&text))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn texts_mean_the_number(a in any_finite()) {
        for text in [a.to_string(), a.to_value_string(), a.to_plain().unwrap(), a.to_fixed(150, Rounding::Down).unwrap()] {
            prop_assert!(Decimal::parse(&text).equals(&a), "{text}");
        }
        prop_assert_eq!(a.to_f64().to_bits() & !(1 << 63), a.abs().to_string().parse::<f64>().unwrap().to_bits());
    }

    #[test]
    fn sums_and_products_are_exact(a in any_finite(), b in any_finite(), c in any_finite()) {
        let sum = a.plus(&b, &STANDARD).unwrap();
        prop_assert!(sum.equals(&b.plus(&a, &STANDARD).unwrap()));
        prop_assert!(sum.minus(&b, &STANDARD).unwrap().equals(&a));
        let product = a.times(&b, &STANDARD).unwrap();
        prop_assert!(product.equals(&b.times(&a, &STANDARD).unwrap()));
        let left = sum.times(&c, &STANDARD).unwrap();
        let right = a.times(&c, &STANDARD).unwrap().plus(&b.times(&c, &STANDARD).unwrap(), &STANDARD).unwrap();
        prop_assert!(left.equals(&right));
    }

    #[test]
    fn quotients_are_within_half_of_the_last_place(a in any_finite(), b in any_finite()) {
        prop_assume!(!b.is_zero());
        let quotient = a.div(&b, &STANDARD).unwrap();
        prop_assert!(quotient.decimals().unwrap() <= 20);
        let error = quotient.times(&b, &STANDARD).unwrap().minus(&a, &STANDARD).unwrap().abs();
        let half = Decimal::from_parts(5, -21).times(&b.abs(), &STANDARD).unwrap();
        prop_assert!(error.is_at_most(&half));
    }

    #[test]
    fn roots_are_within_half_of_the_last_place(a in any_finite()) {
        let a = a.abs();
        let root = a.sqrt(&STANDARD).unwrap();
        let half = Decimal::from_parts(5, -21);
        let below = root.minus(&half, &STANDARD).unwrap();
        let above = root.plus(&half, &STANDARD).unwrap();
        prop_assert!(below.is_negative() || below.times(&below, &STANDARD).unwrap().is_at_most(&a));
        prop_assert!(above.times(&above, &STANDARD).unwrap().is_greater(&a));
    }

    #[test]
    fn powers_are_repeated_products(a in any_finite(), exponent in 0..8u32) {
        let power = a.pow(&Decimal::from(exponent), &STANDARD).unwrap();
        let product = (0..exponent).try_fold(Decimal::ONE, |product, _| product.times(&a, &STANDARD)).unwrap();
        prop_assert!(power.equals(&product));
    }

    #[test]
    fn rounding_keeps_to_its_direction(a in any_finite(), decimals in 0..30u32) {
        let rounded = |rounding| a.round_to(decimals, rounding);
        let (floor, ceil) = (rounded(Rounding::Floor), rounded(Rounding::Ceil));
        prop_assert!(floor.is_at_most(&a) && ceil.is_at_least(&a));
        prop_assert!(rounded(Rounding::Down).abs().is_at_most(&a.abs()));
        prop_assert!(rounded(Rounding::Up).abs().is_at_least(&a.abs()));
        for rounding in Rounding::ALL {
            let result = rounded(rounding);
            prop_assert!(result.equals(&floor) || result.equals(&ceil));
            prop_assert!(Decimal::parse(&a.to_fixed(decimals, rounding).unwrap()).equals(&result));
        }
    }

    #[test]
    fn doubles_come_back(double in any::<f64>()) {
        let back = Decimal::from_f64(double).to_f64();
        prop_assert!(back.to_bits() == double.to_bits() || double.is_nan());
    }

    #[test]
    fn any_text_is_a_number_or_not(text in any::<String>()) {
        let number = Decimal::parse(&text);
        prop_assert!(number.is_nan() || number.is_finite() || text.contains("Infinity") || text.contains(['e', 'E', 'x', 'X']) || text.len() > 100);
    }
}

#[test]
fn numbers_of_the_widest_range_are_compared_and_shown() {
    let (large, larger) = (number("1e10000000"), number("-1.5e9999999"));
    assert_eq!(large.to_string(), "1e+10000000");
    assert!(large.is_greater(&larger));
    assert!(large.is_integer());
    assert_eq!(large.to_f64(), f64::INFINITY);
    assert_eq!(number("1e-10000000").decimals(), Some(10_000_000));
    assert_eq!(
        number("1e-10000000").to_fixed(2, Rounding::Up),
        Ok("0.01".to_owned())
    );
    assert_eq!(
        large.times(&Decimal::from(10), &WIDE).unwrap().to_string(),
        "Infinity"
    );
    assert_eq!(
        Decimal::ONE.div(&large, &WIDE).unwrap().to_value_string(),
        "0"
    );
}

#[test]
fn what_takes_too_many_digits_is_refused() {
    let large = number("1e10000000");
    assert_eq!(
        large.to_fixed(0, Rounding::HalfUp),
        Err(DecimalError::TooLarge)
    );
    assert_eq!(large.to_plain(), Err(DecimalError::TooLarge));
    assert_eq!(
        Decimal::ONE.to_fixed(1_000_000_000, Rounding::HalfUp),
        Err(DecimalError::TooLarge)
    );
    assert_eq!(
        number("1e-10000000").to_plain(),
        Err(DecimalError::TooLarge)
    );
    assert!(matches!(
        large.plus(&Decimal::ONE, &WIDE),
        Err(DecimalError::TooLarge)
    ));
    assert!(matches!(
        large.div(&Decimal::from(3), &WIDE),
        Err(DecimalError::TooLarge)
    ));
    assert!(matches!(large.sqrt(&WIDE), Err(DecimalError::TooLarge)));
    assert!(matches!(
        number("1.1").pow(&number("1000000"), &WIDE),
        Err(DecimalError::TooLarge)
    ));
    assert!(matches!(
        number("1.1").pow(&number("1e15"), &WIDE),
        Err(DecimalError::TooLarge)
    ));

    let longest = "7".repeat(MAX_DIGITS as usize);
    let number = Decimal::parse_with(&longest, &WIDE);
    assert!(number.to_fixed(0, Rounding::Up) == Ok(longest.clone()));
    assert_eq!(
        number.to_fixed(1, Rounding::Up),
        Err(DecimalError::TooLarge)
    );
    assert!(matches!(
        number.times(&number, &WIDE),
        Err(DecimalError::TooLarge)
    ));
    assert!(Decimal::parse_with(&format!("{longest}7"), &WIDE).is_nan());
}

#[test]
fn repeated_squaring_ends() {
    let mut number = Decimal::parse("1.0000001");
    let error = loop {
        match number.times(&number, &STANDARD) {
            Ok(square) => number = square,
            Err(error) => break error,
        }
    };
    assert_eq!(
        error.to_string(),
        "expected a number of at most 20000 digits, found one with more"
    );
}

#[test]
fn powers_without_end_are_known_without_computing_them() {
    let check = |base: &str, exponent: &str, power: &str| {
        let result = Decimal::parse(base)
            .pow(&Decimal::parse(exponent), &STANDARD)
            .unwrap();
        assert_eq!(result.to_value_string(), power, "{base} ^ {exponent}");
    };
    check("2", "1e11", "Infinity");
    check("-2", "100000000001", "-Infinity");
    check("-2", "-100000000001", "-0");
    check("0.5", "1e11", "0");
    check("-0.5", "-100000000001", "-Infinity");
    check("2", "1e300", "Infinity");
}

#[test]
fn larger_and_smaller_are_told_as_by_the_library() {
    let (one, two) = (Decimal::ONE, Decimal::from(2));
    assert_eq!(one.max(&two).to_string(), "2");
    assert_eq!(one.min(&two).to_string(), "1");
    assert!(one.max(&Decimal::NAN).is_nan() && Decimal::NAN.min(&one).is_nan());
    assert!(!Decimal::NAN.equals(&Decimal::NAN));
    assert!(Decimal::parse("-0").equals(&Decimal::ZERO) && Decimal::parse("-0").is_negative());
}
