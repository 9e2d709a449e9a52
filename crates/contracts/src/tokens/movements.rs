//! What a native contract takes and pays in one action: what each of those concerned holds is read once and written once,
//! however often it changes. What the ledger checks and tells is the same as with calls.

use std::sync::Arc;

use compact_str::CompactString;
use tartan_decimal::Quantity;
use tartan_runtime::{ActionResult, Context, OrFail, ensure};
use tartan_state::Stored;

use super::amount::{self, Asked};
use super::tables::{AccountBalance, Balance, ContractBalance, Holding, Token};
use super::transfer::moved;
use super::{NAME, ledger};

/// Movements between accounts and a contract that are not in the tables before they are settled.
pub(crate) struct Movements {
    contract: &'static str,
    /// What is known of the tokens that are moved. Burning changes how much there is of one, which is not looked at here.
    tokens: Vec<Arc<Stored<Token>>>,
    accounts: Holdings<AccountBalance>,
    contracts: Holdings<ContractBalance>,
}

/// What is held, in order of symbol and holder: mostly by three or four of them.
struct Holdings<B>(Vec<Held<B>>);

struct Held<B> {
    holder: CompactString,
    /// As it is stored.
    row: Option<Arc<Stored<B>>>,
    token: Arc<Stored<Token>>,
    /// What is held by now; none if the holder never held any.
    quantity: Option<Quantity>,
}

impl<B: Balance> Holdings<B> {
    /// What a holder holds, read if this is the first movement.
    fn of(
        &mut self,
        ctx: &mut Context<'_>,
        holder: &str,
        token: &Arc<Stored<Token>>,
    ) -> ActionResult<&mut Held<B>> {
        let wanted = (token.symbol.as_str(), holder);
        let order =
            |held: &Held<B>| (held.token.symbol.as_str(), held.holder.as_str()).cmp(&wanted);
        let place = match self.0.binary_search_by(order) {
            Ok(place) => place,
            Err(place) => {
                self.0.insert(place, Held::load(ctx, holder, token)?);
                place
            }
        };
        Ok(&mut self.0[place])
    }

    /// Stores what is held by now.
    fn settle(self, ctx: &mut Context<'_>) -> ActionResult {
        self.0.into_iter().try_for_each(|held| held.settle(ctx))
    }
}

impl<B: Balance> Held<B> {
    fn load(ctx: &mut Context<'_>, holder: &str, token: &Arc<Stored<Token>>) -> ActionResult<Self> {
        let row = ctx.rows::<B>().shared(&[holder, &token.symbol])?;
        let quantity = row.as_ref().map(|row| amount::stored(&row.balance, token));
        Ok(Held {
            holder: holder.into(),
            quantity: quantity.transpose()?,
            row,
            token: token.clone(),
        })
    }

    fn debit(&mut self, quantity: Quantity) -> ActionResult {
        let held = self.quantity.or_fail("balance does not exist")?;
        ensure!(held >= quantity, "overdrawn balance");
        self.quantity = held.checked_sub(quantity);
        Ok(())
    }

    fn credit(&mut self, quantity: Quantity) -> ActionResult {
        let held = self.quantity.unwrap_or_default().checked_add(quantity);
        self.quantity = Some(held.or_fail("cannot add")?);
        Ok(())
    }

    fn settle(self, ctx: &mut Context<'_>) -> ActionResult {
        let Some(quantity) = self.quantity else {
            return Ok(());
        };
        let balance = quantity.text(amount::precision(&self.token)?);
        match self.row {
            Some(row) if row.balance == *balance => Ok(()),
            Some(row) => {
                let mut row = Arc::unwrap_or_clone(row);
                row.balance = CompactString::new(&*balance);
                ctx.rows().put(row)
            }
            None => {
                let mut holding = Holding::empty(&self.holder, &self.token.symbol);
                holding.balance = CompactString::new(&*balance);
                ctx.rows().insert(B::from(holding)).map(drop)
            }
        }
    }
}

impl Movements {
    /// None so far, of a contract.
    pub(crate) fn of(contract: &'static str) -> Movements {
        Movements {
            contract,
            tokens: Vec::new(),
            accounts: Holdings(Vec::new()),
            contracts: Holdings(Vec::new()),
        }
    }

    fn token(&mut self, ctx: &mut Context<'_>, symbol: &str) -> ActionResult<Arc<Stored<Token>>> {
        let known = self.tokens.iter().find(|token| token.symbol == symbol);
        if let Some(token) = known {
            return Ok(token.clone());
        }
        let token = ledger::shared_token(ctx, symbol)?;
        self.tokens.push(token.clone());
        Ok(token)
    }

    /// What `transferToContract` does.
    pub(crate) fn deposit(
        &mut self,
        ctx: &mut Context<'_>,
        payer: &str,
        symbol: &str,
        quantity: &str,
    ) -> ActionResult {
        if !ctx.is_node() {
            ctx.require_active_key()?;
        }
        let asked = Asked::parse(quantity).or_fail("invalid params")?;
        ensure!(payer != self.contract, "cannot transfer to self");
        let token = self.token(ctx, symbol)?;
        asked.check_decimals(&token)?;
        asked.check_positive("must transfer positive quantity")?;
        let quantity = asked.quantity(&token)?;
        self.accounts.of(ctx, payer, &token)?.debit(quantity)?;
        self.contracts
            .of(ctx, self.contract, &token)?
            .credit(quantity)?;
        let shown = quantity.text(amount::precision(&token)?);
        let event = moved(payer, self.contract, symbol, &shown);
        ctx.emit_as(NAME, "transferToContract", event);
        Ok(())
    }

    /// What `transferFromContract` does for an account.
    pub(crate) fn withdraw(
        &mut self,
        ctx: &mut Context<'_>,
        account: &str,
        symbol: &str,
        quantity: Quantity,
    ) -> ActionResult {
        ensure!(ctx.is_account_name(account), "invalid to");
        let token = self.token(ctx, symbol)?;
        ensure!(quantity.is_positive(), "must transfer positive quantity");
        self.contracts
            .of(ctx, self.contract, &token)?
            .debit(quantity)?;
        self.accounts.of(ctx, account, &token)?.credit(quantity)?;
        ledger::note_burn(ctx, &token.symbol, account, quantity)?;
        let shown = quantity.text(amount::precision(&token)?);
        let event = moved(self.contract, account, symbol, &shown);
        ctx.emit_as(NAME, "transferFromContract", event);
        Ok(())
    }

    /// Puts everything into the tables.
    pub(crate) fn settle(self, ctx: &mut Context<'_>) -> ActionResult {
        self.accounts.settle(ctx)?;
        self.contracts.settle(ctx)
    }
}
