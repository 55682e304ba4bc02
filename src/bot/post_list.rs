//! The list of the posts: newest first, a page at a time; and what waits.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::buttons::{Action, Filter};
use super::pauses::Pauses;
use super::post_source::{Kind, Listed};
use super::reply::{Button, MessageBuilder, Reply, Span};
use super::session::Session;
use super::state;
use super::text::Text;
use crate::desk::DeskFault;
use crate::ids::PostId;
use crate::outbox::{Publication, State};
use crate::status;
use crate::store::Wanted;

/// Posts on one page.
const PAGE: usize = 8;

/// A page of a list that is longer.
#[derive(Clone, Copy, Debug)]
struct Sheet {
    all: usize,
    page: usize,
    last: usize,
}

impl Sheet {
    /// The page of this number, or the last one.
    fn of(all: usize, page: usize) -> Self {
        let last = all.saturating_sub(1) / PAGE;
        Self { all, page: page.min(last), last }
    }

    /// Which of them it shows, from and up to; `None` where there are none.
    fn range(self) -> Option<(usize, usize)> {
        let from = self.page * PAGE;
        (from < self.all).then(|| (from, self.all.min(from + PAGE)))
    }

    /// A number for each, which leads to its card, and the way to the pages around.
    fn buttons<'p>(
        self,
        reply: &mut MessageBuilder,
        posts: impl Iterator<Item = &'p PostId>,
        turn: impl Fn(usize) -> Action,
    ) {
        self.numbers(reply, posts, |post| Action::Card(post.clone()), turn);
    }

    /// A number for each with what it does, and the way to the pages around.
    fn numbers<'p>(
        self,
        reply: &mut MessageBuilder,
        posts: impl Iterator<Item = &'p PostId>,
        does: impl Fn(&PostId) -> Action,
        turn: impl Fn(usize) -> Action,
    ) {
        let button = |label: String, action| Button { label, action };
        let numbers: Vec<_> = posts
            .enumerate()
            .map(|(number, post)| button((number + 1).to_string(), does(post)))
            .collect();
        for row in numbers.chunks(PAGE / 2) {
            reply.row(row.to_vec());
        }
        let before = self.page.checked_sub(1).map(|page| button("◀️".to_owned(), turn(page)));
        let behind = (self.page < self.last).then(|| button("▶️".to_owned(), turn(self.page + 1)));
        reply.row(before.into_iter().chain(behind));
    }
}

/// One post with how it stands.
#[derive(Clone)]
struct Row {
    post: PostId,
    title: String,
    kind: Kind,
    at: Option<Timestamp>,
    zone: TimeZone,
    standing: Vec<Publication>,
    has_file: bool,
}

