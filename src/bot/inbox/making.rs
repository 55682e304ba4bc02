//! Makes a draft of a message or an album: everything is checked before its file appears, and a refusal leaves nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use telegram_text::markdown::{self, UnwritableKind};
use telegram_text::{EntityKind, FormattedText};

use super::content::{MessageContent, SentFile, Unsupported};
use super::shown_text::shows;
use crate::bot::explain;
use crate::bot::incoming::TextMessage;
use crate::bot::media_words;
use crate::bot::reply::{MessageBuilder, Reply, Span, cut};
use crate::bot::session::Session;
use crate::bot::text::Text;
use crate::draft::{self, DraftContent, DraftMedia, DraftSource, FileNames, SourceMessage};
use crate::explain::report::{FirstError, Report};
use crate::ids::{Language, PostId};
use crate::media::{self, MediaFileError, MediaFolder, Probe};
use crate::newsroom::{self, StagedDraft};
use crate::operations::OperationError;
use crate::source::SourceFile;
use crate::telegram::DownloadError;

/// Characters of a text that a refusal quotes.
const QUOTED: usize = 40;

/// The downloaded files of a draft.
struct Downloaded {
    folder: String,
    by_path: BTreeMap<String, Arc<Probe>>,
}

impl MediaFolder for Downloaded {
    fn path(&self) -> &str {
        &self.folder
    }

    fn probe(&self, path: &str) -> Result<Arc<Probe>, MediaFileError> {
        self.by_path.get(path).cloned().ok_or(MediaFileError::Missing)
    }
}

