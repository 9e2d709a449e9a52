use rquickjs::function::Constructor;
use rquickjs::{Ctx, Exception, Object, Result};
use tartan_runtime::{ActionResult, Failure};

use super::with;

/// What a function of the node gives to the contract that called it: its value, or an exception that the contract may
/// catch. What only a broken store can cause ends the execution whatever the contract does.
pub(super) fn settle<'js, T>(ctx: &Ctx<'js>, result: ActionResult<T>) -> Result<T> {
    match result {
        Ok(value) => Ok(value),
        Err(Failure::Fatal(fatal)) => {
            with(ctx, |_, run| run.fatal.get_or_insert(fatal).to_string())?;
            Err(Exception::throw_internal(ctx, "the node cannot go on"))
        }
        Err(Failure::Exception { name, message }) => Err(throw(ctx, &name, &message)),
        Err(failure) => Err(throw(ctx, "Error", &failure.to_string())),
    }
}

/// Throws an error of a class of the language, by its name.
pub(super) fn throw<'js>(ctx: &Ctx<'js>, class: &str, message: &str) -> rquickjs::Error {
    let constructor = ctx.globals().get::<_, Constructor<'js>>(class);
    let error = match constructor {
        Ok(constructor) => constructor.construct::<_, Object<'js>>((message,)),
        Err(_) => Exception::from_message(ctx.clone(), message).and_then(|error| {
            let error = error.into_object();
            error.set("name", class)?;
            Ok(error)
        }),
    };
    match error {
        Ok(error) => ctx.throw(error.into_value()),
        Err(error) => error,
    }
}
