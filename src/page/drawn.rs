//! A page as it was drawn, and what has to be said to a browser that shows another: of a list of a thousand items only
//! those that differ. It knows no post and no connection.

use std::collections::HashMap;
use std::sync::Arc;

use maud::{Markup, PreEscaped};
use serde::Serialize;
use telegram_text::utf16;

/// So many items share an element of their own, which a browser leaves out of its work while none of them is in sight.
const CHUNK: usize = 50;

/// A page: what stands around, and the items of its one list, if it has any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// What stands before the items. Where there are items it ends inside of the element that holds them, made by
    /// [`Drawn::list`].
    pub before: String,
    /// The items in their order, each an element with its key as `data-key`.
    pub items: Vec<Item>,
    /// What stands behind the items.
    pub after: String,
}

/// An item of a list. It is shared with whoever keeps it: that it is the same is seen without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What it is known by, wherever it stands.
    pub key: Arc<str>,
    /// Its element.
    pub html: Arc<str>,
}

/// What a browser does to show another page: what is not named stays.
#[derive(Serialize)]
struct Difference<'d> {
    /// All around the items.
    #[serde(skip_serializing_if = "Option::is_none")]
    frame: Option<Splice>,
    /// The keys of all items, where others are there now or in another order.
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<Vec<&'d str>>,
    /// The items that are new or another, by their keys.
    items: Vec<(&'d str, &'d str)>,
}

/// How what stands around the items becomes something else: how many UTF-16 units of it stay in front, how many behind them
/// go, and what comes in their place.
#[derive(Serialize)]
struct Splice(usize, usize, String);

impl Splice {
    fn between(old: &str, new: &str) -> Self {
        let alike = |(old, new): &(char, char)| old == new;
        let same = old.chars().zip(new.chars()).take_while(alike);
        let front = same.map(|(one, _)| one.len_utf8()).sum();
        let (kept, old) = old.split_at_checked(front).unwrap_or_default();
        let new = new.get(front..).unwrap_or_default();
        let same = old.chars().rev().zip(new.chars().rev()).take_while(alike);
        let back: usize = same.map(|(one, _)| one.len_utf8()).sum();
        let goes = old.get(..old.len() - back).unwrap_or_default();
        let comes = new.get(..new.len() - back).unwrap_or_default();
        Self(utf16::len(kept), utf16::len(goes), comes.to_owned())
    }
}

impl Drawn {
    /// A page without a list.
    #[must_use]
    pub fn plain(page: Markup) -> Self {
        Self { before: page.0, ..Self::default() }
    }

    /// A page with a list: what stands before it and behind it, and the items.
    #[must_use]
    pub fn list(before: Markup, items: Vec<Item>, after: &Markup) -> Self {
        let open =
            format!("<div id=\"posts\" data-key=\"posts\" role=\"list\" data-items=\"{CHUNK}\">");
        Self { before: before.0 + &open, items, after: format!("</div>{}", after.0) }
    }

    /// All of it.
    #[must_use]
    pub fn whole(&self) -> Markup {
        let mut page = self.before.clone();
        for chunk in self.items.chunks(CHUNK) {
            page += "<div class=\"chunk\" role=\"none\">";
            page.extend(chunk.iter().map(|item| &*item.html));
            page += "</div>";
        }
        PreEscaped(page + &self.after)
    }

    /// What is said, in JSON, to a browser that shows `other`, or of which it is not known what it shows.
    #[must_use]
    pub fn difference(&self, other: Option<&Self>) -> String {
        let frame = |page: &Self| format!("{}{}", page.before, page.after);
        let (old, new) = (other.map(frame).unwrap_or_default(), frame(self));
        let order = other.is_none_or(|other| !self.keys().eq(other.keys()));
        let items: Vec<_> = match other {
            // In the same order, what is another one is seen side by side.
            Some(other) if !order => {
                let pairs = self.items.iter().zip(&other.items);
                pairs.filter(|(new, old)| new != old).map(|(new, _)| new).collect()
            }
            other => {
                let items = other.iter().flat_map(|other| &other.items);
                let known: HashMap<_, _> = items.map(|item| (&item.key, &item.html)).collect();
                let is_new = |item: &&Item| known.get(&item.key) != Some(&&item.html);
                self.items.iter().filter(is_new).collect()
            }
        };
        let said = Difference {
            frame: (old != new).then(|| Splice::between(&old, &new)),
            order: order.then(|| self.keys().collect()),
            items: items.into_iter().map(|item| (&*item.key, &*item.html)).collect(),
        };
        // Strings only: they can be written.
        serde_json::to_string(&said).unwrap_or_default()
    }

    fn keys(&self) -> impl Iterator<Item = &str> {
        self.items.iter().map(|item| &*item.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(frame: &str, items: &[(&str, &str)]) -> Drawn {
        let item = |(key, html): &(&str, &str)| Item { key: (*key).into(), html: (*html).into() };
        let items = items.iter().map(item).collect();
        Drawn::list(PreEscaped(frame.into()), items, &PreEscaped(String::new()))
    }

    #[test]
    fn only_what_differs_is_said() {
        let old = page("a", &[("x", "1"), ("y", "2")]);
        for (new, said) in [
            (page("a", &[("x", "1"), ("y", "3")]), r#"{"items":[["y","3"]]}"#),
            (page("a", &[("y", "2"), ("x", "1")]), r#"{"order":["y","x"],"items":[]}"#),
            (page("a", &[("y", "2")]), r#"{"order":["y"],"items":[]}"#),
            (page("b", &[("x", "1"), ("y", "2")]), r#"{"frame":[0,1,"b"],"items":[]}"#),
            (
                page("a", &[("x", "1"), ("z", "2"), ("y", "2")]),
                r#"{"order":["x","z","y"],"items":[["z","2"]]}"#,
            ),
        ] {
            assert_eq!(new.difference(Some(&old)), said);
        }
        let list =
            r#"a<div id=\"posts\" data-key=\"posts\" role=\"list\" data-items=\"50\"></div>"#;
        let all = format!(
            r#"{{"frame":[0,0,"{list}"],"order":["x","y"],"items":[["x","1"],["y","2"]]}}"#
        );
        assert_eq!(old.difference(None), all);
    }

    #[test]
    fn all_items_are_there_in_chunks() {
        let items: Vec<_> = (0..=CHUNK).map(|_| ("key", "i")).collect();
        let chunk =
            |items: usize| format!(r#"<div class="chunk" role="none">{}</div>"#, "i".repeat(items));
        let list = format!("{}{}", chunk(CHUNK), chunk(1));
        let whole = format!(
            r#"a<div id="posts" data-key="posts" role="list" data-items="50">{list}</div>"#
        );
        assert_eq!(page("a", &items).whole().0, whole);
    }

    #[test]
    fn what_stands_around_becomes_the_other_by_the_units_that_a_browser_counts() {
        for (old, new) in [
            ("", "a"),
            ("a", ""),
            ("aa", "aaa"),
            ("🙂b🙃", "🙂🙃"),
            ("🙂", "🙃"),
            ("é🙂x", "é🙂🙂x"),
            ("abab", "ab"),
        ] {
            let Splice(front, goes, comes) = Splice::between(old, new);
            let mut units: Vec<u16> = old.encode_utf16().collect();
            units.splice(front..front + goes, comes.encode_utf16());
            assert_eq!(String::from_utf16(&units).unwrap(), new, "{old}");
        }
    }
}
