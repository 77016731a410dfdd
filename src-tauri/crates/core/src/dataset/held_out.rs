//! Which posts no training sees. They belong to the library, are chosen once by date, and stay: only so can versions be
//! compared over the years. Posts that are much alike (cross-posts, recaps of a series) are on one side together, or the
//! measurement would be of what was learned by heart.

use super::near::NearPair;
use super::{build, presets};
use crate::blog::post::{self, PostText};
use crate::id::PostId;
use crate::{Core, Error, Result};
use rusqlite::params;
use std::collections::{HashMap, HashSet};

/// Below this share of the posts, new posts join the held-out ones.
const SMALLEST_SHARE: f64 = 0.15;

/// How many of `posts` are held out at first: `max(2, round(0.2 × posts))`.
pub fn first_count(posts: usize) -> usize {
    let fifth = (posts * 2 + 5) / 10;
    fifth.max(2)
}

/// Which cluster of posts that are much alike each post is of; a post of no entry is alone.
pub type Clusters = HashMap<PostId, u32>;

/// Which posts should be held out now, newest first: those that are, those that join, and all that are much like one of
/// them.
///
/// `wanted` is the author's own number of posts. Posts a run learned from never join, nor do posts much like one.
///
/// # Errors
/// `BadInput` when `wanted` cannot be had; the sentence says why.
pub fn choose(used: &[PostText], clusters: &Clusters, wanted: Option<usize>) -> Result<Vec<PostId>> {
    let held_now = used.iter().filter(|text| text.post.held_out).count();
    let learned = used.iter().any(|text| text.trained);
    let goal = match wanted {
        Some(number) => wanted_count(number, used.len(), held_now, learned)?,
        None if used.len() < 3 => 0,
        None if held_now == 0 || !learned => first_count(used.len()),
        None => held_now.max(smallest(used.len())),
    };
    let cluster = |text: &PostText| clusters.get(&text.post.id).copied();
    // Posts of no cluster are alike to nobody.
    let alike = |one: &PostText, other: &PostText| {
        one.post.id == other.post.id || cluster(one).is_some() && cluster(one) == cluster(other)
    };
    // As long as nothing has been learned the choice is free, so the newest are taken, in whatever order posts came in.
    let stays = |text: &PostText| text.post.held_out && learned;
    let mut chosen: HashSet<PostId> = HashSet::new();
    for text in used.iter().filter(|text| !text.trained) {
        if used.iter().any(|other| stays(other) && alike(text, other)) {
            chosen.insert(text.post.id);
        }
    }
    chosen.extend(used.iter().filter(|text| stays(text)).map(|text| text.post.id));
    // Twins come on top: two of one text measure no more than one. A post that is much like very many others is no test
    // of anything, and would take them all along; only where all posts are like that is one of them taken.
    let mut count = chosen.len();
    for most_twins in [goal.div_ceil(4).max(2), used.len().saturating_sub(1)] {
        for text in used.iter().filter(|text| !text.truncated) {
            if count >= goal {
                break;
            }
            if chosen.contains(&text.post.id) {
                continue;
            }
            let twins: Vec<&PostText> = used.iter().filter(|other| alike(text, other)).collect();
            // Something must be left to learn from, however alike the posts are.
            let fits = twins.len() <= most_twins && chosen.len() + twins.len() < used.len();
            if fits && twins.iter().all(|twin| !twin.trained) {
                chosen.extend(twins.iter().map(|twin| twin.post.id));
                count += 1;
            }
        }
        if count > 0 {
            break;
        }
    }
    Ok(used.iter().map(|text| text.post.id).filter(|id| chosen.contains(id)).collect())
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

/// The posts that would be held out with the author's own number, or as it is.
///
/// # Errors
/// As [`choose`].
pub fn wanted(core: &Core, wanted: Option<usize>) -> Result<Vec<PostId>> {
    // Which posts are much alike is found when the examples are built; posts may have come in since.
    build::refresh(core, &presets::chosen(core)?.name)?;
    choose(&post::used_texts(&core.db)?, &clusters(core)?, wanted)
}

/// Brings the library's held-out posts in step with the posts it has, and gives their ids.
///
/// # Errors
/// As [`choose`], and when the library cannot be written.
pub fn settle(core: &Core, wanted: Option<usize>) -> Result<Vec<PostId>> {
    let used = post::used_texts(&core.db)?;
    let chosen = choose(&used, &clusters(core)?, wanted)?;
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

/// The clusters of posts that are much alike, as they were found last.
pub(super) fn clusters(core: &Core) -> Result<Clusters> {
    core.db.read(|c| {
        let mut statement = c.prepare("SELECT post_id, cluster FROM near_post")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    })
}

/// Writes down which posts are much alike. `groups` gives each text's cluster; texts after the posts are not posts.
pub(super) fn remember_near(core: &Core, posts: &[PostText], near: &[NearPair], groups: &[usize]) -> Result<()> {
    let id = |at: usize| posts.get(at).map(|text| text.post.id);
    let mut sizes: HashMap<usize, u32> = HashMap::new();
    for group in groups {
        *sizes.entry(*group).or_default() += 1;
    }
    core.db.write(|tx| {
        tx.execute_batch("DELETE FROM near_post; DELETE FROM near_pair;")?;
        for (at, group) in groups.iter().enumerate().take(posts.len()) {
            if sizes.get(group).is_some_and(|size| *size > 1) {
                let cluster = u32::try_from(*group).unwrap_or(u32::MAX);
                tx.execute("INSERT INTO near_post(post_id, cluster) VALUES (?1, ?2)", params![id(at), cluster])?;
            }
        }
        for pair in near {
            if let (Some(a), Some(b)) = (id(pair.a), id(pair.b)) {
                let sql = "INSERT OR IGNORE INTO near_pair(post_a, post_b, share, jaccard) VALUES (?1, ?2, ?3, ?4)";
                tx.execute(sql, params![a, b, pair.containment, pair.jaccard])?;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blog::post::{Post, PostState};
    use crate::id::SourceId;

    fn posts(count: u32, held: u32, trained: bool) -> Vec<PostText> {
        (0..count)
            .map(|i| PostText {
                key: format!("blog.example/{i}"),
                author: None,
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
        assert_eq!(alone(&posts(20, 0, false), None).unwrap(), ids(&[1, 2, 3, 4]));
        assert_eq!(alone(&posts(20, 4, true), None).unwrap(), ids(&[1, 2, 3, 4]));
    }

    #[test]
    fn before_anything_is_learned_the_newest_are_taken_anew() {
        // Held out while only the older half was here.
        let mut library = posts(20, 0, false);
        for early in library.iter_mut().skip(10).take(2) {
            early.post.held_out = true;
        }
        assert_eq!(alone(&library, None).unwrap(), (1..=4).map(PostId).collect::<Vec<_>>());
        library[19].trained = true;
        assert_eq!(alone(&library, None).unwrap(), [PostId(1), PostId(11), PostId(12)]);
    }

    #[test]
    fn new_posts_join_when_the_share_falls_and_learned_ones_never_do() {
        let mut library = posts(40, 4, true);
        for new in library.iter_mut().skip(30) {
            new.trained = false;
        }
        let chosen = alone(&library, None).unwrap();
        assert_eq!(chosen.len(), 6);
        assert!(chosen.iter().all(|id| id.0 <= 4 || id.0 > 30), "{chosen:?}");
    }

    #[test]
    fn truncated_posts_are_never_held_out() {
        let mut library = posts(10, 0, false);
        library[0].truncated = true;
        assert_eq!(alone(&library, None).unwrap(), [PostId(2), PostId(3)]);
    }

    #[test]
    fn a_number_that_cannot_be_had_is_refused_with_a_reason() {
        assert!(alone(&posts(5, 0, false), Some(5)).is_err());
        assert!(alone(&posts(5, 0, false), Some(0)).is_err());
        assert!(alone(&posts(20, 4, true), Some(2)).is_err());
        assert_eq!(alone(&posts(20, 4, false), Some(2)).unwrap().len(), 2);
    }

    fn alone(used: &[PostText], wanted: Option<usize>) -> Result<Vec<PostId>> {
        choose(used, &Clusters::new(), wanted)
    }

    #[test]
    fn a_twin_of_a_held_out_post_is_held_out_with_it() {
        // Posts 2 and 9 are one text; 2 is among the newest.
        let clusters = Clusters::from([(PostId(2), 7), (PostId(9), 7)]);
        assert_eq!(choose(&posts(10, 0, false), &clusters, None).unwrap(), [PostId(1), PostId(2), PostId(9)]);
    }

    #[test]
    fn a_post_much_like_one_that_was_learned_from_never_joins() {
        let mut library = posts(10, 0, false);
        library[8].trained = true;
        let clusters = Clusters::from([(PostId(1), 7), (PostId(9), 7)]);
        assert_eq!(choose(&library, &clusters, None).unwrap(), [PostId(2), PostId(3)]);
    }

    #[test]
    fn a_post_much_like_very_many_others_is_not_held_out() {
        // The two newest are issues of a weekly list, of which there are fifteen.
        let clusters: Clusters = (1..=30).step_by(2).map(|id| (PostId(id), 7)).collect();
        let expected: Vec<PostId> = (1..=6).map(|nth| PostId(nth * 2)).collect();
        assert_eq!(choose(&posts(30, 0, false), &clusters, None).unwrap(), expected);
    }

    #[test]
    fn a_new_twin_of_a_held_out_post_joins_at_once() {
        let mut library = posts(21, 0, true);
        for (at, text) in library.iter_mut().enumerate() {
            text.post.held_out = (1..5).contains(&at);
            text.trained = at > 4;
        }
        let clusters = Clusters::from([(PostId(1), 7), (PostId(3), 7)]);
        assert_eq!(choose(&library, &clusters, None).unwrap().len(), 5);
        assert_eq!(choose(&library, &Clusters::new(), None).unwrap().len(), 4);
    }

    proptest::proptest! {
        #[test]
        fn no_cluster_is_on_both_sides_unless_it_was_learned_from(
            of in proptest::collection::vec(0u32..8, 3..40), learned in proptest::collection::vec(proptest::bool::ANY, 40),
        ) {
            let mut library = posts(u32::try_from(of.len()).unwrap(), 0, false);
            for (text, learned) in library.iter_mut().zip(&learned) {
                text.trained = *learned;
            }
            let clusters: Clusters = library.iter().zip(&of).map(|(text, of)| (text.post.id, *of)).collect();
            let chosen = choose(&library, &clusters, None).unwrap();
            for text in &library {
                let twin_is_out = chosen.iter().any(|id| clusters[id] == clusters[&text.post.id]);
                proptest::prop_assert!(!twin_is_out || chosen.contains(&text.post.id));
            }
        }
    }
}
