//! The tools beside a chat on the sandbox's page: faults, the clock, and the requests of bots. It only draws them.

use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};
use serde_json::Value;

use super::Inner;
use super::chat::Chat;
use super::method::GET_UPDATES;
use super::request_log::RequestRecord;

/// The page shows the latest requests, at most this many.
const REQUESTS: usize = 40;

/// Requests for the same chat are one group if each comes at most this long after the one before.
const PAUSE: SignedDuration = SignedDuration::from_secs(60);

/// A button that arms a fault.
struct FaultButton {
    name: &'static str,
    fault: &'static str,
    meaning: &'static str,
}

/// The buttons by what fails, each group with its heading.
const FAULTS: [(&str, &[FaultButton]); 3] = [
    (
        "The connection",
        &[
            FaultButton {
                name: "Lose the next answer",
                fault: r#"{"fault":"read_close","method":"send*","lands":"before"}"#,
                meaning: "the next message is posted, but the bot gets no answer",
            },
            FaultButton {
                name: "Lose the next message",
                fault: r#"{"fault":"read_close","method":"send*","lands":"never"}"#,
                meaning: "the connection breaks before the next message is posted; the bot cannot tell the difference",
            },
            FaultButton {
                name: "No answer",
                fault: r#"{"fault":"no_answer","method":"send*"}"#,
                meaning: "the connection of the next message stays open, but no answer comes",
            },
        ],
    ),
    (
        "Files and albums",
        &[
            FaultButton {
                name: "Cut the upload",
                fault: r#"{"fault":"cut_upload"}"#,
                meaning: "the connection breaks in the middle of the next request with files; nothing is posted",
            },
            FaultButton {
                name: "Lose an album item",
                fault: r#"{"fault":"lose_album_item","item":2,"method":"sendMediaGroup"}"#,
                meaning: "the next album is posted without its second item, and the bot gets only an error",
            },
        ],
    ),
    (
        "Refusals",
        &[
            FaultButton {
                name: "Too many requests",
                fault: r#"{"fault":"too_many_requests","retry_after":10,"method":"send*"}"#,
                meaning: "the next message is refused with 429: retry after 10 s",
            },
            FaultButton {
                name: "Server down",
                fault: r#"{"fault":"bad_gateway","times":1000}"#,
                meaning: "every request gets a 502, until you clear the faults",
            },
        ],
    ),
];

/// The faults, the clock, and the requests.
pub(super) fn tools(inner: &Inner, now: Timestamp) -> Markup {
    let ahead = inner.ahead.as_secs() / 60;
    html! {
        aside.tools {
            (faults(inner))
            section {
                h2 { "Clock" }
                p.clock {
                    span { (now.strftime("%a %-d %b %H:%M UTC").to_string()) @if ahead > 0 { ", " (ahead) " minutes ahead" } }
                    button type="button" data-forward="600" { "+10 min" }
                    button type="button" data-forward="3600" { "+1 h" }
                }
            }
            section {
                h2 { "Requests" }
                (requests(inner))
            }
        }
    }
}

fn faults(inner: &Inner) -> Markup {
    let armed = inner.faults.armed();
    html! {
        section {
            h2 { "Make Telegram fail" }
            div { @if !armed.is_empty() {
                p.armed role="status" { "Armed: " @for fault in armed { code { (fault_name(fault)) @if fault.times > 1 { " × " (fault.times) } } " " } }
                button type="button" data-clear="" { "Clear all faults" }
            } }
            @for (what, buttons) in FAULTS {
                div.failures {
                    h3 { (what) }
                    ul { @for FaultButton { name, fault, meaning } in buttons {
                        li { button type="button" data-fault=(fault) { (name) } " " span { (meaning) } }
                    } }
                }
            }
        }
    }
}

/// The name of the button that arms the fault; other faults have the names of the API.
fn fault_name(fault: &super::Fault) -> String {
    let arms_it = |button: &&FaultButton| {
        let armed = serde_json::from_str(button.fault).ok();
        let armed = armed.and_then(|value: Value| super::Fault::from_json(&value).ok());
        armed.is_some_and(|armed| {
            (&armed.kind, &armed.method, armed.effect) == (&fault.kind, &fault.method, fault.effect)
        })
    };
    if let Some(button) = FAULTS.iter().flat_map(|(_, buttons)| *buttons).find(arms_it) {
        return button.name.to_owned();
    }
    let value = serde_json::to_value(&fault.kind).unwrap_or_default();
    let name = value.get("fault").and_then(Value::as_str).unwrap_or_default();
    name.replace('_', " ")
}

