//! The page of one post: the problems of its file, and its editions side by side as readers see them.

use jiff::Timestamp;
use maud::{Markup, html};

use super::bubble::{Bubble, avatar};
use super::difference;
use super::gauge;
use super::html_document::address;
use super::keyboard::{keyboard, with_buttons};
use super::media::{MediaFacts, MediaLinks, MediaVersion, ShownFile};
use super::poll::ShownPoll;
use super::post_preview::{ChannelStatus, PostPreview, ShownEdition, files};
use super::replaced::replaced;
use super::structure;
use crate::ids::PostId;
use crate::message::{Content, ReplyParameters, Request};
use crate::plan::Diff;
use crate::status::FileState;

/// The content of the page.
#[derive(Clone, Copy)]
pub struct PostPage<'p> {
    /// Its id.
    pub id: &'p PostId,
    /// The file as it is now.
    pub now: &'p PostPreview,
    /// Its last version without errors, if it has errors now.
    pub last_good: Option<&'p PostPreview>,
    /// Its state in each channel; `None` if the journal was not read.
    pub statuses: Option<&'p [ChannelStatus]>,
    /// Whether it is older than the journal.
    pub is_older: bool,
    /// A post with an earlier time has missed it.
    pub latest: Timestamp,
    /// The posts before and after it in the newsroom.
    pub neighbours: Neighbours<'p>,
    /// The addresses of its files.
    pub links: &'p dyn MediaLinks,
}

/// The posts before and after a post in the newsroom.
#[derive(Clone, Copy, Debug, Default)]
pub struct Neighbours<'p> {
    /// The one before it.
    pub previous: Option<&'p PostId>,
    /// The one after it.
    pub next: Option<&'p PostId>,
}

/// Renders the page of a post at this time.
#[must_use]
pub fn post(page: &PostPage<'_>, at: Timestamp) -> Markup {
    let shown = page.last_good.unwrap_or(page.now);
    let is_old = page.now.errors > 0;
    let structures: Vec<_> = shown
        .editions
        .iter()
        .map(|edition| (edition.channel.as_str(), &edition.structure))
        .collect();
    html! {
        (neighbours(page.neighbours))
        h1 data-key="title" { (page.id) }
        @if let Some(report) = &page.now.report {
            section.report.broken[is_old] data-key="report" {
                h2 { @if is_old { "The file has errors" } @else { "Warnings" } }
                pre tabindex="0" { (report) }
                @if is_old && page.last_good.is_some() { p { "Below is the last good version." } }
                @if is_old && page.last_good.is_none() { p { "There is nothing to show until they are fixed." } }
            }
        }
        (structure::differences(&structures))
        div.editions.old[is_old] data-key="editions" {
            @for edition in &shown.editions {
                (edition_of(edition, page, at))
            }
        }
    }
}

/// The links to the posts before and after this one.
fn neighbours(posts: Neighbours<'_>) -> Markup {
    let link = |post: Option<&PostId>, rel: &str, key: &str, label: Markup| {
        html! {
            @if let Some(post) = post {
                a href=(address(post.as_str())) rel=(rel) aria-keyshortcuts=(key) title={ (post) " (" (key) ")" } { (label) }
            }
        }
    };
    html! {
        @if posts.previous.is_some() || posts.next.is_some() {
            nav.neighbours data-key="neighbours" aria-label="Other posts" {
                (link(posts.previous, "prev", "p", html! { "‹ " @if let Some(post) = posts.previous { (post) } }))
                (link(posts.next, "next", "n", html! { @if let Some(post) = posts.next { (post) } " ›" }))
            }
        }
    }
}

/// Renders only the messages of a post, with the time at which they were, or will be, published; a post with errors as its page.
#[must_use]
pub fn bubbles(page: &PostPage<'_>, at: Timestamp) -> Markup {
    if page.now.errors > 0 {
        return post(page, at);
    }
    html! {
        div.editions {
            @for edition in &page.now.editions {
                @let status = status_of(edition, page);
                @let moment = moment(edition, status);
                section.edition lang=(edition.language) {
                    (chat(edition, &ChatView { moment, is_edited: status.is_some_and(|it| it.is_edited), is_counted: false, is_measured: false, links: page.links }))
                }
            }
        }
    }
}

fn status_of<'p>(edition: &ShownEdition, page: &PostPage<'p>) -> Option<&'p ChannelStatus> {
    let mut known = page.statuses.unwrap_or_default().iter();
    known.find(|status| status.channel == edition.channel)
}

