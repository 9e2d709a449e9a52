//! Any text is a number or NaN; a number's text means the same number; sums, products and quotients keep their laws.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tartan_decimal::{Config, Decimal, Precision, Quantity, Rounding};

fuzz_target!(|input: (&str, &str, u8, u8)| {
    let (a_text, b_text, decimals, rounding) = input;
    let Some(rounding) = Rounding::from_number(rounding % 9) else {
        return;
    };
    let config = Config::STANDARD;
    let (a, b) = (
        Decimal::parse(a_text),
        Decimal::parse_with(b_text, &Config::WIDE),
    );
    for number in [&a, &b] {
        let again = Decimal::parse_with(&number.to_string(), &Config::WIDE);
        assert!(again.equals(number) || number.is_nan());
        let _ = (
            number.sqrt(&config),
            number.to_fixed(decimals.into(), rounding),
            number.to_f64(),
            number.decimals(),
        );
    }
    if let (Ok(sum), true) = (a.plus(&b, &Config::WIDE), b.is_finite() && a.is_finite()) {
        assert!(
            sum.minus(&b, &Config::WIDE)
                .is_ok_and(|back| back.equals(&a))
        );
    }
    if let (Ok(product), Ok(swapped)) = (a.times(&b, &config), b.times(&a, &config)) {
        assert!(product.equals(&swapped) || product.is_nan());
    }
    let _ = (
        a.div(&b, &config),
        a.pow(&b, &config),
        b.pow(&a, &config),
        b.div(&a, &Config::THREE_PLACES),
    );

    let Ok(precision) = Precision::new(decimals % 9) else {
        return;
    };
    if let Ok(quantity) = Quantity::parse_rounded(a_text, precision, rounding) {
        assert_eq!(
            Quantity::parse_exact(&quantity.format(precision), precision),
            Ok(quantity)
        );
        let fixed = a
            .to_fixed(precision.decimals().into(), rounding)
            .expect("an amount is short");
        assert_eq!(Quantity::parse_exact(&fixed, precision), Ok(quantity));
    }
});
