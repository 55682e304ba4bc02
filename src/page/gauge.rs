//! How much of Telegram's limits a message uses, and how a phone announces it, on a page.

use maud::{Markup, html};
use telegram_text::{Entity, EntityKind};

use super::bubble::avatar;
use crate::limits;
use crate::message::Request;
use crate::terminal_view;

/// The gauge under a message.
#[must_use]
pub fn gauge(request: &Request) -> Markup {
    let measure = request.measure();
    let counts = |entity: &&Entity| {
        !entity.kind.is_found() && !matches!(entity.kind, EntityKind::CustomEmoji { .. })
    };
    let entities = request.text().entities.iter().filter(counts).count();
    html! {
        div.gauge {
            (level("characters", measure.characters, measure.limit))
            (level("entities", entities, limits::MESSAGE_ENTITIES))
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

/// A post as a phone announces it, and as the list of chats shows it.
#[must_use]
pub fn announced(channel: &str, request: &Request, time: &str) -> Markup {
    let line = terminal_view::notification(&request.text());
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
