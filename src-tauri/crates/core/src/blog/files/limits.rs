//! How much of a file is read. Every number is far above what a blog needs and far below what harms a computer.

/// The most that is read of each thing.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// A feed, in bytes.
    pub feed: u64,
    /// One post or page, in bytes.
    pub page: u64,
    /// A zip, or one export file that is read as a stream, in bytes.
    pub archive: u64,
    /// Files in a zip or folder.
    pub entries: usize,
    /// Bytes unpacked from one zip in all. Counted as they come out, since what a zip says of itself may be a lie.
    pub unpacked: u64,
    /// Folders inside one another.
    pub depth: usize,
    /// Skipped items that are listed one by one.
    pub listed: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            feed: 50_000_000,
            page: 10_000_000,
            archive: 2_000_000_000,
            entries: 100_000,
            unpacked: 4_000_000_000,
            depth: 20,
            listed: 1_000,
        }
    }
}
