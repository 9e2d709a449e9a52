/// Bytes of a chunk at most, unless a single piece needs more.
const CHUNK: usize = 64 << 10;
/// Bytes of the first chunk.
const FIRST: usize = 1 << 10;

/// Many short pieces of bytes, kept together until all of them go.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    /// The last one has room, maybe.
    chunks: Vec<Vec<u8>>,
    bytes: usize,
}

/// A piece of an arena.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece {
    chunk: u32,
    start: u32,
    len: u32,
}

impl Arena {
    /// Bytes of all pieces.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Keeps two parts as one piece.
    pub(crate) fn keep(&mut self, head: &[u8], tail: &[u8]) -> Piece {
        let len = head.len() + tail.len();
        let has_room = |chunk: &Vec<u8>| chunk.capacity() - chunk.len() >= len;
        if !self.chunks.last().is_some_and(has_room) {
            // as much again as there is: a block that writes little takes little
            let capacity = self.bytes.clamp(FIRST, CHUNK).max(len);
            self.chunks.push(Vec::with_capacity(capacity));
        }
        self.bytes += len;
        let number = self.chunks.len() - 1;
        let chunk = &mut self.chunks[number];
        let start = chunk.len() as u32;
        chunk.extend_from_slice(head);
        chunk.extend_from_slice(tail);
        Piece {
            chunk: number as u32,
            start,
            len: len as u32,
        }
    }

    pub(crate) fn get(&self, piece: Piece) -> &[u8] {
        let start = piece.start as usize;
        &self.chunks[piece.chunk as usize][start..start + piece.len as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_stay_what_they_were() {
        let text = |number: usize| vec![number as u8; number * 37 % 5_000];
        let mut arena = Arena::default();
        let pieces: Vec<Piece> = (0..200)
            .map(|number| arena.keep(&text(number), &[]))
            .collect();
        let long = arena.keep(&vec![7; CHUNK], &vec![7; 2 * CHUNK]);
        let after = arena.keep(b"af", b"ter");
        for (number, piece) in pieces.into_iter().enumerate() {
            assert_eq!(arena.get(piece), text(number));
        }
        assert_eq!(arena.get(long).len(), 3 * CHUNK);
        assert_eq!(arena.get(after), b"after");
        let all: usize = (0..200).map(|number| text(number).len()).sum();
        assert_eq!(arena.bytes(), all + 3 * CHUNK + 5);
    }
}
