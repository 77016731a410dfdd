//! What is written here is found clean here and reads back as the same rows.

use super::*;
use proptest::prelude::*;

fn written(rows: &[(String, String)], format: ExportFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    assert_eq!(
        write(rows.iter().map(|(one, two)| (one, two)), format, &mut bytes).expect("written"),
        rows.len() as u64
    );
    bytes
}

/// Any text, with more of what is awkward than chance would bring.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        prop::sample::select(vec![
            "\"", "\n", "\r", "\r\n", "\t", ",", "\\", "\u{2028}", "\u{feff}", " ", "{", "[", ";", "\u{85}"
        ])
        .prop_map(str::to_owned),
        "[a-z ]{0,12}",
    ];
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat().replace('\0', ""))
}

fn learnable() -> impl Strategy<Value = String> {
    text().prop_filter("something to learn", |text| !text.trim().is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn rows_come_back(rows in prop::collection::vec((text(), learnable()), 1..8)) {
        for format in ExportFormat::ALL {
            let bytes = written(&rows, format);
            let report = checked(&bytes);
            prop_assert_eq!(&report.faults, &[], "{:?}", format);
            prop_assert_eq!(report.rows, rows.len() as u64);
            prop_assert_eq!(&report.notes, &Vec::<String>::new());
            let back = read(&bytes);
            if format == ExportFormat::Text {
                let joined = |(prompt, text): &(String, String)| match prompt.is_empty() {
                    true => text.clone(),
                    false => format!("{prompt}\n\n{text}"),
                };
                prop_assert_eq!(back, rows.iter().map(|row| (String::new(), joined(row))).collect::<Vec<_>>());
            } else {
                prop_assert_eq!(back, rows.clone());
            }
        }
    }

    #[test]
    fn nothing_that_comes_is_too_much(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let report = checked(&bytes);
        prop_assert_eq!(report.good_rows + report.fault_count > 0, true);
    }

    #[test]
    fn a_file_cut_anywhere_is_read_up_to_there(cut in 0usize..400) {
        let rows: Vec<(String, String)> = (0..9).map(|n| (format!("p {n}"), format!("“t” {n}\n"))).collect();
        for format in ExportFormat::ALL {
            let whole = written(&rows, format);
            let bytes = &whole[..cut.min(whole.len())];
            let back: Vec<Row> = super::rows(bytes).filter_map(Result::ok).collect();
            let same = back.iter().zip(&rows).filter(|(row, (_, text))| row.completion.ends_with(text.as_str())).count();
            prop_assert_eq!(same, back.len());
        }
    }

    #[test]
    fn a_list_reads_as_its_lines_do(rows in prop::collection::vec((text(), learnable()), 1..8)) {
        let bytes = written(&rows, ExportFormat::Messages);
        let lines = String::from_utf8(bytes).expect("UTF-8");
        prop_assert_eq!(read(format!("[{}]", lines.trim_end().replace('\n', ",\n"))), rows);
    }
}

#[test]
fn the_bytes_are_these() {
    let rows = [pair("Ask \"it\"", "Caf\u{e9}\u{2028}\n\tTea\u{7}"), pair("", "Cup, cup")];
    let shown = |format| String::from_utf8(written(&rows, format)).expect("UTF-8");
    assert_eq!(
        shown(ExportFormat::PromptCompletion),
        "{\"prompt\":\"Ask \\\"it\\\"\",\"completion\":\"Café\\u2028\\n\\tTea\\u0007\"}\n{\"prompt\":\"\",\"completion\":\"Cup, cup\"}\n"
    );
    assert_eq!(
        shown(ExportFormat::Messages),
        "{\"messages\":[{\"role\":\"user\",\"content\":\"Ask \\\"it\\\"\"},{\"role\":\"assistant\",\"content\":\"Café\\u2028\\n\\tTea\\u0007\"}]}\n{\"messages\":[{\"role\":\"assistant\",\"content\":\"Cup, cup\"}]}\n"
    );
    assert_eq!(
        shown(ExportFormat::Text),
        "{\"text\":\"Ask \\\"it\\\"\\n\\nCafé\\u2028\\n\\tTea\\u0007\"}\n{\"text\":\"Cup, cup\"}\n"
    );
    assert_eq!(
        shown(ExportFormat::Csv),
        "prompt,completion\n\"Ask \"\"it\"\"\",\"Café\u{2028}\n\tTea\u{7}\"\n\"\",\"Cup, cup\"\n"
    );
}

#[test]
fn formats_have_names() {
    for format in ExportFormat::ALL {
        assert_eq!(format.name().parse::<ExportFormat>().expect("a format"), format);
    }
    let error = "xml".parse::<ExportFormat>().expect_err("no format");
    assert_eq!(error.message, "'xml' is no format for examples.");
}
