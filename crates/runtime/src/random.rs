//! The random numbers of contracts: the generator of seedrandom 3.0.5, which is ARC4 with the first bytes dropped, read
//! as doubles.

/// States of the cipher, bytes of a key, and bytes dropped before the first output.
const WIDTH: usize = 256;
/// Bytes read for a number at least.
const CHUNKS: usize = 6;
/// 2^52: a number is made of at least as many steps.
const SIGNIFICANCE: f64 = 4_503_599_627_370_496.0;
/// 2^53: and of less than so many, else it would have to be rounded.
const OVERFLOW: f64 = 2.0 * SIGNIFICANCE;

/// A sequence of numbers that a seed decides.
///
/// Each execution of a contract has one of its own.
#[derive(Clone)]
pub struct Random {
    cipher: Arc4,
}

impl Random {
    /// The sequence of this seed.
    pub fn new(seed: &str) -> Random {
        let mut cipher = Arc4::new(&mix_key(seed));
        for _ in 0..WIDTH {
            cipher.next();
        }
        Random { cipher }
    }

    /// The next number, at least 0 and less than 1.
    // Not an iterator: it never ends, and callers want the number itself.
    #[expect(clippy::should_implement_trait)]
    pub fn next(&mut self) -> f64 {
        let mut byte = || f64::from(self.cipher.next());
        let mut numerator = (0..CHUNKS).fold(0.0, |number, _| number * 256.0 + byte());
        let mut denominator = 256f64.powi(CHUNKS as i32);
        // Leading zeros among the first bytes are made up for by more bytes behind.
        let mut last = 0.0;
        while numerator < SIGNIFICANCE {
            numerator = (numerator + last) * 256.0;
            denominator *= 256.0;
            last = byte();
        }
        let mut last = last as u32;
        while numerator >= OVERFLOW {
            numerator /= 2.0;
            denominator /= 2.0;
            last >>= 1;
        }
        (numerator + f64::from(last)) / denominator
    }
}

impl std::fmt::Debug for Random {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Random")
    }
}

/// Folds the UTF-16 units of a seed into at most 256 bytes.
fn mix_key(seed: &str) -> Vec<u8> {
    let mut key: Vec<u8> = Vec::with_capacity(seed.len().min(WIDTH));
    let mut smear: u32 = 0;
    for (at, unit) in seed.encode_utf16().enumerate() {
        let at = at % WIDTH;
        let old = key.get(at).copied().unwrap_or(0);
        smear ^= u32::from(old) * 19;
        let mixed = (smear + u32::from(unit)) as u8;
        match key.get_mut(at) {
            Some(byte) => *byte = mixed,
            None => key.push(mixed),
        }
    }
    key
}

/// The stream cipher ARC4 (also known as RC4).
#[derive(Clone)]
struct Arc4 {
    state: [u8; WIDTH],
    i: u8,
    j: u8,
}

impl Arc4 {
    /// The cipher with this key; no key is the key of one zero byte.
    fn new(key: &[u8]) -> Arc4 {
        let key = if key.is_empty() { &[0] } else { key };
        let mut state: [u8; WIDTH] = std::array::from_fn(|at| at as u8);
        let mut j = 0u8;
        for at in 0..WIDTH {
            j = j.wrapping_add(key[at % key.len()]).wrapping_add(state[at]);
            state.swap(at, usize::from(j));
        }
        Arc4 { state, i: 0, j: 0 }
    }

    fn next(&mut self) -> u8 {
        self.i = self.i.wrapping_add(1);
        let (i, a) = (usize::from(self.i), self.state[usize::from(self.i)]);
        self.j = self.j.wrapping_add(a);
        let j = usize::from(self.j);
        self.state.swap(i, j);
        self.state[usize::from(self.state[i].wrapping_add(a))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seeds, and what `new Math.seedrandom(seed)` of the npm package returns first.
    #[test]
    fn numbers_are_those_of_seedrandom() {
        let data: Vec<(String, Vec<f64>)> =
            serde_json::from_str(include_str!("../tests/data/random.json")).unwrap();
        assert!(data.len() > 50);
        for (seed, expected) in data {
            let mut random = Random::new(&seed);
            for number in expected {
                assert_eq!(random.next().to_bits(), number.to_bits(), "{seed:?}");
            }
        }
    }

    #[test]
    fn seeds_of_executions() {
        let mut random = Random::new("ABCD2ABCD1TXID00000005");
        assert_eq!(random.next(), 0.1167167315351255);
        assert_eq!(random.next(), 0.36510788325979454);
        assert_eq!(
            Random::new("ABCD2ABCD1undefined").next(),
            0.8333234374070068
        );
    }

    #[test]
    fn a_cipher_without_key_is_that_of_a_zero() {
        assert_eq!(Arc4::new(&[]).state, Arc4::new(&[0]).state);
    }

    /// The test vectors of RFC 6229 begin so.
    #[test]
    fn the_cipher_is_arc4() {
        let mut cipher = Arc4::new(&[1, 2, 3, 4, 5]);
        let bytes: Vec<u8> = (0..4).map(|_| cipher.next()).collect();
        assert_eq!(bytes, [0xb2, 0x39, 0x63, 0x05]);
    }
}
