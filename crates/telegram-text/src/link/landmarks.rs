//! Where the signs that links are made of stand in a text that grows, so that of thousands of links inside one another
//! each is refused without being read again. It spells none.
//!
//! The rules are those of [`check_uncleaned`](super::check_uncleaned), asked of positions instead of characters; a
//! property holds the two together.

use std::net::Ipv6Addr;
use std::ops::Range;

use super::{Link, check, check_uncleaned, is_part, strip_ascii_prefix};
use crate::limits;
use crate::normal::is_removed;

/// A link of up to so many bytes is read: that is quicker than looking up where its signs are.
const SHORT: usize = 64;

/// The most bytes that Telegram puts in front of a link, `https://`.
const SCHEME: usize = 8;

/// So many links whose hosts alone are longer than a text are read to see what a cut leaves of them. A text with more of them
/// inside one another is made to take time.
const READ: usize = 16;

/// How many sorts of characters links are made of.
const SORTS: usize = 12;

/// Bytes of one sort: the runs of them, in their order.
#[derive(Debug, Default)]
struct Places(Vec<Range<usize>>);

impl Places {
    fn push(&mut self, range: &Range<usize>) {
        match self.0.last_mut() {
            Some(run) if run.end == range.start => run.end = range.end,
            _ => self.0.push(range.clone()),
        }
    }

    fn first(&self, range: &Range<usize>) -> Option<usize> {
        let behind = self.0.partition_point(|run| run.end <= range.start);
        let first = self.0.get(behind)?.start.max(range.start);
        (first < range.end).then_some(first)
    }

    fn last(&self, range: &Range<usize>) -> Option<usize> {
        let before = self.0.partition_point(|run| run.start < range.end).checked_sub(1)?;
        let last = self.0.get(before)?.end.min(range.end) - 1;
        (last >= range.start).then_some(last)
    }

    fn are_in(&self, range: &Range<usize>) -> bool {
        self.first(range).is_some()
    }
}

/// Where the signs of links stand in a text.
#[derive(Debug, Default)]
pub(crate) struct Landmarks {
    /// Bytes of the text that are looked at.
    seen: usize,
    /// Links that were read to the end.
    read: usize,
    ends_scheme: Places,
    ends_authority: Places,
    ends_host: Places,
    at_signs: Places,
    dots: Places,
    /// What neither a host nor a user's name has; colons, which a name has, are no part of it.
    foreign: Places,
    colons: Places,
    /// A `%` without two hexadecimal digits behind it.
    loose_percents: Places,
    no_digits: Places,
    no_zeros: Places,
    /// What the host of a `tg` or `ton` link has not.
    foreign_to_tg: Places,
    /// What the host of a `tonsite` link has not.
    foreign_to_tonsite: Places,
    /// What is no dot, and is not removed from a text.
    solid: Places,
}

/// Where the parts of a link stand.
struct Site {
    is_https: bool,
    user: Range<usize>,
    host: Range<usize>,
    /// Where the port ends, or the host where there is none.
    end: usize,
    has_port: bool,
    is_ipv6: bool,
}

impl Landmarks {
    /// Whether Telegram takes the bytes `range` of `text` for no link. `text` is the one of the last call, or begins with it.
    pub(crate) fn refuses(&mut self, text: &str, range: Range<usize>) -> bool {
        if range.len() <= SHORT {
            return check_uncleaned(text.get(range).unwrap_or_default()).is_err();
        }
        self.grow(text);
        self.refuses_by_places(text, range)
    }

    /// Whether the link in the bytes `range` of `text` is none any more when it is cleaned, as Telegram does with every link
    /// that a parser took; it refuses the message then. Only a dot is left of such a host, or the cut of a very long link
    /// takes the dot away.
    pub(crate) fn falls_apart(&mut self, text: &str, range: Range<usize>) -> bool {
        self.grow(text);
        let Some(Site { host, end, .. }) = self.site(text, range.clone()) else { return false };
        if end - range.start + SCHEME > limits::BARE_TEXT_BYTES && self.read < READ {
            self.read += 1;
            let spelled = check_uncleaned(text.get(range).unwrap_or_default());
            return spelled
                .is_ok_and(|link| matches!(link, Link::Url(url) if check(&url).is_err()));
        }
        !self.solid.are_in(&host) && self.dots.first(&host) == self.dots.last(&host)
    }

