//! Makes the file of a post from the messages of an export, and checks that its message would be the same.

use std::sync::Arc;

use jiff::{Timestamp, ZonedDateTime};
use telegram_text::{EntityKind, FormattedText, markdown};

use super::compare::{ImportDifference, compare, lost};
use super::message::{ExportedDate, ExportedMessage, ExportedPoll, ExportedReply};
use super::origin::Origin;
use super::post_file::{PostFile, PostMedia, PostText};
use super::structure;
use super::target::{ExportFiles, ImportTarget};
use crate::check;
use crate::config::{Channel, Format};
use crate::ids::PostId;
use crate::layout::{self, LaidOut};
use crate::media::{MediaFileError, MediaFolder, Probe};
use crate::message::rich::{Block, RichMessage};
use crate::message::{ButtonPress, FileContent};
use crate::source::SourceFile;

/// A message or an album as a post.
#[derive(Clone, Debug)]
pub struct Composed {
    /// The id.
    pub id: PostId,
    /// The post; `None` if nothing of the messages can be one.
    pub post: Option<ComposedPost>,
    /// In what the post differs from the messages.
    pub differences: Vec<ImportDifference>,
}

/// The file of a post.
#[derive(Clone, Debug)]
pub struct ComposedPost {
    /// The file of a post that is published.
    pub published: String,
    /// The same as a draft.
    pub draft: String,
    /// The messages that it becomes.
    pub laid_out: LaidOut,
    /// Its media.
    pub media: Vec<MediaCopy>,
}

/// A file to copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaCopy {
    /// Its path below the export's folder.
    pub from: String,
    /// Its path below the posts folder.
    pub to: String,
}

/// The moment of a message in the channel's zone.
fn moment(date: ExportedDate, channel: &Channel) -> ZonedDateTime {
    let zone = channel.timezone.clone();
    match date {
        ExportedDate::At(at) => at.to_zoned_datetime(zone),
        ExportedDate::Local(local) => {
            let zoned = zone.to_ambiguous_zoned_datetime(local).compatible();
            zoned.unwrap_or_else(|_| Timestamp::UNIX_EPOCH.to_zoned_datetime(zone))
        }
    }
}

/// The post of a message or an album; `None` for no messages, and if `into` is not a folder of posts.
#[must_use]
pub fn compose(
    messages: &[ExportedMessage],
    files: &dyn ExportFiles,
    target: &ImportTarget<'_>,
) -> Option<Composed> {
    let first = messages.first()?;
    let at = moment(first.date, target.channel);
    let year = format!("{}/{}", target.into, at.strftime("%Y"));
    let day = at.strftime("%m-%d").to_string();
    let id = PostId::parse(&format!("{year}/{day}-{}", first.id)).ok()?;
    let media: Vec<_> = messages.iter().filter_map(|one| media(one, &day, files)).collect();
    let mut reason = None;
    if messages.iter().filter(|one| one.media.is_some()).count() != media.len() {
        reason = Some(ImportDifference::NotInExport);
    }
    let images = first.rich.as_ref().map(|rich| images(rich, first.id, &day)).unwrap_or_default();
    let composer =
        Composer { messages, first, id: &id, year: &year, at: &at, files, target, images };
    let has_media = !media.is_empty();
    let (found, left_out) = composer.best_accepted(media);
    if let (Some(code), true) = (left_out, has_media) {
        reason = Some(ImportDifference::RefusedMedia(code));
    }
    let (post, mut differences) = match found {
        CompositionResult::Nothing => (None, lost(messages)),
        CompositionResult::Refused(code) => (None, vec![ImportDifference::Refused(code)]),
        CompositionResult::Post(post, differences) => (Some(*post), differences),
    };
    if let Some(reason) = reason {
        differences.retain(|one| *one != ImportDifference::Media);
        differences.push(reason);
    }
    if post.is_none() && differences.is_empty() {
        let name = if first.rich.is_some() { "rich message" } else { "empty message" };
        differences.push(ImportDifference::Lost(name.to_owned()));
    }
    Some(Composed { id, post, differences })
}

