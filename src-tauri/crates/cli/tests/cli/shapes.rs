//! The JSON that scripts rely on: every name that `design/cli.md` promises is there.

use crate::support::{Library, has, named, small_feed};
use serde_json::{Value, json};

const POST: &str = "id source url title published_at words state held_out";
const EXAMPLE: &str = "id post kind prompt completion tokens status flags";

#[test]
fn an_import_streams_its_posts_and_the_second_one_changes_nothing() {
    let library = Library::new();
    let feed = small_feed();
    let import = ["--json", "import", feed.to_str().unwrap()];
    let events = library.ok(import).events();
    let names: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(names, ["looking", "found", "post", "post", "post", "post", "post", "done"]);
    has(named(&events, "post")[0], "id title words state");
    let done = named(&events, "done")[0];
    has(done, "posts new changed unchanged skipped message");
    assert_eq!((&done["posts"], &done["new"], &done["skipped"]), (&json!(5), &json!(5), &json!([])));
    let again = library.ok(import).events();
    let done = named(&again, "done")[0];
    assert_eq!((&done["new"], &done["changed"], &done["unchanged"]), (&json!(0), &json!(0), &json!(5)));
    let refreshed = library.ok(["--json", "refresh"]).events();
    assert_eq!(named(&refreshed, "done")[0]["unchanged"], 5);
}

#[test]
fn posts_are_listed_searched_paged_read_and_left_out() {
    let library = Library::with_posts();
    let all = library.json(&["posts"]);
    assert_eq!((all["items"].as_array().unwrap().len(), &all["next"]), (5, &Value::Null));
    has(&all["items"][0], POST);
    let page = library.json(&["posts", "--limit", "2"]);
    let next = page["next"].as_str().unwrap();
    let rest = library.json(&["posts", "--limit", "9", "--cursor", next]);
    assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (3, &Value::Null));
    let found = library.json(&["posts", "--search", "tortoise"]);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    let id = found["items"][0]["id"].to_string();
    let one = library.json(&["posts", "show", &id]);
    has(&one, POST);
    has(&one, "markdown html training_text");
    assert_eq!(library.json(&["posts", "exclude", &id])["items"][0]["state"], "excluded");
    assert_eq!(library.json(&["posts", "include", &id])["items"][0]["state"], "included");
}

#[test]
fn posts_are_exported_whole_in_every_format_and_never_over_something() {
    let library = Library::with_posts();
    let export = |format: &str| {
        let folder = library.path().join(format);
        let told = library.json(&["posts", "export", folder.to_str().unwrap(), "--format", format]);
        assert_eq!(told["posts"], 5);
        let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    };
    let markdown = export("markdown");
    assert_eq!(markdown.len(), 5);
    let first = std::fs::read_to_string(&markdown[0]).unwrap();
    assert!(first.starts_with("---\ntitle: \"The first \\\"quiet\\\" morning\"\n"), "{first}");
    assert_eq!(export("text").len(), 5);
    let json: Value = serde_json::from_slice(&std::fs::read(&export("json")[0]).unwrap()).unwrap();
    has(&json[0], POST);
    assert_eq!(std::fs::read_to_string(&export("jsonl")[0]).unwrap().lines().count(), 5);
    let again = library.run(["--json", "posts", "export", library.path().join("text").to_str().unwrap()]);
    assert_eq!((again.status(), &again.document()["error"]["code"]), (1, &json!("bad_input")));
}

#[test]
fn examples_are_listed_decided_on_edited_and_exported() {
    let library = Library::with_posts();
    let all = library.json(&["examples"]);
    let items = all["items"].as_array().unwrap();
    has(&items[0], EXAMPLE);
    let kept: Vec<&Value> = items.iter().filter(|e| e["status"] == "kept" && e["held_out"] == false).collect();
    let id = kept[0]["id"].to_string();
    assert_eq!(library.json(&["examples", "drop", &id])["items"][0]["status"], "dropped");
    let dropped = library.json(&["examples", "--status", "dropped"]);
    assert_eq!(dropped["items"].as_array().unwrap().len(), 1);
    library.json(&["examples", "undo"]);
    assert_eq!(library.json(&["examples", "--status", "dropped"])["items"], json!([]));
    let edited = library.json(&["examples", "edit", &id, "--prompt", "Write about mornings:"]);
    assert_eq!(
        (&edited["items"][0]["prompt"], &edited["items"][0]["edited"]),
        (&json!("Write about mornings:"), &json!(true))
    );
    assert!(library.json(&["examples", "--kind", "question"])["items"].as_array().unwrap().len() > 4);
    assert_eq!(library.json(&["examples", "--flag", "duplicate"])["items"], json!([]));
    assert_eq!(library.json(&["examples", "build", "--preset", "seed"])["preset"], "seed");
    assert_eq!(library.json(&["examples", "build", "--preset", "voice"])["preset"], "voice");
    let file = library.path().join("examples.jsonl");
    let told = library.json(&["examples", "export", file.to_str().unwrap(), "--format", "messages"]);
    let lines = std::fs::read_to_string(file).unwrap();
    assert_eq!(told["examples"], lines.lines().count());
    assert!(lines.contains("Write about mornings:") && lines.starts_with("{\"messages\":"), "{lines}");
}

#[test]
fn the_library_is_told_in_numbers_and_in_a_portrait() {
    let library = Library::with_posts();
    let stats = library.json(&["stats"]);
    has(&stats, "posts words held_out_posts examples tokens tokens_per_epoch exposure duplicates sources");
    has(&stats["examples"], "completion instruction question");
    assert_eq!((&stats["posts"], &stats["held_out_posts"], &stats["duplicates"]), (&json!(5), &json!(2), &json!(0)));
    has(&library.json(&["portrait"]), "posts words mean_sentence_words marks words_used openings phrases");
    let models = library.json(&["models"]);
    has(&models["items"][0], "name engine installed bytes licence memory_bytes");
    assert_eq!(library.json(&["runs"]), json!({"items": [], "next": null}));
    assert_eq!(library.json(&["versions"]), json!({"items": [], "next": null}));
}

#[test]
fn people_get_aligned_text_and_notices_on_the_other_stream() {
    let library = Library::with_posts();
    let posts = library.ok(["posts"]);
    assert!(posts.stdout().starts_with("ID  DATE        WORDS  STATE     TITLE\n"), "{}", posts.stdout());
    let feed = small_feed();
    let import = library.ok(["import", feed.to_str().unwrap()]);
    assert_eq!(import.stdout(), "Small hours: Nothing new: all 5 posts were here already, unchanged.\n");
    assert!(import.stderr().contains("5 of 5"), "{}", import.stderr());
    assert_eq!(library.ok(["--quiet", "import", feed.to_str().unwrap()]).stderr(), "");
}
