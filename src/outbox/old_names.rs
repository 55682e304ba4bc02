//! Possible earlier names of a post: published posts whose files are missing or now hold other content. It compares nothing.

use serde::{Deserialize, Serialize};

use crate::ids::PostId;
use crate::limits;

/// Published posts that may be the same post under another name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct OldNames {
    /// The most likely candidates, at most [`limits::OLD_NAMES`]; never empty.
    posts: Vec<PostId>,
    /// How many more there are.
    more: usize,
    /// The channel, if the candidates differ by channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    channel: Option<String>,
}

impl OldNames {
    /// These candidates, the most likely first; `None` if there are none.
    #[must_use]
    pub fn of(posts: impl IntoIterator<Item = PostId>) -> Option<Self> {
        let mut all = posts.into_iter();
        let posts: Vec<_> = all.by_ref().take(limits::OLD_NAMES).collect();
        (!posts.is_empty()).then(|| Self { posts, more: all.count(), channel: None })
    }

    /// Limits the candidates to one channel.
    #[must_use]
    pub fn in_channel(self, channel: String) -> Self {
        Self { channel: Some(channel), ..self }
    }

    /// The channel, if the candidates differ by channel.
    #[must_use]
    pub fn channel(&self) -> Option<&str> {
        self.channel.as_deref()
    }

    /// The most likely candidates.
    #[must_use]
    pub fn posts(&self) -> &[PostId] {
        &self.posts
    }

    /// How many more there are.
    #[must_use]
    pub fn more(&self) -> usize {
        self.more
    }

    /// A readable list: "`a`, `b` and 3 more".
    #[must_use]
    pub fn shown(&self) -> String {
        let named: Vec<_> = self.posts.iter().map(|post| format!("`{post}`")).collect();
        match (named.as_slice(), self.more) {
            ([single], 0) => single.clone(),
            ([rest @ .., last], 0) => format!("{} and {last}", rest.join(", ")),
            (all, more) => format!("{} and {more} more", all.join(", ")),
        }
    }

    /// Why the post `new` is held, and what to do. A post that is already in the journal can also be released.
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
            format!("; `telepress release {new}` puts it on the schedule")
        } else {
            String::new()
        };
        format!(
            "it may be {which}{names} under a new name, or a copy: if it is the same post, run `telepress move {old} {new}{channel}`; if it is a new post, `telepress publish {new}` publishes it now{release}"
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
    fn list_of_names_is_limited() {
        assert_eq!(OldNames::of([]), None);
        assert_eq!(names(&["a"]).shown(), "`a`");
        assert_eq!(names(&["a", "b", "c"]).shown(), "`a`, `b` and `c`");
        assert_eq!(names(&["a", "b", "c", "d", "e"]).shown(), "`a`, `b`, `c` and 2 more");
    }

    #[test]
    fn reason_names_both_posts_and_both_commands() {
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
