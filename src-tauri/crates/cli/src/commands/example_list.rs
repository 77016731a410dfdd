//! Examples as text for people: the list, one of them whole, the checks, two texts side by side.

use super::examples::Which;
use crate::context::Context;
use crate::table::Table;
use crate::text::thousands;
use console::style;
use idiolect_core::dataset::{
    self, CheckCount, DiffPart, DiffSide, Example, ExampleQuery, ExampleStatus, FlagCode, Starter,
};
use idiolect_core::{Core, Page, Result};

/// Lists what was chosen.
pub fn run(context: &Context<'_>, which: &Which, limit: Option<u32>, cursor: Option<String>) -> Result<()> {
    let query = which.query();
    if limit.is_some() {
        let page = page(&context.core, &ExampleQuery { limit, cursor, ..query })?;
        context.out.list(&page.items, page.next.as_deref(), people);
    } else {
        context.out.list(&every_example(&context.core, query)?, None, people);
    }
    Ok(())
}

/// Every example of the chosen preset that the query asks for, over all pages.
pub fn every_example(core: &Core, query: ExampleQuery) -> Result<Vec<Example>> {
    let mut query = ExampleQuery { limit: Some(1000), ..query };
    let mut all = Vec::new();
    loop {
        let page = page(core, &query)?;
        all.extend(page.items);
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => return Ok(all),
        }
    }
}

/// A page of whole examples; the list itself carries only the beginning of their texts.
fn page(core: &Core, query: &ExampleQuery) -> Result<Page<Example>> {
    let Page { items, next, total } = dataset::list(core, query)?;
    let items = items.iter().map(|row| dataset::get(&core.db, row.id)).collect::<Result<_>>()?;
    Ok(Page { items, next, total })
}

fn people(examples: &[Example]) -> String {
    if examples.is_empty() {
        return "No examples. They are made from posts: `idiolect-cli posts` shows which there are.".to_owned();
    }
    let mut table = Table::new(&[">ID", ">POST", "KIND", "STATUS", ">TOKENS", "PROMPT"]);
    for example in examples {
        table.row([
            example.id.to_string(),
            example.post.map_or("–".to_owned(), |post| post.to_string()),
            example.kind.name().to_owned(),
            standing(example),
            example.tokens.map_or("–".to_owned(), thousands),
            example.prompt.lines().next().unwrap_or_default().to_owned(),
        ]);
    }
    table.render()
}

fn standing(example: &Example) -> String {
    let flags = || example.flags.iter().map(|flag| flag.code.title().to_lowercase()).collect::<Vec<_>>().join(", ");
    match example.status {
        _ if example.held_out => "held out".to_owned(),
        ExampleStatus::Kept if example.edited => "kept, edited".to_owned(),
        ExampleStatus::Kept => "kept".to_owned(),
        ExampleStatus::Dropped => "dropped".to_owned(),
        ExampleStatus::Flagged => format!("flagged: {}", flags()),
    }
}

/// One example with everything there is to know of it.
pub fn whole(example: &Example) -> String {
    let from = example.source.as_deref().unwrap_or(&example.post_title);
    let mut lines =
        vec![format!("Example {}, {}, {}: {from}", example.id, example.kind.name(), standing(example)), String::new()];
    lines.extend(example.flags.iter().map(|flag| format!("! {}", flag.reason)));
    if !example.flags.is_empty() {
        lines.push(String::new());
    }
    lines.extend([example.prompt.clone(), style("—").dim().to_string(), example.completion.clone()]);
    lines.join("\n")
}

/// The post's text with what the example leaves out and what it adds.
pub fn side_by_side(parts: &[DiffPart]) -> String {
    let mark = |part: &DiffPart| match part.side {
        DiffSide::Same => part.text.clone(),
        DiffSide::OnlyPost => format!("[-{}-]", part.text),
        DiffSide::OnlyExample => format!("{{+{}+}}", part.text),
    };
    parts.iter().map(mark).collect()
}

/// The checks, those that found something first.
pub fn checks(found: &[CheckCount]) -> String {
    let mut table = Table::new(&["CHECK", ">FOUND", ">WAITING", "WAITS", "WHAT IT LOOKS FOR"]);
    let mut sorted: Vec<&CheckCount> = found.iter().collect();
    sorted.sort_by_key(|check| std::cmp::Reverse(check.examples));
    for check in sorted {
        let row = [
            FlagCode::name(check.code).to_owned(),
            thousands(check.examples),
            thousands(check.waiting),
            if check.holds { "yes" } else { "no" }.to_owned(),
            check.sentence.clone(),
        ];
        table.row(row);
    }
    table.render()
}

/// Prompts to begin with, each with its reason.
pub fn starters(found: &[Starter]) -> String {
    if found.is_empty() {
        return "No prompts yet: they are made from posts.".to_owned();
    }
    let line = |starter: &Starter| format!("{}\n    {}", starter.prompt, style(&starter.why).dim());
    found.iter().map(line).collect::<Vec<_>>().join("\n")
}
