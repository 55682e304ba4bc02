//! What the bot shows for given facts, in English and Russian, as snapshots. No session, journal or Telegram is involved.

mod fixture;

use super::action_buttons::Filter;
use super::digest::DigestFacts;
use super::facts::{ChannelPublication, Pause, PausedChannel, Pauses, PostFacts, SendBlock};
use super::newsroom_page::{ChannelFacts, ChannelsFacts};
use super::notice::NoticeFacts;
use super::pager::Pager;
use super::post_list::Row;
use super::post_source::{FileState, ListedPost, OpenConflict, PostState};
use super::reply::MessageBuilder;
use super::status_page::StatusFacts;
use super::text::Text;
use super::{
    card, delete, digest, newsroom_page, notice, post_list, preview, progress, proposals,
    queue_page, status_page,
};
use crate::config::Role;
use crate::ids::{Address, ChannelName, ChatId};
use crate::operations::RequestedTime;
use crate::outbox::{
    Actor, AlbumItem, Cancellation, ChangeKind, ChangeState, Conflict, EndKind, HoldReason,
    HookFailure, MissingProof, Notice, OldNames, PartState, Question, Refusal, SentVia, State,
    StopReason, UnknownCause,
};
use crate::plan::{Desired, FormerChat, FormerChatPresence, Reason};
use crate::schedule::Resolved;
use crate::store::Digest;
use crate::telegram::Membership;
use fixture::{
    Case, assert_view, cancelled, case, channel, conflict, deletion_missed, desired, failed, held,
    hours, id, in_state, lost, needs_operator, now, post, sent, several_may_be_it, unchanged,
    unknown_outcome, without_file,
};

#[test]
fn card() {
    let card = |name, facts: PostFacts, role| {
        case(name, move |language| card::card(&facts, language, role))
    };
    let admin = |name, one| card(name, unchanged(one), Role::Admin);
    let draft = Desired { draft: true, ..desired("news", &["New"]) };
    let timed = Desired { publish_at: Some(hours(20)), pin: true, ..desired("news", &["New"]) };
    let good = |desired| without_file(Vec::new(), PostState::Valid(vec![desired]));
    let missing = without_file(Vec::new(), PostState::Missing);
    let two = vec![in_state(State::Published), in_state(State::Scheduled).in_channel("blog")];
    let pending = || ChangeState::Pending { not_before: None };
    assert_view(
        "card",
        &[
            card("new, with warnings", PostFacts { warnings: 2, ..post(vec![]) }, Role::Admin),
            card("draft", good(draft), Role::Admin),
            card("with a time, pinned", good(timed), Role::Admin),
            card("two messages", good(desired("news", &["One", "Two"])), Role::Admin),
            card("broken", without_file(vec![], PostState::Invalid(None)), Role::Admin),
            card("unknown", PostFacts { near: vec![id("b")], ..missing }, Role::Admin),
            admin("scheduled", in_state(State::Scheduled)),
            card("for a publisher", unchanged(in_state(State::Scheduled)), Role::Publisher),
            card("for an editor", unchanged(in_state(State::Scheduled)), Role::Editor),
            admin("due", in_state(State::Due)),
            admin("paused", in_state(State::Due).on_hold(SendBlock::Paused(Pause::Channel))),
            admin("stopped", in_state(State::Due).on_hold(SendBlock::Paused(Pause::Everything))),
            admin("asked to wait", in_state(State::Due).on_hold(SendBlock::FloodWait(hours(2)))),
            admin(
                "half sent",
                in_state(State::Publishing).with_part(sent(1)).and_part(PartState::Pending),
            ),
            admin("published", in_state(State::Published)),
            card("file differs", post(vec![in_state(State::Published)]), Role::Admin),
            card(
                "file gone",
                without_file(vec![in_state(State::Published)], PostState::Missing),
                Role::Admin,
            ),
            card("two channels", post(two), Role::Admin),
            admin("held", held(HoldReason::FileAppearedLate)),
            admin("lacks approvals", in_state(State::Scheduled).lacking_approvals()),
            admin(
                "failed",
                in_state(State::Failed { part: 0 }).with_part(failed(Refusal::Content)),
            ),
            admin(
                "uncertain",
                in_state(State::Uncertain).with_part(PartState::Uncertain {
                    unknown: unknown_outcome(UnknownCause::OwnerDead),
                    probes: 0,
                }),
            ),
            admin(
                "needs an operator",
                in_state(State::Uncertain).with_part(needs_operator(Question::NoStagingChat)),
            ),
            admin(
                "several may be it",
                in_state(State::Uncertain).with_part(needs_operator(several_may_be_it())),
            ),
            admin(
                "cancelling",
                in_state(State::Cancelling { by: Actor::System })
                    .with_part(needs_operator(Question::NoStagingChat)),
            ),
            admin("cancelled", cancelled(Cancellation::Ordered)),
            admin("deleted", cancelled(Cancellation::Deleted)),
            admin(
                "being edited",
                in_state(State::Published).with_change(ChangeKind::Edit, pending()),
            ),
            admin(
                "being deleted",
                in_state(State::Published).with_change(ChangeKind::Delete, pending()),
            ),
            admin("edit refused", conflict(ChangeKind::Edit, Conflict::Refused(Refusal::Content))),
            admin("message gone", conflict(ChangeKind::Edit, Conflict::Vanished)),
            admin("pin unanswered", conflict(ChangeKind::Pin, Conflict::Unanswered)),
            admin("unpin given up", conflict(ChangeKind::Unpin, Conflict::GaveUp)),
        ],
    );
}

