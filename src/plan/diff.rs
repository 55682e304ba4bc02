//! The difference that readers will see between two versions of a post, word by word, with formatting.

mod buttons;
mod media;
mod readable;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use similar::{ChangeTag, TextDiff};
use telegram_text::{html, post_link};

use super::comment_match::match_comments;
use crate::message::rich::BlockDetail;
use crate::message::{Content, Request};
use crate::outbox::{EndKind, EndTimes, NewPart, Part, PartState, PayloadHash, Publication};
use crate::schedule;
pub use media::MediaChange;
pub use readable::{ChangedLines, Fragment, FragmentContent};

/// Shown in place of a message that was adopted and not edited since.
pub const UNKNOWN_TEXT: &str = "(the text of this message is not known)";

/// The line between two messages of a post.
pub const NEXT_MESSAGE: &str = "── next message ──";

/// The number of unchanged lines shown around a changed one.
const CONTEXT: usize = 1;

/// Two renderings of a post.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diff {
    old: String,
    new: String,
    /// For comments: the old and the new text of each one, one after the other.
    comments: Vec<(String, String)>,
    /// The settings that differ, one a line.
    old_settings: String,
    new_settings: String,
    /// The lines of buttons, if they differ.
    old_buttons: Vec<String>,
    new_buttons: Vec<String>,
    media: Vec<MediaChange>,
    is_caption_moved: bool,
    aspects: Aspects,
}

/// The aspects in which a publication differs from its file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is an aspect of its own")]
pub struct Aspects {
    /// The text or its formatting.
    pub text: bool,
    /// The link preview.
    pub preview: bool,
    /// The buttons.
    pub buttons: bool,
    /// The files, or the place of the caption.
    pub media: bool,
    /// Whether it is pinned.
    pub pin: bool,
    /// Whether it is a text message or a rich one.
    pub format: bool,
    /// When it is unpinned or deleted.
    pub ends: bool,
}

/// How removed and added words are marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordMarks {
    /// `[-old-]` and `{+new+}`.
    Plain,
    /// Red and struck through, green and underlined.
    Colour,
}

/// Each message with the wanted one that it becomes: comments by their texts, others by their position.
fn pairs<'p>(
    publication: &Publication,
    present: &[&'p Part],
    wanted: &'p [NewPart],
) -> Vec<(&'p Part, &'p NewPart)> {
    if !publication.is_comments() {
        return present.iter().copied().zip(wanted).collect();
    }
    let found = match_comments(present, wanted).pairs.into_iter();
    found.filter_map(|(old, new)| Some((*present.get(old)?, wanted.get(new)?))).collect()
}

impl Diff {
    /// Compares two texts.
    #[must_use]
    pub fn of_texts(old: &Request, new: &Request) -> Self {
        let [old, new] =
            [old, new].map(|request| joined(std::iter::once(text(request, BlockDetail::Shown))));
        let mut diff = Self { old, new, ..Self::default() };
        diff.aspects.text = diff.old != diff.new;
        diff
    }

