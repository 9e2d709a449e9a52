//! The two tokens of a pool.

use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, OrFail, Payload, ensure};

use crate::holdings::{self, TokenInfo};

/// Two tokens that there are, in the order in which their pool names them.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    pub(super) name: String,
    pub(super) base: TokenInfo,
    pub(super) quote: TokenInfo,
}

impl Pair {
    /// The pair in `tokenPair` of a payload.
    pub(super) fn read(payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult<Pair> {
        const FORMAT: &str = "invalid tokenPair format";
        let name = payload.get("tokenPair").and_then(Value::as_str);
        let name = name.or_fail(FORMAT)?;
        let (base, quote) = name.split_once(':').or_fail(FORMAT)?;
        ensure!(!quote.contains(':'), FORMAT);
        ensure!(base != quote, "tokenPair cannot be the same token");
        Ok(Pair {
            name: name.to_string(),
            base: holdings::token(ctx, base)?.or_fail("baseSymbol does not exist")?,
            quote: holdings::token(ctx, quote)?.or_fail("quoteSymbol does not exist")?,
        })
    }

    /// The same pair the other way round.
    pub(super) fn reversed(&self) -> String {
        format!("{}:{}", self.quote.symbol, self.base.symbol)
    }
}
