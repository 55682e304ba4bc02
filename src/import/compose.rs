//! Makes the file of a post from the messages of an export, and checks that its message would be the same.

use std::sync::Arc;

use jiff::civil::DateTime;
use jiff::{Timestamp, ZonedDateTime};
use telegram_text::{EntityKind, FormattedText, markdown};

use super::compare::{Difference, compare, lost};
use super::message::{ExportedDate, ExportedMessage, ExportedReply};
use super::post_file::{PostFile, PostMedia, PostText};
use super::structure;
use super::target::{ExportFiles, ImportTarget};
use crate::check;
use crate::config::Channel;
use crate::ids::PostId;
use crate::layout::LaidOut;
use crate::media::{MediaFileError, MediaFolder, Probe};
use crate::message::ButtonPress;
use crate::source::SourceFile;

/// A message or an album as a post.
#[derive(Clone, Debug)]
pub struct Composed {
    /// The id.
    pub id: PostId,
    /// The post; `None` if nothing of the messages can be one.
    pub post: Option<ComposedPost>,
    /// In what the post differs from the messages.
    pub differs: Vec<Difference>,
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
    /// Its path below the posts' folder.
    pub to: String,
}

/// The first line of an imported file, without `#`. Its last part shows a later import whether the message was edited since.
pub(super) fn comment(messages: &[ExportedMessage]) -> String {
    let ids: Vec<_> = messages.iter().map(|message| message.id.to_string()).collect();
    let name = if ids.len() == 1 { "message" } else { "messages" };
    let forwarded = messages.first().is_some_and(|first| first.is_forward);
    let forwarded = if forwarded { ", forwarded" } else { "" };
    let edited = edited(messages).map(|edited| format!(", edited {edited}")).unwrap_or_default();
    format!("Imported from Telegram: {name} {}{forwarded}{edited}", ids.join(", "))
}

/// When the messages were last edited.
fn edited(messages: &[ExportedMessage]) -> Option<String> {
    let newest = messages.iter().filter_map(|message| message.edited.as_deref()).max()?;
    let second = newest.parse().ok().and_then(|second| Timestamp::from_second(second).ok());
    // It is written into a comment, so nothing else of the export may get there.
    second.map(|at| at.to_string()).or_else(|| Some(newest.parse::<DateTime>().ok()?.to_string()))
}

impl ComposedPost {
    /// Whether the messages were not edited since this file was written, according to its first line. Then a difference comes
    /// from its author.
    #[must_use]
    pub fn is_from_same_version(&self, file: &str) -> bool {
        self.draft.lines().next() == file.lines().next()
    }
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
        reason = Some(Difference::NotInExport);
    }
    let composer = Composer { messages, first, id: &id, year: &year, at: &at, files, target };
    let mut found = composer.best(&media);
    if let (Attempt::Refused(code), false) = (&found, media.is_empty()) {
        let without = composer.best(&[]);
        if !matches!(without, Attempt::Refused(_)) {
            reason = Some(Difference::RefusedMedia(code));
            found = without;
        }
    }
    let (post, mut differs) = match found {
        Attempt::Nothing => (None, lost(messages)),
        Attempt::Refused(code) => (None, vec![Difference::Refused(code)]),
        Attempt::Post(post, differs) => (Some(*post), differs),
    };
    if let Some(reason) = reason {
        differs.retain(|one| *one != Difference::Media);
        differs.push(reason);
    }
    if post.is_none() && differs.is_empty() {
        differs.push(Difference::Lost("empty message".to_owned()));
    }
    Some(Composed { id, post, differs })
}

/// A file of the export that a post can have.
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