    /// Compares a publication's messages with the wanted ones.
    #[must_use]
    pub fn of_publication(
        publication: &Publication,
        wanted_parts: &[NewPart],
        pin: bool,
        ends: EndTimes,
        zone: &TimeZone,
    ) -> Self {
        let present = || {
            publication.parts.iter().filter(|part| {
                !matches!(part.state, PartState::Deleted { .. } | PartState::Skipped { .. })
            })
        };
        let present_parts: Vec<_> = present().collect();
        let formats = {
            let known = present_parts.iter().filter_map(|part| shown(part)).map(is_rich);
            (known.min(), wanted_parts.iter().map(|part| is_rich(&part.request)).min())
        };
        let becomes_other = matches!(formats, (Some(old), Some(new)) if old != new);
        // Where a text becomes blocks, or blocks a text, their own signs would hide what readers see differently.
        let detail = if becomes_other { BlockDetail::Hidden } else { BlockDetail::Shown };
        let text = |request: &Request| text(request, detail);
        let shown_texts =
            present().map(|part| shown(part).map_or_else(|| UNKNOWN_TEXT.to_owned(), text));
        let mut diff = Self {
            old: joined(shown_texts),
            new: joined(wanted_parts.iter().map(|part| text(&part.request))),
            ..Self::default()
        };
        if becomes_other {
            diff.aspects.format = true;
            let words = |is_rich: Option<bool>| {
                if is_rich == Some(true) { "rich message" } else { "text message" }
            };
            diff.set("format", words(formats.0), words(formats.1));
        }
        if publication.is_comments() {
            diff.set_comments(&present_parts, wanted_parts);
        }
        diff.aspects.text = diff.old != diff.new;
        let pairs = pairs(publication, &present_parts, wanted_parts);
        for (number, (part, wanted)) in pairs.iter().enumerate() {
            let Some(old) = shown(part) else { continue };
            let (old, new) = (preview(old), preview(&wanted.request));
            if old != new {
                diff.aspects.preview = true;
                let name = match wanted_parts.len() {
                    1 => "link preview".to_owned(),
                    total => format!("link preview of part {} of {total}", number + 1),
                };
                diff.set(&name, &old, &new);
            }
        }
        // The buttons of a message that was adopted are not known.
        if let Some(known) = present().map(shown).collect::<Option<Vec<_>>>() {
            let wanted = wanted_parts.iter().map(|part| &part.request);
            diff.set_buttons(buttons::lines(known), buttons::lines(wanted));
        }
        for (part, wanted) in &pairs {
            let Some(old) = shown(part) else { continue };
            diff.media.extend(media::changes(old, &wanted.request));
            diff.is_caption_moved |= media::is_caption_moved(old, &wanted.request);
            for (name, old, new) in media::differences(old, &wanted.request) {
                diff.aspects.media = true;
                diff.set(&name, &old, &new);
            }
        }
        if publication.pin.wanted != pin {
            diff.aspects.pin = true;
            let words = |pinned| if pinned { "yes" } else { "no" };
            diff.set("pinned", words(!pin), words(pin));
        }
        diff.set_ends(publication.ends.times(), ends, zone);
        diff
    }

    /// Compares the times of the ends.
    fn set_ends(&mut self, old: EndTimes, new: EndTimes, zone: &TimeZone) {
        let shown = |at: Option<Timestamp>| {
            at.map_or_else(|| "never".to_owned(), |at| schedule::shown_with_day(at, zone))
        };
        let rows = [
            (EndKind::Unpin, old.unpin_at, new.unpin_at),
            (EndKind::Delete, old.delete_at, new.delete_at),
        ];
        for (kind, old, new) in rows.into_iter().filter(|(_, old, new)| old != new) {
            self.aspects.ends = true;
            self.set(kind.key(), &shown(old), &shown(new));
        }
    }

    /// Compares each comment with the one that it becomes, in the order of the group: new ones are last.
    fn set_comments(&mut self, present: &[&Part], wanted: &[NewPart]) {
        let found = match_comments(present, wanted);
        let text = |request: &Request| text(request, BlockDetail::Shown);
        let new_text = |new: &usize| wanted.get(*new).map(|part| text(&part.request));
        let becomes = |old: usize| found.pairs.iter().find(|(from, _)| *from == old);
        let kept = present.iter().enumerate().map(|(old, part)| {
            let old_text = shown(part).map_or_else(|| UNKNOWN_TEXT.to_owned(), text);
            let new = becomes(old).and_then(|(_, new)| new_text(new));
            (line(Some(old_text)), line(new))
        });
        let added = found.added.iter().map(|new| (String::new(), line(new_text(new))));
        self.comments = kept.chain(added).collect();
        let side = |text: fn(&(String, String)) -> &String| {
            let texts = self.comments.iter().map(text).filter(|text| !text.is_empty());
            joined(texts.map(|text| text.trim_end_matches('\n').to_owned()))
        };
        (self.old, self.new) = (side(|(old, _)| old), side(|(_, new)| new));
    }

    fn set(&mut self, name: &str, old: &str, new: &str) {
        let line = |value| format!("{name}: {value}\n");
        self.old_settings.push_str(&line(old));
        self.new_settings.push_str(&line(new));
    }

