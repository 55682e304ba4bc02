//! The English texts of the diagnostics.

use std::borrow::Cow;

use telegram_text::detect::hashtag::HashtagError;
use telegram_text::problem::{MarkupProblemKind, link_words};

mod comment;
mod end;
mod media;
mod poll;
mod repeat;
mod rich;

use super::hashtag_mark;
use super::{Words, counted, listed, spelled, words};
use crate::diagnostic::Code;
use crate::diagnostic::problem::{
    ButtonProblem, CharacterProblem, ConfigProblem, EditionDifference, FileProblem, KeyAdvice,
    LinkProblem, PostProblem, Problem, Related, SyntaxProblem, TextProblem, TomlProblem, ValueType,
    WithoutButtons, ZoneAdvice, ZonedReading,
};
use crate::limits;
use crate::schedule::TimeError;
use crate::schema::Kind;

pub(super) fn problem(problem: &Problem) -> Words {
    match problem {
        Problem::File(problem) => file(problem),
        Problem::Toml(problem) => toml(problem),
        Problem::Text(problem) => text(problem),
        Problem::Post(problem) => post(problem),
        Problem::Poll(problem) => poll::problem(problem),
        Problem::End(problem) => end::problem(*problem),
        Problem::Repeat(problem) => repeat::problem(problem),
        Problem::Comment(problem) => comment::problem(problem),
        Problem::Media(problem) => media::problem(problem),
        Problem::Config(problem) => config(problem),
        Problem::LeftOut(_, errors, warnings) => {
            let kinds = match (*errors, *warnings) {
                (errors, 0) => counted(errors, "error"),
                (0, warnings) => counted(warnings, "warning"),
                (errors, warnings) => {
                    format!("{} and {}", counted(errors, "error"), counted(warnings, "warning"))
                }
            };
            words(
                format!("and {} more in this file: {kinds}", errors + warnings),
                "fix the problems above first, then run the command again",
            )
        }
    }
}

pub(super) fn related(related: &Related) -> String {
    match related {
        Related::First => "first used here".to_owned(),
        Related::Edition(language) => format!("the `{language}` edition"),
    }
}

fn file(problem: &FileProblem) -> Words {
    use FileProblem as P;
    let link = "replace the link with the file itself: a link could publish any file";
    let away = "move it out of the posts folder";
    match problem {
        P::Link => words("this is a symbolic link; telepress reads only regular files", link),
        P::FolderLink => {
            words("this is a symbolic link to a folder; telepress reads only regular files", link)
        }
        P::Folder => words("this is a folder; telepress reads only regular files", away),
        P::Special => {
            words("this is a pipe, a socket or a device; telepress reads only regular files", away)
        }
        P::TooLarge => words(
            format!("the file is larger than {} MiB", limits::FILE_BYTES / 1024 / 1024),
            "even the longest post is far smaller; is this really a post?",
        ),
        P::NotUtf8 => words(
            "the file is not UTF-8: this byte is not part of a valid character",
            "save the file as UTF-8",
        ),
        P::Missing => {
            words("the file disappeared after the folder was listed", "run the command again")
        }
        P::System(error) => words(
            format!("the file cannot be read: {error}"),
            "make it readable for the user who runs telepress",
        ),
        P::FolderTooDeep => words(
            format!(
                "this folder is nested more than {} levels deep, so telepress does not read its posts",
                limits::POST_FOLDERS
            ),
            "move its posts to a higher folder",
        ),
        P::BadId(error) => words(
            format!("the file name is not a valid post id: {error}"),
            "name it with lower-case letters, digits, `.`, `_` and `-`, such as `summit-2024.toml`",
        ),
        P::IdTaken(first) => words(
            format!("`{first}` has the same id, or one that differs only in capital letters"),
            "rename one of the two",
        ),
        P::TextFile => words(
            "this file ends with `.toml.txt`, so it is not read as a post",
            "remove `.txt` from its name; the file manager may hide it",
        ),
        P::NoFrontMatter => words(
            "this Markdown file does not begin with front matter, so it is not read as a post",
            "a post begins with three lines: `+++`, `heading = \"…\"` and `+++`; other files are better kept outside this folder",
        ),
        P::YamlFrontMatter => words(
            "this front matter is YAML, and a post needs TOML, so the file is not read as a post",
            "write three lines in its place: `+++`, `heading = \"…\"` and `+++`",
        ),
        P::UnclosedFrontMatter => words(
            "the front matter has no end",
            "write a second line `+++` below its keys; the text of the post follows it",
        ),
    }
}

