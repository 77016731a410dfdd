//! What can go wrong, in sentences a person can read.

use std::path::PathBuf;

/// Every failure of this crate. Two of them are outcomes rather than faults: [`Error::Stopped`] and [`Error::Diverged`].
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is not a GGUF model at all, or its header contradicts itself.
    #[error("{} is not a readable GGUF model: {why}.", path.display())]
    NotAModel {
        /// The file.
        path: PathBuf,
        /// What was expected and what was found, without a full stop.
        why: String,
    },
    /// The file ends before the data its header announces.
    #[error("{} is cut short: {what} should reach byte {needed}, but the file has {actual} bytes. Download it again.", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// The part that is cut.
        what: String,
        /// Bytes the file would need.
        needed: u64,
        /// Bytes the file has.
        actual: u64,
    },
    /// A sound file that needs something this engine does not do.
    #[error("This model cannot be used here: {what}.")]
    Unsupported {
        /// What is not supported and what is, without a full stop.
        what: String,
    },
    /// A tensor is missing or has a shape that does not fit the rest of the model.
    #[error("The model's tensor {name} is not usable: {why}.")]
    BadTensor {
        /// The tensor's name in the file.
        name: String,
        /// What is wrong with it, without a full stop.
        why: String,
    },
    /// An adapter or checkpoint that does not fit, is damaged, or uses a LoRA variant that is not supported.
    #[error("The adapter in {} cannot be used: {why}.", path.display())]
    BadAdapter {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it, without a full stop.
        why: String,
    },
    /// Tokens or settings that make no sense for this model.
    #[error("The input cannot be used: {why}.")]
    BadInput {
        /// What is wrong with it, without a full stop.
        why: String,
    },
    /// More tokens than the model can look at.
    #[error("The text has {tokens} tokens, but this model reads at most {context}. Use a shorter text.")]
    TooLong {
        /// Tokens that were given.
        tokens: usize,
        /// Tokens the model can take.
        context: usize,
    },
    /// The caller's `stop` said so; nothing was changed.
    #[error("The work was stopped.")]
    Stopped,
    /// The loss or the gradient is no longer a number. The weights are as they were before the step.
    #[error("Training has diverged: the {what} is no longer a finite number. Lower the learning rate.")]
    Diverged {
        /// `loss` or `gradient`.
        what: &'static str,
    },
    /// Reading or writing failed.
    #[error("{} could not be {doing}: {source}.", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// `read` or `written`.
        doing: &'static str,
        /// The system's answer.
        source: std::io::Error,
    },
}

impl Error {
    pub(crate) fn read(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.into();
        move |source| Error::Io { path, doing: "read", source }
    }

    pub(crate) fn written(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.into();
        move |source| Error::Io { path, doing: "written", source }
    }

    pub(crate) fn unsupported(what: impl Into<String>) -> Error {
        Error::Unsupported { what: what.into() }
    }

    pub(crate) fn input(why: impl Into<String>) -> Error {
        Error::BadInput { why: why.into() }
    }

    pub(crate) fn tensor(name: &str, why: impl Into<String>) -> Error {
        Error::BadTensor { name: name.to_owned(), why: why.into() }
    }

    pub(crate) fn adapter(path: impl Into<PathBuf>, why: impl Into<String>) -> Error {
        Error::BadAdapter { path: path.into(), why: why.into() }
    }
}
