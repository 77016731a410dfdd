//! Server-sent events, cut out of bytes as they come, wherever the network cuts them.

/// An event longer than this is none.
const LONGEST: usize = 1 << 20;

/// Bytes that have come and do not make a whole event yet.
#[derive(Default)]
pub(super) struct Events {
    bytes: Vec<u8>,
    /// The data lines of the event that is being read.
    data: Vec<String>,
}

impl Events {
    /// Takes bytes in. False when they have become too many.
    pub(super) fn push(&mut self, bytes: &[u8]) -> bool {
        self.bytes.extend_from_slice(bytes);
        self.bytes.len() <= LONGEST && self.data.iter().map(String::len).sum::<usize>() <= LONGEST
    }

    /// The data of the next whole event.
    pub(super) fn next(&mut self) -> Option<String> {
        while let Some(line) = self.line() {
            if line.is_empty() {
                if !self.data.is_empty() {
                    return Some(std::mem::take(&mut self.data).join("\n"));
                }
            } else if let Some(data) = line.strip_prefix("data:") {
                self.data.push(data.strip_prefix(' ').unwrap_or(data).to_owned());
            }
            // Comments, names and numbers of events say nothing here.
        }
        None
    }

    /// What the stream ended with, where it did not end with an empty line.
    pub(super) fn rest(&mut self) -> Option<String> {
        self.bytes.extend_from_slice(b"\n\n");
        self.next()
    }

    /// All that has come, for an answer that is no stream of events.
    pub(super) fn everything(&mut self) -> Option<String> {
        Some(String::from_utf8_lossy(&std::mem::take(&mut self.bytes)).into_owned())
    }

    fn line(&mut self) -> Option<String> {
        let end = self.bytes.iter().position(|byte| *byte == b'\n')?;
        let line: Vec<u8> = self.bytes.drain(..=end).collect();
        let line = String::from_utf8_lossy(&line[..end]).into_owned();
        Some(line.strip_suffix('\r').map(str::to_owned).unwrap_or(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_the_same_wherever_they_are_cut() {
        let text = ": hello\r\n\r\nevent: x\ndata: {\"a\":\"ä\"}\r\n\r\ndata:one\ndata: two\n\ndata: [DONE]";
        for cut in 0..=text.len() {
            let mut events = Events::default();
            let mut got = Vec::new();
            for piece in [&text.as_bytes()[..cut], &text.as_bytes()[cut..]] {
                assert!(events.push(piece));
                got.extend(std::iter::from_fn(|| events.next()));
            }
            got.extend(events.rest());
            assert_eq!(got, ["{\"a\":\"ä\"}", "one\ntwo", "[DONE]"], "cut at {cut}");
        }
    }
}