fn toml(problem: &TomlProblem) -> Words {
    use TomlProblem as P;
    match problem {
        P::Syntax(problem) => syntax(problem),
        P::KeyTwice(key) => {
            words(format!("the key `{key}` is defined twice"), "keep one of the two")
        }
        P::TableTwice(header) => words(
            format!("the table `{header}` is defined twice"),
            format!(
                "write all its keys below the first `{header}`; for a list of tables, write [{header}] each time"
            ),
        ),
        P::TooDeep => words(
            format!("tables or lists are nested more than {} levels deep", limits::TOML_DEPTH),
            "use fewer levels: no key of telepress needs this many",
        ),
        P::UnknownKey { key, path, advice } => {
            let place = match path.as_slice() {
                [] => "at the top level".to_owned(),
                path => format!("in `{}`", path.join(".")),
            };
            words(format!("`{key}` is not a known key {place}"), key_advice(key, advice))
        }
        P::WrongType { path, in_list, found, expected, unquoted } => {
            let place = match path.last() {
                Some(name) if *in_list => format!(" in `{name}`"),
                Some(name) => format!(" for `{name}`"),
                None => String::new(),
            };
            let (found_words, expected_words) = (value_type(*found), type_words(*expected));
            let hint = type_hint(*found, *expected, unquoted.as_deref(), path);
            words(format!("expected {expected_words}{place}, found {found_words}"), hint)
        }
        P::NotOneOf { typed, key, words: known, near } => {
            let list = listed(known.iter(), '"');
            let place = key.as_ref().map_or_else(String::new, |key| format!(" for `{key}`"));
            let hint = match (near, known, key) {
                (Some(near), ..) => format!("did you mean \"{near}\"?"),
                // Only a key that also takes a table has a single word.
                (None, [_], Some(key)) => format!("write {list}, or a table: {key} = {{ … }}"),
                (None, [_], None) => format!("write {list}"),
                (None, ..) => format!("write one of {list}"),
            };
            words(format!("`{typed}` is not a valid value{place}"), hint)
        }
        P::TooManyItems(count) => words(
            format!("{count} items in one list; the maximum is {}", limits::LIST_ITEMS),
            "split it into several posts",
        ),
        P::TooManyEntries(count, what) => words(
            format!("{count} entries; the maximum is {}", limits::LIST_ITEMS),
            format!("remove every {what} that you do not need"),
        ),
    }
}

fn key_advice(key: &str, advice: &KeyAdvice) -> String {
    match advice {
        KeyAdvice::Misplaced { header, owner } => {
            let place = match owner.as_slice() {
                [] => "at the top of the file, above the first `[`".to_owned(),
                path => format!("below `[{}]`, above the next `[`", path.join(".")),
            };
            match header {
                Some(header) => format!(
                    "TOML reads every key below `{header}` into that table; write `{key}` {place}"
                ),
                None => format!("write `{key}` {place}"),
            }
        }
        KeyAdvice::Near(near) => format!("did you mean `{near}`?"),
        KeyAdvice::Below(table) => format!("`{key}` is a key of `{table}`"),
        KeyAdvice::Known(known) => format!("the keys here are {}", listed(known, '`')),
    }
}

/// What to write instead of a value of another type.
fn type_hint(found: ValueType, expected: Kind, unquoted: Option<&str>, path: &[String]) -> String {
    match (found, expected, unquoted) {
        (_, Kind::DateTime, Some(typed)) => {
            format!("write a date and a time, without quotes: {typed}")
        }
        (_, _, Some(typed)) => format!("write it without quotes: {typed}"),
        (ValueType::String, Kind::DateTime, _) => {
            "write 2024-06-19T18:40:00+03:00, without quotes".to_owned()
        }
        (ValueType::String, Kind::Bool, _) => "write `true` or `false`, without quotes".to_owned(),
        (ValueType::String, Kind::List(_), _) => "put it in brackets: [\"…\"]".to_owned(),
        (ValueType::Array | ValueType::Table, Kind::Markup | Kind::String(_), _) => {
            "write text in quotes: \"…\"".to_owned()
        }
        (
            ValueType::Integer | ValueType::Float | ValueType::Boolean | ValueType::Datetime,
            Kind::Markup
            | Kind::String(_)
            | Kind::Either(Kind::Markup | Kind::String(_), Kind::Table(_)),
            _,
        ) => "put it in quotes".to_owned(),
        (ValueType::Table, Kind::List(Kind::Table(_)), _) => {
            format!("write the header with two brackets: [[{}]]", path.join("."))
        }
        _ => format!("write {}", type_words(expected)),
    }
}

/// A type without its content: `a string`, where the reference says `a string (URL)`.
fn type_words(kind: Kind) -> String {
    match kind {
        Kind::String(_) => "a string".to_owned(),
        Kind::Either(one, other) => format!("{} or {}", type_words(*one), type_words(*other)),
        kind => kind.words(),
    }
}

fn value_type(found: ValueType) -> &'static str {
    match found {
        ValueType::String => "a string",
        ValueType::Integer => "a whole number",
        ValueType::Float => "a number",
        ValueType::Boolean => "`true` or `false`",
        ValueType::Datetime => "a date or time",
        ValueType::Array => "a list",
        ValueType::Table => "a table",
    }
}

