//! Wrong usage ends with 2, bad input with 1 and two sentences, and nothing that was there is lost.

use crate::support::{Library, models, small_feed};
use idiolect_core::engine::models::DEFAULT;
use serde_json::json;
use std::io::{Seek, SeekFrom, Write};

#[track_caller]
fn refused(library: &Library, arguments: &[&str], code: &str) -> (String, String) {
    let answer = library.run([&["--json"], arguments].concat());
    let last = answer.stdout().lines().last().map(str::to_owned).unwrap_or_default();
    let error = serde_json::from_str::<serde_json::Value>(&last).unwrap()["error"].take();
    assert_eq!((answer.status(), &error["code"]), (1, &json!(code)), "{error}");
    let text = |field: &str| error[field].as_str().unwrap_or_default().to_owned();
    (text("message"), text("hint"))
}

#[test]
fn wrong_usage_ends_with_2() {
    let library = Library::new();
    let wrong: [&[&str]; 8] = [
        &[],
        &["retrain"],
        &["posts", "show", "first"],
        &["examples", "--kind", "poem"],
        &["train", "--engine", "tinker"],
        &["examples", "edit", "1"],
        &["versions", "promote", "two"],
        &["import"],
    ];
    for arguments in wrong {
        assert_eq!(library.run(arguments).status(), 2, "{arguments:?}");
    }
}

#[test]
fn what_is_not_there_is_an_error_in_json_and_two_lines_for_people() {
    let library = Library::with_posts();
    let (message, hint) = refused(&library, &["posts", "show", "99"], "not_found");
    assert_eq!(message, "Post 99 is not in this library.");
    let people = library.run(["posts", "show", "99"]);
    assert_eq!((people.status(), people.stdout()), (1, String::new()));
    assert_eq!(people.stderr(), format!("{message}\n{hint}\n"));
    refused(&library, &["runs", "resume", "7"], "not_found");
    refused(&library, &["versions", "promote", "v7"], "not_found");
    refused(&library, &["import", "./not-there.xml"], "not_found");
    refused(&library, &["import", library.path().to_str().unwrap()], "bad_input");
}

#[test]
fn a_file_without_posts_and_one_that_is_cut_leave_the_library_as_it_was() {
    let library = Library::with_posts();
    let before = library.json(&["posts"]);
    let (picture, cut) = (library.path().join("picture.png"), library.path().join("cut.xml"));
    std::fs::write(&picture, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01").unwrap();
    let whole = std::fs::read(small_feed()).unwrap();
    std::fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    refused(&library, &["import", picture.to_str().unwrap()], "not_a_feed");
    refused(&library, &["import", cut.to_str().unwrap()], "feed_cut_short");
    assert_eq!(library.json(&["posts"]), before);
}

#[test]
fn one_bad_source_does_not_keep_the_others_out() {
    let library = Library::new();
    let feed = small_feed();
    let (message, _) = refused(&library, &["import", "./not-there.xml", feed.to_str().unwrap()], "not_found");
    assert_eq!(message, "There is no file ./not-there.xml.");
    assert_eq!(library.json(&["posts"])["items"].as_array().unwrap().len(), 5);
}

#[test]
fn a_library_of_a_newer_version_is_left_untouched() {
    let library = Library::with_posts();
    let connection = rusqlite::Connection::open(library.database()).unwrap();
    connection.pragma_update(None, "user_version", 9999).unwrap();
    drop(connection);
    let before = std::fs::read(library.database()).unwrap();
    let (message, hint) = refused(&library, &["posts"], "database_newer");
    assert!(message.contains("newer version") && !hint.is_empty(), "{message}");
    assert_eq!(std::fs::read(library.database()).unwrap(), before);
}

#[test]
fn a_model_that_is_missing_or_has_one_byte_changed_is_named() {
    let library = Library::with_posts();
    let (message, hint) = refused(&library, &["plan", "--model", "no-such-model"], "model_missing");
    assert!(message.contains("no-such-model") && hint.contains("cargo xtask model"), "{message} {hint}");
    let copy = library.path().join("models").join(DEFAULT.file);
    std::fs::create_dir_all(copy.parent().unwrap()).unwrap();
    std::fs::copy(models().join(DEFAULT.file), &copy).unwrap();
    let mut file = std::fs::File::options().read(true).write(true).open(&copy).unwrap();
    file.seek(SeekFrom::Start(60_000_000)).unwrap();
    let mut byte = [0u8; 1];
    std::io::Read::read_exact(&mut file, &mut byte).unwrap();
    file.seek(SeekFrom::Start(60_000_000)).unwrap();
    file.write_all(&[byte[0] ^ 1]).unwrap();
    drop(file);
    for command in ["plan", "train"] {
        let (message, hint) = refused(&library, &[command], "model_damaged");
        assert!(message.contains(DEFAULT.file) && hint.contains("Delete"), "{message} {hint}");
    }
    assert_eq!(library.json(&["runs"])["items"], json!([]));
}

#[test]
fn there_must_be_something_to_learn_from_and_to_read() {
    let library = Library::new();
    refused(&library, &["train"], "nothing_to_train");
    refused(&library, &["portrait"], "not_found");
    refused(&library, &["refresh"], "not_found");
    refused(&library, &["score", "not-there.md"], "not_found");
    refused(&library, &["train", "--budget", "NaN"], "bad_input");
}

#[test]
fn a_key_is_never_repeated() {
    let library = Library::new();
    let mut child = library
        .command(["--json", "key", "set"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"tml-hush hush\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let shown = [output.stdout, output.stderr].concat();
    let shown = String::from_utf8(shown).unwrap();
    assert!(!output.status.success() && shown.contains("bad_input") && !shown.contains("hush"), "{shown}");
}
