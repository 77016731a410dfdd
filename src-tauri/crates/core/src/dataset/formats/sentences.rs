//! Every problem in two sentences: what is wrong, and what to do.

use super::bytes::LONGEST_ROW;
use super::fault::{Fault, Place};
use super::problem::{CsvProblem, FieldProblem, FileProblem, JsonProblem, Kind, MessageFault, MessageProblem, Problem};

/// Names in sentences are cut after so many characters.
const LONGEST_NAME: usize = 40;
/// So many names are told one by one.
const MOST_NAMES: usize = 8;
const A_MESSAGE: &str = r#"{"role": "user", "content": "…"}"#;
/// A row as most files have it.
const A_ROW: &str = r#"{"prompt": "…", "completion": "…"}"#;

impl Problem {
    /// The problem at its place.
    pub(super) fn at(&self, place: Place) -> Fault {
        let (what, fix) = match self {
            Problem::File(problem) => file(problem),
            Problem::Json(problem) => json(problem),
            Problem::Field(problem) => field(problem),
            Problem::Message(problem) => message(problem),
            Problem::Csv(problem) => csv(problem),
        };
        Fault { line: place.line, column: place.column, what, fix }
    }
}

/// `1,234,567`.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `one`, `one and two`, `one, two and three`.
pub(super) fn named(names: &[String]) -> String {
    let mut told: Vec<String> = names.iter().take(MOST_NAMES).map(|name| short(name)).collect();
    if names.len() > MOST_NAMES {
        told.push("others".to_owned());
    }
    match told.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

/// A name that is fit for a sentence, however long it is and whatever is in it.
fn short(name: &str) -> String {
    let plain: String = name.chars().take(LONGEST_NAME).map(|c| if c.is_control() { ' ' } else { c }).collect();
    match (name.is_empty(), name.chars().nth(LONGEST_NAME)) {
        (true, _) => "(no name)".to_owned(),
        (_, Some(_)) => format!("{plain}…"),
        _ => plain,
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Text => "text",
            Kind::Number => "a number",
            Kind::Bool => "true or false",
            Kind::Null => "null",
            Kind::List => "a list",
            Kind::Object => "an object",
        }
    }
}

fn both(what: impl Into<String>, fix: impl Into<String>) -> (String, String) {
    (what.into(), fix.into())
}

fn file(problem: &FileProblem) -> (String, String) {
    match problem {
        FileProblem::Empty => both("The file is empty.", format!("A file of examples has rows such as {A_ROW}.")),
        FileProblem::NoRows => both("The file holds no rows.", format!("A file of examples has rows such as {A_ROW}.")),
        FileProblem::Packed { what, fix } => both(format!("The file is {what}."), *fix),
        FileProblem::Unknown => both(
            "The file is neither JSON nor CSV as far as it can be told from its first line.",
            format!(
                "Each line should be a row such as {A_ROW}; a CSV file begins with the header prompt,completion or text."
            ),
        ),
        FileProblem::Unreadable { why } => both(
            format!("The file could not be read further: {why}."),
            "Check that the disk is there and answers, then do it again.",
        ),
        FileProblem::TooLong { bytes } => both(
            format!(
                "The row is {} bytes long; rows of up to {} bytes are read.",
                thousands(*bytes),
                thousands(LONGEST_ROW as u64)
            ),
            "Cut it into several examples, and look whether line breaks between rows were lost.",
        ),
        FileProblem::NotUtf8 { byte, at } => both(
            format!("Byte {} of the line, 0x{byte:02X}, is not UTF-8.", thousands(*at)),
            "Save the file as UTF-8; it may be in an older encoding such as Latin-1.",
        ),
        FileProblem::BrokenOff { row } => both(
            format!("The file breaks off in the middle of row {}.", thousands(*row)),
            "A copy or download may have been cut short: get the file again, or take this last row out.",
        ),
    }
}

