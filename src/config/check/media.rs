//! Validates the media folder and `media_limit`.

use std::path::PathBuf;

use super::super::raw::RawConfig;
use super::super::timing::{MediaConfig, StoreConfig};
use crate::diagnostic::problem::ConfigProblem;
use crate::field::Fields;

/// The units of a size. They are decimal, like those of Telegram's limits.
const UNITS: [(&str, u64); 4] =
    [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];

pub(super) fn media(
    raw: &RawConfig<'_>,
    store: &StoreConfig,
    fields: &mut Fields<'_>,
) -> MediaConfig {
    let default = MediaConfig::default();
    let Some(typed) = raw.store.as_ref().map(|store| &store.value) else { return default };
    let mut folder = None;
    if let Some(path) = &typed.media {
        let is_shared = matches!(store, StoreConfig::Postgres(_));
        if !is_shared {
            fields.report(path.0.span.clone(), ConfigProblem::MediaFolder);
        } else if path.0.value.trim().is_empty() {
            fields.report(path.0.span.clone(), ConfigProblem::EmptyPath);
        } else {
            folder = Some(PathBuf::from(path.0.value.as_ref()));
        }
    }
    let limit = typed.media_limit.as_ref().and_then(|typed| {
        let bytes = bytes(&typed.0.value);
        if bytes.is_none() {
            fields.report(typed.0.span.clone(), ConfigProblem::ByteSize);
        }
        bytes
    });
    MediaConfig { folder, limit: limit.unwrap_or(default.limit) }
}

/// A size such as `1GB`.
fn bytes(typed: &str) -> Option<u64> {
    let unit = |(unit, bytes): &(&str, u64)| Some((typed.strip_suffix(unit)?, *bytes));
    let (number, unit) = UNITS.iter().find_map(unit)?;
    let number = number.trim_end();
    let is_plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    number.parse::<u64>().ok().filter(|_| is_plain)?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_is_a_number_with_a_unit() {
        for (typed, expected) in [
            ("1GB", Some(1_000_000_000)),
            ("500 MB", Some(500_000_000)),
            ("0kB", Some(0)),
            ("2TB", Some(2_000_000_000_000)),
            ("1", None),
            ("GB", None),
            ("-1GB", None),
            ("+1GB", None),
            ("1.5GB", None),
            ("1gb", None),
            ("99999999999TB", None),
        ] {
            assert_eq!(bytes(typed), expected, "{typed}");
        }
    }
}