/// When it was, or will be, published, if that is known.
fn moment(edition: &ShownEdition, status: Option<&ChannelStatus>) -> Option<Timestamp> {
    let planned = edition.publish_at.filter(|_| !edition.is_draft);
    status.map(|status| status.published_at.unwrap_or(status.due_at)).or(planned)
}

/// How the messages of a channel are shown.
struct ChatView<'v> {
    moment: Option<Timestamp>,
    is_edited: bool,
    /// Whether they have a number of views.
    is_counted: bool,
    /// Whether their length is shown.
    is_measured: bool,
    links: &'v dyn MediaLinks,
}

/// The messages of an edition in its channel.
fn chat(edition: &ShownEdition, view: &ChatView<'_>) -> Markup {
    let moment = view.moment.map(|at| at.to_zoned_datetime(edition.zone.clone()));
    html! {
        div.chat data-key="chat" tabindex="0" role="region" aria-label={ "Messages in " (edition.title) } {
            @if let Some(moment) = &moment { p.date { span { (moment.strftime("%-d %B").to_string()) } } }
            (messages(edition, &edition.parts, &edition.media, view))
        }
    }
}

/// Messages one below the other, with the facts of their files in the same order.
fn messages(
    edition: &ShownEdition,
    parts: &[Request],
    media: &[MediaFacts],
    view: &ChatView<'_>,
) -> Markup {
    let moment = view.moment.map(|at| at.to_zoned_datetime(edition.zone.clone()));
    let time = moment.map(|at| at.strftime("%H:%M").to_string());
    let last = parts.len().saturating_sub(1);
    html! {
        @for (number, request) in parts.iter().enumerate() {
            @let name = (number == 0).then_some(edition.title.as_str());
            @let facts = facts_of(media, parts, number);
            (message(edition, request, facts, name, time.as_deref(), number < last, view))
            @if view.is_measured { (gauge::gauge(request)) }
        }
    }
}

fn edition_of(edition: &ShownEdition, page: &PostPage<'_>, at: Timestamp) -> Markup {
    let links = page.links;
    let status = status_of(edition, page);
    // A post without a time looks as if it was published now.
    let due = moment(edition, status).or(edition.publish_at).unwrap_or(at);
    let is_edited = status.is_some_and(|status| status.is_edited);
    let view =
        ChatView { moment: Some(due), is_edited, is_counted: true, is_measured: true, links };
    let time = due.to_zoned_datetime(edition.zone.clone()).strftime("%H:%M").to_string();
    let name = edition.title.as_str();
    html! {
        section.edition data-key=(edition.channel) lang=(edition.language) {
            header {
                (avatar(name))
                div {
                    h2 { (name) }
                    p { (edition.channel) @if edition.title != edition.chat { " · " (edition.chat) } " · " (edition.language) }
                }
            }
            (state(edition, status, page))
            @if let Some(difference) = status.and_then(|status| status.difference.as_ref()) {
                (changes(edition, difference, links))
            }
            (chat(edition, &view))
            (classic(edition, &view))
            (comments(&edition.comments, name))
            @if let Some(first) = edition.parts.first() {
                details open data-key="phone" { summary { "On a phone" } (gauge::announced(name, first, &time)) }
            }
        }
    }
}

/// What is known of the files of a message, by its number.
fn facts_of<'f>(facts: &'f [MediaFacts], parts: &[Request], number: usize) -> &'f [MediaFacts] {
    let before: usize = parts.iter().take(number).map(|part| files(part).len()).sum();
    facts.get(before..).unwrap_or_default()
}

/// A rich post as text messages, which an author can unfold to compare.
fn classic(edition: &ShownEdition, view: &ChatView<'_>) -> Markup {
    let Some(shown) = &edition.classic else { return html! {} };
    html! {
        details.classic data-key="classic" {
            summary { "As a text message" }
            @if let Some(report) = &shown.report {
                p { "A text message cannot show this post:" }
                pre.report tabindex="0" { (report) }
            } @else {
                div.chat tabindex="0" role="region" aria-label={ "As text messages in " (edition.title) } {
                    (messages(edition, &shown.parts, &shown.media, view))
                }
            }
        }
    }
}

