//! One message as a channel shows it: sender, reply, media, text, link preview, time and views.

use maud::{Markup, html};
use telegram_text::{EntityKind, FormattedText, detect, post_link};

use super::body::{allowed_url, body};
use super::media::{self, ShownFile};
use super::poll::ShownPoll;
use super::rich;
use crate::message::LinkPreviewOptions;
use crate::message::rich::RichMessage;

/// A message to render.
#[derive(Clone, Debug)]
pub struct Bubble<'b> {
    /// The sender; left out where the message above has the same one.
    pub name: Option<&'b str>,
    /// The text with the entities that are sent.
    pub text: &'b FormattedText,
    /// Its files; the text is their caption.
    pub media: &'b [ShownFile<'b>],
    /// Whether the caption is above the files.
    pub is_caption_above: bool,
    /// The blocks, instead of a text; the files are in them.
    pub rich: Option<&'b RichMessage>,
    /// The poll, instead of a text.
    pub poll: Option<ShownPoll<'b>>,
    /// The options of the link preview.
    pub link_preview: Option<&'b LinkPreviewOptions>,
    /// The message that it answers, in one line.
    pub reply_to: Option<&'b str>,
    /// The time of day, as the channel's readers see it.
    pub time: Option<&'b str>,
    /// Whether it is in a channel, where Telegram counts the views.
    pub is_counted: bool,
    /// Labels before the time: edited, silent, pinned.
    pub marks: &'b [&'b str],
    /// Whether the next message belongs to the same post.
    pub is_followed: bool,
}

impl Bubble<'_> {
    /// Renders the message.
    #[must_use]
    pub fn draw(&self) -> Markup {
        let card = self.card();
        let above = self.link_preview.is_some_and(|options| options.show_above_text);
        let is_pictured = self.rich.is_none() && media::are_visual(self.media);
        let is_bare = is_pictured && self.text.string.is_empty();
        html! {
            article.bubble.followed[self.is_followed].pictured[is_pictured].bare[is_bare] {
                @if let Some(name) = self.name { h3.name dir="auto" { (name) } }
                @if let Some(reply_to) = self.reply_to { p.answers { (reply_to) } }
                @if above { (card) }
                @if !self.is_caption_above && self.rich.is_none() { (media::media(self.media)) }
                @if let Some(message) = self.rich { div.text { (rich::rich(message, self.media)) } }
                @match &self.poll {
                    Some(poll) => (poll.draw()),
                    None if self.rich.is_some() => {}
                    None if self.media.is_empty() || !self.text.string.is_empty() => div.text { (body(self.text)) },
                    None => {}
                }
                @if self.is_caption_above { (media::media(self.media)) }
                @if !above { (card) }
                p.meta {
                    @for mark in self.marks { span.mark { (mark) } " " }
                    @if self.is_counted { span.views title="Views" { (eye()) "1" } " " }
                    @if let Some(time) = self.time { span.time { (time) } }
                }
            }
        }
    }

    /// The placeholder for the preview of the first link, or of the one in the options.
    fn card(&self) -> Markup {
        let none = LinkPreviewOptions::default();
        let options = self.link_preview.unwrap_or(&none);
        let Some(host) = self.previewed(options) else { return html! {} };
        let size = match (options.prefer_small_media, options.prefer_large_media) {
            (true, _) => "small",
            (_, true) => "large",
            _ => "own",
        };
        html! {
            div class={ "card " (size) } {
                p.host { (host) }
                p.what { "Telegram shows this link’s preview here" @if size != "own" { ", " (size) } }
                span.picture aria-hidden="true" {}
            }
        }
    }

    /// The host of the previewed link.
    fn previewed(&self, options: &LinkPreviewOptions) -> Option<String> {
        // Telegram shows no preview of a link in a caption or a rich message.
        let has_none = self.poll.is_some() || self.rich.is_some() || !self.media.is_empty();
        if options.is_disabled || has_none {
            return None;
        }
        let url = options.url.clone().or_else(|| first_link(self.text))?;
        let url = url::Url::parse(&allowed_url(&url)?).ok()?;
        url.host_str().map(str::to_owned)
    }
}

/// The sign of views, in the colour of the text around it.
fn eye() -> Markup {
    html! {
        svg viewBox="0 0 16 12" width="15" height="11" role="img" aria-label="Views:" {
            path fill="currentColor" fill-rule="evenodd" d="M8 1C4.6 1 1.8 3 .5 6c1.300 3 4.100 5 7.500 5s6.200-2 7.500-5C14.200 3 11.400 1 8 1Zm0 8.200A3.200 3.200 0 1 1 8 2.800a3.200 3.200 0 0 1 0 6.400Zm0-1.500a1.700 1.700 0 1 0 0-3.400 1.700 1.700 0 0 0 0 3.400Z" {}
        }
    }
}

/// The first link of a text to a web page.
fn first_link(text: &FormattedText) -> Option<String> {
    let seen = detect::with_found(text.clone());
    let address = |entity: &telegram_text::Entity| match &entity.kind {
        EntityKind::TextLink { url } if post_link::post_of(url).is_none() => Some(url.clone()),
        EntityKind::Url => {
            let byte = |unit| telegram_text::utf16::byte_of(&seen.string, unit);
            let range = byte(entity.offset)?..byte(entity.end()).unwrap_or(seen.string.len());
            seen.string.get(range).map(str::to_owned)
        }
        _ => None,
    };
    seen.entities.iter().find_map(address)
}

/// The avatar of a channel: the first letter of its name, in one of seven colours.
#[must_use]
pub fn avatar(name: &str) -> Markup {
    let letter = name.chars().find(|letter| letter.is_alphanumeric()).unwrap_or('#');
    let colour =
        name.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    html! {
        span class={ "avatar c" (colour % 7) } aria-hidden="true" { (letter.to_uppercase()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(text: &str, link_preview: Option<&LinkPreviewOptions>) -> String {
        let text = FormattedText::plain(text);
        let bubble = Bubble {
            name: None,
            text: &text,
            media: &[],
            is_caption_above: false,
            rich: None,
            poll: None,
            link_preview,
            reply_to: None,
            time: None,
            is_counted: true,
            marks: &[],
            is_followed: false,
        };
        bubble.draw().0
    }

    #[test]
    fn preview_shows_the_chosen_link_or_the_first_one() {
        let chosen = LinkPreviewOptions {
            url: Some("https://b.example/x".into()),
            prefer_small_media: true,
            show_above_text: true,
            ..LinkPreviewOptions::default()
        };
        let off = LinkPreviewOptions { is_disabled: true, ..LinkPreviewOptions::default() };
        for (options, expected) in
            [(None, Some("a.example.org")), (Some(&chosen), Some("b.example")), (Some(&off), None)]
        {
            let drawn = drawn("see a.example.org/1", options);
            let host = expected.map(|host| format!("<p class=\"host\">{host}</p>"));
            assert_eq!(drawn.contains("class=\"card"), expected.is_some(), "{drawn}");
            assert!(host.is_none_or(|host| drawn.contains(&host)), "{drawn}");
        }
        let above = drawn("see a.example.org/1", Some(&chosen));
        assert!(above.find("card small") < above.find("class=\"text\""), "{above}");
    }

    #[test]
    fn avatar_has_a_letter() {
        assert!(avatar("@world").0.contains(">W<"));
        assert!(avatar("✓").0.contains(">#<"));
    }
}
