//! Quantities on their way from a payload into a row.

use tartan_decimal::{Decimal, Precision, Quantity, Rounding};
use tartan_runtime::{ActionResult, Failure, OrFail, Payload, ensure};

use super::tables::Token;

/// More than any balance can hold.
const BEYOND: Quantity = Quantity::from_units(i128::MAX);

/// A quantity as the sender wrote it, known to be a number.
pub(super) struct Asked {
    text: String,
    value: Decimal,
}

impl Asked {
    /// The number in this text, if it is one.
    pub(super) fn parse(text: &str) -> Option<Asked> {
        let value = Decimal::parse(text);
        (!value.is_nan()).then(|| Asked {
            text: text.to_string(),
            value,
        })
    }

    /// The quantity in a payload.
    pub(super) fn from_payload(payload: Payload<'_>) -> Option<Asked> {
        Asked::parse(&payload.text("quantity")?)
    }

    /// Refuses more decimals than the token has. (Infinity has none.)
    pub(super) fn check_decimals(&self, token: &Token) -> ActionResult {
        let decimals = self.value.decimals().unwrap_or(0);
        ensure!(
            decimals <= u32::from(token.precision),
            "symbol precision mismatch"
        );
        Ok(())
    }

    /// Refuses zero and less; the message says what was to be done with the quantity.
    pub(super) fn check_positive(&self, message: &'static str) -> ActionResult {
        ensure!(self.value.is_greater(&Decimal::ZERO), message);
        Ok(())
    }

    /// The count of smallest units, after the two checks. What no balance can hold, infinity included, is the
    /// highest quantity there is, which every comparison with a balance refuses.
    pub(super) fn quantity(&self, token: &Token) -> ActionResult<Quantity> {
        Ok(
            Quantity::from_decimal(&self.value, precision(token)?, Rounding::HalfUp)
                .unwrap_or(BEYOND),
        )
    }

    /// The text to keep for a first credit and to show in the event of a transfer: the sender's own where it is
    /// plain decimal digits, otherwise the quantity in the token's decimals.
    pub(super) fn shown(&self, token: &Token) -> ActionResult<String> {
        if is_plain(&self.text) {
            return Ok(self.text.clone());
        }
        Ok(self.quantity(token)?.format(precision(token)?))
    }
}

fn is_plain(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    digits(whole) && digits(fraction)
}

/// The decimals of a token.
pub(super) fn precision(token: &Token) -> ActionResult<Precision> {
    Precision::new(token.precision)
        .map_err(|_| corrupt(&token.symbol, "precision", &token.precision.to_string()))
}

/// The amount in a stored text, in the smallest units of a token.
pub(super) fn stored(text: &str, token: &Token) -> ActionResult<Quantity> {
    Quantity::parse_rounded(text, precision(token)?, Rounding::HalfUp)
        .map_err(|_| corrupt(&token.symbol, "amount", text))
}

/// `text + quantity` in the token's decimals.
pub(super) fn plus<T: From<String>>(
    text: &str,
    quantity: Quantity,
    token: &Token,
) -> ActionResult<T> {
    let sum = stored(text, token)?.checked_add(quantity);
    Ok(sum.or_fail("cannot add")?.format(precision(token)?).into())
}

/// `text - quantity` in the token's decimals. The callers have compared the two first; a difference below zero
/// is an error all the same.
pub(super) fn minus<T: From<String>>(
    text: &str,
    quantity: Quantity,
    token: &Token,
) -> ActionResult<T> {
    let difference = stored(text, token)?.checked_sub(quantity);
    let difference = difference.or_fail("cannot subtract")?;
    ensure!(difference >= Quantity::ZERO, "cannot subtract");
    Ok(difference.format(precision(token)?).into())
}

/// One slice of a quantity that is paid out in `slices` parts: rounded down, the last one takes what is left.
pub(super) fn slice(quantity: Quantity, slices: u32) -> Quantity {
    Quantity::from_units(quantity.units() / i128::from(slices.max(1)))
}

/// `-q` as a number prints that nobody formatted: `-4` for 4.000, `-1e-8` for 0.00000001.
pub(super) fn negated_text(quantity: Quantity, token: &Token) -> ActionResult<String> {
    let text = quantity.format(precision(token)?);
    Ok(Decimal::parse(&text).negated().to_string())
}

/// A stored value that this contract never writes.
pub(super) fn corrupt(symbol: &str, what: &str, found: &str) -> Failure {
    Failure::Fatal(tartan_runtime::Fatal::Corrupt {
        what: format!("{what} of token {symbol}"),
        reason: format!("found {found:?}"),
    })
}
