use super::*;
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

const POST: &str = "We went to Ostend on the slow train, because the fast one had been cancelled and nobody at the station \
could say why. Martha had packed 12 boiled eggs, which lasted exactly as far as Bruges.\n\n\
## The harbour\n\n\
The harbour is smaller than I remembered. Twenty years ago the ferries to Dover still left from the long quay, and the \
whole town smelled of diesel and fried fish. Today there are sailing boats, and a café that sells oat milk for €4.50.\n\n\
We walked along the beach until the wind became too strong. An old fisherman told us that the sand moves three metres \
every winter, and that the town pays a dredging company to bring it back each spring.\n\n\
On the way home I thought about why I like places that are past their best. They ask nothing of you, and the waiters \
have time to talk.";

const GERMAN: &str = "Gestern bin ich mit dem Fahrrad an den Fluss gefahren, weil das Wetter endlich wieder schön war. \
Am Ufer saßen ein paar alte Leute und fütterten die Enten, obwohl das auf einem Schild verboten wird.\n\n\
Die Stadtverwaltung hat 2019 neue Bänke aufgestellt. Sie kosten 3.400 Euro und sind so unbequem, dass niemand lange \
sitzen bleibt.\n\n\
Auf dem Heimweg habe ich bei der Bäckerei Lindner angehalten und zwei Mohnkuchen gekauft, von denen einer die Fahrt \
nicht überlebt hat.";

fn shares_a_run(notes: &[String], text: &str) -> bool {
    Grams::of(&notes.join("\n"), RUN).shared_with(&Grams::of(&plain_text(text), RUN)) > 0
}

fn hold_the_rules(notes: &[String], text: &str) {
    assert!((3..=8).contains(&notes.len()), "{notes:#?}");
    for note in notes {
        assert!((3..=14).contains(&count_words(note)), "{note}");
        assert!(!note.ends_with('.'), "{note}");
    }
    assert!(!shares_a_run(notes, text), "{notes:#?}");
}

#[test]
fn notes_name_what_a_post_is_about() {
    let notes = notes("A day in Ostend", POST);
    hold_the_rules(&notes, POST);
    let all = notes.join("\n");
    for part in ["Ostend", "12 boiled eggs", "harbour", "€4.50", "dredging company"] {
        assert!(all.contains(part), "{part} is not in {notes:#?}");
    }
    let at = |part: &str| all.find(part).unwrap();
    assert!(at("12 boiled eggs") < at("€4.50") && at("€4.50") < at("dredging company"));
}

#[test]
fn notes_are_taken_in_the_texts_language() {
    let notes = notes("Am Fluss", GERMAN);
    hold_the_rules(&notes, GERMAN);
    let all = notes.join("\n");
    for part in ["2019", "3.400 Euro", "Bäckerei Lindner"] {
        assert!(all.contains(part), "{part} is not in {notes:#?}");
    }
    let small = all.unicode_words().filter(|word| ["und", "die", "der", "dass", "nicht"].contains(word)).count();
    assert_eq!(small, 0, "{notes:#?}");
}

#[test]
fn a_long_post_gets_eight_notes_and_a_short_one_none() {
    let long: Vec<String> = (0..30).map(|nth| format!("In the year {nth} {}", &POST[..300])).collect();
    assert_eq!(notes("Ostend", &long.join("\n\n")).len(), 8);
    assert_eq!(notes("Ostend", "A short greeting, and nothing else of note."), [""; 0]);
    assert_eq!(notes("", ""), [""; 0]);
}

#[test]
fn one_long_paragraph_gets_notes_too() {
    let text = POST.replace("\n\n", " ").replace("## The harbour", "");
    hold_the_rules(&notes("", &text), &text);
}

#[test]
fn marks_of_footnotes_are_no_notes() {
    let text = POST.replace("diesel", "diesel¹").replace("winter, and", "winter, and 3, and");
    let all = notes("", &text).join(" ");
    assert!(!all.contains('¹') && !all.unicode_words().any(|word| word == "3"), "{all}");
}

/// Paragraphs in made-up words, some of them frequent and short, with marks and capitals strewn in.
fn some_text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        3 => "(ka|zu|the|and|of|to|a)",
        4 => "[a-z]{3,9}",
        1 => "[A-Z][a-zäöü]{2,8}",
        1 => "[0-9]{1,4}%?",
    ];
    let mark = prop_oneof![8 => Just(" "), 1 => Just(", "), 1 => Just(". "), 1 => Just("; "), 1 => Just("\n\n")];
    proptest::collection::vec((word, mark), 0..250)
        .prop_map(|words| words.into_iter().map(|(word, mark)| format!("{word}{mark}")).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_run_of_the_text_stands_in_its_notes(text in some_text()) {
        let taken = notes("A title", &text);
        prop_assert!(taken.len() <= 8);
        prop_assert!(!shares_a_run(&taken, &text), "{:#?}", taken);
        for note in &taken {
            prop_assert!((3..=14).contains(&count_words(note)), "{}", note);
        }
        prop_assert_eq!(taken, notes("A title", &text));
    }

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        notes(&text, &text.repeat(30));
    }
}