fn syntax(problem: &SyntaxProblem) -> Words {
    use SyntaxProblem as P;
    match problem {
        P::CurlyQuotes => words(
            "TOML accepts only straight quotation marks",
            "write \" before and after the text",
        ),
        P::Colon => {
            words("TOML needs `=` between a key and its value", "write `=` instead of the colon")
        }
        P::NoValue => {
            words("there is no value after `=`", "write it on the same line: heading = \"…\"")
        }
        P::Boolean(word) => words(
            "in TOML this is written `true` or `false`",
            format!("write `{word}`; if it is meant as text, put it in double quotes"),
        ),
        P::Date => words(
            "this is not a valid TOML date and time",
            "write it as in 2024-06-19T18:40:00+03:00, without quotes; if it is meant as text, put it in double quotes",
        ),
        P::UnclosedString(quote) => words(
            "the text that begins here is not closed on its line",
            format!(
                "close it with `{quote}`; put a text of several lines between {quote}{quote}{quote} and {quote}{quote}{quote}; inside a text write “ ” and ’"
            ),
        ),
        P::UnclosedText(quotes) => words(
            "the text that begins here is not closed",
            format!("write {quotes} after its last line"),
        ),
        P::QuoteInside('"') => words(
            "the quotation mark before this ends the text, but the line continues",
            "write a quotation mark inside a text as `\\\"`, or as “ and ”",
        ),
        P::QuoteInside(_) => words(
            "the quotation mark before this ends the text, but the line continues",
            "put a text with an apostrophe in double quotes, or write the apostrophe as ’",
        ),
        P::UnclosedList => words(
            "the list that begins here is not closed",
            "write `]` after its last item: [\"…\", \"…\"]",
        ),
        P::UnclosedTable => words(
            "the `{` here is not closed",
            "write `}` after its last key: { key = \"…\", key = \"…\" }",
        ),
        P::FrontMatter => words(
            "this line is YAML, but a post is written in TOML",
            "remove the `---` lines, and write each key as in heading = \"…\"; free text goes into body = '''…'''",
        ),
        P::Other(message) => words(message, "https://toml.io/ explains how to write TOML"),
    }
}

/// Only a post can have media, so `telegram_text` has another hint for images.
fn markup_hint(problem: &MarkupProblemKind) -> Cow<'static, str> {
    match problem {
        MarkupProblemKind::Image => {
            "save the picture beside the post and name it in `[[media]]`; `format = \"rich\"` shows it between paragraphs; without the `!` it is a link".into()
        }
        problem => problem.hint(),
    }
}

#[expect(clippy::too_many_lines, reason = "one table of texts")]
fn text(problem: &TextProblem) -> Words {
    use TextProblem as P;
    let write = "write something, or remove it";
    match problem {
        P::Empty => words("this text is empty", write),
        P::Blank => words("this text is blank", write),
        P::BlankMarkup => words("there is no text inside this markup", write),
        P::BlankBody => words("this body is blank", write),
        P::DateWithoutRepeat => words(
            "`{{date}}` is sent as typed: the date is filled in only in a post with `repeat`",
            "add `repeat`, or write the date itself",
        ),
        P::DateNotHere => words(
            "`{{date}}` is sent as typed: the date is filled in only in the text of the post and its comments, and not in links",
            "write the date itself, or leave it out",
        ),
        P::EmptyList => words("this list is empty", "write an item, or remove the key"),
        P::TooLong(bytes) => words(
            format!("this text has {bytes} bytes; the maximum is {}", limits::SOURCE_TEXT_BYTES),
            "split it into several posts",
        ),
        P::LineBreak(key) => words(
            format!("`{key}` must be a single line, but there is a line break here"),
            "remove the line break",
        ),
        P::MarkerWords => words(
            "a marker consists of emoji, but this one contains letters or digits",
            "move the words into the text after the marker",
        ),
        P::Language(typed) => words(
            format!("`{typed}` is not a language tag"),
            "write a short tag such as \"en\", \"ru\" or \"pt-BR\"",
        ),
        P::CodeLanguage => words(
            "the name of a programming language is one word",
            "write for example \"rust\" or \"c++\"",
        ),
        P::Markup(problem) => words(problem.to_string(), markup_hint(problem)),
        P::CustomEmoji => words(
            "most bots are not allowed to send custom emoji to channels",
            "use an ordinary emoji; if your bot's username was bought on Fragment, set `custom_emoji = true` under `[bot]`",
        ),
        P::BecomesLink(typed) => words(
            format!("Telegram turns `{typed}` into a link"),
            "put it in backticks to prevent that, or write your own link: [words](https://…)",
        ),
        P::BulletSign(sign) => words(
            format!(
                "the bullet starts with `{sign}`, but the style already puts a bullet before it"
            ),
            "remove it",
        ),
        P::Character(problem, character) => of_character(*problem, *character),
        P::DoubledSpace => words(
            "there are several spaces in a row, and readers see all of them",
            "keep one of them",
        ),
        P::LeadingSpace => {
            words("Telegram removes spaces at the beginning of a text", "remove them")
        }
        P::TrailingSpace => words("Telegram removes spaces at the end of a text", "remove them"),
        P::Decomposed(whole, more) => words(
            match more {
                0 => "this letter consists of several characters".to_owned(),
                more => format!(
                    "this letter consists of several characters, and so do {more} others in this text"
                ),
            },
            format!(
                "type it as one character (`{whole}`); otherwise a search does not find the word, and a hashtag ends at the mark"
            ),
        ),
        P::Link(problem) => link(problem),
        P::LostInLabel(name) => words(
            format!("Telegram drops {name} inside a link"),
            "use plain words as the link text",
        ),
        P::Hashtag(error, one_word) => hashtag(error, one_word.as_deref()),
        P::RepeatedHashtag(tag) => {
            words(format!("the hashtag `#{tag}` appears twice"), "remove one of the two")
        }
        P::HashtagCut(tag, mark) => words(
            format!("readers get the hashtag `#{tag}`, because {}", ends_at(*mark)),
            no_marks(*mark),
        ),
        P::ForeignMention(name) => words(
            format!(
                "Telegram links `@{name}` to the Telegram user of that name, who may be a stranger"
            ),
            format!(
                "put it in backticks, or link to the page that you mean: [{name}](https://github.com/{name}); if it is right, add \"@{name}\" to `known_mentions` under `[bot]`"
            ),
        ),
        P::HtmlInLine(tag) => words(
            format!("readers see this HTML as typed: <{tag}>"),
            "remove it: this text has no formatting",
        ),
        P::MarkdownInLine => words(
            "this text has no formatting, so readers see its Markdown as typed",
            "write the words alone",
        ),
        P::Token => words(
            "this file contains a bot token",
            "remove it, revoke it with /revoke at @BotFather, and pass the new one in TELEPRESS_TOKEN_FILE (a file that only you can read), TELEPRESS_TOKEN or a systemd credential",
        ),
    }
}

