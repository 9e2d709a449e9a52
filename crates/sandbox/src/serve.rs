use std::io::{self, BufRead, BufReader, Read, Write};

use tartan_document::Value;

use crate::Sandbox;
use crate::request::{answer, no_request};

/// The longest line that is read, in bytes.
pub const MAX_LINE: usize = 256 << 20;

/// Answers the lines of a stream, one after the other, until it ends or a request asks for the end. Empty lines are
/// passed over; a line that is too long or no UTF-8 is answered with an error.
///
/// # Errors
/// When the streams cannot be read or written.
pub fn serve(sandbox: &mut Sandbox, input: impl Read, mut output: impl Write) -> io::Result<()> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let mut line = Vec::new();
    while !sandbox.is_stopped() && read_line(&mut input, &mut line)? {
        let answered = match line.as_slice() {
            [] => continue,
            long if long.len() > MAX_LINE => refused(format!("found more than {MAX_LINE} bytes")),
            bytes => match std::str::from_utf8(bytes) {
                Ok(line) => sandbox.handle_line(line),
                Err(error) => refused(error.to_string()),
            },
        };
        output.write_all(answered.as_bytes())?;
        output.write_all(b"\n")?;
        output.flush()?;
        // one long line is no reason to keep as much memory
        if line.capacity() > 1 << 20 {
            line = Vec::new();
        }
    }
    Ok(())
}

fn refused(reason: String) -> String {
    answer(&Value::Null, Err(no_request(reason)))
}

/// Reads the next line without its end; false at the end of the input. Of a line that is too long it keeps one byte more
/// than is allowed.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let most = MAX_LINE as u64 + 1;
    let read = input.by_ref().take(most).read_until(b'\n', line)?;
    if read == 0 {
        return Ok(false);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
    } else if line.len() > MAX_LINE {
        input.skip_until(b'\n')?;
    }
    Ok(true)
}
