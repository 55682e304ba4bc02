//! Blocks written in one line, for tests and for the table in `docs/markup.md`.

use super::Body;
use crate::ParsedText;
use crate::block::{Block, with_gaps};

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
        Block::Heading(prose) => format!("heading {}", quoted(prose)),
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
    }
}

fn quoted(prose: &ParsedText) -> String {
    format!("{:?}", prose.text.string).replace("\\n", "⏎")
}