    fn refuses_by_places(&self, text: &str, range: Range<usize>) -> bool {
        let url = text.get(range.clone()).unwrap_or_default();
        for (scheme, foreign) in [
            ("tg:", &self.foreign_to_tg),
            ("ton:", &self.foreign_to_tg),
            ("tonsite:", &self.foreign_to_tonsite),
        ] {
            if let Some(rest) = strip_ascii_prefix(url, scheme) {
                let rest = rest.strip_prefix("//").unwrap_or(rest);
                return self.is_no_telegram_link(text, range.end - rest.len()..range.end, foreign);
            }
        }
        let site = self.site(text, range);
        site.is_none_or(|site| !site.is_ipv6 && !self.dots.are_in(&site.host))
    }

    fn is_no_telegram_link(&self, text: &str, range: Range<usize>, foreign: &Places) -> bool {
        let rest = text.get(range.clone()).unwrap_or_default();
        let names_http = strip_ascii_prefix(rest, "http://").is_some();
        self.site(text, range).is_none_or(|site| {
            let is_odd = names_http || site.is_https || site.has_port || site.is_ipv6;
            is_odd || !site.user.is_empty() || foreign.are_in(&site.host)
        })
    }

    /// Nothing where a part of the link is none.
    fn site(&self, text: &str, range: Range<usize>) -> Option<Site> {
        let (is_https, start) = self.scheme(text, &range)?;
        let authority = start..self.ends_authority.first(&(start..range.end)).unwrap_or(range.end);
        let colon = self
            .ends_host
            .last(&authority)
            .filter(|at| *at > start && text.as_bytes().get(*at) == Some(&b':'));
        let named = start..colon.unwrap_or(authority.end);
        if colon.is_some_and(|colon| !self.is_port(text, colon + 1..authority.end)) {
            return None;
        }
        let at = self.at_signs.last(&named);
        let (user, host) = (start..at.unwrap_or(start), at.map_or(start, |at| at + 1)..named.end);
        let spelled = text.get(host.clone())?;
        let address = spelled.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let is_ipv6 = match address {
            Some(address) => address.parse::<Ipv6Addr>().map(|_| true).ok()?,
            None => false,
        };
        let is_name = spelled != "."
            && self.is_part(text, &host)
            && !self.colons.are_in(&host)
            && self.is_part(text, &user);
        let site =
            Site { is_https, user, host, end: authority.end, has_port: colon.is_some(), is_ipv6 };
        (!site.host.is_empty() && (is_ipv6 || is_name)).then_some(site)
    }

    /// Whether https is named, and where what follows the scheme begins.
    fn scheme(&self, text: &str, range: &Range<usize>) -> Option<(bool, usize)> {
        let end = self.ends_scheme.first(range).unwrap_or(range.end);
        if !text.get(end..range.end)?.starts_with("://") {
            return Some((false, range.start));
        }
        let scheme = text.get(range.start..end)?;
        let is_https = scheme.eq_ignore_ascii_case("https");
        (is_https || scheme.eq_ignore_ascii_case("http")).then_some((is_https, end + 3))
    }

    fn is_port(&self, text: &str, range: Range<usize>) -> bool {
        let Some(number) = self.no_zeros.first(&range) else { return false };
        let digits = number..range.end;
        // Of what is longer, or no number, nothing has to be read.
        digits.len() <= 5
            && !self.no_digits.are_in(&range)
            && text.get(digits).is_some_and(|digits| digits.parse::<u16>().is_ok())
    }

    fn is_part(&self, text: &str, range: &Range<usize>) -> bool {
        let last = text.as_bytes().get(range.clone()).unwrap_or_default();
        let ends_early = last.iter().rev().take(2).any(|byte| *byte == b'%');
        !ends_early && !self.foreign.are_in(range) && !self.loose_percents.are_in(range)
    }

