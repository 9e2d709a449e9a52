use rquickjs::function::{Opt, Rest};
use rquickjs::{Array, Ctx, Function, Object, Result, Value};
use sha2::{Digest, Sha256};
use tartan_document as document;
use tartan_runtime::{Dialect, Random};

use super::metering::{charge, charge_crossing, charge_kept};
use super::outcome::throw;
use super::price;
use super::{give, with};
use crate::library::signature::check_signature;
use crate::library::validator::{self, Release};
use crate::marshal::{bytes_of, from_js, object_to_js, text_from_js, text_to_js, to_js};

type Compute = fn(f64) -> f64;

/// Functions of one or two numbers that the C library computes differently from machine to machine.
const ONE_NUMBER: [(&str, Compute); 19] = [
    ("acos", libm::acos),
    ("acosh", libm::acosh),
    ("asin", libm::asin),
    ("asinh", libm::asinh),
    ("atan", libm::atan),
    ("atanh", libm::atanh),
    ("cbrt", libm::cbrt),
    ("cos", libm::cos),
    ("cosh", libm::cosh),
    ("exp", libm::exp),
    ("expm1", libm::expm1),
    ("log", libm::log),
    ("log10", libm::log10),
    ("log1p", libm::log1p),
    ("log2", libm::log2),
    ("sin", libm::sin),
    ("sinh", libm::sinh),
    ("tan", libm::tan),
    ("tanh", libm::tanh),
];

/// What a contract is told of its call, its log, and pure functions.
pub(super) fn add<'js>(ctx: &Ctx<'js>, host: &Object<'js>) -> Result<()> {
    host.set("start", Function::new(ctx.clone(), start)?)?;
    host.set("blockTime", Function::new(ctx.clone(), block_time)?)?;
    host.set("logs", Function::new(ctx.clone(), logs)?)?;
    host.set("fail", Function::new(ctx.clone(), fail)?)?;
    host.set("emit", Function::new(ctx.clone(), emit)?)?;
    host.set("debug", Function::new(ctx.clone(), debug)?)?;
    host.set("random", Function::new(ctx.clone(), random)?)?;
    host.set("sha256", Function::new(ctx.clone(), sha256)?)?;
    host.set("checkSignature", Function::new(ctx.clone(), is_signed)?)?;
    host.set(
        "isAccountName",
        Function::new(ctx.clone(), is_account_name)?,
    )?;
    host.set("validator", validators(ctx)?)?;
    let math = Object::new(ctx.clone())?;
    let names = Array::new(ctx.clone())?;
    for (index, (name, compute)) in ONE_NUMBER.into_iter().enumerate() {
        math.set(name, Function::new(ctx.clone(), compute)?)?;
        names.set(index, name)?;
    }
    math.set("atan2", Function::new(ctx.clone(), libm::atan2)?)?;
    math.set("pow", Function::new(ctx.clone(), power)?)?;
    names.set(names.len(), "atan2")?;
    names.set(names.len(), "pow")?;
    host.set("math", math)?;
    host.set("mathNames", names)
}

/// `Number::exponentiate` of ECMAScript, which differs from C where the base is 1 or -1 or the exponent is NaN.
pub(crate) fn power(base: f64, exponent: f64) -> f64 {
    if exponent.is_nan() || (base.abs() == 1.0 && exponent.is_infinite()) {
        return f64::NAN;
    }
    libm::pow(base, exponent)
}

/// What `api` starts with, in the order in which the prelude takes it apart.
fn start<'js>(ctx: Ctx<'js>) -> Result<Array<'js>> {
    let values = with(&ctx, |context, run| {
        let creating = context.creating();
        let text = |text: &str| document::Value::from(text);
        let or_null = |value: Option<document::Value>| value.unwrap_or(document::Value::Null);
        [
            document::Value::Bool(creating),
            or_null((!creating).then(|| text(&context.sender()))),
            or_null((!creating).then(|| text(&context.owner()))),
            text(&run.action),
            std::mem::replace(&mut run.payload, document::Value::Null),
            or_null(context.transaction_id().map(text)),
            document::Value::Number(context.block().number as f64),
            text(context.main_number_name()),
            or_null(
                context
                    .main_number()
                    .map(|number| document::Value::Number(number as f64)),
            ),
            text(context.block_timestamp_name()),
            text(&context.block().timestamp),
            document::Value::Number(f64::from(context.contract_version())),
        ]
    })?;
    charge_crossing(&ctx, &values)?;
    let array = Array::new(ctx.clone())?;
    for (index, value) in values.iter().enumerate() {
        array.set(index, to_js(&ctx, value)?)?;
    }
    Ok(array)
}

