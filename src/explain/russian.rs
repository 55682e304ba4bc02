//! The Russian hints of diagnostics: what to write instead. The sentences are in the language's file.

mod end;
mod media;
mod poll;
mod repeat;

use telegram_text::detect::hashtag::HashtagError;
use telegram_text::problem::MarkupProblemKind;

use super::{hashtag_mark, listed, spelled};
use crate::diagnostic::problem::{
    ButtonProblem, CommentProblem, ConfigProblem, KeyAdvice, LinkProblem, PostProblem, Problem,
    SyntaxProblem, TextProblem, TomlProblem, WithoutButtons,
};
use crate::limits::{self, RichExcess, RichLimit};
use crate::schedule::TimeError;
use crate::schema::Kind;

/// What to write instead, if the problem shows it.
pub(super) fn hint(problem: &Problem) -> String {
    let near =
        |near: Option<&str>| near.map_or_else(String::new, |near| format!("возможно, `{near}`"));
    match problem {
        Problem::Toml(TomlProblem::UnknownKey { key, advice, .. }) => match advice {
            KeyAdvice::Near(key) => near(Some(key)),
            KeyAdvice::Below(table) => format!("`{key}` — поле таблицы `{table}`"),
            KeyAdvice::Misplaced { owner, .. } if owner.is_empty() => {
                format!("`{key}` пишется в начале файла, до первой `[`")
            }
            KeyAdvice::Misplaced { owner, .. } => {
                format!("`{key}` пишется под `[{}]`, до следующей `[`", owner.join("."))
            }
            KeyAdvice::Known(known) => format!("здесь бывают: {}", listed(known, '`')),
        },
        Problem::Toml(TomlProblem::WrongType { unquoted: Some(typed), .. }) => {
            format!("без кавычек: {typed}")
        }
        Problem::Toml(TomlProblem::WrongType { expected, .. }) => typed_as(*expected).to_owned(),
        Problem::Toml(TomlProblem::NotOneOf { words, .. }) => {
            format!("одно из: {}", listed(words.iter(), '"'))
        }
        Problem::Toml(TomlProblem::Syntax(problem)) => syntax(problem),
        Problem::Text(problem) => text(problem),
        Problem::Post(PostProblem::MissingKey(_, key)) => format!("нужно поле `{key}`"),
        Problem::Post(PostProblem::UnknownChannel(_, name, known)) => match name {
            Some(name) => near(Some(name)),
            None => format!("в настройках есть: {}", listed(known, '`')),
        },
        Problem::Post(PostProblem::RefersToItself) => {
            "до публикации у поста нет адреса: укажите другой пост".to_owned()
        }
        Problem::Post(PostProblem::UnknownPost(_, post)) => near(post.as_deref()),
        Problem::Post(PostProblem::NoEdition(_, language)) => {
            format!("добавьте [editions.{language}] или уберите канал")
        }
        Problem::Post(PostProblem::NoChannel(_, Some(channel), _)) => {
            format!("добавьте \"{channel}\" в `channels`")
        }
        Problem::Post(PostProblem::Time(
            TimeError::Gap(one, other) | TimeError::Fold(one, other),
            _,
        )) => {
            format!("укажите смещение: {one} или {other}")
        }
        Problem::Post(PostProblem::SameMinute(file, channel)) => {
            format!("в то же время в `{channel}` выйдет `{file}`")
        }
        Problem::Post(PostProblem::TooLong { fits_until, .. }) => {
            format!(
                "первое сообщение закончится на «{fits_until}»; можно разрешить overflow = \"split\""
            )
        }
        Problem::Post(PostProblem::RichExcess(excess, _)) => {
            format!("{}; можно разрешить overflow = \"split\"", rich_excess(excess))
        }
        Problem::Post(PostProblem::RichBlockExcess(excess, _)) => {
            format!("в одном блоке {}", rich_excess(excess))
        }
        Problem::Post(PostProblem::Button(problem)) => button(*problem),
        Problem::Post(PostProblem::NoButtons(message)) => no_buttons(*message).to_owned(),
        Problem::Comment(CommentProblem::TooLong(..)) => {
            "продолжите его в следующем `[[comments]]`".to_owned()
        }
        Problem::Comment(CommentProblem::InGroup(channel)) => {
            format!("`{channel}` — группа; уберите комментарии или укажите только каналы")
        }
        Problem::Comment(CommentProblem::TooMany(_)) => {
            format!("у поста не больше {} комментариев", limits::COMMENTS)
        }
        Problem::Media(problem) => media::hint(problem),
        Problem::Poll(problem) => poll::hint(problem),
        Problem::End(problem) => end::hint(*problem),
        Problem::Repeat(problem) => repeat::hint(problem),
        Problem::Config(ConfigProblem::UnknownStyle(_, style, _)) => near(style.as_deref()),
        Problem::Config(ConfigProblem::TooHasty(least)) => {
            format!("\"{}\" или больше", spelled(*least))
        }
        _ => String::new(),
    }
}

