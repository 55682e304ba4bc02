//! Blocks written in one line, for tests and for the table in `docs/markup.md`.

use super::Body;
use crate::ParsedText;
use crate::block::{Alignment, Block, Footnote, with_gaps};

/// The blocks and problems of a body: `paragraph "a"; list(• paragraph "b"); refused: a table`.
pub(crate) fn of(body: &Body) -> String {
    let problems = body.problems.iter().map(|problem| {
        let severity = if problem.kind.is_warning() { "warning" } else { "refused" };
        format!("{severity}: {}", problem.kind)
    });
    blocks(&body.blocks).into_iter().chain(problems).collect::<Vec<_>>().join("; ")
}

/// The blocks, separated by spaces.
pub(crate) fn blocks(blocks: &[Block]) -> Vec<String> {
    with_gaps(blocks, "").map(|(_, shown)| block(shown)).collect()
}

fn block(block: &Block) -> String {
    match block {
        Block::Paragraph(prose) => format!("text {}", quoted(prose)),
        Block::Heading { text, .. } => format!("heading {}", quoted(text)),
        Block::List(list) => {
            let items = list.items.iter().enumerate().map(|(index, item)| {
                let inside = blocks(&item.blocks).join("; ");
                let task = item.task.map(|is_done| if is_done { "☑" } else { "☐" });
                match (list.start, task) {
                    (None, task) => format!("{} {inside}", task.unwrap_or("•")),
                    (Some(start), task) => {
                        let number = start + u64::try_from(index).unwrap();
                        let task = task.map(|task| format!("{task} ")).unwrap_or_default();
                        format!("{number}. {task}{inside}")
                    }
                }
            });
            format!("list({})", items.collect::<Vec<_>>().join(" "))
        }
        Block::Quote { title, blocks: inside, expandable } => {
            let kind = if *expandable { "expandable quote" } else { "quote" };
            let title = title.as_ref().map(|title| format!("{} | ", quoted(title)));
            format!("{kind}({}{})", title.unwrap_or_default(), blocks(inside).join("; "))
        }
        Block::LineBreak => String::new(),
        Block::Code { code, language } => {
            let language =
                language.as_deref().map(|language| format!("{language} ")).unwrap_or_default();
            format!("code {language}{}", quoted(code))
        }
        Block::Details { summary, blocks: inside, is_open } => {
            let kind = if *is_open { "open details" } else { "details" };
            format!("{kind}({} | {})", quoted(summary), blocks(inside).join("; "))
        }
        Block::Table(table) => {
            let sides = table.columns.iter().map(|side| match side {
                Alignment::Left => "l",
                Alignment::Center => "c",
                Alignment::Right => "r",
            });
            let row = |row: &Vec<ParsedText>| row.iter().map(quoted).collect::<Vec<_>>().join(" ");
            let rows: Vec<_> = std::iter::once(&table.header).chain(&table.rows).map(row).collect();
            format!("table {}({})", sides.collect::<String>(), rows.join(" | "))
        }
        Block::Divider => "divider".to_owned(),
        Block::Image(image) => format!("image {:?} {}", image.path, quoted(&image.caption)),
        Block::Footnotes(notes) => {
            let note =
                |note: &Footnote| format!("{}. {}", note.number, blocks(&note.blocks).join("; "));
            format!("footnotes({})", notes.iter().map(note).collect::<Vec<_>>().join(" "))
        }
    }
}

fn quoted(prose: &ParsedText) -> String {
    format!("{:?}", prose.text.string).replace("\\n", "⏎")
}