#[test]
fn question_about_an_album() {
    let admin = |name, question| {
        let one = in_state(State::Uncertain).with_messages(3).with_part(needs_operator(question));
        case(name, move |language| card::card(&unchanged(one.clone()), language, Role::Admin))
    };
    let found = |item, message_id| AlbumItem { item, message_id };
    let half = Question::Inconclusive {
        missing_proof: MissingProof::NotWhole,
        candidates: vec![8, 10],
        items: vec![found(0, 8), found(2, 10)],
    };
    assert_view(
        "album",
        &[
            admin("part of it is there", half),
            admin("messages may belong to it", several_may_be_it()),
            admin("without a staging chat", Question::NoStagingChat),
        ],
    );
}

#[test]
fn card_of_held_comments() {
    let card = |name, role| {
        let facts = with_comments(HoldReason::NotPlaced);
        case(name, move |language| card::card(&facts, language, role))
    };
    assert_view(
        "comments",
        &[card("for a publisher", Role::Publisher), card("for an editor", Role::Editor)],
    );
}

#[test]
fn preview() {
    let offer = |name, facts: PostFacts, role| {
        case(name, move |language| preview::offer(&facts, language, role))
    };
    let admin = |name, one| offer(name, unchanged(one), Role::Admin);
    let draft = Desired { draft: true, ..desired("news", &["New"]) };
    let unavailable = |name, file| {
        let facts = without_file(vec![in_state(State::Published)], file);
        case(name, move |language| preview::unavailable(&facts, language, Role::Admin))
    };
    let times = |language| {
        let facts = post(Vec::new());
        let channel = channel("news");
        let reply = MessageBuilder::new(language);
        preview::times(reply, &facts.post, &facts.seen(), &[&channel], now())
    };
    let half = || held(HoldReason::Expired).with_part(sent(1)).and_part(PartState::Pending);
    let in_doubt = PartState::Skipped { by: Actor::System, at: now(), in_doubt: true };
    assert_view(
        "preview",
        &[
            offer("new", post(vec![]), Role::Publisher),
            offer("for an editor", post(vec![]), Role::Editor),
            offer("with comments", comments_to_follow(), Role::Publisher),
            offer("comments without a group", comments_without_group(), Role::Publisher),
            offer("draft", without_file(vec![], PostState::Valid(vec![draft])), Role::Admin),
            admin("scheduled", in_state(State::Scheduled)),
            admin("deleted before", cancelled(Cancellation::Deleted)),
            offer("published, file differs", post(vec![in_state(State::Published)]), Role::Admin),
            admin("to be approved", in_state(State::Scheduled).lacking_approvals()),
            admin("half sent", half()),
            offer("half sent, file differs", post(vec![half()]), Role::Admin),
            admin(
                "refused",
                in_state(State::Failed { part: 0 }).with_part(failed(Refusal::Content)),
            ),
            admin("may be published", cancelled(Cancellation::Skipped).with_part(in_doubt)),
            unavailable("broken", PostState::Invalid(None)),
            unavailable("gone", PostState::Missing),
            unavailable("being written", PostState::Writing),
            case("times", times),
        ],
    );
}