fn text(problem: &TextProblem) -> String {
    use MarkupProblemKind as M;
    let hint: &str = match problem {
        TextProblem::Markup(M::BrokenLink) => {
            "пишите так: [слова](https://…), без пробелов в адресе"
        }
        TextProblem::Markup(M::LinkedImage) => {
            "поставьте вместо картинки слова: [слова](https://…)"
        }
        TextProblem::Markup(M::Image) => {
            "положите картинку рядом с постом и укажите её в [[media]]; между абзацами её покажет format = \"rich\""
        }
        TextProblem::Markup(M::Marked) => {
            r#"напишите **жирным**; цветом выделит format = "rich"; сами знаки — `\==`"#
        }
        TextProblem::Markup(M::ImageInText) => "оставьте пустую строку до неё и после неё",
        TextProblem::Markup(M::Table | M::ThematicBreak | M::NestedQuote | M::DetailsWithQuote) => {
            "уберите или запишите иначе; format = \"rich\" это покажет"
        }
        TextProblem::Markup(M::ExtraCells { .. }) => {
            r"добавьте столбец в первую строку; черта в тексте — `\|`"
        }
        TextProblem::Markup(M::NoSummary) => "напишите сразу за ним <summary>…</summary>",
        TextProblem::Markup(M::FootnoteWithoutText) => {
            "напишите её текст отдельной строкой: [^1]: …"
        }
        TextProblem::Markup(M::IndentedCode) => {
            "код — между двумя строками ```; обычный текст — без отступа"
        }
        TextProblem::Markup(M::UnusedDefinition) => "уберите строку или сошлитесь: [текст][метка]",
        TextProblem::Markup(M::Html { tag }) => html(tag),
        TextProblem::Markup(M::Reference { characters, .. }) => {
            return format!("напишите `{characters}`");
        }
        TextProblem::HtmlInLine(_) => "уберите его: этот текст без оформления",
        TextProblem::MarkdownInLine => "оставьте одни слова: этот текст без оформления",
        TextProblem::Markup(M::Footnote) => {
            "перенесите её в текст; format = \"rich\" сноски показывает"
        }
        TextProblem::Markup(M::UnclosedFence) => "закройте его такой же строкой, какой он начат",
        TextProblem::Markup(M::NestedFence) => {
            "внешний блок начните и закончите четырьмя знаками `"
        }
        TextProblem::Markup(M::UnclosedComment) => "закройте его знаками `-->`",
        TextProblem::Markup(M::UnclosedDetails) => "закройте его строкой `</details>`",
        TextProblem::Hashtag(HashtagError::Character { character, .. }, _)
        | TextProblem::HashtagCut(_, character)
            if hashtag_mark::is_mark(*character) =>
        {
            "напишите его латиницей или возьмите слово без таких знаков"
        }
        TextProblem::ForeignMention(name) => {
            return format!(
                "поставьте ссылку: [{name}](https://github.com/{name}), или добавьте \"@{name}\" в `known_mentions` в `[bot]`"
            );
        }
        TextProblem::Markup(M::UserLink) => {
            "дайте ссылку на страницу пользователя: https://t.me/username"
        }
        TextProblem::Link(LinkProblem::Credentials) => "уберите имя пользователя, пароль и `@`",
        TextProblem::Hashtag(_, Some(word)) => word,
        TextProblem::Hashtag(HashtagError::Empty | HashtagError::NoLetter, None) => {
            "нужна хотя бы одна буква"
        }
        TextProblem::Decomposed(whole, _) => return format!("наберите одним знаком: `{whole}`"),
        TextProblem::BecomesLink(words) => return format!("без ссылки: ``{words}``"),
        _ => "",
    };
    hint.to_owned()
}