impl Session<'_> {
    /// A page of the list.
    pub(super) async fn list(
        &self,
        filter: Filter,
        query: &str,
        page: usize,
    ) -> Result<Reply, DeskFault> {
        let mut rows = self.rows().await?;
        let is_empty = rows.is_empty();
        let needed = self.bot.desk.policy().approvals;
        rows.retain(|row| fits(row, filter, needed) && matches(row, query));
        let pauses = self.pauses().await?;
        // Newest first; what has no time yet stands above all.
        rows.sort_by(|one, other| match (one.at, other.at) {
            (Some(one), Some(other)) => other.cmp(&one),
            (None, Some(_)) => std::cmp::Ordering::Less,
            (Some(_), None) => std::cmp::Ordering::Greater,
            (None, None) => std::cmp::Ordering::Equal,
        });
        let mut reply = self.reply();
        if rows.is_empty() {
            reply.say(if is_empty { Text::NoPosts } else { Text::NoneFound }, &[]);
        }
        let sheet = Sheet::of(rows.len(), page);
        let (from, to) = sheet.range().unwrap_or_default();
        let shown = rows.get(from..to).unwrap_or_default();
        if !shown.is_empty() {
            let [first, last, all] = [from + 1, to, rows.len()].map(Span::plain);
            reply.say(Text::PostsOf, &[("from", first), ("to", last), ("all", all)]);
            if let Some(label) = label(filter) {
                reply.put(" · ").say(label, &[]);
            }
            if !query.is_empty() {
                reply.put(" · ").word(&Span::code(state::cut(query)));
            }
        }
        self.say_rows(&mut reply, shown, &pauses).await?;
        sheet.buttons(&mut reply, shown.iter().map(|row| &row.post), |page| Action::List {
            filter,
            query: query.to_owned(),
            page,
        });
        let filters = [
            (Filter::All, Text::All),
            (Filter::Waiting, Text::Waiting),
            (Filter::Published, Text::PublishedOnes),
            (Filter::Problems, Text::Problems),
        ];
        let filters =
            filters.into_iter().filter(|(other, _)| *other != filter).map(|(filter, label)| {
                reply.button(label, Action::List { filter, query: query.to_owned(), page: 0 })
            });
        let filters: Vec<_> = filters.collect();
        reply.row(filters);
        Ok(reply.page())
    }

    /// A page of the posts that a command can act on; each button leads to what the command asks about its post.
    pub(super) async fn choose(
        &self,
        command: &'static str,
        page: usize,
    ) -> Result<Reply, DeskFault> {
        let mut rows = self.rows().await?;
        rows.retain(|row| may_act(command, row));
        let pauses = self.pauses().await?;
        rows.sort_by_key(|row| std::cmp::Reverse(row.at));
        let mut reply = self.reply();
        let sheet = Sheet::of(rows.len(), page);
        let Some((from, to)) = sheet.range() else {
            reply.say(Text::NoneForCommand, &[("command", Span::code(format!("/{command}")))]);
            return Ok(reply.page());
        };
        let shown = rows.get(from..to).unwrap_or_default();
        let example = shown.first().map_or("", |row| row.post.as_str());
        let words = [("example", Span::code(format!("/{command} {example}")))];
        reply.say(Text::WhichPost, &words);
        self.say_rows(&mut reply, shown, &pauses).await?;
        let posts = shown.iter().map(|row| &row.post);
        let line = |post: &PostId| Action::Run(format!("/{command} {post}"));
        sheet.numbers(&mut reply, posts, line, |page| Action::Choose { command, page });
        Ok(reply.page())
    }

    /// A page of what waits, the next first.
    pub(super) async fn queue(&self, page: usize) -> Result<Reply, DeskFault> {
        let open = self.bot.desk.store.publications(Wanted::Open).await?;
        let mut waiting = status::listed(&open);
        waiting.retain(|known| status::waits(known));
        let pauses = self.pauses().await?;
        let mut reply = self.reply();
        let sheet = Sheet::of(waiting.len(), page);
        let Some((from, to)) = sheet.range() else {
            reply.say(Text::QueueIsEmpty, &[]);
            return Ok(reply.page());
        };
        reply.say(Text::QueueOf, &[]);
        if sheet.last > 0 {
            let words = [from + 1, to, waiting.len()].map(Span::plain);
            let [from, to, all] = words;
            reply.line(Text::Range, &[("from", from), ("to", to), ("all", all)]);
        }
        let shown: Vec<_> = waiting.iter().skip(from).take(to - from).collect();
        for (number, publication) in shown.iter().enumerate() {
            reply.newline().newline();
            reply.put(&format!("{}. {} ", number + 1, state::sign(&publication.state)));
            reply.word(&Span::code(&publication.post));
            reply.put(" → ").word(&self.channel(publication)).put(": ");
            state::say(&mut reply, publication, &self.zone(publication), pauses.of(publication));
            state::say_why(&mut reply, publication);
        }
        sheet.buttons(&mut reply, shown.iter().map(|known| &known.post), |page| Action::Queue {
            page,
        });
        Ok(reply.page())
    }

    /// Posts whose ids or titles are near to what was typed.
    pub(super) fn near(&self, typed: &str) -> Vec<PostId> {
        let list = self.bot.source.list();
        let ids = list.iter().map(|listed| listed.post.as_str());
        let nearest = crate::key::nearest(typed, ids).map(str::to_owned);
        let typed = typed.to_lowercase();
        let holds = |listed: &&Listed| {
            !typed.is_empty()
                && (listed.post.as_str().contains(&typed)
                    || listed.title.to_lowercase().contains(&typed))
        };
        let mut found: Vec<_> =
            list.iter().filter(holds).map(|listed| listed.post.clone()).take(3).collect();
        if let Some(near) = nearest.and_then(|near| PostId::parse(&near).ok())
            && !found.contains(&near)
        {
            found.insert(0, near);
        }
        found
    }

    async fn rows(&self) -> Result<Vec<Row>, DeskFault> {
        let all = self.bot.desk.store.publications(Wanted::Outline).await?;
        let mut standing: HashMap<PostId, Vec<Publication>> = HashMap::new();
        for publication in status::newest(&all) {
            standing.entry(publication.post.clone()).or_default().push(publication.clone());
        }
        let mut rows: Vec<Row> = Vec::new();
        for Listed { post, title, kind, publish_at, zone } in self.bot.source.list() {
            let standing = standing.remove(&post).unwrap_or_default();
            let at = standing.iter().map(|known| known.due_at).max().or(publish_at);
            rows.push(Row { post, title, kind, at, zone, standing, has_file: true });
        }
        // Posts whose files are gone stand in their channels all the same.
        for (post, standing) in standing {
            let at = standing.iter().map(|known| known.due_at).max();
            let (title, kind, zone) = (String::new(), Kind::Good, TimeZone::UTC);
            rows.push(Row { post, title, kind, at, zone, standing, has_file: false });
        }
        rows.sort_by(|one, other| one.post.cmp(&other.post));
        Ok(rows)
    }

    async fn say_rows(
        &self,
        reply: &mut MessageBuilder,
        rows: &[Row],
        pauses: &Pauses,
    ) -> Result<(), DeskFault> {
        for (number, row) in rows.iter().enumerate() {
            let mut row = row.clone();
            // The whole journal was read without the messages of what is over.
            for known in row.standing.iter_mut().filter(|known| known.state == State::Published) {
                *known = self.bot.desk.publication(known.id).await?;
            }
            reply.newline().newline();
            self.say_row(reply, number + 1, &row, pauses);
        }
        Ok(())
    }

    fn say_row(&self, reply: &mut MessageBuilder, number: usize, row: &Row, pauses: &Pauses) {
        let first = row.standing.iter().max_by_key(|known| state::is_problem(known));
        let sign = match (row.kind, first) {
            (Kind::Broken, None) => "🛑",
            (Kind::Draft, None) => "📝",
            (_, Some(known)) => state::sign(&known.state),
            (Kind::Good, None) => "🆕",
        };
        reply.put(&format!("{number}. {sign} ")).word(&Span::code(&row.post));
        if !row.title.is_empty() {
            reply.put(" ").word(&Span::plain(&row.title));
        }
        reply.put("\n   ");
        match (row.kind, row.standing.as_slice()) {
            (Kind::Broken, []) => drop(reply.say(Text::StateBroken, &[])),
            (Kind::Draft, []) => drop(reply.say(Text::StateDraft, &[])),
            (Kind::Good, []) => match row.at {
                Some(at) => {
                    let time = ("time", Span::plain(state::time(at, &row.zone)));
                    reply.say(Text::StateWillSchedule, &[time]);
                }
                None => drop(reply.say(Text::StateNew, &[])),
            },
            (kind, standing) => {
                for (number, known) in standing.iter().enumerate() {
                    if number > 0 {
                        reply.put("\n   ");
                    }
                    if standing.len() > 1 {
                        reply.put(state::sign(&known.state)).put(" ");
                        reply.word(&self.channel(known)).put(": ");
                    }
                    state::say(reply, known, &self.zone(known), pauses.of(known));
                }
                if kind == Kind::Broken {
                    reply.put(" · ").say(Text::StateBroken, &[]);
                }
            }
        }
    }
}