#[test]
fn status() {
    let status =
        |name, facts: StatusFacts| case(name, move |language| status_page::view(&facts, language));
    let conflict = |reason| OpenConflict {
        post: id("c"),
        channel: ChannelName::parse("news").unwrap(),
        reason,
        zone: jiff::tz::TimeZone::UTC,
    };
    let place = Address { chat: ChatId::Username("old_news".to_owned()), topic: None };
    let elsewhere = Reason::Elsewhere(FormerChat {
        place,
        presence: FormerChatPresence::Published,
        is_upgraded: false,
    });
    let busy = StatusFacts {
        pauses: Pauses { stopped: Some(StopReason::Paused("Anna".into())), ..Pauses::default() },
        paused: vec![PausedChannel { name: "blog".into(), refusal: None }],
        published: (0..7).map(|_| in_state(State::Published)).collect(),
        waiting: vec![vec![
            in_state(State::Scheduled),
            in_state(State::Scheduled).in_channel("blog"),
        ]],
        needs: vec![
            vec![held(HoldReason::Missed)],
            vec![in_state(State::Scheduled).lacking_approvals().of_post("b")],
        ],
        conflicts: vec![conflict(Reason::NewerMessages), conflict(elsewhere)],
    };
    let edit = |hold: Option<SendBlock>| {
        let pending = ChangeState::Pending { not_before: None };
        let one = in_state(State::Published).with_change(ChangeKind::Edit, pending);
        vec![ChannelPublication { hold, ..one }]
    };
    let changes = StatusFacts {
        waiting: vec![edit(None), edit(Some(SendBlock::Paused(Pause::Channel)))],
        ..StatusFacts::default()
    };
    let refused = StatusFacts {
        paused: vec![PausedChannel { name: "news".into(), refusal: Some(Refusal::Channel) }],
        ..StatusFacts::default()
    };
    let stopped = |why| {
        let pauses = Pauses { stopped: Some(why), ..Pauses::default() };
        StatusFacts { pauses, ..StatusFacts::default() }
    };
    assert_view(
        "status",
        &[
            status("quiet", StatusFacts::default()),
            status("busy", busy),
            status("waiting edits", changes),
            status("restored", stopped(StopReason::Restored(String::new()))),
            status("refused", stopped(StopReason::Refused("Unauthorized".into()))),
            status("channel refuses the bot", refused),
        ],
    );
}

#[test]
fn digest() {
    let date = "2026-05-04".parse().unwrap();
    let view =
        |name, facts: DigestFacts| case(name, move |language| digest::view(&facts, language));
    let scheduled = || in_state(State::Scheduled);
    let busy = DigestFacts {
        date,
        today: vec![
            vec![scheduled(), scheduled().in_channel("blog")],
            vec![scheduled().of_post("b").lacking_approvals()],
        ],
        status: StatusFacts {
            published: (0..6).map(|_| in_state(State::Published)).collect(),
            needs: vec![
                vec![scheduled().of_post("b").lacking_approvals()],
                vec![held(HoldReason::Missed).of_post("c")],
            ],
            ..StatusFacts::default()
        },
        broken: vec![id("d")],
    };
    let calm = DigestFacts { date, today: vec![vec![scheduled()]], ..DigestFacts::default() };
    let pauses = Pauses { stopped: Some(StopReason::Paused("Anna".into())), ..Pauses::default() };
    let stopped = DigestFacts {
        date,
        status: StatusFacts { pauses, ..StatusFacts::default() },
        ..DigestFacts::default()
    };
    let chosen = |sent_on: Option<&str>| {
        let sent_on = sent_on.map(|date| date.parse().unwrap());
        Some(Digest { person: 111, at: "18:00".parse().unwrap(), since: now(), sent_on })
    };
    let choice = |name, chosen: Option<Digest>| {
        case(name, move |language| {
            digest::choice(chosen, &jiff::tz::TimeZone::UTC, now(), language)
        })
    };
    assert_view(
        "digest",
        &[
            view("busy", busy),
            view("calm", calm),
            view("nothing", DigestFacts { date, ..DigestFacts::default() }),
            view("nothing, and paused", stopped),
            choice("chosen", chosen(None)),
            choice("chosen again after today's", chosen(Some("2026-05-04"))),
            choice("off", None),
        ],
    );
}

