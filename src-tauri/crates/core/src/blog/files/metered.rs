//! Readers that stop. What unpacks to more than it may, or holds one item without end, is left there: the count is
//! taken of the bytes that really come out.

use std::cell::Cell;
use std::io::{self, BufRead, ErrorKind, Read};
use std::rc::Rc;

/// Reads at most so much of one file, and at most so much of all files together.
pub(super) struct Metered<'a, R> {
    inner: R,
    left: u64,
    /// What all files together may still give.
    budget: &'a Cell<u64>,
}

impl<'a, R> Metered<'a, R> {
    pub(super) fn new(inner: R, limit: u64, budget: &'a Cell<u64>) -> Self {
        Self { inner, left: limit, budget }
    }
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        let bytes = u64::try_from(count).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(bytes).ok_or(ErrorKind::FileTooLarge)?;
        let budget = self.budget.get().checked_sub(bytes);
        self.budget.set(budget.unwrap_or(0));
        if budget.is_none() {
            return Err(ErrorKind::QuotaExceeded.into());
        }
        Ok(count)
    }
}

/// How much one item may still take. Whoever reads items sets it; `None` counts nothing.
pub(super) type Allowance = Rc<Cell<Option<u64>>>;

/// Refuses to go on when one item has used up its allowance.
pub(super) struct Guarded<R> {
    inner: R,
    allowance: Allowance,
}

impl<R> Guarded<R> {
    pub(super) fn new(inner: R, allowance: Allowance) -> Self {
        Self { inner, allowance }
    }

    fn spend(&self, count: usize) {
        if let Some(left) = self.allowance.get() {
            self.allowance.set(Some(left.saturating_sub(u64::try_from(count).unwrap_or(u64::MAX))));
        }
    }

    fn check(&self) -> io::Result<()> {
        if self.allowance.get() == Some(0) { Err(ErrorKind::FileTooLarge.into()) } else { Ok(()) }
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.check()?;
        let count = self.inner.read(into)?;
        self.spend(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Guarded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.check()?;
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.spend(count);
        self.inner.consume(count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_and_all_files_have_their_ends() {
        let budget = Cell::new(15);
        let read = |limit| io::read_to_string(Metered::new(&b"0123456789"[..], limit, &budget)).map_err(|e| e.kind());
        assert_eq!(read(9), Err(ErrorKind::FileTooLarge));
        budget.set(15);
        assert_eq!(read(10).as_deref(), Ok("0123456789"));
        assert_eq!(read(10), Err(ErrorKind::QuotaExceeded));
    }

    #[test]
    fn an_allowance_ends_when_it_is_used_up() {
        let allowance: Allowance = Rc::new(Cell::new(None));
        let mut guarded = Guarded::new(&b"0123456789"[..], allowance.clone());
        let mut three = [0; 3];
        assert!(guarded.read_exact(&mut three).is_ok());
        allowance.set(Some(3));
        assert!(guarded.read_exact(&mut three).is_ok());
        assert!(guarded.read_exact(&mut three).is_err());
        allowance.set(None);
        assert!(guarded.read_exact(&mut three).is_ok());
    }
}