/// What a list shows, where that is not all.
fn label(filter: Filter) -> Option<Text> {
    match filter {
        Filter::All => None,
        Filter::Waiting => Some(Text::Waiting),
        Filter::Published => Some(Text::PublishedOnes),
        Filter::Problems => Some(Text::Problems),
    }
}

fn fits(row: &Row, filter: Filter, approvals: u8) -> bool {
    let any = |test: fn(&Publication) -> bool| row.standing.iter().any(test);
    match filter {
        Filter::All => true,
        Filter::Waiting => any(status::waits),
        Filter::Published => any(|known| known.state == State::Published),
        Filter::Problems => {
            let needs = |known: &Publication| state::needs_somebody(known, approvals);
            row.kind == Kind::Broken || row.standing.iter().any(needs)
        }
    }
}

/// Whether a command can act on a post.
fn may_act(command: &str, row: &Row) -> bool {
    let any = |test: fn(&Publication) -> bool| row.standing.iter().any(test);
    let is_published = any(|known| known.state == State::Published);
    match command {
        "publish" | "schedule" => row.kind == Kind::Good && row.has_file && !is_published,
        "update" => row.has_file && is_published,
        "delete" => {
            is_published
                || any(|known| matches!(known.state, State::Publishing | State::Failed { .. }))
        }
        "cancel" => any(status::waits),
        _ => row.has_file,
    }
}

fn matches(row: &Row, query: &str) -> bool {
    let (post, title) = (row.post.as_str(), row.title.to_lowercase());
    query.to_lowercase().split_whitespace().all(|word| post.contains(word) || title.contains(word))
}
