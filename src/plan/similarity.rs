//! Measures whether two posts may be the same under different names: by their words, or by their headings and time.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use jiff::Timestamp;
use telegram_text::{Entity, FormattedText, utf16};

use super::Desired;
use crate::limits;
use crate::message::Request;
use crate::outbox::{NewPart, Part, PartState, PayloadHash, Publication};

/// The properties of a post that are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Similarity {
    payload: PayloadHash,
    /// The hash of the file, if it is known.
    source: PayloadHash,
    words: Words,
    headings: Vec<Heading>,
    time: Option<Timestamp>,
}

/// The words of a text, each as a hash with its number of occurrences.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    counts: BTreeMap<u32, usize>,
    count: usize,
}

impl Words {
    /// The words of all requests.
    #[must_use]
    pub fn of<'r>(requests: impl IntoIterator<Item = &'r Request>) -> Self {
        let mut words = Self::default();
        for request in requests {
            words.add(&request.string());
        }
        words
    }

    /// Parses the output of [`Display`](fmt::Display).
    #[must_use]
    pub fn parse(written: &str) -> Self {
        let mut words = Self::default();
        for word in written.split(' ').filter_map(|word| u32::from_str_radix(word, 16).ok()) {
            words.count(word);
        }
        words
    }

    fn add(&mut self, text: &str) {
        for word in text.split_whitespace().flat_map(words_of).map(bare) {
            self.count(hash(&word));
        }
    }

    fn count(&mut self, word: u32) {
        *self.counts.entry(word).or_insert(0) += 1;
        self.count += 1;
    }

    /// The share of words that both have, in percent.
    #[must_use]
    pub fn percent(&self, other: &Self) -> usize {
        let both = self.count.saturating_add(other.count);
        if both == 0 {
            return 0;
        }
        let common: usize = self
            .counts
            .iter()
            .filter_map(|(word, count)| Some((*count).min(*other.counts.get(word)?)))
            .sum();
        common.saturating_mul(2).saturating_mul(100) / both
    }
}

impl fmt::Display for Words {
    /// The hashes, separated by spaces.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.counts.iter().flat_map(|(word, count)| std::iter::repeat_n(word, *count));
        for (number, word) in all.enumerate() {
            if number > 0 {
                formatter.write_char(' ')?;
            }
            write!(formatter, "{word:x}")?;
        }
        Ok(())
    }
}

/// The words of a file that is not read as a post, without punctuation and markup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextWords(BTreeSet<String>);

impl TextWords {
    /// The words of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let words = text.split(|each: char| !each.is_alphanumeric());
        Self(words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect())
    }

    /// Whether nearly all words of a publication are among them. A long text has the words of each short post by chance, so
    /// they must be a tenth of it; the rest may be other editions.
    #[must_use]
    pub fn hold(&self, publication: &Publication) -> bool {
        let requests = current_requests(publication);
        let text: Vec<_> = requests.map(|request| request.readable().string.clone()).collect();
        let Self(wanted) = Self::of(&text.join(" "));
        let found = wanted.intersection(&self.0).count();
        found > 0
            && found * 100 >= wanted.len() * limits::SAME_WORDS_PERCENT
            && found * 10 >= self.0.len()
    }
}

/// The current text of each part, sent or not.
fn current_requests(publication: &Publication) -> impl Iterator<Item = &Request> {
    let is_there = |part: &&Part| !matches!(part.state, PartState::Deleted { .. });
    let parts = publication.parts.iter().filter(is_there);
    parts.map(|part| part.edited.as_ref().unwrap_or(&part.request))
}

/// The hash of a word. The journal stores it, so it must stay the same in every version.
fn hash(word: &str) -> u32 {
    super::request_hash::source_hash(word).prefix()
}

