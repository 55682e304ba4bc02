//! Finds a time zone by name, or suggests one for an unknown name. It never suggests a zone with a different offset.

use jiff::tz::TimeZone;

use crate::diagnostic::problem::ZoneAdvice;
use crate::key::nearest;

/// Common abbreviations and their zones, the most populous first.
const ABBREVIATIONS: [(&str, &[&str]); 33] = [
    ("Z", &["UTC"]),
    ("MSK", &["Europe/Moscow"]),
    ("SAMT", &["Europe/Samara"]),
    ("YEKT", &["Asia/Yekaterinburg"]),
    ("OMST", &["Asia/Omsk"]),
    ("NOVT", &["Asia/Novosibirsk"]),
    ("KRAT", &["Asia/Krasnoyarsk"]),
    ("IRKT", &["Asia/Irkutsk"]),
    ("VLAT", &["Asia/Vladivostok"]),
    ("BST", &["Europe/London"]),
    ("CEST", &["Europe/Berlin"]),
    ("EEST", &["Europe/Kyiv", "Europe/Helsinki"]),
    ("WEST", &["Europe/Lisbon"]),
    ("TRT", &["Europe/Istanbul"]),
    ("PST", &["America/Los_Angeles"]),
    ("PDT", &["America/Los_Angeles"]),
    ("MDT", &["America/Denver"]),
    ("CDT", &["America/Chicago"]),
    ("CST", &["America/Chicago", "Asia/Shanghai"]),
    ("EDT", &["America/New_York"]),
    ("BRT", &["America/Sao_Paulo"]),
    ("ART", &["America/Argentina/Buenos_Aires"]),
    ("IST", &["Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"]),
    ("PKT", &["Asia/Karachi"]),
    ("GST", &["Asia/Dubai"]),
    ("SGT", &["Asia/Singapore"]),
    ("HKT", &["Asia/Hong_Kong"]),
    ("WIB", &["Asia/Jakarta"]),
    ("KST", &["Asia/Seoul"]),
    ("JST", &["Asia/Tokyo"]),
    ("AEST", &["Australia/Sydney", "Australia/Brisbane"]),
    ("AEDT", &["Australia/Sydney"]),
    ("NZDT", &["Pacific/Auckland"]),
];

/// Well-known cities without a zone of their own name, and their zones.
const CITIES: [(&str, &str); 46] = [
    ("beijing", "Asia/Shanghai"),
    ("peking", "Asia/Shanghai"),
    ("guangzhou", "Asia/Shanghai"),
    ("shenzhen", "Asia/Shanghai"),
    ("delhi", "Asia/Kolkata"),
    ("new_delhi", "Asia/Kolkata"),
    ("mumbai", "Asia/Kolkata"),
    ("bangalore", "Asia/Kolkata"),
    ("chennai", "Asia/Kolkata"),
    ("islamabad", "Asia/Karachi"),
    ("lahore", "Asia/Karachi"),
    ("hanoi", "Asia/Ho_Chi_Minh"),
    ("osaka", "Asia/Tokyo"),
    ("kyoto", "Asia/Tokyo"),
    ("astana", "Asia/Almaty"),
    ("abu_dhabi", "Asia/Dubai"),
    ("tel_aviv", "Asia/Jerusalem"),
    ("ankara", "Europe/Istanbul"),
    ("saint_petersburg", "Europe/Moscow"),
    ("st_petersburg", "Europe/Moscow"),
    ("kazan", "Europe/Moscow"),
    ("kharkiv", "Europe/Kyiv"),
    ("lviv", "Europe/Kyiv"),
    ("odesa", "Europe/Kyiv"),
    ("munich", "Europe/Berlin"),
    ("hamburg", "Europe/Berlin"),
    ("frankfurt", "Europe/Berlin"),
    ("milan", "Europe/Rome"),
    ("barcelona", "Europe/Madrid"),
    ("geneva", "Europe/Zurich"),
    ("manchester", "Europe/London"),
    ("edinburgh", "Europe/London"),
    ("washington", "America/New_York"),
    ("boston", "America/New_York"),
    ("miami", "America/New_York"),
    ("houston", "America/Chicago"),
    ("dallas", "America/Chicago"),
    ("san_francisco", "America/Los_Angeles"),
    ("seattle", "America/Los_Angeles"),
    ("las_vegas", "America/Los_Angeles"),
    ("ottawa", "America/Toronto"),
    ("brasilia", "America/Sao_Paulo"),
    ("rio_de_janeiro", "America/Sao_Paulo"),
    ("canberra", "Australia/Sydney"),
    ("cape_town", "Africa/Johannesburg"),
    ("abuja", "Africa/Lagos"),
];

/// The zone with this name.
pub(super) fn named(name: &str) -> Option<TimeZone> {
    jiff::tz::db().get(name).ok()
}

/// A suggestion for `typed`, which is not the name of a zone.
pub(super) fn advice(typed: &str) -> ZoneAdvice {
    let typed = typed.trim();
    match Offset::read(typed) {
        Some(Offset::Hours(0)) => return ZoneAdvice::Utc,
        Some(Offset::Hours(hours @ -12..=14)) => return ZoneAdvice::Hours(hours),
        Some(_) => return ZoneAdvice::Region,
        None => {}
    }
    if typed.to_ascii_lowercase().starts_with("etc/gmt") {
        return ZoneAdvice::Range;
    }
    let abbreviation = ABBREVIATIONS.iter().find(|(name, _)| name.eq_ignore_ascii_case(typed));
    let suggested: Vec<_> = match abbreviation {
        Some((_, zones)) => zones.iter().map(|zone| (*zone).to_owned()).collect(),
        None => of_city(typed).into_iter().collect(),
    };
    if suggested.is_empty() { ZoneAdvice::Any } else { ZoneAdvice::Near(suggested) }
}