fn of_character(problem: CharacterProblem, character: char) -> Words {
    use CharacterProblem as P;
    let name = format_args!("U+{:04X}", u32::from(character));
    let unless = "remove it unless you need it";
    match problem {
        P::Tab => words("Telegram turns this tab into a space", "replace it with a space"),
        P::Control => words(format!("this is the control character {name}"), "remove it"),
        P::LineSeparator => words(
            format!("Telegram removes the line separator {name}"),
            "end the line with an ordinary line break",
        ),
        P::DirectionMark => words(
            format!("Telegram removes the direction mark {name}"),
            "remove it; for text in the other direction use the isolates U+2066 to U+2069",
        ),
        P::CombiningMark => words(
            format!("Telegram removes the combining character {name}"),
            "type the letter and its mark as one character, or leave the mark out",
        ),
        P::Bidi => words(
            format!("the invisible character {name} changes the direction of writing"),
            unless,
        ),
        P::ZeroWidth => {
            words(format!("the character {name} has no width, so it is invisible"), unless)
        }
    }
}

fn link(problem: &LinkProblem) -> Words {
    use LinkProblem as P;
    let whole = "write the full address: https://example.org/page";
    match problem {
        P::NoScheme => {
            words("this is not a web address; Telegram would put `http://` before it", whole)
        }
        P::User => words("this mentions a user instead of linking to a page", whole),
        P::Refused(error) => {
            words(format!("Telegram refuses this link: {}", link_words(error)), whole)
        }
        P::TooLong(bytes) => words(
            format!("this link has {bytes} bytes; the maximum is {}", limits::URL_BYTES),
            "use a shorter address",
        ),
        P::Credentials => words(
            "this link contains a user name or a password",
            "remove the user name, the password and the `@`",
        ),
        P::Http => words("this link is not encrypted", "write https:// if the site supports it"),
        P::MixedScript(label) => words(
            format!("`{label}` mixes letters of several scripts, as fake addresses do"),
            "type the address again, or copy it from the site",
        ),
        P::Words(named, host) => words(
            format!("the words name `{named}`, but the link leads to `{host}`"),
            "name the host that the link leads to, or use other words",
        ),
    }
}

/// Why Telegram ends a hashtag at this sign.
fn ends_at(mark: char) -> String {
    match hashtag_mark::script(mark) {
        Some(script) => {
            format!("Telegram ends a hashtag at a vowel sign or mark of {script}, here `{mark}`")
        }
        None if mark == hashtag_mark::JOINER => {
            "Telegram ends a hashtag at an invisible joiner (U+200D)".to_owned()
        }
        None => format!("Telegram ends a hashtag at the combining mark `{mark}`"),
    }
}

/// What to write instead of a hashtag with this sign.
fn no_marks(mark: char) -> &'static str {
    if mark == hashtag_mark::JOINER {
        "type the word without the joiner, or write the hashtag in Latin letters"
    } else {
        "write the hashtag in Latin letters, or choose a word without such signs"
    }
}

fn hashtag(error: &HashtagError, one_word: Option<&str>) -> Words {
    let message = match error {
        HashtagError::Character { at: 0, character: '#' } => {
            "telepress adds the `#` itself".to_owned()
        }
        HashtagError::Character { character: ' ', .. } => {
            "Telegram ends a hashtag at a space".to_owned()
        }
        HashtagError::Character { character, .. } if hashtag_mark::is_mark(*character) => {
            return words(ends_at(*character), no_marks(*character));
        }
        HashtagError::Character { character, .. } => {
            format!("Telegram ends a hashtag at `{character}`")
        }
        HashtagError::Empty | HashtagError::NoLetter => {
            "Telegram does not recognize a hashtag without a letter".to_owned()
        }
        HashtagError::TooLong { characters } => format!(
            "this hashtag has {characters} characters; the maximum is {}",
            limits::HASHTAG_CHARACTERS
        ),
    };
    words(
        message,
        match one_word {
            Some(word) => format!("write \"{word}\""),
            None => {
                "a hashtag consists of letters, digits and `_`, with at least one letter".to_owned()
            }
        },
    )
}

