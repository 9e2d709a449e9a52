//! Sending to the main chain, and saying in plain words why it was not taken.

use anyhow::{Context as _, Result, bail};
use tartan_graphene::{Authority, Operation, PrivateKey, SignedTransaction};
use tartan_mainchain::{BroadcastError, Broadcaster, Client, Confirmed, Goal, Outcome};

/// Signs operations, sends them, and waits until they are in a block.
pub(crate) async fn transact(
    broadcaster: &Broadcaster,
    operations: Vec<Operation>,
    key: &PrivateKey,
) -> Result<Confirmed> {
    let (_, outcome) = broadcaster
        .transact(operations, std::slice::from_ref(key), Goal::Included)
        .await?;
    included(outcome)
}

/// Which of an account's keys something needs at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// The key that moves funds.
    Active,
    /// The key of everyday use.
    Posting,
}

/// Makes sure that the account exists and that this key can do what is needed, and says as which key it is to be used;
/// since the main chain's own words for the opposite are hard to read. Where several signatures are needed, the main
/// chain decides.
pub(crate) async fn check_key(
    client: &Client,
    account: &str,
    key: &PrivateKey,
    needs: Needs,
) -> Result<Needs> {
    let accounts = client.accounts(&[account]).await?;
    let Some(found) = accounts.iter().find(|found| found.name == account) else {
        bail!("there is no account {account} on the main chain");
    };
    let public = key.public_key();
    let has = |authority: &Authority| authority.key_auths.contains_key(&public);
    if needs == Needs::Posting && has(&found.posting) {
        return Ok(Needs::Posting);
    }
    if has(&found.active) || has(&found.owner) || !found.active.account_auths.is_empty() {
        return Ok(Needs::Active);
    }
    let text = public.to_text(&client.chain().prefix);
    let is = if has(&found.posting) {
        "is the posting key"
    } else {
        "is no key"
    };
    let expected = match needs {
        Needs::Active => "the active key, which moves funds",
        Needs::Posting => "the posting key or the active key",
    };
    bail!("{text} {is} of {account}; expected {expected}")
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
