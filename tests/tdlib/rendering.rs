//! Renders a post with a config, in this process and without the binary.

use serde::{Deserialize, Serialize};
use telegram_text::{Entity, EntityKind, FormattedText};
use telepress::ids::PostId;
use telepress::media::{MediaFolder, NoFiles};
use telepress::source::SourceFile;

/// A text and its entities, as the Bot API names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Text {
    pub(super) text: String,
    #[serde(default)]
    pub(super) entities: Vec<Entity>,
}

/// Every part of a post without files, grouped by channel; for a post with errors, the codes of the errors.
pub(super) fn render(config: &str, post: &str) -> Result<Vec<Text>, Vec<&'static str>> {
    render_with(config, post, &NoFiles)
}

/// The same for a post in a folder with files: its texts and captions.
pub(super) fn render_with(
    config: &str,
    post: &str,
    files: &dyn MediaFolder,
) -> Result<Vec<Text>, Vec<&'static str>> {
    let names = |diagnostics: &[telepress::diagnostic::Diagnostic]| {
        diagnostics
            .iter()
            .filter(|found| found.is_error())
            .map(|found| found.code().name())
            .collect()
    };
    let (config, diagnostics) =
        telepress::config::check(&SourceFile::new("config/telepress.toml", config));
    let Some(config) = config else { return Err(names(&diagnostics)) };
    let file = SourceFile::new("posts/post.toml", post);
    let id = PostId::parse("post").unwrap();
    let checked = telepress::check::check(&file, id, &config, jiff::Timestamp::UNIX_EPOCH, files);
    let Some(post) = checked.post else { return Err(names(&checked.diagnostics)) };
    let parts = post.messages.iter().flat_map(|parts| parts.iter());
    let texts = parts.map(|part| Text::from(part.text()));
    // A poll has no text with formatting.
    Ok(texts.filter(|text| !text.text.is_empty()).collect())
}

/// Fails unless the texts have entities of every kind.
#[track_caller]
pub(super) fn assert_covered(texts: &[Text]) {
    let kinds = || texts.iter().flat_map(|text| &text.entities).map(|entity| &entity.kind);
    for kind in [
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "custom_emoji",
    ] {
        assert!(kinds().filter(|found| found.name() == kind).count() > 20, "too few {kind}");
    }
    let named = |kind: &EntityKind| matches!(kind, EntityKind::Pre { language: Some(_) });
    assert!(kinds().any(named), "no code with a language");
    assert!(kinds().any(|kind| *kind == EntityKind::Pre { language: None }), "no plain code");
}

impl From<Text> for FormattedText {
    fn from(Text { text, entities }: Text) -> Self {
        Self { string: text, entities }
    }
}

impl From<FormattedText> for Text {
    fn from(FormattedText { string, entities }: FormattedText) -> Self {
        Self { text: string, entities }
    }
}
