use super::*;
use proptest::prelude::*;

const ORIGINAL: &str = "In 2019 Ada Lovelace sold 1,000 pears, 5% of the harvest, to three shops in Ghent. She said “never \
again will I carry pears” on https://pears.example/ada/.";

fn sentences(original: &str, paraphrase: &str) -> Vec<String> {
    missing(original, paraphrase).into_iter().map(|difference| difference.sentence).collect()
}

#[test]
fn facts_are_drawn_from_a_text() {
    let facts = Facts::of(ORIGINAL);
    let keys = |facts: &BTreeMap<String, String>| facts.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&facts.numbers), ["1000", "2019", "3", "5%"]);
    assert_eq!(keys(&facts.names), ["ada lovelace", "ghent"]);
    assert_eq!(keys(&facts.links), ["pears.example/ada"]);
    assert_eq!(keys(&facts.quotations), ["never again will i carry pears"]);
}

#[test]
fn a_paraphrase_that_keeps_everything_differs_in_nothing() {
    let paraphrase = "Ghent had 3 shops that took 1000 pears off Ada Lovelace’s hands in 2019: 5 per cent of all she had. \
                      “Never again will I carry pears”, as http://pears.example/ada has it.";
    assert_eq!(sentences(ORIGINAL, paraphrase), [""; 0]);
}

#[test]
fn what_is_lost_is_told() {
    let paraphrase = "In 2019 a woman called Ada sold pears to shops, 5% of the harvest, and said “never again”.";
    assert_eq!(
        sentences(ORIGINAL, paraphrase),
        [
            "The original has the number 1,000, and the paraphrase does not.",
            "The original has the number three, and the paraphrase does not.",
            "The original has the name Ada Lovelace, and the paraphrase does not.",
            "The original has the name Ghent, and the paraphrase does not.",
            "The original has the link https://pears.example/ada/, and the paraphrase does not.",
            "The original has the quotation “never again will I carry pears”, and the paraphrase does not.",
        ]
    );
}

#[test]
fn what_is_made_up_is_told() {
    let paraphrase = "It rained. On 12 May Bob told us “I never saw so many pears”, see www.pears.example.";
    let found = missing("It rained, and nobody was there.", paraphrase);
    let facts: Vec<(FactKind, &str)> = found.iter().map(|one| (one.kind, one.fact.as_str())).collect();
    assert!(found.iter().all(|one| one.added));
    assert_eq!(
        facts,
        [
            (FactKind::Number, "12"),
            (FactKind::Name, "May Bob"),
            (FactKind::Link, "www.pears.example"),
            (FactKind::Quotation, "I never saw so many pears"),
        ]
    );
    assert_eq!(found[0].sentence, "The paraphrase has the number 12, and the original does not.");
}

#[test]
fn another_number_is_lost_and_made_up() {
    let found = missing("We paid 40 euros.", "We paid 400 euros.");
    assert_eq!(
        found.iter().map(|one| (one.fact.as_str(), one.added)).collect::<Vec<_>>(),
        [("40", false), ("400", true)]
    );
    assert_eq!(missing("It came 3rd.", "It came third."), []);
    assert_eq!(missing("There was 1 cat.", "There was one cat."), []);
    assert_eq!(missing("One of them slept.", "It slept."), []);
}

#[test]
fn a_name_at_the_start_of_a_sentence_is_kept() {
    assert_eq!(missing("We met Martha.", "Martha met us."), []);
    assert_eq!(missing("We met the people of NASA.", "NASA people met us."), []);
}

proptest! {
    #[test]
    fn a_text_differs_from_itself_in_nothing(text in "[A-Za-z0-9 .,:%“”\"'’#\n-]{0,200}") {
        prop_assert_eq!(missing(&text, &text), []);
    }

    #[test]
    fn lost_one_way_is_made_up_the_other(one in "([A-Za-z0-9]{1,6}[ .,]){0,30}", other in "([A-Za-z0-9]{1,6}[ .,]){0,30}") {
        let facts = |found: Vec<Difference>, added| {
            let mut facts: Vec<String> =
                found.into_iter().filter(|one| one.added == added).map(|one| one.fact).collect();
            facts.sort();
            facts
        };
        prop_assert_eq!(facts(missing(&one, &other), false), facts(missing(&other, &one), true));
    }

    #[test]
    fn any_text_is_read(one in any::<String>(), other in any::<String>()) {
        missing(&one, &other);
    }
}
