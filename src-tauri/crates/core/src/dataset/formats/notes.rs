//! What is worth knowing about a file though it keeps no row from being learned from.

use super::sentences::thousands;

/// What was noticed while a file was read.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub byte_order_mark: bool,
    pub crlf: bool,
    pub cr_only: bool,
    /// How many, and the first one's number.
    empty_lines: (u64, u64),
    /// How many rows, the first one's line, and the field.
    duplicates: Option<(u64, u64, &'static str)>,
}

impl Notes {
    /// A line without anything in it.
    pub fn empty_line(&mut self, line: u64) {
        let (count, first) = self.empty_lines;
        self.empty_lines = (count + 1, if count == 0 { line } else { first });
    }

    /// A row that has a field more than once.
    pub fn duplicate(&mut self, line: u64, field: &'static str) {
        self.duplicates.get_or_insert((0, line, field)).0 += 1;
    }

    /// All of them as sentences.
    pub fn sentences(&self) -> Vec<String> {
        let mut all = Vec::new();
        if self.byte_order_mark {
            all.push("The file begins with a byte order mark; it is skipped.".to_owned());
        }
        if self.crlf {
            all.push("Lines end with CR LF, as on Windows; that is fine.".to_owned());
        }
        if self.cr_only {
            all.push("Lines end with CR alone, as on old Macs; other programs may see one single line.".to_owned());
        }
        match self.empty_lines {
            (0, _) => {}
            (1, line) => all.push(format!("Line {} is empty and was skipped.", thousands(line))),
            (count, line) => all.push(format!(
                "{} lines are empty and were skipped; the first is line {}.",
                thousands(count),
                thousands(line)
            )),
        }
        if let Some((count, line, field)) = self.duplicates {
            let line = thousands(line);
            all.push(match count {
                1 => format!("The row on line {line} has {field} more than once; the last one counts, and other programs may refuse it."),
                _ => format!(
                    "{} rows have a field more than once, the first on line {line} ({field}); the last one counts, and other programs may refuse it.",
                    thousands(count)
                ),
            });
        }
        all
    }
}
