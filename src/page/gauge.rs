//! Shows on a page how much of Telegram's limits a message uses, and how a phone notifies its reader.

use maud::{Markup, html};

use super::bubble::avatar;
use super::media;
use super::post_preview::files;
use crate::message::Request;
use crate::terminal_view;

/// The bars of characters and entities under a message.
#[must_use]
pub fn gauge(request: &Request) -> Markup {
    let measure = request.measure();
    html! {
        div.gauge {
            (level("characters", measure.used(), measure.limit))
            (level("entities", measure.limited_entities, measure.entity_limit))
        }
    }
}

fn level(unit: &str, used: usize, limit: usize) -> Markup {
    html! {
        p.level {
            meter min="0" max=(limit) high=(limit * 9 / 10) value=(used) aria-label=(unit) {}
            span { (used) " of " (limit) " " (unit) }
        }
    }
}

/// A post in a phone's notification, and in its list of chats.
#[must_use]
pub fn announced(channel: &str, request: &Request, time: &str) -> Markup {
    let line = match terminal_view::notification(&request.text()) {
        line if line.is_empty() => media::word(&files(request)).to_owned(),
        line => line,
    };
    html! {
        div.announced {
            div.notification {
                (avatar(channel))
                div {
                    p.head { strong { (channel) } span { "now" } }
                    p dir="auto" { (line) }
                }
            }
            div.listed {
                (avatar(channel))
                div {
                    p.head { strong { (channel) } span { (time) } }
                    p dir="auto" { (line) }
                }
                span.unread aria-label="1 unread" { "1" }
            }
        }
    }
}
