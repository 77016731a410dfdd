//! How many tests passed and failed, read from what each test runner leaves behind.

use crate::summary::Count;
use std::io::{BufRead, BufReader, Read};

/// Vitest's JSON report.
pub fn vitest(report: &str) -> Option<Count> {
    let report: serde_json::Value = serde_json::from_str(report).ok()?;
    let passed = report.get("numPassedTests")?.as_u64()?;
    let failed = report.get("numFailedTests")?.as_u64()?;
    // A file that does not even load holds no failed test, and still failed.
    let broken_files = report.get("testResults").and_then(|files| files.as_array()).map_or(0, |files| {
        let is_broken = |file: &&serde_json::Value| {
            file.get("status").is_some_and(|status| status == "failed")
                && file.get("assertionResults").and_then(|tests| tests.as_array()).is_none_or(Vec::is_empty)
        };
        files.iter().filter(is_broken).count() as u64
    });
    Some(Count { passed, failed: failed + broken_files })
}

/// Nextest's JUnit report: the totals stand in its first element.
pub fn junit(report: &str) -> Option<Count> {
    let start = report.find("<testsuites")?;
    let element = &report[start..start + report[start..].find('>')?];
    let number = |name: &str| -> Option<u64> {
        let (_, rest) = element.split_once(&format!(" {name}=\""))?;
        rest.split('"').next()?.parse().ok()
    };
    let failed = number("failures")? + number("errors")?;
    Some(Count { passed: number("tests")?.checked_sub(failed)?, failed })
}

/// Cargo test's output, passed on line by line; its `test result:` lines are added up.
pub fn cargo_test(output: impl Read) -> Option<Count> {
    let mut total = None;
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        println!("{line}");
        if let Some(count) = result_line(&line) {
            let sum: Count = total.unwrap_or_default();
            total = Some(Count { passed: sum.passed + count.passed, failed: sum.failed + count.failed });
        }
    }
    total
}

fn result_line(line: &str) -> Option<Count> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let number = |word: &str| counts.split("; ").find_map(|part| part.strip_suffix(word)?.trim().parse().ok());
    Some(Count { passed: number(" passed")?, failed: number(" failed")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nextest_counts_errors_as_failures() {
        let report = r#"<?xml version="1.0"?><testsuites name="nextest-run" tests="7" failures="1" errors="1" uuid="x"><testsuite tests="9""#;
        assert_eq!(junit(report), Some(Count { passed: 5, failed: 2 }));
    }

    #[test]
    fn cargo_adds_up_its_binaries() {
        let output = "running 2 tests\ntest result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
                      test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s\n";
        assert_eq!(cargo_test(output.as_bytes()), Some(Count { passed: 5, failed: 1 }));
        assert_eq!(cargo_test(&b"error: could not compile"[..]), None);
    }

    #[test]
    fn a_vitest_file_that_does_not_load_counts_as_failed() {
        let report = r#"{"numPassedTests": 4, "numFailedTests": 0, "testResults": [
            {"status": "passed", "assertionResults": [{}]}, {"status": "failed", "assertionResults": []}]}"#;
        assert_eq!(vitest(report), Some(Count { passed: 4, failed: 1 }));
    }
}