    fn set_buttons(&mut self, old: Vec<String>, new: Vec<String>) {
        if old == new {
            return;
        }
        self.aspects.buttons = true;
        self.old_settings.push_str(&buttons::setting(&old));
        self.new_settings.push_str(&buttons::setting(&new));
        (self.old_buttons, self.new_buttons) = (old, new);
    }

    /// The aspects that differ.
    #[must_use]
    pub fn aspects(&self) -> Aspects {
        self.aspects
    }

    /// The files that differ.
    #[must_use]
    pub fn media(&self) -> &[MediaChange] {
        &self.media
    }

    /// Whether a caption moves to the other side of its media.
    #[must_use]
    pub fn is_caption_moved(&self) -> bool {
        self.is_caption_moved
    }

    /// Both texts with the settings that differ.
    fn sides(&self) -> (String, String) {
        (self.old.clone() + &self.old_settings, self.new.clone() + &self.new_settings)
    }

    /// The texts to compare word by word: both sides, or for comments each comment, with the lines between them.
    fn blocks(&self) -> Vec<(String, String)> {
        if self.comments.is_empty() {
            return vec![self.sides()];
        }
        let between = format!("\n{NEXT_MESSAGE}\n\n");
        let mut blocks = Vec::new();
        for comment in &self.comments {
            if !blocks.is_empty() {
                blocks.push((between.clone(), between.clone()));
            }
            blocks.push(comment.clone());
        }
        blocks.push((self.old_settings.clone(), self.new_settings.clone()));
        blocks
    }

    /// The unified diff, for programs.
    #[must_use]
    pub fn unified(&self) -> String {
        let (old, new) = self.sides();
        let diff = TextDiff::from_lines(&old, &new);
        diff.unified_diff().context_radius(3).header("published", "file").to_string()
    }

    /// Whether readers would see the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.aspects == Aspects::default()
    }

    /// The changed lines of the text and of the buttons, without markup, for people.
    #[must_use]
    pub fn readable(&self) -> Vec<ChangedLines> {
        let mut changed = Vec::new();
        if self.comments.is_empty() {
            changed = readable::readable(&self.old, &self.new);
        }
        for (old, new) in &self.comments {
            changed.extend(readable::readable(old, new));
        }
        let (old, new) = (buttons::html(&self.old_buttons), buttons::html(&self.new_buttons));
        changed.extend(readable::readable(&old, &new));
        changed
    }

    /// The changed lines with context, the changed words marked.
    #[must_use]
    pub fn words(&self, marks: WordMarks) -> String {
        let mut lines = vec![(String::new(), false)];
        for (old, new) in self.blocks() {
            for change in TextDiff::from_unicode_words(&old, &new).iter_all_changes() {
                add_words(&mut lines, change.tag(), change.value(), marks);
            }
        }
        with_context(&lines, marks)
    }
}

/// Adds a run of words to the lines; each line knows whether it has changed.
fn add_words(lines: &mut Vec<(String, bool)>, tag: ChangeTag, words: &str, marks: WordMarks) {
    for (number, piece) in words.split('\n').enumerate() {
        if number > 0 {
            lines.push((String::new(), false));
        }
        let Some((line, is_changed)) = lines.last_mut() else { continue };
        let (before, after) = markers(tag, marks);
        if tag == ChangeTag::Equal {
            line.push_str(piece);
        } else {
            *is_changed = true;
            if !piece.is_empty() {
                line.extend([before, piece, after]);
            }
        }
    }
}

/// The text as a line; nothing without a text.
fn line(text: Option<String>) -> String {
    text.map(|text| text + "\n").unwrap_or_default()
}

/// The current text of a part, if it is known.
fn shown(part: &Part) -> Option<&Request> {
    match &part.edited {
        None if part.shown == PayloadHash::UNKNOWN => None,
        edited => Some(edited.as_ref().unwrap_or(&part.request)),
    }
}

/// The link preview setting of a request in words.
fn preview(request: &Request) -> String {
    let options = request.content().and_then(Content::link_preview);
    let Some(options) = options else { return "on".to_owned() };
    if options.is_disabled {
        return "off".to_owned();
    }
    let mut words = vec![options.url.as_deref().unwrap_or("on")];
    words.extend(options.prefer_small_media.then_some("small"));
    words.extend(options.prefer_large_media.then_some("large"));
    words.extend(options.show_above_text.then_some("above the text"));
    words.join(", ")
}