impl Session<'_> {
    /// Makes a draft of these messages, the first of which is `first`, and shows it; or says why not. Returns its post, or the post
    /// that was made of them before.
    pub(super) async fn make_draft(
        &self,
        source: DraftSource,
        first: &TextMessage,
        items: Vec<MessageContent>,
    ) -> Result<Option<PostId>, OperationError> {
        let newsroom = &self.bot.operations.newsroom;
        let Some(inbox) = &newsroom.config.bot.inbox else { return Ok(None) };
        let at = self.local_time(first);
        match newsroom.draft_from(inbox, &draft::date_of(at), &source) {
            Ok(None) => {}
            Ok(Some(post)) => {
                // The update arrived again after a restart, or the rest of an album.
                let reply = match source.message {
                    SourceMessage::Album(_) => self.late_items(&post),
                    SourceMessage::Message(_) => self.known_draft(&post),
                };
                self.show(&reply).await;
                return Ok(Some(post));
            }
            Err(error) => {
                self.show(&self.not_saved(&error)).await;
                return Ok(None);
            }
        }
        let text = match self.text_of(&items) {
            Ok(text) => text,
            Err(refusal) => {
                self.show(&refusal).await;
                return Ok(None);
            }
        };
        let name = draft::name(at, &text.string);
        let app = first.from.as_ref().and_then(|from| from.language.as_deref());
        match self.write_draft(source, inbox, &name, &text, &items, app).await {
            Ok(post) => {
                log::info!("operator {}: the draft {post} is saved", self.operator.id);
                let facts = self.facts(&post).await?;
                let mut saved = self.reply();
                saved.say(Text::DraftSaved, &[("post", Span::code(&post))]);
                if items.iter().any(|item| item.buttons.has_others) {
                    saved.line(Text::ButtonsLeftOut, &[]);
                }
                self.bot.messenger.send(self.chat(), &saved.build()).await;
                self.preview(&facts, None).await;
                Ok(Some(post))
            }
            Err(refusal) => {
                self.show(&refusal).await;
                Ok(None)
            }
        }
    }

    /// When a message was sent, in the zone of the first channel.
    pub(super) fn local_time(&self, message: &TextMessage) -> DateTime {
        let first = self.bot.operations.newsroom.config.channels.first();
        let zone = first.map_or(TimeZone::UTC, |channel| channel.timezone.clone());
        message.date.to_zoned_datetime(zone).datetime()
    }

    /// The text of the messages, if a post can hold everything about them.
    fn text_of(&self, items: &[MessageContent]) -> Result<FormattedText, Reply> {
        if let Some(what) = items.iter().find_map(|item| item.unsupported) {
            return Err(self.unsupported(what));
        }
        if items.iter().any(|item| item.has_unknown_formatting) {
            return Err(self.refused(Text::WhyUnknownFormatting));
        }
        let limit = self.bot.client.download_limit();
        let sizes = items.iter().filter_map(|item| item.file.as_ref()?.bytes);
        if let Some(bytes) = sizes.max().filter(|bytes| *bytes > limit) {
            return Err(self.too_large(Some(bytes)));
        }
        let mut texts = items.iter().map(|item| &item.text).filter(|text| !text.string.is_empty());
        let text = texts.next().cloned().unwrap_or_default();
        if texts.next().is_some() {
            return Err(self.refused(Text::WhyCaptions));
        }
        let is_empty =
            text.string.trim().is_empty() && items.iter().all(|item| item.file.is_none());
        if is_empty {
            return Err(self.unsupported(Unsupported::Other));
        }
        Ok(text)
    }

    /// Says that a message of this kind cannot become a draft.
    fn unsupported(&self, what: Unsupported) -> Reply {
        let kind = match what {
            Unsupported::Poll => return self.text(Text::DraftPoll, &[]),
            Unsupported::Sticker => Text::KindSticker,
            Unsupported::Voice => Text::KindVoice,
            Unsupported::VideoMessage => Text::KindVideoMessage,
            Unsupported::Location => Text::KindLocation,
            Unsupported::Contact => Text::KindContact,
            Unsupported::Story => Text::KindStory,
            Unsupported::Other => Text::KindOther,
        };
        self.text(Text::DraftUnsupported, &[("what", Span::plain(kind.of(self.language)))])
    }

    /// The Markdown of a body that shows exactly this text.
    pub(super) fn body_of(&self, text: &FormattedText) -> Result<String, Reply> {
        if text.string.is_empty() {
            return Ok(String::new());
        }
        let emoji = text
            .entities
            .iter()
            .find(|entity| matches!(entity.kind, EntityKind::CustomEmoji { .. }));
        if emoji.is_some() && !self.bot.operations.newsroom.config.bot.custom_emoji {
            return Err(self.refused(Text::WhyCustomEmoji));
        }
        markdown::write(text).map_err(|unwritable| {
            let quoted = quoted(text, unwritable.offset, unwritable.length);
            let why = ("why", Span::plain(formatting(&unwritable.kind).of(self.language)));
            let words = [("text", Span::code(quoted)), why];
            self.text(Text::DraftFormatting, &words)
        })
    }

    async fn write_draft(
        &self,
        source: DraftSource,
        inbox: &PostId,
        name: &str,
        text: &FormattedText,
        items: &[MessageContent],
        app: Option<&str>,
    ) -> Result<PostId, Reply> {
        let body = self.body_of(text)?;
        let newsroom = &self.bot.operations.newsroom;
        let mut staged = newsroom.begin_draft(inbox).map_err(|error| self.not_saved(&error))?;
        let name = staged.free_name(name).map_err(|error| self.not_saved(&error))?;
        let mut downloaded =
            Downloaded { folder: format!("{inbox}/{name}"), by_path: BTreeMap::new() };
        let mut names = FileNames::default();
        let mut media = Vec::new();
        for file in items.iter().filter_map(|item| item.file.as_ref()) {
            let on_disk = names.next(file.kind, file.name.as_deref());
            let probe = self.download(&mut staged, file, &on_disk).await?;
            media.push(described(file, &on_disk, &probe));
            downloaded.by_path.insert(format!("{}/{on_disk}", downloaded.folder), probe.into());
        }
        let first = items.first();
        let content = DraftContent {
            source,
            language: self.draft_language(app),
            body,
            link_preview: first
                .and_then(|item| item.link_preview.clone())
                .filter(|_| media.is_empty()),
            caption_above: items.iter().any(|item| item.caption_above) && !text.string.is_empty(),
            media,
            buttons: first.map(|item| item.buttons.usable.clone()).unwrap_or_default(),
        };
        let toml = content.to_toml();
        let id = PostId::parse(&downloaded.folder).map_err(|error| self.not_saved(&error))?;
        self.check_draft(id, &toml, text, &downloaded)?;
        staged.finish(&name, &toml).map_err(|error| self.not_saved(&error))
    }

    async fn download(
        &self,
        staged: &mut StagedDraft,
        file: &SentFile,
        on_disk: &str,
    ) -> Result<Probe, Reply> {
        let sink = staged.create(on_disk).map_err(|error| self.not_saved(&error))?;
        let kept = sink.try_clone().map_err(|error| self.not_saved(&error))?;
        match self.bot.client.download(&file.file_id, sink).await {
            Ok(length) => newsroom::probe(&kept, length).map_err(|error| self.not_saved(&error)),
            Err(DownloadError::TooLarge) => Err(self.too_large(file.bytes)),
            Err(DownloadError::Call(error)) => {
                log::warn!("operator {}: {error}", self.operator.id);
                let why = explain::call(&error, self.language);
                Err(self.text(Text::DraftNotSaved, &[("why", why)]))
            }
            Err(error @ DownloadError::Disk(_)) => Err(self.not_saved(&error)),
            Err(error) => {
                log::error!("operator {}: {error}", self.operator.id);
                Err(self.refused(Text::WhyNotDownloaded))
            }
        }
    }

    /// Checks the draft as `check` would, and that it shows exactly the text that was sent.
    fn check_draft(
        &self,
        id: PostId,
        toml: &str,
        text: &FormattedText,
        folder: &Downloaded,
    ) -> Result<(), Reply> {
        let newsroom = &self.bot.operations.newsroom;
        let source = SourceFile::new(format!("{id}.toml"), toml);
        let now = self.bot.clock.now();
        let checked = crate::check::check(&source, id, &newsroom.config, now, folder);
        if let Some(first) = Report::new(source, checked.diagnostics).first_error() {
            return Err(self.has_errors(&first));
        }
        let messages = checked.post.map(|post| post.messages).unwrap_or_default();
        if messages.iter().all(|parts| shows(parts, text)) {
            Ok(())
        } else {
            Err(self.refused(Text::WhyUnknownFormatting))
        }
    }

    /// The language of a draft: none where all channels have one, else that of the operator's app if a channel has it, else that of
    /// the first channel.
    fn draft_language(&self, app: Option<&str>) -> Option<Language> {
        let channels = &self.bot.operations.newsroom.config.channels;
        let first = &channels.first()?.language;
        if channels.iter().all(|channel| channel.language == *first) {
            return None;
        }
        let app = app.and_then(|app| app.split('-').next()).unwrap_or_default();
        let same = channels.iter().find(|channel| channel.language.as_str() == app);
        Some(same.map_or(first, |channel| &channel.language).clone())
    }

    pub(super) fn has_errors(&self, first: &FirstError) -> Reply {
        let mut reply = self.reply();
        let words = crate::explain::diagnostic(&first.diagnostic, self.language);
        reply.say(Text::DraftHasErrors, &[("why", Span::plain(words.message))]);
        reply.build()
    }

    pub(super) fn unknown_formatting(&self) -> Reply {
        self.refused(Text::WhyUnknownFormatting)
    }

    fn refused(&self, why: Text) -> Reply {
        self.text(Text::DraftNotSaved, &[("why", Span::plain(why.of(self.language)))])
    }

    fn not_saved(&self, error: &(dyn std::error::Error + Sync)) -> Reply {
        log::error!("operator {}: the draft is not saved: {error}", self.operator.id);
        self.refused(Text::WhyNotWritten)
    }

    fn too_large(&self, bytes: Option<u64>) -> Reply {
        let limit = Span::plain(media_words::size(self.bot.client.download_limit(), self.language));
        match bytes.filter(|bytes| *bytes > self.bot.client.download_limit()) {
            Some(bytes) => {
                let size = Span::plain(media_words::size(bytes, self.language));
                self.text(Text::DraftTooLarge, &[("size", size), ("limit", limit)])
            }
            None => self.text(Text::DraftLargerThanSaid, &[("limit", limit)]),
        }
    }

    pub(super) fn late_items(&self, post: &PostId) -> Reply {
        self.with_card_button(Text::AlbumLate, post)
    }

    fn known_draft(&self, post: &PostId) -> Reply {
        self.with_card_button(Text::DraftExists, post)
    }
}

