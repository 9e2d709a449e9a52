use tartan_document::{Object, Value};
use tartan_state::Overlay;

use crate::Fatal;

/// The blocks of the chain that the calls run on, for scripts that read them (`api.db.getBlockInfo`) or, as the
/// contract of the witnesses does, mark them as verified (`api.verifyBlock`).
pub trait Blocks: Send + Sync {
    /// The block with this number as it is shown, if there is one.
    ///
    /// # Errors
    /// When the state cannot be read.
    fn block(&self, overlay: &Overlay, number: u64) -> Result<Option<Value>, Fatal>;

    /// Notes who verified a block: `blockNumber`, `witness`, `round`, `roundHash`, `signingKey`, `roundSignature`.
    /// A block that is not there is passed over.
    ///
    /// # Errors
    /// When the state cannot be read or written.
    fn verify(&self, overlay: &mut Overlay, verification: &Object) -> Result<(), Fatal>;
}
