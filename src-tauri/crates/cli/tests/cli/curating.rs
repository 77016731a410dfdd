//! Curating from the terminal: presets, checks, decisions on many at once, files of examples.

use crate::support::{Library, has};
use serde_json::{Value, json};

#[test]
fn a_preset_is_shown_copied_changed_used_and_deleted() {
    let library = Library::with_posts();
    let all = library.json(&["presets"]);
    has(&all["items"][0], "name title built_in sentence order kinds templates holds training");
    has(&all["items"][0]["training"], "epochs learning_rate batch_size rank alpha manner");
    let mut copy = library.json(&["presets", "copy", "voice", "My own way"]);
    assert_eq!(copy["name"], "my-own-way");
    let templates = copy["templates"].as_array_mut().unwrap();
    let plain = templates.iter_mut().find(|template| template["id"] == "plain").unwrap();
    plain["prompt"] = json!("Tell it as I would: {title}");
    copy["training"]["epochs"] = json!(5);
    let file = library.path().join("mine.json");
    std::fs::write(&file, copy.to_string()).unwrap();
    library.json(&["presets", "save", file.to_str().unwrap()]);
    assert_eq!(library.json(&["examples", "build", "--preset", "my-own-way"])["preset"], "my-own-way");
    let made = library.json(&["examples", "--kind", "instruction"]);
    assert!(made["items"][0]["prompt"].as_str().unwrap().starts_with("Tell it as I would: "));
    assert_eq!(library.json(&["plan"])["recipe"]["epochs"], 5);
    copy["training"]["epochs"] = json!(0);
    std::fs::write(&file, copy.to_string()).unwrap();
    let refused = library.run(["--json", "presets", "save", file.to_str().unwrap()]);
    assert_eq!(refused.document()["error"]["message"], "The number of epochs must be from 1 to 100.");
    assert_eq!(library.json(&["presets", "delete", "my-own-way"])["preset"], "voice");
    assert_eq!(library.run(["presets", "delete", "voice"]).status(), 1);
}

#[test]
fn what_a_check_found_is_decided_on_at_once_and_taken_back() {
    let library = Library::with_posts();
    library.json(&["examples", "build", "--preset", "seed"]);
    let checks = library.json(&["examples", "checks"]);
    assert_eq!(checks["items"].as_array().unwrap().len(), 16);
    has(&checks["items"][0], "code title sentence holds examples waiting posts");
    let summary = library.json(&["examples", "drop", "--kind", "question"]);
    has(&summary, "checks imported held_out_sentence triage_at");
    let dropped = |library: &Library| {
        library.json(&["examples", "--kind", "question", "--status", "dropped"])["items"].as_array().unwrap().len()
    };
    assert_eq!(dropped(&library), 20);
    library.json(&["examples", "undo"]);
    assert_eq!(dropped(&library), 0);
    let nothing = library.run(["--json", "examples", "drop"]);
    assert_eq!((nothing.status(), &nothing.document()["error"]["code"]), (1, &json!("bad_input")));
    let off = library.json(&["examples", "hold", "too_short", "off"]);
    let check = off["checks"].as_array().unwrap().iter().find(|check| check["code"] == "too_short").unwrap();
    assert_eq!(check["holds"], false);
}

#[test]
fn an_example_is_read_whole_and_laid_beside_its_post() {
    let library = Library::with_posts();
    let id = library.json(&["examples"])["items"][0]["id"].to_string();
    let one = library.json(&["examples", "show", &id]);
    has(&one, "template made_prompt made_completion source part");
    library.json(&["examples", "edit", &id, "--completion", "Other words altogether."]);
    let diff = library.json(&["examples", "diff", &id]);
    assert!(diff["items"].as_array().unwrap().iter().any(|part| part["side"] == "only_example"));
    assert!(library.json(&["examples", "starters"])["items"].is_array());
    let plan = library.ok(["--json", "examples", "prepare", "rewrite", "--dry-run"]).events();
    has(&plan[0], "kind model pieces done refused to_do minutes usd sentence");
}

#[test]
fn a_file_of_examples_is_checked_imported_and_forgotten() {
    let library = Library::with_posts();
    let file = library.path().join("rows.jsonl");
    let row = |n: u32| {
        json!({"messages": [{"role": "user", "content": format!("Row {n}")},
        {"role": "assistant", "content": format!("What the author says of {n}. ").repeat(12)}]})
    };
    std::fs::write(&file, format!("{}\n{}\n{{\"messages\": []}}\n", row(1), row(2))).unwrap();
    let checked = library.run(["--json", "examples", "check", file.to_str().unwrap()]);
    let report = checked.document();
    assert_eq!((checked.status(), &report["good_rows"], &report["fault_count"]), (1, &json!(2), &json!(1)));
    assert_eq!(report["faults"][0]["line"], 3);
    assert_eq!(library.run(["examples", "import", file.to_str().unwrap()]).status(), 1);
    std::fs::write(&file, format!("{}\n{}\n", row(1), row(2))).unwrap();
    assert_eq!(library.ok(["examples", "check", file.to_str().unwrap()]).status(), 0);
    let came = library.json(&["examples", "import", file.to_str().unwrap()]);
    assert_eq!((&came["rows"], &came["texts"]), (&json!(2), &json!(2)));
    let rows = library.json(&["examples", "--kind", "imported"]);
    let sources: Vec<&Value> = rows["items"].as_array().unwrap().iter().map(|row| &row["source"]).collect();
    assert_eq!(sources, [&json!("rows.jsonl, line 1"), &json!("rows.jsonl, line 2")]);
    library.json(&["examples", "forget", &came["id"].to_string()]);
    assert_eq!(library.json(&["examples", "--kind", "imported"])["items"], json!([]));
    let table = library.path().join("out.csv");
    library.json(&["examples", "export", table.to_str().unwrap(), "--format", "csv"]);
    assert!(std::fs::read_to_string(table).unwrap().starts_with("prompt,completion\n"));
}