/// Milliseconds since 1970, NaN when the block's timestamp is not a time.
fn block_time(ctx: Ctx<'_>) -> Result<f64> {
    with(&ctx, |context, _| {
        context.time().map_or(f64::NAN, |time| time as f64)
    })
}

fn logs<'js>(ctx: Ctx<'js>) -> Result<Value<'js>> {
    let logs = with(&ctx, |context, _| {
        let logs = context.logs();
        let errors = logs
            .errors
            .iter()
            .map(|e| document::Value::from(e.as_str()));
        let events = logs
            .events
            .iter()
            .map(|e| document::Value::from(e.to_object()));
        let mut object = document::Object::new();
        object.insert("errors", document::Value::Array(errors.collect()));
        object.insert("events", document::Value::Array(events.collect()));
        object
    })?;
    charge_crossing(&ctx, logs.values())?;
    object_to_js(&ctx, &logs)
}

fn fail<'js>(ctx: Ctx<'js>, message: rquickjs::String<'js>) -> Result<()> {
    give(&ctx, 0)?;
    let message = text_from_js(&ctx, &message)?;
    give(&ctx, bytes_of(&message))?;
    charge_kept(&ctx, 0, &document::Value::String(message.clone()))?;
    with(&ctx, |context, _| {
        context.log_check(&message.to_string_lossy());
    })
}

fn emit<'js>(ctx: Ctx<'js>, event: Value<'js>, data: Opt<Value<'js>>) -> Result<()> {
    let data = match data.0 {
        Some(data) => from_js(&ctx, &data)?,
        None => document::Value::Null,
    };
    let Some(event) = event.as_string() else {
        return Ok(());
    };
    let event = text_from_js(&ctx, event)?;
    give(&ctx, bytes_of(&event))?;
    charge_kept(&ctx, price::EVENT, &document::Value::String(event.clone()))?;
    charge_kept(&ctx, 0, &data)?;
    with(&ctx, |context, _| {
        context.emit(&event.to_string_lossy(), data)
    })
}

fn debug<'js>(ctx: Ctx<'js>, message: Opt<Value<'js>>) -> Result<()> {
    let Some(message) = message.0 else {
        return Ok(());
    };
    // what cannot be shown is not worth an exception
    let shown = from_js(&ctx, &message).map(|value| match value {
        document::Value::String(text) => text.to_string_lossy().into_owned(),
        value => value.stringify(),
    });
    match shown {
        Ok(shown) => tracing::debug!(target: "contract", "{shown}"),
        Err(_) => drop(ctx.catch()),
    }
    Ok(())
}

fn random(ctx: Ctx<'_>) -> Result<f64> {
    let seeded = with(&ctx, |_, run| run.random.is_some())?;
    charge(&ctx, if seeded { price::RANDOM } else { price::SEED }, 0)?;
    with(&ctx, |context, run| {
        run.random
            .get_or_insert_with(|| Random::new(&context.random_seed()))
            .next()
    })
}

fn sha256<'js>(ctx: Ctx<'js>, payload: Opt<Value<'js>>) -> Result<String> {
    let payload = match payload.0 {
        Some(payload) => from_js(&ctx, &payload)?,
        None => document::Value::Null,
    };
    let text = match payload {
        document::Value::String(text) => text.to_string_lossy().into_owned(),
        payload => payload.stringify(),
    };
    let length = text.len() as u64;
    charge(&ctx, price::HASH + length / price::HASHED_PER_UNIT, 0)?;
    Ok(hex::encode(Sha256::digest(text.as_bytes())))
}

