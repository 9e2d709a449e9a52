use std::rc::Rc;
use std::sync::Arc;

use rquickjs::{Ctx, Function, Object, Result, String as JsString};

use crate::library::wording::json_error;
use crate::marshal::text_from_js;
use crate::net::Net;
use crate::prepared::Prepared;

/// What the prelude needs to put errors into V8's words.
///
/// # Errors
/// With an exception pending in the realm, when memory is short.
pub(crate) fn wording<'js>(
    ctx: &Ctx<'js>,
    prepared: &Arc<Prepared>,
    net: &Rc<Net>,
) -> Result<Object<'js>> {
    let host = Object::new(ctx.clone())?;
    if !prepared.options.metered {
        let net = net.clone();
        host.set("thrown", Function::new(ctx.clone(), move || net.thrown())?)?;
    }
    let prepared = prepared.clone();
    let reworded = move |name: String, message: String, line: u32, column: u32| {
        prepared.reworded(&name, &message, (line, column))
    };
    host.set("reworded", Function::new(ctx.clone(), reworded)?)?;
    host.set("jsonError", Function::new(ctx.clone(), what_is_no_json)?)?;
    Ok(host)
}

fn what_is_no_json<'js>(ctx: Ctx<'js>, text: JsString<'js>) -> Result<Option<String>> {
    let text = text_from_js(&ctx, &text)?;
    Ok(json_error(&text.to_string_lossy()))
}