/// An offset from UTC.
enum Offset {
    /// Whole hours, positive east of Greenwich.
    Hours(i32),
    /// Any other offset.
    Other,
}

impl Offset {
    /// Parses an offset such as `GMT+3` or `+05:30`.
    fn read(typed: &str) -> Option<Self> {
        let upper = typed.to_ascii_uppercase();
        let rest = upper.strip_prefix("GMT").or_else(|| upper.strip_prefix("UTC"));
        let rest = rest.unwrap_or(&upper).trim_start();
        let sign = match rest.chars().next()? {
            '+' => 1,
            '-' | '\u{2212}' => -1,
            '0'..='9' if rest.len() < upper.len() => 1,
            _ => return None,
        };
        let digits: String = rest
            .trim_start_matches(['+', '-', '\u{2212}'])
            .chars()
            .filter(|typed| *typed != ':')
            .collect();
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        if !(1..=4).contains(&digits.len()) || !is_number {
            return None;
        }
        let hours = digits.strip_suffix("00").filter(|_| digits.len() > 2).unwrap_or(&digits);
        if hours.len() > 2 {
            return Some(Self::Other);
        }
        Some(Self::Hours(sign * hours.parse::<i32>().ok()?))
    }
}

/// The zone of a city that was typed without its region, with a wrong region, or with a typing mistake.
fn of_city(typed: &str) -> Option<String> {
    let city = typed.rsplit('/').next()?.trim().replace([' ', '-'], "_").to_lowercase();
    let names: Vec<_> = jiff::tz::db().available().map(|name| name.to_string()).collect();
    let zone_of = |city: &str| {
        let is_city = |name: &&String| {
            name.rsplit_once('/').is_some_and(|(_, last)| last.eq_ignore_ascii_case(city))
        };
        names.iter().find(is_city).cloned()
    };
    let in_table =
        || CITIES.iter().find(|(name, _)| *name == city).map(|(_, zone)| (*zone).to_owned());
    // Typing mistakes are corrected only within the typed region.
    let region = typed.rsplit_once('/').map(|(region, _)| region.trim().to_lowercase());
    let in_region = |name: &&String| {
        let zone_region = name.rsplit_once('/').map(|(region, _)| region.to_lowercase());
        region.is_none() || zone_region == region
    };
    let near = || {
        let names = names.iter().filter(in_region);
        let near =
            nearest(&city, names.filter_map(|name| name.rsplit_once('/').map(|(_, city)| city)));
        // A short word is similar to too many names.
        near.filter(|_| city.chars().count() > 3).and_then(&zone_of)
    };
    zone_of(&city).or_else(in_table).or_else(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggested_zone_has_the_intended_offset() {
        let near = |zones: &[&str]| {
            ZoneAdvice::Near(zones.iter().map(|zone| (*zone).to_owned()).collect())
        };
        for (typed, expected) in [
            ("GMT+3", ZoneAdvice::Hours(3)),
            ("GMT3", ZoneAdvice::Hours(3)),
            ("Etc/GMT+20", ZoneAdvice::Range),
            ("utc-5", ZoneAdvice::Hours(-5)),
            ("UTC+03:00", ZoneAdvice::Hours(3)),
            ("+0300", ZoneAdvice::Hours(3)),
            ("GMT+0", ZoneAdvice::Utc),
            ("UTC+5:30", ZoneAdvice::Region),
            ("GMT+25", ZoneAdvice::Region),
            ("MSK", near(&["Europe/Moscow"])),
            ("msk", near(&["Europe/Moscow"])),
            ("Z", near(&["UTC"])),
            ("PST", near(&["America/Los_Angeles"])),
            ("BST", near(&["Europe/London"])),
            ("IST", near(&["Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"])),
            ("JST", near(&["Asia/Tokyo"])),
            ("Asia/Beijing", near(&["Asia/Shanghai"])),
            ("beijing", near(&["Asia/Shanghai"])),
            ("Moscow", near(&["Europe/Moscow"])),
            ("Europe/Mosow", near(&["Europe/Moscow"])),
            ("Europa/Berlin", near(&["Europe/Berlin"])),
            ("New York", near(&["America/New_York"])),
            ("San Francisco", near(&["America/Los_Angeles"])),
            ("XYZ", ZoneAdvice::Any),
            ("", ZoneAdvice::Any),
            ("Mars/Olympus", ZoneAdvice::Any),
        ] {
            assert_eq!(advice(typed), expected, "{typed}");
        }
    }

    #[test]
    fn every_zone_of_the_tables_exists() {
        let all = ABBREVIATIONS.iter().flat_map(|(_, zones)| zones.iter().copied());
        for zone in all.chain(CITIES.iter().map(|(_, zone)| *zone)) {
            assert!(jiff::tz::db().get(zone).is_ok(), "{zone}");
        }
    }
}
