use rquickjs::function::{Opt, Rest};
use rquickjs::{Ctx, Function, Object, Result, Value};
use tartan_decimal::{Decimal, Rounding};

use super::outcome::throw;
use super::with;

const OPS: [&str; 30] = [
    "read",
    "toNumber",
    "valueOf",
    "toString",
    "toFixed",
    "decimalPlaces",
    "integerValue",
    "exponentiatedBy",
    "modulo",
    "isNaN",
    "isFinite",
    "isInteger",
    "isPositive",
    "isNegative",
    "isZero",
    "negated",
    "absoluteValue",
    "squareRoot",
    "plus",
    "minus",
    "multipliedBy",
    "dividedBy",
    "comparedTo",
    "isEqualTo",
    "isLessThan",
    "isLessThanOrEqualTo",
    "isGreaterThan",
    "isGreaterThanOrEqualTo",
    "precision",
    "shiftedBy",
];

pub(super) fn functions<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let object = Object::new(ctx.clone())?;
    for name in OPS {
        object.set(
            name,
            Function::new(
                ctx.clone(),
                move |ctx: Ctx<'js>,
                      left: String,
                      right: Opt<Value<'js>>,
                      rest: Rest<Value<'js>>|
                      -> Result<Value<'js>> {
                    let config = with(&ctx, |_, run| run.decimals)?;
                    let l = Decimal::parse(&left);
                    let right = right
                        .0
                        .and_then(|v| v.as_string().and_then(|s| s.to_string().ok()));
                    let r = right
                        .map(|r| Decimal::parse(&r))
                        .unwrap_or_else(|| Decimal::parse("NaN"));
                    let a = rest.first().and_then(Value::as_number);
                    let b = rest.get(1).and_then(Value::as_number);
                    let text = |d: Decimal| -> Result<Value<'js>> {
                        Ok(
                            rquickjs::String::from_str(ctx.clone(), &d.to_value_string())?
                                .into_value(),
                        )
                    };
                    let boolean = |v: bool| Ok(Value::new_bool(ctx.clone(), v));
                    let round = |v: Option<f64>, default| {
                        v.and_then(|v| Rounding::from_number(v as u8))
                            .unwrap_or(default)
                    };
                    let err =
                        |e: tartan_decimal::DecimalError| throw(&ctx, "Error", &e.to_string());
                    match name {
                        "read" => text(l),
                        "toNumber" => Ok(Value::new_number(ctx.clone(), l.to_f64())),
                        "valueOf" => text(l),
                        "toString" => {
                            Ok(rquickjs::String::from_str(ctx.clone(), &l.to_string())?
                                .into_value())
                        }
                        "toFixed" => {
                            let t = match a {
                                Some(a) => l.to_fixed(a as u32, round(b, Rounding::HalfUp)),
                                None => l.to_plain(),
                            }
                            .map_err(err)?;
                            Ok(rquickjs::String::from_str(ctx.clone(), &t)?.into_value())
                        }
                        "decimalPlaces" => match a {
                            Some(a) => text(l.round_to(a as u32, round(b, Rounding::HalfUp))),
                            None => Ok(l.decimals().map_or_else(
                                || Value::new_null(ctx.clone()),
                                |d| Value::new_int(ctx.clone(), d as i32),
                            )),
                        },
                        "integerValue" => text(l.round_to(0, round(a, Rounding::HalfUp))),
                        "exponentiatedBy" => text(l.pow(&r, &config).map_err(err)?),
                        "isNaN" => boolean(l.is_nan()),
                        "isFinite" => boolean(l.is_finite()),
                        "isInteger" => boolean(l.is_integer()),
                        "isPositive" => boolean(l.is_positive()),
                        "isNegative" => boolean(l.is_negative()),
                        "isZero" => boolean(l.is_zero()),
                        "negated" => text(l.negated()),
                        "absoluteValue" => text(l.abs()),
                        "squareRoot" => text(l.sqrt(&config).map_err(err)?),
                        "plus" => text(l.plus(&r, &config).map_err(err)?),
                        "minus" => text(l.minus(&r, &config).map_err(err)?),
                        "multipliedBy" => text(l.times(&r, &config).map_err(err)?),
                        "dividedBy" => text(l.div(&r, &config).map_err(err)?),
                        "isEqualTo" => boolean(l.equals(&r)),
                        "isLessThan" => boolean(l.is_less(&r)),
                        "isLessThanOrEqualTo" => boolean(l.is_at_most(&r)),
                        "isGreaterThan" => boolean(l.is_greater(&r)),
                        "isGreaterThanOrEqualTo" => boolean(l.is_at_least(&r)),
                        _ => Err(throw(&ctx, "Error", name)),
                    }
                },
            )?,
        )?;
    }
    Ok(object)
}
