//! Everything that can be wrong with a file of examples. `sentences` says it to people.

/// What kind of value stands somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Bool,
    Null,
    List,
    Object,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    File(FileProblem),
    Json(JsonProblem),
    Field(FieldProblem),
    Message(MessageProblem),
    Csv(CsvProblem),
}

/// Something about the whole file or about bytes, whatever its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FileProblem {
    /// No byte in it.
    Empty,
    /// White space, or a header, or an empty list.
    NoRows,
    /// Not text at all; the words say what it is.
    Packed { what: &'static str, fix: &'static str },
    /// Text of no known form.
    Unknown,
    /// The system could not read on.
    Unreadable { why: String },
    /// So many bytes.
    TooLong { bytes: u64 },
    /// This byte, which is the so-manieth of its line.
    NotUtf8 { byte: u8, at: u64 },
    /// The file ends in the middle of this row.
    BrokenOff { row: u64 },
}

/// Something JSON does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum JsonProblem {
    TooDeep,
    NotANumber {
        token: &'static str,
    },
    LineEnds,
    LoneSurrogate,
    RawControl {
        code: u32,
    },
    BadEscape,
    KeyNotQuoted,
    CommaAfterRow,
    RowAfterRow,
    MoreAfterRow,
    TrailingComma,
    CommaExpected,
    ColonExpected,
    ValueExpected,
    /// Where a row should begin stands something that begins no value.
    NotBegun,
    BadNumber,
    Other {
        words: String,
    },
    /// Between two rows of a list.
    NoCommaBetweenRows,
    /// The list is never closed; so many rows were in it.
    ListNotClosed {
        rows: u64,
    },
    MoreAfterList,
}

/// Something about a row's fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FieldProblem {
    NotAnObject {
        kind: Kind,
    },
    /// The fields that are there, and a pair of names (there, wanted) that would bring the row nearest to a shape.
    NoShape {
        fields: Vec<String>,
        rename: Option<(String, &'static str)>,
    },
    Missing {
        has: &'static str,
        lacks: &'static str,
        fields: Vec<String>,
        rename: Option<String>,
    },
    Null {
        field: &'static str,
    },
    WrongKind {
        field: &'static str,
        kind: Kind,
        wanted: &'static str,
    },
    MixedPair {
        prompt: Kind,
        completion: Kind,
    },
    Nul {
        field: &'static str,
    },
    NothingToLearn {
        field: &'static str,
    },
    EmptyList {
        field: &'static str,
    },
    NoAssistant {
        field: &'static str,
    },
    LastNotAssistant {
        field: &'static str,
        role: &'static str,
    },
    WeightZero {
        field: &'static str,
    },
}

/// Something about one message of a field, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MessageProblem {
    pub field: &'static str,
    pub number: usize,
    pub fault: MessageFault,
}

/// What is wrong with the message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum MessageFault {
    NotAMessage {
        kind: Kind,
    },
    NoRole,
    RoleKind {
        kind: Kind,
    },
    UnknownRole {
        role: String,
    },
    NoContent,
    ContentKind {
        kind: Kind,
    },
    /// A part of the content with this type.
    PartType {
        name: String,
    },
    /// A part of the content that has no text.
    PartWithoutText,
}

/// Something about CSV.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum CsvProblem {
    Header { columns: Vec<String>, rename: Option<(String, &'static str)> },
    Twice { column: &'static str },
    Separator { name: &'static str },
    Uneven { found: usize, wanted: usize },
    AfterQuote,
    NeverClosed,
}

impl Problem {
    /// A message's problem.
    pub fn message(field: &'static str, index: usize, fault: MessageFault) -> Problem {
        Problem::Message(MessageProblem { field, number: index + 1, fault })
    }
}

impl From<FileProblem> for Problem {
    fn from(problem: FileProblem) -> Self {
        Problem::File(problem)
    }
}

impl From<JsonProblem> for Problem {
    fn from(problem: JsonProblem) -> Self {
        Problem::Json(problem)
    }
}

impl From<FieldProblem> for Problem {
    fn from(problem: FieldProblem) -> Self {
        Problem::Field(problem)
    }
}

impl From<CsvProblem> for Problem {
    fn from(problem: CsvProblem) -> Self {
        Problem::Csv(problem)
    }
}
