//! The texts about a send whose outcome is unknown: what telepress does, or what an operator should look for and answer.

use super::names::{part_name, place_of, source};
use crate::config::OperatorNames;
use crate::ids::Target;
use crate::outbox::{
    self, Actor, AlbumItem, MissingProof, Part, PartState, Policy, Publication, Question,
};

/// A cancelled publication with an unknown outcome, and how telepress or an operator finds it out.
pub(super) fn cancelling(
    publication: &Publication,
    by: &Actor,
    target: &Target,
    names: &OperatorNames,
) -> String {
    let (total, place) = (publication.parts.len(), place_of(publication));
    let open = publication.parts.iter().enumerate().find_map(|(number, part)| {
        let next = match &part.state {
            PartState::Sending { .. } => "its request is in flight".to_owned(),
            PartState::Uncertain { .. } => {
                looks_for_it(place)
            }
            PartState::NeedsOperator { question, .. } => format!(
                "{}; look at {place}, then run `telepress resolve {target} --sent {}` or `--not-sent`",
                question_text(question, place),
                links(part)
            ),
            _ => return None,
        };
        Some((part_name(number, total), next))
    });
    let (part, next) = open.unwrap_or_else(|| (part_name(0, total), String::new()));
    format!("cancelled {}, but the outcome of {part} is not known yet: {next}", source(by, names))
}

/// The unknown outcome of a publication, and what to do about it.
pub(super) fn uncertain(publication: &Publication, target: &Target) -> Option<String> {
    let (total, place) = (publication.parts.len(), place_of(publication));
    publication.parts.iter().enumerate().find_map(|(number, part)| match &part.state {
        PartState::Uncertain { .. } => Some(format!(
            "Telegram did not confirm {}; {}",
            part_name(number, total),
            looks_for_it(place)
        )),
        PartState::NeedsOperator { question, .. } => Some(format!(
            "Telegram did not confirm {}, so it may or may not be in {place}. {}. {}",
            part_name(number, total),
            sentence(&question_text(question, place)),
            answers(target, part, question, place)
        )),
        _ => None,
    })
}

/// What telepress does next, also if it then finds that it may not or cannot read the channel.
fn looks_for_it(place: &str) -> String {
    format!(
        "as soon as the request can no longer arrive, telepress reads {place} if `[recovery]` allows that"
    )
}

/// Until when the rules refuse the answer that a message was not sent, because Telegram may still deliver it. A probe comes
/// after that time, so its question has no such time.
pub(super) fn refused_until(publication: &Publication, policy: &Policy) -> Option<String> {
    let open = publication.parts.iter().find_map(|part| match &part.state {
        PartState::NeedsOperator { question: Question::Inconclusive { .. }, .. } => None,
        PartState::NeedsOperator { unknown, .. } if !policy.quiet.is_zero() => Some(unknown),
        _ => None,
    })?;
    let until = outbox::saturating_add(open.since, policy.quiet);
    Some(format!(
        "Telegram may still deliver it until {}; until then `--not-sent` is refused",
        until.strftime("%H:%M:%S UTC")
    ))
}

/// The links to name with `resolve --sent`.
pub(super) fn links(part: &Part) -> String {
    vec!["LINK"; part.messages.max(1)].join(" ")
}

