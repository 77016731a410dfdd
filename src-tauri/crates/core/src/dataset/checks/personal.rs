//! What should not come out of a model: e-mail addresses, phone numbers, keys.
//!
//! The reason shows each find masked, since reasons are stored, shown and exported.

mod keys;
mod phones;

use super::{Flag, FlagCode};
use regex::Regex;
use std::sync::LazyLock;

/// So many finds of a sort are shown; of the rest the number is given.
const SHOWN: usize = 3;

/// Whether a text has e-mail addresses, phone numbers or keys.
pub(super) fn personal_data(text: &str) -> Option<Flag> {
    // Markdown escapes the low line, which keys and addresses are full of.
    let text = text.replace("\\_", "_");
    let sorts = [
        ("an e-mail address", "e-mail addresses", emails(&text)),
        ("a phone number", "phone numbers", phones::find(&text).into_iter().map(mask_phone).collect()),
        ("a key or token", "keys or tokens", keys::find(&text).into_iter().map(mask_key).collect()),
    ];
    let parts: Vec<String> =
        sorts.into_iter().filter_map(|(one, many, found)| sentence_part(one, many, found)).collect();
    let last = parts.last()?;
    let list = match parts.len() {
        1 => last.clone(),
        count => format!("{} and {last}", parts[..count - 1].join(", ")),
    };
    let reason = format!("It has {list}. The model may write what it has learned into any draft.");
    Some(Flag::new(FlagCode::PersonalData, reason))
}

fn sentence_part(one: &str, many: &str, mut found: Vec<String>) -> Option<String> {
    let mut seen = std::collections::HashSet::new();
    found.retain(|masked| seen.insert(masked.clone()));
    let shown = found.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    match found.len() {
        0 => None,
        1 => Some(format!("{one} ({shown})")),
        count if count > SHOWN => Some(format!("{count} {many} ({shown} and others)")),
        count => Some(format!("{count} {many} ({shown})")),
    }
}

/// The e-mail addresses of a text, masked. Names of picture files at double size look like addresses and are not; nor
/// is what version control writes before a host.
fn emails(text: &str) -> Vec<String> {
    static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}")
            .ok()
    });
    const PICTURES: [&str; 6] = [".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp"];
    let Some(address) = ADDRESS.as_ref().filter(|_| text.contains('@')) else { return Vec::new() };
    let is_address = |found: &regex::Match<'_>| {
        let handle = text[..found.start()].ends_with(['@', '/']);
        let lower = found.as_str().to_ascii_lowercase();
        !handle && !lower.starts_with("git@") && !PICTURES.iter().any(|end| lower.ends_with(end))
    };
    address.find_iter(text).filter(is_address).filter_map(|found| mask_email(found.as_str())).collect()
}

fn mask_email(address: &str) -> Option<String> {
    let (name, host) = address.split_once('@')?;
    Some(format!("{}…@{host}", name.chars().next()?))
}

/// The first three signs and the last two.
fn mask_phone(number: &str) -> String {
    let signs: Vec<char> = number.chars().collect();
    let first: String = signs.iter().take(3).collect();
    let last: String = signs.iter().skip(signs.len().saturating_sub(2)).collect();
    format!("{}…{last}", first.trim_end())
}

/// What tells the sort of key, and nothing of its secret.
fn mask_key((sort, _): (&'static str, &str)) -> String {
    format!("{sort}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_are_masked() {
        let key = format!("ghp_{}", "a1B2c3D4e5".repeat(4));
        let text = format!("Write to ann.lee@example.org or +49 30 1234567. Never to {}.", key.replace('_', "\\_"));
        let reason = personal_data(&text).unwrap().reason;
        let expected = "It has an e-mail address (a…@example.org), a phone number (+49…67) and a key or token (ghp_…). \
                        The model may write what it has learned into any draft.";
        assert_eq!(reason, expected);
    }

    #[test]
    fn many_finds_are_counted() {
        let reason = personal_data("a1@x.org b2@x.org c3@x.org d4@x.org a1@x.org").unwrap().reason;
        assert!(reason.starts_with("It has 4 e-mail addresses (a…@x.org, b…@x.org, c…@x.org and others)."), "{reason}");
    }

    #[test]
    fn what_only_looks_like_an_address_is_none() {
        for text in
            ["icon@2x.png", "@ann@social.example", "git@code.example:ann/tea.git", "ann@home", "a @ b.org", "3 @ 4.50"]
        {
            assert_eq!(personal_data(text), None, "{text}");
        }
        assert!(personal_data("Mail <a.b+c@mail.example.co.uk>.").is_some());
    }
}
