//! The styles of a text, and the escape sequences for them.

use telegram_text::EntityKind;

/// One attribute of a style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextAttribute {
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Spoiler,
    Code,
    /// A line of a code block.
    Block,
    /// Something that opens on a tap.
    Tinted,
    /// The text of a link.
    Link,
    /// The frame around the message.
    Frame,
}

impl TextAttribute {
    pub(super) const ALL: [Self; 10] = [
        Self::Bold,
        Self::Italic,
        Self::Underline,
        Self::Strikethrough,
        Self::Spoiler,
        Self::Code,
        Self::Block,
        Self::Tinted,
        Self::Link,
        Self::Frame,
    ];

    /// The look of an entity; `None` for quotes, which have a bar, and custom emoji, which are shown as their plain emoji.
    pub(super) fn of(kind: &EntityKind) -> Option<Self> {
        match kind {
            EntityKind::Bold => Some(Self::Bold),
            EntityKind::Italic => Some(Self::Italic),
            EntityKind::Underline => Some(Self::Underline),
            EntityKind::Strikethrough => Some(Self::Strikethrough),
            EntityKind::Spoiler => Some(Self::Spoiler),
            EntityKind::Code => Some(Self::Code),
            EntityKind::Pre { .. } => Some(Self::Block),
            EntityKind::TextLink { .. } => Some(Self::Link),
            EntityKind::Mention
            | EntityKind::Hashtag
            | EntityKind::Cashtag
            | EntityKind::BotCommand
            | EntityKind::Url
            | EntityKind::Email
            | EntityKind::PhoneNumber
            | EntityKind::TextMention { .. }
            | EntityKind::DateTime { .. } => Some(Self::Tinted),
            _ => None,
        }
    }

    /// The parameters of SGR. A background is always set together with a text colour, and the blue has enough contrast to black and
    /// to white, so that everything is readable in dark and in light terminals.
    fn sgr(self) -> &'static str {
        match self {
            Self::Bold => "1",
            Self::Italic => "3",
            Self::Underline => "4",
            Self::Strikethrough => "9",
            Self::Spoiler => "38;5;252;48;5;242",
            Self::Code | Self::Block => "38;5;223;48;5;236",
            Self::Tinted => "38;5;33",
            Self::Link => "4;38;5;33",
            Self::Frame => "2",
        }
    }

    /// The mark around it where there are no escape sequences.
    pub(super) fn mark(self) -> Option<&'static str> {
        match self {
            Self::Spoiler => Some("▒"),
            Self::Code => Some("`"),
            _ => None,
        }
    }

    fn bit(self) -> u16 {
        match self {
            Self::Bold => 1,
            Self::Italic => 1 << 1,
            Self::Underline => 1 << 2,
            Self::Strikethrough => 1 << 3,
            Self::Spoiler => 1 << 4,
            Self::Code => 1 << 5,
            Self::Block => 1 << 6,
            Self::Tinted => 1 << 7,
            Self::Link => 1 << 8,
            Self::Frame => 1 << 9,
        }
    }
}

/// A set of looks, and a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    looks: u16,
    /// The entity whose address it opens.
    link: Option<usize>,
}

impl Style {
    /// Plain, with the link of an entity if there is one.
    pub(super) fn link(link: Option<usize>) -> Self {
        Self { link, ..Self::default() }
    }

    pub(super) fn with(mut self, look: TextAttribute) -> Self {
        self.looks |= look.bit();
        self
    }

    pub(super) fn has(self, look: TextAttribute) -> bool {
        self.looks & look.bit() != 0
    }
}

/// Writes styled text to a string.
pub(super) struct Painter<'a> {
    ansi: bool,
    /// The addresses of the links, by the number of their entity, fit for OSC 8.
    addresses: &'a [Option<String>],
    out: String,
    style: Style,
}

impl<'a> Painter<'a> {
    pub(super) fn new(ansi: bool, addresses: &'a [Option<String>]) -> Self {
        Self { ansi, addresses, out: String::new(), style: Style::default() }
    }

    /// Writes a text, which [`super::clean`] must have cleaned.
    pub(super) fn put(&mut self, text: &str, style: Style) {
        self.change_to(style);
        self.out.push_str(text);
    }

    /// Ends the line, and with it every style and link.
    pub(super) fn end_line(&mut self) {
        self.change_to(Style::default());
        self.out.push('\n');
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    fn change_to(&mut self, style: Style) {
        if !self.ansi || style == self.style {
            return;
        }
        if style.looks != self.style.looks {
            if self.style.looks != 0 {
                self.out.push_str("\u{1b}[0m");
            }
            let sgr: Vec<_> = TextAttribute::ALL
                .into_iter()
                .filter(|look| style.has(*look))
                .map(TextAttribute::sgr)
                .collect();
            if !sgr.is_empty() {
                self.out.push_str("\u{1b}[");
                self.out.push_str(&sgr.join(";"));
                self.out.push('m');
            }
        }
        let address_of = |style: Style| {
            style.link.and_then(|link| Some((link, self.addresses.get(link)?.as_deref()?)))
        };
        match (address_of(self.style), address_of(style)) {
            (before, after) if before == after => {}
            (_, Some((link, address))) => {
                // The id joins the lines of one link.
                self.out.push_str("\u{1b}]8;id=");
                self.out.push_str(&link.to_string());
                self.out.push(';');
                self.out.push_str(address);
                self.out.push_str("\u{1b}\\");
            }
            (_, None) => self.out.push_str("\u{1b}]8;;\u{1b}\\"),
        }
        self.style = style;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_are_reset_and_set_again_at_a_line_end() {
        let addresses = [Some("https://example.org/".to_owned())];
        let mut painter = Painter::new(true, &addresses);
        let bold = Style::default().with(TextAttribute::Bold);
        let link = Style::link(Some(0)).with(TextAttribute::Bold).with(TextAttribute::Link);
        painter.put("a", bold);
        painter.put("b", link);
        painter.end_line();
        painter.put("c", link);
        painter.end_line();
        let open = "\u{1b}[1;4;38;5;33m\u{1b}]8;id=0;https://example.org/\u{1b}\\";
        let close = "\u{1b}[0m\u{1b}]8;;\u{1b}\\";
        assert_eq!(
            painter.finish(),
            format!("\u{1b}[1ma\u{1b}[0m{open}b{close}\n{open}c{close}\n")
        );
    }

    #[test]
    fn no_two_looks_share_a_bit() {
        let all = TextAttribute::ALL.into_iter().fold(Style::default(), Style::with);
        assert_eq!(all.looks.count_ones(), 10);
    }
}
