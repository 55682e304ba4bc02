//! Timestamps in the journal's columns: text that sorts chronologically. It reads no clock.

use jiff::Timestamp;

/// RFC 3339 in UTC with nine fractional digits.
pub(super) fn text(at: Timestamp) -> String {
    format!("{at:.9}")
}

pub(super) fn parse(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_sort_chronologically_and_survive_a_round_trip() {
        let instants = [
            "2026-11-25T08:00:00Z",
            "2026-11-25T08:00:00.000000001Z",
            "2026-11-25T08:00:00.5Z",
            "2026-11-25T08:00:01Z",
        ];
        let instants = instants.map(|text| text.parse::<Timestamp>().unwrap());
        let texts = instants.map(text);
        assert!(texts.is_sorted(), "{texts:?}");
        assert_eq!(texts.each_ref().map(|text| parse(text)), instants.map(Some));
        assert_eq!(parse("yesterday"), None);
    }
}
