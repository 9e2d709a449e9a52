use tartan_document::{Object, Value, parse};

use crate::failure::{Code, Failure};

/// A request.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) params: Object,
}

/// Reads a line: the id that the answer repeats, and the request.
pub(crate) fn read(line: &str) -> (Value, Result<Request, Failure>) {
    let mut object = match parse(line) {
        Ok(Value::Object(object)) => object,
        Ok(other) => {
            let found = other.kind();
            return (Value::Null, Err(no_request(format!("found {found}"))));
        }
        Err(error) => return (Value::Null, Err(no_request(error.to_string()))),
    };
    let id = match object.remove("id") {
        Some(id @ (Value::Number(_) | Value::String(_))) => id,
        _ => Value::Null,
    };
    (id, request(object))
}

fn request(mut object: Object) -> Result<Request, Failure> {
    let method = match object.remove("method") {
        Some(Value::String(method)) => method.to_string_lossy().into_owned(),
        _ => {
            let message = "expected method to be a string";
            return Err(Failure::new(Code::UnknownMethod, message));
        }
    };
    let params = match object.remove("params") {
        None | Some(Value::Null) => Object::new(),
        Some(Value::Object(params)) => params,
        Some(other) => {
            let found = other.kind();
            return Err(Failure::invalid(format!(
                "expected params to be an object, found {found}"
            )));
        }
    };
    Ok(Request { method, params })
}

/// What is answered to a line that is no request.
pub(crate) fn no_request(reason: String) -> Failure {
    Failure::new(
        Code::Parse,
        format!("expected a JSON object on a line: {reason}"),
    )
}

/// The line of an answer: `result` is JSON text.
pub(crate) fn answer(id: &Value, outcome: Result<String, Failure>) -> String {
    let mut line = String::from("{\"id\":");
    id.stringify_into(&mut line);
    match outcome {
        Ok(result) => {
            line.push_str(",\"result\":");
            line.push_str(&result);
        }
        Err(failure) => {
            line.push_str(",\"error\":");
            failure.to_value().stringify_into(&mut line);
        }
    }
    line.push('}');
    line
}
