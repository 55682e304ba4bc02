//! What telepress makes of a config and a post, in this process and without the binary.

use serde::{Deserialize, Serialize};
use telegram_text::{Entity, EntityKind, FormattedText};
use telepress::ids::PostId;
use telepress::source::SourceFile;

/// A text and its entities, in the Bot API's names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Text {
    pub(super) text: String,
    #[serde(default)]
    pub(super) entities: Vec<Entity>,
}

/// Every part of a post, channel by channel; the rules that it breaks where it has errors.
pub(super) fn render(config: &str, post: &str) -> Result<Vec<Text>, Vec<&'static str>> {
    let names = |diagnostics: &[telepress::diagnostic::Diagnostic]| {
        diagnostics.iter().filter(|one| one.is_error()).map(|one| one.code().name()).collect()
    };
    let (config, diagnostics) =
        telepress::config::check(&SourceFile::new("config/telepress.toml", config));
    let Some(config) = config else { return Err(names(&diagnostics)) };
    let file = SourceFile::new("posts/post.toml", post);
    let id = PostId::parse("post").unwrap();
    let checked = telepress::check::check(&file, id, &config, jiff::Timestamp::UNIX_EPOCH);
    let Some(post) = checked.post else { return Err(names(&checked.diagnostics)) };
    let parts = post.messages.iter().flat_map(|parts| parts.iter());
    Ok(parts.map(|part| Text::from(part.text())).collect())
}

/// Posts that lack a kind of entity prove nothing about it.
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
        assert!(kinds().filter(|known| known.name() == kind).count() > 20, "too few {kind}");
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