/// A line with formatting over its whole length: the part's number and the kind of formatting.
type Heading = (usize, &'static str);

/// Whether a waiting publication may be the same post as one whose file is gone. It was accepted before that file vanished,
/// so both its words and its time must match, unless the text is identical.
#[must_use]
pub fn is_alike(waiting: &Publication, vanished: &Publication, now: Timestamp) -> bool {
    let (new, old) = (Similarity::of_publication(waiting), Similarity::of_publication(vanished));
    let is_same_time = new.time.is_some() && new.time == old.time;
    new.is_same(&old) || new.is_close(&old) && (is_same_time || waiting.due_at <= now)
}

impl Similarity {
    pub(super) fn of_file(file: &Desired) -> Self {
        let parts = Self::of_parts(&file.parts, file.payload, file.publish_at);
        Self { source: file.source, ..parts }
    }

    fn of_parts(parts: &[NewPart], payload: PayloadHash, time: Option<Timestamp>) -> Self {
        Self::of(parts.iter().map(|part| &part.request), payload, time)
    }

    pub(super) fn of_publication(publication: &Publication) -> Self {
        let requests = current_requests(publication);
        let parts = Self::of(requests, publication.payload, publication.file_publish_at);
        Self { source: publication.source, ..parts }
    }

    fn of<'r>(
        requests: impl Iterator<Item = &'r Request>,
        payload: PayloadHash,
        time: Option<Timestamp>,
    ) -> Self {
        let mut words = Words::default();
        let mut headings = Vec::new();
        for (number, request) in requests.enumerate() {
            let text = request.readable();
            words.add(&text.string);
            let found = headings_of(&text);
            headings.extend(found.into_iter().map(|kind| (number, kind)));
        }
        Self { payload, source: PayloadHash::UNKNOWN, words, headings, time }
    }

    /// Whether all requests are identical, or the files are, whose rendering may have changed since.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let is_same = |one: PayloadHash, other| one == other && one != PayloadHash::UNKNOWN;
        is_same(self.payload, other.payload) || is_same(self.source, other.source)
    }

    /// Whether the texts are so similar that one may be a corrected version of the other.
    pub(super) fn is_close(&self, other: &Self) -> bool {
        self.percent(other) >= limits::SAME_WORDS_PERCENT
    }

    pub(super) fn percent(&self, other: &Self) -> usize {
        self.words.percent(&other.words)
    }

    pub(super) fn is_close_to(&self, words: &Words) -> bool {
        self.words.percent(words) >= limits::SAME_WORDS_PERCENT
    }

    /// Whether both have the same time, or none.
    pub(super) fn has_time_of(&self, other: &Self) -> bool {
        self.time == other.time
    }

    /// Whether both have the same headings in the same parts, and the same time.
    pub(super) fn has_shape_of(&self, other: &Self) -> bool {
        self.time.is_some()
            && self.time == other.time
            && !self.headings.is_empty()
            && self.headings == other.headings
    }
}

/// A word in lower case without the punctuation around it. A word of punctuation alone stays as it is.
fn bare(word: &str) -> String {
    let inner = word.trim_matches(|character: char| !character.is_alphanumeric());
    if inner.is_empty() { word.to_owned() } else { inner.to_lowercase() }
}