/// What to type for an HTML tag.
fn html(tag: &str) -> &'static str {
    match tag {
        "b" | "strong" => "пишите **жирный**",
        "i" | "em" => "пишите *курсив*",
        "u" | "ins" => "пишите __подчёркнутый__",
        "s" | "del" | "strike" => "пишите ~~зачёркнутый~~",
        "code" | "kbd" | "samp" | "tt" | "var" => "пишите код между знаками ``",
        "a" => "пишите ссылку так: [слова](https://…); <a> без адреса уберите",
        "br" => "просто начните новую строку",
        "p" | "div" => "между абзацами оставьте пустую строку",
        "tg-spoiler" => "пишите ||скрытый||",
        _ => "уберите его",
    }
}

/// How a value of this type is written.
fn typed_as(kind: Kind) -> &'static str {
    match kind {
        Kind::DateTime => "2026-05-04T09:00:00+02:00, без кавычек",
        Kind::Bool => "true или false, без кавычек",
        Kind::List(Kind::Table(_)) => "заголовок в двойных скобках: [[…]]",
        Kind::List(_) => "в квадратных скобках: [\"…\"]",
        Kind::Markup | Kind::String(_) | Kind::Either(Kind::Markup | Kind::String(_), _) => {
            "в кавычках: \"…\""
        }
        _ => "",
    }
}

/// What a rich message, or one block of it, has too much of.
fn rich_excess(excess: &RichExcess) -> String {
    let RichExcess { kind, used, limit } = excess;
    let what = match kind {
        RichLimit::Characters => "знаков",
        RichLimit::Blocks => "блоков, пунктов и строк таблиц",
        RichLimit::Depth => "уровней вложенности",
        RichLimit::Media => "файлов",
        RichLimit::Columns => "столбцов таблицы",
        RichLimit::StringBytes => "байт текста без оформления",
        RichLimit::Styled => "оформленных фрагментов",
    };
    format!("{what}: {used}, а можно {limit}")
}

fn button(problem: ButtonProblem) -> String {
    match problem {
        ButtonProblem::NoAction => {
            "кнопке нужен адрес `url` или текст для копирования `copy`".to_owned()
        }
        ButtonProblem::TwoActions => "у кнопки бывает либо `url`, либо `copy`".to_owned(),
        ButtonProblem::CopyTooLong(units) => {
            format!("кнопка копирует не больше {} знаков, а здесь {units}", limits::COPY_TEXT_UTF16)
        }
        ButtonProblem::Row => format!("номер ряда кнопок — от 1 до {}", limits::MAX_ROW_NUMBER),
        ButtonProblem::TooManyInRow => {
            format!("в одном ряду не больше {} кнопок", limits::ROW_BUTTONS)
        }
        ButtonProblem::TooMany(_) => format!("под сообщением не больше {} кнопок", limits::BUTTONS),
    }
}

fn no_buttons(message: WithoutButtons) -> &'static str {
    match message {
        WithoutButtons::Album { text_may_follow: true } => {
            "под альбомом кнопок не бывает: оставьте один файл или поставьте ссылки в тексте; кнопки будут только под текстом, который длиннее подписи и выходит отдельным сообщением"
        }
        WithoutButtons::Album { text_may_follow: false } => {
            "под альбомом кнопок не бывает: оставьте один файл или поставьте ссылки в тексте"
        }
        WithoutButtons::Poll => {
            "под опрос telepress кнопок не ставит: добавьте текст или уберите кнопки"
        }
    }
}

fn syntax(problem: &SyntaxProblem) -> String {
    match problem {
        SyntaxProblem::CurlyQuotes => "кавычки должны быть прямые: \"…\"".to_owned(),
        SyntaxProblem::Colon => "вместо двоеточия нужен знак `=`".to_owned(),
        SyntaxProblem::NoValue => "после `=` нет значения: heading = \"…\"".to_owned(),
        SyntaxProblem::Boolean(word) => format!("`{word}`"),
        SyntaxProblem::Date => "2024-06-19T18:40:00+03:00, без кавычек".to_owned(),
        SyntaxProblem::UnclosedString(quote) => format!("нет закрывающей кавычки `{quote}`"),
        SyntaxProblem::UnclosedText(quotes) => format!("нет закрывающих кавычек `{quotes}`"),
        SyntaxProblem::QuoteInside(_) => "кавычки внутри текста: “ ” или ’".to_owned(),
        SyntaxProblem::UnclosedList => "список не закрыт: нет `]`".to_owned(),
        SyntaxProblem::UnclosedTable => "таблица не закрыта: нет `}`".to_owned(),
        SyntaxProblem::FrontMatter => "это YAML, а пост пишется на TOML".to_owned(),
        SyntaxProblem::Other(_) => String::new(),
    }
}
