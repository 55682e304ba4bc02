//! Compares a rendered post with the messages of the export that it was made from.

use std::fmt;

use telegram_text::FormattedText;
use telegram_text::link::{self, Link};

use super::message::{ExportedDate, ExportedMessage, ExportedReply};
use super::target::{ExportFiles, ImportTarget};
use crate::config::Style;
use crate::layout::LaidOut;
use crate::media;
use crate::message::rich::RichMessage;
use crate::message::{
    ButtonPress, Content, FileContent, InlineKeyboard, InputMedia, MediaFile, ReplyParameters,
    Request,
};

/// In what a post differs from the export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportDifference {
    /// The characters.
    Text,
    /// Bold, links and so on.
    Formatting,
    /// The post ends with the style's footer, and the message does not.
    Footer,
    /// The number, kinds, sizes or names of its files.
    Media,
    /// A file that the export does not include.
    NotInExport,
    /// Another file has the name of one of its files already.
    MediaTaken,
    /// A post of other messages has its id already.
    IdTaken,
    /// A file that `check` refuses: the code.
    RefusedMedia(&'static str),
    /// The buttons.
    Buttons,
    /// The question or the options.
    Poll,
    /// The message that it replies to.
    ReplyTo,
    /// The post becomes several messages.
    Parts,
    /// The zone of the time is not known.
    Date,
    /// Formatting or content that the export or a post cannot have, by name.
    Lost(String),
    /// A problem for which `check` refuses the text: the code.
    Refused(&'static str),
}

impl fmt::Display for ImportDifference {
    fn fmt(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => words.write_str("text"),
            Self::Formatting => words.write_str("formatting"),
            Self::Footer => words.write_str("footer"),
            Self::Media => words.write_str("media"),
            Self::NotInExport => words.write_str("media: not in the export"),
            Self::MediaTaken => words.write_str("media: another file has its name"),
            Self::IdTaken => words.write_str("another post has its id"),
            Self::RefusedMedia(code) => write!(words, "media: {code}"),
            Self::Buttons => words.write_str("buttons"),
            Self::Poll => words.write_str("poll"),
            Self::ReplyTo => words.write_str("reply_to"),
            Self::Parts => words.write_str("parts"),
            Self::Date => words.write_str("date"),
            Self::Lost(name) => words.write_str(name),
            Self::Refused(code) => write!(words, "refused: {code}"),
        }
    }
}

/// What a post shows and its messages do not, or the other way around; empty if they are the same.
#[must_use]
pub fn compare(
    laid_out: &LaidOut,
    messages: &[ExportedMessage],
    files: &dyn ExportFiles,
    target: &ImportTarget<'_>,
) -> Vec<ImportDifference> {
    let Some(first) = messages.first() else { return Vec::new() };
    let here = laid_out.in_channel(&target.channel.name);
    let (parts, comments) =
        here.map_or((&[][..], &[][..]), |here| (here.parts.as_ref(), here.comments.as_ref()));
    let Some(part) = parts.first() else { return vec![ImportDifference::Text] };
    let mut differences = lost(messages);
    if parts.len() + comments.len() != 1 {
        differences.push(ImportDifference::Parts);
    }
    match &first.poll {
        Some(poll) => {
            let is_same = part.poll().is_some_and(|shown| {
                let options = shown.options.iter().map(|option| option.text.as_str());
                shown.question == poll.question && options.eq(poll.options.iter())
            });
            differences.extend((!is_same).then_some(ImportDifference::Poll));
        }
        None => match &first.rich {
            Some(rich) => {
                let is_same = matches!(part.content(), Some(Content::Rich(shown)) if is_same_rich(&shown.rich_message, rich, files));
                differences.extend((!is_same).then_some(ImportDifference::Text));
            }
            None => differences.extend(text_difference(part, &first.text, target)),
        },
    }
    // The files of a rich message are compared with its blocks.
    let is_rich = first.rich.is_some();
    if !is_rich
        && !has_same_media(&part.content().map(Content::media).unwrap_or_default(), messages, files)
    {
        differences.push(ImportDifference::Media);
    }
    if !has_same_buttons(part.content().and_then(Content::keyboard), first) {
        differences.push(ImportDifference::Buttons);
    }
    if !is_same_reply(part, first, target) {
        differences.push(ImportDifference::ReplyTo);
    }
    differences
}

