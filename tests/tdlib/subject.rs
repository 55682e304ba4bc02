//! The subjects of the comparison: for each, the question to TDLib and the answer of telepress.

use telegram_text::{Entity, FormattedText, detect, markdown, normal};
use telepress::convert::{Conversion, InputFormat, OutputFormat, TextObject};

use super::oracle::{Answer, Ask, Question};
use super::rendering::Text;

/// Telegram's prefix of parser errors, which `oracle.py` leaves out.
const PARSER_PREFIX: &str = "can't parse entities: ";

/// telepress adds this and the position to some refusals for which Telegram gives no position.
const POSITION: &str = " at byte offset ";

type Questioner = Box<dyn Fn(&Text) -> Option<Question>>;

/// One function that TDLib and telepress both have.
pub(super) struct Subject {
    /// Its name in `regressions.jsonl`.
    pub(super) name: &'static str,
    /// The question to TDLib; none if telepress refuses to write the input.
    pub(super) question: Questioner,
    /// The answer of telepress.
    pub(super) ours: Box<dyn Fn(&Text) -> Answer>,
}

impl Subject {
    pub(super) fn normal() -> Self {
        Self::named("normal", Ask::Normal, kept)
    }

    /// The address of a link, which is a part of the normal form; only the inputs differ from `normal`.
    pub(super) fn link() -> Self {
        Self::named("link", Ask::Normal, kept)
    }

    /// Detection of entities in a text.
    pub(super) fn detect() -> Self {
        Self::named("detect", Ask::Detect, |text| {
            Answer::Text(Text { text: text.text.clone(), entities: detect::detect(&text.text) })
        })
    }

    /// The normal form with the detected entities merged into it.
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
                let text = refusal.to_string();
                Answer::Refusal {
                    error: text.strip_prefix(PARSER_PREFIX).unwrap_or(&text).to_owned(),
                }
            }
        })
    }

    /// A writer of markup: TDLib must parse its output back to `expected` of the input's normal form. Inputs that the writer
    /// refuses are skipped.
    pub(super) fn writer<E>(
        name: &'static str,
        ask: Ask,
        write: impl Fn(&FormattedText) -> Result<String, E> + 'static,
        expected: fn(&FormattedText) -> FormattedText,
    ) -> Self {
        let question = move |text: &Text| {
            let text = normal::uncut(text.clone().into()).ok()?;
            Some(Question::kept(ask, write(&text).ok()?))
        };
        let ours = move |text: &Text| match normal::uncut(text.clone().into()) {
            Ok(text) => Answer::Text(expected(&text).into()),
            Err(refusal) => Answer::Refusal { error: refusal.to_string() },
        };
        Self { name, question: Box::new(question), ours: Box::new(ours) }
    }

    /// The writer of a body's Markdown: reading its output back as a body must give TDLib's normal form of the input. Inputs
    /// that the writer refuses are skipped.
    pub(super) fn markdown() -> Self {
        let question = |text: &Text| {
            let normal = normal::uncut(text.clone().into()).ok()?;
            markdown::write(&normal).ok().map(|_| Question::of(Ask::Normal, text))
        };
        let ours = |text: &Text| match normal::uncut(text.clone().into()) {
            Ok(text) => match markdown::write(&text).map(|markdown| read_markdown(&markdown)) {
                Ok(read) => Answer::Text(read.into()),
                Err(unwritable) => Answer::Refusal { error: unwritable.to_string() },
            },
            Err(refusal) => Answer::Refusal { error: refusal.to_string() },
        };
        Self { name: "markdown_writer", question: Box::new(question), ours: Box::new(ours) }
    }

    fn named(name: &'static str, ask: Ask, ours: impl Fn(&Text) -> Answer + 'static) -> Self {
        Self {
            name,
            question: Box::new(move |text| Some(Question::of(ask, text))),
            ours: Box::new(ours),
        }
    }

    /// Whether telepress gives the same answer for `input` as TDLib.
    pub(super) fn agrees(&self, input: &Text, theirs: &Answer) -> bool {
        match ((self.ours)(input), theirs) {
            (_, Answer::Foreign { .. }) => true,
            (Answer::Refusal { error: ours }, Answer::Refusal { error: theirs }) => {
                is_same_refusal(&ours, theirs)
            }
            (Answer::Text(ours), Answer::Text(theirs))
                if have_unstable_order(&input.entities)
                    || have_unstable_order(&theirs.entities) =>
            {
                ours.text == theirs.text
            }
            (ours, theirs) => ours == *theirs,
        }
    }
}

/// Whether TDLib's order of `entities` depends on its sort algorithm: `std::sort` is not stable for more than 16 elements, so
/// the order of entities that compare equal is not a rule of Telegram. telegram-text keeps their original order.
fn have_unstable_order(entities: &[Entity]) -> bool {
    let key = |entity: &Entity| (entity.offset, entity.length, entity.kind.priority());
    let mut sorted: Vec<_> = entities.iter().collect();
    sorted.sort_by_key(|entity| key(entity));
    let is_tie = |pair: &[&Entity]| key(pair[0]) == key(pair[1]) && pair[0].kind != pair[1].kind;
    entities.len() > 16 && sorted.windows(2).any(is_tie)
}

/// Whether a text in normal form is written as Markdown. It must be read back as the same text.
pub(super) fn is_written_as_markdown(text: &Text) -> bool {
    let text: FormattedText = text.clone().into();
    markdown::write(&text).is_ok_and(|markdown| {
        assert_eq!(read_markdown(&markdown), text, "{markdown}");
        true
    })
}

/// What a body is laid out as, by `convert`.
fn read_markdown(markdown: &str) -> FormattedText {
    let conversion = Conversion {
        from: InputFormat::Markdown,
        to: OutputFormat::Entities,
        lenient: false,
        detect: false,
        split: false,
    };
    let parts = conversion.convert(&TextObject::of(markdown)).unwrap_or_default();
    let text = parts.into_iter().next();
    text.map_or_else(FormattedText::default, |text| FormattedText {
        string: text.text,
        entities: text.entities.unwrap_or_default(),
    })
}

fn kept(text: &Text) -> Answer {
    match normal::uncut(text.clone().into()) {
        Ok(text) => Answer::Text(text.into()),
        Err(refusal) => Answer::Refusal { error: refusal.to_string() },
    }
}

/// Whether two refusals are equal; ours may add a position.
fn is_same_refusal(ours: &str, theirs: &str) -> bool {
    ours == theirs
        || ours
            .strip_prefix(theirs)
            .and_then(|rest| rest.strip_prefix(POSITION))
            .is_some_and(|byte| byte.parse::<usize>().is_ok())
}
