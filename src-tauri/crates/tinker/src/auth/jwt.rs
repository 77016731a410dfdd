//! The two numbers of a token that matter here: when it was made and when it ends. Its signature is the server's affair.

use crate::Secret;
use serde::Deserialize;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A token is renewed before use when less than this is left.
const ENDING: Duration = Duration::from_secs(60);
/// How long a token is used that does not say when it ends.
const UNSAID: Duration = Duration::from_secs(600);

/// A token with its times.
#[derive(Clone)]
pub(super) struct Token {
    pub text: Secret,
    renew: SystemTime,
    ends: SystemTime,
}

/// Where a token is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    Fresh,
    /// To be renewed when there is time.
    Middling,
    /// To be renewed before it is used.
    Ending,
    Over,
}

#[derive(Deserialize)]
struct Claims {
    iat: Option<f64>,
    exp: Option<f64>,
}

impl Token {
    pub(super) fn looks_like_one(text: &Secret) -> bool {
        text.expose().starts_with("eyJ")
    }

    /// Reads a token's times; `part` of its life is to pass before it is renewed.
    pub(super) fn read(text: &Secret, part: f64) -> Option<Self> {
        let claims = text.expose().split('.').nth(1)?;
        let claims: Claims = serde_json::from_slice(&base64(claims)?).ok()?;
        let moment = |seconds: f64| Some(UNIX_EPOCH + Duration::try_from_secs_f64(seconds).ok()?);
        let made = claims.iat.and_then(moment).unwrap_or_else(SystemTime::now);
        let ends = claims.exp.and_then(moment).unwrap_or(made + UNSAID);
        let life = ends.duration_since(made).unwrap_or_default();
        Some(Self { text: text.clone(), renew: made + life.mul_f64(part), ends })
    }

    pub(super) fn age(&self, now: SystemTime) -> Age {
        if now >= self.ends {
            Age::Over
        } else if now + ENDING >= self.ends {
            Age::Ending
        } else if now >= self.renew {
            Age::Middling
        } else {
            Age::Fresh
        }
    }
}

/// Base64 in either alphabet, with or without padding.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from((bits >> held) & 0xff).ok()?);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{"iat":1000,"exp":2000}` between two other parts.
    const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJpYXQiOjEwMDAsImV4cCI6MjAwMH0.c2ln";

    #[test]
    fn a_token_goes_through_its_ages() {
        let token = Token::read(&Secret::new(TOKEN), 0.5).unwrap();
        let age = |seconds| token.age(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!([1000, 1499, 1500, 1939].map(age), [Age::Fresh, Age::Fresh, Age::Middling, Age::Middling]);
        assert_eq!([1940, 1999, 2000].map(age), [Age::Ending, Age::Ending, Age::Over]);
    }

    #[test]
    fn what_is_no_token_is_not_read() {
        for text in ["", "eyJ", "a.b.c", "eyJhbGciOiJub25lIn0.e30!.x", "a.bm90IGpzb24.c"] {
            assert!(Token::read(&Secret::new(text), 0.5).is_none(), "{text}");
        }
        assert_eq!(base64("_-8").unwrap(), [0xff, 0xef]);
    }
}
