//! Sending to the main chain, and saying in plain words why it was not taken.

use anyhow::{Context as _, Result, anyhow, bail};
use tartan_graphene::{Operation, PrivateKey, SignedTransaction};
use tartan_mainchain::{BroadcastError, Broadcaster, Confirmed, Goal, Outcome, RefusalKind};

/// Signs operations, sends them, and waits until they are in a block.
pub(crate) async fn transact(
    broadcaster: &Broadcaster,
    operations: Vec<Operation>,
    account: &str,
    key: &PrivateKey,
) -> Result<Confirmed> {
    let sent = broadcaster
        .transact(operations, std::slice::from_ref(key), Goal::Included)
        .await;
    let (_, outcome) = sent.map_err(|error| match &error {
        BroadcastError::Refused(refusal) if refusal.kind == RefusalKind::MissingAuthority => {
            let public = key.public_key().to_text(&broadcaster.client().chain().prefix);
            anyhow!(error).context(format!(
                "the key {public} may not sign for {account}; expected its active key, and an account that exists"
            ))
        }
        _ => anyhow!(error),
    })?;
    included(outcome)
}

/// Sends a signed transaction and waits until `goal`.
pub(crate) async fn send(
    broadcaster: &Broadcaster,
    signed: &SignedTransaction,
    goal: Goal,
) -> Result<Outcome> {
    match broadcaster.send(signed).await {
        // confirmation sends again and finds out
        Ok(_) | Err(BroadcastError::Uncertain { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    broadcaster
        .confirm(signed, goal)
        .await
        .context("cannot find out what became of the transaction")
}

/// The block that a transaction is in.
pub(crate) fn included(outcome: Outcome) -> Result<Confirmed> {
    match outcome {
        Outcome::Included(place) | Outcome::Irreversible(place) => Ok(place),
        Outcome::Expired => bail!(
            "the transaction expired without being taken into a block; it will never execute, so sign anew"
        ),
        Outcome::Unconfirmed => bail!(
            "the transaction was sent, but is in no block yet; it may still execute until it expires, so do not sign anew before that"
        ),
    }
}
