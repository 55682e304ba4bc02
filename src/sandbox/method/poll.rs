//! `sendPoll` and `stopPoll`, with the rules and words of TDLib's `PollManager` and `MessageContent`.

use serde_json::Value;
use telegram_text::{Entity, EntityKind, FormattedText, bot_api_entity, normal};

use super::{Call, Method};
use crate::limits;
use crate::message::{self, PollKind, PollOption};
use crate::sandbox::message::Content;
use crate::sandbox::params::Params;
use crate::sandbox::poll::Poll;
use crate::sandbox::refusal::ApiRefusal;
use crate::sandbox::state::{Access, NewMessage, State};

pub(super) const METHODS: &[Method] =
    &[Method { name: "sendPoll", run: send_poll }, Method { name: "stopPoll", run: stop_poll }];

fn send_poll(state: &mut State, call: &Call, now: i64) -> Result<Value, ApiRefusal> {
    let params = &call.params;
    let content = read(params, now)?;
    let is_anonymous = params.text("is_anonymous").is_empty() || params.flag("is_anonymous");
    let id = state.next_poll_id();
    let chat = state.writable(params)?;
    if !is_anonymous && chat.person.is_none() && chat.group.is_none() {
        return Err(refused("non-anonymous polls can't be sent to channel chats"));
    }
    let content = Content {
        text: FormattedText::default(),
        link_preview: None,
        keyboard: None,
        poll: Some(Poll::new(id, content)),
        rich: None,
        media: None,
        caption_above: false,
    };
    let message = NewMessage::of(content).post(chat, call.bot, params, now)?;
    Ok(message.to_json(chat))
}

/// Returns the final results. Only the sender's own poll can be stopped, and only once.
fn stop_poll(state: &mut State, call: &Call, _: i64) -> Result<Value, ApiRefusal> {
    let id = call.params.message_id()?;
    let chat = state.chat_mut(call.params.text("chat_id"), Access::Edit)?;
    let missing = refused("message with poll to stop not found");
    let message = chat.messages.get(&id).ok_or(missing)?;
    let is_own = message.author == call.bot && message.origin.is_none();
    let mut poll = message.content.poll.clone().ok_or(refused("message is not a poll"))?;
    if poll.is_closed {
        return Err(refused("poll has already been closed"));
    }
    if !is_own || !chat.may_edit_posts_of(call.bot, call.bot) {
        return Err(refused("poll can't be stopped"));
    }
    poll.is_closed = true;
    state.change_poll(&poll.id, |poll| poll.is_closed = true);
    Ok(poll.to_json())
}

fn read(params: &Params, now: i64) -> Result<message::Poll, ApiRefusal> {
    let entities = |name: &'static str| -> Result<Value, ApiRefusal> {
        Ok(params.json(name)?.unwrap_or_default())
    };
    let question = text(params.text("question"), &entities("question_entities")?, true)?;
    if question.characters() > limits::POLL_QUESTION_CHARACTERS {
        return Err(refused("poll question length must not exceed 300"));
    }
    let options = options(params)?;
    let kind = match params.text("type") {
        "" | "regular" => PollKind::Regular,
        "quiz" => PollKind::Quiz,
        _ => return Err(refused("unsupported poll type specified")),
    };
    let allows_multiple_answers = params.flag("allows_multiple_answers");
    let mut correct_option_ids = Vec::new();
    let mut explanation = FormattedText::default();
    if kind == PollKind::Quiz {
        if allows_multiple_answers {
            return Err(refused("quiz polls can't have multiple answers"));
        }
        correct_option_ids = correct(params, options.len())?;
        if !params.text("explanation").is_empty() {
            let typed = params.text("explanation");
            explanation = text(typed, &entities("explanation_entities")?, false)?;
        }
        if explanation.characters() > limits::POLL_EXPLANATION_CHARACTERS
            || explanation.string.matches('\n').count() > limits::POLL_EXPLANATION_LINE_BREAKS
        {
            return Err(refused("poll explanation is too long"));
        }
    }
    Ok(message::Poll {
        question: question.string,
        question_entities: question.entities,
        options,
        kind,
        allows_multiple_answers,
        correct_option_ids,
        explanation: explanation.string,
        explanation_entities: explanation.entities,
        close_date: close_date(params, now)?,
    })
}

