//! The names that a post may have had: published posts whose own files no longer say what was published.

use serde::{Deserialize, Serialize};

use crate::ids::PostId;
use crate::limits;

/// Published posts of which a post may be one under another name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OldNames {
    /// The most likely ones, at most [`limits::OLD_NAMES`]; never empty.
    posts: Vec<PostId>,
    /// How many more there are.
    more: usize,
    /// The channel, where the post may have another name in another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    channel: Option<String>,
}

impl OldNames {
    /// These posts, the most likely ones first; `None` where there is none.
    #[must_use]
    pub fn of(posts: impl IntoIterator<Item = PostId>) -> Option<Self> {
        let mut all = posts.into_iter();
        let posts: Vec<_> = all.by_ref().take(limits::OLD_NAMES).collect();
        (!posts.is_empty()).then(|| Self { posts, more: all.count(), channel: None })
    }

    /// The same, in this channel alone.
    #[must_use]
    pub fn in_channel(self, channel: String) -> Self {
        Self { channel: Some(channel), ..self }
    }

    /// The channel, where the post may have another name in another one.
    #[must_use]
    pub fn channel(&self) -> Option<&str> {
        self.channel.as_deref()
    }

    /// The posts that are named.
    #[must_use]
    pub fn posts(&self) -> &[PostId] {
        &self.posts
    }

    /// How many more there are.
    #[must_use]
    pub fn more(&self) -> usize {
        self.more
    }

    /// As people read them: "`a`, `b` and 3 more".
    #[must_use]
    pub fn shown(&self) -> String {
        let named: Vec<_> = self.posts.iter().map(|post| format!("`{post}`")).collect();
        match (named.as_slice(), self.more) {
            ([one], 0) => one.clone(),
            ([rest @ .., last], 0) => format!("{} and {last}", rest.join(", ")),
            (all, more) => format!("{} and {more} more", all.join(", ")),
        }
    }

    /// Why the post `new` waits, and what to do about it. What is in the journal can be released: it goes out at its time then.
    #[must_use]
    pub fn reason(&self, new: &PostId, is_recorded: bool) -> String {
        let names = self.shown();
        let channel =
            self.channel.as_ref().map(|name| format!(" --channel {name}")).unwrap_or_default();
        let (which, old) = match self.posts.as_slice() {
            [old] if self.more == 0 => ("", old.as_str()),
            _ => ("one of ", "OLD"),
        };
        let release = if is_recorded {
            format!(", and `telepress release {new}` at its time")
        } else {
            String::new()
        };
        format!(
            "it may be {which}{names} under another name, or a copy: `telepress move {old} {new}{channel}` if it is that post; if it is another one, `telepress publish {new}` sends it now{release}"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(posts: &[&str]) -> OldNames {
        OldNames::of(posts.iter().map(|post| PostId::parse(post).unwrap())).unwrap()
    }

    #[test]
    fn at_most_a_few_names_are_shown() {
        assert_eq!(OldNames::of([]), None);
        assert_eq!(names(&["a"]).shown(), "`a`");
        assert_eq!(names(&["a", "b", "c"]).shown(), "`a`, `b` and `c`");
        assert_eq!(names(&["a", "b", "c", "d", "e"]).shown(), "`a`, `b`, `c` and 2 more");
    }

    #[test]
    fn reason_names_both_posts_and_both_ways_on() {
        let new = PostId::parse("b").unwrap();
        let one = names(&["a"]).reason(&new, false);
        assert!(one.contains("`telepress move a b`") && one.contains("`telepress publish b`"));
        let several = names(&["a", "c"]).reason(&new, true);
        assert!(several.contains("`a` and `c`") && several.contains("`telepress move OLD b`"));
    }

    #[test]
    fn names_survive_the_journal() {
        let kept = serde_json::to_string(&names(&["2024/a", "b"])).unwrap();
        assert_eq!(serde_json::from_str::<OldNames>(&kept).unwrap(), names(&["2024/a", "b"]));
    }
}