fn json(problem: &JsonProblem) -> (String, String) {
    match problem {
        JsonProblem::TooDeep => both(
            "Lists or objects lie more than 127 deep inside each other here.",
            "A row needs three levels at most; take the field with the deep nesting out.",
        ),
        JsonProblem::NotANumber { token } => both(
            format!("{token} stands here, which JSON does not know."),
            "Python writes it for numbers that are missing or too large; write null instead, or take the field out.",
        ),
        JsonProblem::LineEnds => both(
            "The line ends in the middle of the row.",
            "A row is one line: write a line break inside a text as \\n, and the whole object on one line.",
        ),
        JsonProblem::LoneSurrogate => both(
            "An escape stands here for half of a character, without the other half.",
            "Emoji and rare characters are two escapes in a row, such as \\ud83d\\ude00; write the character itself instead.",
        ),
        JsonProblem::RawControl { code } => raw_control(*code),
        JsonProblem::BadEscape => both(
            "A backslash stands before something that JSON does not escape.",
            "Write a backslash that is meant as itself as \\\\.",
        ),
        JsonProblem::KeyNotQuoted => both(
            "A field's name in double quotes is expected here.",
            "If a Python program wrote this, let it write each row with json.dumps.",
        ),
        JsonProblem::CommaAfterRow => both("A comma follows the row.", "Take the comma at the end of the line out."),
        JsonProblem::RowAfterRow => {
            both("A second row follows on the same line.", "Put each row on a line of its own.")
        }
        JsonProblem::MoreAfterRow => both("More follows after the end of the row.", "Take out what follows the row."),
        JsonProblem::TrailingComma => both("A comma stands before the closing bracket.", "Take that comma out."),
        JsonProblem::CommaExpected => both(
            "A comma or a closing bracket is expected here.",
            "Often a double quote inside a text is the cause: write it as \\\".",
        ),
        JsonProblem::ColonExpected => {
            both("A colon is expected here, between a field's name and its value.", "Put the colon in.")
        }
        JsonProblem::ValueExpected => both(
            "A value is expected here: text in double quotes, a number, true, false or null.",
            "If a Python program wrote this, let it write each row with json.dumps.",
        ),
        JsonProblem::NotBegun => {
            both("The row does not begin with an opening brace.", format!("Write it as {A_ROW}, or take it out."))
        }
        JsonProblem::BadNumber => both("The number here cannot be read.", "Correct it, or take the field out."),
        JsonProblem::Other { words } => {
            both(format!("This is not valid JSON: {words}."), format!("A row looks like {A_ROW}."))
        }
        JsonProblem::NoCommaBetweenRows => both("A comma is expected here, between two rows.", "Put the comma in."),
        JsonProblem::ListNotClosed { rows } => both(
            format!("The file breaks off after row {}: the list is never closed.", thousands(*rows)),
            "A copy or download may have been cut short: get the file again, or end it with ].",
        ),
        JsonProblem::MoreAfterList => both(
            "More follows after the list's closing bracket.",
            "Put all rows into one list, or write one row a line without any list.",
        ),
    }
}

fn raw_control(code: u32) -> (String, String) {
    let (name, escape) = match code {
        0x08 => ("A backspace".to_owned(), "\\b".to_owned()),
        0x09 => ("A tab".to_owned(), "\\t".to_owned()),
        0x0A => ("A line break".to_owned(), "\\n".to_owned()),
        0x0C => ("A form feed".to_owned(), "\\f".to_owned()),
        0x0D => ("A carriage return".to_owned(), "\\r".to_owned()),
        _ => (format!("The control character U+{code:04X}"), format!("\\u{code:04x}")),
    };
    both(format!("{name} stands inside a text as it is."), format!("JSON wants it written as {escape}."))
}

fn field(problem: &FieldProblem) -> (String, String) {
    match problem {
        FieldProblem::NotAnObject { kind } => {
            both(format!("The row is {}, not an object with fields.", kind.name()), format!("Write it as {A_ROW}."))
        }
        FieldProblem::NoShape { fields, .. } if fields.is_empty() => {
            both("The row has no fields.", format!("Write it as {A_ROW}, or take it out."))
        }
        FieldProblem::NoShape { fields, rename } => both(
            match fields.len() {
                1 => format!("The row has only the field {}, which is no known shape.", named(fields)),
                _ => format!("The row has the fields {}, which are no known shape.", named(fields)),
            },
            match rename {
                Some((there, "messages")) => format!(
                    "If {} holds messages, rename it to messages, and make each message look like {A_MESSAGE}.",
                    short(there)
                ),
                Some((there, wanted)) => format!("If {} holds the {wanted}, rename it to {wanted}.", short(there)),
                None => "Rows have prompt and completion, or messages, or text, or instruction and output.".to_owned(),
            },
        ),
        FieldProblem::Missing { has, lacks, fields, rename } => both(
            match fields.len() {
                1 => format!("The row has {has} but no {lacks}."),
                _ => format!("The row has {has} but no {lacks}; its fields are {}.", named(fields)),
            },
            match rename {
                Some(there) => format!("If {} is meant, rename it to {lacks}.", short(there)),
                None if *has == "completion" => {
                    "Add prompt, which may be empty, or rename completion to text.".to_owned()
                }
                None => format!("Add {lacks}, or take the row out."),
            },
        ),
        FieldProblem::Null { field } => both(format!("{field} is null."), "Give it a text, or take the row out."),
        FieldProblem::WrongKind { field, kind, wanted } => both(
            format!("{field} is {}, not {wanted}.", kind.name()),
            match (kind, *wanted) {
                (Kind::Number | Kind::Bool, "text") => "Put it in double quotes if it is meant as text.".to_owned(),
                _ => format!("Write it as {wanted}, or take the row out."),
            },
        ),
        FieldProblem::MixedPair { prompt, completion } => both(
            format!("prompt is {}, but completion is {}.", pair_name(*prompt), pair_name(*completion)),
            "Write both as text, or both as lists of messages.",
        ),
        FieldProblem::Nul { field } => {
            both(format!("{field} holds the control character U+0000."), "Take it out: most programs end a text there.")
        }
        FieldProblem::NothingToLearn { field } => {
            both(format!("{field} is empty, so there is nothing to learn."), "Give it a text, or take the row out.")
        }
        FieldProblem::EmptyList { field } => {
            both(format!("{field} is an empty list."), "Put messages into it, or take the row out.")
        }
        FieldProblem::NoAssistant { field } => both(
            format!("None of the messages{} is from the assistant, so there is nothing to learn.", of(field)),
            r#"End it with the text to learn: {"role": "assistant", "content": "…"}."#,
        ),
        FieldProblem::LastNotAssistant { field, role } => both(
            format!("The last message{} is from the {role}, not from the assistant.", of(field)),
            "End it with the assistant's text, or take what follows that text out.",
        ),
        FieldProblem::WeightZero { field } => both(
            format!("The last message{} has the weight 0, so nothing is learned from it.", of(field)),
            "Take the weight out, or take the row out.",
        ),
    }
}

