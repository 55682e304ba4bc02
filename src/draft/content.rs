//! The text of a draft's file.

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, value};

use super::buttons::button_tables;
use super::source::DraftSource;
use crate::ids::Language;
use crate::media::Kind;
use crate::message::{InlineKeyboard, LinkPreviewOptions};

/// What a draft's file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftContent {
    /// The message that it is made from.
    pub source: DraftSource,
    /// The language, if the channels use more than one.
    pub language: Option<Language>,
    /// The text as Markdown; empty if there is none.
    pub body: String,
    /// How the link preview of a text looks.
    pub link_preview: Option<LinkPreviewOptions>,
    /// Whether the caption is above the media.
    pub caption_above: bool,
    /// The files, in order.
    pub media: Vec<DraftMedia>,
    /// The buttons below it.
    pub buttons: InlineKeyboard,
}

/// A file of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftMedia {
    /// Its kind.
    pub kind: Kind,
    /// Its name beside the post's file.
    pub file: String,
    /// The name that readers see, if it is another one.
    pub name: Option<String>,
    /// The title of audio, if it is not the file's own.
    pub title: Option<String>,
    /// The performer of audio, if it is not the file's own.
    pub performer: Option<String>,
    /// Whether it is blurred until a reader taps it.
    pub has_spoiler: bool,
}

impl DraftContent {
    /// The file's text.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut file = DocumentMut::new();
        file.insert("draft", value(true));
        if let Some(language) = &self.language {
            file.insert("language", value(language.as_str()));
        }
        if !self.body.is_empty() {
            file.insert("body", value(self.body.as_str()));
        }
        if let Some(options) = &self.link_preview {
            file.insert("link_preview", link_preview(options));
        }
        if self.caption_above {
            file.insert("caption_above", value(true));
        }
        if !self.media.is_empty() {
            let media: ArrayOfTables = self.media.iter().map(DraftMedia::table).collect();
            file.insert("media", Item::ArrayOfTables(media));
        }
        if !self.buttons.is_empty() {
            let rows = (1..).zip(&self.buttons.rows);
            let buttons: Vec<_> = rows
                .flat_map(|(row, line)| {
                    line.iter().map(move |one| (row, one.text.as_str(), &one.press))
                })
                .collect();
            file.insert("buttons", Item::ArrayOfTables(button_tables(&buttons)));
        }
        format!("{}\n{file}", self.source)
    }
}

fn link_preview(options: &LinkPreviewOptions) -> Item {
    if options.is_disabled {
        return value("off");
    }
    let mut table = InlineTable::new();
    if let Some(url) = &options.url {
        table.insert("url", url.as_str().into());
        if options.prefer_small_media {
            table.insert("size", "small".into());
        } else if options.prefer_large_media {
            table.insert("size", "large".into());
        }
    }
    if options.show_above_text {
        table.insert("above_text", true.into());
    }
    value(table)
}

impl DraftMedia {
    fn table(&self) -> Table {
        let mut table = Table::new();
        table.insert(self.kind.name(), value(self.file.as_str()));
        let texts = [("name", &self.name), ("title", &self.title), ("performer", &self.performer)];
        for (key, text) in texts {
            if let Some(text) = text {
                table.insert(key, value(text.as_str()));
            }
        }
        if self.has_spoiler {
            table.insert("spoiler", value(true));
        }
        table
    }
}

/// A list of names as a TOML value.
pub(super) fn names<'n>(names: impl Iterator<Item = &'n str>) -> Item {
    value(names.collect::<Array>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::SourceMessage;
    use crate::message::{ButtonPress, InlineButton};

    #[test]
    fn file_holds_every_value_as_toml() {
        let source = DraftSource { operator: 111, message: SourceMessage::Message(45) };
        let mut draft = DraftContent {
            source,
            language: None,
            body: "Two \"lines\"\nof **text**".to_owned(),
            link_preview: None,
            caption_above: false,
            media: Vec::new(),
            buttons: InlineKeyboard::default(),
        };
        let first = "# Received in Telegram: operator 111, message 45\ndraft = true\n";
        let body = "body = \"\"\"\nTwo \"lines\"\nof **text**\"\"\"\n";
        assert_eq!(draft.to_toml(), format!("{first}{body}"));
        draft.language = Language::parse("en");
        draft.body = "'''\n\"\"\"\n\\ end\"".to_owned();
        draft.link_preview = Some(LinkPreviewOptions { is_disabled: true, ..Default::default() });
        draft.caption_above = true;
        draft.media = vec![DraftMedia {
            kind: Kind::Document,
            file: "report.pdf".to_owned(),
            name: Some("a\"\n[editions.en]\nb".to_owned()),
            title: None,
            performer: None,
            has_spoiler: true,
        }];
        let button = |text: &str, press| InlineButton { text: text.to_owned(), press };
        let open = button("Open", ButtonPress::Url("https://example.org/".to_owned()));
        let copy = button("Copy", ButtonPress::CopyText { text: "A\"1".to_owned() });
        draft.buttons.rows = vec![vec![open.clone()], vec![copy.clone()]];
        assert!(!draft.to_toml().contains("row = "));
        draft.buttons.rows = vec![vec![open.clone(), copy], vec![open]];
        let read: toml::Table = draft.to_toml().parse().unwrap();
        let [first, second, third] = [0, 1, 2].map(|number| &read["buttons"][number]);
        assert_eq!(first["url"].as_str(), Some("https://example.org/"));
        assert_eq!(second["copy"].as_str(), Some("A\"1"));
        assert_eq!([first, second, third].map(|one| one["row"].as_integer().unwrap()), [1, 1, 2]);
        assert_eq!(read["body"].as_str(), Some(draft.body.as_str()));
        assert_eq!(read["language"].as_str(), Some("en"));
        assert_eq!(read["link_preview"].as_str(), Some("off"));
        assert_eq!(read["caption_above"].as_bool(), Some(true));
        let item = &read["media"][0];
        assert_eq!(item["document"].as_str(), Some("report.pdf"));
        assert_eq!(item["name"].as_str(), Some("a\"\n[editions.en]\nb"));
        assert_eq!(read.len(), 7);
    }
}