/// A file of the export that a post can have.
#[derive(Clone)]
struct FoundMedia<'m> {
    from: &'m str,
    /// The name beside the post's file.
    name: String,
    post: PostMedia<'m>,
}

fn media<'m>(
    message: &'m ExportedMessage,
    day: &str,
    files: &dyn ExportFiles,
) -> Option<FoundMedia<'m>> {
    let media = message.media.as_ref()?;
    let from = media.path.as_deref()?;
    files.probe(from).ok()?;
    let name = format!("{day}-{}{}", message.id, extension(from));
    let post = PostMedia {
        kind: media.kind.name(),
        path: "",
        spoiler: media.spoiler,
        name: media.name.as_deref(),
        title: media.title.as_deref(),
        performer: media.performer.as_deref(),
    };
    Some(FoundMedia { from, name, post })
}

/// The files of a rich message, each with its name beside the post's file.
fn images(rich: &RichMessage, message: i64, day: &str) -> Vec<(String, String)> {
    let mut images: Vec<(String, String)> = Vec::new();
    for media in rich.media() {
        let FileContent::Path(path) = &media.file.content else { continue };
        if images.iter().all(|(known, _)| known != path) {
            let name = format!("{day}-{message}-{}{}", images.len() + 1, extension(path));
            images.push((path.clone(), name));
        }
    }
    images
}

/// The extension of a path with its dot, in lower case. A file beside a post must not look like another post.
fn extension(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    let is_plain = |text: &String| {
        (1..=8).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && text != "toml"
            && text != "md"
    };
    extension.filter(is_plain).map_or_else(|| ".bin".to_owned(), |text| format!(".{text}"))
}

/// What a post has beside its text.
#[derive(Clone)]
struct Extras<'m> {
    media: Vec<FoundMedia<'m>>,
    buttons: &'m [Vec<(String, Option<ButtonPress>)>],
    poll: Option<&'m ExportedPoll>,
}

/// What became of the messages.
enum CompositionResult {
    /// They have nothing that a post can show.
    Nothing,
    /// `check` refuses every form: the code of the first error of the last one.
    Refused(&'static str),
    /// The post, and in what it differs.
    Post(Box<ComposedPost>, Vec<ImportDifference>),
}

struct Composer<'c> {
    messages: &'c [ExportedMessage],
    first: &'c ExportedMessage,
    id: &'c PostId,
    /// The folder of the post's file.
    year: &'c str,
    at: &'c ZonedDateTime,
    files: &'c dyn ExportFiles,
    target: &'c ImportTarget<'c>,
    /// The files of a rich message: the path below the export's folder, and the name beside the post's file.
    images: Vec<(String, String)>,
}

impl<'c> Composer<'c> {
    /// The best form of the post with everything, or with as much as `check` accepts: a text is not lost because of its media,
    /// buttons or poll. Also the code for which the media is left out, if it is.
    fn best_accepted(
        &self,
        media: Vec<FoundMedia<'c>>,
    ) -> (CompositionResult, Option<&'static str>) {
        let poll = self.first.poll.as_ref();
        let whole = Extras { media, buttons: &self.first.buttons, poll };
        let first = self.best(&whole);
        let CompositionResult::Refused(code) = first else { return (first, None) };
        let no_media = Extras { media: Vec::new(), ..whole.clone() };
        for less in [
            Extras { buttons: &[], ..whole.clone() },
            Extras { poll: None, ..whole.clone() },
            no_media.clone(),
            Extras { poll: None, ..no_media.clone() },
            Extras { buttons: &[], ..no_media.clone() },
            Extras { buttons: &[], poll: None, ..no_media },
        ] {
            if let CompositionResult::Post(post, differences) = self.best(&less) {
                let left_out = less.media.is_empty().then_some(code);
                return (CompositionResult::Post(post, differences), left_out);
            }
        }
        (first, None)
    }

