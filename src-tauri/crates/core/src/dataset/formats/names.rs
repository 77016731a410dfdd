//! Which shape was meant, where the names of fields or columns fit none.

use super::problem::{CsvProblem, FieldProblem};

/// What else people call the prompt, the text to learn, and a conversation.
const OTHER_NAMES: [(&str, &[&str]); 4] = [
    ("prompt", &["question", "input", "query", "instruction", "user", "human", "request", "source"]),
    (
        "completion",
        &["response", "answer", "output", "chosen", "target", "reply", "assistant", "generated", "label", "text"],
    ),
    ("messages", &["conversations", "conversation", "dialog", "dialogue", "turns", "chat"]),
    ("text", &["content", "body", "post", "article", "document"]),
];

/// What is wrong with a row of these fields, none of which make a shape.
pub(super) fn of_fields(fields: Vec<String>) -> FieldProblem {
    let has = |name: &str| fields.iter().any(|field| field == name);
    let pairs =
        [("prompt", "completion"), ("completion", "prompt"), ("instruction", "output"), ("output", "instruction")];
    for (has_this, lacks) in pairs {
        if has(has_this) {
            let others: Vec<String> = fields.iter().filter(|field| *field != has_this).cloned().collect();
            let rename = nearest(&[lacks], &others).map(|(there, _)| there);
            return FieldProblem::Missing { has: has_this, lacks, fields, rename };
        }
    }
    let rename = nearest(&["messages", "text", "completion", "prompt"], &fields);
    FieldProblem::NoShape { fields, rename }
}

/// What is wrong with a header of these columns.
pub(super) fn of_columns(columns: Vec<String>) -> CsvProblem {
    let missing: Vec<&str> = ["text", "completion", "prompt"]
        .into_iter()
        .filter(|name| !columns.iter().any(|column| column == name))
        .collect();
    let rename = nearest(&missing, &columns);
    CsvProblem::Header { columns, rename }
}

/// Whether a header with this column was probably meant to be one of examples.
pub(super) fn is_known(column: &str) -> bool {
    OTHER_NAMES.iter().any(|(name, others)| is_like(column, name, others))
}

/// A name that is there and the one it could stand for. A wanted name in other letters is nearer than any synonym.
fn nearest(wanted: &[&'static str], there: &[String]) -> Option<(String, &'static str)> {
    let pick = |synonyms: bool| wanted.iter().find_map(|name| Some((like(name, there, synonyms)?, *name)));
    pick(false).or_else(|| pick(true))
}

fn like(wanted: &str, there: &[String], synonyms: bool) -> Option<String> {
    let others = OTHER_NAMES.iter().find(|(name, _)| *name == wanted && synonyms).map_or(&[][..], |(_, others)| others);
    there.iter().find(|name| is_like(name, wanted, others)).cloned()
}

fn is_like(there: &str, name: &str, others: &[&str]) -> bool {
    let plain = there.trim().trim_end_matches(['s', 'S']);
    let same = |name: &str| plain.eq_ignore_ascii_case(name.trim_end_matches('s'));
    same(name) || others.iter().any(|other| same(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_nearest_name_is_offered() {
        let rename = |names: &[&str]| match of_fields(fields(names)) {
            FieldProblem::Missing { lacks, rename, .. } => rename.map(|there| (there, lacks)),
            FieldProblem::NoShape { rename, .. } => rename,
            other => panic!("{other:?}"),
        };
        assert_eq!(rename(&["prompt", "response"]), Some(("response".to_owned(), "completion")));
        assert_eq!(rename(&["prompt", "text", "Completions"]), Some(("Completions".to_owned(), "completion")));
        assert_eq!(rename(&["question", "answer"]), Some(("answer".to_owned(), "completion")));
        assert_eq!(rename(&["conversations"]), Some(("conversations".to_owned(), "messages")));
        assert_eq!(rename(&["Text"]), Some(("Text".to_owned(), "text")));
        assert_eq!(rename(&["prompt"]), None);
        assert_eq!(rename(&["colour"]), None);
    }
}
