use rquickjs::function::Rest;
use rquickjs::{Ctx, Function, Object, Result, Value};
use tartan_document as document;

use super::metering::{charge, charge_crossing, charge_kept, search};
use super::outcome::settle;
use super::price;
use super::with;
use crate::marshal::{from_js, object_to_js, to_js};

/// `api.db`.
pub(super) fn add<'js>(ctx: &Ctx<'js>, host: &Object<'js>) -> Result<()> {
    host.set("createTable", Function::new(ctx.clone(), create_table)?)?;
    host.set("addIndexes", Function::new(ctx.clone(), add_indexes)?)?;
    host.set("find", Function::new(ctx.clone(), find)?)?;
    host.set("findOne", Function::new(ctx.clone(), find_one)?)?;
    host.set("findContract", Function::new(ctx.clone(), find_contract)?)?;
    host.set("insert", Function::new(ctx.clone(), insert)?)?;
    host.set("update", Function::new(ctx.clone(), update)?)?;
    host.set("remove", Function::new(ctx.clone(), remove)?)?;
    host.set("tableExists", Function::new(ctx.clone(), table_exists)?)?;
    host.set("count", Function::new(ctx.clone(), count)?)?;
    host.set("getBlockInfo", Function::new(ctx.clone(), block_info)?)
}

/// The arguments of a call as the node's own values; those that are left out are null.
struct Arguments {
    values: Vec<document::Value>,
}

impl Arguments {
    fn read<'js>(ctx: &Ctx<'js>, values: Rest<Value<'js>>) -> Result<Arguments> {
        let values = values.iter().map(|value| from_js(ctx, value));
        Ok(Arguments {
            values: values.collect::<Result<_>>()?,
        })
    }

    fn take(&mut self, index: usize) -> document::Value {
        match self.values.get_mut(index) {
            Some(value) => std::mem::replace(value, document::Value::Null),
            None => document::Value::Null,
        }
    }

    /// A text of the language without lone surrogates; nothing else can name a table or a contract.
    fn name(&mut self, index: usize) -> Option<String> {
        match self.take(index) {
            document::Value::String(text) => text.into_string().ok(),
            _ => None,
        }
    }

    /// A contract, `None` for the caller's own, and a table of it.
    fn table(&mut self, own: bool) -> Option<(Option<String>, String)> {
        let (contract, table) = (self.name(0), self.name(1)?);
        (own || contract.is_some()).then_some((contract, table))
    }

    fn object(&mut self, index: usize) -> Option<document::Object> {
        self.take(index).into_object()
    }
}

fn create_table<'js>(ctx: Ctx<'js>, values: Rest<Value<'js>>) -> Result<()> {
    let mut arguments = Arguments::read(&ctx, values)?;
    let Some(table) = arguments.name(0) else {
        return Ok(());
    };
    let (indexes, params) = (arguments.take(1), arguments.take(2));
    charge(&ctx, price::TABLE, 0)?;
    let made = with(&ctx, |context, _| {
        context.documents().create_table(&table, &indexes, &params)
    })?;
    settle(&ctx, made)
}

fn add_indexes<'js>(ctx: Ctx<'js>, values: Rest<Value<'js>>) -> Result<()> {
    let mut arguments = Arguments::read(&ctx, values)?;
    let Some(table) = arguments.name(0) else {
        return Ok(());
    };
    let indexes = arguments.take(1);
    charge(&ctx, price::TABLE, 0)?;
    let made = with(&ctx, |context, _| {
        context.documents().add_indexes(&table, &indexes)
    })?;
    settle(&ctx, made)
}

/// `(contract or undefined for the caller's own, table, query, limit, offset, indexes)`
fn find<'js>(ctx: Ctx<'js>, values: Rest<Value<'js>>) -> Result<Value<'js>> {
    let own = values.first().is_none_or(Value::is_undefined);
    let mut arguments = Arguments::read(&ctx, values)?;
    let Some((contract, table)) = arguments.table(own) else {
        return Ok(Value::new_null(ctx));
    };
    let query = arguments.take(2);
    let (limit, offset, indexes) = (arguments.take(3), arguments.take(4), arguments.take(5));
    let found = search(&ctx, price::conditions(&query), |context| {
        let mut documents = context.documents();
        documents.find(
            contract.as_deref(),
            &table,
            &query,
            &limit,
            &offset,
            &indexes,
        )
    })?;
    let Some(rows) = found else {
        return Ok(Value::new_null(ctx));
    };
    charge_crossing(&ctx, rows.iter().flat_map(document::Object::values))?;
    let array = rquickjs::Array::new(ctx.clone())?;
    for (index, row) in rows.iter().enumerate() {
        array.set(index, object_to_js(&ctx, row)?)?;
    }
    Ok(array.into_value())
}

