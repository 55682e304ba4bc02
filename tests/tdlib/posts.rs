//! Random posts: every key that has a visible effect, in each of its forms.

use super::dice::Dice;
use super::inline::{self, FIELD, LABEL, LINE};
use super::{markdown, toml};

const ADDRESSES: [&str; 4] = [
    "https://example.org/whole",
    "HTTPS://Example.org",
    "https://пример.рф/путь?a=b",
    "tg://resolve?domain=telegram",
];
const TAGS: [&str; 6] = ["tag", "Тег", "日本", "a_1", "РоссияКНДР", "snake_case_name"];

/// A post file: one edition at the top level, or one for each language.
pub(super) fn post(dice: &mut Dice) -> String {
    let mut lines = Vec::new();
    if dice.chance(80) {
        lines.push("channels = [\"en\"]".to_owned());
        hashtags(dice, &mut lines);
        edition(dice, "", &mut lines);
    } else {
        hashtags(dice, &mut lines);
        for language in ["en", "ru"] {
            lines.push(format!("[editions.{language}]"));
            edition(dice, &format!("editions.{language}."), &mut lines);
        }
    }
    lines.join("\n") + "\n"
}

fn key(dice: &mut Dice, name: &str, text: &str, lines: &mut Vec<String>) {
    let typed = toml::string(dice, text);
    lines.push(format!("{name} = {typed}"));
}

fn hashtags(dice: &mut Dice, lines: &mut Vec<String>) {
    if dice.chance(50) {
        let count = dice.between(1, 4);
        let tags: Vec<_> =
            dice.shuffled(&TAGS).iter().take(count).map(|tag| format!("\"{tag}\"")).collect();
        lines.push(format!("hashtags = [{}]", tags.join(", ")));
        if dice.chance(50) {
            lines.push(format!("hashtag_suffix = \"{}\"", dice.pick(&["🇷🇺🇰🇵", "🐑", "* end_"])));
        }
    }
}

/// The keys of an edition; `path` is the prefix of its table names.
fn edition(dice: &mut Dice, path: &str, lines: &mut Vec<String>) {
    if dice.chance(80) {
        let heading = inline::text(dice, LINE);
        key(dice, "heading", &heading, lines);
        if dice.chance(50) {
            lines.push(format!("marker = \"{}\"", inline::marker(dice)));
        }
    }
    if dice.chance(50) {
        let text = inline::text(dice, FIELD);
        if dice.chance(50) {
            key(dice, "lead", &text, lines);
        } else {
            let marker = inline::marker(dice);
            lines
                .push(format!("lead = {{ marker = \"{marker}\", text = {} }}", toml::short(&text)));
        }
    }
    if dice.chance(50) {
        read_more(dice, lines);
    }
    if dice.chance(40) {
        let body = markdown::body(dice);
        key(dice, "body", &body, lines);
        return;
    }
    if dice.chance(40) {
        contents(dice, lines);
    }
    // An edition must have something to show.
    for _ in 0..dice.between(1, 3) {
        lines.push(format!("[[{path}sections]]"));
        let title = inline::text(dice, LINE);
        key(dice, "title", &title, lines);
        contents(dice, lines);
    }
}

fn read_more(dice: &mut Dice, lines: &mut Vec<String>) {
    let url = dice.pick(&ADDRESSES);
    if dice.chance(50) {
        lines.push(format!("read_more = \"{url}\""));
    } else {
        let label = toml::short(&inline::text(dice, LABEL));
        lines.push(format!("read_more = {{ url = \"{url}\", label = {label} }}"));
    }
}

/// The keys of a section except its title.
fn contents(dice: &mut Dice, lines: &mut Vec<String>) {
    if dice.chance(50) {
        let text = markdown::paragraphs(dice);
        key(dice, "text", &text, lines);
    }
    if dice.chance(30) {
        let quote = inline::text(dice, FIELD);
        if dice.chance(50) {
            key(dice, "quote", &quote, lines);
        } else {
            let expandable = dice.chance(70);
            let text = toml::short(&quote);
            lines.push(format!("quote = {{ text = {text}, expandable = {expandable} }}"));
        }
    }
    for name in ["bullets", "numbered"] {
        if dice.chance(35) {
            let items: Vec<_> =
                (0..dice.between(1, 5)).map(|_| inline::text(dice, FIELD)).collect();
            let list = toml::list(dice, &items);
            lines.push(format!("{name} = {list}"));
        }
    }
    if dice.chance(25) {
        let code = markdown::code(dice);
        if dice.chance(50) {
            key(dice, "code", &code, lines);
        } else {
            let language = dice.pick(&["rust", "c++", "язык"]);
            let text = toml::short(&code);
            lines.push(format!("code = {{ language = \"{language}\", text = {text} }}"));
        }
    }
}
