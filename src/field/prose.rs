//! Telling what is wrong with parsed text: the faults of its markup, and what Telegram will make of it by itself.

use telegram_text::ParsedText;
use telegram_text::block::Block;
use telegram_text::detect;
use telegram_text::link::{self, Link};
use telegram_text::post_link;
use telegram_text::problem::MarkupProblem;
use telegram_text::utf16::Cursor;
use telegram_text::{Entity, EntityKind};

use super::Fields;
use super::link::address;
use crate::diagnostic::problem::TextProblem;
use crate::diagnostic::{Code, Severity};
use crate::key::SpannedStr;

impl Fields<'_> {
    /// Tells the faults of markup; `true` where there is an error among them.
    pub(super) fn problems(
        &mut self,
        typed: &SpannedStr<'_>,
        problems: Vec<MarkupProblem>,
    ) -> bool {
        let mut faulty = false;
        for problem in problems {
            let code = Code::of_markup(&problem.fault);
            faulty |= code.severity() == Severity::Error;
            self.report_in(typed, problem.range, TextProblem::Markup(problem.fault));
        }
        faulty
    }

    /// Looks at every text of a body.
    pub(super) fn blocks(&mut self, typed: &SpannedStr<'_>, blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Paragraph(prose) | Block::Heading(prose) => self.prose(typed, prose),
                Block::List(list) => {
                    for item in &list.items {
                        self.blocks(typed, item);
                        if list.start.is_none()
                            && let Some(Block::Paragraph(prose)) = item.first()
                        {
                            self.bullet_sign(typed, prose);
                        }
                    }
                }
                Block::Quote { blocks, .. } => self.blocks(typed, blocks),
                Block::Code { .. } => {}
            }
        }
    }

    /// Looks at a parsed text: links, custom emoji, and words that become a link by themselves.
    pub(super) fn prose(&mut self, typed: &SpannedStr<'_>, prose: &ParsedText) {
        let mut walk = Cursor::new(&prose.text.string);
        // Neither links nor custom emoji stand inside one another, so their ends come in order too.
        let wanted = |entity: &&Entity| {
            matches!(entity.kind, EntityKind::TextLink { .. } | EntityKind::CustomEmoji { .. })
        };
        for entity in prose.text.entities.iter().filter(wanted) {
            let Some(start) = walk.byte_of(entity.offset) else { continue };
            let Some(end) = walk.byte_of(entity.end()) else { continue };
            let words = prose.origins.field_range(start..end);
            if let EntityKind::TextLink { url } = &entity.kind {
                let shown = prose.text.string.get(start..end).unwrap_or_default();
                let address = address(&typed.value, words.end).unwrap_or_else(|| words.clone());
                if let Some(post) = post_link::post_of(url) {
                    self.refers(typed, address, post);
                    continue;
                }
                self.link_warnings(typed, address, url, Some((words, shown)));
            } else if !self.custom_emoji {
                self.report_in(typed, words, TextProblem::CustomEmoji);
            }
        }
        self.inner_spaces(typed, prose);
        self.becomes_link(typed, prose);
    }

    fn becomes_link(&mut self, typed: &SpannedStr<'_>, prose: &ParsedText) {
        let text = &prose.text.string;
        if !holds_dot_in_word(text) {
            return;
        }
        let covers = |entity: &&Entity| !entity.kind.is_splittable() && !entity.kind.is_quote();
        let mut covering = prose.text.entities.iter().filter(covers).peekable();
        let mut walk = Cursor::new(text);
        for found in detect::detect(text).into_iter().filter(|found| found.kind == EntityKind::Url)
        {
            // What covers a text does not overlap, and what is found comes in order.
            while covering.next_if(|entity| entity.end() <= found.offset).is_some() {}
            if covering.peek().is_some_and(|entity| entity.offset < found.end()) {
                continue;
            }
            let Some(start) = walk.byte_of(found.offset) else { continue };
            let Some(end) = walk.byte_of(found.end()) else { continue };
            let words = text.get(start..end).unwrap_or_default();
            if words.contains("://") {
                // An address that was typed as one is meant to be a link, and is looked at like any other.
                if let Ok(Link::Url(url)) = link::check(words) {
                    self.link_warnings(typed, prose.origins.field_range(start..end), &url, None);
                }
                continue;
            }
            self.report_in(
                typed,
                prose.origins.field_range(start..end),
                TextProblem::BecomesLink(words.to_owned()),
            );
        }
    }

    /// Notes a bullet that brings a sign of its own.
    pub(crate) fn bullet_sign(&mut self, typed: &SpannedStr<'_>, prose: &ParsedText) {
        let text = prose.text.string.trim_start();
        let Some(sign) = text.chars().next().filter(|first| "•‣◦▪▫●○∙·-–—*+".contains(*first))
        else {
            return;
        };
        let behind = text.get(sign.len_utf8()..).unwrap_or_default();
        if !"-–—*+".contains(sign) || behind.starts_with(char::is_whitespace) {
            let at = prose.text.string.len() - text.len();
            self.report_in(
                typed,
                prose.origins.field_range(at..at + sign.len_utf8()),
                TextProblem::BulletSign(sign),
            );
        }
    }
}

/// Whether a dot stands in front of something, as in every address; the end of a sentence is no such dot.
fn holds_dot_in_word(text: &str) -> bool {
    let behind = |dot: usize| text.as_bytes().get(dot + 1);
    memchr::memchr_iter(b'.', text.as_bytes())
        .any(|dot| behind(dot).is_some_and(|byte| !byte.is_ascii_whitespace()))
}
