//! What a transaction changed in balances, derived from the events of the contract `tokens`.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use tartan_decimal::{Config, Decimal};

use super::record::Event;

/// A balance that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Change {
    /// Whose.
    pub(super) account: String,
    /// That is a contract.
    #[serde(rename = "contract")]
    pub(super) is_contract: bool,
    /// Which part of what it holds.
    pub(super) part: Part,
    /// The token.
    pub(super) symbol: String,
    /// By how much, with its sign.
    pub(super) quantity: String,
}

/// A part of what somebody holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Part {
    /// Can be sent.
    Liquid,
    /// Is staked.
    Stake,
    /// Stake that is lent to others.
    Lent,
    /// Stake that others lend.
    Borrowed,
    /// Stake on its way back from others.
    Returning,
    /// Locked for what contracts store.
    Deposit,
}

impl Part {
    /// The key of its name.
    pub(super) fn key(self) -> &'static str {
        match self {
            Part::Liquid => "explorer-tx-part-liquid",
            Part::Stake => "explorer-tx-part-stake",
            Part::Lent => "explorer-tx-part-lent",
            Part::Borrowed => "explorer-tx-part-borrowed",
            Part::Returning => "explorer-tx-part-returning",
            Part::Deposit => "explorer-tx-part-deposit",
        }
    }
}

impl Change {
    /// More, rather than less.
    pub(super) fn is_more(&self) -> bool {
        !self.quantity.starts_with('-')
    }

    /// The amount without its sign.
    pub(super) fn size(&self) -> &str {
        self.quantity.trim_start_matches('-')
    }
}

/// Contract or account, name, token, part.
type Key = (bool, String, String, Part);

#[derive(Default)]
struct Sums(BTreeMap<Key, Decimal>);

/// What these events of a transaction changed.
pub(super) fn of(sender: &str, contract: &str, events: &[Event]) -> Vec<Change> {
    let mut sums = Sums::default();
    for event in events.iter().filter(|event| event.contract == "tokens") {
        sums.add(sender, contract, event);
    }
    let changed = sums.0.into_iter().filter(|(_, sum)| !sum.is_zero());
    changed
        .map(|((is_contract, account, symbol, part), sum)| Change {
            account,
            is_contract,
            part,
            symbol,
            quantity: fixed(&sum),
        })
        .collect()
}

/// Without an exponent.
fn fixed(sum: &Decimal) -> String {
    let decimals = sum.decimals().unwrap_or(0);
    let text = sum.to_fixed(decimals, tartan_decimal::Rounding::Down);
    text.unwrap_or_else(|_| sum.to_string())
}

impl Sums {
    fn change(&mut self, is_contract: bool, name: &str, symbol: &str, part: Part, by: &Decimal) {
        let key = (is_contract, name.to_owned(), symbol.to_owned(), part);
        let sum = self.0.entry(key).or_insert(Decimal::ZERO);
        if let Ok(more) = sum.plus(by, &Config::STANDARD) {
            *sum = more;
        }
    }

    fn add(&mut self, sender: &str, contract: &str, event: &Event) {
        let text = |field: &str| event.data.get(field).and_then(Value::as_str).unwrap_or("");
        let (from, to, account, symbol) =
            (text("from"), text("to"), text("account"), text("symbol"));
        // old contracts gave numbers
        let quantity = match event.data.get("quantity") {
            Some(Value::String(text)) => Decimal::parse(text),
            Some(Value::Number(number)) => Decimal::parse(&number.to_string()),
            _ => return,
        };
        if !quantity.is_finite() {
            return;
        }
        let more = &quantity;
        let less = &quantity.negated();
        let mut user = |name, part, by| self.change(false, name, symbol, part, by);
        match event.event.as_str() {
            "transfer" => {
                user(from, Part::Liquid, less);
                user(to, Part::Liquid, more);
            }
            "transferToContract" => {
                user(from, Part::Liquid, less);
                self.change(true, to, symbol, Part::Liquid, more);
            }
            // issued out of nothing
            "transferFromContract" if from == "tokens" => user(to, Part::Liquid, more),
            "transferFromContract" => {
                user(to, Part::Liquid, more);
                self.change(true, from, symbol, Part::Liquid, less);
            }
            "issueToContract" => self.change(true, to, symbol, Part::Liquid, more),
            "stake" => {
                user(sender, Part::Liquid, less);
                user(account, Part::Stake, more);
            }
            "stakeFromContract" => {
                user(account, Part::Stake, more);
                self.change(true, contract, symbol, Part::Liquid, less);
            }
            // cancelling and paying out have one name on Steem; only the latter happens by the chain itself
            "unstake" if sender == "null" => {
                user(account, Part::Liquid, more);
            }
            "delegate" => {
                user(sender, Part::Stake, less);
                user(sender, Part::Lent, more);
                user(to, Part::Borrowed, more);
            }
            "undelegateStart" => {
                user(sender, Part::Lent, less);
                user(sender, Part::Returning, more);
                user(from, Part::Borrowed, less);
            }
            "undelegateDone" => {
                user(account, Part::Returning, less);
                user(account, Part::Stake, more);
            }
            "lockDeposit" => {
                user(account, Part::Liquid, less);
                user(account, Part::Deposit, more);
            }
            "returnDeposit" => {
                user(account, Part::Deposit, less);
                user(account, Part::Liquid, more);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(events: &[(&str, Value)], expected: &[&str]) {
        let events: Vec<Event> = events
            .iter()
            .map(|(name, data)| Event {
                contract: "tokens".to_owned(),
                event: (*name).to_owned(),
                data: data.clone(),
            })
            .collect();
        let found: Vec<String> = of("alice", "market", &events)
            .iter()
            .map(|change| {
                let Change {
                    account,
                    part,
                    quantity,
                    symbol,
                    ..
                } = change;
                format!("{account} {part:?} {quantity} {symbol}")
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_goes_and_comes_is_summed_up() {
        let moved = |from: &str, to: &str, quantity: &str| json!({ "from": from, "to": to, "symbol": "COOL", "quantity": quantity });
        check(
            &[("transfer", moved("alice", "bob", "5.000"))],
            &["alice Liquid -5 COOL", "bob Liquid 5 COOL"],
        );
        check(
            &[
                ("transferToContract", moved("alice", "market", "0.00000005")),
                ("transferFromContract", moved("market", "bob", "0.00000003")),
            ],
            &[
                "alice Liquid -0.00000005 COOL",
                "bob Liquid 0.00000003 COOL",
                "market Liquid 0.00000002 COOL",
            ],
        );
        check(
            &[
                ("transfer", moved("alice", "bob", "5")),
                ("transfer", moved("bob", "alice", "5")),
            ],
            &[],
        );
        check(
            &[("transferFromContract", moved("tokens", "bob", "7"))],
            &["bob Liquid 7 COOL"],
        );
    }

    #[test]
    fn stakes_and_delegations_say_which_part() {
        let staked = json!({ "account": "bob", "symbol": "COOL", "quantity": 5 });
        check(
            &[("stake", staked)],
            &["alice Liquid -5 COOL", "bob Stake 5 COOL"],
        );
        let lent = json!({ "to": "bob", "symbol": "COOL", "quantity": "1" });
        check(
            &[("delegate", lent)],
            &[
                "alice Stake -1 COOL",
                "alice Lent 1 COOL",
                "bob Borrowed 1 COOL",
            ],
        );
    }

    #[test]
    fn nonsense_changes_nothing() {
        check(
            &[
                ("transfer", json!(7)),
                ("transfer", json!({ "quantity": "much" })),
            ],
            &[],
        );
    }
}
