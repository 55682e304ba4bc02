//! The Russian texts of the diagnostics: a sentence for each code, or for one problem, and what to write instead.

mod media;
mod poll;

use telegram_text::detect::hashtag::HashtagError;
use telegram_text::problem::MarkupProblemKind;

use super::{Words, hashtag_mark, listed, spelled, words};
use crate::diagnostic::Code;
use crate::diagnostic::problem::{
    ButtonProblem, CommentProblem, ConfigProblem, FileProblem, KeyAdvice, LinkProblem,
    MediaItemProblem, PostProblem, Problem, SyntaxProblem, TextProblem, TomlProblem,
    WithoutButtons,
};
use crate::limits::{self, RichExcess, RichLimit};
use crate::media::AlbumProblem;
use crate::schedule::TimeError;
use crate::schema::Kind;

pub(super) fn problem(problem: &Problem) -> Words {
    words(message(problem), hint(problem))
}

/// What is wrong. Where the sentence of its code would be false for a problem, it has a sentence of its own.
fn message(problem: &Problem) -> &'static str {
    if let Problem::Text(TextProblem::Markup(kind)) = problem
        && let Some(words) = markup(kind)
    {
        return words;
    }
    match problem {
        Problem::Text(TextProblem::TooLong(_)) => "текст слишком длинный",
        Problem::Text(TextProblem::Hashtag(HashtagError::Character { character, .. }, _))
            if hashtag_mark::is_mark(*character) =>
        {
            "хэштег оборвётся на знаке гласной или другом знаке при букве"
        }
        Problem::Text(TextProblem::Link(LinkProblem::Credentials)) => {
            "в ссылке имя пользователя или пароль"
        }
        Problem::Text(TextProblem::Hashtag(
            HashtagError::Character { at: 0, character: '#' },
            _,
        )) => "знак `#` telepress ставит сам",
        Problem::Text(TextProblem::Hashtag(HashtagError::Empty | HashtagError::NoLetter, _)) => {
            "хэштег без букв Telegram не распознает"
        }
        Problem::Text(TextProblem::Hashtag(HashtagError::TooLong { .. }, _)) => {
            "хэштег слишком длинный"
        }
        Problem::File(FileProblem::UnclosedFrontMatter) => "после полей нет второй строки «+++»",
        Problem::Post(PostProblem::BodyInFrontMatter) => {
            "текст этого поста пишется под строками «+++», а не в поле body"
        }
        Problem::Post(PostProblem::RefersToItself) => "пост ссылается или отвечает на самого себя",
        Problem::Post(PostProblem::SecondEdition(_)) => "на этом языке уже есть издание",
        Problem::Post(PostProblem::NoChannels) => "список каналов пуст",
        Problem::Post(PostProblem::TooManyEditions) => "изданий слишком много",
        Problem::Post(PostProblem::NoButtons(_)) => "под этим сообщением кнопок не будет",
        Problem::Post(PostProblem::Button(ButtonProblem::CopyTooLong(_))) => {
            "текст для копирования слишком длинный"
        }
        Problem::Post(PostProblem::Button(ButtonProblem::TooManyInRow)) => {
            "в одном ряду слишком много кнопок"
        }
        Problem::Post(PostProblem::Button(ButtonProblem::TooMany(_))) => "кнопок слишком много",
        Problem::Media(MediaItemProblem::Album(AlbumProblem::TooLarge { .. })) => {
            "файлы вместе больше, чем принимает Telegram"
        }
        Problem::Config(ConfigProblem::EmptyLayout) => "раскладка пуста",
        problem => rule(problem.code()),
    }
}

/// What is wrong with markup; `None` where the sentence of its code says it.
fn markup(kind: &MarkupProblemKind) -> Option<&'static str> {
    use MarkupProblemKind as M;
    Some(match kind {
        M::IndentedCode => "текст с отступом в четыре пробела вышел бы блоком кода",
        M::BrokenLink => "это не ссылка: читатели увидят скобки и адрес",
        M::LinkTitle => "подсказку при ссылке Telegram не показывает",
        M::LostInLink(_) => "внутри ссылки это оформление Telegram потеряет",
        M::DetailsWithQuote => {
            "цитаты в цитате Telegram не показывает, поэтому <details> выйдет обычным текстом"
        }
        M::FootnoteWithoutText => "у сноски нет текста, читатели увидят её как есть",
        M::NoSummary => "у <details> нет заголовка <summary>: раскрывать будет нечего",
        M::ExtraCells { .. } => "в строке таблицы больше ячеек, чем столбцов",
        M::ImageInText => "картинки Telegram показывает только между абзацами",
        M::NestedFence => "это начало блока кода стоит внутри другого блока кода",
        M::UnclosedComment => "комментарий не закрыт: всё, что ниже, читатели не увидят",
        M::UnclosedDetails => "<details> не закрыт: всё, что ниже, попадёт в него",
        M::UserLink => "читатели канала не увидели бы ссылки на пользователя по его номеру",
        M::TooDeep { .. } => "списки или цитаты вложены слишком глубоко",
        _ => return None,
    })
}

