use super::*;
use crate::dataset::hash;

fn post(id: u32, title: &str, text: &str) -> PostInput {
    PostInput {
        id: PostId(id),
        key: format!("blog.example/{id}"),
        title: title.into(),
        text: text.into(),
        ..PostInput::default()
    }
}

fn made(post: PostInput, preset: &Preset) -> Vec<Candidate> {
    generate(&[post], preset, &Paraphrases::new())
}

fn of_kind(examples: &[Candidate], kind: Kind) -> Vec<&Candidate> {
    examples.iter().filter(|example| example.kind == kind).collect()
}

#[test]
fn the_old_recipe_gives_its_prompts_word_for_word() {
    let text = "A first paragraph of fitting length.\n\nSecond.\n\nThird.\n\nFourth.";
    let made = made(post(1, "What Is It?", text), &Preset::seed());
    let prompts: Vec<&str> = made.iter().map(|example| example.prompt.as_str()).collect();
    assert_eq!(
        prompts,
        [
            "Write a blog post titled 'What Is It?':",
            "Write a blog post titled 'What Is It?'",
            "Write a blog post titled 'What Is It?'. Start with: A first paragraph of fitting length....",
            "What did you write about What Is It??",
            "Can you summarize your thoughts on 'What Is It?'?",
            "Tell me about 'What Is It?'",
            "What are your views on what is it??",
        ]
    );
    assert_eq!(made[4].completion, "A first paragraph of fitting length.\n\nSecond.\n\nThird.");
    assert!(made.iter().enumerate().all(|(i, example)| i == 4 || example.completion == text));
}

#[test]
fn file_order_is_kind_by_kind_with_the_newest_post_first() {
    let posts = [post(2, "New", "text"), post(1, "Old", "text")];
    let made = generate(&posts, &Preset::seed(), &Paraphrases::new());
    let order: Vec<(Kind, u32)> = made.iter().map(|e| (e.kind, e.post.0)).collect();
    assert_eq!(
        order[..4],
        [(Kind::Completion, 2), (Kind::Completion, 1), (Kind::Instruction, 2), (Kind::Instruction, 1)]
    );
}

#[test]
fn voice_asks_without_doubled_marks_or_lower_cased_names() {
    for example in made(post(1, "Who Is Ada?", "text"), &Preset::voice()) {
        assert!(!example.prompt.contains("??"), "{}", example.prompt);
        assert!(example.prompt.contains("Who Is Ada?"), "{}", example.prompt);
    }
}

#[test]
fn a_whole_post_stands_under_its_title_subtitle_and_date() {
    let input = PostInput { subtitle: "On leaves".into(), date: "2026-03-01".into(), ..post(1, "Tea", "text") };
    assert_eq!(made(input, &Preset::voice())[0].prompt, "Tea\nOn leaves\n2026-03-01");
}

#[test]
fn every_form_of_a_post_learns_all_of_it() {
    let long = "Some words on leaves and water, in a row. ".repeat(8);
    let long = long.trim();
    let text = format!("{long}\n\n## Green\n\n{long} Green.\n\n## Black\n\n{long} Black.");
    let input = PostInput { notes: "- leaves\n- water".into(), ..post(1, "Tea", &text) };
    let plain = parts::passages(&text).iter().map(|passage| (hash(passage), "It is about tea.".to_owned())).collect();
    let made = generate(&[input], &Preset::voice(), &plain);
    for kind in [Kind::Completion, Kind::Section, Kind::Continue, Kind::Brief, Kind::Rewrite] {
        let texts: Vec<&str> = of_kind(&made, kind).iter().map(|example| example.completion.as_str()).collect();
        assert_eq!(texts.join("\n\n"), text, "{kind:?}");
    }
    let sections = of_kind(&made, Kind::Section);
    assert_eq!(sections[0].prompt, "Write the opening of a blog post titled 'Tea'");
    assert_eq!(sections[1].prompt, "Write the section 'Green' of a blog post titled 'Tea'");
    assert_eq!(sections[1].place, "blog.example/1#section/section/Green");
    let rest = of_kind(&made, Kind::Continue)[1];
    assert!(rest.prompt.starts_with("Continue this blog post titled 'Tea':\n\nSome words"), "{}", rest.prompt);
    assert_eq!(
        of_kind(&made, Kind::Brief)[0].prompt,
        "Write a blog post titled 'Tea' from these notes:\n- leaves\n- water"
    );
    assert_eq!(of_kind(&made, Kind::Rewrite)[0].prompt, "Say this in your own voice:\n\nIt is about tea.");
}

#[test]
fn a_post_is_rewritten_only_where_half_of_it_has_paraphrases() {
    let text = (0..4).map(|i| format!("{i} {}", "word ".repeat(50).trim())).collect::<Vec<_>>().join("\n\n");
    let passages = parts::passages(&text);
    let with = |count: usize| {
        let plain = passages[..count].iter().map(|passage| (hash(passage), "plain".to_owned())).collect();
        generate(&[post(1, "T", &text)], &Preset::voice(), &plain)
    };
    assert!(of_kind(&with(1), Kind::Rewrite).is_empty());
    let half = with(2);
    let half = of_kind(&half, Kind::Rewrite);
    assert_eq!(half.len(), 4);
    assert_eq!(half[3].prompt, format!("Write what follows in a blog post:\n\n{}", passages[2]));
}

#[test]
fn two_sections_of_one_heading_have_places_of_their_own() {
    let long = "word ".repeat(60);
    let long = long.trim();
    let text = format!("## Notes\n\n{long}\n\n## Notes\n\n{long}");
    let made = made(post(1, "T", &text), &Preset::voice());
    let places: Vec<&str> = of_kind(&made, Kind::Section).iter().map(|example| example.place.as_str()).collect();
    assert_eq!(places, ["blog.example/1#section/section/Notes", "blog.example/1#section/section/Notes (2)"]);
}