/// Splits text without white space into words. In scripts without spaces, each character counts as a word.
fn words_of(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut begin = 0;
    for (at, character) in text.char_indices().filter(|(_, character)| is_unspaced(*character)) {
        let end = at + character.len_utf8();
        words.extend([text.get(begin..at), text.get(at..end)].into_iter().flatten());
        begin = end;
    }
    words.extend(text.get(begin..));
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a character belongs to a script without spaces: Thai, Lao, Burmese, Khmer, Chinese and Japanese.
fn is_unspaced(character: char) -> bool {
    matches!(
        character,
        '\u{e00}'..='\u{eff}'
            | '\u{1000}'..='\u{109f}'
            | '\u{1780}'..='\u{17ff}'
            | '\u{2e80}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3ffff}'
    )
}

/// The formatting of each line that has formatting over its whole length.
fn headings_of(text: &FormattedText) -> Vec<&'static str> {
    let mut headings = Vec::new();
    let mut offset = 0;
    for line in text.string.split('\n') {
        let end = offset + utf16::len(line.trim_end());
        let covers = |entity: &&Entity| entity.offset <= offset && end <= entity.end();
        if end > offset {
            let covering = text.entities.iter().filter(covers);
            headings.extend(covering.map(|entity| entity.kind.name()));
        }
        offset += utf16::len(line) + 1;
    }
    headings
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::outbox::EndTimes;
    use crate::plan::{payload_hash, request_hash};
    use telegram_text::{EntityKind, FormattedText};

    fn part(text: &str, bold: usize) -> NewPart {
        let entities = vec![Entity::new(EntityKind::Bold, 0, bold)];
        let request = Request::of_text(FormattedText { string: text.into(), entities });
        NewPart { hash: request_hash(&request), request, messages: 1 }
    }

    fn similarity(text: &str, bold: usize, hour: Option<i64>) -> Similarity {
        let parts = [part(text, bold)];
        let payload =
            payload_hash(parts.iter().map(|part| &part.hash), false, EndTimes::default(), None);
        let at = |hour| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour);
        Similarity::of_parts(&parts, payload, hour.map(at))
    }

    #[test]
    fn four_words_of_five_are_close_and_fewer_are_not() {
        let old = similarity("one two three four five", 0, None);
        assert!(old.is_close(&similarity("one two three four six", 0, None)));
        assert!(!old.is_close(&similarity("one two three six seven", 0, None)));
        // A repeated word counts as often as both have it.
        assert!(!old.is_close(&similarity("one one one one one", 0, None)));
        assert!(!similarity("", 0, None).is_close(&similarity("", 0, None)));
    }

    #[test]
    fn case_and_punctuation_do_not_make_another_word() {
        let old = similarity("Library closed today.", 0, None);
        assert!(old.is_close(&similarity("Library closed: TODAY!", 0, None)));
        assert!(!old.is_close(&similarity("Library open today.", 0, None)));
        // Punctuation inside a word counts, and so does a word of punctuation alone.
        assert!(!similarity("Version 1.2.3", 0, None).is_close(&similarity(
            "Version 1.2.4",
            0,
            None
        )));
        assert!(!similarity("🎉 🎉", 0, None).is_close(&similarity("😢 😢", 0, None)));
    }

    #[test]
    fn each_character_is_a_word_in_scripts_without_spaces() {
        let old = similarity("头条\n今天天气很好我们去公园拍了很多照片留做记念", 0, None);
        assert!(old.is_close(&similarity(
            "头条\n今天天气很好我们去公园拍了很多照片留作纪念",
            0,
            None
        )));
        assert!(!old.is_close(&similarity(
            "头条\n明天会下大雨请大家记得带伞出门并注意安全",
            0,
            None
        )));
        assert_eq!(words_of("v2发布了now"), ["v2", "发", "布", "了", "now"]);
        let thai = similarity("ประกาศวันนี้อากาศดีมาก", 0, None);
        assert!(thai.is_close(&similarity("ประกาศวันนี้อากาศดีมากๆ", 0, None)));
    }

    #[test]
    fn same_headings_and_same_time_are_the_same_shape() {
        let old = similarity("Anouncement\nText", 11, Some(1));
        assert!(old.has_shape_of(&similarity("Announcement\nOther words here", 12, Some(1))));
        assert!(!old.has_shape_of(&similarity("Announcement\nOther", 12, Some(2))));
        assert!(!old.has_shape_of(&similarity("Announcement\nOther", 4, Some(1))));
        assert!(!old.has_shape_of(&similarity("Announcement\nOther", 12, None)));
    }

    #[test]
    fn headings_are_measured_in_utf16_units() {
        let request = part("😀 Head\nBody", 7).request;
        assert_eq!(headings_of(&request.text()), ["bold"]);
    }
}
