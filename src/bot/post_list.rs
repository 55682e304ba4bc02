//! The list of posts, newest first, and the posts that a command can act on.

use std::cmp::Reverse;
use std::collections::HashMap;

use jiff::tz::TimeZone;

use super::action_buttons::{Action, Filter, PostAction};
use super::facts::{self, ChannelPublication};
use super::language::Language;
use super::pager::Pager;
use super::post_source::{FileState, ListedPost};
use super::reply::{MessageBuilder, Reply, Span, echo, time};
use super::session::{HandlerResult, Session};
use super::state;
use super::text::Text;
use crate::ids::PostId;
use crate::operations::OperationError;
use crate::outbox::{Publication, State};
use crate::status;
use crate::store::Query;

/// A post with its publications.
#[derive(Debug)]
pub(super) struct Row {
    /// Its time is the last one at which it is or was due.
    pub(super) listed: ListedPost,
    pub(super) here: Vec<ChannelPublication>,
    pub(super) has_file: bool,
}

impl Row {
    fn any(&self, test: impl Fn(&Publication) -> bool) -> bool {
        self.here.iter().any(|one| test(&one.publication))
    }

    fn fits(&self, filter: Filter) -> bool {
        match filter {
            Filter::All => true,
            Filter::Waiting => self.any(status::is_unfinished),
            Filter::Published => self.any(is_published),
            Filter::Problems => {
                let needs = self.here.iter().any(ChannelPublication::needs_somebody);
                self.listed.state == FileState::Invalid || needs
            }
        }
    }

    fn matches(&self, query: &str) -> bool {
        let (post, title) = (self.listed.post.as_str(), self.listed.title.to_lowercase());
        let mut words = query.split_whitespace();
        words.all(|word| post.contains(word) || title.contains(word))
    }

    /// Whether a command can act on the post.
    fn may(&self, command: &str) -> bool {
        let is_half =
            |known: &Publication| matches!(known.state, State::Publishing | State::Failed { .. });
        match command {
            "publish" | "schedule" => {
                self.listed.state == FileState::Valid && self.has_file && !self.any(is_published)
            }
            "update" => self.has_file && self.any(is_published),
            // The list reads no parts of published posts, so it cannot tell which has a poll.
            "closepoll" => self.any(is_published),
            "delete" => self.any(is_published) || self.any(is_half),
            "cancel" => self.any(status::is_unfinished),
            _ => self.has_file,
        }
    }
}

impl Session<'_> {
    /// A page of the list.
    pub(super) async fn list(&self, filter: Filter, query: &str, page: usize) -> HandlerResult {
        let mut rows = self.rows().await?;
        let none = if rows.is_empty() { Text::NoPosts } else { Text::NoneFound };
        let words = query.to_lowercase();
        rows.retain(|row| row.fits(filter) && row.matches(&words));
        // Newest first; posts without a time come first.
        rows.sort_by_key(|row| (row.listed.publish_at.is_some(), Reverse(row.listed.publish_at)));
        let rows = self.whole(Pager::new(rows, page)).await?;
        Ok(Some(list(&rows, filter, query, none, self.language)))
    }

    /// A page of the posts that a command can act on; each button runs the command.
    pub(super) async fn choose(&self, command: &'static str, page: usize) -> HandlerResult {
        let mut rows = self.rows().await?;
        rows.retain(|row| row.may(command));
        rows.sort_by_key(|row| Reverse(row.listed.publish_at));
        let rows = self.whole(Pager::new(rows, page)).await?;
        Ok(Some(choice(&rows, command, self.language)))
    }

    /// Every post, by its id.
    async fn rows(&self) -> Result<Vec<Row>, OperationError> {
        let all = self.bot.operations.store.publications(Query::Outline).await?;
        let pauses = self.bot.pauses().await?;
        let mut of_post: HashMap<PostId, Vec<ChannelPublication>> = HashMap::new();
        for known in status::newest(&all).into_iter().filter(|known| !known.is_comments()) {
            let one = self.bot.in_channel(known, &pauses);
            of_post.entry(known.post.clone()).or_default().push(one);
        }
        let last =
            |here: &[ChannelPublication]| here.iter().map(|one| one.publication.due_at).max();
        let mut rows: Vec<Row> = Vec::new();
        for mut listed in self.bot.source.list() {
            let here = of_post.remove(&listed.post).unwrap_or_default();
            listed.publish_at = last(&here).or(listed.publish_at);
            rows.push(Row { listed, here, has_file: true });
        }
        // Posts whose files are gone may still be in their channels.
        for (post, here) in of_post {
            let listed = ListedPost {
                post,
                title: String::new(),
                state: FileState::Valid,
                publish_at: last(&here),
                zone: TimeZone::UTC,
            };
            rows.push(Row { listed, here, has_file: false });
        }
        rows.sort_by(|one, other| one.listed.post.cmp(&other.listed.post));
        Ok(rows)
    }

    /// Reads the messages of published posts: the outline of the journal leaves them out.
    async fn whole(&self, mut rows: Pager<Row>) -> Result<Pager<Row>, OperationError> {
        let here = rows.shown.iter_mut().flat_map(|row| &mut row.here);
        for one in here.filter(|one| is_published(&one.publication)) {
            one.publication = self.bot.operations.publication(one.publication.id).await?;
        }
        Ok(rows)
    }
}