#[test]
fn queue() {
    let queue = |name, all: usize, page| {
        case(name, move |language| {
            let waiting = (0..all).map(|_| in_state(State::Scheduled)).collect();
            queue_page::view(&Pager::new(waiting, page), language)
        })
    };
    assert_view(
        "queue",
        &[queue("empty", 0, 0), queue("short", 2, 0), queue("second page", 20, 1)],
    );
}

#[test]
fn list() {
    let row = |post: &str, state, publish_at, here| {
        let (post, title) = (id(post), format!("Title of {post}"));
        let zone = jiff::tz::TimeZone::UTC;
        Row { listed: ListedPost { post, title, state, publish_at, zone }, here, has_file: true }
    };
    let rows = || {
        let two = vec![in_state(State::Published), in_state(State::Scheduled).in_channel("blog")];
        vec![
            row("new", FileState::Valid, None, vec![]),
            row("timed", FileState::Valid, Some(hours(20)), vec![]),
            row("idea", FileState::Draft, None, vec![]),
            row("bad", FileState::Invalid, None, vec![in_state(State::Scheduled)]),
            row("two", FileState::Valid, None, two),
        ]
    };
    let list = |name, filter, query: &'static str, rows: Vec<Row>, page| {
        let rows = Pager::new(rows, page);
        case(name, move |language| post_list::list(&rows, filter, query, Text::NoneFound, language))
    };
    let choice = |name, rows: Vec<Row>| {
        let rows = Pager::new(rows, 0);
        case(name, move |language| post_list::choice(&rows, "publish", language))
    };
    let many = (0..20).map(|_| row("new", FileState::Valid, None, vec![])).collect();
    assert_view(
        "list",
        &[
            list("all", Filter::All, "", rows(), 0),
            list("second page of a search", Filter::Waiting, "title", many, 1),
            list("nothing found", Filter::Problems, "x", vec![], 0),
            choice("for a command", rows()),
            choice("nothing for a command", vec![]),
        ],
    );
}

#[test]
fn channels() {
    let rights = |posts, edits| Membership {
        status: "administrator".into(),
        posts,
        comments: true,
        edits,
        pins: edits,
        deletes: false,
    };
    let facts = |is_stopped| {
        let channel = |name: &str, rights, is_paused| ChannelFacts {
            name: ChannelName::parse(name).unwrap(),
            chat: format!("@example_{name}"),
            rights,
            is_paused,
        };
        let channels = vec![
            channel("news", Some(Ok(rights(true, true))), false),
            channel("blog", Some(Ok(rights(true, false))), true),
            channel("jobs", Some(Ok(rights(false, false))), false),
            channel("none", None, false),
        ];
        ChannelsFacts { channels, is_stopped }
    };
    let channels = |name, is_stopped, role| {
        case(name, move |language| {
            let mut reply = MessageBuilder::new(language);
            newsroom_page::say_channels(&mut reply, &facts(is_stopped), role);
            reply.build()
        })
    };
    let help = |name, role| case(name, move |language| newsroom_page::help(language, role));
    assert_view(
        "channels",
        &[
            channels("for an administrator", false, Role::Admin),
            channels("stopped, for an editor", true, Role::Editor),
        ],
    );
    assert_view(
        "help",
        &[help("for an administrator", Role::Admin), help("for an editor", Role::Editor)],
    );
}

#[test]
fn delete() {
    let question = |name, here| {
        let facts = post(here);
        case(name, move |language| delete::question(&facts, language, Role::Admin, now()))
    };
    let old = PartState::Sent { message_ids: vec![1], via: SentVia::Answer, at: hours(-72) };
    let old = || in_state(State::Published).with_part(old.clone());
    let unknown = in_state(State::Uncertain).with_part(needs_operator(Question::NoStagingChat));
    assert_view(
        "delete",
        &[
            question("published", vec![in_state(State::Published)]),
            question("too old in one", vec![in_state(State::Published), old().in_channel("blog")]),
            question("too old", vec![old()]),
            question("not known", vec![unknown]),
            question("nothing", vec![in_state(State::Scheduled)]),
        ],
    );
}

