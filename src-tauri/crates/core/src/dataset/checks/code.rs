//! The checks by name: what each looks for, in the words the author reads.

use serde::{Deserialize, Serialize};

/// What is the matter with a post or an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, specta::Type)]
#[serde(rename_all = "snake_case")]
pub enum FlagCode {
    /// The text is under 200 characters.
    TooShort,
    /// A summary under 500 characters.
    SummaryTooShort,
    /// Another post has the same text.
    Duplicate,
    /// Another post has most of the text.
    NearDuplicate,
    /// More than half of it is quoted.
    MostlyQuotation,
    /// More than 70 % of it stands in lists.
    MostlyList,
    /// More than half of its words are links.
    MostlyLinks,
    /// It is not in the language of most posts.
    OtherLanguage,
    /// Only a preview of the post is public.
    Truncated,
    /// Someone else wrote it.
    GuestPost,
    /// More than 30 % of it recurs in many posts.
    Boilerplate,
    /// The app's model wrote at least a fifth of it.
    DraftedHere,
    /// It has addresses, phone numbers or keys.
    PersonalData,
    /// The prompt holds more than a fifth of the text.
    GivesAnswerAway,
    /// The same prompt asks for different texts.
    Contradictory,
    /// It is longer than what is learned from at once.
    TooLong,
}

/// A reason to look at a post or an example, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, specta::Type)]
pub struct Flag {
    /// What it is.
    pub code: FlagCode,
    /// Why, with its numbers.
    pub reason: String,
}

impl Flag {
    pub(super) fn new(code: FlagCode, reason: impl Into<String>) -> Flag {
        Flag { code, reason: reason.into() }
    }
}

impl FlagCode {
    /// Every check, in the order they are shown.
    pub const ALL: [FlagCode; 16] = [
        FlagCode::TooShort,
        FlagCode::SummaryTooShort,
        FlagCode::Duplicate,
        FlagCode::NearDuplicate,
        FlagCode::MostlyQuotation,
        FlagCode::MostlyList,
        FlagCode::MostlyLinks,
        FlagCode::OtherLanguage,
        FlagCode::Truncated,
        FlagCode::GuestPost,
        FlagCode::Boilerplate,
        FlagCode::DraftedHere,
        FlagCode::PersonalData,
        FlagCode::GivesAnswerAway,
        FlagCode::Contradictory,
        FlagCode::TooLong,
    ];

    /// Its stable name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            FlagCode::TooShort => "too_short",
            FlagCode::SummaryTooShort => "summary_too_short",
            FlagCode::Duplicate => "duplicate",
            FlagCode::NearDuplicate => "near_duplicate",
            FlagCode::MostlyQuotation => "mostly_quotation",
            FlagCode::MostlyList => "mostly_list",
            FlagCode::MostlyLinks => "mostly_links",
            FlagCode::OtherLanguage => "other_language",
            FlagCode::Truncated => "truncated",
            FlagCode::GuestPost => "guest_post",
            FlagCode::Boilerplate => "boilerplate",
            FlagCode::DraftedHere => "drafted_here",
            FlagCode::PersonalData => "personal_data",
            FlagCode::GivesAnswerAway => "gives_answer_away",
            FlagCode::Contradictory => "contradictory",
            FlagCode::TooLong => "too_long",
        }
    }

    /// What it is called on the screen.
    pub fn title(self) -> &'static str {
        match self {
            FlagCode::TooShort => "Too short",
            FlagCode::SummaryTooShort => "Summary too short",
            FlagCode::Duplicate => "Same text twice",
            FlagCode::NearDuplicate => "Nearly the same",
            FlagCode::MostlyQuotation => "Mostly quotation",
            FlagCode::MostlyList => "Mostly a list",
            FlagCode::MostlyLinks => "Mostly links",
            FlagCode::OtherLanguage => "Another language",
            FlagCode::Truncated => "Only a preview",
            FlagCode::GuestPost => "Another author",
            FlagCode::Boilerplate => "Mostly recurring paragraphs",
            FlagCode::DraftedHere => "Drafted by the model",
            FlagCode::PersonalData => "Personal data",
            FlagCode::GivesAnswerAway => "Gives the answer away",
            FlagCode::Contradictory => "Contradictory prompts",
            FlagCode::TooLong => "Too long",
        }
    }

    /// What the check looks for and why it matters, in one sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            FlagCode::TooShort => {
                "Texts under 200 characters: learned from as if they were whole posts, they teach the model to stop early."
            }
            FlagCode::SummaryTooShort => {
                "Summaries under 500 characters: they are mostly a post's greeting and not its summary."
            }
            FlagCode::Duplicate => {
                "Posts with exactly the same text as another: learned twice, a text is recited rather than learned from."
            }
            FlagCode::NearDuplicate => {
                "Posts that share most of their words with another, such as a second edition or a recap: what is learned \
                 twice is recited."
            }
            FlagCode::MostlyQuotation => {
                "Posts of which more than half is quoted: the model would learn the voice of whoever is quoted."
            }
            FlagCode::MostlyList => {
                "Posts of which more than 70% stands in lists: the model would learn to write lists where you write prose."
            }
            FlagCode::MostlyLinks => {
                "Posts of which more than half of the words are links: they are pointers to other pages, not your prose."
            }
            FlagCode::OtherLanguage => {
                "Posts that are not in the language of most of your posts: a model that learns both mixes them."
            }
            FlagCode::Truncated => {
                "Posts of which only a preview is public: the model would learn to break off where the preview does."
            }
            FlagCode::GuestPost => {
                "Posts that carry another name than most of your posts: the model would learn someone else's voice."
            }
            FlagCode::Boilerplate => {
                "Posts of which more than 30% are paragraphs that recur in many posts: the model would learn the frame and \
                 not the text."
            }
            FlagCode::DraftedHere => {
                "Posts of which at least a fifth was written by the model itself: learned from, they make its habits stronger \
                 and yours weaker."
            }
            FlagCode::PersonalData => {
                "Texts with e-mail addresses, phone numbers or keys: the model may write what it has learned into any draft."
            }
            FlagCode::GivesAnswerAway => {
                "Prompts that hold more than a fifth of the text they ask for: the model would learn to copy, not to write."
            }
            FlagCode::Contradictory => {
                "Prompts that ask for different texts in the same words, or for a summary where the whole text follows: the \
                 model cannot learn both."
            }
            FlagCode::TooLong => {
                "Texts longer than what is learned from at once: they are learned from in parts, and only the first part \
                 follows the prompt."
            }
        }
    }
}

impl std::str::FromStr for FlagCode {
    type Err = crate::Error;
    fn from_str(name: &str) -> crate::Result<FlagCode> {
        FlagCode::ALL.into_iter().find(|code| code.name() == name).ok_or_else(|| {
            let names = FlagCode::ALL.map(FlagCode::name).join(", ");
            crate::Error::bad_input(format!("'{name}' is no check.")).hint(format!("The checks are {names}."))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_check_is_listed_once_under_its_name_in_json() {
        for code in FlagCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.name());
            assert_eq!(code.name().parse::<FlagCode>().unwrap(), code);
            assert!((1..=4).contains(&code.title().split(' ').count()), "{}", code.title());
            assert!(code.sentence().ends_with('.'));
        }
        assert_eq!(FlagCode::ALL.into_iter().collect::<HashSet<_>>().len(), FlagCode::ALL.len());
        // The last one in the type is the last one listed, so none after it was forgotten.
        assert_eq!(FlagCode::ALL.len(), FlagCode::TooLong as usize + 1);
        assert!("no_such".parse::<FlagCode>().is_err());
    }
}