    /// The form of the post that is exact, or differs least: with structure, as free text, without the formatting that a post
    /// may not have, without quotes and blocks of code, as plain text.
    fn best(&self, extras: &Extras<'_>) -> CompositionResult {
        let mut best = CompositionResult::Nothing;
        let mut tried = Vec::new();
        for form in TextForm::ALL {
            let Some(text) = self.text(form) else { continue };
            let has_content =
                text != PostText::default() || extras.poll.is_some() || !extras.media.is_empty();
            if !has_content || tried.contains(&text) {
                continue;
            }
            let found = self.checked(text.clone(), extras);
            tried.push(text);
            best = match (found, best) {
                (CompositionResult::Post(post, differences), _) if differences.is_empty() => {
                    return CompositionResult::Post(post, differences);
                }
                // A form with structure counts only if it is exact.
                (CompositionResult::Post(..), best) if form == TextForm::Structured => best,
                (CompositionResult::Post(one, differences), CompositionResult::Post(_, others))
                    if differences.len() < others.len() =>
                {
                    CompositionResult::Post(one, differences)
                }
                (_, CompositionResult::Post(post, differences)) => {
                    CompositionResult::Post(post, differences)
                }
                (found, _) => found,
            };
        }
        best
    }

    /// A rich message as a body; its first heading may be that of the post.
    fn rich_text(&self, rich: &RichMessage, has_heading: bool) -> Option<PostText> {
        let channel = self.target.channel;
        let named = rich.with_media(|media| {
            let FileContent::Path(path) = &media.file.content else { return };
            if let Some((_, name)) = self.images.iter().find(|(known, _)| known == path) {
                media.file.content = FileContent::Path(name.clone());
            }
        });
        let blocks =
            structure::blocks_without_footer(named.blocks, &channel.style, &channel.language);
        let markdown = |blocks: &[Block]| {
            let message = RichMessage { blocks: blocks.to_vec(), is_rtl: rich.is_rtl };
            layout::rich_markdown(&message).ok()
        };
        let mut text = PostText { format: Some("rich"), ..PostText::default() };
        let mut rest = blocks.as_slice();
        if has_heading {
            let (Block::Heading { text: words, size }, others) = blocks.split_first()? else {
                return None;
            };
            if *size != channel.style.heading_size {
                return None;
            }
            let heading = markdown(&[Block::Paragraph { text: words.clone() }])?;
            text.heading = Some(heading.trim_end_matches('\n').to_owned());
            rest = others;
        }
        if !rest.is_empty() {
            text.body = Some(markdown(rest)?);
        }
        Some(text)
    }

    fn text(&self, form: TextForm) -> Option<PostText> {
        let channel = self.target.channel;
        if let Some(rich) = &self.first.rich {
            return match form {
                TextForm::Structured => self.rich_text(rich, true),
                TextForm::Body => self.rich_text(rich, false),
                TextForm::Allowed | TextForm::Inline | TextForm::Plain => None,
            };
        }
        let text = structure::without_footer(&self.first.text, &channel.style, &channel.language);
        if text.is_empty() {
            // There is nothing to find in it.
            return (form == TextForm::Body).then(PostText::default);
        }
        let body = |text: &FormattedText| {
            let body = Some(markdown::write(text).ok()?);
            Some(PostText { body, ..PostText::default() })
        };
        let is_block =
            |kind: &EntityKind| kind.is_quote() || matches!(kind, EntityKind::Pre { .. });
        let is_refused = |kind: &EntityKind| {
            matches!(
                kind,
                EntityKind::CustomEmoji { .. }
                    | EntityKind::TextMention { .. }
                    | EntityKind::DateTime { .. }
            )
        };
        let body_with = |is_kept: &dyn Fn(&EntityKind) -> bool| {
            let entities = text.entities.iter().filter(|one| is_kept(&one.kind)).cloned();
            body(&FormattedText { string: text.string.clone(), entities: entities.collect() })
        };
        match form {
            TextForm::Structured => structure::recover(&text, &channel.style, &channel.language),
            TextForm::Body => body(&text),
            TextForm::Allowed => body_with(&|kind| !is_refused(kind)),
            TextForm::Inline => body_with(&|kind| !is_refused(kind) && !is_block(kind)),
            TextForm::Plain => body_with(&|_| false),
        }
    }

