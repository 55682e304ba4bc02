//! The next days with what is published on each, in the time zone of each channel.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use maud::{Markup, html};

use super::html_document::address;

/// The number of days, beginning with today.
const DAYS: i64 = 7;

/// A post that is published in a channel at this time.
pub(super) struct Entry<'e> {
    pub(super) at: Timestamp,
    pub(super) zone: &'e TimeZone,
    pub(super) post: &'e str,
    pub(super) channel: &'e str,
    pub(super) state: &'e str,
}

/// The week that begins at `now` in `zone`, with its entries, each on the day in its channel's own zone.
pub(super) fn week<'e>(
    now: Timestamp,
    zone: &TimeZone,
    entries: impl Iterator<Item = &'e Entry<'e>>,
) -> Markup {
    let mut entries: Vec<_> = entries.collect();
    entries.sort_by_key(|entry| (entry.at, entry.post, entry.channel));
    // Calendar days: twice a year a day does not have 24 hours.
    let today = now.to_zoned_datetime(zone.clone()).date();
    let days: Vec<Date> = (0..DAYS).filter_map(|day| today.checked_add(day.days()).ok()).collect();
    let on = |day: Date| {
        let falls =
            move |entry: &&&Entry<'_>| entry.at.to_zoned_datetime(entry.zone.clone()).date() == day;
        entries.iter().filter(falls)
    };
    html! {
        section.week data-key="week" aria-label="The next seven days" {
            @for (number, day) in days.iter().enumerate() {
                div.day.today[number == 0] {
                    h3 { (day.strftime("%a").to_string()) " " span { (day.strftime("%-d %b").to_string()) } }
                    ul { @for entry in on(*day) {
                        li class={ "state-" (entry.state) } {
                            a href=(address(entry.post)) {
                                span.time { (entry.at.to_zoned_datetime(entry.zone.clone()).strftime("%H:%M").to_string()) }
                                " " (entry.post)
                                span.where { (entry.channel) @if entry.zone != zone { " · " (entry.at.to_zoned_datetime(entry.zone.clone()).strftime("%Z").to_string()) } }
                            }
                        }
                    } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(at: Timestamp, zone: &TimeZone) -> Entry<'_> {
        Entry { at, zone, post: "summit", channel: "world", state: "scheduled" }
    }

    #[test]
    fn week_has_seven_days_across_clock_changes() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        for (now, days) in [
            (
                "2027-03-27T22:30:00Z",
                ["27 Mar", "28 Mar", "29 Mar", "30 Mar", "31 Mar", "1 Apr", "2 Apr"],
            ),
            (
                "2026-10-24T22:30:00Z",
                ["25 Oct", "26 Oct", "27 Oct", "28 Oct", "29 Oct", "30 Oct", "31 Oct"],
            ),
        ] {
            let drawn = week(now.parse().unwrap(), &berlin, [].iter()).0;
            let shown = drawn.split("<span>").skip(1).map(|day| day.split('<').next().unwrap());
            assert_eq!(shown.collect::<Vec<_>>(), days);
        }
    }

    #[test]
    fn entry_is_on_the_day_of_its_own_channel() {
        let now: Timestamp = "2026-11-27T10:00:00Z".parse().unwrap();
        let (utc, tokyo) = (TimeZone::UTC, TimeZone::get("Asia/Tokyo").unwrap());
        let at: Timestamp = "2026-11-27T23:30:00Z".parse().unwrap();
        for (zone, day) in [(&utc, "Fri"), (&tokyo, "Sat")] {
            let drawn = week(now, &utc, [entry(at, zone)].iter()).0;
            let (before, _) = drawn.split_once("href").unwrap();
            let head = before.rsplit("<h3>").next().unwrap();
            assert!(head.starts_with(day), "{drawn}");
        }
        let late = entry("2026-12-25T10:00:00Z".parse().unwrap(), &utc);
        assert!(!week(now, &utc, [late].iter()).0.contains("summit"));
    }
}
