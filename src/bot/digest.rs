//! The daily digest: what is to be published today, what was published since yesterday, and what needs attention, at the time that
//! an operator has chosen. It reads in the chat's own tasks, and orders nothing.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Span as Length, ToSpan};
use tokio::time::{self, Duration};

use super::Bot;
use super::action_buttons::Action;
use super::facts::ChannelPublication;
use super::language::Language;
use super::post_source::FileState;
use super::reply::{MessageBuilder, Reply, Span, time as shown};
use super::request::OperatorChat;
use super::session::{HandlerResult, Session};
use super::status_page::{
    LINES, StatusFacts, say_more, say_names, say_needs, say_pauses, say_published,
};
use super::text::Text;
use crate::ids::PostId;
use crate::limits;
use crate::operations::OperationError;
use crate::outbox::State;
use crate::schedule::When;
use crate::store::{Command, Digest};
use crate::telegram::CallError;

/// How often to look whether the time of a digest has come.
const INTERVAL: Duration = Duration::from_secs(1);

/// The digests that operators want, by operator.
pub(super) type Digests = BTreeMap<i64, Digest>;

/// The facts of a digest.
#[derive(Debug, Default)]
pub(super) struct DigestFacts {
    pub(super) date: Date,
    /// What is to be published on that day, next first.
    pub(super) today: Vec<Vec<ChannelPublication>>,
    pub(super) status: StatusFacts,
    /// Posts whose files have errors.
    pub(super) broken: Vec<PostId>,
}

impl Digest {
    /// Its time on a date. Where the clocks skip the time it is as much later, and where they show it twice the first one counts.
    fn on(&self, date: Date, zone: &TimeZone) -> Option<Timestamp> {
        let at = date.to_datetime(self.at).to_zoned_datetime(zone.clone()).ok()?;
        Some(at.timestamp())
    }

    /// Its time on a date, unless the operator chose it after that, or the date had one.
    fn wanted_on(&self, date: Date, zone: &TimeZone) -> Option<Timestamp> {
        let is_new = self.sent_on.is_none_or(|sent| sent < date);
        self.on(date, zone).filter(|at| is_new && *at >= self.since)
    }

    /// The date of the digest that has to be sent now: today's. A missed one of yesterday is not sent any more.
    fn due(&self, zone: &TimeZone, now: Timestamp) -> Option<Date> {
        let today = now.to_zoned_datetime(zone.clone()).date();
        let at = self.wanted_on(today, zone)?.checked_add(limits::DIGEST_DELAY).ok()?;
        (at <= now).then_some(today)
    }

    /// The time of the next one.
    fn next(&self, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
        let today = now.to_zoned_datetime(zone.clone()).date();
        let date = |days: i32| today.checked_add(days.days()).ok();
        (0..=2).filter_map(date).find_map(|date| self.wanted_on(date, zone))
    }
}

/// What an operator wrote after `/digest`.
#[derive(Debug, PartialEq, Eq)]
enum Wish {
    Show,
    Stop,
    At(Time),
}

/// Reads what an operator wrote after `/digest`; `None` where it is not a time of day.
fn wish(typed: &str) -> Option<Wish> {
    match typed.trim().to_lowercase().as_str() {
        "" => Some(Wish::Show),
        "off" | "выкл" | "aus" => Some(Wish::Stop),
        typed => {
            let when: When = typed.parse().ok()?;
            when.time_of_day().map(Wish::At)
        }
    }
}

impl Session<'_> {
    /// Chooses the time of the daily digest, ends it, or says when it comes.
    pub(super) async fn digest(&self, typed: &str) -> HandlerResult {
        let person = self.operator.id;
        let Some(wish) = wish(typed) else {
            return Ok(Some(self.text(Text::DigestNoTime, &[])));
        };
        let _change = self.bot.digest_change.lock().await;
        let before = self.bot.lock(&self.bot.digests).get(&person).copied();
        match wish {
            Wish::Show => {}
            Wish::Stop => {
                self.order(vec![Command::StopDigest { person }]).await?;
                self.bot.lock(&self.bot.digests).remove(&person);
            }
            Wish::At(at) => {
                let sent_on = before.and_then(|digest| digest.sent_on);
                let digest = Digest { person, at, since: self.bot.clock.now(), sent_on };
                self.bot.keep_digest(digest).await?;
            }
        }
        let now = self.bot.lock(&self.bot.digests).get(&person).copied();
        Ok(Some(choice(now, &self.bot.digest_zone(), self.bot.clock.now(), self.language)))
    }
}

/// Says when an operator gets the digest.
pub(super) fn choice(
    digest: Option<Digest>,
    zone: &TimeZone,
    now: Timestamp,
    language: Language,
) -> Reply {
    let next = digest.and_then(|digest| Some((digest.at, digest.next(zone, now)?)));
    let Some((at, next)) = next else {
        return MessageBuilder::of(language, Text::DigestOff, &[]).build();
    };
    let words = [
        ("time", Span::bold(at.strftime("%H:%M"))),
        ("next", Span::Plain(shown(next, zone, language))),
    ];
    MessageBuilder::of(language, Text::DigestOn, &words).build()
}