/// Whose messages; those of the field `messages` need no word.
fn of(field: &str) -> String {
    if field == "messages" { String::new() } else { format!(" of {field}") }
}

fn pair_name(kind: Kind) -> &'static str {
    if kind == Kind::List { "a list of messages" } else { kind.name() }
}

fn message(problem: &MessageProblem) -> (String, String) {
    let MessageProblem { field, number, fault } = problem;
    let which = format!("{}{}", thousands(*number as u64), of(field));
    let shape = format!("A message looks like {A_MESSAGE}.");
    match fault {
        MessageFault::NotAMessage { kind } => both(format!("Message {which} is {}.", kind.name()), shape),
        MessageFault::NoRole => {
            both(format!("Message {which} has no role."), "Give it the role system, user or assistant.")
        }
        MessageFault::RoleKind { kind } => both(format!("The role of message {which} is {}.", kind.name()), shape),
        MessageFault::UnknownRole { role } => both(
            format!("Message {which} has the role {}.", short(role)),
            match role.as_str() {
                "gpt" | "bot" | "model" | "chatgpt" | "ai" => format!("Rename {role} to assistant."),
                "human" => "Rename human to user.".to_owned(),
                "developer" => "Rename developer to system.".to_owned(),
                "tool" | "function" => {
                    "Take rows with tools out: the model learns to write, not to call tools.".to_owned()
                }
                _ => "The roles are system, user and assistant.".to_owned(),
            },
        ),
        MessageFault::NoContent => both(format!("Message {which} has no content."), shape),
        MessageFault::ContentKind { kind } => {
            both(format!("The content of message {which} is {}.", kind.name()), "Write content as text.")
        }
        MessageFault::PartType { name } => both(
            format!("Message {which} holds a part of the type {}.", short(name)),
            "Only text is learned from; take the part out, or the row.",
        ),
        MessageFault::PartWithoutText => both(
            format!("Message {which} holds a part without text."),
            r#"A part looks like {"type": "text", "text": "…"}; plain text does as well."#,
        ),
    }
}

fn csv(problem: &CsvProblem) -> (String, String) {
    match problem {
        CsvProblem::Header { columns, rename } => both(
            match columns.len() {
                1 => format!("The header's only column is {}.", named(columns)),
                _ => format!("The header has the columns {}.", named(columns)),
            },
            match rename {
                Some((there, wanted)) => format!(
                    "The columns must be named prompt and completion, or text. If {} holds the {wanted}, rename it.",
                    short(there)
                ),
                None => "The columns must be named prompt and completion, or text.".to_owned(),
            },
        ),
        CsvProblem::Twice { column } => {
            both(format!("The header names {column} twice."), "Give the other column another name, or take it out.")
        }
        CsvProblem::Separator { name } => both(
            format!("The header's columns are separated by {name}."),
            "Save the file again with commas between the columns.",
        ),
        CsvProblem::Uneven { found, wanted } => both(
            match found {
                1 => format!("The row has 1 column; the header has {wanted}."),
                _ => format!("The row has {found} columns; the header has {wanted}."),
            },
            if found > wanted {
                "Put a text that holds commas in double quotes."
            } else {
                "Put a text that holds line breaks in double quotes, and write every column of the row."
            },
        ),
        CsvProblem::AfterQuote => both(
            "More follows after a column's closing quote.",
            "Write a double quote inside a quoted text twice; after the closing one comes a comma or the end of the line.",
        ),
        CsvProblem::NeverClosed => both(
            "The double quote that opens here is never closed.",
            "Close it where the text ends; a double quote inside the text is written twice.",
        ),
    }
}
