//! Where in a row a value stands. The parser does not tell, and it matters only for the few rows that are wrong, so
//! the row is walked through a second time.

use super::judge::Step;

/// The byte where the value at the end of these steps begins. The text must be valid JSON; where a step leads nowhere,
/// the place before it is given.
pub(super) fn locate(text: &str, path: &[Step]) -> usize {
    let bytes = text.as_bytes();
    let mut at = blank(bytes, 0);
    for step in path {
        let found = match step {
            Step::Field(name) => field(bytes, at, name),
            Step::Entry(index) => entry(bytes, at, *index),
        };
        match found {
            Some(found) => at = found,
            None => break,
        }
    }
    at
}

/// The last value of this name, which is the one that counts.
fn field(bytes: &[u8], object: usize, name: &str) -> Option<usize> {
    if bytes.get(object) != Some(&b'{') {
        return None;
    }
    let (mut at, mut found) = (blank(bytes, object + 1), None);
    while bytes.get(at) == Some(&b'"') {
        let key = at + 1..string_end(bytes, at).saturating_sub(1);
        // Over the colon.
        let value = blank(bytes, blank(bytes, key.end + 1) + 1);
        if bytes.get(key) == Some(name.as_bytes()) {
            found = Some(value);
        }
        // Over the comma.
        at = blank(bytes, blank(bytes, value_end(bytes, value)) + 1);
    }
    found
}

fn entry(bytes: &[u8], list: usize, index: usize) -> Option<usize> {
    if bytes.get(list) != Some(&b'[') {
        return None;
    }
    let mut at = blank(bytes, list + 1);
    for _ in 0..index {
        at = blank(bytes, blank(bytes, value_end(bytes, at)) + 1);
    }
    (at < bytes.len()).then_some(at)
}

/// The first byte that is no white space.
fn blank(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// The byte after a string that begins here.
fn string_end(bytes: &[u8], quote: usize) -> usize {
    let mut at = quote + 1;
    while let Some(step) = memchr::memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default()) {
        at += step;
        if bytes[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    bytes.len()
}

/// The byte after a value that begins here.
fn value_end(bytes: &[u8], from: usize) -> usize {
    let (mut at, mut depth) = (from, 0u32);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = string_end(bytes, at) - 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return at,
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return at,
            _ => {}
        }
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use Step::{Entry, Field};

    #[test]
    fn values_are_found() {
        let text = r#" {"a\"}": [1, "x,]", {"role": 1}], "b" : {"c":[ ]}, "d": 1, "d": 2} "#;
        let at = |path: &[Step]| &text[locate(text, path)..][..3];
        assert_eq!(at(&[]), "{\"a");
        assert_eq!(at(&[Field("b")]), "{\"c");
        assert_eq!(at(&[Field("b"), Field("c")]), "[ ]");
        assert_eq!(at(&[Field("d")]), "2} ");
        // Escaped names are not looked into; the row itself is near enough.
        assert_eq!(at(&[Field("a"), Entry(1)]), "{\"a");
        let list = r#"{"m": [{"x": "]"} , 7, {"role": "u"}]}"#;
        assert_eq!(&list[locate(list, &[Field("m"), Entry(2), Field("role")])..], r#""u"}]}"#);
        assert_eq!(&list[locate(list, &[Field("m"), Entry(1)])..][..1], "7");
    }
}
