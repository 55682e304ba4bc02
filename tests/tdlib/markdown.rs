//! Random bodies: paragraphs, headings, nested lists and quotes, and code fences.

use super::inline::{self, FIELD, LINE};
use super::rng::Rng;

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
pub(super) fn body(rng: &mut Rng) -> String {
    let most = if rng.chance(3) { 50 } else { 6 };
    blocks(rng, most, 3, true).join("\n\n") + "\n"
}

/// Blocks, to be separated by blank lines. `quotes`: whether quotations are allowed.
fn blocks(rng: &mut Rng, most: usize, depth: usize, quotes: bool) -> Vec<String> {
    (0..rng.between(1, most)).map(|_| block(rng, depth, quotes)).collect()
}

fn block(rng: &mut Rng, depth: usize, quotes: bool) -> String {
    match rng.below(10) {
        4 => heading(rng),
        5 | 6 if depth > 0 => list(rng, depth - 1, quotes),
        7 | 8 if depth > 0 && quotes => quote(rng, depth - 1),
        9 => fence(rng),
        _ => paragraph(rng),
    }
}

fn paragraph(rng: &mut Rng) -> String {
    let ends = ["\n", "\n", "  \n", "\\\n"];
    let mut text = inline::text(rng, LINE);
    for _ in 0..rng.below(3) {
        text.push_str(rng.pick(&ends));
        text.push_str(&inline::text(rng, LINE));
    }
    text
}

fn heading(rng: &mut Rng) -> String {
    let words = inline::text(rng, LINE);
    match rng.below(5) {
        0 => format!("{words}\n==="),
        1 => format!("## {words} ##"),
        _ => format!("{} {words}", "#".repeat(rng.between(1, 6))),
    }
}

fn list(rng: &mut Rng, depth: usize, quotes: bool) -> String {
    let sign = rng.pick(&["-", "*", "+", "1.", "1)", "7."]);
    let loose = rng.chance(30);
    let items: Vec<_> = (0..rng.between(1, 4))
        .map(|_| {
            let mut item = vec![paragraph(rng)];
            if depth > 0 && rng.chance(40) {
                item.extend(blocks(rng, 2, depth, quotes));
            }
            let separator = if loose || rng.chance(50) { "\n\n" } else { "\n" };
            let body = indented(&item.join(separator), &" ".repeat(sign.len() + 1));
            format!("{sign} {}", body.trim_start())
        })
        .collect();
    items.join(if loose { "\n\n" } else { "\n" })
}

fn quote(rng: &mut Rng, depth: usize) -> String {
    let inner = blocks(rng, 3, depth, false).join("\n\n");
    let quoted = indented(&inner, "> ");
    if rng.chance(40) { quoted.replacen("> ", ">! ", 1) } else { quoted }
}

fn fence(rng: &mut Rng) -> String {
    let lines: Vec<_> = (0..rng.between(1, 4)).map(|_| rng.pick(&CODE)).collect();
    let language = rng.pick(&["", "rust", "c++", "язык"]);
    let fence = rng.pick(&["```", "````", "~~~~"]);
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
pub(super) fn code(rng: &mut Rng) -> String {
    let lines: Vec<_> = (0..rng.between(1, 4)).map(|_| rng.pick(&CODE)).collect();
    format!("let x;\n{}\n", lines.join("\n"))
}

/// Paragraphs for a text field.
pub(super) fn paragraphs(rng: &mut Rng) -> String {
    let most = if rng.chance(1) { 100 } else { 2 };
    (0..rng.between(1, most)).map(|_| inline::text(rng, FIELD)).collect::<Vec<_>>().join("\n\n")
}
