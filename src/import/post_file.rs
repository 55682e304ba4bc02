//! Writes the TOML of an imported post. It puts every value in as a value, never as text of the file.

use toml_edit::{Array, ArrayOfTables, Datetime, DocumentMut, InlineTable, Item, Table, value};

use crate::ids::PostId;
use crate::message::ButtonPress;

/// The texts of a post, as Markdown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PostText {
    /// The kind of message, if it is not the channel's.
    pub(super) format: Option<&'static str>,
    pub(super) marker: Option<String>,
    pub(super) heading: Option<String>,
    pub(super) body: Option<String>,
    pub(super) text: Option<String>,
    pub(super) bullets: Vec<String>,
    pub(super) read_more: Option<ReadMore>,
    pub(super) hashtags: Vec<String>,
    pub(super) hashtag_suffix: Option<String>,
}

/// The read-more line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ReadMore {
    pub(super) url: String,
    /// The words, if they are not the style's.
    pub(super) label: Option<String>,
}

/// A file of a post.
#[derive(Clone, Debug)]
pub(super) struct PostMedia<'m> {
    pub(super) kind: &'static str,
    /// Its path, relative to the folder of the post's file.
    pub(super) path: &'m str,
    pub(super) spoiler: bool,
    pub(super) name: Option<&'m str>,
    pub(super) title: Option<&'m str>,
    pub(super) performer: Option<&'m str>,
}

/// Everything in the file of a post.
#[derive(Clone, Debug)]
pub(super) struct PostFile<'m> {
    /// The lines above the keys, without `#`.
    pub(super) comment: String,
    pub(super) channel: &'m str,
    pub(super) publish_at: Datetime,
    pub(super) reply_to: Option<PostId>,
    pub(super) text: PostText,
    pub(super) media: Vec<PostMedia<'m>>,
    pub(super) buttons: Vec<(i64, &'m str, &'m ButtonPress)>,
    pub(super) poll: Option<(&'m str, &'m [String])>,
}

impl PostFile<'_> {
    /// The file.
    pub(super) fn toml(&self, draft: bool) -> String {
        let mut file = DocumentMut::new();
        let keys = file.as_table_mut();
        keys.decor_mut().set_prefix(format!("# {}\n", self.comment));
        keys.insert("channels", value(Array::from_iter([self.channel])));
        keys.insert("publish_at", value(self.publish_at));
        if draft {
            keys.insert("draft", value(true));
        }
        put(keys, "reply_to", self.reply_to.as_ref().map(PostId::as_str));
        let text = &self.text;
        put(keys, "format", text.format);
        put(keys, "marker", text.marker.as_deref());
        put(keys, "heading", text.heading.as_deref());
        put(keys, "text", text.text.as_deref());
        put(keys, "body", text.body.as_deref());
        put_list(keys, "bullets", &text.bullets, true);
        match &text.read_more {
            None => {}
            Some(ReadMore { url, label: None }) => put(keys, "read_more", Some(url)),
            Some(ReadMore { url, label: Some(label) }) => {
                let mut table = InlineTable::new();
                table.insert("url", url.as_str().into());
                table.insert("label", label.as_str().into());
                keys.insert("read_more", value(table));
            }
        }
        put_list(keys, "hashtags", &text.hashtags, false);
        put(keys, "hashtag_suffix", text.hashtag_suffix.as_deref());
        self.put_tables(keys);
        file.to_string()
    }

    fn put_tables(&self, keys: &mut Table) {
        put_tables(keys, "media", &self.media, |media, table| {
            put(table, media.kind, Some(media.path));
            if media.spoiler {
                table.insert("spoiler", value(true));
            }
            put(table, "name", media.name);
            put(table, "title", media.title);
            put(table, "performer", media.performer);
        });
        if !self.buttons.is_empty() {
            let buttons = crate::draft::button_tables(&self.buttons);
            keys.insert("buttons", Item::ArrayOfTables(buttons));
        }
        if let Some((question, options)) = self.poll {
            let mut table = Table::new();
            put(&mut table, "question", Some(question));
            put_list(&mut table, "options", options, false);
            keys.insert("poll", Item::Table(table));
        }
    }
}

fn put(table: &mut Table, key: &str, text: Option<&str>) {
    if let Some(text) = text {
        table.insert(key, value(text));
    }
}

/// A list, with a line for each item if the items are long.
fn put_list(table: &mut Table, key: &str, texts: &[String], is_long: bool) {
    if texts.is_empty() {
        return;
    }
    let mut list: Array = texts.iter().map(String::as_str).collect();
    if is_long {
        list.iter_mut().for_each(|text| text.decor_mut().set_prefix("\n    "));
        list.set_trailing("\n");
        list.set_trailing_comma(true);
    }
    table.insert(key, value(list));
}

fn put_tables<T>(keys: &mut Table, key: &str, items: &[T], fill: impl Fn(&T, &mut Table)) {
    if items.is_empty() {
        return;
    }
    let mut tables = ArrayOfTables::new();
    for item in items {
        let mut table = Table::new();
        fill(item, &mut table);
        tables.push(table);
    }
    keys.insert(key, Item::ArrayOfTables(tables));
}