fn options(params: &Params) -> Result<Vec<PollOption>, ApiRefusal> {
    let Some(Value::Array(list)) = params.json("options")? else {
        return Err(refused("can't parse options JSON object"));
    };
    if list.is_empty() {
        return Err(refused("poll must have at least 1 option"));
    }
    if list.len() > limits::MAX_POLL_OPTIONS {
        return Err(refused("poll can't have more than 12 options"));
    }
    let option = |option: &Value| {
        let typed = option.as_str().or_else(|| option["text"].as_str());
        let typed = typed.ok_or(refused("can't parse InputPollOption: expected a String"))?;
        let text = text(typed, &option["text_entities"], true)?;
        if text.characters() > limits::POLL_OPTION_CHARACTERS {
            return Err(refused("poll options length must not exceed 100"));
        }
        Ok(PollOption { text: text.string, entities: text.entities })
    };
    let options: Vec<PollOption> = list.iter().map(option).collect::<Result<_, _>>()?;
    let mut texts: Vec<_> = options.iter().map(|option| &option.text).collect();
    texts.sort();
    texts.dedup();
    if texts.len() < options.len() {
        return Err(refused("POLL_OPTION_DUPLICATE"));
    }
    Ok(options)
}

/// The right options of a quiz; the server still reads the key of older versions.
fn correct(params: &Params, options: usize) -> Result<Vec<usize>, ApiRefusal> {
    let ids = match params.json("correct_option_ids")? {
        Some(Value::Array(list)) => list,
        _ => params.integer("correct_option_id").map(Value::from).into_iter().collect(),
    };
    let wrong = || refused("wrong correct option ID specified");
    let id = |id: &Value| id.as_u64().and_then(|id| usize::try_from(id).ok()).ok_or_else(wrong);
    let ids: Vec<usize> = ids.iter().map(id).collect::<Result<_, _>>()?;
    let is_valid = !ids.is_empty()
        && ids.is_sorted_by(|one, next| one < next)
        && ids.iter().all(|id| *id < options);
    if is_valid { Ok(ids) } else { Err(wrong()) }
}

/// `close_date`, or the end of `open_period`, in seconds since 1970-01-01 UTC.
fn close_date(params: &Params, now: i64) -> Result<Option<i64>, ApiRefusal> {
    let period = params.integer("open_period").filter(|period| *period != 0);
    let date = params.integer("close_date").filter(|date| *date != 0);
    let Some(date) = period.map(|period| now.saturating_add(period)).or(date) else {
        return Ok(None);
    };
    let open = u64::try_from(date.saturating_sub(now)).unwrap_or(0);
    if (limits::MIN_POLL_OPEN.as_secs()..=limits::MAX_POLL_OPEN.as_secs()).contains(&open) {
        Ok(Some(date))
    } else {
        Err(refused("POLL_CLOSE_DATE_INVALID"))
    }
}

/// A text as Telegram keeps it; in a question and an option only custom emoji stay.
fn text(typed: &str, entities: &Value, only_emoji: bool) -> Result<FormattedText, ApiRefusal> {
    let list = entities.as_array().map_or(&[][..], Vec::as_slice);
    let given = bot_api_entity::read(list).map_err(ApiRefusal::Entity)?;
    let placed = given.iter().map(|entity| entity.placed().map_err(ApiRefusal::Place));
    let mut entities = placed.collect::<Result<Vec<Entity>, _>>()?;
    if only_emoji {
        entities.retain(|entity| matches!(entity.kind, EntityKind::CustomEmoji { .. }));
    }
    let text = FormattedText { string: typed.to_owned(), entities };
    Ok(normal::kept_by_server(normal::normal(text).map_err(ApiRefusal::Text)?))
}

fn refused(words: &str) -> ApiRefusal {
    ApiRefusal::Parameter(words.to_owned())
}
