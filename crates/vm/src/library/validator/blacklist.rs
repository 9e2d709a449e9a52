use std::ops::RangeInclusive;

use super::ValidatorError;

/// The text without the characters that the regular expression `[chars]` matches.
///
/// So `chars` may have ranges (`a-z`), classes (`\d`, `\W`), escapes and a leading `^`. All of it is in UTF-16 units,
/// as without the flag `u`; halves of a pair that are left over become U+FFFD.
///
/// # Errors
///
/// If `chars` is not the inside of a class. Brackets that would end the class are refused, too: what follows such a
/// class validator.js would take for a longer expression.
pub fn blacklist(text: &str, chars: &str) -> Result<String, ValidatorError> {
    let class =
        Class::parse(chars).map_err(|reason| ValidatorError::Pattern(chars.to_owned(), reason))?;
    let kept: Vec<u16> = text
        .encode_utf16()
        .filter(|unit| !class.contains(*unit))
        .collect();
    Ok(String::from_utf16_lossy(&kept))
}

/// The inside of a character class of a regular expression.
struct Class {
    negated: bool,
    unterminated: bool,
    ranges: Vec<RangeInclusive<u16>>,
}

/// One member of a class: a unit, which may begin or end a range, or several.
enum Atom {
    Unit(u16),
    Set,
}

const DIGIT: &[RangeInclusive<u16>] = &[0x30..=0x39];
const WORD: &[RangeInclusive<u16>] = &[0x30..=0x39, 0x41..=0x5a, 0x5f..=0x5f, 0x61..=0x7a];
const SPACE: &[RangeInclusive<u16>] = &[
    0x09..=0x0d,
    0x20..=0x20,
    0xa0..=0xa0,
    0x1680..=0x1680,
    0x2000..=0x200a,
    0x2028..=0x2029,
    0x202f..=0x202f,
    0x205f..=0x205f,
    0x3000..=0x3000,
    0xfeff..=0xfeff,
];

impl Class {
    fn contains(&self, unit: u16) -> bool {
        self.ranges.iter().any(|range| range.contains(&unit)) != self.negated
    }

    fn parse(chars: &str) -> Result<Class, &'static str> {
        let units: Vec<u16> = chars.encode_utf16().collect();
        let negated = units.first() == Some(&u16::from(b'^'));
        let mut class = Class {
            negated,
            unterminated: false,
            ranges: Vec::new(),
        };
        let mut rest = &units[usize::from(negated)..];
        while !rest.is_empty() {
            let first = class.atom(&mut rest)?;
            let is_range = rest.len() > 1 && rest[0] == u16::from(b'-');
            let (Atom::Unit(first), true) = (&first, is_range) else {
                class.add(&first);
                continue;
            };
            rest = &rest[1..];
            match class.atom(&mut rest)? {
                Atom::Unit(last) if *first > last => {
                    return Err("Range out of order in character class");
                }
                Atom::Unit(last) => class.ranges.push(*first..=last),
                Atom::Set => {
                    class.add(&Atom::Unit(*first));
                    class.add(&Atom::Unit(b'-'.into()));
                }
            }
        }
        if class.unterminated {
            return Err("Unterminated character class");
        }
        Ok(class)
    }

    fn add(&mut self, atom: &Atom) {
        if let Atom::Unit(unit) = atom {
            self.ranges.push(*unit..=*unit);
        }
    }

    /// Takes one member off; sets are added at once.
    fn atom(&mut self, rest: &mut &[u16]) -> Result<Atom, &'static str> {
        let unit = take(rest).unwrap_or_default();
        if unit == u16::from(b']') {
            return Err("Bracket within character class");
        }
        if unit != u16::from(b'\\') {
            return Ok(Atom::Unit(unit));
        }
        let Some(&escaped) = rest.first() else {
            // It takes the bracket behind, so the class has no end; but a range may be wrong first.
            self.unterminated = true;
            return Ok(Atom::Unit(b']'.into()));
        };
        let Ok(letter) = u8::try_from(escaped) else {
            *rest = &rest[1..];
            return Ok(Atom::Unit(escaped));
        };
        let set = match letter.to_ascii_lowercase() {
            b'd' => Some(DIGIT),
            b'w' => Some(WORD),
            b's' => Some(SPACE),
            _ => None,
        };
        if let Some(set) = set {
            *rest = &rest[1..];
            if letter.is_ascii_uppercase() {
                self.ranges.extend(complement(set));
            } else {
                self.ranges.extend_from_slice(set);
            }
            return Ok(Atom::Set);
        }
        Ok(Atom::Unit(escape(letter, rest)))
    }
}

fn take(rest: &mut &[u16]) -> Option<u16> {
    let (&first, others) = rest.split_first()?;
    *rest = others;
    Some(first)
}

/// The unit that an escape means whose letter comes next; the backslash has been taken.
fn escape(letter: u8, rest: &mut &[u16]) -> u16 {
    let after = &rest[1..];
    let hexadecimal = |count: usize| {
        let digits = after.get(..count)?;
        digits.iter().try_fold(0u16, |number, digit| {
            Some(number * 16 + char::from_u32((*digit).into())?.to_digit(16)? as u16)
        })
    };
    let control = after
        .first()
        .and_then(|unit| u8::try_from(*unit).ok())
        .filter(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let (unit, taken) = match letter {
        b'b' => (0x08, 1),
        b't' => (0x09, 1),
        b'n' => (0x0a, 1),
        b'v' => (0x0b, 1),
        b'f' => (0x0c, 1),
        b'r' => (0x0d, 1),
        b'0'..=b'7' => octal(rest),
        b'x' if let Some(unit) = hexadecimal(2) => (unit, 3),
        b'u' if let Some(unit) = hexadecimal(4) => (unit, 5),
        b'c' => match control {
            Some(byte) => (u16::from(byte % 32), 2),
            // The backslash stands for itself.
            None => (u16::from(b'\\'), 0),
        },
        other => (u16::from(other), 1),
    };
    *rest = &rest[taken..];
    unit
}

/// Up to three octal digits that make at most 255.
fn octal(digits: &[u16]) -> (u16, usize) {
    let (mut number, mut taken) = (0, 0);
    for digit in digits.iter().take(3) {
        if !(0x30..=0x37).contains(digit) || number >= 32 {
            break;
        }
        number = number * 8 + (digit - 0x30);
        taken += 1;
    }
    (number, taken)
}

/// All units that are not in these ranges, which are in order.
fn complement(set: &[RangeInclusive<u16>]) -> Vec<RangeInclusive<u16>> {
    let mut ranges = Vec::with_capacity(set.len() + 1);
    let mut next = 0;
    for range in set {
        if *range.start() > next {
            ranges.push(next..=range.start() - 1);
        }
        next = range.end() + 1;
    }
    ranges.push(next..=u16::MAX);
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_do_not_end_the_class() {
        for chars in ["]", "a]", "a]|[b"] {
            let error = blacklist("ab", chars).unwrap_err();
            assert_eq!(error.name(), "SyntaxError");
        }
        assert_eq!(blacklist("a]b", "\\]").unwrap(), "ab");
    }
}
