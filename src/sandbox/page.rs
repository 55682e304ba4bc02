//! The other side in a browser: the channels as their readers see them, the chat with the bot, what can be made to fail, and
//! the requests as they came in. Whatever a button does, an address of the sandbox does for everybody.

use std::time::Duration;

use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::header::{ACCEPT, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;
use telegram_text::FormattedText;

use super::api::ApiState;
use super::chat::Channel;
use super::post::Post;
use super::request_log::RequestRecord;
use super::{World, control};
use crate::page::bubble::avatar;
use crate::page::{Bubble, HtmlDocument, Toolbar, html_document};
use crate::{http_guard, random};

/// What the buttons of the page do, besides what every page does.
const SCRIPT: &str = include_str!("../page/assets/sandbox.js");

/// How often it is looked whether the page shows something else: the sandbox is one person's, and a look is cheap.
const LOOK: Duration = Duration::from_millis(60);

/// The last requests that are shown.
const REQUESTS: usize = 40;

/// The last messages that are shown of a chat.
const MESSAGES: usize = 200;

/// What can be made to fail: the button, what it arms, and what that means.
const FAILURES: [(&str, &str, &str); 5] = [
    (
        "Lose the next answer",
        r#"{"fault":"read_close","method":"sendMessage","lands":"before"}"#,
        "the message stands in the channel, and the bot never hears of it",
    ),
    (
        "Lose the next message",
        r#"{"fault":"read_close","method":"sendMessage","lands":"never"}"#,
        "the connection breaks before it is posted: to the bot it looks the same",
    ),
    (
        "Too many requests",
        r#"{"fault":"too_many_requests","retry_after":10,"method":"sendMessage"}"#,
        "429: wait for 10 s",
    ),
    (
        "Server down",
        r#"{"fault":"bad_gateway","times":1000}"#,
        "502 to everything, until it is well again",
    ),
    (
        "No answer",
        r#"{"fault":"no_answer","method":"sendMessage"}"#,
        "the connection stays open, and nothing comes",
    ),
];

/// What is looked at.
#[derive(Deserialize)]
pub(super) struct Looked {
    #[serde(default)]
    chat: Option<String>,
}

/// `GET /`: the page for whoever has a browser, the addresses for whoever has a shell.
pub(super) async fn index(
    State(shared): State<ApiState>,
    headers: HeaderMap,
    Query(looked): Query<Looked>,
) -> Response {
    let accepts = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if !accepts.contains("text/html") {
        return control::INDEX.into_response();
    }
    let Some(nonce) =
        random::secret().map(|secret| format!("{:032x}", u128::from_be_bytes(secret)))
    else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let main = drawn(&shared, looked.chat.as_deref());
    let listen = match &looked.chat {
        Some(chat) => format!("/sandbox/live?chat={}", encoded(chat)),
        None => "/sandbox/live".to_owned(),
    };
    let toolbar = Toolbar::Live { listen: &listen, home: "/" };
    let title = "Sandbox · telepress";
    let document =
        HtmlDocument { title, main: &main, nonce: &nonce, toolbar, script: Some(SCRIPT) };
    let Ok(policy) = HeaderValue::from_str(&html_document::policy(&nonce)) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    ([(CONTENT_TYPE, html), (CONTENT_SECURITY_POLICY, policy)], document.draw()).into_response()
}

/// `GET /sandbox/live`: how the page becomes another, whenever it shows something else.
pub(super) async fn live(
    State(shared): State<ApiState>,
    headers: HeaderMap,
    Query(looked): Query<Looked>,
    upgrade: WebSocketUpgrade,
) -> Response {
    if http_guard::is_foreign(&headers) {
        return (StatusCode::FORBIDDEN, "Only the sandbox's own page may listen.\n")
            .into_response();
    }
    upgrade
        .max_frame_size(1_024)
        .max_message_size(1_024)
        .read_buffer_size(1_024)
        .on_upgrade(move |socket| tell(socket, shared, looked.chat))
}

async fn tell(mut socket: WebSocket, mut shared: ApiState, chat: Option<String>) {
    let mut sent = Utf8Bytes::default();
    loop {
        let page = Utf8Bytes::from(drawn(&shared, chat.as_deref()).0);
        if page != sent {
            if socket.send(Message::Text(page.clone())).await.is_err() {
                return;
            }
            sent = page;
        }
        tokio::select! {
            said = socket.recv() => if !matches!(said, Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Text(_)))) {
                return;
            },
            ended = shared.ending.changed() => if ended.is_err() || *shared.ending.borrow() {
                return;
            },
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

fn drawn(shared: &ApiState, chat: Option<&str>) -> Markup {
    shared.sandbox.with(|world, now| draw(world, now, chat))
}

fn draw(world: &World, now: Timestamp, chosen: Option<&str>) -> Markup {
    let people: Vec<_> = world.state.people().collect();
    let channels: Vec<_> = world.state.channels().collect();
    let chat = match chosen {
        Some(chosen) => world.state.look_up(chosen),
        None => channels.first().copied(),
    };
    html! {
        div.app {
            nav.chats aria-label="Chats" {
                h1 { "Chats" }
                ul {
                    @for person in &people { (entry(person, "bot", chat)) }
                    @for channel in &channels { (entry(channel, &channel.title, chat)) }
                }
            }
            @if let Some(chat) = chat { (room(chat)) } @else { section.room { p.empty { "There is no such chat." } } }
            (tools(world, now))
        }
    }
}

fn entry(chat: &Channel, title: &str, chosen: Option<&Channel>) -> Markup {
    let last = chat.messages.values().next_back();
    let line = last
        .and_then(|message| message.content.text.string.lines().next())
        .unwrap_or("nothing yet");
    let is_chosen = chosen.is_some_and(|chosen| chosen.id == chat.id);
    let as_whom = chat.person.as_ref().map(|person| format!(" as {}", person.first_name));
    html! {
        li {
            a href={ "/?chat=" (chat.id) } aria-current=[is_chosen.then_some("page")] {
                (avatar(title))
                span { b { @if as_whom.is_some() { "The bot" } @else { (title) } @if let Some(as_whom) = as_whom { (as_whom) } } span dir="auto" { (line) } }
            }
        }
    }
}

/// A chat with its messages.
fn room(chat: &Channel) -> Markup {
    let latest = chat.messages.values().skip(chat.messages.len().saturating_sub(MESSAGES));
    let posts: Vec<_> = latest.map(|message| Post::of(message, chat)).collect();
    let pinned = posts.iter().rfind(|post| post.pinned);
    let name =
        chat.username.as_ref().map_or_else(|| chat.id.to_string(), |name| format!("@{name}"));
    html! {
        section.room {
            header data-key="head" {
                (avatar(if chat.person.is_some() { "bot" } else { &chat.title }))
                div {
                    h2 { @if chat.person.is_some() { "The bot" } @else { (chat.title) } }
                    p { @if let Some(person) = &chat.person { "private chat of " (person.first_name) } @else { (name) } }
                }
            }
            @if let Some(pinned) = pinned {
                p.pinned data-key="pinned" { b { "Pinned message" } " " (pinned.text.lines().next().unwrap_or_default()) }
            }
            div.chat data-key="chat" tabindex="0" role="log" aria-label="Messages" {
                @for post in &posts { (message(post, chat)) }
                @if posts.is_empty() {
                    p.date { span { @if chat.person.is_some() { "Write /help to the bot" } @else { "Nothing was posted yet" } } }
                }
            }
            @if let Some(person) = &chat.person {
                form.write data-key="write" data-person=(person.id) {
                    label for="text" { "Message" }
                    input #text name="text" autocomplete="off" placeholder="/help";
                    button type="submit" { "Send" }
                }
            }
        }
    }
}

fn message(post: &Post, chat: &Channel) -> Markup {
    let text = FormattedText { string: post.text.clone(), entities: post.entities.clone() };
    let is_own = chat.person.as_ref().is_some_and(|person| person.id == post.from);
    let time = Timestamp::from_second(post.date).unwrap_or_default();
    let time = time.to_zoned_datetime(TimeZone::UTC).strftime("%H:%M").to_string();
    let marks = [
        (post.pinned, "pinned"),
        (post.silent, "silent"),
        (post.protected, "protected"),
        (post.edited, "edited"),
    ];
    let marks: Vec<_> = marks.into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark).collect();
    let answered = post.reply_to_message_id.and_then(|id| chat.messages.get(&id));
    let answered = answered.and_then(|message| message.content.text.string.lines().next());
    html! {
           div.message.own[is_own] data-key=(post.message_id) {
               (Bubble {
                   name: chat.person.is_none().then_some(chat.title.as_str()),
                   text: &text,
                   link_preview: post.link_preview_options.as_ref(),
                   answers: answered,
                   time: Some(&time),
    is_counted: chat.person.is_none(),
                   marks: &marks,
                   is_followed: false,
               }.draw())
               @if let Some(markup) = &post.reply_markup { (keyboard(markup, post, chat)) }
           }
       }
}

/// The buttons of a message, numbered as they are pressed.
fn keyboard(markup: &Value, post: &Post, chat: &Channel) -> Markup {
    let rows = markup["inline_keyboard"].as_array().map_or(&[][..], Vec::as_slice);
    let mut number = 0;
    let rows: Vec<Vec<_>> = rows
        .iter()
        .map(|row| {
            let buttons = row.as_array().map_or(&[][..], Vec::as_slice).iter();
            buttons
                .map(|button| {
                    number += 1;
                    (number, button)
                })
                .collect()
        })
        .collect();
    let person = chat.person.as_ref().map_or(0, |person| person.id);
    html! {
        div.keyboard {
            @for row in rows {
                div { @for (number, button) in row {
                    button type="button" data-press=(number) data-message=(post.message_id) data-person=(person) { (button["text"].as_str().unwrap_or_default()) }
                } }
            }
        }
    }
}

/// What can be made to fail, the clock, and the requests.
fn tools(world: &World, now: Timestamp) -> Markup {
    let armed = world.faults.armed();
    let ahead = world.forward.as_secs() / 60;
    html! {
        aside.tools {
            h2 { "Make Telegram fail" }
            ul.failures { @for (name, fault, meaning) in FAILURES {
                li { button type="button" data-fault=(fault) { (name) } " " span { (meaning) } }
            } }
            div { @if !armed.is_empty() {
                p.armed role="status" { "Armed: " @for fault in armed { code { (fault_name(fault)) @if fault.times > 1 { " × " (fault.times) } } " " } }
                button type="button" data-heal="" { "All well again" }
            } }
            h2 { "Clock" }
            p {
                (now.strftime("%a %-d %b %H:%M UTC").to_string())
                @if ahead > 0 { ", " (ahead) " minutes ahead" }
                " " button type="button" data-forward="600" { "+10 min" }
                " " button type="button" data-forward="3600" { "+1 h" }
            }
            h2 { "Requests" }
            ol.requests reversed {
                @for record in world.requests.records().collect::<Vec<_>>().into_iter().rev().filter(|record| !is_poll(record)).take(REQUESTS) {
                    (request(record))
                }
            }
        }
    }
}

fn fault_name(fault: &super::Fault) -> String {
    let value = serde_json::to_value(&fault.kind).unwrap_or_default();
    let name = value.get("fault").and_then(Value::as_str).unwrap_or_default();
    name.replace('_', " ")
}

/// Polls come every few seconds and say nothing.
fn is_poll(record: &RequestRecord) -> bool {
    record.method.eq_ignore_ascii_case("getUpdates")
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
                    @if record.fault.is_some() { " " span.bad { "made to fail" } }
                    " " time { (time) }
                }
                pre tabindex="0" { (params) }
                @if let Some(answer) = &record.answer { pre tabindex="0" { (format!("{answer:#}")) } }
            }
        }
    }
}

/// A chat's name in an address.
fn encoded(chat: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'@');
    chat.bytes().filter(|byte| is_plain(*byte)).map(char::from).collect()
}
