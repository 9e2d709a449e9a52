use rquickjs::function::Opt;
use rquickjs::{Array, Ctx, Function, Result, String as JsString, Value};
use tartan_document as document;

use super::metering::charge;
use super::outcome::throw;
use super::price;
use super::with;
use crate::library::bignumber::{Answer, Argument, Op, cost, operate};
use crate::marshal::text_from_js;

/// The operations of `api.BigNumber`: for each whether it takes a second number, its function, its names.
pub(super) fn operations<'js>(ctx: &Ctx<'js>) -> Result<Array<'js>> {
    let operations = Array::new(ctx.clone())?;
    for (op, names) in Op::NAMES {
        let entry = Array::new(ctx.clone())?;
        entry.set(0, op.takes_number())?;
        let compute =
            move |ctx: Ctx<'js>,
                  left: JsString<'js>,
                  right: Opt<Value<'js>>,
                  a: Opt<Value<'js>>,
                  b: Opt<Value<'js>>| { compute(&ctx, op, &left, [right.0, a.0, b.0]) };
        entry.set(1, Function::new(ctx.clone(), compute)?)?;
        for name in names {
            entry.set(entry.len(), *name)?;
        }
        operations.set(operations.len(), entry)?;
    }
    Ok(operations)
}

fn compute<'js>(
    ctx: &Ctx<'js>,
    op: Op,
    left: &JsString<'js>,
    [right, a, b]: [Option<Value<'js>>; 3],
) -> Result<Value<'js>> {
    let left = text_from_js(ctx, left)?;
    let right = given_text(ctx, right.as_ref())?;
    let (a, a_text) = (a.as_ref(), given_text(ctx, a.as_ref())?);
    let (b, b_text) = (b.as_ref(), given_text(ctx, b.as_ref())?);
    let config = with(ctx, |_, run| run.decimals)?;
    let left = left.to_string_lossy();
    let a = argument(a, a_text.as_deref());
    let b = argument(b, b_text.as_deref());
    let price = price::BIG_NUMBER + cost(op, &left, right.as_deref(), a);
    charge(ctx, price, 0)?;
    let answer = operate(op, &left, right.as_deref(), a, b, &config);
    match answer {
        Ok(Answer::Decimal(text) | Answer::Text(text)) => {
            Ok(JsString::from_str(ctx.clone(), &text)?.into_value())
        }
        Ok(Answer::Number(number)) => Ok(Value::new_number(ctx.clone(), number)),
        Ok(Answer::Bool(value)) => Ok(Value::new_bool(ctx.clone(), value)),
        Ok(Answer::Null) => Ok(Value::new_null(ctx.clone())),
        Err(error) => Err(throw(ctx, error.name(), &error.to_string())),
    }
}

fn given_text<'js>(ctx: &Ctx<'js>, value: Option<&Value<'js>>) -> Result<Option<String>> {
    match value.and_then(Value::as_string) {
        Some(text) => {
            let text: document::Text = text_from_js(ctx, text)?;
            Ok(Some(text.to_string_lossy().into_owned()))
        }
        None => Ok(None),
    }
}

fn argument<'a>(value: Option<&Value<'_>>, text: Option<&'a str>) -> Argument<'a> {
    let Some(value) = value else {
        return Argument::Missing;
    };
    match (value.as_number(), value.as_bool(), text) {
        (Some(number), ..) => Argument::Number(number),
        (_, Some(value), _) => Argument::Bool(value),
        (_, _, Some(text)) => Argument::Text(text),
        _ => Argument::Missing,
    }
}