fn is_published(known: &Publication) -> bool {
    known.state == State::Published
}

/// A page of the list; `none` is the text of an empty one.
pub(super) fn list(
    rows: &Pager<Row>,
    filter: Filter,
    query: &str,
    none: Text,
    language: Language,
) -> Reply {
    let filters = [
        (Filter::All, Text::All),
        (Filter::Waiting, Text::Waiting),
        (Filter::Published, Text::PublishedOnes),
        (Filter::Problems, Text::Problems),
    ];
    let mut reply = MessageBuilder::new(language);
    if rows.shown.is_empty() {
        reply.say(none, &[]);
    } else {
        rows.say_range(&mut reply, Text::PostsOf);
        for (_, label) in filters.iter().skip(1).filter(|(own, _)| *own == filter) {
            reply.put(" · ").say(*label, &[]);
        }
        if !query.is_empty() {
            reply.put(" · ").word(&Span::code(echo(query)));
        }
    }
    say_rows(&mut reply, &rows.shown);
    let page_of = |filter, page| Action::List { filter, query: query.to_owned(), page };
    let card = |row: &Row| PostAction::Card.of(&row.listed.post);
    rows.buttons(&mut reply, card, |page| page_of(filter, page));
    let others = filters.into_iter().filter(|(other, _)| *other != filter);
    let others: Vec<_> =
        others.map(|(other, label)| reply.button(label, page_of(other, 0))).collect();
    reply.row(others);
    reply.build()
}

pub(super) fn choice(rows: &Pager<Row>, command: &'static str, language: Language) -> Reply {
    let mut reply = MessageBuilder::new(language);
    let Some(first) = rows.shown.first() else {
        let name = ("command", Span::code(format!("/{command}")));
        reply.say(Text::NoneForCommand, &[name]);
        return reply.build();
    };
    let line = |row: &Row| format!("/{command} {}", row.listed.post);
    reply.say(Text::WhichPost, &[("example", Span::Code(line(first)))]);
    say_rows(&mut reply, &rows.shown);
    let turn = |page| Action::Choose { command, page };
    rows.buttons(&mut reply, |row| Action::Run(line(row)), turn);
    reply.build()
}

fn say_rows(reply: &mut MessageBuilder, rows: &[Row]) {
    for (number, row) in rows.iter().enumerate() {
        reply.newline().newline();
        say_row(reply, number + 1, row);
    }
}

fn say_row(reply: &mut MessageBuilder, number: usize, row: &Row) {
    let Row { listed: ListedPost { post, title, state, publish_at, zone }, here, .. } = row;
    let worst = here.iter().max_by_key(|one| facts::is_problem(&one.publication));
    let sign = match (state, worst) {
        (_, Some(one)) => state::state_emoji(&one.publication.state),
        (FileState::Invalid, None) => "🛑",
        (FileState::Draft, None) => "📝",
        (FileState::Valid, None) => "🆕",
    };
    reply.put(&format!("{number}. {sign} ")).word(&Span::code(post));
    if !title.is_empty() {
        reply.put(" ").put(title);
    }
    reply.put("\n   ");
    if here.is_empty() {
        match (state, publish_at) {
            (FileState::Invalid, _) => reply.say(Text::StateBroken, &[]),
            (FileState::Draft, _) => reply.say(Text::StateDraft, &[]),
            (FileState::Valid, Some(at)) => {
                let time = time(*at, zone, reply.language());
                reply.say(Text::StateWillSchedule, &[("time", Span::Plain(time))])
            }
            (FileState::Valid, None) => reply.say(Text::StateNew, &[]),
        };
        return;
    }
    for (number, one) in here.iter().enumerate() {
        if number > 0 {
            reply.put("\n   ");
        }
        if here.len() > 1 {
            reply.put(state::state_emoji(&one.publication.state)).put(" ");
            reply.word(&Span::bold(&one.channel)).put(": ");
        }
        state::say_state(reply, one);
    }
    if *state == FileState::Invalid {
        reply.put(" · ").say(Text::StateBroken, &[]);
    }
}