#[expect(clippy::too_many_lines, reason = "one table of texts")]
fn post(problem: &PostProblem) -> Words {
    use PostProblem as P;
    match problem {
        P::Button(problem) => button(*problem),
        P::NoButtons(message) => no_buttons(*message),
        P::MissingKey(table, key) => {
            words(format!("`{table}` has no `{key}`"), format!("add `{key} = \"…\"`"))
        }
        P::EmptySection => words(
            "this section is empty",
            "add a `title`, `text`, `bullets` or another of its keys, or remove the section",
        ),
        P::BodyAnd(others) => words(
            format!("`body` cannot be combined with {}", listed(others, '`')),
            "keep `body`, or move its text into the other keys",
        ),
        P::BodyInFrontMatter => words(
            "`body` is in the front matter, but the body of a Markdown post is the text below it",
            "move the text below the second `+++`",
        ),
        P::TopAndEditions(key) => words(
            format!("`{key}` is at the top level, but the post has editions"),
            "move it into the edition it belongs to",
        ),
        P::SizeWithoutUrl => {
            words("Telegram ignores `size` without `url`", "add `url`, the link to be previewed")
        }
        P::MarkerWithoutHeading => words(
            "`marker` goes before the heading, but there is no heading",
            "add `heading`; for a marker before the lead write lead = { marker = \"…\", text = \"…\" }",
        ),
        P::NoEditions => words("the post has no edition", "add one: [editions.en]"),
        P::TooManyEditions => words(
            format!("the post has more than {} editions", limits::EDITIONS),
            "split it into several posts",
        ),
        P::SecondEdition(tag) => words(
            format!("this is a second edition in `{tag}`"),
            "keep one edition for each language",
        ),
        P::Empty => words(
            "there is nothing to show: no heading, no lead, no text",
            "write at least `heading = \"…\"`",
        ),
        P::OutOfStep(difference) => words(
            out_of_step(difference),
            "update the other edition, or ignore this if the difference is intended",
        ),
        P::NoChannels => words(
            "`channels` is empty",
            "name a channel, or remove `channels`: then every channel in the post's languages gets it",
        ),
        P::UnknownChannel(name, near, known) => words(
            format!("the config has no channel `{name}`"),
            near_or(near.as_ref(), || format!("the config has {}", listed(known, '`'))),
        ),
        P::ChannelTwice(name) => {
            words(format!("the channel `{name}` appears twice"), "remove one of the two")
        }
        P::WhichLanguage(languages) => words(
            format!(
                "the post needs a `language`, because its channels are in {}",
                listed(languages, '`')
            ),
            "add `language = \"…\"`, set `channels`, or write an edition for each language",
        ),
        P::NoEdition(channel, language) => words(
            format!(
                "channel `{channel}` is in `{language}`, but the post has no `{language}` edition"
            ),
            format!("add [editions.{language}], or remove the channel"),
        ),
        P::NoChannel(language, able, known) => words(
            format!("no channel gets the `{language}` edition"),
            match able {
                Some(channel) => format!("add \"{channel}\" to `channels`"),
                None => format!("the config's channels are in {}", listed(known, '`')),
            },
        ),
        P::RefersToItself => words(
            "the post refers to itself, but it has no address before it is published",
            "refer to another post",
        ),
        P::UnknownPost(post, near) => words(
            format!("there is no post `{post}`"),
            near_or(near.as_ref(), || {
                "a post's id is the path of its file below the posts folder, without `.toml` or `.md`"
                    .to_owned()
            }),
        ),
        P::TimePast => words(
            "this time has passed",
            "set a later time, or remove the key and publish the post by hand",
        ),
        P::TimeZones(one, other) => words(
            format!(
                "this time has no offset, and `{}` and `{}` are in different time zones",
                one.channel, other.channel
            ),
            format!("add an offset: {}; {}", reading("this time", one), reading("it", other)),
        ),
        P::Time(error, zone) => time(error, zone),
        P::SameMinute(file, channel) => words(
            format!("`{file}` is published in `{channel}` in the same minute"),
            "move one of the two if readers should not get both at once",
        ),
        P::TooLong { excess, fits_until, channel } => {
            let way = match (problem.code(), excess.entity_bytes) {
                (Code::TooLong, _) => "shorten the text",
                (_, 0) => "use less formatting",
                _ => "use less formatting or shorter links",
            };
            words(
                format!("the text has {} too many for one message in `{channel}`", excess.much()),
                format!(
                    "the first {} end with “{fits_until}”; {way}, or set overflow = \"split\"",
                    excess.most()
                ),
            )
        }
        P::RichClients => rich::clients(),
        P::RichExcess(excess, channel) => rich::excess(excess, channel),
        P::RichBlockExcess(excess, channel) => rich::block_excess(excess, channel),
        P::TooManyParts(count, channel) => words(
            format!(
                "the post becomes {count} messages in `{channel}`; the maximum is {}",
                limits::PARTS
            ),
            "shorten it, or split it into several posts",
        ),
        P::NoLabel(style, language) => {
            let (owner, elsewhere) = match style.as_str() {
                "" => (
                    "the default style".to_owned(),
                    "give the channel a style that has such a label".to_owned(),
                ),
                style => (
                    format!("style `{style}`"),
                    format!("add read_more.label.{language} to the style"),
                ),
            };
            words(
                format!("{owner} has no label for the read-more link in `{language}`"),
                format!(
                    "add one here, read_more = {{ url = \"…\", label = \"…\" }}, or {elsewhere}"
                ),
            )
        }
        P::NotShown { style, channel, part } => words(
            format!("style `{style}` of channel `{channel}` does not show `{part}`"),
            "remove it from the post, or add it to the style's `layout`",
        ),
    }
}

