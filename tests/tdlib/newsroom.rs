//! Random configs: one English and one Russian channel, and a style with random values for its keys.

use super::inline::{self, LABEL, LINE};
use super::rng::Rng;
use super::toml;

const EMPHASES: [&str; 4] = ["plain", "bold", "italic", "underline"];
const PARTS: [&str; 6] = ["heading", "lead", "body", "read_more", "hashtags", "footer"];

pub(super) fn config(rng: &mut Rng) -> String {
    let mut lines = vec![
        "bot.custom_emoji = true".to_owned(),
        "channels.en = { chat = \"@example_en\", language = \"en\", style = \"own\" }".to_owned(),
        "channels.ru = { chat = \"@example_ru\", language = \"ru\", style = \"own\" }".to_owned(),
        "[styles.own]".to_owned(),
        format!("heading = \"{}\"", rng.pick(&EMPHASES)),
        format!("title = \"{}\"", rng.pick(&EMPHASES)),
        format!("spacing = \"{}\"", rng.pick(&["loose", "tight"])),
    ];
    if rng.chance(50) {
        lines.push(format!("bullet = \"{}\"", rng.pick(&["▸", "🍂", "—", "**", "*", "👨‍👩‍👧"])));
    }
    if rng.chance(50) {
        let parts: Vec<_> = rng.shuffled(&PARTS).iter().map(|part| format!("\"{part}\"")).collect();
        lines.push(format!("layout = [{}]", parts.join(", ")));
    }
    if rng.chance(50) {
        lines.push(format!("part_mark = \"{}\"", rng.pick(&["({n}/{total})", "{n}", "* {n} 🙂"])));
    }
    if rng.chance(50) {
        let footer = inline::text(rng, LINE);
        lines.push(format!("footer.en = {}", toml::string(rng, &footer)));
    }
    if rng.chance(50) {
        let marker = if rng.chance(30) { "" } else { inline::marker(rng) };
        lines.push(format!("read_more.marker = \"{marker}\""));
    }
    if rng.chance(40) {
        for language in ["en", "ru"] {
            let label = inline::text(rng, LABEL);
            let typed = toml::string(rng, &label);
            lines.push(format!("read_more.label.{language} = {typed}"));
        }
    }
    lines.join("\n") + "\n"
}
