//! What is compared with TDLib: what it is asked about an input, and what telepress says instead.

use telegram_text::{Entity, FormattedText, detect, normal};

use super::judge::{Answer, Ask, Question};
use super::rendering::Text;

/// How Telegram introduces what its parsers refuse. `judge.py` leaves it out.
const PARSER: &str = "can't parse entities: ";

/// What stands behind a refusal here where Telegram names no byte.
const PLACE: &str = " at byte offset ";

type Questioner = Box<dyn Fn(&Text) -> Option<Question>>;

/// One rule of Telegram's, ours and TDLib's.
pub(super) struct Subject {
    /// Its name in the regression lines.
    pub(super) name: &'static str,
    /// What TDLib is asked; nothing where telepress refuses to write the input.
    pub(super) question: Questioner,
    /// What telepress answers.
    pub(super) ours: Box<dyn Fn(&Text) -> Answer>,
}

impl Subject {
    /// The normal form.
    pub(super) fn normal() -> Self {
        Self::named("normal", Ask::Normal, kept)
    }

    /// The address of a link, which is a part of the normal form.
    pub(super) fn link() -> Self {
        Self::named("link", Ask::Normal, kept)
    }

    /// What Telegram finds in a text.
    pub(super) fn detect() -> Self {
        Self::named("detect", Ask::Detect, |text| {
            Answer::Text(Text { text: text.text.clone(), entities: detect::detect(&text.text) })
        })
    }

    /// What Telegram finds, merged into the entities of a text.
    pub(super) fn found() -> Self {
        Self::named("found", Ask::Found, |text| match normal::uncut(text.clone().into()) {
            Ok(text) => Answer::Text(detect::with_found(text).into()),
            Err(refusal) => Answer::Refusal { error: refusal.to_string() },
        })
    }

    /// A reader of markup, before the normal form.
    pub(super) fn reader<E: ToString>(
        name: &'static str,
        ask: Ask,
        parse: impl Fn(&str) -> Result<FormattedText, E> + 'static,
    ) -> Self {
        Self::named(name, ask, move |markup| match parse(&markup.text) {
            Ok(text) => Answer::Text(text.into()),
            Err(refusal) => {
                let said = refusal.to_string();
                Answer::Refusal { error: said.strip_prefix(PARSER).unwrap_or(&said).to_owned() }
            }
        })
    }

    /// A writer of markup: TDLib must read the normal form of the input back from it. What the writer refuses is not
    /// asked about.
    pub(super) fn writer<E>(
        name: &'static str,
        ask: Ask,
        write: impl Fn(&FormattedText) -> Result<String, E> + 'static,
    ) -> Self {
        let question = move |text: &Text| {
            let text = normal::uncut(text.clone().into()).ok()?;
            Some(Question::kept(ask, write(&text).ok()?))
        };
        Self { name, question: Box::new(question), ours: Box::new(kept) }
    }

    fn named(name: &'static str, ask: Ask, ours: impl Fn(&Text) -> Answer + 'static) -> Self {
        Self {
            name,
            question: Box::new(move |text| Some(Question::of(ask, text))),
            ours: Box::new(ours),
        }
    }

    /// Whether telepress says of `input` what TDLib says.
    pub(super) fn agrees(&self, input: &Text, theirs: &Answer) -> bool {
        match ((self.ours)(input), theirs) {
            (_, Answer::Foreign { .. }) => true,
            (Answer::Refusal { error: ours }, Answer::Refusal { error: theirs }) => {
                is_same_refusal(&ours, theirs)
            }
            (Answer::Text(ours), Answer::Text(theirs))
                if are_ordered_by_accident(&input.entities)
                    || are_ordered_by_accident(&theirs.entities) =>
            {
                ours.text == theirs.text
            }
            (ours, theirs) => ours == *theirs,
        }
    }
}

/// Whether TDLib's order of `entities` is an accident of its sort: of more than 16 that are alike in Telegram's order
/// `std::sort` moves equal ones about, so that which of them it keeps says nothing about Telegram's rules. telegram-text
/// leaves them in the order in which they came.
fn are_ordered_by_accident(entities: &[Entity]) -> bool {
    let key = |entity: &Entity| (entity.offset, entity.length, entity.kind.priority());
    let mut sorted: Vec<_> = entities.iter().collect();
    sorted.sort_by_key(|entity| key(entity));
    let is_tie = |pair: &[&Entity]| key(pair[0]) == key(pair[1]) && pair[0].kind != pair[1].kind;
    entities.len() > 16 && sorted.windows(2).any(is_tie)
}

fn kept(text: &Text) -> Answer {
    match normal::uncut(text.clone().into()) {
        Ok(text) => Answer::Text(text.into()),
        Err(refusal) => Answer::Refusal { error: refusal.to_string() },
    }
}

/// Where Telegram names no byte, ours may.
fn is_same_refusal(ours: &str, theirs: &str) -> bool {
    ours == theirs
        || ours
            .strip_prefix(theirs)
            .and_then(|place| place.strip_prefix(PLACE))
            .is_some_and(|byte| byte.parse::<usize>().is_ok())
}
