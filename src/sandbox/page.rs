//! The sandbox's page: the channels as readers see them, the chat with the bot, faults, the clock, and the requests of bots.
//! Each button sends a request to an address of the sandbox, so the page can do nothing that a shell cannot.

use std::time::Duration;

use axum::extract::ws::{Message as Frame, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::header::{ACCEPT, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde::Deserialize;

use super::Inner;
use super::api::ApiState;
use super::chat::Chat;
use super::keyboard::Keyboard;
use super::message::Message;
use super::page_media::PostedLinks;
use super::page_tools;
use super::poll::Poll;
use crate::page::bubble::avatar;
use crate::page::keyboard::with_buttons;
use crate::page::media::noun;
use crate::page::{self, Bubble, HtmlDocument, Toolbar, html_document};
use crate::{http_guard, random};

/// What a client that is not a browser gets.
const INDEX: &str = include_str!("index.txt");

/// The script of the page's buttons; the shared script of all pages does the rest.
const SCRIPT: &str = include_str!("../page/assets/sandbox.js");

/// How often the page is rendered to see whether it changed. The sandbox has one user, and rendering is cheap.
const RENDER_INTERVAL: Duration = Duration::from_millis(60);

/// The page shows the latest messages of a chat, at most this many.
const MESSAGES: usize = 200;

#[derive(Deserialize)]
pub(super) struct PageQuery {
    #[serde(default)]
    chat: Option<String>,
}

/// `GET /`: the page for a browser, the list of addresses for other clients.
pub(super) async fn index(
    State(api): State<ApiState>,
    headers: HeaderMap,
    Query(query): Query<PageQuery>,
) -> Response {
    let accepts = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if !accepts.contains("text/html") {
        return INDEX.into_response();
    }
    let Some(nonce) =
        random::secret().map(|secret| format!("{:032x}", u128::from_be_bytes(secret)))
    else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let main = render(&api, query.chat.as_deref());
    let listen = match &query.chat {
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

/// `GET /sandbox/live`: sends the page over a WebSocket whenever it changes.
pub(super) async fn live(
    State(api): State<ApiState>,
    headers: HeaderMap,
    Query(query): Query<PageQuery>,
    upgrade: WebSocketUpgrade,
) -> Response {
    if http_guard::is_foreign(&headers) {
        return (StatusCode::FORBIDDEN, "Only the sandbox's own page may open this WebSocket.\n")
            .into_response();
    }
    upgrade
        .max_frame_size(1_024)
        .max_message_size(1_024)
        .read_buffer_size(1_024)
        .on_upgrade(move |socket| push_changes(socket, api, query.chat))
}

async fn push_changes(mut socket: WebSocket, mut api: ApiState, chat: Option<String>) {
    let mut sent = Utf8Bytes::default();
    loop {
        let page = Utf8Bytes::from(render(&api, chat.as_deref()).0);
        if page != sent {
            if socket.send(Frame::Text(page.clone())).await.is_err() {
                return;
            }
            sent = page;
        }
        tokio::select! {
            received = socket.recv() => if !matches!(received, Some(Ok(Frame::Ping(_) | Frame::Pong(_) | Frame::Text(_)))) {
                return;
            },
            ended = api.ending.changed() => if ended.is_err() || *api.ending.borrow() {
                return;
            },
            () = tokio::time::sleep(RENDER_INTERVAL) => {}
        }
    }
}

fn render(api: &ApiState, chat: Option<&str>) -> Markup {
    api.sandbox.with(|inner, now| app(inner, now, chat))
}

fn app(inner: &Inner, now: Timestamp, chosen: Option<&str>) -> Markup {
    let people: Vec<_> = inner.state.people().collect();
    let channels: Vec<_> = inner.state.channels().collect();
    let chat = match chosen {
        Some(chosen) => inner.state.look_up(chosen),
        None if !inner.start_here.is_empty() => people.first().copied(),
        None => channels.first().copied(),
    };
    html! {
        div.app {
            nav.chats aria-label="Chats" {
                h1 { "Chats" }
                ul {
                    @for person in &people { (chat_link(person, "bot", chat)) }
                    @for channel in &channels { (chat_link(channel, &channel.title, chat)) }
                }
            }
            @if let Some(chat) = chat { (conversation(chat, &inner.start_here, &PostedLinks::of(inner))) } @else { section.conversation { p.empty { "There is no such chat." } } }
            (page_tools::tools(inner, now))
        }
    }
}

fn chat_link(chat: &Chat, title: &str, chosen: Option<&Chat>) -> Markup {
    let last = chat.messages.values().next_back();
    let is_together =
        |one: &&Message, last: &Message| one.group.is_some() && one.group == last.group;
    // The caption of an album is that of its first item.
    let last =
        last.map(|last| chat.messages.values().find(|one| is_together(one, last)).unwrap_or(last));
    let line = last.and_then(first_line).unwrap_or("no messages yet");
    let is_chosen = chosen.is_some_and(|chosen| chosen.id == chat.id);
    let person = chat.person.as_ref();
    html! {
        li {
            a href={ "/?chat=" (chat.id) } data-name=[chat.username.as_ref()] aria-current=[is_chosen.then_some("page")] {
                (avatar(title))
                span { b { @if let Some(person) = person { "Bot · " (person.first_name) } @else { (title) } } span dir="auto" { (line) } }
            }
        }
    }
}

/// A chat with its messages.
fn conversation(chat: &Chat, start_here: &[String], links: &PostedLinks<'_>) -> Markup {
    let latest = chat.messages.values().skip(chat.messages.len().saturating_sub(MESSAGES));
    let latest: Vec<_> = latest.collect();
    // The messages of an album are shown as one.
    let is_together =
        |one: &&Message, next: &&Message| one.group.is_some() && one.group == next.group;
    let pinned = chat.messages.values().rfind(|message| message.pinned);
    let name =
        chat.username.as_ref().map_or_else(|| chat.id.to_string(), |name| format!("@{name}"));
    html! {
        section.conversation {
            header data-key="head" {
                (avatar(if chat.person.is_some() { "bot" } else { &chat.title }))
                div {
                    h2 { @if chat.person.is_some() { "The bot" } @else { (chat.title) } }
                    p { @if let Some(person) = &chat.person { "private chat of " (person.first_name) } @else { (name) } }
                }
            }
            @if let Some(pinned) = pinned {
                p.pinned data-key="pinned" { b { "Pinned message" } " " (first_line(pinned).unwrap_or_default()) }
            }
            @if chat.person.is_some() && !start_here.is_empty() { (steps(start_here)) }
            div.chat data-key="chat" tabindex="0" role="log" aria-label="Messages" {
                @for together in latest.chunk_by(is_together) { (message(together, chat, links)) }
                @if chat.messages.is_empty() {
                    p.date { span { @if chat.person.is_some() { "Write /help to the bot" } @else { "No posts yet" } } }
                }
            }
            @if let Some(person) = &chat.person {
                form.write data-key="write" data-person=(person.id) {
                    label for="text" { "Message" }
                    input #text name="text" autocomplete="off" placeholder="/help";
                    input name="files" type="file" multiple aria-label="Files";
                    button type="submit" { "Send" }
                }
            }
        }
    }
}

/// The first steps for a newcomer.
fn steps(start_here: &[String]) -> Markup {
    html! {
        section.start data-key="start" aria-label="Start here" {
            h3 { "Start here" }
            ol { @for step in start_here {
                li { @for (number, part) in step.split('`').enumerate() {
                    @if number % 2 == 1 { code { (part) } } @else { (part) }
                } }
            } }
        }
    }
}

/// A message, or the messages of an album.
fn message(together: &[&Message], chat: &Chat, links: &PostedLinks<'_>) -> Markup {
    let Some(first) = together.first() else { return html! {} };
    let message = together.iter().find(|message| !message.content.text.string.is_empty());
    let message = message.unwrap_or(first);
    let is_own = chat.person.as_ref().is_some_and(|person| person.id == message.author);
    let time = Timestamp::from_second(message.date).unwrap_or_default();
    let time = time.to_zoned_datetime(TimeZone::UTC).strftime("%H:%M").to_string();
    let marks = marks(together, chat);
    let reply_to = message.reply_to.and_then(|id| chat.messages.get(&id));
    let media = together.iter().flat_map(|message| message.content.files());
    let media: Vec<_> = media.map(|media| links.shown(media)).collect();
    let bubble = Bubble {
        name: chat.person.is_none().then_some(chat.title.as_str()),
        text: &message.content.text,
        media: &media,
        is_caption_above: message.content.caption_above,
        rich: message.content.rich.as_ref().map(|rich| &rich.message),
        poll: message.content.poll.as_ref().map(Poll::shown),
        link_preview: message.content.link_preview.as_ref(),
        reply_to: reply_to.and_then(first_line),
        time: Some(&time),
        is_counted: chat.person.is_none(),
        marks: &marks,
        is_followed: false,
    };
    let buttons = message.content.keyboard.as_ref().map(|buttons| keyboard(buttons, message, chat));
    html! {
        div.message.own[is_own] data-key=(first.id) id={ "m" (first.id) } {
            @if let Some(topic) = topic_name(first, chat) { p.date { span { "Topic: " (topic) } } }
            (with_buttons(&bubble.draw(), buttons.as_ref()))
            @if let Some(poll) = message.content.poll.as_ref().filter(|poll| !poll.is_closed) { (votes(poll, message, chat)) }
        }
    }
}

/// The name of the topic that a message is in.
fn topic_name<'c>(message: &Message, chat: &'c Chat) -> Option<&'c str> {
    let topics = &chat.group.as_ref()?.topics;
    Some(topics.get(&message.topic?)?.name.as_str())
}

/// The labels beside the time of a message; an album has those of all its messages.
fn marks(together: &[&Message], chat: &Chat) -> Vec<&'static str> {
    let any = |is_set: fn(&Message) -> bool| together.iter().any(|message| is_set(message));
    let marks = [
        (any(|message| message.pinned), "pinned"),
        (any(|message| message.silent), "silent"),
        (chat.protected || any(|message| message.protected), "protected"),
        (any(|message| message.edit_date.is_some()), "edited"),
    ];
    marks.into_iter().filter(|(is_set, _)| *is_set).map(|(_, mark)| mark).collect()
}

fn first_line(message: &Message) -> Option<&str> {
    match (&message.content.poll, &message.content.media) {
        (Some(poll), _) => Some(&poll.content.question),
        (None, Some(media)) if message.content.text.string.is_empty() => Some(noun(media.kind)),
        (None, _) => message.content.text.string.lines().next(),
    }
}

/// A button for each option, with which a reader votes.
fn votes(poll: &Poll, message: &Message, chat: &Chat) -> Markup {
    html! {
        div.keyboard { div {
            @for (number, option) in poll.content.options.iter().enumerate().filter(|_| chat.person.is_none()) {
                button type="button" data-vote=(number) data-message=(message.id) data-chat=(chat.id) { "Vote: " (option.text) }
            }
        } }
    }
}

/// The buttons of a message. A press of one that needs the bot names the number of the button.
fn keyboard(keyboard: &Keyboard, message: &Message, chat: &Chat) -> Markup {
    let person = chat.person.as_ref().map_or(0, |person| person.id);
    let mut numbers = 1_usize..;
    html! {
        div.keyboard {
            @for row in keyboard.rows() {
                div { @for (button, number) in row.iter().zip(&mut numbers) {
                    @if let Some(button) = button.for_reader() {
                        (page::keyboard::button(&button))
                    } @else {
                        button type="button" data-press=(number) data-message=(message.id) data-person=(person) { (button.text) }
                    }
                } }
            }
        }
    }
}

/// A chat's name as a part of a URL.
pub(super) fn encoded(chat: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'@');
    chat.bytes().filter(|byte| is_plain(*byte)).map(char::from).collect()
}
