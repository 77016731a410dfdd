//! From the sample blog to a draft, with the real model: three steps are too few to learn much and enough to see that
//! everything fits together.

use crate::support::{Library, has, models, named};
use serde_json::{Value, json};

#[test]
fn from_the_sample_blog_to_a_draft() {
    let library = Library::with_models(models());
    library.ok(["import", "sample"]);
    library.without_test_drafts();
    let short = ["--max-steps", "3", "--batch-size", "1"];
    let plan = library.json(&[&["plan"], &short[..]].concat());
    has(&plan, "engine model rendering steps tokens usd price_date minutes memory_bytes held_out_posts issues");
    assert_eq!((&plan["steps"], &plan["usd"]), (&json!(3), &json!(0.0)));
    let events = library.ok([&["--json", "train"], &short[..]].concat()).events();
    stream(&events);
    let versions = library.json(&["versions"]);
    let version = &versions["items"][0];
    has(version, "id run model engine rendering current created_at held_out_loss base_loss bits_per_byte");
    assert_eq!((&version["name"], &version["current"]), (&json!("v1"), &json!(true)));
    let run = &library.json(&["runs"])["items"][0];
    has(run, "id status engine model step steps train_loss held_out_loss usd started_at ended_at version");
    assert_eq!((&run["status"], &run["version"]), (&json!("succeeded"), &json!(1)));
    writing(&library);
    scoring(&library);
    let folder = library.json(&["versions", "export", "v1", "--to", library.path().to_str().unwrap()]);
    assert!(std::path::Path::new(folder["path"].as_str().unwrap()).join("adapter_config.json").is_file(), "{folder}");
}

#[track_caller]
fn stream(events: &[Value]) {
    let names: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!((names[0], *names.last().unwrap()), ("plan", "done"));
    assert!(names.contains(&"waiting") && names.contains(&"saved"), "{names:?}");
    let steps = named(events, "step");
    has(steps[0], "step steps epoch train_loss learning_rate tokens tokens_per_second cost_usd");
    assert_eq!(steps.iter().map(|event| event["step"].as_u64().unwrap()).collect::<Vec<_>>(), [1, 2, 3]);
    let held_out = named(events, "held_out");
    has(held_out[0], "step loss base_loss");
    assert_eq!((&held_out[0]["step"], &held_out[0]["loss"]), (&json!(0), &held_out[0]["base_loss"]));
    let done = named(events, "done")[0];
    has(done, "run version outcome");
    assert_eq!(done["version"], 1);
}

#[track_caller]
fn writing(library: &Library) {
    let prompt = "Write a blog post titled 'The night bus':";
    let write = |seed: &str| {
        let events = library.ok(["--json", "write", prompt, "--max-tokens", "20", "--seed", seed]).events();
        let done = named(&events, "done")[0].clone();
        has(&done, "text finish_reason tokens tokens_per_second version seed copied_spans");
        let pieces: String = named(&events, "token").iter().map(|event| event["text"].as_str().unwrap()).collect();
        assert_eq!(pieces.trim(), done["text"].as_str().unwrap());
        done
    };
    let (one, again, other) = (write("1"), write("1"), write("2"));
    assert_eq!((&one["text"], &one["version"]), (&again["text"], &json!("v1")));
    assert_ne!(one["text"], other["text"]);
    let people = library.ok(["write", prompt, "--max-tokens", "20", "--seed", "1"]);
    assert_eq!(people.stdout().trim(), one["text"].as_str().unwrap());
    assert!(people.stderr().contains("seed 1"), "{}", people.stderr());
}

/// An exported post scores as the run measured it: the same text after the same prompt.
#[track_caller]
fn scoring(library: &Library) {
    let measured = &library.json(&["runs", "show", "1"])["posts"][0];
    let folder = library.path().join("exported");
    library.ok(["posts", "export", folder.to_str().unwrap()]);
    let ending = format!("-{}.md", measured["post"]);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let file = files.into_iter().find(|path| path.to_str().unwrap().ends_with(&ending)).unwrap();
    let score = library.json(&["score", file.to_str().unwrap()]);
    has(&score, "nll tokens bytes bits_per_byte base_bits_per_byte");
    assert_eq!((&score["title"], &score["bytes"]), (&measured["title"], &measured["bytes"]));
    let (scored, tuned) = (score["nll"].as_f64().unwrap(), measured["tuned"].as_f64().unwrap());
    assert!((scored - tuned).abs() < 0.01, "{scored} {tuned}");
}
