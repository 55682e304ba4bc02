//! Random bodies: paragraphs, headings, nested lists and quotes, and code fences.

use super::dice::Dice;
use super::inline::{self, FIELD, LINE};

/// Lines of code; telepress must not parse them as Markdown.
const CODE: [&str; 7] = [
    "fn f() { a[0] * b }",
    "    indented **not bold**",
    "",
    "`tick` ~~~ || [x](y)",
    "слово // 🙂",
    "# no heading",
    "$ run --fast",
];

/// A whole body.
pub(super) fn body(dice: &mut Dice) -> String {
    let most = if dice.chance(3) { 50 } else { 6 };
    blocks(dice, most, 3, true).join("\n\n") + "\n"
}

/// Blocks, to be separated by blank lines. `quotes`: whether quotations are allowed.
fn blocks(dice: &mut Dice, most: usize, depth: usize, quotes: bool) -> Vec<String> {
    (0..dice.between(1, most)).map(|_| block(dice, depth, quotes)).collect()
}

fn block(dice: &mut Dice, depth: usize, quotes: bool) -> String {
    match dice.below(10) {
        4 => heading(dice),
        5 | 6 if depth > 0 => list(dice, depth - 1, quotes),
        7 | 8 if depth > 0 && quotes => quote(dice, depth - 1),
        9 => fence(dice),
        _ => paragraph(dice),
    }
}

fn paragraph(dice: &mut Dice) -> String {
    let ends = ["\n", "\n", "  \n", "\\\n"];
    let mut text = inline::text(dice, LINE);
    for _ in 0..dice.below(3) {
        text.push_str(dice.pick(&ends));
        text.push_str(&inline::text(dice, LINE));
    }
    text
}

fn heading(dice: &mut Dice) -> String {
    let words = inline::text(dice, LINE);
    match dice.below(5) {
        0 => format!("{words}\n==="),
        1 => format!("## {words} ##"),
        _ => format!("{} {words}", "#".repeat(dice.between(1, 6))),
    }
}

fn list(dice: &mut Dice, depth: usize, quotes: bool) -> String {
    let sign = dice.pick(&["-", "*", "+", "1.", "1)", "7."]);
    let loose = dice.chance(30);
    let items: Vec<_> = (0..dice.between(1, 4))
        .map(|_| {
            let mut item = vec![paragraph(dice)];
            if depth > 0 && dice.chance(40) {
                item.extend(blocks(dice, 2, depth, quotes));
            }
            let separator = if loose || dice.chance(50) { "\n\n" } else { "\n" };
            let body = indented(&item.join(separator), &" ".repeat(sign.len() + 1));
            format!("{sign} {}", body.trim_start())
        })
        .collect();
    items.join(if loose { "\n\n" } else { "\n" })
}

fn quote(dice: &mut Dice, depth: usize) -> String {
    let inner = blocks(dice, 3, depth, false).join("\n\n");
    let quoted = indented(&inner, "> ");
    if dice.chance(40) { quoted.replacen("> ", ">! ", 1) } else { quoted }
}

fn fence(dice: &mut Dice) -> String {
    let lines: Vec<_> = (0..dice.between(1, 4)).map(|_| dice.pick(&CODE)).collect();
    let language = dice.pick(&["", "rust", "c++", "язык"]);
    let fence = dice.pick(&["```", "````", "~~~~"]);
    format!("{fence}{language}\nx\n{}\n{fence}", lines.join("\n"))
}

/// `text` with `prefix` in front of each line. Two trailing spaces are a hard line break, so only empty lines are trimmed.
fn indented(text: &str, prefix: &str) -> String {
    let line = |line: &str| match line {
        "" => prefix.trim_end().to_owned(),
        _ => format!("{prefix}{line}"),
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// A block of code for the key `code`.
pub(super) fn code(dice: &mut Dice) -> String {
    let lines: Vec<_> = (0..dice.between(1, 4)).map(|_| dice.pick(&CODE)).collect();
    format!("let x;\n{}\n", lines.join("\n"))
}

/// Paragraphs for a text field.
pub(super) fn paragraphs(dice: &mut Dice) -> String {
    let most = if dice.chance(1) { 100 } else { 2 };
    (0..dice.between(1, most)).map(|_| inline::text(dice, FIELD)).collect::<Vec<_>>().join("\n\n")
}