#[test]
fn proposals() {
    let at = |at| RequestedTime::At(Resolved { at, civil: None });
    let proposal = |name, here, wish, is_seen: bool| {
        let facts = post(here);
        case(name, move |language| {
            let accept = is_seen.then(|| {
                crate::bot::action_buttons::PostAction::Approve(facts.seen()).of(&facts.post)
            });
            proposals::proposal(&facts, &wish, 1, "Dan", accept, language)
        })
    };
    let deleted = vec![cancelled(Cancellation::Deleted)];
    assert_view(
        "proposals",
        &[
            proposal("now", vec![], RequestedTime::Now, true),
            proposal("at a time", vec![], at(hours(20)), true),
            proposal("in a slot, not seen", vec![], RequestedTime::NextSlot, false),
            proposal("deleted before", deleted, RequestedTime::Now, true),
        ],
    );
}

#[test]
fn progress() {
    let outcome = |name, all: Vec<ChannelPublication>| {
        case(name, move |language| progress::outcome(&all, language))
    };
    let edited = || {
        let mut one = in_state(State::Published);
        one.publication.parts[0].edited = Some(one.publication.parts[0].request.clone());
        one
    };
    assert_view(
        "progress",
        &[
            outcome("on its way", vec![in_state(State::Due)]),
            outcome(
                "published in two",
                vec![in_state(State::Published), in_state(State::Published).in_channel("blog")],
            ),
            outcome(
                "comments follow",
                vec![in_state(State::Published), in_state(State::Scheduled).below_post()],
            ),
            outcome("comments left out", vec![cancelled(Cancellation::Ordered).below_post()]),
            outcome("edited", vec![edited()]),
            outcome("deleted", vec![cancelled(Cancellation::Deleted)]),
            outcome("cancelled", vec![cancelled(Cancellation::Ordered)]),
            outcome(
                "cancelled too late",
                vec![cancelled(Cancellation::Ordered).with_part(sent(1))],
            ),
            outcome("held", vec![held(HoldReason::FileAppearedLate)]),
            outcome("edit refused", vec![conflict(ChangeKind::Edit, Conflict::Vanished)]),
        ],
    );
}

/// A published post with held comments.
fn with_comments(reason: HoldReason) -> PostFacts {
    PostFacts { comments: vec![held(reason).below_post()], ..unchanged(in_state(State::Published)) }
}

fn comments_to_follow() -> PostFacts {
    let comments = desired("talk", &["First", "Second"]);
    let desired = Desired { comments: Some(comments.into()), ..desired("news", &["New"]) };
    without_file(Vec::new(), PostState::Valid(vec![desired]))
}

fn comments_without_group() -> PostFacts {
    let comments = Desired { destination: None, ..desired("news", &["First"]) };
    let desired = Desired { comments: Some(comments.into()), ..desired("news", &["New"]) };
    without_file(Vec::new(), PostState::Valid(vec![desired]))
}

/// An alert, for an administrator or a chat without buttons.
fn alert(
    name: &'static str,
    notice: Notice,
    open: Vec<ChannelPublication>,
    requester: Option<&str>,
    role: Option<Role>,
) -> Case<'static> {
    let requester = requester.map(str::to_owned);
    let facts = NoticeFacts { notice, open, places: Vec::new(), requester, now: now() };
    case(name, move |language| notice::notice(&facts, language, role))
}