fn button(problem: ButtonProblem) -> Words {
    use ButtonProblem as P;
    match problem {
        P::NoAction => words(
            "this button does nothing",
            "add the address that it opens, `url = \"https://…\"`, or the text that it copies, `copy = \"…\"`",
        ),
        P::TwoActions => words(
            "a button either opens a page or copies a text, and this one has `url` and `copy`",
            "remove one of the two, or make two buttons",
        ),
        P::CopyTooLong(units) => words(
            format!(
                "this text has {units} characters; a button copies at most {}",
                limits::COPY_TEXT_UTF16
            ),
            "shorten it, or put it into the post in backticks: a tap copies it from there too",
        ),
        P::Row => words(
            format!("`row` must be a number from 1 to {}", limits::MAX_ROW_NUMBER),
            "number the lines from top to bottom, or remove `row`: then the button has a line of its own",
        ),
        P::TooManyInRow => words(
            format!("more than {} buttons have this `row`", limits::ROW_BUTTONS),
            "give some of them another `row`",
        ),
        P::TooMany(count) => words(
            format!("the post has {count} buttons; the maximum is {}", limits::BUTTONS),
            "remove some, or link to the pages in the text",
        ),
    }
}

fn no_buttons(message: WithoutButtons) -> Words {
    match message {
        WithoutButtons::Album { text_may_follow } => words(
            "Telegram shows no buttons below an album",
            if text_may_follow {
                "publish one file instead of the album, or write links into the text instead of the buttons; only a text that is too long for a caption follows as a message of its own, which can have them"
            } else {
                "publish one file instead of the album, or write links into the text instead of the buttons; a longer text does not help, because overflow = \"error\" allows no message after the album"
            },
        ),
        WithoutButtons::Poll => words(
            "telepress puts no buttons below a poll, and the post has no other message",
            "add some text, or remove the buttons",
        ),
    }
}

fn reading(time: &str, reading: &ZonedReading) -> String {
    let channel = &reading.channel;
    match &reading.time {
        Ok(at) => format!("in `{channel}` {time} means {at}"),
        Err(TimeError::Gap(..)) => format!("in `{channel}` {time} does not exist"),
        Err(TimeError::Fold(..)) => format!("in `{channel}` {time} occurs twice"),
        Err(TimeError::NotATime(_) | TimeError::FarAhead(_)) => {
            format!("in `{channel}` {time} is not valid")
        }
    }
}

fn time(error: &TimeError, zone: &str) -> Words {
    match error {
        TimeError::NotATime(what) => {
            words(*what, "write the date and the time, as in 2024-06-19T18:40:00+03:00")
        }
        TimeError::FarAhead(year) => words(
            format!("the year {year} is more than {} years ahead", limits::PUBLISH_YEARS_AHEAD),
            "check the year",
        ),
        TimeError::Gap(one, other) => words(
            format!("the clocks of {zone} skip this time"),
            format!("add an offset to choose: {one} or {other}"),
        ),
        TimeError::Fold(one, other) => words(
            format!("the clocks of {zone} show this time twice"),
            format!("add an offset to choose: {one} is the first, {other} the second"),
        ),
    }
}

fn out_of_step(difference: &EditionDifference) -> String {
    let tags = |tags: &[String]| match tags {
        [] => "no hashtag".to_owned(),
        tags => format!("#{}", tags.join(" #")),
    };
    match difference {
        EditionDifference::Part { part, with, without } => {
            format!("the `{without}` edition has no {part}, but the `{with}` edition has one")
        }
        EditionDifference::Sections([(here, has), (there, had)]) => format!(
            "the `{here}` edition has {}, but the `{there}` edition has {had}",
            counted(*has, "section")
        ),
        EditionDifference::Items(section, [(here, has), (there, had)]) => format!(
            "section {section} has {} in the `{here}` edition, but {had} in the `{there}` edition",
            counted(*has, "item")
        ),
        EditionDifference::Links([(here, has), (there, had)]) => format!(
            "the texts of the `{here}` edition contain {}, but those of the `{there}` edition contain {had}",
            counted(*has, "link")
        ),
        EditionDifference::Buttons([(here, has), (there, had)]) => format!(
            "the `{here}` edition has {}, and the `{there}` edition {had}",
            counted(*has, "button")
        ),
        EditionDifference::Hashtags([(here, has), (there, had)]) => format!(
            "the `{here}` edition has {}, but the `{there}` edition has {}",
            tags(has),
            tags(had)
        ),
    }
}