fn is_signed<'js>(ctx: Ctx<'js>, arguments: Rest<Value<'js>>) -> Result<bool> {
    let mut values = Vec::with_capacity(4);
    for argument in arguments.iter().take(4) {
        values.push(from_js(&ctx, argument)?);
    }
    let [payload, signature, key, rest @ ..] = values.as_slice() else {
        return Ok(false);
    };
    let (Some(signature), Some(key)) = (signature.as_str(), key.as_str()) else {
        return Ok(false);
    };
    charge(&ctx, price::SIGNATURE, 0)?;
    let is_hash = rest.first() == Some(&document::Value::Bool(true));
    Ok(check_signature(payload, signature, key, is_hash))
}

fn is_account_name<'js>(ctx: Ctx<'js>, name: Opt<Value<'js>>) -> Result<bool> {
    let Some(name) = name.0.as_ref().and_then(Value::as_string) else {
        return Ok(false);
    };
    let name = text_from_js(&ctx, name)?;
    with(&ctx, |context, _| {
        name.as_str()
            .is_some_and(|name| context.is_account_name(name))
    })
}

/// `api.validator`.
fn validators<'js>(ctx: &Ctx<'js>) -> Result<Object<'js>> {
    let validators = Object::new(ctx.clone())?;
    let add = |name: &str, check: fn(Release, &str, &str) -> bool| {
        let function = Function::new(
            ctx.clone(),
            move |ctx: Ctx<'js>, text: Value<'js>, option: Value<'js>| -> Result<bool> {
                let (text, option) = (checked_text(&ctx, &text)?, option_text(&ctx, &option)?);
                charge(&ctx, price::VALIDATOR + text.len() as u64 / 8, 0)?;
                Ok(check(release(&ctx)?, &text, &option))
            },
        )?;
        validators.set(name, function)
    };
    add("isAlpha", |_, text, _| validator::is_alpha(text))?;
    add("isAlphanumeric", |_, text, _| {
        validator::is_alphanumeric(text)
    })?;
    add("isUppercase", |_, text, _| validator::is_uppercase(text))?;
    add("isIP", |release, text, version| {
        validator::is_ip(release, text, version)
    })?;
    add("isFQDN", |release, text, _| {
        validator::is_fqdn(release, text)
    })?;
    validators.set("blacklist", Function::new(ctx.clone(), blacklist)?)?;
    Ok(validators)
}

fn blacklist<'js>(ctx: Ctx<'js>, text: Value<'js>, chars: Value<'js>) -> Result<Value<'js>> {
    let text = checked_text(&ctx, &text)?;
    let chars = option_text(&ctx, &chars)?;
    // each character of the text is looked for among the others
    let work = text.len() as u64 * (1 + chars.len() as u64 / 8);
    charge(&ctx, price::VALIDATOR + work / 8, 0)?;
    match validator::blacklist(&text, &chars) {
        Ok(rest) => text_to_js(&ctx, &rest.into()),
        Err(error) => Err(throw(&ctx, error.name(), &error.to_string())),
    }
}

/// The library's version that the network's reference has.
fn release(ctx: &Ctx<'_>) -> Result<Release> {
    with(ctx, |context, _| match context.dialect() {
        Dialect::Steem => Release::V10,
        Dialect::Hive | Dialect::Modern => Release::V13,
    })
}

/// The text to check, or the library's complaint.
fn checked_text<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<String> {
    if let Some(text) = value.as_string() {
        return Ok(text_from_js(ctx, text)?.to_string_lossy().into_owned());
    }
    let kind = match value.type_of() {
        _ if value.is_function() => "function",
        _ if value.is_array() => "Array",
        _ if value.is_number() => "number",
        rquickjs::Type::Undefined | rquickjs::Type::Uninitialized => "undefined",
        rquickjs::Type::Null => "null",
        rquickjs::Type::Bool => "boolean",
        rquickjs::Type::Symbol => "symbol",
        rquickjs::Type::BigInt => "bigint",
        _ => "Object",
    };
    let error = validator::not_text(release(ctx)?, kind);
    Err(throw(ctx, error.name(), &error.to_string()))
}

/// What the library makes of an option: the text of whatever is given, empty when it is left out.
fn option_text<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<String> {
    Ok(match from_js(ctx, value)? {
        document::Value::Null => String::new(),
        document::Value::String(text) => text.to_string_lossy().into_owned(),
        value => value.stringify(),
    })
}
