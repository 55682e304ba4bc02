//! Random configs: one English and one Russian channel, and a style with random values for its keys.

use super::dice::Dice;
use super::inline::{self, LABEL, LINE};
use super::toml;

const EMPHASES: [&str; 4] = ["plain", "bold", "italic", "underline"];
const PARTS: [&str; 6] = ["heading", "lead", "body", "read_more", "hashtags", "footer"];

pub(super) fn config(dice: &mut Dice) -> String {
    let mut lines = vec![
        "bot.custom_emoji = true".to_owned(),
        "channels.en = { chat = \"@example_en\", language = \"en\", style = \"own\" }".to_owned(),
        "channels.ru = { chat = \"@example_ru\", language = \"ru\", style = \"own\" }".to_owned(),
        "[styles.own]".to_owned(),
        format!("heading = \"{}\"", dice.pick(&EMPHASES)),
        format!("title = \"{}\"", dice.pick(&EMPHASES)),
        format!("spacing = \"{}\"", dice.pick(&["loose", "tight"])),
    ];
    if dice.chance(50) {
        lines.push(format!("bullet = \"{}\"", dice.pick(&["▸", "🍂", "—", "**", "*", "👨‍👩‍👧"])));
    }
    if dice.chance(50) {
        let parts: Vec<_> =
            dice.shuffled(&PARTS).iter().map(|part| format!("\"{part}\"")).collect();
        lines.push(format!("layout = [{}]", parts.join(", ")));
    }
    if dice.chance(50) {
        lines.push(format!("part_mark = \"{}\"", dice.pick(&["({n}/{total})", "{n}", "* {n} 🙂"])));
    }
    if dice.chance(50) {
        let footer = inline::text(dice, LINE);
        lines.push(format!("footer.en = {}", toml::string(dice, &footer)));
    }
    if dice.chance(50) {
        let marker = if dice.chance(30) { "" } else { inline::marker(dice) };
        lines.push(format!("read_more.marker = \"{marker}\""));
    }
    if dice.chance(40) {
        for language in ["en", "ru"] {
            let label = inline::text(dice, LABEL);
            let typed = toml::string(dice, &label);
            lines.push(format!("read_more.label.{language} = {typed}"));
        }
    }
    lines.join("\n") + "\n"
}
