//! Checks parsed text: reports problems of its markup, and links that Telegram would add.

use std::ops::Range;

use telegram_text::ParsedText;
use telegram_text::block::Block;
use telegram_text::detect::{self, hashtag::is_mark_in_word};
use telegram_text::link::{self, Link};
use telegram_text::post_link;
use telegram_text::problem::{MarkupProblem, MarkupProblemKind};
use telegram_text::utf16::Cursor;
use telegram_text::{Entity, EntityKind};
use unicode_normalization::char::compose;

use super::link::address;
use super::{DATE_PLACEHOLDER, DatePlaceholder, Fields};
use crate::diagnostic::problem::TextProblem;
use crate::diagnostic::{Code, Severity};
use crate::key::SpannedStr;

impl Fields<'_> {
    /// Reports markup problems and returns whether one of them is an error.
    pub(super) fn problems(
        &mut self,
        typed: &SpannedStr<'_>,
        problems: Vec<MarkupProblem>,
    ) -> bool {
        let mut has_errors = false;
        for problem in problems {
            let code = Code::of_markup(&problem.kind);
            has_errors |= code.severity() == Severity::Error;
            self.report_in(typed, problem.range, TextProblem::Markup(problem.kind));
        }
        has_errors
    }

    /// Checks every text of a body.
    pub(super) fn blocks(&mut self, typed: &SpannedStr<'_>, blocks: &[Block]) {
        Block::each(blocks, &mut |block| match block {
            Block::Code { .. } => {}
            Block::List(list) if list.start.is_none() => {
                for item in &list.items {
                    if let Some(Block::Paragraph(prose)) = item.blocks.first() {
                        self.bullet_sign(typed, prose);
                    }
                }
            }
            block => {
                block.texts().into_iter().for_each(|prose| self.prose(typed, prose));
            }
        });
    }

    /// Reports `{{date}}` in the words or the address of a link, where it is not filled in.
    fn date_in_link(
        &mut self,
        typed: &SpannedStr<'_>,
        (shown, words): (&str, &Range<usize>),
        (url, address): (&str, &Range<usize>),
    ) {
        if self.placeholder == DatePlaceholder::AsTyped {
            return;
        }
        if shown.contains(DATE_PLACEHOLDER) {
            self.report_in(typed, words.clone(), TextProblem::DateNotHere);
        }
        if url.contains(DATE_PLACEHOLDER) || url.contains("%7B%7Bdate%7D%7D") {
            self.report_in(typed, address.clone(), TextProblem::DateNotHere);
        }
    }

    /// Checks a parsed text: links, custom emoji, and words that Telegram would turn into a link.
    pub(super) fn prose(&mut self, typed: &SpannedStr<'_>, prose: &ParsedText) {
        let mut cursor = Cursor::new(&prose.text.string);
        // Links and custom emoji never overlap, so their ends are in order too.
        let is_checked = |entity: &&Entity| {
            matches!(entity.kind, EntityKind::TextLink { .. } | EntityKind::CustomEmoji { .. })
        };
        for entity in prose.text.entities.iter().filter(is_checked) {
            let Some(start) = cursor.byte_of(entity.offset) else { continue };
            let Some(end) = cursor.byte_of(entity.end()) else { continue };
            let words = prose.origins.field_range(start..end);
            if let EntityKind::TextLink { url } = &entity.kind {
                let shown = prose.text.string.get(start..end).unwrap_or_default();
                let address = address(&typed.value, words.end).unwrap_or_else(|| words.clone());
                self.date_in_link(typed, (shown, &words), (url, &address));
                if let Some(post) = post_link::post_of(url) {
                    self.add_reference(typed, address, post);
                    continue;
                }
                self.link_warnings(typed, address, url, Some((words, shown)));
            } else if !self.custom_emoji {
                self.report_in(typed, words, TextProblem::CustomEmoji);
            }
        }
        self.inner_spaces(typed, prose);
        if self.in_body {
            self.shown_characters(typed, prose);
            if self.is_classic {
                self.marked(typed, prose);
            }
        }
        self.detected(typed, prose);
    }

    /// Reports `==words==`, which is marked text in a rich body alone.
    fn marked(&mut self, typed: &SpannedStr<'_>, prose: &ParsedText) {
        let text = prose.text.string.as_str();
        let mut signs = memchr::memmem::find_iter(text.as_bytes(), "==").peekable();
        if signs.peek().is_none() {
            return;
        }
        let mut cursor = Cursor::new(text);
        let is_code = |entity: &&Entity| matches!(entity.kind, EntityKind::Code);
        let code = prose.text.entities.iter().filter(is_code);
        let code: Vec<_> = code
            .filter_map(|code| Some(cursor.byte_of(code.offset)?..cursor.byte_of(code.end())?))
            .collect();
        let mut opening = None;
        for at in signs {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let after = text.get(at + 2..).and_then(|after| after.chars().next());
            let place = prose.origins.field_range(at..at + 2);
            let is_escaped =
                { typed.value.get(..place.start) }.is_some_and(|before| before.ends_with('\\'));
            if before == Some('=')
                || after == Some('=')
                || is_escaped
                || code.iter().any(|code| code.contains(&at))
            {
                continue;
            }
            let is_word = |side: Option<char>| side.is_some_and(|side| !side.is_whitespace());
            match opening {
                Some(from) if is_word(before) => {
                    let range = prose.origins.field_range(from..at + 2);
                    self.report_in(typed, range, TextProblem::Markup(MarkupProblemKind::Marked));
                    opening = None;
                }
                _ if is_word(after) && !before.is_some_and(char::is_alphanumeric) => {
                    opening = Some(at);
                }
                _ => {}
            }
        }
    }

    /// Checks what Telegram detects in a text: links, mentions and hashtags.
    fn detected(&mut self, typed: &SpannedStr<'_>, prose: &ParsedText) {
        let text = &prose.text.string;
        let has_mention = self.in_body && text.contains('@');
        let may_cut_hashtag = !text.is_ascii() && text.contains('#');
        if !has_mention && !may_cut_hashtag && !has_dot_in_word(text) {
            return;
        }
        let covers = |entity: &&Entity| !entity.kind.is_splittable() && !entity.kind.is_quote();
        let mut covering = prose.text.entities.iter().filter(covers).peekable();
        let mut cursor = Cursor::new(text);
        for found in detect::detect(text) {
            // The covering entities do not overlap, and the detected ones are in order.
            while covering.next_if(|entity| entity.end() <= found.offset).is_some() {}
            if covering.peek().is_some_and(|entity| entity.offset < found.end()) {
                continue;
            }
            let Some(start) = cursor.byte_of(found.offset) else { continue };
            let Some(end) = cursor.byte_of(found.end()) else { continue };
            match found.kind {
                EntityKind::Url => self.becomes_link(typed, prose, start..end),
                EntityKind::Mention if self.in_body => self.mention(typed, prose, start..end),
                EntityKind::Hashtag => self.hashtag(typed, prose, start..end),
                _ => {}
            }
        }
    }

    fn becomes_link(&mut self, typed: &SpannedStr<'_>, prose: &ParsedText, range: Range<usize>) {
        let words = prose.text.string.get(range.clone()).unwrap_or_default();
        let place = prose.origins.field_range(range);
        if !words.contains("://") {
            self.report_in(typed, place, TextProblem::BecomesLink(words.to_owned()));
        } else if let Ok(Link::Url(url)) = link::check(words) {
            // A typed URL is meant to be a link, so it is checked like any other.
            self.link_warnings(typed, place, &url, None);
        }
    }

    /// Reports a mention of a user whom the config does not name: a name from GitHub belongs to someone else in Telegram.
    fn mention(&mut self, typed: &SpannedStr<'_>, prose: &ParsedText, range: Range<usize>) {
        let name = prose.text.string.get(range.start + 1..range.end).unwrap_or_default();
        if self.known_mentions.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return;
        }
        let problem = TextProblem::ForeignMention(name.to_owned());
        self.report_in(typed, prose.origins.field_range(range), problem);
    }

    /// Reports a hashtag that ends in the middle of a word. A letter that could be typed as one character with its mark is
    /// reported elsewhere.
    fn hashtag(&mut self, typed: &SpannedStr<'_>, prose: &ParsedText, range: Range<usize>) {
        let text = &prose.text.string;
        let tag = text.get(range.start + 1..range.end).unwrap_or_default();
        let mark = text.get(range.end..).and_then(|rest| rest.chars().next());
        let Some(mark) = mark.filter(|mark| is_mark_in_word(*mark)) else { return };
        if tag.chars().next_back().is_some_and(|letter| compose(letter, mark).is_some()) {
            return;
        }
        let word = range.start..range.end + mark.len_utf8();
        let problem = TextProblem::HashtagCut(tag.to_owned(), mark);
        self.report_in(typed, prose.origins.field_range(word), problem);
    }

    /// Reports a bullet that starts with a bullet sign.
    pub(crate) fn bullet_sign(&mut self, typed: &SpannedStr<'_>, prose: &ParsedText) {
        let text = prose.text.string.trim_start();
        let Some(sign) = text.chars().next().filter(|first| "•‣◦▪▫●○∙·-–—*+".contains(*first))
        else {
            return;
        };
        let after = text.get(sign.len_utf8()..).unwrap_or_default();
        if !"-–—*+".contains(sign) || after.starts_with(char::is_whitespace) {
            let at = prose.text.string.len() - text.len();
            self.report_in(
                typed,
                prose.origins.field_range(at..at + sign.len_utf8()),
                TextProblem::BulletSign(sign),
            );
        }
    }
}

/// Whether the text has a dot without white space after it, as every address has.
fn has_dot_in_word(text: &str) -> bool {
    let after = |dot: usize| text.as_bytes().get(dot + 1);
    memchr::memchr_iter(b'.', text.as_bytes())
        .any(|dot| after(dot).is_some_and(|byte| !byte.is_ascii_whitespace()))
}
