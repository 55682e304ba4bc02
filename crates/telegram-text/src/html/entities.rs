//! The entities that closed tags become, with their languages, links, ids and dates; it reads no markup.

use super::decoded::Decoded;
use super::tag::Tag;
use super::{HtmlError, Refusal};
use crate::link::{self, Link, OwnAddresses};
use crate::{Entity, EntityKind, normal};

/// The entities of the tags that are closed so far, in the order in which they were closed.
#[derive(Default)]
pub(super) struct Entities {
    list: Vec<Entity>,
    own_addresses: OwnAddresses,
    /// The language of the last entity if that is code: with `pre` around or inside it they become one block.
    language: Decoded,
    /// The refusal that Telegram reports after it has parsed the markup.
    afterwards: Option<Refusal>,
}

/// The position of a closed tag.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// UTF-16 units of text before it.
    pub(super) offset: usize,
    /// UTF-16 units of text in it, at least one.
    pub(super) length: usize,
    /// The text so far; it ends with the content of the tag.
    pub(super) text: &'a str,
    /// Bytes of that text before the tag.
    pub(super) start: usize,
    /// Bytes of markup before the `<` of its start tag.
    pub(super) byte: usize,
}

impl Entities {
    /// Adds a closed tag.
    ///
    /// # Errors
    ///
    /// An invalid id or format.
    pub(super) fn close(&mut self, tag: Tag, place: Place<'_>) -> Result<(), Refusal> {
        let kind = match tag {
            Tag::Link { href } if href.string.is_empty() => self.link_to_itself(place)?,
            Tag::Style(kind) => Some(kind),
            Tag::Span { .. } => Some(EntityKind::Spoiler),
            Tag::Quote { is_expandable: false } => Some(EntityKind::Blockquote),
            Tag::Quote { is_expandable: true } => Some(EntityKind::ExpandableBlockquote),
            Tag::Link { href } => self.link(&href),
            Tag::Emoji { id } => Some(custom_emoji(id.string, place.byte)?),
            Tag::Time { unix, format } => moment(&unix.string, &format.string, place.byte)?,
            Tag::Pre => self.pre(place),
            Tag::Code { language } => {
                self.code(language, place);
                None
            }
        };
        if let Some(kind) = kind {
            self.push(kind, Decoded::default(), place);
        }
        Ok(())
    }

    /// The entities in the order in which they ended.
    ///
    /// # Errors
    ///
    /// Half of a surrogate pair in a link or a language.
    pub(super) fn finish(self) -> Result<Vec<Entity>, Refusal> {
        match self.afterwards {
            Some(refusal) => Err(refusal),
            None => Ok(self.list),
        }
    }

    fn push(&mut self, kind: EntityKind, language: Decoded, place: Place<'_>) {
        self.list.push(Entity::new(kind, place.offset, place.length));
        self.language = language;
    }

    /// The last entity, if it covers exactly this place.
    fn twin(&mut self, place: Place<'_>) -> Option<&mut Entity> {
        let is_twin =
            |last: &&mut Entity| (last.offset, last.length) == (place.offset, place.length);
        self.list.last_mut().filter(is_twin)
    }

    /// `None` if the code inside becomes the block, with its language.
    fn pre(&mut self, place: Place<'_>) -> Option<EntityKind> {
        if self.language.string.is_empty() || self.twin(place).is_none() {
            return Some(EntityKind::Pre { language: None });
        }
        let language = std::mem::take(&mut self.language);
        self.name_twin(language, place);
        None
    }

    fn code(&mut self, language: Decoded, place: Place<'_>) {
        let is_block = |twin: &mut Entity| matches!(twin.kind, EntityKind::Pre { language: None });
        if !language.string.is_empty() && self.twin(place).is_some_and(is_block) {
            self.name_twin(language, place);
        } else {
            self.push(EntityKind::Code, language, place);
        }
    }

    /// Makes the last entity a block of code in `language`.
    fn name_twin(&mut self, Decoded { string, surrogate }: Decoded, place: Place<'_>) {
        if let Some(byte) = surrogate {
            self.afterwards.get_or_insert(Refusal::at(byte, HtmlError::LanguageSurrogate));
        }
        if let Some(twin) = self.twin(place) {
            twin.kind = EntityKind::Pre { language: Some(string) };
        }
    }

    /// A link without an address: its text is the address.
    fn link_to_itself(&mut self, place: Place<'_>) -> Result<Option<EntityKind>, Refusal> {
        let address = place.text.get(place.start..).unwrap_or_default();
        if self.own_addresses.exceed(address) {
            return Err(Refusal::at(place.byte, HtmlError::NestedLinks));
        }
        Ok(link::entity(address))
    }

    /// `None` for a link that Telegram does not accept and drops silently.
    fn link(&mut self, href: &Decoded) -> Option<EntityKind> {
        match link::check_uncleaned(&href.string).ok()? {
            Link::User(user) => Some(EntityKind::TextMention { user }),
            Link::Url(url) => {
                if let Some(byte) = href.surrogate {
                    self.afterwards.get_or_insert(Refusal::at(byte, HtmlError::UrlSurrogate));
                }
                Some(EntityKind::TextLink { url })
            }
        }
    }
}

fn custom_emoji(id: String, byte: usize) -> Result<EntityKind, Refusal> {
    let number = id.parse::<i64>().ok();
    match number.filter(|number| *number != 0 && number.to_string() == id) {
        Some(_) => Ok(EntityKind::CustomEmoji { custom_emoji_id: id }),
        None => Err(Refusal::at(byte, HtmlError::CustomEmoji)),
    }
}

/// `None` for a date before 1970-01-01 00:00:01 UTC, which Telegram drops silently.
fn moment(unix: &str, format: &str, byte: usize) -> Result<Option<EntityKind>, Refusal> {
    let Some(date_time_format) = normal::canonical_format(format) else {
        return Err(Refusal::at(byte, HtmlError::DateFormat));
    };
    let unix_time = seconds(unix);
    Ok((unix_time > 0).then_some(EntityKind::DateTime { unix_time, date_time_format }))
}

/// The number that `text` begins with, as TDLib's `to_integer` reads it into 32 bits: it wraps around, and
/// ends at the first character that is not a digit.
fn seconds(text: &str) -> i64 {
    let (is_negative, digits) =
        text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let digits = digits.bytes().take_while(u8::is_ascii_digit);
    let number = digits
        .fold(0_u32, |number, digit| number.wrapping_mul(10).wrapping_add(u32::from(digit - b'0')));
    let number = number.cast_signed();
    i64::from(if is_negative { number.wrapping_neg() } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_wrap_around_and_end_at_the_first_other_character() {
        for (text, expected) in [
            ("", 0),
            ("x", 0),
            ("+5", 0),
            (" 5", 0),
            ("05", 5),
            ("5x", 5),
            ("-5", -5),
            ("2147483647", 2_147_483_647),
            ("2147483648", -2_147_483_648),
            ("4294967301", 5),
            ("-4294967291", 5),
            ("--5", 0),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
