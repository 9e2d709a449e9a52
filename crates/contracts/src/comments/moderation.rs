//! Keeping accounts and posts from being paid.

use tartan_document::Value;
use tartan_runtime::{ActionResult, Context, OrFail, Payload};

use super::pools::administered;
use super::tables::{Post, VotingPower};

/// `setMute {rewardPoolId, account, mute}`: whether an account's votes count nothing and nothing is paid to it.
pub(super) fn set_mute(payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
    let pool = administered(payload, ctx)?;
    let account = payload
        .text("account")
        .filter(|account| ctx.is_account_name(account))
        .or_fail("invalid account")?;
    let mute = mute(payload)?;
    let id = pool.id.number().unwrap_or_default();
    let key = [Value::from(id as f64), Value::from(&*account)];
    let now = ctx.time()?;
    let mut powers = ctx.rows::<VotingPower>();
    match powers.get_by(&key)? {
        Some(mut power) => {
            power.mute = Some(mute);
            powers.update(&power)
        }
        None => {
            let mut power = VotingPower::full(id, &account, now);
            power.mute = Some(mute);
            powers.insert(power)?;
            Ok(())
        }
    }
}

/// `setPostMute {rewardPoolId, authorperm, mute}`: whether nothing is paid for a post.
pub(super) fn set_post_mute(payload: Payload<'_>, ctx: &mut Context<'_>) -> ActionResult {
    let pool = administered(payload, ctx)?;
    let authorperm = payload
        .get("authorperm")
        .and_then(|value| match value {
            Value::String(text) => Some(text.to_string_lossy()),
            _ => None,
        })
        .or_fail("authorperm must be a string")?;
    let id = pool.id.number().unwrap_or_default();
    let mut posts = ctx.rows::<Post>();
    let post = posts.get_by(&[Value::from(&*authorperm), Value::from(id as f64)])?;
    let mut post = post.or_fail("post not found")?;
    post.mute = Some(mute(payload)?);
    posts.update(&post)
}

fn mute(payload: Payload<'_>) -> ActionResult<bool> {
    let mute = payload.get("mute").and_then(Value::as_bool);
    mute.or_fail("mute must be a boolean")
}
