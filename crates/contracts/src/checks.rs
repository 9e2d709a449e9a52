//! Checks that several contracts have in common.

use tartan_decimal::{Decimal, Rounding};
use tartan_document::{Object, Value, codec};
use tartan_runtime::{ActionResult, Context, OrFail, Payload, ensure};
use tartan_state::Record;

/// Refuses a transaction that was not signed with the active key, in the words of these contracts.
pub(crate) fn require_active_key(ctx: &Context<'_>) -> ActionResult {
    ensure!(
        ctx.is_active(),
        "you must use a transaction signed with your active key"
    );
    Ok(())
}

/// Lets the owner of a contract change its parameters; from others it is passed over in silence.
pub(crate) fn update_params<P: Record>(
    ctx: &mut Context<'_>,
    change: impl FnOnce(&mut P) -> ActionResult,
) -> ActionResult {
    if ctx.sender() != ctx.owner() {
        return Ok(());
    }
    let mut params = ctx.rows::<P>().single()?;
    change(&mut params.record)?;
    ctx.rows::<P>().update(&params)
}

/// Refuses a payload of which too much would be stored: rows that every tick looks at are to be small. What comes from the
/// main chain is smaller; a contract could pass anything.
pub(crate) fn bounded(payload: Payload<'_>) -> ActionResult {
    const MOST_BYTES: usize = 16 << 10;
    let size = codec::encode(payload.0).map_or(usize::MAX, |bytes| bytes.len());
    ensure!(
        size <= MOST_BYTES,
        format!("payload too large: at most {MOST_BYTES} bytes")
    );
    Ok(())
}

/// An optional field of a payload as JavaScript's `if (field)` sees it.
pub(crate) fn given(fields: &Object, key: &str) -> Option<Value> {
    fields.get(key).filter(|value| value.is_truthy()).cloned()
}

/// What JavaScript's `typeof` calls an object.
pub(crate) fn is_object(value: &Value) -> bool {
    matches!(value, Value::Object(_) | Value::Array(_) | Value::Null)
}

/// A fee in a payload, if there is one.
pub(crate) fn fee(
    payload: Payload<'_>,
    key: &str,
    message: &'static str,
) -> ActionResult<Option<String>> {
    let Some(value) = given(payload.0, key) else {
        return Ok(None);
    };
    let text = value.as_str().or_fail(message)?;
    let valid = Decimal::parse(text).is_at_least(&Decimal::ZERO);
    valid.then(|| Some(text.to_string())).or_fail(message)
}

/// A number in a payload that is whole and at least one, if there is one. (Other contracts ask for a text: [`integer`].)
pub(crate) fn at_least_one(
    payload: Payload<'_>,
    key: &str,
    message: &'static str,
) -> ActionResult<Option<u64>> {
    let Some(value) = given(payload.0, key) else {
        return Ok(None);
    };
    let number = value.as_f64().or_fail(message)?;
    ensure!(number.trunc() == number && number >= 1.0, message);
    // what no double counts exactly is the highest that one does
    Ok(Some((number as u64).min(9_007_199_254_740_991)))
}

/// A whole number above zero in a payload, if there is one: as it is written, and as a count.
pub(crate) fn integer(
    payload: Payload<'_>,
    key: &str,
    message: &'static str,
) -> ActionResult<Option<(String, u64)>> {
    let Some(value) = given(payload.0, key) else {
        return Ok(None);
    };
    let number = positive_integer(&value).or_fail(message)?;
    let text = value.as_str().or_fail(message)?;
    Ok(Some((text.to_string(), count(&number))))
}

/// The whole number above zero in a text of a payload, for parameters that the owner of a contract sets.
pub(crate) fn positive_integer(value: &Value) -> Option<Decimal> {
    let number = Decimal::parse(&value.as_text()?.to_string_lossy());
    (number.is_integer() && number.is_at_least(&Decimal::ONE)).then_some(number)
}

/// As a count that is stored as a number; what no double counts exactly is the highest that one does.
pub(crate) fn count(number: &Decimal) -> u64 {
    const HIGHEST: u64 = 9_007_199_254_740_991;
    let highest = Decimal::from_parts(HIGHEST.into(), 0);
    let lower = number.min(&highest);
    lower
        .to_fixed(0, Rounding::Down)
        .map_or(HIGHEST, |digits| digits.parse().unwrap_or(HIGHEST))
}