/// A message with its buttons. The first one has the sender's name and the pin.
fn message(
    edition: &ShownEdition,
    request: &Request,
    facts: &[MediaFacts],
    name: Option<&str>,
    time: Option<&str>,
    is_followed: bool,
    view: &ChatView<'_>,
) -> Markup {
    let links = view.links;
    let mut marks =
        marks(request.is_silent(), edition.is_pinned && name.is_some(), request.is_protected());
    if view.is_edited {
        marks.insert(0, "edited");
    }
    let reply_to = reply_to(request);
    let facts = facts.iter().copied().chain(std::iter::repeat(MediaFacts::default()));
    let media: Vec<_> = files(request)
        .into_iter()
        .zip(facts)
        .map(|(media, facts)| ShownFile::of(media, facts, MediaVersion::Newsroom, links))
        .collect();
    let bubble = Bubble {
        name,
        text: &request.text(),
        media: &media,
        is_caption_above: request.content().is_some_and(Content::is_caption_above),
        rich: match request.content() {
            Some(Content::Rich(content)) => Some(&content.rich_message),
            _ => None,
        },
        poll: request.poll().map(ShownPoll::before_votes),
        link_preview: request.content().and_then(Content::link_preview),
        reply_to: reply_to.as_deref(),
        time,
        is_counted: view.is_counted,
        marks: &marks,
        is_followed,
    };
    let buttons = request.content().and_then(Content::keyboard).map(keyboard);
    with_buttons(&bubble.draw(), buttons.as_ref())
}

/// The comments, as readers see them in the discussion group.
fn comments(comments: &[Request], name: &str) -> Markup {
    html! {
        @if !comments.is_empty() {
            details.comments open data-key="comments" {
                summary { "Comments" }
                div.chat tabindex="0" role="region" aria-label="Comments below the post" {
                    @for request in comments {
                        @let marks = marks(request.is_silent(), false, request.is_protected());
                        @let bubble = Bubble {
                            name: None,
                            text: &request.text(),
                            media: &[],
                            is_caption_above: false,
                            rich: None,
                            poll: None,
                            link_preview: None,
                            reply_to: Some(name),
                            time: None,
                            is_counted: false,
                            marks: &marks,
                            is_followed: true,
                        };
                        (bubble.draw())
                        (gauge::gauge(request))
                    }
                }
            }
        }
    }
}

/// The labels beside the time of a message.
pub(super) fn marks(is_silent: bool, is_pinned: bool, is_protected: bool) -> Vec<&'static str> {
    let marks = [(is_pinned, "pinned"), (is_silent, "silent"), (is_protected, "protected")];
    marks.into_iter().filter(|(is_set, _)| *is_set).map(|(_, mark)| mark).collect()
}

/// The state of the edition. If the journal was not read, the post may be published already.
fn state(edition: &ShownEdition, status: Option<&ChannelStatus>, page: &PostPage<'_>) -> Markup {
    let from_file = FileState::of(edition.is_draft, edition.publish_at, page.is_older, page.latest);
    let when = |at: Timestamp| {
        at.to_zoned_datetime(edition.zone.clone()).strftime("%a %-d %b %Y %H:%M %Z").to_string()
    };
    html! {
        p.status data-key="status" {
            @match (status, edition.publish_at) {
                (Some(status), _) => {
                    em class={ "state-" (status.state.as_str()) } { (status.state.as_str()) } " "
                    @if status.is_changed { em.changed-mark { "changed" } " " }
                    (when(status.due_at))
                    @if let Some(link) = status.link.as_deref().and_then(super::body::allowed_url) { " " a href=(link) rel="noopener noreferrer" target="_blank" { "in the channel" } }
                    @if let Some(reason) = &status.reason { br; (reason) }
                }
                (None, _) if from_file == FileState::Draft => { em.state-draft { "draft" } ": drafts are never published" }
                (None, _) if page.statuses.is_none() => {}
                (None, at) => {
                    em class={ "state-" (from_file.as_str()) } { (from_file.as_str()) }
                    @if let Some(at) = at { " " (when(at)) }
                    @if let Some(reason) = from_file.reason() { br; (with_code(reason)) }
                }
            }
            @if status.is_none_or(|status| status.reason.is_none()) {
                @for (kind, at) in edition.ends.all() { br; (kind.key()) " " (when(at)) }
            }
        }
    }
}

/// What an edit would change: the words, and the files side by side.
fn changes(edition: &ShownEdition, diff: &Diff, links: &dyn MediaLinks) -> Markup {
    html! {
        details.changed open data-key="changed" {
            summary { "Differs from the published post" }
            (difference::lines(diff))
            (replaced(diff.media(), &edition.media, links))
        }
    }
}

fn reply_to(request: &Request) -> Option<String> {
    match request.reply()? {
        ReplyParameters::Post { post } => Some(format!("reply to the post {post}")),
        ReplyParameters::Message { .. } | ReplyParameters::AutomaticForward { .. } => None,
    }
}

/// A sentence with the words between backticks as code.
fn with_code(words: &str) -> Markup {
    html! {
        @for (number, part) in words.split('`').enumerate() {
            @if number % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}
