use tartan_document::{Object, Value};

use crate::records::TransactionId;

/// A transaction of the sidechain before it is executed.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Number of the main-chain block it came in. Only a sandbox leaves it unset.
    pub ref_block: Option<u64>,
    /// Its id.
    pub id: TransactionId,
    /// Who sends it: an account, or `null` for what the node feeds in itself. Unset where an operation names no
    /// account at all.
    pub sender: Option<String>,
    /// The contract.
    pub contract: Option<String>,
    /// The action.
    pub action: Option<String>,
    /// JSON text of the payload: it is recorded and hashed.
    pub payload: Option<String>,
    /// What that text says, so that it need not be read twice; `None` where it says nothing (it is empty or no JSON).
    pub value: Option<Value>,
}

impl Call {
    /// A call with a payload that is read from its text.
    pub fn from_text(
        ref_block: Option<u64>,
        id: TransactionId,
        sender: impl Into<String>,
        contract: impl Into<String>,
        action: impl Into<String>,
        payload: impl Into<String>,
    ) -> Call {
        let payload = payload.into();
        Call {
            ref_block,
            id,
            sender: Some(sender.into()),
            contract: Some(contract.into()),
            action: Some(action.into()),
            value: tartan_document::parse(&payload).ok(),
            payload: Some(payload),
        }
    }

    /// What the payload says, as an action gets it: an empty text is an empty object, and a list is the object of
    /// its indices. `None` if the payload's text is not JSON. Takes `value` out.
    pub(crate) fn take_object(&mut self) -> Option<Object> {
        match self.value.take() {
            Some(Value::Object(object)) => Some(object),
            Some(Value::Array(items)) => Some(indexed(items)),
            Some(_) => Some(Object::new()),
            None if self.payload.as_deref().is_none_or(str::is_empty) => Some(Object::new()),
            None => None,
        }
    }
}

fn indexed(items: Vec<Value>) -> Object {
    let mut object = Object::new();
    for (index, item) in items.into_iter().enumerate() {
        object.insert(index.to_string(), item);
    }
    object
}
