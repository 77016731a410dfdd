//! Keys and tokens by the marks their issuers put before them.

use regex::Regex;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Fewer different signs are a placeholder such as `sk-xxxxxxxx`.
const FEWEST_SIGNS: usize = 6;

/// What is shown of a key, its pattern, and whether its random part must have digits; a word like `sk-` can also begin
/// a long hyphenated name.
static FORMS: LazyLock<Vec<(&'static str, Regex, bool)>> = LazyLock::new(|| {
    let forms = [
        ("sk-", r"(?-u:\b)sk-[A-Za-z0-9_\-]{20,}", true),
        ("ghp_", r"(?-u:\b)gh[pousr]_[A-Za-z0-9]{36,}", true),
        ("github_pat_", r"(?-u:\b)github_pat_[A-Za-z0-9_]{22,}", true),
        ("AKIA", r"(?-u:\b)(?:AKIA|ASIA)[0-9A-Z]{16}(?-u:\b)", false),
        ("xox", r"(?-u:\b)xox[abeoprs]-[A-Za-z0-9\-]{10,}", true),
        ("AIza", r"(?-u:\b)AIza[0-9A-Za-z_\-]{35}", false),
        ("tml-", r"(?-u:\b)tml-[A-Za-z0-9_\-]{16,}", true),
        ("-----BEGIN PRIVATE KEY-----", r"-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----", false),
        ("eyJ", r"(?-u:\b)eyJ[A-Za-z0-9_\-]{8,}\.eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}", false),
    ];
    forms.into_iter().filter_map(|(shown, form, digits)| Some((shown, Regex::new(form).ok()?, digits))).collect()
});

/// The keys of a text, each with what may be shown of it.
pub(super) fn find(text: &str) -> Vec<(&'static str, &str)> {
    let mut keys = Vec::new();
    for (shown, form, digits) in FORMS.iter() {
        let real = |key: &&str| {
            let signs: HashSet<char> = key.chars().skip(shown.len()).collect();
            signs.len() >= FEWEST_SIGNS && (!digits || signs.iter().any(char::is_ascii_digit))
                || key.starts_with("-----")
        };
        keys.extend(form.find_iter(text).map(|found| found.as_str()).filter(real).map(|key| (*shown, key)));
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random-looking signs, put together here so that nobody's scanner takes them for a leak.
    fn signs(count: usize) -> String {
        "aB3dE5gH7jK9".chars().cycle().take(count).collect()
    }

    #[test]
    fn each_issuers_keys_are_found() {
        assert_eq!(FORMS.len(), 9);
        let keys = [
            ("sk-", format!("sk-{}", signs(20))),
            ("ghp_", format!("gho_{}", signs(36))),
            ("github_pat_", format!("github_pat_{}", signs(22))),
            ("AKIA", format!("AKIA{}", signs(16).to_uppercase())),
            ("xox", format!("xoxb-{}", signs(10))),
            ("AIza", format!("AIza{}", signs(35))),
            ("tml-", format!("tml-{}", signs(16))),
            ("eyJ", format!("eyJ{0}.eyJ{0}.{0}", signs(8))),
        ];
        for (shown, key) in &keys {
            assert_eq!(find(&format!("My key is {key}, keep it.")), [(*shown, key.as_str())]);
        }
        let pem = format!("{0}BEGIN RSA PRIVATE KEY{0}", "-----");
        assert_eq!(find(&pem), [("-----BEGIN PRIVATE KEY-----", pem.as_str())]);
    }

    #[test]
    fn one_sign_less_or_a_placeholder_is_none() {
        for text in [
            format!("sk-{}", signs(19)),
            format!("ghp_{}", signs(35)),
            format!("AKIA{}", signs(15).to_uppercase()),
            format!("xoxb-{}", signs(9)),
            format!("tml-{}", signs(15)),
            format!("sk-{}", "x".repeat(40)),
            "task-force-of-the-northern-county".to_owned(),
            "sk-a-name-of-many-hyphenated-words".to_owned(),
            format!("{0}BEGIN PUBLIC KEY{0}", "-----"),
        ] {
            assert_eq!(find(&text), [], "{text}");
        }
    }
}
