//! Shapes that several slices send to the window and the terminal.

use serde::Serialize;

/// One page of a list.
#[derive(Debug, Clone, Serialize, specta::Type)]
pub struct Page<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// Give this back as `cursor` for the next page; nothing when this is the last.
    pub next: Option<String>,
    /// How many rows there are over all pages.
    pub total: u32,
}

impl<T> Page<T> {
    /// A page that starts at `offset` of `total` rows.
    pub(crate) fn at(items: Vec<T>, offset: u32, total: u32) -> Self {
        let end = offset + u32::try_from(items.len()).unwrap_or(u32::MAX);
        Page { items, next: (end < total).then(|| end.to_string()), total }
    }
}

/// Where a page starts, from the cursor the caller gave back.
pub(crate) fn offset(cursor: Option<&str>) -> crate::Result<u32> {
    cursor.map_or(Ok(0), |text| {
        text.parse().map_err(|_| crate::Error::bad_input(format!("'{text}' is no place in this list.")))
    })
}
