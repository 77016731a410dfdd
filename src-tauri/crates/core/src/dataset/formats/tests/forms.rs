//! Every shape and form that is read, and what the report says of it.

use super::*;

const LINES: &str = r#"{"prompt": "Write of tea.", "completion": "Tea.", "extra": {"a": [1, null]}}
{"completion":"Café\n\n“Tide”","prompt":""}
"#;

#[test]
fn prompt_and_completion() {
    assert_eq!(read(LINES), [pair("Write of tea.", "Tea."), pair("", "Café\n\n“Tide”")]);
    let lines: Vec<u64> = rows(LINES.as_bytes()).map(|row| row.expect("a row").line).collect();
    assert_eq!(lines, [1, 2]);
    insta::assert_json_snapshot!(checked(LINES), @r#"
    {
      "form": "json_lines",
      "shapes": [
        {
          "shape": "prompt_completion",
          "rows": 2
        }
      ],
      "rows": 2,
      "good_rows": 2,
      "faults": [],
      "fault_count": 0,
      "notes": [],
      "distinct_texts": {
        "number": 2,
        "exact": true
      },
      "contradicting_prompts": {
        "number": 0,
        "exact": true
      },
      "characters": 29,
      "longest": {
        "line": 1,
        "characters": 17
      },
      "empty_completions": 0,
      "rows_without_prompt": 1,
      "repeats": null,
      "bytes": 126
    }
    "#);
}

#[test]
fn messages() {
    let one = r#"{"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Tea?"}, {"role": "assistant", "content": "Yes.", "weight": 0}, {"role": "user", "content": ""}, {"role": "user", "content": [{"type": "text", "text": "With "}, {"type": "text", "text": "milk?"}]}, {"role": "assistant", "content": "No.", "weight": 1, "name": "Ann"}]}"#;
    assert_eq!(read(one), [pair("Be brief.\n\nTea?\n\nYes.\n\nWith milk?", "No.")]);
    let alone = r#"{"messages": [{"content": "Tea.", "role": "assistant"}], "prompt": null}"#;
    assert_eq!(read(alone), [pair("", "Tea.")]);
    assert_eq!(checked(alone).shapes[0].shape, Shape::Messages);
}

#[test]
fn prompt_and_completion_as_messages() {
    let row = r#"{"prompt": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Tea?"}], "completion": [{"role": "assistant", "content": "Yes."}]}"#;
    assert_eq!(read(row), [pair("Be brief.\n\nTea?", "Yes.")]);
    assert_eq!(checked(row).shapes[0].shape, Shape::PromptCompletionMessages);
}

#[test]
fn text_and_instruction() {
    let rows = "{\"text\": \"Tea.\"}\n{\"instruction\": \"Write.\", \"input\": \"Of tea.\", \"output\": \"Tea.\"}\n{\"instruction\": \"Write.\", \"input\": \"\", \"output\": \"Cup.\"}\n";
    assert_eq!(read(rows), [pair("", "Tea."), pair("Write.\n\nOf tea.", "Tea."), pair("Write.", "Cup.")]);
    let report = checked(rows);
    assert_eq!(
        report.notes,
        [
            "The rows are of 2 shapes: 1 of the shape text and 2 of the shape instruction and output. Other programs want one shape a file."
        ]
    );
    assert_eq!((report.fault_count, report.rows_without_prompt), (0, 1));
}

#[test]
fn csv() {
    let file = "id,completion,prompt\r\n1,\"Tea, \"\"hot\"\".\r\n\r\nCup.\",Write.\r\n2, kettle \"A\" ,\r\n";
    assert_eq!(read(file), [pair("Write.", "Tea, \"hot\".\r\n\r\nCup."), pair("", " kettle \"A\" ")]);
    let report = checked(file);
    assert_eq!(report.form, Some(Form::Csv));
    assert_eq!(report.notes, ["Lines end with CR LF, as on Windows; that is fine."]);
    assert_eq!(report.longest, Some(Longest { line: 2, characters: 25 }));
    let lines: Vec<u64> = rows(file.as_bytes()).map(|row| row.expect("a row").line).collect();
    assert_eq!(lines, [2, 5]);
    assert_eq!(read("text\nTea.\n\"\"\"Cup\"\"\""), [pair("", "Tea."), pair("", "\"Cup\"")]);
}

#[test]
fn a_json_list() {
    let file = " [ {\"prompt\": \"[\\\"{\", \"completion\": \"Tea\"} ,\n{\"text\":\n\"\\\\\"}]\n";
    assert_eq!(read(file), [pair("[\"{", "Tea"), pair("", "\\")]);
    assert_eq!(checked(file).form, Some(Form::JsonArray));
    let lines: Vec<u64> = rows(file.as_bytes()).map(|row| row.expect("a row").line).collect();
    assert_eq!(lines, [1, 2]);
}

#[test]
fn marks_line_ends_and_empty_lines_are_noted() {
    let file = "\u{feff}{\"text\": \"Tea\"}\r\n\r\n  \r\n{\"text\": \"Cup\"}";
    assert_eq!(read(file), [pair("", "Tea"), pair("", "Cup")]);
    assert_eq!(
        checked(file).notes,
        [
            "The file begins with a byte order mark; it is skipped.",
            "Lines end with CR LF, as on Windows; that is fine.",
            "2 lines are empty and were skipped; the first is line 2.",
        ]
    );
    assert_eq!(read("\u{feff}text\nTea\n"), [pair("", "Tea")]);
    let old = "{\"text\": \"Tea\"}\r{\"text\": \"Cup\"}\r\r";
    assert_eq!(read(old), [pair("", "Tea"), pair("", "Cup")]);
    assert_eq!(
        checked(old).notes,
        [
            "Lines end with CR alone, as on old Macs; other programs may see one single line.",
            "Line 3 is empty and was skipped.",
        ]
    );
}

#[test]
fn a_field_that_is_there_twice_is_noted() {
    let file = "{\"text\": \"Tea\", \"text\": \"Cup\"}\n";
    assert_eq!(read(file), [pair("", "Cup")]);
    assert_eq!(
        checked(file).notes,
        ["The row on line 1 has text more than once; the last one counts, and other programs may refuse it."]
    );
    assert_eq!(
        checked(file.repeat(2)).notes,
        [
            "2 rows have a field more than once, the first on line 1 (text); the last one counts, and other programs may refuse it."
        ]
    );
}

#[test]
fn many_rows_of_few_texts_are_told() {
    let row = |prompt: usize, text: usize| format!("{{\"prompt\": \"p{prompt}\", \"completion\": \"t{text}\"}}\n");
    let report = checked((0..114).map(|number| row(number % 50, number % 21)).collect::<String>());
    assert_eq!(
        report.repeats.as_deref(),
        Some("114 rows hold 21 different texts: each is learned from about 5 times a pass.")
    );
    assert_eq!(report.distinct_texts, Count { number: 21, exact: true });
    // Prompts 0 to 49 come two or three times, each time 50 texts further, which is never the same modulo 21.
    assert_eq!(report.contradicting_prompts.number, 50);
    let of =
        |rows: usize, texts: usize| checked((0..rows).map(|number| row(number, number % texts)).collect::<String>());
    assert_eq!(of(10, 7).repeats, None);
    assert_eq!(
        of(10, 6).repeats.as_deref(),
        Some("10 rows hold 6 different texts: each is learned from about 1.5 times a pass.")
    );
    assert_eq!(of(3, 1).repeats.as_deref(), Some("3 rows hold 1 text: it is learned from about 3 times a pass."));
}
