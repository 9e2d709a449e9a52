//! What a client can subscribe to.

use tartan_document::Value;
use tartan_index::Trade;

use super::feed::{BlockView, Event, MarketView};
use crate::error::RpcError;

/// The longest symbol that is looked for, in bytes.
const LONGEST_SYMBOL: usize = 32;

/// What a subscription is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Topic {
    /// Every block, with or without its transactions.
    Blocks { transactions: bool },
    /// The events that agree with all that is given.
    Events {
        contract: Option<String>,
        event: Option<String>,
        account: Option<String>,
    },
    /// Trades of a token, or of an account.
    Trades {
        symbol: Option<String>,
        account: Option<String>,
    },
    /// The order book of a token.
    Book { symbol: String },
    /// Tickers of tokens that were traded.
    Ticker { symbol: Option<String> },
}

impl Topic {
    /// Whether it is about what only an index knows.
    pub(super) fn needs_index(&self) -> bool {
        matches!(self, Topic::Trades { .. } | Topic::Ticker { .. })
    }

    /// From the parameters of `subscribe`.
    pub(super) fn read(params: Option<&Value>) -> Result<Topic, RpcError> {
        const EXPECTED: &str = "expected {\"to\": \"blocks\"}, {\"to\": \"events\"}, {\"to\": \"trades\"}, {\"to\": \"ticker\"} or {\"to\": \"book\", \"symbol\": a token}";
        let params = params
            .and_then(Value::as_object)
            .ok_or_else(|| RpcError::invalid_params(EXPECTED))?;
        let text = |name: &str| match params.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.to_string_lossy().into_owned())),
            Some(found) => Err(RpcError::invalid_params(&format!(
                "expected text as {name}, found {}",
                found.kind()
            ))),
        };
        match params.get_str("to") {
            Some("blocks") => match params.get("transactions") {
                None | Some(Value::Bool(true)) => Ok(Topic::Blocks { transactions: true }),
                Some(Value::Bool(false)) => Ok(Topic::Blocks {
                    transactions: false,
                }),
                Some(found) => {
                    let reason = format!(
                        "expected true or false as transactions, found {}",
                        found.kind()
                    );
                    Err(RpcError::invalid_params(&reason))
                }
            },
            Some("events") => Ok(Topic::Events {
                contract: text("contract")?,
                event: text("event")?,
                account: text("account")?,
            }),
            Some("trades") => Ok(Topic::Trades {
                symbol: text("symbol")?,
                account: text("account")?,
            }),
            Some("ticker") => Ok(Topic::Ticker {
                symbol: text("symbol")?,
            }),
            Some("book") => {
                let symbol = text("symbol")?.filter(|symbol| symbol.len() <= LONGEST_SYMBOL);
                let symbol = symbol.ok_or_else(|| RpcError::invalid_params(EXPECTED))?;
                Ok(Topic::Book { symbol })
            }
            _ => Err(RpcError::invalid_params(EXPECTED)),
        }
    }

    /// The notification's members about what the index wrote; `None` if it has nothing for this topic.
    pub(super) fn about_market(&self, market: &MarketView) -> Option<String> {
        let (name, found): (_, Vec<&str>) = match self {
            Topic::Trades { symbol, account } => {
                let wanted = |trade: &Trade| {
                    symbol.as_ref().is_none_or(|symbol| *symbol == trade.symbol)
                        && account
                            .as_ref()
                            .is_none_or(|name| *name == trade.buyer || *name == trade.seller)
                };
                let trades = market.trades.iter().filter(|(trade, _)| wanted(trade));
                ("trades", trades.map(|(_, text)| text.as_str()).collect())
            }
            Topic::Ticker { symbol } => {
                let wanted = |found: &String| symbol.as_ref().is_none_or(|symbol| symbol == found);
                let tickers = market.tickers.iter().filter(|(symbol, _)| wanted(symbol));
                ("tickers", tickers.map(|(_, text)| text.as_str()).collect())
            }
            Topic::Blocks { .. } | Topic::Events { .. } | Topic::Book { .. } => return None,
        };
        let number = market.block_number;
        if !market.committed {
            return Some(format!(r#""blockNumber":{number}"#));
        }
        let rows = found.join(",");
        (!found.is_empty()).then(|| format!(r#""blockNumber":{number},"{name}":[{rows}]"#))
    }

    /// The notification's members about a block; `None` if it has nothing for this topic.
    pub(super) fn about(&self, block: &BlockView) -> Option<String> {
        match self {
            Topic::Blocks { transactions: true } => Some(format!(r#""block":{}"#, block.full())),
            Topic::Blocks {
                transactions: false,
            } => Some(format!(r#""block":{}"#, block.head())),
            Topic::Events { .. } => {
                let mut text = String::new();
                for event in block.events().iter().filter(|event| self.matches(event)) {
                    text.push(if text.is_empty() { '[' } else { ',' });
                    text.push_str(r#"{"transactionId":"#);
                    Value::from(event.transaction.as_str()).stringify_into(&mut text);
                    text.push_str(r#","sender":"#);
                    Value::from(event.sender.as_deref()).stringify_into(&mut text);
                    text.push_str(r#","event":"#);
                    event.value.stringify_into(&mut text);
                    text.push('}');
                }
                let found = !text.is_empty();
                found.then(|| format!(r#""blockNumber":{},"events":{text}]"#, block.number()))
            }
            Topic::Trades { .. } | Topic::Ticker { .. } | Topic::Book { .. } => None,
        }
    }

    fn matches(&self, event: &Event) -> bool {
        let Topic::Events {
            contract,
            event: name,
            account,
        } = self
        else {
            return false;
        };
        let member = |key: &str, wanted: &Option<String>| match wanted {
            Some(wanted) => event.value.get(key).and_then(Value::as_str) == Some(wanted.as_str()),
            None => true,
        };
        member("contract", contract)
            && member("event", name)
            && account
                .as_deref()
                .is_none_or(|account| event.concerns(account))
    }
}

#[cfg(test)]
mod tests {
    use tartan_document::parse;

    use super::*;

    #[test]
    fn topics_are_read_from_parameters() {
        let read = |text: &str| Topic::read(Some(&parse(text).unwrap()));
        assert_eq!(
            read(r#"{"to":"blocks"}"#),
            Ok(Topic::Blocks { transactions: true })
        );
        assert_eq!(
            read(r#"{"to":"blocks","transactions":false}"#),
            Ok(Topic::Blocks {
                transactions: false
            })
        );
        assert_eq!(
            read(r#"{"to":"events","account":"alice"}"#),
            Ok(Topic::Events {
                contract: None,
                event: None,
                account: Some("alice".into())
            })
        );
        for wrong in [
            "{}",
            "[]",
            r#"{"to":"rows"}"#,
            r#"{"to":"events","account":1}"#,
            r#"{"to":"book"}"#,
        ] {
            assert_eq!(read(wrong).unwrap_err().code, -32602, "{wrong}");
        }
        assert_eq!(Topic::read(None).unwrap_err().code, -32602);
    }

    #[test]
    fn events_match_all_that_is_given() {
        let event = Event {
            transaction: "t".into(),
            sender: Some("alice".into()),
            value: parse(
                r#"{"contract":"tokens","event":"transfer","data":{"from":"alice","to":"bob"}}"#,
            )
            .unwrap(),
        };
        let check = |params: &str, expected: bool| {
            let topic = Topic::read(Some(&parse(params).unwrap())).unwrap();
            assert_eq!(topic.matches(&event), expected, "{params}");
        };
        check(r#"{"to":"events"}"#, true);
        check(
            r#"{"to":"events","contract":"tokens","event":"transfer"}"#,
            true,
        );
        check(r#"{"to":"events","contract":"market"}"#, false);
        check(r#"{"to":"events","event":"issue"}"#, false);
        check(r#"{"to":"events","account":"alice"}"#, true);
        check(
            r#"{"to":"events","account":"bob","contract":"tokens"}"#,
            true,
        );
        check(r#"{"to":"events","account":"carol"}"#, false);
    }
}