/// A file as the draft names it.
fn described(file: &SentFile, on_disk: &str, probe: &Probe) -> DraftMedia {
    let tags = match &probe.content {
        media::Content::Audio(audio) => [audio.title.as_ref(), audio.performer.as_ref()],
        _ => [None, None],
    };
    let other = |sent: &Option<String>, tag: Option<&String>| {
        let sent = sent.clone().filter(|_| file.kind == media::Kind::Audio);
        sent.filter(|sent| Some(sent) != tag)
    };
    let [title, performer] = tags;
    DraftMedia {
        kind: file.kind,
        file: on_disk.to_owned(),
        name: FileNames::shown(file.kind, file.name.as_deref(), on_disk),
        title: other(&file.title, title),
        performer: other(&file.performer, performer),
        has_spoiler: file.has_spoiler,
    }
}

/// The words at a place of a text's normal form.
fn quoted(text: &FormattedText, offset: usize, length: usize) -> String {
    let text = telegram_text::normal::uncut(text.clone()).unwrap_or_default();
    let units: Vec<u16> = text.string.encode_utf16().skip(offset).take(length).collect();
    let words = String::from_utf16_lossy(&units);
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    cut(if words.is_empty() { "…" } else { &words }, QUOTED)
}

/// Why Markdown cannot hold a text.
fn formatting(kind: &UnwritableKind) -> Text {
    use UnwritableKind as Kind;
    match kind {
        Kind::Mention => Text::FormattingMention,
        Kind::Date => Text::FormattingDate,
        Kind::CustomEmoji => Text::FormattingEmoji,
        Kind::Link | Kind::InvisibleLink => Text::FormattingLink,
        Kind::Code | Kind::EmptyCode | Kind::Language => Text::FormattingCode,
        Kind::Placement(_) => Text::FormattingPlacement,
        Kind::OuterSpace => Text::FormattingSpace,
        _ => Text::FormattingOther,
    }
}

impl Session<'_> {
    fn with_card_button(&self, text: Text, post: &PostId) -> Reply {
        let mut reply = MessageBuilder::of(self.language, text, &[("post", Span::code(post))]);
        reply.action(Text::Preview, crate::bot::action_buttons::PostAction::Preview.of(post));
        reply.build()
    }
}
