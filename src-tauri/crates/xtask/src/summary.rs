//! What became of each part of a task, in one line per part and a last line for machines.

use crate::failure::{Failure, Outcome};
use std::time::{Duration, Instant};

/// How many things were checked, and how many of them failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub passed: u64,
    pub failed: u64,
}

impl Count {
    /// Something that is one check in itself, such as a type check of all files.
    pub const ONE_PASSED: Self = Self { passed: 1, failed: 0 };
    /// Set-up, which checks nothing when it goes well.
    pub const NOTHING: Self = Self { passed: 0, failed: 0 };
}

/// The parts done so far.
pub struct Summary {
    only: Vec<String>,
    parts: Vec<Part>,
}

struct Part {
    name: &'static str,
    result: Outcome<Count>,
    took: Duration,
}

impl Summary {
    /// With words, only the parts are done whose names hold one of them.
    pub fn new(only: &[String]) -> Self {
        Self { only: only.iter().map(|word| word.to_lowercase()).collect(), parts: vec![] }
    }

    /// Does one part, when it is asked for; a failure is kept for the end, so that the next part still runs.
    pub fn part(&mut self, name: &'static str, work: impl FnOnce() -> Outcome<Count>) {
        let name_in_lower_case = name.to_lowercase();
        if self.only.is_empty() || self.only.iter().any(|word| name_in_lower_case.contains(word)) {
            self.work(name, work);
        }
    }

    /// Does what other parts stand on, whatever was asked for.
    pub fn set_up(&mut self, name: &'static str, work: impl FnOnce() -> Outcome) {
        self.work(name, || work().map(|()| Count::NOTHING));
    }

    fn work(&mut self, name: &'static str, work: impl FnOnce() -> Outcome<Count>) {
        println!("\n── {name}");
        let start = Instant::now();
        let result = work();
        if let Err(failure) = &result {
            println!("{failure}");
        }
        self.parts.push(Part { name, result, took: start.elapsed() });
    }

    pub fn total(&self) -> Count {
        self.parts.iter().map(Part::count).fold(Count::NOTHING, |sum, count| Count {
            passed: sum.passed + count.passed,
            failed: sum.failed + count.failed,
        })
    }

    /// Prints the table. Its last line, `N passed, N failed`, is read by machines.
    pub fn print(&self) {
        println!("\n── Summary");
        for part in &self.parts {
            println!("{}", part.line());
        }
        let total = self.total();
        println!("\n{} passed, {} failed", total.passed, total.failed);
    }

    /// The task's own outcome, after everything has been said.
    pub fn outcome(&self) -> Outcome {
        if self.total().failed == 0 { Ok(()) } else { Err(Failure::Shown(1)) }
    }
}

impl Part {
    /// A part that could not even be counted failed once.
    fn count(&self) -> Count {
        self.result.as_ref().copied().unwrap_or(Count { passed: 0, failed: 1 })
    }

    fn line(&self) -> String {
        let count = self.count();
        let word = if count.failed == 0 { "ok    " } else { "FAILED" };
        let counts = match (&self.result, count) {
            (Err(_), _) => "did not finish".to_owned(),
            (_, Count::NOTHING) => String::new(),
            (_, Count { passed, failed: 0 }) => format!("{passed} passed"),
            (_, Count { passed, failed }) => format!("{passed} passed, {failed} failed"),
        };
        let line = format!("{word}  {:<28} {:>7.1} s  {counts}", self.name, self.took.as_secs_f64());
        line.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_parts_run_and_every_failure_counts() {
        let mut summary = Summary::new(&[]);
        summary.part("breaks", || Err(Failure::new("It broke.", "Mend it.")));
        summary.part("works", || Ok(Count { passed: 3, failed: 1 }));
        summary.set_up("set-up", || Ok(()));
        assert_eq!(summary.total(), Count { passed: 3, failed: 2 });
        assert!(summary.outcome().is_err());
        assert!(summary.parts[1].line().ends_with("3 passed, 1 failed"));
    }

    #[test]
    fn words_choose_parts_but_never_skip_what_they_stand_on() {
        let mut summary = Summary::new(&["rust".into()]);
        summary.set_up("Packages", || Ok(()));
        summary.part("Interface: tests", || Ok(Count::ONE_PASSED));
        summary.part("Rust: tests", || Ok(Count::ONE_PASSED));
        let names: Vec<_> = summary.parts.iter().map(|part| part.name).collect();
        assert_eq!(names, ["Packages", "Rust: tests"]);
    }
}