/// What no post of these messages can have.
pub(super) fn lost(messages: &[ExportedMessage]) -> Vec<ImportDifference> {
    let named = messages
        .iter()
        .flat_map(|message| message.lost.iter().map(String::as_str).chain(message.other));
    let mut lost: Vec<_> = named.map(|name| ImportDifference::Lost(name.to_owned())).collect();
    let is_local = |message: &ExportedMessage| matches!(message.date, ExportedDate::Local(_));
    lost.extend(messages.first().is_some_and(is_local).then_some(ImportDifference::Date));
    lost
}

fn text_difference(
    part: &Request,
    exported: &FormattedText,
    target: &ImportTarget<'_>,
) -> Option<ImportDifference> {
    let shown = part.text();
    if shown == *exported {
        return None;
    }
    if shown.string == exported.string {
        return Some(ImportDifference::Formatting);
    }
    let channel = target.channel;
    let footer = Style::in_language(&channel.style.footer, &channel.language);
    let footer = footer.map(|footer| footer.string.trim()).filter(|footer| !footer.is_empty());
    let rest = footer.and_then(|footer| shown.string.strip_suffix(footer));
    let is_footer = rest.is_some_and(|rest| rest.trim_end_matches('\n') == exported.string);
    Some(if is_footer { ImportDifference::Footer } else { ImportDifference::Text })
}

/// Whether two rich messages have the same blocks, with files of the same kinds, sizes and names.
fn is_same_rich(shown: &RichMessage, exported: &RichMessage, files: &dyn ExportFiles) -> bool {
    let compared = |media: &InputMedia, bytes: u64| {
        let name = media.kind.shows_name().then(|| media::shown_file_name(&media.file.name));
        let content = FileContent::Path(String::new());
        let file = MediaFile { content, bytes, name: name.flatten().unwrap_or_default() };
        InputMedia { has_spoiler: media.has_spoiler, ..InputMedia::new(media.kind, file) }
    };
    let shown = shown.with_media(|media| *media = compared(media, media.file.bytes));
    let exported = exported.with_media(|media| {
        let probe = match &media.file.content {
            FileContent::Path(path) => files.probe(path).ok(),
            FileContent::Sha256(_) => None,
        };
        *media = compared(media, probe.map_or(media.file.bytes, |probe| probe.bytes));
    });
    shown == exported
}

fn has_same_media(
    shown: &[&InputMedia],
    messages: &[ExportedMessage],
    files: &dyn ExportFiles,
) -> bool {
    let exported: Vec<_> = messages.iter().filter_map(|message| message.media.as_ref()).collect();
    shown.len() == exported.len()
        && shown.iter().zip(exported).all(|(shown, exported)| {
            let is_name = |name: &str| {
                media::shown_file_name(name) == media::shown_file_name(&shown.file.name)
            };
            let probe = exported.path.as_deref().and_then(|path| files.probe(path).ok());
            shown.kind == exported.kind
                && probe.is_some_and(|probe| probe.bytes == shown.file.bytes)
                && shown.has_spoiler == exported.spoiler
                && exported.name.as_deref().is_none_or(is_name)
        })
}

fn has_same_buttons(shown: Option<&InlineKeyboard>, message: &ExportedMessage) -> bool {
    let shown = shown.map_or(&[][..], |keyboard| keyboard.rows.as_slice());
    let spelled = |press: &ButtonPress| match press {
        ButtonPress::Url(url) => match link::check(url) {
            Ok(Link::Url(url)) => ButtonPress::Url(url),
            _ => press.clone(),
        },
        ButtonPress::CopyText { .. } => press.clone(),
    };
    shown.len() == message.buttons.len()
        && shown.iter().zip(&message.buttons).all(|(shown, exported)| {
            let exported = exported.iter();
            let exported =
                exported.map(|(text, press)| (text.as_str(), press.as_ref().map(spelled)));
            shown.iter().map(|one| (one.text.as_str(), Some(spelled(&one.press)))).eq(exported)
        })
}

fn is_same_reply(part: &Request, message: &ExportedMessage, target: &ImportTarget<'_>) -> bool {
    let options = match part {
        Request::SendMessage(message) => &message.options,
        Request::SendMedia(message) => &message.options,
        Request::SendMediaGroup(message) => &message.options,
        Request::SendPoll(message) => &message.options,
        Request::SendRichMessage(message) => &message.options,
        _ => return false,
    };
    match (&options.reply_parameters, message.reply_to) {
        (None, None) => true,
        (Some(ReplyParameters::Post { post }), Some(ExportedReply::Here(id))) => {
            (target.post_of)(id).is_some_and(|id| id.as_str() == post)
        }
        _ => false,
    }
}
