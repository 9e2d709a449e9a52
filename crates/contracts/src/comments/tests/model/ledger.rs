//! The token ledger, as far as rewards touch it.

use std::collections::BTreeMap;

use serde_json::json;

use super::Number;

const DAY: i64 = 86_400_000;

/// Days until what was delegated is back.
pub(crate) const UNDELEGATION_DAYS: i64 = 2;

#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) issuer: String,
    pub(crate) precision: u32,
    pub(crate) max_supply: Number,
    pub(crate) supply: Number,
    pub(crate) circulating: Number,
    pub(crate) staked: Number,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Holding {
    pub(crate) balance: Number,
    pub(crate) stake: Number,
    pub(crate) delegations_in: Number,
    pub(crate) delegations_out: Number,
    pub(crate) pending_undelegations: Number,
}

#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) tokens: BTreeMap<String, Token>,
    /// By symbol and account.
    pub(crate) holdings: BTreeMap<(String, String), Holding>,
    /// What the contract of the reward pools has, by symbol.
    pub(crate) contract: BTreeMap<String, Number>,
    /// By symbol, delegator, receiver.
    pub(crate) delegations: BTreeMap<(String, String, String), Number>,
    /// When, symbol, account, amount; in the order in which they were asked back.
    undelegations: Vec<(i64, String, String, Number)>,
}

impl Ledger {
    pub(crate) fn token(&self, symbol: &str) -> &Token {
        &self.tokens[symbol]
    }

    fn token_mut(&mut self, symbol: &str) -> &mut Token {
        self.tokens.get_mut(symbol).expect("the token exists")
    }

    pub(crate) fn holding(&self, symbol: &str, account: &str) -> Holding {
        let key = (symbol.to_string(), account.to_string());
        self.holdings.get(&key).cloned().unwrap_or_default()
    }

    fn holding_mut(&mut self, symbol: &str, account: &str) -> &mut Holding {
        let key = (symbol.to_string(), account.to_string());
        self.holdings.entry(key).or_default()
    }

    fn text(&self, symbol: &str, quantity: &Number) -> String {
        quantity.text(self.token(symbol).precision)
    }

    pub(crate) fn issue(&mut self, symbol: &str, to: &str, quantity: &Number) -> String {
        let issuer = self.token(symbol).issuer.clone();
        self.holding_mut(symbol, &issuer);
        let holding = self.holding_mut(symbol, to);
        holding.balance = holding.balance.plus(quantity);
        self.mint(symbol, quantity);
        let quantity = self.text(symbol, quantity);
        moved("transferFromContract", "tokens", to, symbol, &quantity)
    }

    fn mint(&mut self, symbol: &str, quantity: &Number) {
        let token = self.token_mut(symbol);
        token.supply = token.supply.plus(quantity);
        token.circulating = token.circulating.plus(quantity);
    }

    /// New tokens for the contract, if the largest supply allows.
    pub(crate) fn issue_to_contract(&mut self, symbol: &str, quantity: &Number) -> Option<String> {
        let token = self.token(symbol);
        if token.supply.plus(quantity) > token.max_supply {
            return None;
        }
        self.mint(symbol, quantity);
        let held = self.contract.entry(symbol.to_string()).or_default();
        *held = held.plus(quantity);
        let quantity = self.text(symbol, quantity);
        Some(moved(
            "issueToContract",
            "tokens",
            "comments",
            symbol,
            &quantity,
        ))
    }

    pub(crate) fn transfer(&mut self, symbol: &str, from: &str, to: &str, text: &str) -> String {
        let quantity = Number::parse(text);
        let payer = self.holding_mut(symbol, from);
        payer.balance = payer.balance.minus(&quantity);
        self.receive(symbol, to, &quantity);
        // The text is the one that was sent, in this event alone.
        moved("transfer", from, to, symbol, text)
    }

    pub(crate) fn transfer_from_contract(
        &mut self,
        symbol: &str,
        to: &str,
        quantity: &Number,
    ) -> String {
        self.take_from_contract(symbol, quantity);
        self.receive(symbol, to, quantity);
        let quantity = self.text(symbol, quantity);
        moved("transferFromContract", "comments", to, symbol, &quantity)
    }

    fn take_from_contract(&mut self, symbol: &str, quantity: &Number) {
        let held = self.contract.entry(symbol.to_string()).or_default();
        assert!(
            *quantity <= *held,
            "the contract has {held:?} of {quantity:?} {symbol}"
        );
        *held = held.minus(quantity);
    }

