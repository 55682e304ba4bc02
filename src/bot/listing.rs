//! The list of the posts: newest first, a page at a time; and what waits.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::asker::Asker;
use super::buttons::{Deed, Filter};
use super::gates::Gates;
use super::page::{Button, Does, Page, Speech, Word};
use super::phrase::Phrase;
use super::shelf::{Kind, Listed};
use super::state;
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
        speech: &mut Speech,
        posts: impl Iterator<Item = &'p PostId>,
        turn: impl Fn(usize) -> Deed,
    ) {
        self.numbers(speech, posts, |post| Deed::Card(post.clone()), turn);
    }

    /// A number for each with what it does, and the way to the pages around.
    fn numbers<'p>(
        self,
        speech: &mut Speech,
        posts: impl Iterator<Item = &'p PostId>,
        does: impl Fn(&PostId) -> Deed,
        turn: impl Fn(usize) -> Deed,
    ) {
        let button = |label: String, deed| Button { label, does: Does::Deed(Box::new(deed)) };
        let numbers: Vec<_> = posts
            .enumerate()
            .map(|(number, post)| button((number + 1).to_string(), does(post)))
            .collect();
        for row in numbers.chunks(PAGE / 2) {
            speech.row(row.to_vec());
        }
        let before = self.page.checked_sub(1).map(|page| button("◀️".to_owned(), turn(page)));
        let behind = (self.page < self.last).then(|| button("▶️".to_owned(), turn(self.page + 1)));
        speech.row(before.into_iter().chain(behind));
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

impl Asker<'_> {
    /// A page of the list.
    pub(super) async fn list(
        &self,
        filter: Filter,
        query: &str,
        page: usize,
    ) -> Result<Page, DeskFault> {
        let mut rows = self.rows().await?;
        let is_empty = rows.is_empty();
        let needed = self.bot.desk.policy().approvals;
        rows.retain(|row| fits(row, filter, needed) && matches(row, query));
        let gates = self.gates().await?;
        // Newest first; what has no time yet stands above all.
        rows.sort_by(|one, other| match (one.at, other.at) {
            (Some(one), Some(other)) => other.cmp(&one),
            (None, Some(_)) => std::cmp::Ordering::Less,
            (Some(_), None) => std::cmp::Ordering::Greater,
            (None, None) => std::cmp::Ordering::Equal,
        });
        let mut speech = self.speech();
        if rows.is_empty() {
            speech.say(if is_empty { Phrase::NoPosts } else { Phrase::NoneFound }, &[]);
        }
        let sheet = Sheet::of(rows.len(), page);
        let (from, to) = sheet.range().unwrap_or_default();
        let shown = rows.get(from..to).unwrap_or_default();
        if !shown.is_empty() {
            let [first, last, all] = [from + 1, to, rows.len()].map(Word::plain);
            speech.say(Phrase::PostsOf, &[("from", first), ("to", last), ("all", all)]);
            if let Some(label) = label(filter) {
                speech.put(" · ").say(label, &[]);
            }
            if !query.is_empty() {
                speech.put(" · ").word(&Word::code(state::cut(query)));
            }
        }
        self.say_rows(&mut speech, shown, &gates).await?;
        sheet.buttons(&mut speech, shown.iter().map(|row| &row.post), |page| Deed::List {
            filter,
            query: query.to_owned(),
            page,
        });
        let filters = [
            (Filter::All, Phrase::All),
            (Filter::Waiting, Phrase::Waiting),
            (Filter::Published, Phrase::PublishedOnes),
            (Filter::Problems, Phrase::Problems),
        ];
        let filters =
            filters.into_iter().filter(|(other, _)| *other != filter).map(|(filter, label)| {
                speech.button(label, Deed::List { filter, query: query.to_owned(), page: 0 })
            });
        let filters: Vec<_> = filters.collect();
        speech.row(filters);
        Ok(speech.page())
    }

    /// A page of the posts that a command can act on; each button leads to what the command asks about its post.
    pub(super) async fn choose(
        &self,
        command: &'static str,
        page: usize,
    ) -> Result<Page, DeskFault> {
        let mut rows = self.rows().await?;
        rows.retain(|row| may_act(command, row));
        let gates = self.gates().await?;
        rows.sort_by_key(|row| std::cmp::Reverse(row.at));
        let mut speech = self.speech();
        let sheet = Sheet::of(rows.len(), page);
        let Some((from, to)) = sheet.range() else {
            speech.say(Phrase::NoneForCommand, &[("command", Word::code(format!("/{command}")))]);
            return Ok(speech.page());
        };
        let shown = rows.get(from..to).unwrap_or_default();
        let example = shown.first().map_or("", |row| row.post.as_str());
        let words = [("example", Word::code(format!("/{command} {example}")))];
        speech.say(Phrase::WhichPost, &words);
        self.say_rows(&mut speech, shown, &gates).await?;
        let posts = shown.iter().map(|row| &row.post);
        let line = |post: &PostId| Deed::Line(format!("/{command} {post}"));
        sheet.numbers(&mut speech, posts, line, |page| Deed::Choose { command, page });
        Ok(speech.page())
    }

    /// A page of what waits, the next first.
    pub(super) async fn queue(&self, page: usize) -> Result<Page, DeskFault> {
        let open = self.bot.desk.store.publications(Wanted::Open).await?;
        let mut waiting = status::listed(&open);
        waiting.retain(|known| status::waits(known));
        let gates = self.gates().await?;
        let mut speech = self.speech();
        let sheet = Sheet::of(waiting.len(), page);
        let Some((from, to)) = sheet.range() else {
            speech.say(Phrase::QueueIsEmpty, &[]);
            return Ok(speech.page());
        };
        speech.say(Phrase::QueueOf, &[]);
        if sheet.last > 0 {
            let words = [from + 1, to, waiting.len()].map(Word::plain);
            let [from, to, all] = words;
            speech.line(Phrase::Range, &[("from", from), ("to", to), ("all", all)]);
        }
        let shown: Vec<_> = waiting.iter().skip(from).take(to - from).collect();
        for (number, publication) in shown.iter().enumerate() {
            speech.newline().newline();
            speech.put(&format!("{}. {} ", number + 1, state::sign(&publication.state)));
            speech.word(&Word::code(&publication.post));
            speech.put(" → ").word(&self.channel(publication)).put(": ");
            state::say(&mut speech, publication, &self.zone(publication), gates.of(publication));
            state::say_why(&mut speech, publication);
        }
        sheet.buttons(&mut speech, shown.iter().map(|known| &known.post), |page| Deed::Queue {
            page,
        });
        Ok(speech.page())
    }

    /// Posts whose ids or titles are near to what was typed.
    pub(super) fn near(&self, typed: &str) -> Vec<PostId> {
        let list = self.bot.shelf.list();
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
        for Listed { post, title, kind, publish_at, zone } in self.bot.shelf.list() {
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
        speech: &mut Speech,
        rows: &[Row],
        gates: &Gates,
    ) -> Result<(), DeskFault> {
        for (number, row) in rows.iter().enumerate() {
            let mut row = row.clone();
            // The whole journal was read without the messages of what is over.
            for known in row.standing.iter_mut().filter(|known| known.state == State::Published) {
                *known = self.bot.desk.publication(known.id).await?;
            }
            speech.newline().newline();
            self.say_row(speech, number + 1, &row, gates);
        }
        Ok(())
    }

    fn say_row(&self, speech: &mut Speech, number: usize, row: &Row, gates: &Gates) {
        let first = row.standing.iter().max_by_key(|known| state::is_problem(known));
        let sign = match (row.kind, first) {
            (Kind::Broken, None) => "🛑",
            (Kind::Draft, None) => "📝",
            (_, Some(known)) => state::sign(&known.state),
            (Kind::Good, None) => "🆕",
        };
        speech.put(&format!("{number}. {sign} ")).word(&Word::code(&row.post));
        if !row.title.is_empty() {
            speech.put(" ").word(&Word::plain(&row.title));
        }
        speech.put("\n   ");
        match (row.kind, row.standing.as_slice()) {
            (Kind::Broken, []) => drop(speech.say(Phrase::StateBroken, &[])),
            (Kind::Draft, []) => drop(speech.say(Phrase::StateDraft, &[])),
            (Kind::Good, []) => match row.at {
                Some(at) => {
                    let time = ("time", Word::plain(state::time(at, &row.zone)));
                    speech.say(Phrase::StateWillSchedule, &[time]);
                }
                None => drop(speech.say(Phrase::StateNew, &[])),
            },
            (kind, standing) => {
                for (number, known) in standing.iter().enumerate() {
                    if number > 0 {
                        speech.put("\n   ");
                    }
                    if standing.len() > 1 {
                        speech.put(state::sign(&known.state)).put(" ");
                        speech.word(&self.channel(known)).put(": ");
                    }
                    state::say(speech, known, &self.zone(known), gates.of(known));
                }
                if kind == Kind::Broken {
                    speech.put(" · ").say(Phrase::StateBroken, &[]);
                }
            }
        }
    }
}

/// What a list shows, where that is not all.
fn label(filter: Filter) -> Option<Phrase> {
    match filter {
        Filter::All => None,
        Filter::Waiting => Some(Phrase::Waiting),
        Filter::Published => Some(Phrase::PublishedOnes),
        Filter::Problems => Some(Phrase::Problems),
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
