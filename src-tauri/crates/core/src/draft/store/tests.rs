use super::*;
use crate::library::tests::{at, library, library_at};

#[test]
fn a_draft_is_kept_listed_and_deleted() {
    let (_folder, core) = library();
    let mut changes = core.changes();
    let draft = create(&core, "  On\nboats ").unwrap();
    assert_eq!((draft.title.as_str(), draft.revision), ("On boats", 1));
    let body = "Some *words* about [boats](https://a.example/one-two-three).\n\n- it's\n";
    let saved = save(&core, draft.id, "On boats", body, 1).unwrap();
    assert_eq!((saved.revision, saved.body.as_str()), (2, body));
    assert_eq!(get(&core, draft.id).unwrap(), saved);
    let rows = list(&core).unwrap();
    assert_eq!((rows[0].words, rows[0].excerpt.as_str()), (5, "Some words about boats. it's"));
    delete(&core, draft.id).unwrap();
    assert_eq!(get(&core, draft.id).unwrap_err().code, Code::NotFound);
    assert_eq!(delete(&core, draft.id).unwrap_err().code, Code::NotFound);
    assert!(list(&core).unwrap().is_empty());
    for _ in 0..3 {
        assert_eq!(changes.try_recv().unwrap(), Topic::Drafts);
    }
    assert!(changes.try_recv().is_err(), "only what was persisted is published");
}

#[test]
fn a_save_built_on_an_older_revision_overwrites_nothing() {
    let (_folder, core) = library();
    let draft = create(&core, "").unwrap();
    save(&core, draft.id, "", "here", 1).unwrap();
    let error = save(&core, draft.id, "", "there", 1).unwrap_err();
    assert_eq!(error.code, Code::ChangedElsewhere);
    assert_eq!(get(&core, draft.id).unwrap().body, "here");
    assert_eq!(save(&core, draft.id, "", "here", 1).unwrap().revision, 2, "the same text is no conflict");
}

#[test]
fn the_id_of_a_deleted_draft_is_not_given_to_another() {
    let (_folder, core) = library();
    let first = create(&core, "first").unwrap();
    delete(&core, first.id).unwrap();
    let second = create(&core, "second").unwrap();
    assert_ne!(first.id, second.id);
    assert_eq!(save(&core, first.id, "first", "late", 1).unwrap_err().code, Code::NotFound);
}

#[test]
fn the_last_text_of_each_minute_stays() {
    let (folder, core) = library_at(at(0));
    let draft = create(&core, "t").unwrap();
    for second in [1, 20, 50, 61, 90, 130] {
        let core = library_at_again(&folder, second);
        let revision = get(&core, draft.id).unwrap().revision;
        save(&core, draft.id, "t", &format!("text of second {second}"), revision).unwrap();
    }
    let kept: Vec<_> = history(&core, draft.id).unwrap().into_iter().map(|earlier| earlier.body).collect();
    assert_eq!(kept, ["text of second 90", "text of second 50"]);
}

#[test]
fn a_passage_that_was_cut_stays_even_within_a_minute() {
    let (_folder, core) = library();
    let draft = create(&core, "").unwrap();
    let long = "a long passage ".repeat(20);
    for (revision, body) in [long.as_str(), "", "n", "ne", "new"].into_iter().enumerate() {
        save(&core, draft.id, "", body, revision as u32 + 1).unwrap();
    }
    assert!(history(&core, draft.id).unwrap().iter().any(|earlier| earlier.body == long));
}

#[test]
fn the_history_is_bounded() {
    let (_folder, core) = library();
    let draft = create(&core, "").unwrap();
    for revision in 1..100 {
        save(
            &core,
            draft.id,
            "",
            &format!("{revision} {}", "x".repeat(300 + revision as usize % 2)).repeat(2),
            revision,
        )
        .unwrap();
    }
    assert_eq!(history(&core, draft.id).unwrap().len(), MOST_EARLIER as usize);
}

#[test]
fn texts_too_long_are_refused_whole() {
    let (_folder, core) = library();
    assert_eq!(create(&core, &"t".repeat(301)).unwrap_err().code, Code::BadInput);
    let draft = create(&core, "").unwrap();
    let error = save(&core, draft.id, "", &"x".repeat(LONGEST_BODY + 1), 1).unwrap_err();
    assert_eq!(error.code, Code::BadInput);
    assert_eq!(get(&core, draft.id).unwrap().revision, 1);
}

#[test]
fn an_excerpt_ends_between_words() {
    let text = excerpt(&"lorem ipsum ".repeat(40));
    assert!(text.ends_with("ipsum…") || text.ends_with("lorem…"), "{text}");
    assert!(text.chars().count() <= EXCERPT + 1);
}

#[test]
fn what_a_save_takes_out_is_measured_between_what_stays() {
    assert_eq!(taken_out("abcdef", "abXef"), 2);
    assert_eq!(taken_out("aaaa", "aa"), 2);
    assert_eq!(taken_out("aa", "aaaa"), 0);
    assert_eq!(taken_out("same", "same"), 0);
    assert_eq!(taken_out("gone", ""), 4);
}

fn library_at_again(folder: &tempfile::TempDir, second: i64) -> Core {
    crate::library::tests::open(folder.path(), at(second))
}