#[expect(clippy::too_many_lines, reason = "one table of texts")]
fn rule(code: Code) -> &'static str {
    match code {
        Code::NotAFile => "это не обычный файл, а ссылка, папка или устройство",
        Code::Unreadable => "файл не читается",
        Code::FileTooLarge => "файл слишком велик для поста",
        Code::NotUtf8 => "файл не в кодировке UTF-8",
        Code::BadId => {
            "имя файла не годится: нужны строчные латинские буквы, цифры, точка, дефис, подчёркивание"
        }
        Code::IdTaken => "два файла дают одно и то же имя поста",
        Code::NotAPost => {
            "файл похож на пост, но telepress его так не читает: нужен .toml, или .md со строками «+++» в начале"
        }
        Code::Syntax => "файл написан не по правилам TOML: проверьте кавычки, скобки и знак «=»",
        Code::DuplicateKey => "одно и то же поле задано дважды",
        Code::TooDeep => "таблицы или списки вложены слишком глубоко",
        Code::TooMany => "слишком много элементов",
        Code::UnknownKey => "такого поля нет, возможно, опечатка",
        Code::WrongType => "значение не того типа",
        Code::BadValue => "такое значение полю не подходит",
        Code::BothShapes => "одно и то же задано двумя способами сразу",
        Code::MissingKey => "не хватает обязательного поля",
        Code::EmptyPost => "в посте нечего показать",
        Code::BlankText => "в тексте нет видимых знаков",
        Code::ControlCharacter => "в тексте управляющий символ",
        Code::RemovedCharacter => "в тексте символ, который Telegram удалит или заменит",
        Code::CannotShow => "такое оформление Telegram показать не может",
        Code::FormattingLost => "это оформление Telegram потеряет",
        Code::FormattingCut => "оформление прервётся вокруг кода",
        Code::MarkerWords => "значок в начале — не эмодзи, а слова",
        Code::CustomEmoji => "большинству ботов нельзя отправлять особые эмодзи в каналы",
        Code::StrayMarkup => "знак разметки ничего не оформляет и останется в тексте",
        Code::HtmlAsText => "читатели увидят этот HTML таким, как он набран",
        Code::Footnote => "сносок в Telegram нет, читатели увидят её таким же текстом",
        Code::UnusedDefinition => "адрес для ссылки задан, но ни одна ссылка его не берёт",
        Code::UnclosedMarkup => "блок кода не закрыт: всё, что ниже, станет кодом",
        Code::HashtagCut => "хэштег оборвётся посреди слова",
        Code::BadHashtag => {
            "хэштег с пробелом или лишним знаком: Telegram оборвёт его или не распознает"
        }
        Code::BadLink => "такая ссылка не годится",
        Code::UnknownPost => "ссылка или ответ на пост, которого нет",
        Code::TooLong => "текст не помещается в одно сообщение",
        Code::TooManyEntities => "оформления больше, чем допускает Telegram в одном сообщении",
        Code::TooManyParts => "пост занимает больше сообщений, чем допустимо",
        Code::RichClients => "часть читателей увидит вместо такого сообщения заглушку",
        Code::BadPoll => "опрос составлен неверно",
        Code::PollTime => "опрос закрывается слишком рано или слишком поздно после отправки",
        Code::PollAlone => "хэштеги не видны: в посте нет текста, только опрос",
        Code::CommentsInGroup => "комментарии бывают только под постами каналов",
        Code::CommentTooLong => "комментарий не помещается в одно сообщение",
        Code::TooManyComments => "у поста больше комментариев, чем допустимо",
        Code::MediaPath => {
            "путь к файлу не годится: он указывается от папки поста и не выходит за пределы папки постов"
        }
        Code::MediaUnread => "файл не читается: его нет, или это не обычный файл",
        Code::MediaGone => "файла нет, но пост опубликован и остаётся в канале как есть",
        Code::LfsPointer => "вместо файла лежит указатель Git LFS",
        Code::MediaDamaged => "файл пуст или повреждён",
        Code::MediaFormat => "файл этого формата нельзя отправить таким способом",
        Code::MediaTooLarge => "файл больше, чем принимает Telegram",
        Code::PhotoSize => "фотография слишком велика или слишком вытянута",
        Code::BadThumbnail => "такую обложку Telegram отбросит",
        Code::BadAlbum => "эти файлы не собрать в один альбом",
        Code::MediaShownAs => "Telegram покажет это иначе, чем вы, возможно, ждёте",
        Code::VideoSilent => "у видео нет звука",
        Code::MediaUnreliable => {
            "Telegram может не принять этот файл, или не у всех читателей он откроется как надо"
        }
        Code::VideoLoading => "видео начнётся не сразу или останется без обложки",
        Code::MediaOption => "здесь это поле ни на что не влияет",
        Code::FileName => "читатели увидят другое имя файла",
        Code::CaptionSplit => {
            "подпись длиннее 1024 знаков, остальное выйдет отдельными сообщениями"
        }
        Code::BadLanguage => "это не обозначение языка",
        Code::UnknownChannel => "такого канала нет в настройках",
        Code::NoChannel => "для этого издания нет канала",
        Code::NoEdition => "для этого канала нет издания",
        Code::WhichLanguage => "неизвестно, на каком языке пост",
        Code::NotShown => "стиль канала эту часть не показывает",
        Code::NoLabel => "у ссылки «читать полностью» нет текста",
        Code::BadTime => "время указано неверно",
        Code::TimeGap => "такого времени не будет: часы переводят вперёд",
        Code::TimeFold => "это время наступит дважды: часы переводят назад",
        Code::TimeZones => "время без смещения, а каналы поста в разных часовых поясах",
        Code::TimePast => "это время уже прошло",
        Code::SameMinute => "два поста одного канала в одну минуту",
        Code::Decomposed => "буквы составлены из частей и могут выглядеть иначе",
        Code::Bidi => "невидимый символ меняет направление письма",
        Code::ZeroWidth => "невидимый символ без ширины",
        Code::DoubledSpace => "двойной пробел",
        Code::TrimmedSpace => "пробелы по краям Telegram обрежет",
        Code::BulletSign => "пункт начинается со знака списка, и читатели увидят его дважды",
        Code::RepeatedHashtag => "хэштег повторяется",
        Code::HttpLink => "ссылка без шифрования",
        Code::LinkText => "в тексте ссылки указан не тот адрес, на который она ведёт",
        Code::MixedScript => "в адресе смешаны буквы разных алфавитов",
        Code::BecomesLink => "эти слова Telegram сам превратит в ссылку",
        Code::ForeignMention => "Telegram сделает из этого упоминание, возможно, чужого человека",
        Code::OutOfStep => "издания расходятся: в одном есть то, чего нет в другом",
        Code::TokenInFile => "в файле есть токен бота, его нужно убрать",
        Code::BadName => "такое имя не годится",
        Code::BadChat => "чат или тема указаны неверно",
        Code::ChatTaken => "у двух каналов в настройках одни и те же чат и тема",
        Code::BadTimeZone => "такого часового пояса нет",
        Code::TooHasty => "промежуток короче наименьшего допустимого",
        Code::HastyTime => "настоящему Telegram этого промежутка не хватит",
        Code::UnknownStyle => "такого стиля нет в настройках",
        Code::BadLayout => "часть названа в раскладке дважды",
    }
}

