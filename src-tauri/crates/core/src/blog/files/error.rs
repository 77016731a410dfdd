//! What can stand in the way of a whole file. Sentences say what happened, then what to do.

/// Why a file gave no posts at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// The computer would not give it.
    #[error("{name} could not be read ({reason}). Check that it is still there and that you may open it.")]
    Unreadable {
        /// The file's name.
        name: String,
        /// What the computer said.
        reason: String,
    },
    /// It is a zip with a password.
    #[error(
        "{name} is locked with a password. Unpack it first and choose the folder, or export it without a password."
    )]
    Encrypted {
        /// The file's name.
        name: String,
    },
    /// It begins as something known and then makes no sense.
    #[error(
        "{name} is damaged, or its download stopped partway. Download it again from your blog and choose the new file."
    )]
    Damaged {
        /// The file's name.
        name: String,
    },
    /// It is larger than anything of its kind.
    #[error("{name} is larger than {limit_mb} MB, which is more than can be read at once. {advice}")]
    TooLarge {
        /// The file's name.
        name: String,
        /// The most that is read, in millions of bytes.
        limit_mb: u64,
        /// What to do, as a sentence.
        advice: &'static str,
    },
    /// It is an archive or a folder of more files than a blog has.
    #[error("{name} holds more than {limit} files. Choose the part of it that holds your posts.")]
    TooMany {
        /// The file's name.
        name: String,
        /// The most files that are looked at.
        limit: usize,
    },
    /// It was read, and no post is in it.
    #[error("There is no post in {name}. {advice}")]
    Empty {
        /// The file's name.
        name: String,
        /// What to choose instead, as a sentence.
        advice: String,
    },
    /// It is something else.
    #[error(
        "{name} is {found}, and no posts can be read from that. Choose your blog's export, its feed file, or a folder of Markdown or HTML files."
    )]
    Unknown {
        /// The file's name.
        name: String,
        /// What it looks like, as a phrase: "a picture".
        found: &'static str,
    },
}