#[test]
#[expect(clippy::too_many_lines, reason = "one case for each notice")]
fn alerts() {
    let (admin, part) = (Some(Role::Admin), 0);
    let for_admin = |name, notice, one| alert(name, notice, vec![one], None, admin);
    let uncertain = || in_state(State::Uncertain).with_part(needs_operator(several_may_be_it()));
    let refused = |refusal| in_state(State::Failed { part: 0 }).with_part(failed(refusal));
    let duplicate = Notice::Duplicate { part, message_ids: vec![8, 9] };
    let approvals = || Notice::Held { held: HoldReason::Approvals };
    let to_approve = |hour| {
        let mut one = held(HoldReason::Approvals).lacking_approvals();
        one.publication.due_at = hours(hour);
        one
    };
    let held_late = || held(HoldReason::FileAppearedLate);
    let late = || Notice::Held { held: HoldReason::FileAppearedLate };
    let several: Vec<_> = ["a", "b", "c"].map(|post| held_late().of_post(post)).into();
    let due = || in_state(State::Due);
    let ask = |name, hour, requester| {
        alert(name, approvals(), vec![to_approve(hour)], requester, Some(Role::Publisher))
    };
    assert_view(
        "alerts",
        &[
            for_admin(
                "uncertain",
                Notice::Uncertain { part },
                in_state(State::Uncertain).with_part(PartState::Uncertain {
                    unknown: unknown_outcome(lost()),
                    probes: 1,
                }),
            ),
            for_admin("needs an operator", Notice::NeedsOperator { part }, uncertain()),
            alert(
                "for a chat without buttons",
                Notice::NeedsOperator { part },
                vec![uncertain()],
                None,
                None,
            ),
            for_admin("sent twice", duplicate, in_state(State::Published)),
            for_admin("content refused", Notice::Failed { part }, refused(Refusal::Content)),
            for_admin("refused", Notice::Failed { part }, refused(Refusal::Unlisted)),
            for_admin(
                "edit refused",
                Notice::Conflict { part },
                conflict(ChangeKind::Edit, Conflict::Refused(Refusal::Content)),
            ),
            for_admin(
                "deletion missed",
                Notice::EndMissed { end: EndKind::Delete },
                deletion_missed(),
            ),
            for_admin("left out", Notice::Missed, cancelled(Cancellation::Missed)),
            for_admin("long wait", Notice::LongWait { until: hours(3) }, due()),
            for_admin("channel paused", Notice::ChannelPaused, due()),
            for_admin("bot stopped", Notice::BotStopped, due()),
            ask("approve now", -1, Some("Boris")),
            ask("approve for later", 20, Some("Boris")),
            ask("approve what a file asks for", 20, None),
            for_admin(
                "comments held",
                Notice::Held { held: HoldReason::NotPlaced },
                held(HoldReason::NotPlaced).below_post(),
            ),
            for_admin(
                "comment not confirmed",
                Notice::NeedsOperator { part },
                in_state(State::Uncertain)
                    .with_part(needs_operator(Question::NoStagingChat))
                    .below_post(),
            ),
            for_admin(
                "comments after a restore",
                Notice::Held { held: HoldReason::Restored },
                held(HoldReason::Restored).below_post(),
            ),
            for_admin("group refuses the bot", Notice::ChannelPaused, due().below_post()),
            alert("several", late(), several, None, admin),
            alert(
                "two channels",
                late(),
                vec![held_late(), held_late().in_channel("blog")],
                None,
                admin,
            ),
        ],
    );
}

#[test]
fn failed_hooks() {
    let hook = |name, failure| {
        let notice = Notice::Hook { program: "announce".to_owned(), failure };
        alert(name, notice, vec![in_state(State::Published)], None, Some(Role::Admin))
    };
    assert_view(
        "failed_hooks",
        &[
            hook("failed", HookFailure::Exit { code: 22 }),
            hook("timed out", HookFailure::TimedOut { seconds: 30 }),
            hook("interrupted", HookFailure::Interrupted),
        ],
    );
}

#[test]
fn reminder() {
    let waiting = |channel| in_state(State::Scheduled).in_channel(channel).lacking_approvals();
    let notice = Notice::ApprovalDue { due_at: hours(1) };
    let open = vec![waiting("news"), waiting("blog")];
    let case = alert("approval is still missing", notice, open, None, Some(Role::Publisher));
    assert_view("reminder", &[case]);
}

#[test]
fn held_posts() {
    let moved = OldNames::of([id("old")]).unwrap();
    let reasons = [
        ("missed", HoldReason::Missed),
        ("came late", HoldReason::FileAppearedLate),
        ("expired", HoldReason::Expired),
        ("exhausted", HoldReason::Exhausted),
        ("media missing", HoldReason::MediaMissing),
        ("file", HoldReason::File),
        ("unknown channel", HoldReason::UnknownChannel),
        ("changed", HoldReason::Changed),
        ("channel", HoldReason::Channel),
        ("catch-up", HoldReason::CatchUp),
        ("restored", HoldReason::Restored),
        ("post gone", HoldReason::PostGone),
        ("may be moved", HoldReason::MaybeMoved(moved)),
    ];
    let cases = reasons.map(|(name, reason)| {
        let notice = Notice::Held { held: reason.clone() };
        alert(name, notice, vec![held(reason)], None, Some(Role::Publisher))
    });
    assert_view("held", &cases);
}
