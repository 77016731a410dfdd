//! The shapes a row can have, and the forms a file can have.

use serde::Serialize;

/// The fields of a row, which say what in it is the prompt and what the text to learn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// `prompt` and `completion`, both texts.
    PromptCompletion,
    /// `prompt` and `completion`, both lists of messages.
    PromptCompletionMessages,
    /// `messages`: a conversation that the assistant ends.
    Messages,
    /// `text` alone: there is no prompt.
    Text,
    /// `instruction`, perhaps `input`, and `output`.
    Instruction,
}

impl Shape {
    /// Every shape, in the order they are told.
    pub const ALL: [Shape; 5] =
        [Shape::PromptCompletion, Shape::PromptCompletionMessages, Shape::Messages, Shape::Text, Shape::Instruction];

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Shape::PromptCompletion => "prompt and completion",
            Shape::PromptCompletionMessages => "prompt and completion as messages",
            Shape::Messages => "chat messages",
            Shape::Text => "text",
            Shape::Instruction => "instruction and output",
        }
    }
}

/// How rows follow each other in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// JSON Lines: one object a line.
    JsonLines,
    /// One JSON list of objects.
    JsonArray,
    /// Comma-separated columns under a header.
    Csv,
}

impl Form {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Form::JsonLines => "JSON Lines",
            Form::JsonArray => "a JSON list",
            Form::Csv => "CSV",
        }
    }
}
