use tartan_document::{Object, Value};
use tartan_state::Overlay;

use crate::Fatal;

/// The blocks of the chain that the calls run on, for contracts that read them (scripts by `api.db.getBlockInfo`) or, as
/// the contract of the witnesses does, mark them as verified (`api.verifyBlock`).
pub trait Blocks: Send + Sync {
    /// The block with this number as it is shown, if there is one.
    ///
    /// # Errors
    /// When the state cannot be read.
    fn block(&self, overlay: &Overlay, number: u64) -> Result<Option<Value>, Fatal>;

    /// The hash of the block with this number, if there is one.
    ///
    /// # Errors
    /// When the state cannot be read.
    fn hash(&self, overlay: &Overlay, number: u64) -> Result<Option<String>, Fatal> {
        let block = self.block(overlay, number)?;
        let hash = block.and_then(|block| Some(block.get("hash")?.as_str()?.to_string()));
        Ok(hash)
    }

    /// Notes who verified a block: `blockNumber`, `witness`, `round`, `roundHash`, `signingKey`, `roundSignature`.
    /// A block that is not there is passed over.
    ///
    /// # Errors
    /// When the state cannot be read or written.
    fn verify(&self, overlay: &mut Overlay, verification: &Object) -> Result<(), Fatal>;
}
