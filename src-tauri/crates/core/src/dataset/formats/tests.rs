//! Files as people and programs make them, and files made to be awkward.

mod forms;
mod hostile;
mod round_trip;
mod rows_wrong;

use super::*;
use tokio_util::sync::CancellationToken;

/// A report on these bytes.
fn checked(bytes: impl AsRef<[u8]>) -> Report {
    check(bytes.as_ref(), |_| {}, &CancellationToken::new()).expect("a report")
}

/// A fault as a line of text.
fn shown(fault: &Fault) -> String {
    format!("{}:{} {} {}", fault.line, fault.column, fault.what, fault.fix)
}

/// The faults of these bytes, a line each; what [`rows`] says must be the same.
fn faults(bytes: impl AsRef<[u8]>) -> String {
    let report = checked(&bytes);
    assert_eq!(report.fault_count, report.faults.len() as u64);
    let told: Vec<String> = report.faults.iter().map(shown).collect();
    let read: Vec<String> = rows(bytes.as_ref()).filter_map(Result::err).map(|fault| shown(&fault)).collect();
    assert_eq!(told, read);
    told.join("\n")
}

/// Prompts and texts of a file that must be without fault.
fn read(bytes: impl AsRef<[u8]>) -> Vec<(String, String)> {
    rows(bytes.as_ref()).map(|row| row.map(|row| (row.prompt, row.completion)).expect("a row")).collect()
}

fn pair(prompt: &str, completion: &str) -> (String, String) {
    (prompt.to_owned(), completion.to_owned())
}