/// What to write instead, if the problem shows it.
fn hint(problem: &Problem) -> String {
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
        RichLimit::Characters => "символов",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_meaning_of_its_own() {
        let all: std::collections::BTreeSet<_> = Code::ALL.iter().map(|code| rule(*code)).collect();
        assert_eq!(all.len(), Code::ALL.len());
        assert!(all.iter().all(|text| !text.ends_with('.') && text.chars().count() < 100));
    }

    #[test]
    fn problem_has_its_own_sentence_where_that_of_its_code_would_be_false() {
        let text = |problem| Problem::Text(problem);
        let post = |problem| Problem::Post(problem);
        for (problem, wrong) in [
            (post(PostProblem::Button(ButtonProblem::CopyTooLong(261))), "в одно сообщение"),
            (post(PostProblem::Button(ButtonProblem::TooManyInRow)), "элементов"),
            (post(PostProblem::RefersToItself), "которого нет"),
            (post(PostProblem::NoButtons(WithoutButtons::Poll)), "показать не может"),
            (text(TextProblem::Hashtag(HashtagError::NoLetter, None)), "лишним знаком"),
            (text(TextProblem::Markup(MarkupProblemKind::IndentedCode)), "показать не может"),
            (text(TextProblem::Link(LinkProblem::Credentials)), "не годится"),
            (Problem::Config(ConfigProblem::EmptyLayout), "дважды"),
        ] {
            assert!(rule(problem.code()).contains(wrong), "{problem:?}");
            assert!(!message(&problem).contains(wrong), "{problem:?}");
            assert!(message(&problem).chars().count() < 100, "{problem:?}");
        }
    }
}