/// What the operator should look for, and the command for each answer.
fn answers(target: &Target, part: &Part, question: &Question, place: &str) -> String {
    let (sent, again) = (
        format!("`telepress resolve {target} --sent"),
        format!("`telepress resolve {target} --not-sent` puts it back in the queue"),
    );
    let (candidates, items): (&[i64], &[AlbumItem]) = match question {
        Question::Inconclusive { candidates, items, .. } => (candidates, items),
        _ => (&[], &[]),
    };
    let ids: Vec<_> = candidates.iter().map(ToString::to_string).collect();
    let ids = ids.join(", ");
    if part.messages > 1 {
        let (total, links) = (part.messages, links(part));
        let found = match (items, candidates) {
            ([], []) => format!("Look at {place}: the album has {total} messages"),
            ([], _) => {
                format!("The album has {total} messages; these may belong to it: {ids}")
            }
            _ => format!("Of {total} files, these are in {place}: {}", item_list(items)),
        };
        return format!(
            "{found}. If all {total} are there, run {sent} {links}` with their links; if none is, {again}; if only some are, delete them first"
        );
    }
    match candidates {
        [] => format!("Look at {place}, then run {sent} LINK` or `--not-sent`"),
        [one] => format!(
            "Is it message {one}? If so, run {sent} {one}`; if it is not in {place}, {again}"
        ),
        [first, ..] => format!(
            "Is it one of the messages {ids}? If so, name it, as in {sent} {first}`; if none is, {again}"
        ),
    }
}

/// `1 (813), 3 (815)`: the files of an album, counted from 1, each with its message.
pub(crate) fn item_list(items: &[AlbumItem]) -> String {
    let named = items.iter().map(|found| format!("{} ({})", found.item + 1, found.message_id));
    named.collect::<Vec<_>>().join(", ")
}

/// The text as the beginning of a sentence. The name of the program stays as it is.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) if !text.starts_with("telepress") => {
            first.to_uppercase().chain(letters).collect()
        }
        _ => text.to_owned(),
    }
}

fn question_text(question: &Question, place: &str) -> String {
    match question {
        Question::Policy => {
            "telepress does not look for it: `[recovery]` in the config has no `staging_chat`, or says `uncertain = \"hold\"`".to_owned()
        }
        Question::NoStagingChat => {
            "telepress cannot look for it without `[recovery] staging_chat`".to_owned()
        }
        Question::BasicGroup => {
            "the chat is a basic group, and telepress cannot read messages there by their numbers".to_owned()
        }
        Question::NoKnownMessage => format!(
            "the journal has no message of {place}, so telepress does not know where to look"
        ),
        Question::Inconclusive { missing_proof, .. } => gap_text(*missing_proof, place),
        Question::Deleted => "Telegram says that it was posted and deleted at once".to_owned(),
        Question::Accepted { message_ids } if !outbox::are_message_ids(message_ids) => {
            "Telegram accepted it, but its answer names no valid message".to_owned()
        }
        Question::Accepted { message_ids } => {
            let ids: Vec<_> = message_ids.iter().map(ToString::to_string).collect();
            format!(
                "Telegram accepted it as message {}, but the journal knows that message as another post's; perhaps the server lost its data and numbers messages from 1 again",
                ids.join(", ")
            )
        }
        Question::OtherChat { chat, .. } => {
            format!("Telegram says that it was posted to chat {chat}")
        }
    }
}

/// Why a probe could not prove that nothing was posted.
fn gap_text(missing_proof: MissingProof, place: &str) -> String {
    match missing_proof {
        MissingProof::TooEarly => "the request may still have been in flight".to_owned(),
        MissingProof::OwnerMayLive => {
            "the process that made the request may still be running".to_owned()
        }
        MissingProof::NoKnownMessage => {
            format!("telepress knows of no earlier message in {place} to start from")
        }
        MissingProof::Protected => {
            format!("{place} or the post forbids forwarding, so telepress cannot read it back")
        }
        MissingProof::Control => {
            format!("telepress could not even read a message that is known to be in {place}")
        }
        MissingProof::Unseen => {
            "telepress could not read every message that may be this one".to_owned()
        }
        MissingProof::Unreadable => "there is a message that telepress cannot read".to_owned(),
        MissingProof::Unattributed => {
            "there are messages that may be this one, edited since".to_owned()
        }
        MissingProof::NotWhole => format!("only some of its messages are in {place}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn question_about_a_partly_found_album_names_its_files() {
        let item = |item, message_id| AlbumItem { item, message_id };
        assert_eq!(item_list(&[item(0, 813), item(2, 815)]), "1 (813), 3 (815)");
    }
}
