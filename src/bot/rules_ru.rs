//! What the rules of `check` mean, for operators who do not read the language of the diagnostics: a sentence for each rule,
//! which cannot be left out.

use super::language::Language;
use crate::diagnostic::Code;

/// What a rule found, in one sentence without a full stop; `None` in the language that the diagnostics speak themselves.
#[must_use]
pub(super) fn meaning(code: Code, language: Language) -> Option<&'static str> {
    match language {
        Language::En => None,
        Language::Ru => Some(in_russian(code)),
    }
}

fn in_russian(code: Code) -> &'static str {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_a_meaning_of_its_own() {
        let all: Vec<_> =
            Code::ALL.iter().filter_map(|code| meaning(*code, Language::Ru)).collect();
        assert_eq!(all.len(), Code::ALL.len());
        let unlike: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(unlike.len(), all.len());
        assert!(all.iter().all(|text| !text.ends_with('.') && text.chars().count() < 100));
        assert_eq!(meaning(Code::Syntax, Language::En), None);
    }
}
