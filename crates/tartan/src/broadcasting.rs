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

/// Makes sure that the account exists and that this key can move its funds, since the main chain's own words for the
/// opposite are hard to read. Where several signatures are needed, the main chain decides.
pub(crate) async fn check_key(client: &Client, account: &str, key: &PrivateKey) -> Result<()> {
    let accounts = client.accounts(&[account]).await?;
    let Some(found) = accounts.iter().find(|found| found.name == account) else {
        bail!("there is no account {account} on the main chain");
    };
    let public = key.public_key();
    let has = |authority: &Authority| authority.key_auths.contains_key(&public);
    if has(&found.active) || has(&found.owner) || !found.active.account_auths.is_empty() {
        return Ok(());
    }
    let text = public.to_text(&client.chain().prefix);
    let is = if has(&found.posting) {
        "is the posting key"
    } else {
        "is no key"
    };
    bail!("{text} {is} of {account}; expected the active key, which moves funds")
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
