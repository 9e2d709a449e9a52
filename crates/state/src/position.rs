use std::fmt;

/// A block of the main chain: the state after it is what a layer leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// Number of the main-chain block.
    pub number: u32,
    /// Its id, as the main chain writes it.
    pub id: String,
}

impl Position {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        [&self.number.to_be_bytes(), self.id.as_bytes()].concat()
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Position> {
        let (number, id) = bytes.split_first_chunk()?;
        let id = String::from_utf8(id.to_vec()).ok()?;
        Some(Position {
            number: u32::from_be_bytes(*number),
            id,
        })
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.number, self.id)
    }
}