    fn receive(&mut self, symbol: &str, to: &str, quantity: &Number) {
        let holding = self.holding_mut(symbol, to);
        holding.balance = holding.balance.plus(quantity);
        if to == "null" {
            let token = self.token_mut(symbol);
            token.circulating = token.circulating.minus(quantity);
        }
    }

    pub(crate) fn stake(&mut self, symbol: &str, from: &str, to: &str, text: &str) -> String {
        let quantity = Number::parse(text);
        let payer = self.holding_mut(symbol, from);
        payer.balance = payer.balance.minus(&quantity);
        self.add_stake(symbol, to, &quantity);
        staked("stake", to, symbol, &self.text(symbol, &quantity))
    }

    pub(crate) fn stake_from_contract(
        &mut self,
        symbol: &str,
        to: &str,
        quantity: &Number,
    ) -> String {
        self.take_from_contract(symbol, quantity);
        self.add_stake(symbol, to, quantity);
        staked(
            "stakeFromContract",
            to,
            symbol,
            &self.text(symbol, quantity),
        )
    }

    fn add_stake(&mut self, symbol: &str, to: &str, quantity: &Number) {
        let holding = self.holding_mut(symbol, to);
        holding.stake = holding.stake.plus(quantity);
        let token = self.token_mut(symbol);
        token.staked = token.staked.plus(quantity);
    }

    pub(crate) fn delegate(&mut self, symbol: &str, from: &str, to: &str, text: &str) -> String {
        let quantity = Number::parse(text);
        let lender = self.holding_mut(symbol, from);
        lender.stake = lender.stake.minus(&quantity);
        lender.delegations_out = lender.delegations_out.plus(&quantity);
        let holder = self.holding_mut(symbol, to);
        holder.delegations_in = holder.delegations_in.plus(&quantity);
        let key = (symbol.to_string(), from.to_string(), to.to_string());
        let lent = self.delegations.entry(key).or_default();
        *lent = lent.plus(&quantity);
        let data = json!({ "to": to, "symbol": symbol, "quantity": self.text(symbol, &quantity) });
        format!("tokens.delegate {data}")
    }

    /// Asks back what is with somebody.
    pub(crate) fn undelegate(
        &mut self,
        now: i64,
        symbol: &str,
        lender: &str,
        holder: &str,
        text: &str,
    ) -> String {
        let quantity = Number::parse(text);
        let row = self.holding_mut(symbol, lender);
        row.delegations_out = row.delegations_out.minus(&quantity);
        row.pending_undelegations = row.pending_undelegations.plus(&quantity);
        let row = self.holding_mut(symbol, holder);
        row.delegations_in = row.delegations_in.minus(&quantity);
        let key = (symbol.to_string(), lender.to_string(), holder.to_string());
        let lent = self.delegations.get_mut(&key).expect("it is lent");
        *lent = lent.minus(&quantity);
        let text = self.text(symbol, &quantity);
        let due = now + UNDELEGATION_DAYS * DAY;
        self.undelegations
            .push((due, symbol.to_string(), lender.to_string(), quantity));
        let data = json!({ "from": holder, "symbol": symbol, "quantity": text });
        format!("tokens.undelegateStart {data}")
    }

    pub(crate) fn check_undelegations(&mut self, now: i64) -> Vec<String> {
        let (due, rest) = std::mem::take(&mut self.undelegations)
            .into_iter()
            .partition(|(due, ..)| *due <= now);
        self.undelegations = rest;
        let back = |(_, symbol, account, quantity): (i64, String, String, Number)| {
            let row = self.holding_mut(&symbol, &account);
            row.pending_undelegations = row.pending_undelegations.minus(&quantity);
            row.stake = row.stake.plus(&quantity);
            staked(
                "undelegateDone",
                &account,
                &symbol,
                &self.text(&symbol, &quantity),
            )
        };
        let due: Vec<_> = due;
        due.into_iter().map(back).collect()
    }
}

fn moved(event: &str, from: &str, to: &str, symbol: &str, quantity: &str) -> String {
    let data = json!({ "from": from, "to": to, "symbol": symbol, "quantity": quantity });
    format!("tokens.{event} {data}")
}

fn staked(event: &str, account: &str, symbol: &str, quantity: &str) -> String {
    let data = json!({ "account": account, "symbol": symbol, "quantity": quantity });
    format!("tokens.{event} {data}")
}
