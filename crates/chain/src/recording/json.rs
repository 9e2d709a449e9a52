use std::io::{self, BufRead};

use serde::Deserialize;
use tartan_graphene::{Chain, MainBlock};

use super::{MAX_BLOCK, ReadError};

/// Reads JSON values one by one out of a stream, inside a list or not.
pub(super) struct Reader<R> {
    input: R,
    chain: Box<Chain>,
}

/// What may stand around a block.
#[derive(Deserialize)]
struct Wrapped<'a> {
    #[serde(borrow)]
    block: Option<&'a serde_json::value::RawValue>,
    #[serde(borrow)]
    result: Option<&'a serde_json::value::RawValue>,
    previous: Option<String>,
}

impl<R: BufRead> Reader<R> {
    pub(super) fn new(input: R, chain: Chain) -> Reader<R> {
        Reader {
            input,
            chain: Box::new(chain),
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<MainBlock>, ReadError> {
        let mut text = Vec::new();
        if !self.read_value(&mut text)? {
            return Ok(None);
        }
        let text = std::str::from_utf8(&text).map_err(|_| malformed("expected UTF-8"))?;
        let (block, number) = unwrap(text)?;
        MainBlock::from_json(block, &self.chain, number)
            .map_err(|error| malformed(error.to_string()))?
            .map_or_else(
                || Err(malformed("expected a block, found null")),
                |block| Ok(Some(block)),
            )
    }

    /// Collects the text of the next object; false at the end of the input.
    fn read_value(&mut self, text: &mut Vec<u8>) -> Result<bool, ReadError> {
        let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
        loop {
            let available = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            };
            if available.is_empty() {
                return match depth {
                    0 => Ok(false),
                    _ => Err(malformed("the file ends inside a block")),
                };
            }
            let mut used = 0;
            let mut start = (depth > 0).then_some(0);
            let mut complete = false;
            for (at, &byte) in available.iter().enumerate() {
                used = at + 1;
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if quoted => escaped = true,
                    b'"' if depth > 0 => quoted = !quoted,
                    _ if quoted => {}
                    b'{' => {
                        start = start.or(Some(at));
                        depth += 1;
                    }
                    b'}' if depth > 0 => {
                        depth -= 1;
                        complete = depth == 0;
                    }
                    b'[' | b']' | b',' | b' ' | b'\t' | b'\r' | b'\n' if depth == 0 => {}
                    _ if depth > 0 => {}
                    other => {
                        let found = char::from(other);
                        return Err(malformed(format!(
                            "expected a block in JSON, found {found:?}"
                        )));
                    }
                }
                if complete {
                    break;
                }
            }
            if let Some(start) = start {
                text.extend_from_slice(&available[start..used]);
            }
            self.input.consume(used);
            if complete {
                return Ok(true);
            }
            if text.len() > MAX_BLOCK {
                return Err(malformed(format!("expected at most {MAX_BLOCK} bytes")));
            }
        }
    }
}

/// The text of the block itself and its number, which is one more than that in the id of the block before.
fn unwrap(text: &str) -> Result<(&str, u32), ReadError> {
    let mut text = text;
    // a JSON-RPC answer around an answer around a block
    for _ in 0..3 {
        let wrapped: Wrapped<'_> = serde_json::from_str(text)
            .map_err(|error| malformed(format!("expected a block: {error}")))?;
        if let Some(previous) = wrapped.previous {
            let number = previous
                .get(..8)
                .and_then(|digits| u32::from_str_radix(digits, 16).ok())
                .and_then(|number| number.checked_add(1))
                .ok_or_else(|| {
                    malformed(format!("expected the id of a block, found {previous:?}"))
                })?;
            return Ok((text, number));
        }
        text = wrapped
            .block
            .or(wrapped.result)
            .ok_or_else(|| malformed("expected a block, found an object without `previous`"))?
            .get();
    }
    Err(malformed("expected a block, found answers inside answers"))
}

fn malformed(reason: impl Into<String>) -> ReadError {
    ReadError::Malformed(reason.into())
}