/// Requests for one chat, one after the other.
struct RequestGroup<'r> {
    chat: Option<&'r str>,
    records: Vec<&'r RequestRecord>,
}

/// The latest requests, newest first. Those for the same chat that follow each other are one group: usually the requests of one
/// publication, or of one answer in the chat.
fn requests(inner: &Inner) -> Markup {
    let mut groups: Vec<RequestGroup<'_>> = Vec::new();
    for record in inner.requests.records().filter(|record| !is_poll(record)) {
        match groups.last_mut().filter(|group| continues(group, record, inner)) {
            Some(group) => {
                group.chat = group.chat.or_else(|| chat_of(record));
                group.records.push(record);
            }
            None => groups.push(RequestGroup { chat: chat_of(record), records: vec![record] }),
        }
    }
    let mut left = REQUESTS;
    let latest = groups.iter().rev().take_while(|group| {
        let is_shown = left > 0;
        left = left.saturating_sub(group.records.len());
        is_shown
    });
    html! {
        div.requests tabindex="0" role="group" aria-label="Requests of bots" {
            @for group in latest {
                (drawn(group, inner))
            }
        }
    }
}

/// Polls come every few seconds, so the page does not show them.
fn is_poll(record: &RequestRecord) -> bool {
    record.method.eq_ignore_ascii_case(GET_UPDATES)
}

fn chat_of(record: &RequestRecord) -> Option<&str> {
    record.params.get("chat_id").and_then(Value::as_str)
}

/// Whether a request belongs to a group. One without a chat, such as the answer to a press, belongs to those around it.
fn continues(group: &RequestGroup<'_>, next: &RequestRecord, inner: &Inner) -> bool {
    let time = |record: &RequestRecord| record.time.parse::<Timestamp>().unwrap_or_default();
    let last = group.records.last().map(|last| time(last)).unwrap_or_default();
    let is_same = match (group.chat, chat_of(next)) {
        (Some(one), Some(other)) => {
            let id = |chat: &str| inner.state.look_up(chat).map(|chat| chat.id);
            one == other || id(one).is_some() && id(one) == id(other)
        }
        (None, _) | (_, None) => true,
    };
    is_same && time(next).duration_since(last) <= PAUSE
}

/// A group under the name of its chat, with the time of its first request.
fn drawn(group: &RequestGroup<'_>, inner: &Inner) -> Markup {
    let Some(first) = group.records.first() else { return html! {} };
    let name = |chat: &Chat| match &chat.person {
        Some(person) => format!("Bot · {}", person.first_name),
        None => chat.title.clone(),
    };
    let known = group.chat.and_then(|chat| inner.state.look_up(chat)).map(name);
    let name = known.or_else(|| group.chat.map(str::to_owned));
    html! {
        section data-key=(first.number) {
            h3 { (name.as_deref().unwrap_or("Without a chat")) " " time { (first.time.get(11..16).unwrap_or_default()) } }
            ol reversed { @for record in group.records.iter().rev() { (request(record)) } }
        }
    }
}

fn request(record: &RequestRecord) -> Markup {
    let status = record.answer.as_ref().and_then(|answer| answer["status"].as_u64());
    let params = serde_json::to_string_pretty(&record.params).unwrap_or_default();
    let time = record.time.get(11..19).unwrap_or_default();
    html! {
        li value=(record.number) data-key=(record.number) {
            details {
                summary {
                    code { (record.method) } " "
                    @match status {
                        Some(status) => { span class=(if status == 200 { "good" } else { "bad" }) { (status) } }
                        None => { span.bad { "no answer" } }
                    }
                    @if record.fault.is_some() { " " span.bad { "fault" } }
                    " " time { (time) }
                }
                pre tabindex="0" { (params) }
                @if let Some(answer) = &record.answer { pre tabindex="0" { (format!("{answer:#}")) } }
            }
        }
    }
}
