//! Random posts: every key that has a visible effect, in each of its forms.

use super::inline::{self, FIELD, LABEL, LINE};
use super::rng::Rng;
use super::{markdown, toml};

const ADDRESSES: [&str; 4] = [
    "https://example.org/whole",
    "HTTPS://Example.org",
    "https://пример.рф/путь?a=b",
    "tg://resolve?domain=telegram",
];
const TAGS: [&str; 6] = ["tag", "Тег", "日本", "a_1", "РоссияКНДР", "snake_case_name"];

/// A post file: one edition at the top level, or one for each language.
pub(super) fn post(rng: &mut Rng) -> String {
    let mut lines = Vec::new();
    if rng.chance(80) {
        lines.push("channels = [\"en\"]".to_owned());
        hashtags(rng, &mut lines);
        edition(rng, "", &mut lines);
    } else {
        hashtags(rng, &mut lines);
        for language in ["en", "ru"] {
            lines.push(format!("[editions.{language}]"));
            edition(rng, &format!("editions.{language}."), &mut lines);
        }
    }
    lines.join("\n") + "\n"
}

fn key(rng: &mut Rng, name: &str, text: &str, lines: &mut Vec<String>) {
    let typed = toml::string(rng, text);
    lines.push(format!("{name} = {typed}"));
}

fn hashtags(rng: &mut Rng, lines: &mut Vec<String>) {
    if rng.chance(50) {
        let count = rng.between(1, 4);
        let tags: Vec<_> =
            rng.shuffled(&TAGS).iter().take(count).map(|tag| format!("\"{tag}\"")).collect();
        lines.push(format!("hashtags = [{}]", tags.join(", ")));
        if rng.chance(50) {
            lines.push(format!("hashtag_suffix = \"{}\"", rng.pick(&["🇷🇺🇰🇵", "🐑", "* end_"])));
        }
    }
}

/// The keys of an edition; `path` is the prefix of its table names.
fn edition(rng: &mut Rng, path: &str, lines: &mut Vec<String>) {
    if rng.chance(80) {
        let heading = inline::text(rng, LINE);
        key(rng, "heading", &heading, lines);
        if rng.chance(50) {
            lines.push(format!("marker = \"{}\"", inline::marker(rng)));
        }
    }
    if rng.chance(50) {
        let text = inline::text(rng, FIELD);
        if rng.chance(50) {
            key(rng, "lead", &text, lines);
        } else {
            let marker = inline::marker(rng);
            lines
                .push(format!("lead = {{ marker = \"{marker}\", text = {} }}", toml::short(&text)));
        }
    }
    if rng.chance(50) {
        read_more(rng, lines);
    }
    if rng.chance(40) {
        let body = markdown::body(rng);
        key(rng, "body", &body, lines);
        return;
    }
    if rng.chance(40) {
        contents(rng, lines);
    }
    // An edition must have something to show.
    for _ in 0..rng.between(1, 3) {
        lines.push(format!("[[{path}sections]]"));
        let title = inline::text(rng, LINE);
        key(rng, "title", &title, lines);
        contents(rng, lines);
    }
}

fn read_more(rng: &mut Rng, lines: &mut Vec<String>) {
    let url = rng.pick(&ADDRESSES);
    if rng.chance(50) {
        lines.push(format!("read_more = \"{url}\""));
    } else {
        let label = toml::short(&inline::text(rng, LABEL));
        lines.push(format!("read_more = {{ url = \"{url}\", label = {label} }}"));
    }
}

/// The keys of a section except its title.
fn contents(rng: &mut Rng, lines: &mut Vec<String>) {
    if rng.chance(50) {
        let text = markdown::paragraphs(rng);
        key(rng, "text", &text, lines);
    }
    if rng.chance(30) {
        let quote = inline::text(rng, FIELD);
        if rng.chance(50) {
            key(rng, "quote", &quote, lines);
        } else {
            let expandable = rng.chance(70);
            let text = toml::short(&quote);
            lines.push(format!("quote = {{ text = {text}, expandable = {expandable} }}"));
        }
    }
    for name in ["bullets", "numbered"] {
        if rng.chance(35) {
            let items: Vec<_> = (0..rng.between(1, 5)).map(|_| inline::text(rng, FIELD)).collect();
            let list = toml::list(rng, &items);
            lines.push(format!("{name} = {list}"));
        }
    }
    if rng.chance(25) {
        let code = markdown::code(rng);
        if rng.chance(50) {
            key(rng, "code", &code, lines);
        } else {
            let language = rng.pick(&["rust", "c++", "язык"]);
            let text = toml::short(&code);
            lines.push(format!("code = {{ language = \"{language}\", text = {text} }}"));
        }
    }
}