    /// The checked post with this text, and in what it differs.
    fn checked(&self, text: PostText, extras: &Extras<'_>) -> CompositionResult {
        let Some(file) = self.file(text, extras) else { return CompositionResult::Nothing };
        let published = file.toml(false);
        let media = extras.media.iter().map(|one| (one.from, one.name.as_str()));
        let images = self.images.iter().map(|(from, name)| (from.as_str(), name.as_str()));
        let copies: Vec<_> = { media.chain(images) }
            .map(|(from, name)| MediaCopy {
                from: from.to_owned(),
                to: format!("{}/{name}", self.year),
            })
            .collect();
        let folder = CopiedMedia { folder: self.year, copies: &copies, files: self.files };
        let source = SourceFile::new(format!("{}.toml", self.id), published.as_str());
        let target = self.target;
        let id = self.id.clone();
        let checked = check::check(&source, id, target.config, target.now, &folder);
        let Some(laid_out) = checked.post else {
            let error = checked.diagnostics.iter().find(|found| found.is_error());
            return CompositionResult::Refused(
                error.map_or("invalid", |error| error.code().name()),
            );
        };
        let differences = compare(&laid_out, self.messages, self.files, target);
        let draft = file.toml(true);
        let post = ComposedPost { published, draft, laid_out, media: copies };
        CompositionResult::Post(Box::new(post), differences)
    }

    fn file<'m>(&'m self, mut text: PostText, extras: &'m Extras<'_>) -> Option<PostFile<'m>> {
        // A later edit of the file must not make a rich message of a classic one.
        let is_poll_alone = self.first.poll.is_some() && text == PostText::default();
        if self.target.channel.style.format == Format::Rich && !is_poll_alone {
            text.format.get_or_insert("classic");
        }
        let reply_to = match self.first.reply_to {
            Some(ExportedReply::Here(id)) => (self.target.post_of)(id),
            Some(ExportedReply::Elsewhere) | None => None,
        };
        let mut buttons: Vec<(i64, &str, &ButtonPress)> = Vec::new();
        for (row, line) in (1..).zip(extras.buttons) {
            let usable = line.iter().filter_map(|(text, press)| Some((text, press.as_ref()?)));
            buttons.extend(usable.map(|(text, press)| (row, text.as_str(), press)));
        }
        Some(PostFile {
            comment: Origin::of(self.messages, self.target.chat).to_string(),
            channel: self.target.channel.name.as_str(),
            publish_at: self.at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string().parse().ok()?,
            reply_to,
            text,
            media: extras
                .media
                .iter()
                .map(|one| PostMedia { path: one.name.as_str(), ..one.post.clone() })
                .collect(),
            buttons,
            poll: extras.poll.map(|poll| (poll.question.as_str(), poll.options.as_slice())),
        })
    }
}

/// How the text of a message is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TextForm {
    /// With heading, bullets and so on.
    Structured,
    /// As one body.
    Body,
    /// The same without custom emoji, mentions without a name, and dates.
    Allowed,
    /// Also without quotes and blocks of code, which a body cannot have everywhere.
    Inline,
    /// Without formatting.
    Plain,
}

impl TextForm {
    const ALL: [Self; 5] = [Self::Structured, Self::Body, Self::Allowed, Self::Inline, Self::Plain];
}

/// The folder of the post as it is after the media was copied.
struct CopiedMedia<'c> {
    folder: &'c str,
    copies: &'c [MediaCopy],
    files: &'c dyn ExportFiles,
}

impl MediaFolder for CopiedMedia<'_> {
    fn path(&self) -> &str {
        self.folder
    }

    fn probe(&self, path: &str) -> Result<Arc<Probe>, MediaFileError> {
        let copy = self.copies.iter().find(|copy| copy.to == path);
        self.files.probe(&copy.ok_or(MediaFileError::Missing)?.from)
    }
}
