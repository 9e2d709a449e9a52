use rquickjs::{Ctx, Exception, Function, Object, Result, Value};
use tartan_document as document;
use tartan_runtime::Identity;

use super::metering::{self, charge_crossing};
use super::outcome::throw;
use crate::marshal::{from_js, object_to_js};

/// Calls of other contracts.
pub(super) fn add<'js>(ctx: &Ctx<'js>, host: &Object<'js>) -> Result<()> {
    host.set("call", Function::new(ctx.clone(), call)?)?;
    host.set(
        "transferTokens",
        Function::new(ctx.clone(), transfer_tokens)?,
    )?;
    host.set("verifyBlock", Function::new(ctx.clone(), verify_block)?)
}

/// `identity`: 0 for the sender, 1 for the contract's owner.
fn call<'js>(
    ctx: Ctx<'js>,
    identity: i32,
    contract: Value<'js>,
    action: Value<'js>,
    params: Value<'js>,
) -> Result<Value<'js>> {
    let identity = match identity {
        0 => Identity::Sender,
        _ => Identity::Owner,
    };
    let (contract, action) = (from_js(&ctx, &contract)?, from_js(&ctx, &action)?);
    let params = from_js(&ctx, &params)?;
    let (Some(contract), Some(action)) = (contract.as_str(), action.as_str()) else {
        return Ok(Value::new_null(ctx));
    };
    let params = match params {
        document::Value::Object(params) => params,
        // an array takes the extra members with it, and loses them when it is written as JSON
        document::Value::Array(_) => document::Object::new(),
        other => return Err(not_an_object(&ctx, &other)),
    };
    let called = metering::call(&ctx, |context| {
        context.call_from_script(identity, contract, action, params)
    })?;
    result(&ctx, called)
}

fn transfer_tokens<'js>(
    ctx: Ctx<'js>,
    from_caller: bool,
    to: Value<'js>,
    symbol: Value<'js>,
    quantity: Value<'js>,
    kind: Value<'js>,
) -> Result<Value<'js>> {
    let given = |value: Value<'js>| match value.is_undefined() {
        true => Ok(None),
        false => from_js(&ctx, &value).map(Some),
    };
    let (to, symbol, quantity, kind) = (given(to)?, given(symbol)?, given(quantity)?, given(kind)?);
    let called = metering::call(&ctx, |context| {
        context.transfer_tokens(from_caller, to, symbol, quantity, kind)
    })?;
    result(&ctx, called)
}

fn verify_block<'js>(ctx: Ctx<'js>, verification: Value<'js>) -> Result<()> {
    let Some(verification) = from_js(&ctx, &verification)?.into_object() else {
        return Ok(());
    };
    metering::call(&ctx, |context| context.verify_block(&verification))
}

fn result<'js>(ctx: &Ctx<'js>, object: Option<document::Object>) -> Result<Value<'js>> {
    let Some(object) = object else {
        return Ok(Value::new_null(ctx.clone()));
    };
    charge_crossing(ctx, object.values())?;
    object_to_js(ctx, &object)
}

/// What V8 says when the reference writes the calling contract's name into parameters that are not an object.
fn not_an_object(ctx: &Ctx<'_>, params: &document::Value) -> rquickjs::Error {
    match params {
        document::Value::Null => Exception::throw_type(
            ctx,
            "Cannot set properties of null (setting 'callingContractInfo')",
        ),
        document::Value::String(text) => throw(
            ctx,
            "TypeError",
            &format!(
                "Cannot create property 'callingContractInfo' on string '{}'",
                text.to_string_lossy()
            ),
        ),
        other => throw(
            ctx,
            "TypeError",
            &format!(
                "Cannot create property 'callingContractInfo' on {} '{}'",
                if other.as_bool().is_some() {
                    "boolean"
                } else {
                    "number"
                },
                other.stringify()
            ),
        ),
    }
}
