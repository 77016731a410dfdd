//! Which posts no training sees. They belong to the library, are chosen once by date, and stay: only so can versions be
//! compared over the years.

use crate::blog::post::{self, PostText};
use crate::id::PostId;
use crate::{Core, Error, Result};

/// Below this share of the posts, new posts join the held-out ones.
const SMALLEST_SHARE: f64 = 0.15;

/// How many of `posts` are held out at first: `max(2, round(0.2 × posts))`.
pub fn first_count(posts: usize) -> usize {
    let fifth = (posts * 2 + 5) / 10;
    fifth.max(2)
}

/// Which posts should be held out now, newest first: those that are, and those that join.
///
/// `wanted` is the author's own number of posts. Posts a run learned from never join.
///
/// # Errors
/// `BadInput` when `wanted` cannot be had; the sentence says why.
pub fn choose(used: &[PostText], wanted: Option<usize>) -> Result<Vec<PostId>> {
    let held = |text: &&PostText| text.post.held_out;
    let held_now = used.iter().filter(held).count();
    let learned = used.iter().any(|text| text.trained);
    let goal = match wanted {
        Some(number) => wanted_count(number, used.len(), held_now, learned)?,
        None if used.len() < 3 => 0,
        None if held_now == 0 => first_count(used.len()),
        None => held_now.max(smallest(used.len())),
    };
    // Nothing has been learned yet: the choice is free, so take the newest.
    let keep = if learned || wanted.is_none() {
        used.iter().filter(held).map(|text| text.post.id).collect()
    } else {
        Vec::new()
    };
    let mut chosen: Vec<PostId> = keep;
    for text in used.iter().filter(|text| !text.trained && !text.truncated) {
        if chosen.len() >= goal {
            break;
        }
        if !chosen.contains(&text.post.id) {
            chosen.push(text.post.id);
        }
    }
    Ok(chosen)
}

fn smallest(posts: usize) -> usize {
    // The smallest whole number of posts that is not below the share.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    let count = (posts as f64 * SMALLEST_SHARE).ceil() as usize;
    count
}

fn wanted_count(wanted: usize, posts: usize, held_now: usize, learned: bool) -> Result<usize> {
    if wanted == 0 {
        return Err(Error::bad_input(
            "At least one post must be left out of the training, or nothing can be measured.",
        )
        .hint("Choose a number of posts, such as 2."));
    }
    if wanted >= posts {
        return Err(Error::bad_input(format!(
            "{wanted} of {posts} posts cannot be left out: none would be left to learn from."
        ))
        .hint("Choose a smaller number."));
    }
    if learned && wanted < held_now {
        return Err(Error::bad_input(format!(
            "{held_now} posts are left out of the training and stay so, because earlier versions were measured on them."
        ))
        .hint(format!("Choose {held_now} or more, or leave the number away.")));
    }
    Ok(wanted)
}

/// Brings the library's held-out posts in step with the posts it has, and gives their ids.
///
/// # Errors
/// As [`choose`], and when the library cannot be written.
pub fn settle(core: &Core, wanted: Option<usize>) -> Result<Vec<PostId>> {
    let used = post::used_texts(&core.db)?;
    let chosen = choose(&used, wanted)?;
    let now: Vec<PostId> = used.iter().filter(|text| text.post.held_out).map(|text| text.post.id).collect();
    let same = now.len() == chosen.len() && now.iter().all(|id| chosen.contains(id));
    if !same {
        let stamp = core.clock.stamp();
        let out: Vec<PostId> = now.iter().filter(|id| !chosen.contains(id)).copied().collect();
        core.db.write(|tx| {
            post::release(tx, &out)?;
            post::hold_out(tx, &chosen, &stamp)
        })?;
        core.changed(crate::Topic::Posts);
    }
    Ok(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blog::post::{Post, PostState};
    use crate::id::SourceId;

    fn posts(count: u32, held: u32, trained: bool) -> Vec<PostText> {
        (0..count)
            .map(|i| PostText {
                post: Post {
                    id: PostId(i + 1),
                    source: SourceId(1),
                    url: None,
                    title: format!("Post {i}"),
                    subtitle: None,
                    published_at: None,
                    words: 100,
                    state: PostState::Included,
                    held_out: i < held,
                },
                markdown: String::new(),
                content_hash: String::new(),
                truncated: false,
                trained: trained && i >= held,
                dropped: Default::default(),
            })
            .collect()
    }

    #[test]
    fn a_fifth_of_the_posts_and_at_least_two() {
        assert_eq!([3, 5, 10, 12, 13, 20, 118].map(first_count), [2, 2, 2, 2, 3, 4, 24]);
    }

    #[test]
    fn the_newest_are_chosen_and_stay_when_posts_are_added() {
        let ids = |numbers: &[u32]| numbers.iter().copied().map(PostId).collect::<Vec<_>>();
        assert_eq!(choose(&posts(20, 0, false), None).unwrap(), ids(&[1, 2, 3, 4]));
        assert_eq!(choose(&posts(20, 4, true), None).unwrap(), ids(&[1, 2, 3, 4]));
    }

    #[test]
    fn new_posts_join_when_the_share_falls_and_learned_ones_never_do() {
        let mut library = posts(40, 4, true);
        for new in library.iter_mut().skip(30) {
            new.trained = false;
        }
        let chosen = choose(&library, None).unwrap();
        assert_eq!(chosen.len(), 6);
        assert!(chosen.iter().all(|id| id.0 <= 4 || id.0 > 30), "{chosen:?}");
    }

    #[test]
    fn truncated_posts_are_never_held_out() {
        let mut library = posts(10, 0, false);
        library[0].truncated = true;
        assert_eq!(choose(&library, None).unwrap(), [PostId(2), PostId(3)]);
    }

    #[test]
    fn a_number_that_cannot_be_had_is_refused_with_a_reason() {
        assert!(choose(&posts(5, 0, false), Some(5)).is_err());
        assert!(choose(&posts(5, 0, false), Some(0)).is_err());
        assert!(choose(&posts(20, 4, true), Some(2)).is_err());
        assert_eq!(choose(&posts(20, 4, false), Some(2)).unwrap().len(), 2);
    }
}