#[expect(clippy::too_many_lines, reason = "one table of texts")]
fn config(problem: &ConfigProblem) -> Words {
    use ConfigProblem as P;
    match problem {
        P::StyleLinksToPost(post) => words(
            format!("a style is part of every post, so it cannot link to the post `{post}`"),
            "write the address of the published message, https://t.me/…, or put the link in the posts",
        ),
        P::RichClients => rich::clients(),
        P::HeadingSize => {
            words("the size of a heading is a number from 1 to 6", "1 is the largest")
        }
        P::ChatTaken(channel, topic) => words(
            match topic {
                Some(topic) => {
                    format!(
                        "`{channel}` has the same chat and the same topic {topic} as another channel"
                    )
                }
                None => format!("`{channel}` has the same chat as another channel"),
            },
            "keep one of the two; channels of one group differ by their `topic`",
        ),
        P::Topic => words(
            "a topic is a whole number, 1 or greater",
            "write the number in the topic's link: the 42 of `https://t.me/name/42`",
        ),
        P::TopicOfBasicGroup => words(
            "a basic group has no topics",
            "turn the topics on in the group's settings; the group then becomes a supergroup with another id, which starts with -100",
        ),
        P::NoChannel => words(
            "the config has no channel",
            "add one: [channels.news] with `chat = \"@name\"` and `language = \"en\"`",
        ),
        P::ChannelWithout(channel, key) => words(
            format!("channel `{channel}` has no `{key}`"),
            match *key {
                "chat" => "add `chat = \"@name\"`, or the numeric id".to_owned(),
                key => format!("add `{key} = \"en\"`; it selects the edition"),
            },
        ),
        P::BadName(name, what) => words(
            format!("`{name}` is not a valid {what} name"),
            "a name is up to 64 lower-case letters, digits, `-` and `_`, and begins with a letter or a digit",
        ),
        P::PositiveChat(chat, meant) => words(
            format!("{chat} is not the id of a channel or group, which is always negative"),
            match meant {
                Some(meant) => format!("did you mean {meant}?"),
                None => "write \"@username\", or the numeric id".to_owned(),
            },
        ),
        P::Chat(error) => words(error.to_string(), error.hint()),
        P::TimeZone(name, advice) => {
            words(format!("there is no time zone \"{name}\""), zone_advice(advice))
        }
        P::UnknownStyle(name, near, known) => words(
            format!("the config has no style `{name}`"),
            near_or(near.as_ref(), || match known.as_slice() {
                [] => format!("add [styles.{name}], or leave `style` out"),
                known => format!("the config has {}", listed(known, '`')),
            }),
        ),
        P::LayoutTwice(part) => {
            words(format!("\"{part}\" is in the layout twice"), "remove one of the two")
        }
        P::EmptyLayout => {
            words("the layout is empty", "name the parts to show, or remove `layout`")
        }
        P::PartMark => words(
            "a part mark must contain `{n}`; it may contain `{total}`, but no other braces",
            "write \"({n}/{total})\"",
        ),
        P::LongPartMark => words(
            format!("a part mark has at most {} characters", limits::PART_MARK_CHARACTERS),
            "write \"({n}/{total})\"",
        ),
        P::LocalFilesWithoutServer => words(
            "Telegram's own server cannot read files on this machine",
            "name your local Bot API server in `api_url`, or remove `local_files`",
        ),
        P::ApiUrl => words(
            "this is not a valid address of a Bot API server",
            "write it as \"https://host\" or \"http://127.0.0.1:8081\", without a user, query or fragment",
        ),
        P::Proxy(error) => words(error.to_string(), error.hint()),
        P::Inbox(error) => words(
            format!("this is not a folder for drafts: {error}"),
            "name a folder below `posts/` in lower-case letters, such as \"inbox\"",
        ),
        P::OperatorWithout(key) => words(
            format!("this operator has no `{key}`"),
            "write `{ id = 111, role = \"publisher\" }`",
        ),
        P::KnownMention => words(
            "this is not a username",
            "write it as \"@support\": 4 to 32 letters, digits and `_`, the first of them a letter",
        ),
        P::UserId => words(
            "this is not a valid user id",
            "write an operator's numeric user id, such as 111222333; `@userinfobot` shows you yours",
        ),
        P::OperatorTwice(id) => {
            words(format!("the operator {id} appears twice"), "keep one entry, with one role")
        }
        P::OperatorName => words(
            "this is not a name that can be shown",
            format!(
                "write one line of 1 to {} characters, without spaces at its ends",
                limits::NAME_CHARACTERS
            ),
        ),
        P::OperatorNameTwice(name) => words(
            format!("two operators have the name \"{name}\""),
            "give each operator a name of their own, so that the log shows who it was",
        ),
        P::AlertsId => words(
            "this is not a valid chat id",
            "write the numeric id of a private channel or a group that the bot is in, or of a user",
        ),
        P::AlertsChannel => words(
            "this chat is one of the channels, whose readers should not see alerts",
            "write the numeric id of a private channel or a group that the bot is in, or of a user",
        ),
        P::Approvals => words(
            "`approvals` must be 0, 1 or 2",
            "write `approvals = 1` if another operator must approve each post",
        ),
        P::TooFewApprovers { able, needed } => words(
            format!(
                "`approvals = {needed}` needs at least {} publishers or administrators, because operators cannot approve their own requests; the config has {able}",
                needed + 1
            ),
            "name more operators with the role \"publisher\" or \"admin\" in `[bot] operators`",
        ),
        P::JournalUrl => words(
            "this is not a valid address of a journal",
            "write \"sqlite:FILE\", such as \"sqlite:telepress.db\", or \"postgres://user@host/database\"",
        ),
        P::PasswordInUrl => words(
            "the config contains a password",
            "remove it: telepress reads it from PGPASSWORD, or from the file that PGPASSFILE names (~/.pgpass)",
        ),
        P::UrlParameter(known) => words(
            "the address has a parameter that telepress does not know",
            format!("it knows {}", known.join(", ")),
        ),
        P::DatabaseUrl => words(
            "this is not a valid address of a database",
            "write \"postgres://user@host/database\"",
        ),
        P::Slot(error) => words(
            format!("not a valid slot: {error}"),
            "write days and a time: \"mon-fri 09:00\", \"sat,sun 12:00\", or \"18:30\" for every day",
        ),
        P::StagingChat => words(
            "`staging_chat` needs the numeric id of a chat",
            "write the id of a private chat or channel that only operators see, such as -1001234567890",
        ),
        P::ByteSize => {
            words("this is not a valid size", "write a number and its unit: \"500MB\", \"1GB\"")
        }
        P::EmptyPath => words("the path is empty", "name a folder, or leave the key out"),
        P::MediaFolder => words(
            "a journal in a file keeps its media folder beside it",
            "leave it out: only a journal in PostgreSQL needs a folder",
        ),
        P::HookWithoutProgram => words(
            "this command has no program",
            "write the program and its arguments, such as [\"scripts/announce\", \"--verbose\"]",
        ),
        P::HookCharacter => {
            words("an argument cannot contain the character U+0000", "remove it from the argument")
        }
        P::HookTwice => words(
            "this command is listed twice, but would run only once",
            "remove it, or give it another argument",
        ),
        P::HookTime => words(
            format!(
                "a time limit must be more than zero and at most {}",
                spelled(limits::MAX_HOOK_TIME)
            ),
            "write a shorter time, such as \"30s\"",
        ),
        P::Duration => words(
            "this is not a valid duration",
            "write a number and its unit, such as \"90s\", \"3500ms\", \"15m\" or \"2h 30m\"; at most 31 days",
        ),
        P::TooHasty(least) => words(
            format!(
                "this is shorter than {}, the minimum unless the server is on this machine",
                spelled(*least)
            ),
            format!("write \"{}\" or more, or remove the key", spelled(*least)),
        ),
        P::Hasty(least) => words(
            format!(
                "this is shorter than {}, the minimum for Telegram's own server",
                spelled(*least)
            ),
            "this is fine for tests; remove it before you publish to Telegram",
        ),
    }
}

