//! Sending an airdrop, one transaction after the other.

use std::fmt;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde::Serialize;
use tartan_graphene::{AccountName, JsonForm, PrivateKey, SignedTransaction};
use tartan_mainchain::{BroadcastError, Broadcaster, Goal, Outcome};

use super::journal::{Executed, Journal};
use super::plan::{Batch, Plan};
use crate::broadcasting::{self, Needs};
use crate::config::Settings;
use crate::side_chain::SideChain;

/// How long the sidechain may take to execute what the main chain has.
const PATIENCE: Duration = Duration::from_secs(120);

/// An airdrop that the contract has taken.
#[derive(Debug, Serialize)]
pub(super) struct Sent {
    accounts: usize,
    transactions: Vec<Executed>,
    /// Those of this run.
    #[serde(rename = "new")]
    fresh: usize,
}

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.fresh == 0 {
            return write!(
                f,
                "nothing is left to send: all {} accounts were taken into airdrops before",
                self.accounts
            );
        }
        write!(
            f,
            "all {} accounts are in airdrops, which are paid from the next block on",
            self.accounts
        )
    }
}

/// Sends what was not executed yet.
///
/// # Errors
/// When a transaction is not taken by the main chain, not executed in time, or refused by the contract. What came before
/// stands, and is noted.
pub(super) async fn all(
    settings: &Settings,
    side_chain: &SideChain,
    (account, key): (&AccountName, &PrivateKey),
    plan: &Plan,
    journal: &mut Journal,
    json: bool,
) -> Result<Sent> {
    let client = settings.client().await?;
    broadcasting::check_key(&client, account.as_str(), key, Needs::Active).await?;
    let sender = Sender {
        settings,
        side_chain,
        account,
        key,
        broadcaster: Broadcaster::new(client),
    };
    let mut sent = Sent {
        accounts: plan.calls.iter().map(|batch| batch.accounts).sum(),
        transactions: Vec::new(),
        fresh: 0,
    };
    for (index, batch) in plan.calls.iter().enumerate() {
        if let Some(executed) = journal.executed(index) {
            sent.transactions.push(executed.clone());
            continue;
        }
        let executed = sender.deliver(index, batch, journal).await;
        let executed = executed.with_context(|| {
            format!(
                "{} (transaction {} of {}); run the same command again to go on from there",
                batch.lines(),
                index + 1,
                plan.calls.len()
            )
        })?;
        if !json {
            eprintln!(
                "{}: {} accounts, executed in sidechain block {} (transaction {})",
                batch.lines(),
                batch.accounts,
                executed.side_chain_block,
                executed.transaction_id
            );
        }
        sent.transactions.push(executed);
        sent.fresh += 1;
    }
    Ok(sent)
}

/// Who sends where.
struct Sender<'a> {
    settings: &'a Settings,
    side_chain: &'a SideChain,
    account: &'a AccountName,
    key: &'a PrivateKey,
    broadcaster: Broadcaster,
}

impl Sender<'_> {
    /// Lets a call be executed, once.
    async fn deliver(
        &self,
        index: usize,
        batch: &Batch,
        journal: &mut Journal,
    ) -> Result<Executed> {
        // what an earlier run has signed may be in a block, or still get into one
        let mut outcome = Outcome::Expired;
        if let Some(transaction) = journal.transaction(index) {
            let chain = self.broadcaster.client().chain();
            let transaction = SignedTransaction::from_json(transaction, chain)
                .context("what was signed before cannot be read")?;
            outcome = self
                .broadcaster
                .confirm(&transaction, Goal::Included)
                .await?;
        }
        if outcome == Outcome::Expired {
            outcome = self.send(index, batch, journal).await?;
        }
        let id = broadcasting::included(outcome)?.id.to_string();
        let ended = self.side_chain.wait_for(&id, PATIENCE).await?;
        let log = ended.log()?;
        if !log.errors.is_empty() {
            journal.note_void(index)?;
            bail!(
                "the contract refused newAirdrop: {} (transaction {id}, sidechain block {})",
                log.errors.join("; "),
                ended.block_number
            );
        }
        let executed = Executed {
            transaction_id: id,
            side_chain_block: ended.block_number,
        };
        journal.note_executed(index, executed.clone())?;
        Ok(executed)
    }

    /// Signs a call, notes that, and sends it.
    async fn send(&self, index: usize, batch: &Batch, journal: &mut Journal) -> Result<Outcome> {
        let (broadcaster, network) = (&self.broadcaster, &self.settings.network);
        let call = batch.call();
        let operation = call.operation(network, self.account.as_str(), Needs::Active);
        let transaction = broadcaster.prepare(vec![operation]).await?;
        let signed = broadcaster.sign(transaction, std::slice::from_ref(self.key))?;
        let shown = signed.to_json(broadcaster.client().chain(), JsonForm::Legacy);
        journal.note_signed(index, call.json(), shown)?;
        let sent = broadcasting::send(broadcaster, &signed, Goal::Included).await;
        let refused = |error: &anyhow::Error| {
            matches!(error.downcast_ref(), Some(BroadcastError::Refused(_)))
        };
        if sent.as_ref().is_err_and(refused) {
            journal.note_void(index)?;
        }
        sent
    }
}