/// The markers before and after a run of words.
fn markers(tag: ChangeTag, marks: WordMarks) -> (&'static str, &'static str) {
    match (tag, marks) {
        (ChangeTag::Equal, _) => ("", ""),
        (ChangeTag::Delete, WordMarks::Plain) => ("[-", "-]"),
        (ChangeTag::Insert, WordMarks::Plain) => ("{+", "+}"),
        (ChangeTag::Delete, WordMarks::Colour) => ("\u{1b}[31;9m", "\u{1b}[0m"),
        (ChangeTag::Insert, WordMarks::Colour) => ("\u{1b}[32;4m", "\u{1b}[0m"),
    }
}

/// The changed lines with context; adjacent marks are joined.
fn with_context(lines: &[(String, bool)], marks: WordMarks) -> String {
    let near = |number: usize| {
        let from = number.saturating_sub(CONTEXT);
        lines.iter().skip(from).take(number - from + CONTEXT + 1).any(|(_, changed)| *changed)
    };
    let mut out = String::new();
    let mut skipped = false;
    for (number, (line, _)) in lines.iter().enumerate() {
        if !near(number) {
            skipped = true;
            continue;
        }
        if skipped && !out.is_empty() {
            out.push_str("  …\n");
        }
        skipped = false;
        let line = match marks {
            WordMarks::Plain => line.replace("-][-", "").replace("+}{+", ""),
            WordMarks::Colour => line.clone(),
        };
        out.push_str(format!("  {line}").trim_end());
        out.push('\n');
    }
    out
}

/// The texts of the messages, separated by [`NEXT_MESSAGE`].
fn joined(texts: impl Iterator<Item = String>) -> String {
    let texts: Vec<_> = texts.collect();
    let mut rendered = texts.join(&format!("\n\n{NEXT_MESSAGE}\n\n"));
    if !rendered.is_empty() {
        rendered.push('\n');
    }
    rendered
}

fn is_rich(request: &Request) -> bool {
    matches!(request.content(), Some(Content::Rich(_)))
}

/// The text of a request as HTML, or without formatting if Telegram's HTML cannot express it.
fn text(request: &Request, detail: BlockDetail) -> String {
    let text = match request.content() {
        Some(Content::Rich(content)) => content.rich_message.readable(detail),
        _ => request.readable(),
    };
    // Show links to other posts as `post:id`, as in the file.
    let place = post_link::placeholder("x").unwrap_or_default();
    let place = place.trim_end_matches('x');
    html::write(&text).unwrap_or(text.string).replace(place, "post:")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(old: &str, new: &str) -> Diff {
        Diff { old: old.to_owned(), new: new.to_owned(), ..Diff::default() }
    }

    #[test]
    fn changed_words_are_marked_and_unchanged_lines_are_left_out() {
        let old = "Heading\n\none\n\ntwo words here\n\nthree\n\nfour\n\nfive\n";
        let new = "Heading\n\none\n\ntwo other words here\n\nthree\n\nfour\n\nfive!\n";
        assert_eq!(
            diff(old, new).words(WordMarks::Plain),
            "\n  two {+other +}words here\n\n  …\n\n  five{+!+}\n\n"
        );
    }

    #[test]
    fn formatting_is_a_difference() {
        let words = diff("a <b>bold</b> word\n", "a bold word\n").words(WordMarks::Plain);
        assert!(words.contains("[-<") && words.contains("bold"), "{words}");
        let coloured = diff("old\n", "new\n").words(WordMarks::Colour);
        assert_eq!(coloured, "  \u{1b}[31;9mold\u{1b}[0m\u{1b}[32;4mnew\u{1b}[0m\n\n");
    }

    #[test]
    fn programs_get_a_unified_diff() {
        let unified = diff("a\nb\n", "a\nc\n").unified();
        assert_eq!(unified, "--- published\n+++ file\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
        assert_eq!(diff("a\n", "a\n").unified(), "");
    }
}