fn zone_advice(advice: &ZoneAdvice) -> String {
    let region = "a region and a city, such as \"Europe/Moscow\"";
    match advice {
        ZoneAdvice::Utc => "write \"UTC\"".to_owned(),
        // In these names the sign is that of POSIX: west is positive.
        ZoneAdvice::Hours(hours) => format!(
            "write \"Etc/GMT{:+}\" (in these names the sign is reversed), or {region}, which also follows daylight saving time",
            -hours
        ),
        ZoneAdvice::Range => format!(
            "write \"Etc/GMT-14\" to \"Etc/GMT+12\" (in these names the sign is reversed), or {region}"
        ),
        ZoneAdvice::Region => {
            format!("write {region}, which also follows daylight saving time")
        }
        ZoneAdvice::Any => format!("write {region}, or \"UTC\""),
        ZoneAdvice::Near(zones) => {
            let quoted: Vec<_> = zones.iter().map(|zone| format!("\"{zone}\"")).collect();
            match quoted.split_last() {
                Some((last, [])) => format!("did you mean {last}?"),
                Some((last, others)) => {
                    format!("did you mean {} or {last}?", others.join(", "))
                }
                None => zone_advice(&ZoneAdvice::Any),
            }
        }
    }
}

fn near_or(near: Option<&String>, other: impl FnOnce() -> String) -> String {
    near.map_or_else(other, |near| format!("did you mean `{near}`?"))
}