impl Bot<'_> {
    /// Reads the digests that operators chose in earlier processes.
    pub(super) async fn load_digests(&self) {
        match self.operations.store.digests().await {
            Ok(digests) => {
                let digests = digests.into_iter().map(|digest| (digest.person, digest));
                *self.lock(&self.digests) = digests.collect();
            }
            Err(error) => log::warn!("cannot read who wants a daily digest: {error}"),
        }
    }

    /// Sends the digests at their times. It does not end.
    pub async fn send_digests(&self) {
        loop {
            let pause =
                if self.send_due_digests().await { INTERVAL } else { limits::CHAT_RETRY * 15 };
            time::sleep(pause).await;
        }
    }

    /// Sends the digests whose time has come; `false` where one has to be sent again.
    async fn send_due_digests(&self) -> bool {
        let (zone, now) = (self.digest_zone(), self.clock.now());
        let due: Vec<_> = {
            let digests = self.lock(&self.digests);
            digests.values().filter_map(|one| Some((*one, one.due(&zone, now)?))).collect()
        };
        let mut all_sent = true;
        for (digest, today) in due {
            match self.send_digest(digest, today, &zone).await {
                Ok(is_sent) => all_sent &= is_sent,
                Err(error) => {
                    log::error!("digest of operator {}: {error}", digest.person);
                    all_sent = false;
                }
            }
        }
        all_sent
    }

    /// Sends one digest. The journal has it before it is sent, so that no other process sends it again; it is taken back only if
    /// it was certainly not sent. Returns whether it needs no further attempt.
    async fn send_digest(
        &self,
        digest: Digest,
        today: Date,
        zone: &TimeZone,
    ) -> Result<bool, OperationError> {
        let Some(operator) = self.operators().of(digest.person) else { return Ok(true) };
        let facts = self.digest_facts(digest, today, zone).await?;
        let sent = Digest { sent_on: Some(today), ..digest };
        // No digest comes after the answer that it is off.
        let _change = self.digest_change.lock().await;
        if !self.replace_digest(digest, sent).await? {
            return Ok(true);
        }
        let reply = view(&facts, self.language(operator.id));
        match self.messenger.try_send(OperatorChat::of(&operator), &reply).await {
            Err(CallError::NoConnection(_) | CallError::Wait { .. }) => {
                self.replace_digest(sent, digest).await?;
                Ok(false)
            }
            Ok(_) | Err(_) => Ok(true),
        }
    }

    /// Replaces a digest, unless its operator has changed or ended it meanwhile; returns whether it did.
    async fn replace_digest(&self, old: Digest, new: Digest) -> Result<bool, OperationError> {
        let is_current = self.lock(&self.digests).get(&old.person) == Some(&old);
        if is_current {
            self.keep_digest(new).await?;
        }
        Ok(is_current)
    }

    /// Records a digest in the journal.
    async fn keep_digest(&self, digest: Digest) -> Result<(), OperationError> {
        self.operations.order(vec![Command::SetDigest(digest)], self.clock.now()).await?;
        self.lock(&self.digests).insert(digest.person, digest);
        Ok(())
    }

    async fn digest_facts(
        &self,
        digest: Digest,
        today: Date,
        zone: &TimeZone,
    ) -> Result<DigestFacts, OperationError> {
        let day = |days: Length| today.checked_add(days).unwrap_or(today);
        let now = self.clock.now();
        let since = digest.on(day((-1).days()), zone).unwrap_or(now);
        let tomorrow = day(1.days()).to_zoned_datetime(zone.clone());
        let tomorrow = tomorrow.map_or(Timestamp::MAX, |zoned| zoned.timestamp());
        let status = self.status_facts(since).await?;
        // What lacks an approval is in both lists.
        let open = status.waiting.iter().chain(&status.needs);
        let is_for_today = |group: &&Vec<ChannelPublication>| {
            group.first().is_some_and(|one| {
                matches!(one.publication.state, State::Scheduled | State::Due | State::Publishing)
                    && !one.publication.is_comments()
                    && one.publication.due_at < tomorrow
            })
        };
        let mut planned: Vec<_> = open.filter(is_for_today).cloned().collect();
        planned.sort_by_key(|group| group.first().map(|one| one.publication.due_at));
        let files = self.source.list().into_iter();
        let broken = files.filter(|file| file.state == FileState::Invalid);
        let broken = broken.map(|file| file.post).collect();
        Ok(DigestFacts { date: today, today: planned, status, broken })
    }

    /// The zone of the first channel, in which the times of digests are.
    fn digest_zone(&self) -> TimeZone {
        let first = self.operations.newsroom.config.channels.first();
        first.map_or(TimeZone::UTC, |channel| channel.timezone.clone())
    }
}

