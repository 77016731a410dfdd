//! Drafts: what the author is writing. Every version of a draft that stood for a while is kept, nothing is ever
//! overwritten unseen, and what is shown of a draft is safe to show whatever it holds.
//!
//! | module | what it is about |
//! |---|---|
//! | [`store`] | the drafts themselves, their revisions and their history |
//! | [`preview`] | a draft as HTML: for the window, and for the clipboard |
//! | [`mod@write`] | text written by a version while the author watches |
//! | `drafted` | what versions wrote, to be told when it comes back in a post |
//! | `clipboard` | footnotes, captions and formulas as blogs' editors and importers read them |
//! | `events` | Markdown, bounded and without surprises, before it becomes HTML |

mod clipboard;
mod drafted;
mod events;
pub mod preview;
pub mod store;
pub mod write;

pub use drafted::DRAFTED;
pub(crate) use drafted::drafted;
pub use preview::{render, rich_html};
pub use store::{Draft, DraftRow, Earlier, TABLES, create, delete, get, history, list, save};
pub use write::{WriteEvent, WriteRequest, write};
