//! The Russian words.

use super::Words;
use crate::diagnostic::{Code, Diagnostic};

/// The words for a diagnostic.
pub(super) fn diagnostic(diagnostic: &Diagnostic) -> Words {
    let hint = quoted(&diagnostic.hint).into_iter().take(3).collect::<Vec<_>>().join(" / ");
    Words { message: rule(diagnostic.code).to_owned(), hint }
}

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
        Code::Syntax => "файл написан не по правилам TOML: проверьте кавычки, скобки и знак «=»",
        Code::DuplicateKey => "одно и то же поле задано дважды",
        Code::TooDeep => "таблицы или списки вложены слишком глубоко",
        Code::TooMany => "список слишком длинный",
        Code::UnknownKey => "такого поля нет, возможно, опечатка",
        Code::WrongType => "значение не того вида, который нужен полю",
        Code::BadValue => "такое значение полю не подходит",
        Code::BothShapes => "одно и то же сказано двумя способами сразу",
        Code::MissingKey => "не хватает обязательного поля",
        Code::EmptyPost => "в посте нечего показать",
        Code::BlankText => "текст пуст или ничего не показывает",
        Code::ControlCharacter => "в тексте управляющий символ",
        Code::RemovedCharacter => "в тексте символ, который Telegram удалит или заменит",
        Code::CannotShow => "такое оформление Telegram показать не может",
        Code::FormattingLost => "это оформление Telegram потеряет",
        Code::FormattingCut => "оформление прервётся вокруг кода",
        Code::MarkerWords => "значок в начале — не эмодзи, а слова",
        Code::CustomEmoji => "особые эмодзи в каналы могут отправлять немногие боты",
        Code::StrayMarkup => "знак разметки ничего не оформляет и останется в тексте",
        Code::BadHashtag => {
            "хэштег с пробелом или лишним знаком: Telegram оборвёт его или не узнает"
        }
        Code::BadLink => "такую ссылку Telegram не примет",
        Code::UnknownPost => "ссылка или ответ на пост, которого нет",
        Code::TooLong => "текст не помещается в одно сообщение",
        Code::TooManyEntities => "оформления больше, чем Telegram хранит в одном сообщении",
        Code::TooManyParts => "сообщений больше, чем может быть в посте",
        Code::BadLanguage => "это не обозначение языка",
        Code::UnknownChannel => "такого канала нет в настройках",
        Code::NoChannel => "для этого издания нет канала",
        Code::NoEdition => "для этого канала нет издания",
        Code::WhichLanguage => "неизвестно, на каком языке пост",
        Code::NotShown => "стиль канала эту часть не показывает",
        Code::NoLabel => "у ссылки «читать полностью» нет надписи",
        Code::BadTime => "это не время",
        Code::TimeGap => "такого времени не будет: часы переводят вперёд",
        Code::TimeFold => "это время наступит дважды: часы переводят назад",
        Code::TimeZones => "время без пояса, а каналы поста находятся в разных часовых поясах",
        Code::TimePast => "это время уже прошло",
        Code::SameMinute => "два поста одного канала в одну минуту",
        Code::Decomposed => "буквы составлены из частей и могут выглядеть иначе",
        Code::Bidi => "невидимый символ меняет направление письма",
        Code::ZeroWidth => "невидимый символ без ширины",
        Code::DoubledSpace => "двойной пробел",
        Code::TrimmedSpace => "пробелы по краям Telegram обрежет",
        Code::BulletSign => "пункт начинается со знака списка, он появится дважды",
        Code::RepeatedHashtag => "хэштег повторяется",
        Code::HttpLink => "ссылка без шифрования",
        Code::LinkText => "в словах ссылки другой адрес, чем тот, куда она ведёт",
        Code::MixedScript => "в адресе смешаны буквы разных алфавитов",
        Code::BecomesLink => "эти слова Telegram сам превратит в ссылку",
        Code::OutOfStep => "издания расходятся: в одном есть то, чего нет в другом",
        Code::TokenInFile => "в файле лежит токен бота, ему здесь не место",
        Code::BadName => "такое имя не годится",
        Code::BadChat => "это не @имя канала и не его номер",
        Code::ChatTaken => "два канала настроек ведут в один чат",
        Code::BadTimeZone => "такого часового пояса нет",
        Code::TooHasty => "промежуток короче, чем нужно Telegram",
        Code::HastyTime => "настоящему Telegram этого промежутка не хватит",
        Code::UnknownStyle => "такого стиля нет в настройках",
        Code::BadLayout => "часть названа в раскладке дважды",
    }
}

/// What stands between backticks or quotation marks.
fn quoted(hint: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = hint;
    while let Some(start) = rest.find(['`', '"']) {
        let Some((mark, behind)) = rest.split_at_checked(start + 1) else { break };
        let Some(end) = mark.chars().last().and_then(|mark| behind.find(mark)) else { break };
        let Some((inner, behind)) = behind.split_at_checked(end) else { break };
        found.push(inner.to_owned());
        rest = behind.get(1..).unwrap_or_default();
    }
    found
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
    fn what_a_hint_quotes_is_found() {
        assert_eq!(quoted("write \"a`b\" or `c`, and nothing else"), ["a`b", "c"]);
    }
}
