//! What a contract may ask of contracts that it does not know.

use tartan_document::{Object, Value};
use tartan_state::{QueryError, Read, Scan};

use crate::context::caller_info;
use crate::executor::Frame;
use crate::{ActionResult, CallingContract, Context, Failure, Outcome};

impl Context<'_> {
    /// The rows of a stretch of an index of a table of any contract. There are none where there is no such table or
    /// index, or it cannot be walked so.
    ///
    /// # Errors
    /// When the state cannot be read.
    pub fn scan_in(
        &mut self,
        contract: &str,
        table: &str,
        scan: &Scan<'_>,
    ) -> ActionResult<Vec<Object>> {
        self.executor.flush_rows()?;
        where_possible(self.executor.overlay.scan(contract, table, scan))
    }

    /// Calls a contract that nobody vouches for, such as the recipient of a payout that a user chose.
    ///
    /// It gets neither the authority of the transaction nor a name that anything is entitled to: its sender is
    /// `contract:` and the name of the caller, and it cannot pay from the caller's balance. Where work is counted it may use one of `parts` parts of what a transaction
    /// may use, and when it needs more, only this call fails.
    ///
    /// # Errors
    /// As for [`call`](Self::call).
    pub fn call_stranger(
        &mut self,
        contract: &str,
        action: &str,
        mut params: Object,
        parts: u64,
    ) -> ActionResult<Outcome> {
        let caller = self.as_caller();
        params.remove("isSignedWithActiveKey");
        params.insert("callingContractInfo", Value::Object(caller_info(&caller)));
        let frame = Frame {
            main_number: self.frame.main_number,
            sender: sender(&caller).into(),
            owner: "".into(),
            contract: contract.into(),
            action: action.into(),
            version: 0,
            caller: Some(caller),
            transaction_id: None,
            active: false,
            caller_info: params.get("callingContractInfo").cloned(),
            carried: Object::new(),
            depth: self.frame.depth + 1,
        };
        let whole = self.executor.budget;
        self.executor.budget = whole.part(parts);
        let ended = self.executor.enter(frame, params);
        self.executor.budget = whole.after(&self.executor.budget);
        let ended = ended?;
        self.logs.append(ended.logs.clone());
        if ended.failed {
            return Err(Failure::silent());
        }
        let merge = self.executor.rules.code_hash;
        merge.merge(&mut self.code_hash, &ended.code_hash);
        Ok(Outcome {
            logs: ended.logs,
            code_hash: ended.code_hash,
        })
    }
}

/// The sender that a contract sees which its caller does not vouch for. No account is called so.
pub(crate) fn sender(caller: &CallingContract) -> String {
    format!("contract:{}", caller.name)
}

fn where_possible<T: Default>(found: Result<T, QueryError>) -> ActionResult<T> {
    match found {
        Ok(found) => Ok(found),
        Err(QueryError::State(error)) => Err(error.into()),
        // the table is another contract's to make
        Err(_) => Ok(T::default()),
    }
}