pub(super) fn view(facts: &DigestFacts, language: Language) -> Reply {
    let DigestFacts { date, today, status, broken } = facts;
    let mut reply = MessageBuilder::new(language);
    let needs = status.needs.len() + status.conflicts.len() + broken.len();
    let is_empty = today.is_empty() && status.published.is_empty() && needs == 0;
    let heading = if is_empty { Text::DigestNothing } else { Text::DigestHeading };
    reply.say(heading, &[("date", Span::bold(date))]);
    say_pauses(&mut reply, &status.pauses, &status.paused);
    if is_empty {
        return reply.build();
    }
    reply.newline().line(Text::DigestToday, &[("count", Span::bold(today.len()))]);
    for group in today.iter().take(LINES) {
        if let Some(first) = say_names(&mut reply, group) {
            let time = shown(first.publication.due_at, &first.zone, reply.language());
            reply.put(": ").put(&time);
        }
    }
    say_more(&mut reply, today.len(), Text::Waiting, Action::Queue { page: 0 });
    say_published(reply.newline(), &status.published, Text::DigestPublished);
    if needs > 0 {
        say_needs(&mut reply, status, broken);
    } else {
        reply.newline().line(Text::StatusFine, &[]);
    }
    reply.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: &str = "Europe/Berlin";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn digest(time: &str, since: &str) -> Digest {
        Digest { person: 1, at: time.parse().unwrap(), since: at(since), sent_on: None }
    }

    #[test]
    fn wishes_are_read_by_the_parser_of_times() {
        let time = |text: &str| Some(Wish::At(text.parse().unwrap()));
        for (typed, expected) in [
            ("", Some(Wish::Show)),
            (" OFF ", Some(Wish::Stop)),
            ("Выкл", Some(Wish::Stop)),
            ("9:00", time("09:00")),
            ("9am", time("09:00")),
            ("10:40 pm", time("22:40")),
            ("в 9", time("09:00")),
            ("9", None),
            ("tomorrow 9:00", None),
            ("mon 9:00", None),
            ("9:00 UTC", None),
            ("in 2 hours", None),
            ("next", None),
            ("soon", None),
        ] {
            assert_eq!(wish(typed), expected, "{typed}");
        }
    }

    #[test]
    fn digest_is_due_once_a_day_and_late_only_on_its_day() {
        let zone = TimeZone::get(ZONE).unwrap();
        let chosen = digest("09:00", "2026-05-03T12:00:00Z");
        let due = |digest: Digest, now: &str| digest.due(&zone, at(now)).map(|day| day.to_string());
        let fourth = Some("2026-05-04".to_owned());
        // It was chosen after the time of its first day.
        assert_eq!(due(chosen, "2026-05-03T12:00:01Z"), None);
        assert_eq!(due(chosen, "2026-05-04T07:00:09Z"), None);
        assert_eq!(due(chosen, "2026-05-04T07:00:10Z"), fourth);
        assert_eq!(due(chosen, "2026-05-04T21:59:59Z"), fourth);
        // A missed one is not sent on the next day.
        assert_eq!(due(chosen, "2026-05-04T22:00:00Z"), None);
        let sent = Digest { sent_on: Some("2026-05-04".parse().unwrap()), ..chosen };
        assert_eq!(due(sent, "2026-05-04T21:59:59Z"), None);
        assert_eq!(due(sent, "2026-05-05T07:00:10Z"), Some("2026-05-05".to_owned()));
        // Another time on the same day does not repeat it, and neither does a clock that is set back.
        let moved = Digest { at: "18:00".parse().unwrap(), ..sent };
        assert_eq!(due(moved, "2026-05-04T18:00:00Z"), None);
        assert_eq!(due(sent, "2026-05-03T18:00:00Z"), None);
    }

    #[test]
    fn next_digest_keeps_its_local_time_when_the_clocks_change() {
        let zone = TimeZone::get(ZONE).unwrap();
        let next = |digest: Digest, now: &str| digest.next(&zone, at(now)).unwrap().to_string();
        // The clocks are set forward on 29 March and back on 25 October 2026.
        for (time, now, expected) in [
            ("09:00", "2026-03-28T12:00:00Z", "2026-03-29T07:00:00Z"),
            ("09:00", "2026-10-24T12:00:00Z", "2026-10-25T08:00:00Z"),
            ("02:30", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"),
            ("02:30", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"),
            ("23:59", "2026-10-24T12:00:00Z", "2026-10-24T21:59:00Z"),
        ] {
            assert_eq!(next(digest(time, now), now), expected, "{time} {now}");
        }
        let sent = Digest {
            sent_on: Some("2026-05-04".parse().unwrap()),
            ..digest("18:00", "2026-05-04T12:00:00Z")
        };
        assert_eq!(next(sent, "2026-05-04T12:00:00Z"), "2026-05-05T16:00:00Z");
    }
}
