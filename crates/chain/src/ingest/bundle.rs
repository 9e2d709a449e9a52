use tartan_document::{Object, Value};

/// The candidate calls of an operation, in order. An item that is not there is `None`: reading it would throw in the
/// reference, which ends the operation.
pub(super) struct Bundle {
    candidates: Candidates,
    /// How many the bundle says it has; only a lying one differs from what is there.
    length: f64,
    next: usize,
}

enum Candidates {
    List(std::vec::IntoIter<Value>),
    Indexed(Object),
}

impl Bundle {
    /// A single call.
    pub(super) fn single(call: Option<Value>) -> Bundle {
        Bundle::list(vec![call.unwrap_or(Value::Null)])
    }

    /// A list of calls.
    pub(super) fn list(calls: Vec<Value>) -> Bundle {
        Bundle {
            length: calls.len() as f64,
            candidates: Candidates::List(calls.into_iter()),
            next: 0,
        }
    }

    /// Whatever has a length above zero and things at indices: an array, or an object with a key `length`.
    /// (A string has too, but no calls in it.)
    pub(super) fn anything(value: Value) -> Option<Bundle> {
        match value {
            Value::Array(calls) => Some(Bundle::list(calls)),
            Value::Object(object) => {
                let length = to_number(object.get("length")?);
                (length > 0.0).then_some(Bundle {
                    candidates: Candidates::Indexed(object),
                    length,
                    next: 0,
                })
            }
            _ => None,
        }
    }

    /// Whether the calls' ids get a number appended.
    pub(super) fn is_numbered(&self) -> bool {
        self.length > 1.0
    }
}

impl Iterator for Bundle {
    type Item = Option<Value>;

    fn next(&mut self) -> Option<Option<Value>> {
        if (self.next as f64) >= self.length {
            return None;
        }
        let item = match &mut self.candidates {
            Candidates::List(items) => items.next(),
            Candidates::Indexed(object) => object.remove(&self.next.to_string()),
        };
        self.next += 1;
        Some(item.filter(|value| !matches!(value, Value::Null)))
    }
}

/// `Number(value)` of ECMAScript, for what a key `length` may hold; whatever is no plain value is not a number.
fn to_number(value: &Value) -> f64 {
    match value {
        Value::Number(number) => *number,
        Value::Bool(true) => 1.0,
        Value::String(text) => text
            .as_str()
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(f64::NAN),
        _ => f64::NAN,
    }
}
