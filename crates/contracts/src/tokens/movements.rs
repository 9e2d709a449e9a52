//! What a native contract takes and pays in one action: what each of those concerned holds is read once and written once,
//! however often it changes. What the ledger checks and tells is the same as with calls.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
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
    accounts: Holdings<AccountBalance>,
    contracts: Holdings<ContractBalance>,
}

/// What is held, by symbol and holder.
type Holdings<B> = BTreeMap<(CompactString, CompactString), Held<B>>;

struct Held<B> {
    /// As it is stored.
    row: Option<Stored<B>>,
    token: Arc<Stored<Token>>,
    /// What is held by now; none if the holder never held any.
    quantity: Option<Quantity>,
}

impl<B: Balance> Held<B> {
    fn load(ctx: &mut Context<'_>, holder: &str, token: &Arc<Stored<Token>>) -> ActionResult<Self> {
        let row = ctx.rows::<B>().get(&[holder, &token.symbol])?;
        let quantity = row.as_ref().map(|row| amount::stored(&row.balance, token));
        Ok(Held {
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

    /// Stores what is held by now.
    fn settle(self, ctx: &mut Context<'_>, symbol: &str, holder: &str) -> ActionResult {
        let Some(quantity) = self.quantity else {
            return Ok(());
        };
        let balance: CompactString = quantity.format(amount::precision(&self.token)?).into();
        match self.row {
            Some(row) if row.balance == balance => Ok(()),
            Some(mut row) => {
                row.balance = balance;
                ctx.rows().update(&row)
            }
            None => {
                let mut holding = Holding::empty(holder, symbol);
                holding.balance = balance;
                ctx.rows().insert(B::from(holding)).map(drop)
            }
        }
    }
}

/// What a holder holds, read if this is the first movement.
fn held<'h, B: Balance>(
    holdings: &'h mut Holdings<B>,
    ctx: &mut Context<'_>,
    holder: &str,
    token: &Arc<Stored<Token>>,
) -> ActionResult<&'h mut Held<B>> {
    match holdings.entry((token.symbol.clone(), holder.into())) {
        Entry::Occupied(known) => Ok(known.into_mut()),
        Entry::Vacant(place) => Ok(place.insert(Held::load(ctx, holder, token)?)),
    }
}

impl Movements {
    /// None so far, of a contract.
    pub(crate) fn of(contract: &'static str) -> Movements {
        Movements {
            contract,
            accounts: Holdings::new(),
            contracts: Holdings::new(),
        }
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
        let token = ledger::shared_token(ctx, symbol)?;
        asked.check_decimals(&token)?;
        asked.check_positive("must transfer positive quantity")?;
        let quantity = asked.quantity(&token)?;
        held(&mut self.accounts, ctx, payer, &token)?.debit(quantity)?;
        held(&mut self.contracts, ctx, self.contract, &token)?.credit(quantity)?;
        let shown = quantity.format(amount::precision(&token)?);
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
        let token = ledger::shared_token(ctx, symbol)?;
        ensure!(quantity.is_positive(), "must transfer positive quantity");
        held(&mut self.contracts, ctx, self.contract, &token)?.debit(quantity)?;
        held(&mut self.accounts, ctx, account, &token)?.credit(quantity)?;
        ledger::note_burn(ctx, &token, account, quantity)?;
        let shown = quantity.format(amount::precision(&token)?);
        let event = moved(self.contract, account, symbol, &shown);
        ctx.emit_as(NAME, "transferFromContract", event);
        Ok(())
    }

    /// Puts everything into the tables.
    pub(crate) fn settle(self, ctx: &mut Context<'_>) -> ActionResult {
        for ((symbol, holder), held) in self.accounts {
            held.settle(ctx, &symbol, &holder)?;
        }
        for ((symbol, holder), held) in self.contracts {
            held.settle(ctx, &symbol, &holder)?;
        }
        Ok(())
    }
}
