//! The metrics in Prometheus's text format: a pure function of the figures.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};

use jiff::Timestamp;

use crate::outbox::{OutcomeKind, StateName};
use crate::store::QueueCount;

/// The states of unfinished publications. `published` means that an edit, an unpinning or a deletion is pending.
const STATES: [StateName; 7] = [
    StateName::Scheduled,
    StateName::Due,
    StateName::Publishing,
    StateName::Published,
    StateName::Held,
    StateName::Uncertain,
    StateName::Failed,
];

/// The figures of a service.
pub(super) struct Figures {
    pub(super) version: &'static str,
    pub(super) since: Timestamp,
    pub(super) now: Timestamp,
    pub(super) is_healthy: bool,
    pub(super) queue: Vec<QueueCount>,
    pub(super) outcomes: BTreeMap<OutcomeKind, u64>,
    pub(super) paused_channels: usize,
    pub(super) is_stopped: bool,
    pub(super) hooks: usize,
    /// When the last successful poll ended.
    pub(super) last_poll: Option<Timestamp>,
}

/// All metrics.
pub(super) fn text(figures: &Figures) -> String {
    let mut page = Page::default();
    let name = "telepress_build_info";
    page.family(name, "gauge", "The version of telepress; the value is always 1.");
    page.sample(name, &[("version", figures.version)], 1);
    let name = "telepress_start_time_seconds";
    page.family(name, "gauge", "When this process began, in seconds since 1970.");
    page.sample(name, &[], seconds(figures.since));
    let name = "telepress_healthy";
    page.family(name, "gauge", "Whether /healthz answers 200.");
    page.sample(name, &[], u8::from(figures.is_healthy));
    let name = "telepress_queue_publications";
    page.family(
        name,
        "gauge",
        "Publications that are not finished, by state. A post has one for each channel.",
    );
    for state in STATES {
        let counts = figures.queue.iter().filter(|count| count.state == state.as_str());
        page.sample(
            name,
            &[("state", state.as_str())],
            counts.map(|count| count.number).sum::<i64>(),
        );
    }
    let name = "telepress_oldest_due_lateness_seconds";
    page.family(
        name,
        "gauge",
        "How long the oldest post that is due, and of which nothing was sent, has been due; 0 if there is none.",
    );
    let oldest = figures.queue.iter().filter_map(|count| count.oldest_due).min();
    let late = oldest.map_or(0.0, |oldest| figures.now.duration_since(oldest).as_secs_f64());
    page.sample(name, &[], late.max(0.0));
    let name = "telepress_requests_total";
    page.family(name, "counter", "Requests for channels that this process has made, by outcome.");
    for outcome in OutcomeKind::ALL {
        let count = figures.outcomes.get(&outcome).copied().unwrap_or_default();
        page.sample(name, &[("outcome", outcome.name())], count);
    }
    let name = "telepress_paused_channels";
    page.family(name, "gauge", "Channels in which publishing is paused.");
    page.sample(name, &[], figures.paused_channels);
    let name = "telepress_stopped";
    page.family(name, "gauge", "Whether all publishing is stopped.");
    page.sample(name, &[], u8::from(figures.is_stopped));
    let name = "telepress_hooks_waiting";
    page.family(name, "gauge", "Hooks that wait or run.");
    page.sample(name, &[], figures.hooks);
    let name = "telepress_last_poll_timestamp_seconds";
    page.family(
        name,
        "gauge",
        "When Telegram last answered a poll for updates, in seconds since 1970; 0 before the first answer.",
    );
    page.sample(name, &[], figures.last_poll.map_or(0.0, seconds));
    page.text
}

fn seconds(at: Timestamp) -> f64 {
    at.duration_since(Timestamp::UNIX_EPOCH).as_secs_f64()
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.text.push_str(name);
        let escaped =
            |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let labels: Vec<_> =
            labels.iter().map(|(key, value)| format!("{key}=\"{}\"", escaped(value))).collect();
        if !labels.is_empty() {
            let _ = write!(self.text, "{{{}}}", labels.join(","));
        }
        let _ = writeln!(self.text, " {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_in_the_text_format() {
        let at = |second: i64| Timestamp::from_second(1_764_000_000 + second).unwrap();
        let count = |state: &str, number, oldest_due| QueueCount {
            state: state.to_owned(),
            number,
            oldest_due,
        };
        let figures = Figures {
            version: "1.0 (\"a\\b\")",
            since: at(0),
            now: at(100),
            is_healthy: true,
            queue: vec![
                count("scheduled", 3, None),
                count("due", 2, Some(at(90))),
                count("publishing", 1, Some(at(95))),
            ],
            outcomes: [(OutcomeKind::Sent, 7), (OutcomeKind::Unknown, 1)].into(),
            paused_channels: 1,
            is_stopped: false,
            hooks: 4,
            last_poll: Some(at(99)),
        };
        let text = text(&figures);
        for line in [
            "telepress_build_info{version=\"1.0 (\\\"a\\\\b\\\")\"} 1",
            "telepress_start_time_seconds 1764000000",
            "telepress_healthy 1",
            "telepress_queue_publications{state=\"scheduled\"} 3",
            "telepress_queue_publications{state=\"uncertain\"} 0",
            "telepress_oldest_due_lateness_seconds 10",
            "# TYPE telepress_requests_total counter",
            "telepress_requests_total{outcome=\"sent\"} 7",
            "telepress_requests_total{outcome=\"rejected\"} 0",
            "telepress_paused_channels 1",
            "telepress_stopped 0",
            "telepress_hooks_waiting 4",
            "telepress_last_poll_timestamp_seconds 1764000099",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        // Each sample follows the description of its family.
        let mut described = String::new();
        for line in text.lines() {
            match line.strip_prefix("# TYPE ") {
                Some(family) => family.split(' ').next().unwrap().clone_into(&mut described),
                None if line.starts_with('#') => {}
                None => assert_eq!(line.split(['{', ' ']).next(), Some(described.as_str())),
            }
        }
    }
}
