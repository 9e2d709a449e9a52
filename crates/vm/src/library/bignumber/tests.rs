use serde_json::Value;

use super::*;

fn argument(value: &Value) -> Argument<'_> {
    match value {
        Value::Number(number) => Argument::Number(number.as_f64().unwrap()),
        Value::Bool(value) => Argument::Bool(*value),
        Value::String(text) if text == "(NaN)" => Argument::Number(f64::NAN),
        Value::String(text) => Argument::Text(text),
        _ => Argument::Missing,
    }
}

/// How the data writes answers.
fn text(answer: Result) -> String {
    match answer {
        Ok(Answer::Decimal(text)) => format!("n {text}"),
        Ok(Answer::Text(text)) => format!("t {text}"),
        Ok(Answer::Number(number)) if number == 0.0 && number.is_sign_negative() => "d -0".into(),
        Ok(Answer::Number(number)) => format!("d {}", ryu_js::Buffer::new().format(number)),
        Ok(Answer::Bool(value)) => format!("b {value}"),
        Ok(Answer::Null) => "null".into(),
        Err(error) => format!("{}: {error}", error.name()),
    }
}

/// Each line: method, left, right, a, b, answers of bignumber.js 8.1.1 with 20 places and RANGE 500, and with 3 places
/// and RANGE 1e7.
#[test]
fn answers_are_those_of_bignumber_js() {
    type Case = (String, String, Option<String>, Value, Value, String, String);
    let data: Vec<Case> =
        serde_json::from_str(include_str!("../../../tests/data/bignumber.json")).unwrap();
    assert!(data.len() > 900);
    for (method, left, right, a, b, standard, early) in data {
        let named = |(_, names): &&(Op, &[&str])| names.contains(&method.as_str());
        let (op, _) = Op::NAMES.iter().find(named).unwrap();
        for (config, expected) in [(Config::STANDARD, standard), (Config::THREE_PLACES, early)] {
            let answer = operate(
                *op,
                &left,
                right.as_deref(),
                argument(&a),
                argument(&b),
                &config,
            );
            assert_eq!(
                text(answer),
                expected,
                "{left} {method} {right:?} {a} {b} {config:?}"
            );
        }
    }
}

#[test]
fn growth_is_stopped() {
    let config = Config::STANDARD;
    let mut number = "1.0000000001".to_owned();
    for _ in 0..40 {
        match operate(
            Op::Times,
            &number,
            Some(&number),
            Argument::Missing,
            Argument::Missing,
            &config,
        ) {
            Ok(Answer::Decimal(product)) => number = product,
            Err(error) => {
                assert_eq!(error, BigNumberError::TooLarge);
                assert!(number.len() < 20_100);
                return;
            }
            other => panic!("{other:?}"),
        }
    }
    panic!("{} digits", number.len());
}
