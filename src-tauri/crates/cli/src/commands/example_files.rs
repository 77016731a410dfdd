//! `examples check`: looks through a file of examples, whoever wrote it, and names line and fault.

use crate::context::Context;
use crate::exit::{End, Outcome};
use crate::text::{count, size, thousands};
use idiolect_core::Code;
use idiolect_core::dataset::formats::{self, Report};
use std::path::Path;

/// For the help of `examples`: what `check` gives as JSON.
pub const HELP: &str = "\
`check` gives form (json_lines, json_array, csv, null), shapes [{shape, rows}], rows, good_rows, faults [{line, column,
what, fix}] (the first hundred), fault_count, notes, distinct_texts and contradicting_prompts {number, exact},
characters, longest {line, characters}, empty_completions, rows_without_prompt, repeats, bytes.";

/// Checks a file. It ends with status 1 when something in the file is wrong.
pub fn check(context: &Context<'_>, file: &Path) -> Outcome {
    // What cannot be asked for its size is told by the check itself.
    let total = file.metadata().map_or(0, |known| known.len());
    let stop = context.interrupt.gently();
    let mut progress = context.out.progress(total);
    let tell = |read: u64| {
        // A file that is read at once needs no bar.
        if total > 50_000_000 {
            progress.at(read, &format!("{} of {} checked", size(read as f64), size(total as f64)));
        }
    };
    let report = match formats::check_file(file, tell, &stop) {
        Err(error) if error.code == Code::Cancelled => {
            let hint = "Nothing was changed; do it again whenever you like.".to_owned();
            return Ok(End::Interrupted { message: "The check was stopped.".to_owned(), hint });
        }
        report => report?,
    };
    progress.end();
    context.out.either(&report, || people(&report, &file.display().to_string()));
    Ok(if report.fault_count > 0 { End::Faulty } else { End::Done })
}

fn people(report: &Report, file: &str) -> String {
    let mut lines: Vec<String> = report
        .faults
        .iter()
        .map(|fault| format!("{file}:{}:{}: {} {}", fault.line, fault.column, fault.what, fault.fix))
        .collect();
    let more = report.fault_count - report.faults.len() as u64;
    if more > 0 {
        lines.push(format!("… and {}.", count(more, "more fault")));
    }
    lines.extend(report.notes.iter().cloned());
    lines.extend(contents(report));
    lines.extend(report.repeats.clone());
    lines.push(verdict(report));
    lines.join("\n")
}

/// What is in the good rows.
fn contents(report: &Report) -> Vec<String> {
    let Some(longest) = report.longest else { return Vec::new() };
    let shapes: Vec<&str> = report.shapes.iter().map(|counted| counted.shape.name()).collect();
    let form = report.form.map_or("", |form| form.name());
    let at_least = |exact: bool| if exact { "" } else { "at least " };
    let (texts, prompts) = (report.distinct_texts, report.contradicting_prompts);
    let mut lines = vec![
        format!(
            "{}, {}: {}, {}{}, {}.",
            capital(form),
            shapes.join(", "),
            count(report.good_rows, "good row"),
            at_least(texts.exact),
            count(texts.number, "different text"),
            count(report.characters, "character"),
        ),
        format!(
            "The longest row begins on line {} and has {}.",
            thousands(longest.line),
            count(longest.characters, "character")
        ),
    ];
    if prompts.number > 0 {
        let lead = if prompts.number == 1 { "leads" } else { "lead" };
        let at_least = capital(at_least(prompts.exact));
        lines.push(format!("{at_least}{} {lead} to more than one text.", count(prompts.number, "prompt")));
    }
    if report.rows_without_prompt > 0 {
        let have = if report.rows_without_prompt == 1 { "has" } else { "have" };
        lines.push(format!("{} {have} no prompt.", count(report.rows_without_prompt, "row")));
    }
    lines
}

fn verdict(report: &Report) -> String {
    match (report.fault_count, report.good_rows) {
        (0, rows) => format!(
            "No faults: {} can be learned from.",
            if rows == 1 { "the row".to_owned() } else { format!("all {} rows", thousands(rows)) }
        ),
        (faults, 0) => format!("{}, and no row that can be learned from.", count(faults, "fault")),
        (faults, rows) => format!(
            "{}; {} of {} can be learned from.",
            count(faults, "fault"),
            thousands(rows),
            count(report.rows, "row")
        ),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_util::sync::CancellationToken;

    fn told(file: &str) -> String {
        let report = formats::check(file.as_bytes(), |_| {}, &CancellationToken::new()).unwrap();
        people(&report, "x.jsonl")
    }

    #[test]
    fn a_file_without_fault() {
        let rows = "{\"prompt\": \"a\", \"completion\": \"Tea\"}\n{\"prompt\": \"a\", \"completion\": \"Cup\"}\n{\"text\": \"Tea\"}\n";
        insta::assert_snapshot!(told(rows), @r##"
    The rows are of 2 shapes: 2 of the shape prompt and completion and 1 of the shape text. Other programs want one shape a file.
    JSON Lines, prompt and completion, text: 3 good rows, 2 different texts, 11 characters.
    The longest row begins on line 1 and has 4 characters.
    1 prompt leads to more than one text.
    1 row has no prompt.
    3 rows hold 2 different texts: each is learned from about 1.5 times a pass.
    No faults: all 3 rows can be learned from.
    "##);
        insta::assert_snapshot!(told("text\nTea\n"), @r##"
    CSV, text: 1 good row, 1 different text, 3 characters.
    The longest row begins on line 2 and has 3 characters.
    1 row has no prompt.
    No faults: the row can be learned from.
    "##);
    }

    #[test]
    fn faults_are_named_as_compilers_name_them() {
        insta::assert_snapshot!(told("{\"text\": \"Tea\"}\n{\"text\": 7}\n"), @r##"
    x.jsonl:2:10: text is a number, not text. Put it in double quotes if it is meant as text.
    JSON Lines, text: 1 good row, 1 different text, 3 characters.
    The longest row begins on line 1 and has 3 characters.
    1 row has no prompt.
    1 fault; 1 of 2 rows can be learned from.
    "##);
        insta::assert_snapshot!(told(&"{\"prompt\": \"a\"}\n".repeat(1102)).lines().skip(99).collect::<Vec<_>>().join("\n"), @r##"
    x.jsonl:100:1: The row has prompt but no completion. Add completion, or take the row out.
    … and 1,002 more faults.
    1,102 faults, and no row that can be learned from.
    "##);
        insta::assert_snapshot!(told(""), @r##"
    x.jsonl:1:1: The file is empty. A file of examples has rows such as {"prompt": "…", "completion": "…"}.
    1 fault, and no row that can be learned from.
    "##);
    }
}
