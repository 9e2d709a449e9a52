//! Values between a realm and the node.
//!
//! Into the node they go by the rules of JSON, as on the reference, where they cross a process as JSON text: members
//! that are undefined vanish, NaN and the infinities become null, dates become ISO texts. Functions and symbols cannot
//! go. Back, a document becomes plain objects and arrays.

use rquickjs::object::{Filter, Property};
use rquickjs::{Array, Ctx, Exception, Function, Object, Result, String as JsString, Type, Value};
use tartan_document::{self as document, Text};

use crate::host;

/// How deep a value may be nested.
const MAX_DEPTH: usize = 128;
/// How many values one value may consist of; what is shared within it counts as often as it is met.
const MAX_NODES: usize = 1_000_000;

/// Units of work that a reader gathers before it charges for them.
const CHARGED_AT: u64 = 256;
/// Bytes that a reader gathers before it notes them.
const NOTED_AT: u64 = 1 << 20;
/// What a value takes besides its text, in bytes.
const NODE_BYTES: u64 = 64;

/// Properties that every object inherits: they are defined, not assigned, lest an inherited setter answers.
const INHERITED: [&str; 12] = [
    "__proto__",
    "constructor",
    "toString",
    "toLocaleString",
    "valueOf",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
];

/// A value of a realm as the node's own.
///
/// # Errors
/// With an exception pending in the realm: what cannot be copied, or is too large, or a getter that threw.
pub(crate) fn from_js<'js>(ctx: &Ctx<'js>, value: &Value<'js>) -> Result<document::Value> {
    let mut reader = Reader {
        ctx,
        nodes: MAX_NODES,
        metered: host::is_metered(ctx)?,
        owed: 0,
        bytes: 0,
    };
    reader.note()?; // nothing more is copied once it was too much
    let copy = reader.read(value, 0)?;
    reader.pay()?;
    reader.note()?;
    Ok(copy.unwrap_or(document::Value::Null))
}

/// A text of a realm, whatever it holds.
///
/// # Errors
/// With an exception pending in the realm, when memory is short.
pub(crate) fn text_from_js<'js>(ctx: &Ctx<'js>, value: &JsString<'js>) -> Result<Text> {
    match value.to_string() {
        Ok(text) => Ok(text.into()),
        // lone surrogates have no place in UTF-8; JSON escapes them
        Err(rquickjs::Error::Utf8(_)) => {
            let json = ctx.json_stringify(value.clone())?;
            let json = json.ok_or(rquickjs::Error::Unknown)?.to_string()?;
            match document::parse(&json) {
                Ok(document::Value::String(text)) => Ok(text),
                _ => Err(rquickjs::Error::Unknown),
            }
        }
        Err(error) => Err(error),
    }
}

/// A value of the node in a realm.
///
/// # Errors
/// With an exception pending in the realm, when memory is short.
pub(crate) fn to_js<'js>(ctx: &Ctx<'js>, value: &document::Value) -> Result<Value<'js>> {
    Ok(match value {
        document::Value::Null => Value::new_null(ctx.clone()),
        document::Value::Bool(value) => Value::new_bool(ctx.clone(), *value),
        document::Value::Number(value) => Value::new_number(ctx.clone(), *value),
        document::Value::String(text) => text_to_js(ctx, text)?,
        document::Value::Array(values) => {
            let array = Array::new(ctx.clone())?;
            for (index, value) in values.iter().enumerate() {
                array.set(index, to_js(ctx, value)?)?;
            }
            array.into_value()
        }
        document::Value::Object(object) => object_to_js(ctx, object)?,
        // decimals and dates show themselves in the extended form of JSON
        extended @ (document::Value::Decimal(_) | document::Value::Date(_)) => {
            to_js(ctx, &extended.to_extended())?
        }
    })
}

/// As [`to_js`], of an object.
pub(crate) fn object_to_js<'js>(ctx: &Ctx<'js>, object: &document::Object) -> Result<Value<'js>> {
    let target = Object::new(ctx.clone())?;
    for (key, value) in object.iter() {
        let value = to_js(ctx, value)?;
        match key.as_str() {
            Some(key) if !INHERITED.contains(&key) => target.set(key, value)?,
            _ => {
                let property = Property::from(value).writable().enumerable().configurable();
                target.prop(text_to_js(ctx, key)?, property)?;
            }
        }
    }
    Ok(target.into_value())
}

/// A text in a realm.
pub(crate) fn text_to_js<'js>(ctx: &Ctx<'js>, text: &Text) -> Result<Value<'js>> {
    match text.as_str() {
        Some(text) => Ok(JsString::from_str(ctx.clone(), text)?.into_value()),
        None => ctx.json_parse(document::Value::String(text.clone()).stringify()),
    }
}

struct Reader<'a, 'js> {
    ctx: &'a Ctx<'js>,
    nodes: usize,
    metered: bool,
    /// Units of work done and not charged for.
    owed: u64,
    /// Bytes copied and not noted.
    bytes: u64,
}