/// `(contract or undefined for the caller's own, table, query)`
fn find_one<'js>(ctx: Ctx<'js>, values: Rest<Value<'js>>) -> Result<Value<'js>> {
    let own = values.first().is_none_or(Value::is_undefined);
    let mut arguments = Arguments::read(&ctx, values)?;
    let Some((contract, table)) = arguments.table(own) else {
        return Ok(Value::new_null(ctx));
    };
    let query = arguments.take(2);
    let found = search(&ctx, price::conditions(&query), |context| {
        context
            .documents()
            .find_one(contract.as_deref(), &table, &query)
    })?;
    object_or_null(&ctx, found)
}

fn find_contract<'js>(ctx: Ctx<'js>, values: Rest<Value<'js>>) -> Result<Value<'js>> {
    let mut arguments = Arguments::read(&ctx, values)?;
    let Some(name) = arguments.name(0) else {
        return Ok(Value::new_null(ctx));
    };
    let found = search(&ctx, 0, |context| context.documents().find_contract(&name))?;
    object_or_null(&ctx, found)
}

fn insert<'js>(ctx: Ctx<'js>, values: Rest<Value<'js>>) -> Result<Value<'js>> {
    let mut arguments = Arguments::read(&ctx, values)?;
    let (Some(table), Some(record)) = (arguments.name(0), arguments.object(1)) else {
        return Ok(Value::new_null(ctx));
    };
    let record = priced_row(&ctx, record)?;
    let inserted = with(&ctx, |context, _| {
        context.documents().insert(&table, record)
    })?;
    let inserted = settle(&ctx, inserted)?;
    object_or_null(&ctx, inserted)
}

fn update<'js>(ctx: Ctx<'js>, values: Rest<Value<'js>>) -> Result<()> {
    let mut arguments = Arguments::read(&ctx, values)?;
    let (Some(table), Some(record)) = (arguments.name(0), arguments.object(1)) else {
        return Ok(());
    };
    let unsets = arguments.object(2);
    let record = priced_row(&ctx, record)?;
    let updated = with(&ctx, |context, _| {
        context.documents().update(&table, record, unsets)
    })?;
    settle(&ctx, updated)
}

fn remove<'js>(ctx: Ctx<'js>, values: Rest<Value<'js>>) -> Result<()> {
    let mut arguments = Arguments::read(&ctx, values)?;
    let (Some(table), Some(record)) = (arguments.name(0), arguments.object(1)) else {
        return Ok(());
    };
    charge(&ctx, price::WRITE, 0)?;
    let removed = with(&ctx, |context, _| {
        context.documents().remove(&table, &record)
    })?;
    settle(&ctx, removed)
}

fn table_exists<'js>(ctx: Ctx<'js>, values: Rest<Value<'js>>) -> Result<bool> {
    let mut arguments = Arguments::read(&ctx, values)?;
    let Some(table) = arguments.name(0) else {
        return Ok(false);
    };
    charge(&ctx, price::LOOK, 0)?;
    let exists = with(&ctx, |context, _| context.documents().table_exists(&table))?;
    settle(&ctx, exists)
}

fn count<'js>(ctx: Ctx<'js>, values: Rest<Value<'js>>) -> Result<Value<'js>> {
    let mut arguments = Arguments::read(&ctx, values)?;
    let Some(table) = arguments.name(0) else {
        return Ok(Value::new_null(ctx));
    };
    let query = arguments.take(1);
    let counted = search(&ctx, price::conditions(&query), |context| {
        context.documents().count(&table, &query)
    })?;
    Ok(match counted {
        Some(count) => Value::new_number(ctx, count as f64),
        None => Value::new_null(ctx),
    })
}

fn block_info<'js>(ctx: Ctx<'js>, values: Rest<Value<'js>>) -> Result<Value<'js>> {
    let mut arguments = Arguments::read(&ctx, values)?;
    let Some(number) = arguments.take(0).as_f64() else {
        return Ok(Value::new_null(ctx));
    };
    charge(&ctx, price::BLOCK, 0)?;
    let found = with(&ctx, |context, _| context.documents().block_info(number))?;
    match settle(&ctx, found)? {
        Some(block) => {
            // once for being decoded
            charge_crossing(&ctx, [&block])?;
            charge_crossing(&ctx, [&block])?;
            to_js(&ctx, &block)
        }
        None => Ok(Value::new_null(ctx)),
    }
}

/// Charges for a row that is about to be written.
fn priced_row(ctx: &Ctx<'_>, record: document::Object) -> Result<document::Object> {
    let record = document::Value::Object(record);
    charge_kept(ctx, price::WRITE, &record)?;
    Ok(record.into_object().unwrap_or_default())
}

fn object_or_null<'js>(ctx: &Ctx<'js>, object: Option<document::Object>) -> Result<Value<'js>> {
    let Some(object) = object else {
        return Ok(Value::new_null(ctx.clone()));
    };
    charge_crossing(ctx, object.values())?;
    object_to_js(ctx, &object)
}