    fn grow(&mut self, text: &str) {
        let fresh = text.get(self.seen..).unwrap_or_default();
        // Characters of the same sorts are noted together: what is made to take time is mostly one character over and over.
        let mut run = (self.seen..self.seen, [false; SORTS]);
        for character in fresh.chars() {
            let (range, known) = &mut run;
            let next = sorts(character);
            if *known != next {
                self.note(range, *known);
                (*range, *known) = (range.end..range.end, next);
            }
            range.end += character.len_utf8();
        }
        self.note(&run.0, run.1);
        let bytes = text.as_bytes();
        let from = self.seen.saturating_sub(2);
        for percent in memchr::memchr_iter(b'%', bytes.get(from..).unwrap_or_default()) {
            let percent = from + percent;
            // Of the last two a later call tells what stands behind them.
            if let Some([_, first, second]) = bytes.get(percent..percent + 3)
                && !(first.is_ascii_hexdigit() && second.is_ascii_hexdigit())
            {
                self.loose_percents.push(&(percent..percent + 1));
            }
        }
        self.seen = text.len();
    }

    fn note(&mut self, range: &Range<usize>, sorts: [bool; SORTS]) {
        for (places, _) in self.by_sort().into_iter().zip(sorts).filter(|(_, is_one)| *is_one) {
            places.push(range);
        }
    }

    /// In the order of [`sorts`].
    fn by_sort(&mut self) -> [&mut Places; SORTS] {
        [
            &mut self.ends_scheme,
            &mut self.ends_authority,
            &mut self.ends_host,
            &mut self.at_signs,
            &mut self.dots,
            &mut self.foreign,
            &mut self.colons,
            &mut self.no_digits,
            &mut self.no_zeros,
            &mut self.foreign_to_tg,
            &mut self.foreign_to_tonsite,
            &mut self.solid,
        ]
    }
}

/// Which sorts of [`Landmarks::by_sort`] a character is of.
fn sorts(character: char) -> [bool; SORTS] {
    let is_name = character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    let ascii = u8::try_from(character).ok().filter(u8::is_ascii);
    [
        matches!(character, ':' | '/' | '?' | '#' | '@' | '[' | ']'),
        matches!(character, '/' | '?' | '#'),
        matches!(character, ':' | ']' | '@'),
        character == '@',
        character == '.',
        ascii.is_some_and(|byte| byte != b':' && !is_part(byte)),
        character == ':',
        !character.is_ascii_digit(),
        character != '0',
        !is_name,
        !is_name && character != '.',
        character != '.' && !is_removed(character),
    ]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn agrees(text: &str, ranges: &[(usize, usize)]) -> Result<(), TestCaseError> {
        let mut landmarks = Landmarks::default();
        for (from, to) in ranges {
            let (from, to) = (from % (text.len() + 1), to % (text.len() + 1));
            let range =
                text.floor_char_boundary(from.min(to))..text.floor_char_boundary(from.max(to));
            // The text has grown just so far, as it has where a tag ends.
            let grown = text.get(..range.end.max(landmarks.seen)).unwrap();
            // Padded with letters it would be another link; so the way of the long ones is taken for all.
            landmarks.grow(grown);
            let by_places = landmarks.refuses_by_places(grown, range.clone());
            let url = grown.get(range).unwrap();
            prop_assert_eq!(by_places, check_uncleaned(url).is_err(), "{:?}", url);
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn a_place_tells_what_reading_tells(
            text in "((https?|HTTP|tg|ton|tonsite|ftp)?(:|://)?(user)?[a-c.@:%?#/ й\\[\\]_0{-]{0,12}(:0{0,3}[0-9]{0,6})?(%4[1g]|\\[::1?\\]|@)?){1,3}",
            ranges in prop::collection::vec((0_usize..60, 0_usize..60), 1..12),
        ) {
            agrees(&text, &ranges)?;
        }
    }
}
