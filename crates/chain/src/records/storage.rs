use super::Block;

/// The first byte of a stored block.
const VERSION: u8 = 1;

/// Stored bytes are not a block.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Made by another version of the program.
    #[error("expected a stored block of format {VERSION}, found format {0}")]
    Version(u8),
    /// Damaged.
    #[error("a stored block is damaged: {0}")]
    Damaged(String),
}

/// A block as bytes for the store: a version byte, then its fields in order in the format of `postcard`, with hashes
/// as 32 bytes.
pub fn encode_block(block: &Block) -> Vec<u8> {
    postcard::to_extend(block, vec![VERSION]).expect("a growing vector takes any record")
}

/// The block in these bytes.
///
/// # Errors
/// The bytes are not what [`encode_block`] makes.
pub fn decode_block(bytes: &[u8]) -> Result<Block, RecordError> {
    let (version, record) = bytes
        .split_first()
        .ok_or_else(|| RecordError::Damaged("there are no bytes".to_string()))?;
    if *version != VERSION {
        return Err(RecordError::Version(*version));
    }
    match postcard::take_from_bytes(record) {
        Ok((block, [])) => Ok(block),
        Ok((_, rest)) => Err(RecordError::Damaged(format!(
            "{} bytes too many",
            rest.len()
        ))),
        Err(error) => Err(RecordError::Damaged(error.to_string())),
    }
}
