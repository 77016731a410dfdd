//! Files that are damaged, huge, or something else.

use super::*;
use std::io::{self, Read};

#[test]
fn no_file_of_examples() {
    let files: [&[u8]; 10] = [
        b"",
        b"\n \n",
        b"\xef\xbb\xbf",
        b"PK\x03\x04....",
        b"\x1f\x8b\x08",
        b"PAR1....",
        b"\xff\xfe{\0\"\0",
        b"Dear reader,\nit rained.\n",
        b"[]",
        b"\0\0\0\0",
    ];
    insta::assert_snapshot!(files.map(faults).join("\n"), @r##"
    1:1 The file is empty. A file of examples has rows such as {"prompt": "…", "completion": "…"}.
    1:1 The file holds no rows. A file of examples has rows such as {"prompt": "…", "completion": "…"}.
    1:1 The file holds no rows. A file of examples has rows such as {"prompt": "…", "completion": "…"}.
    1:1 The file is a zip archive or a spreadsheet, not text. Unpack it, or save the spreadsheet as CSV.
    1:1 The file is packed with gzip, not text. Unpack it and choose the file that was inside.
    1:1 The file is a Parquet table, not text. Save it as JSON Lines first; Python's datasets library does it with to_json.
    1:1 The file is UTF-16, not UTF-8. Save it as UTF-8.
    1:1 The file is neither JSON nor CSV as far as it can be told from its first line. Each line should be a row such as {"prompt": "…", "completion": "…"}; a CSV file begins with the header prompt,completion or text.
    1:1 The file holds no rows. A file of examples has rows such as {"prompt": "…", "completion": "…"}.
    1:1 The file is neither JSON nor CSV as far as it can be told from its first line. Each line should be a row such as {"prompt": "…", "completion": "…"}; a CSV file begins with the header prompt,completion or text.
    "##);
}

#[test]
fn a_first_line_that_is_no_row_does_not_hide_the_rest() {
    let file = "# made by hand\n{\"text\": \"Tea\"}\n";
    let report = checked(file);
    assert_eq!((report.rows, report.good_rows), (2, 1));
    insta::assert_snapshot!(faults(file), @r##"1:1 The row does not begin with an opening brace. Write it as {"prompt": "…", "completion": "…"}, or take it out."##);
}

#[test]
fn bytes_that_are_not_utf8() {
    let file = b"{\"text\": \"Caf\xe9\"}\n{\"text\": \"\xc3\xa9\xff\"}\n{\"text\": \"Tea\"}";
    assert_eq!(checked(file).good_rows, 1);
    insta::assert_snapshot!(faults(file), @r##"
    1:14 Byte 14 of the line, 0xE9, is not UTF-8. Save the file as UTF-8; it may be in an older encoding such as Latin-1.
    2:13 Byte 13 of the line, 0xFF, is not UTF-8. Save the file as UTF-8; it may be in an older encoding such as Latin-1.
    "##);
    insta::assert_snapshot!(faults(b"text\nTea\nCaf\xe9\n"), @r##"3:4 Byte 4 of the line, 0xE9, is not UTF-8. Save the file as UTF-8; it may be in an older encoding such as Latin-1."##);
    insta::assert_snapshot!(faults(b"[{\"text\": \"\xc3\xa9\xe9\"},\n{\"text\": \"\xe9\"}]"), @r##"
    1:13 Byte 13 of the line, 0xE9, is not UTF-8. Save the file as UTF-8; it may be in an older encoding such as Latin-1.
    2:11 Byte 11 of the line, 0xE9, is not UTF-8. Save the file as UTF-8; it may be in an older encoding such as Latin-1.
    "##);
}

#[test]
fn files_that_break_off() {
    let rows = "{\"text\": \"Tea\"}\n{\"text\": \"Cup\"}\n";
    insta::assert_snapshot!(faults(&rows[..rows.len() - 6]), @r##"2:11 The file breaks off in the middle of row 2. A copy or download may have been cut short: get the file again, or take this last row out."##);
    insta::assert_snapshot!(faults(format!("{rows}{{")), @r##"3:2 The file breaks off in the middle of row 3. A copy or download may have been cut short: get the file again, or take this last row out."##);
    // In the middle of a character, too.
    insta::assert_snapshot!(faults(b"{\"text\": \"Tea\"}\n\n{\"text\": \"Caf\xc3"), @r##"3:14 The file breaks off in the middle of row 2. A copy or download may have been cut short: get the file again, or take this last row out."##);
    assert_eq!(checked(rows.trim_end()).fault_count, 0);
    insta::assert_snapshot!(faults("[{\"text\": \"Tea\"},\n {\"text\": \"Cu"), @r##"2:2 The file breaks off in the middle of row 2. A copy or download may have been cut short: get the file again, or take this last row out."##);
    insta::assert_snapshot!(faults("[{\"text\": \"Tea\"},\n {\"text\": \"Cup\"}\n"), @r##"3:1 The file breaks off after row 2: the list is never closed. A copy or download may have been cut short: get the file again, or end it with ]."##);
}

#[test]
fn lists_that_are_out_of_order() {
    let row = "{\"text\": \"Tea\"}";
    let files = [
        format!("[{row} {row}]"),
        format!("[{row},]"),
        format!("[,{row}]"),
        format!("[{row}]\n{row}"),
        format!("[1, \"a\", tru, {row}, }}, [{row}]]"),
    ];
    insta::assert_snapshot!(files.map(faults).join("\n"), @r##"
    1:18 A comma is expected here, between two rows. Put the comma in.
    1:18 A comma stands before the closing bracket. Take that comma out.
    1:2 A value is expected here: text in double quotes, a number, true, false or null. If a Python program wrote this, let it write each row with json.dumps.
    2:1 More follows after the list's closing bracket. Put all rows into one list, or write one row a line without any list.
    1:2 The row is a number, not an object with fields. Write it as {"prompt": "…", "completion": "…"}.
    1:5 The row is text, not an object with fields. Write it as {"prompt": "…", "completion": "…"}.
    1:13 A value is expected here: text in double quotes, a number, true, false or null. If a Python program wrote this, let it write each row with json.dumps.
    1:32 The row does not begin with an opening brace. Write it as {"prompt": "…", "completion": "…"}, or take it out.
    1:35 The row is a list, not an object with fields. Write it as {"prompt": "…", "completion": "…"}.
    "##);
}

#[test]
fn nesting_without_end() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    for row in [
        format!("{{\"text\": {deep}}}"),
        format!("{{\"text\": \"a\", \"extra\": {deep}}}"),
        format!("{{\"messages\": {deep}}}"),
        "{\"a\":".repeat(100_000),
    ] {
        let report = checked(row);
        assert_eq!(report.fault_count, 1);
        assert_eq!(report.faults[0].what, "Lists or objects lie more than 127 deep inside each other here.");
    }
    assert_eq!(checked(deep).good_rows, 0);
}

#[test]
fn a_row_without_end_is_named_and_not_held() {
    let long = 2 * LONGEST_ROW as u64;
    for (start, end) in [
        ("{\"text\": \"Tea\"}\n{\"text\": \"", "\"}\n{\"text\": \"Cup\"}\n"),
        ("[{\"text\": \"Tea\"},\n{\"text\": \"", "\"},\n{\"text\": \"Cup\"}]"),
        ("text\n\"", "\"\nCup\n"),
    ] {
        // Made while it is read, so that nobody holds it.
        let file = || start.as_bytes().chain(io::repeat(b'a').take(long)).chain(end.as_bytes());
        let report = check(file(), |_| {}, &CancellationToken::new()).expect("a report");
        assert_eq!(report.fault_count, 1);
        let fault = &report.faults[0];
        assert_eq!(fault.line, 2);
        assert!(fault.what.ends_with("bytes long; rows of up to 16,777,216 bytes are read."), "{}", fault.what);
        assert!(fault.what.starts_with("The row is 33,554,4"), "{}", fault.what);
        let last = rows(file()).last().expect("a row").expect("a good row");
        assert_eq!((last.completion.as_str(), last.line), ("Cup", 3));
    }
}

#[test]
fn a_table_whose_quote_never_closes_is_read_over() {
    let line = format!("{}\n", "a".repeat(65_535));
    let file = format!("text\nTea\n\"{}", line.repeat(LONGEST_ROW / 65_536 + 2));
    let report = checked(file);
    assert_eq!((report.good_rows, report.fault_count), (1, 1));
    assert_eq!(
        shown(&report.faults[0]),
        "3:1 The double quote that opens here is never closed. Close it where the text ends; a double quote inside the text is written twice."
    );
}

#[test]
fn a_row_just_short_enough_is_read() {
    let frame = "{\"text\":\"\"}".len();
    let row = |length: usize| format!("{{\"text\":\"{}\"}}", "a".repeat(length - frame));
    assert_eq!(checked(row(LONGEST_ROW)).good_rows, 1);
    assert_eq!(checked(row(LONGEST_ROW + 1)).fault_count, 1);
    assert_eq!(checked(format!("[{}]", row(LONGEST_ROW))).good_rows, 1);
    assert_eq!(checked(format!("[{}]", row(LONGEST_ROW + 1))).fault_count, 1);
}

#[test]
fn only_the_first_hundred_faults_are_told() {
    let report = checked("{}\n".repeat(250));
    assert_eq!((report.faults.len(), report.fault_count, report.rows), (100, 250, 250));
    assert_eq!(checked("{\"text\": \" \"}\n".repeat(3)).empty_completions, 3);
}

#[test]
fn a_check_tells_how_far_it_is_and_stops() {
    let file = "{\"text\": \"Tea\"}\n".repeat(100_000);
    let (mut told, stop) = (Vec::new(), CancellationToken::new());
    let report = check(file.as_bytes(), |bytes| told.push(bytes), &stop).expect("a report");
    assert_eq!(told.last(), Some(&report.bytes));
    assert!(told.is_sorted() && told.len() > 3);
    let stopping = stop.clone();
    let error = check(file.as_bytes(), |_| stopping.cancel(), &stop).expect_err("stopped");
    assert_eq!(error.code, crate::Code::Cancelled);
    assert_eq!(error.message, "The check was stopped; nothing was changed.");
}

#[test]
fn folders_and_missing_files_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = |path: &std::path::Path| {
        let error = check_file(path, |_| {}, &CancellationToken::new()).expect_err("refused");
        assert_eq!(rows_of(path).err().expect("refused").message, error.message);
        error.message.replace(&folder.path().display().to_string(), "HERE")
    };
    assert_eq!(refused(folder.path()), "HERE is a folder.");
    assert_eq!(
        refused(&folder.path().join("x.jsonl")),
        "There is no file HERE/x.jsonl.".replace('/', std::path::MAIN_SEPARATOR_STR)
    );
}

/// A disk that goes away.
struct Broken(bool);

impl Read for Broken {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if std::mem::replace(&mut self.0, true) {
            return Err(io::Error::other("the cable was pulled"));
        }
        let rows = b"{\"text\": \"Tea\"}\n".repeat(10_000);
        let count = rows.len().min(to.len());
        to[..count].copy_from_slice(&rows[..count]);
        Ok(count)
    }
}

#[test]
fn a_disk_that_goes_away_ends_the_rows_with_a_fault() {
    let mut read: Vec<_> = rows(Broken(false)).collect();
    let fault = read.pop().expect("an end").expect_err("a fault");
    assert_eq!(read.iter().filter(|row| row.is_ok()).count(), read.len());
    assert_eq!(fault.what, "The file could not be read further: the cable was pulled.");
    assert!(fault.line > 1000);
    assert!(check(Broken(false), |_| {}, &CancellationToken::new()).is_err());
}