/// What became of the messages.
enum Attempt {
    /// They have nothing that a post can show.
    Nothing,
    /// `check` refuses every form: the code of the first error of the last one.
    Refused(&'static str),
    /// The post, and in what it differs.
    Post(Box<ComposedPost>, Vec<Difference>),
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
}

impl Composer<'_> {
    /// The form of the post that is exact, or differs least: with structure, as free text, without the formatting that a post
    /// may not have, as plain text.
    fn best(&self, media: &[FoundMedia<'_>]) -> Attempt {
        let mut best = Attempt::Nothing;
        let mut tried = Vec::new();
        for form in [Form::Structured, Form::Body, Form::Allowed, Form::Plain] {
            let Some(text) = self.text(form) else { continue };
            let has_content =
                text != PostText::default() || self.first.poll.is_some() || !media.is_empty();
            if !has_content || tried.contains(&text) {
                continue;
            }
            let found = self.checked(text.clone(), media);
            tried.push(text);
            best = match (found, best) {
                (Attempt::Post(post, differs), _) if differs.is_empty() => {
                    return Attempt::Post(post, differs);
                }
                // A form with structure counts only if it is exact.
                (Attempt::Post(..), best) if form == Form::Structured => best,
                (Attempt::Post(one, differs), Attempt::Post(_, others))
                    if differs.len() < others.len() =>
                {
                    Attempt::Post(one, differs)
                }
                (_, Attempt::Post(post, differs)) => Attempt::Post(post, differs),
                (found, _) => found,
            };
        }
        best
    }

    fn text(&self, form: Form) -> Option<PostText> {
        let channel = self.target.channel;
        let text = structure::without_footer(&self.first.text, &channel.style, &channel.language);
        if text.is_empty() {
            return Some(PostText::default());
        }
        let body = |text: &FormattedText| {
            let body = Some(markdown::write(text).ok()?);
            Some(PostText { body, ..PostText::default() })
        };
        match form {
            Form::Structured => structure::recover(&text, &channel.style, &channel.language),
            Form::Body => body(&text),
            Form::Allowed => {
                let is_allowed = |kind: &EntityKind| {
                    !matches!(
                        kind,
                        EntityKind::CustomEmoji { .. }
                            | EntityKind::TextMention { .. }
                            | EntityKind::DateTime { .. }
                    )
                };
                let entities = text.entities.into_iter().filter(|one| is_allowed(&one.kind));
                body(&FormattedText { string: text.string, entities: entities.collect() })
            }
            Form::Plain => body(&FormattedText::plain(text.string)),
        }
    }

    /// The checked post with this text, and in what it differs.
    fn checked(&self, text: PostText, media: &[FoundMedia<'_>]) -> Attempt {
        let Some(file) = self.file(text, media) else { return Attempt::Nothing };
        let published = file.toml(false);
        let copies: Vec<_> = media
            .iter()
            .map(|one| MediaCopy {
                from: one.from.to_owned(),
                to: format!("{}/{}", self.year, one.name),
            })
            .collect();
        let folder = CopiedMedia { folder: self.year, copies: &copies, files: self.files };
        let source = SourceFile::new(format!("{}.toml", self.id), published.as_str());
        let target = self.target;
        let id = self.id.clone();
        let checked = check::check(&source, id, target.config, target.now, &folder);
        let Some(laid_out) = checked.post else {
            let error = checked.diagnostics.iter().find(|found| found.is_error());
            return Attempt::Refused(error.map_or("invalid", |error| error.code().name()));
        };
        let differs = compare(&laid_out, self.messages, self.files, target);
        let draft = file.toml(true);
        let post = ComposedPost { published, draft, laid_out, media: copies };
        Attempt::Post(Box::new(post), differs)
    }

    fn file<'m>(&'m self, text: PostText, media: &'m [FoundMedia<'m>]) -> Option<PostFile<'m>> {
        let reply_to = match self.first.reply_to {
            Some(ExportedReply::Here(id)) => (self.target.post_of)(id),
            Some(ExportedReply::Elsewhere) | None => None,
        };
        let mut buttons: Vec<(i64, &str, &ButtonPress)> = Vec::new();
        for (row, line) in (1..).zip(&self.first.buttons) {
            let usable = line.iter().filter_map(|(text, press)| Some((text, press.as_ref()?)));
            buttons.extend(usable.map(|(text, press)| (row, text.as_str(), press)));
        }
        let poll = self.first.poll.as_ref();
        Some(PostFile {
            comment: comment(self.messages),
            channel: self.target.channel.name.as_str(),
            publish_at: self.at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string().parse().ok()?,
            reply_to,
            text,
            media: media
                .iter()
                .map(|one| PostMedia { path: one.name.as_str(), ..one.post.clone() })
                .collect(),
            buttons,
            poll: poll.map(|poll| (poll.question.as_str(), poll.options.as_slice())),
        })
    }
}

/// How the text of a message is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// With heading, bullets and so on.
    Structured,
    /// As one body.
    Body,
    /// The same without custom emoji, mentions without a name, and dates.
    Allowed,
    /// Without formatting.
    Plain,
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