impl<'js> Reader<'_, 'js> {
    fn owe(&mut self, units: u64) -> Result<()> {
        self.owed += units;
        match self.owed >= CHARGED_AT {
            true => self.pay(),
            false => Ok(()),
        }
    }

    fn pay(&mut self) -> Result<()> {
        let owed = std::mem::take(&mut self.owed);
        match self.metered && owed > 0 {
            true => host::charge(self.ctx, owed, 0),
            false => Ok(()),
        }
    }

    fn keep(&mut self, bytes: u64) -> Result<()> {
        self.bytes += bytes;
        match self.bytes >= NOTED_AT {
            true => self.note(),
            false => Ok(()),
        }
    }

    fn note(&mut self) -> Result<()> {
        host::give(self.ctx, std::mem::take(&mut self.bytes))
    }

    /// A text, for 1 unit for every 32 bytes.
    fn text(&mut self, text: &JsString<'js>) -> Result<Text> {
        let text = text_from_js(self.ctx, text)?;
        let bytes = bytes_of(&text);
        self.keep(bytes)?;
        self.owe(text.as_str().map_or(0, str::len) as u64 / 32)?;
        Ok(text)
    }

    /// `None` for what JSON leaves out.
    fn read(&mut self, value: &Value<'js>, depth: usize) -> Result<Option<document::Value>> {
        if depth > MAX_DEPTH || self.nodes == 0 {
            let reason = "Maximum call stack size exceeded";
            return Err(Exception::throw_range(self.ctx, reason));
        }
        self.nodes -= 1;
        self.keep(NODE_BYTES)?;
        self.owe(1)?;
        Ok(Some(match value.type_of() {
            Type::Undefined | Type::Uninitialized => return Ok(None),
            Type::Null => document::Value::Null,
            Type::Bool => document::Value::Bool(value.as_bool().unwrap_or_default()),
            Type::Int | Type::Float => match value.as_number() {
                Some(number) if number.is_finite() => document::Value::Number(number),
                _ => document::Value::Null,
            },
            Type::String => match value.as_string() {
                Some(text) => document::Value::String(self.text(text)?),
                None => document::Value::Null,
            },
            Type::Array => match value.as_array() {
                Some(array) => self.array(array, depth)?,
                None => document::Value::Null,
            },
            Type::BigInt => {
                let reason = "Do not know how to serialize a BigInt";
                return Err(Exception::throw_type(self.ctx, reason));
            }
            Type::Function | Type::Constructor | Type::Symbol | Type::Promise => {
                return Err(self.not_cloneable(value));
            }
            _ => match value.as_object() {
                Some(object) => return self.object(object, depth),
                None => document::Value::Null,
            },
        }))
    }

    fn array(&mut self, array: &Array<'js>, depth: usize) -> Result<document::Value> {
        // (`Array::len` takes lengths beyond 2^31 for something else)
        let length: f64 = array.as_object().get("length")?;
        if length > self.nodes as f64 {
            let reason = "Invalid array length";
            return Err(Exception::throw_range(self.ctx, reason));
        }
        let length = length as usize;
        let mut values = Vec::with_capacity(length.min(1024));
        for index in 0..length {
            let item: Value<'js> = array.get(index)?;
            values.push(
                self.read(&item, depth + 1)?
                    .unwrap_or(document::Value::Null),
            );
        }
        Ok(document::Value::Array(values))
    }

    fn object(&mut self, object: &Object<'js>, depth: usize) -> Result<Option<document::Value>> {
        // numbers of many digits and dates say how they are written
        let to_json: Value<'js> = object.get("toJSON")?;
        if let Some(convert) = to_json.as_function() {
            let converted: Value<'js> =
                convert.call((rquickjs::function::This(object.clone()), ""))?;
            return match converted.is_object() {
                true if converted.as_object() == Some(object) => {
                    Err(self.not_cloneable(object.as_value()))
                }
                _ => self.read(&converted, depth + 1),
            };
        }
        let mut copy = document::Object::new();
        for property in
            object.own_props::<Value<'js>, Value<'js>>(Filter::new().string().enum_only())
        {
            let (key, value) = property?;
            let Some(value) = self.read(&value, depth + 1)? else {
                continue;
            };
            if let Some(key) = key.as_string() {
                copy.insert(self.text(key)?, value);
            }
        }
        Ok(Some(document::Value::Object(copy)))
    }

    fn not_cloneable(&self, value: &Value<'js>) -> rquickjs::Error {
        let shown = match value.as_function() {
            Some(function) => source_of(function),
            None => "#<Object>".to_string(),
        };
        Exception::throw_type(self.ctx, &format!("{shown} could not be cloned."))
    }
}

/// Bytes that a text takes.
pub(crate) fn bytes_of(text: &Text) -> u64 {
    let bytes = text.as_str().map(str::len);
    bytes.unwrap_or_else(|| 2 * text.utf16_len()) as u64
}

/// The text of a function, as messages show it.
fn source_of(function: &Function<'_>) -> String {
    let text = function
        .get::<_, Function<'_>>("toString")
        .and_then(|show| show.call((rquickjs::function::This(function.clone()),)));
    text.unwrap_or_else(|_| "function".to_string())
}
