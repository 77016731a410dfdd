//! What storage hosts say about a file's content, in the headers they use for it.

use reqwest::header::HeaderMap;
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::Path;

/// A checksum of a whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Checksum {
    Sha256([u8; 32]),
    Crc32c(u32),
}

impl Checksum {
    pub(super) fn algorithm(&self) -> &'static str {
        match self {
            Self::Sha256(_) => "SHA-256",
            Self::Crc32c(_) => "CRC-32C",
        }
    }
}

/// What a file's bytes come to.
pub(super) struct Sums {
    pub sha256: [u8; 32],
    crc32c: u32,
    pub bytes: u64,
}

impl Sums {
    pub(super) fn of(path: &Path) -> std::io::Result<Self> {
        let mut file = std::fs::File::open(path)?;
        let (mut sha256, mut crc, mut bytes) = (Sha256::new(), Crc32c::new(), 0);
        let mut buffer = vec![0; 1 << 16];
        loop {
            let got = file.read(&mut buffer)?;
            if got == 0 {
                break;
            }
            sha256.update(&buffer[..got]);
            crc.update(&buffer[..got]);
            bytes += got as u64;
        }
        Ok(Self { sha256: sha256.finalize().into(), crc32c: crc.value(), bytes })
    }

    pub(super) fn matches(&self, checksum: &Checksum) -> bool {
        match checksum {
            Checksum::Sha256(sum) => self.sha256 == *sum,
            Checksum::Crc32c(sum) => self.crc32c == *sum,
        }
    }
}

/// The best checksum of the whole file that an answer's headers give.
pub(super) fn announced(headers: &HeaderMap) -> Option<Checksum> {
    let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let sha256 = value("repr-digest")
        .and_then(of_digest)
        .or_else(|| value("digest").and_then(of_digest))
        .or_else(|| value("x-amz-checksum-sha256"))
        .and_then(base64)
        .and_then(|bytes| bytes.try_into().ok())
        .map(Checksum::Sha256);
    // Of a file that is stored compressed, the sum is that of the compressed bytes.
    let stored_plain = value("x-goog-stored-content-encoding").is_none_or(|encoding| encoding == "identity");
    sha256.or_else(|| {
        let hashes = headers.get_all("x-goog-hash").iter().filter_map(|value| value.to_str().ok());
        let sum = hashes.flat_map(|list| list.split(',')).find_map(|item| item.trim().strip_prefix("crc32c="))?;
        let sum = base64(sum)?.try_into().ok().map(u32::from_be_bytes)?;
        stored_plain.then_some(Checksum::Crc32c(sum))
    })
}

/// The SHA-256 among a list of digests.
fn of_digest(list: &str) -> Option<&str> {
    list.split(',').find_map(|item| {
        let (algorithm, sum) = item.trim().split_once('=')?;
        algorithm.eq_ignore_ascii_case("sha-256").then(|| sum.trim_matches(':'))
    })
}

fn base64(text: &str) -> Option<Vec<u8>> {
    crate::auth::base64(text)
}

/// The checksum that Google's storage gives of every file (CRC-32 with Castagnoli's polynomial).
struct Crc32c {
    table: [u32; 256],
    value: u32,
}

impl Crc32c {
    fn new() -> Self {
        let mut table = [0_u32; 256];
        for (start, entry) in (0_u32..).zip(table.iter_mut()) {
            *entry = (0..8).fold(start, |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0x82f6_3b78 } else { sum >> 1 });
        }
        Self { table, value: !0 }
    }

    fn update(&mut self, bytes: &[u8]) {
        for byte in bytes {
            let [low, ..] = (self.value ^ u32::from(*byte)).to_le_bytes();
            self.value = (self.value >> 8) ^ self.table[usize::from(low)];
        }
    }

    fn value(&self) -> u32 {
        !self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_the_known_ones() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        std::fs::write(&path, "123456789").unwrap();
        let sums = Sums::of(&path).unwrap();
        assert_eq!((sums.bytes, sums.crc32c), (9, 0xe306_9283));
        assert_eq!(sums.sha256[..4], [0x15, 0xe2, 0xb0, 0xd3]);
    }

    #[test]
    fn headers_of_the_usual_hosts_are_read() {
        let read = |name: &'static str, value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            announced(&headers)
        };
        let sum = "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=";
        assert!(matches!(read("x-amz-checksum-sha256", sum), Some(Checksum::Sha256([0x15, ..]))));
        assert!(matches!(
            read("repr-digest", "sha-256=:FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=:"),
            Some(Checksum::Sha256(_))
        ));
        assert_eq!(read("x-goog-hash", "crc32c=4waSgw==,md5=abc"), Some(Checksum::Crc32c(0xe306_9283)));
        // Of an upload in pieces: not a checksum of the file.
        assert_eq!(read("x-amz-checksum-sha256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=-3"), None);
        assert_eq!(read("etag", "\"x\""), None);
    }
}
