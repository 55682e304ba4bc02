//! Runs the table of `docs/markup.md`: each row is a test.

use super::body::{self, outline};
use super::{Entity, EntityKind, FormattedText, utf16};

const PAGE: &str = include_str!("../testdata/markup.md");

/// Where a row holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Body,
    Rich,
}

/// A row of the table, its code spans without their backticks.
struct Row {
    place: Place,
    typed: String,
    seen: String,
    entities: String,
}

/// Runs the rows about text fields. `parse` returns a text in normal form, or `None` if the markup is refused.
pub(crate) fn check_text_rows(parse: impl Fn(&str) -> Option<FormattedText>) {
    for row in rows().iter().filter(|row| row.place == Place::Text) {
        let (seen, entities) = match parse(&row.typed) {
            Some(text) => (text.string.clone(), entities_of(&text)),
            None => (String::new(), "refused".to_owned()),
        };
        assert_eq!((seen, entities), (row.seen.clone(), row.entities.clone()), "{:?}", row.typed);
    }
}

#[test]
fn rows_about_bodies_hold() {
    let rows = rows();
    let bodies = rows.iter().filter(|row| row.place != Place::Text);
    assert!(bodies.clone().count() > 20, "the table is not read");
    for row in bodies {
        let options = body::Options { rich: row.place == Place::Rich, ..Default::default() };
        let body = body::parse_with(&row.typed, options);
        assert_eq!(outline::of(&body), row.seen.replace('\n', "⏎"), "{:?}", row.typed);
    }
}

#[test]
fn rows_about_text_fields_are_read() {
    let rows = rows();
    let link =
        rows.iter().find(|row| row.typed == "[**two** words](https://example.org/)").unwrap();
    assert_eq!(link.seen, "two words");
    assert_eq!(link.entities, "text_link `two words` → `https://example.org/`, bold `two`");
    let spoiler = rows.iter().find(|row| row.typed == "||spoiler||").unwrap();
    assert_eq!(
        (spoiler.seen.as_str(), spoiler.entities.as_str()),
        ("spoiler", "spoiler `spoiler`")
    );
    assert!(rows.iter().any(|row| row.typed == "``a ` b``" && row.seen == "a ` b"));
    assert!(rows.iter().any(|row| row.typed == "**bold `code` bold**"));
    assert_eq!(rows.len(), PAGE.lines().filter(|line| is_row(line)).count());
}

/// The entities of a text as the table writes them: pieces of one style that touch are one, since readers see no
/// border.
fn entities_of(text: &FormattedText) -> String {
    let mut whole: Vec<Entity> = Vec::new();
    for entity in &text.entities {
        let before = whole.iter_mut().find(|before| {
            before.kind == entity.kind
                && entity.kind.is_splittable()
                && before.end() == entity.offset
        });
        match before {
            Some(before) => before.length += entity.length,
            None => whole.push(entity.clone()),
        }
    }
    Entity::sort(&mut whole);
    let each = whole.iter().map(|entity| {
        let from = utf16::byte_of(&text.string, entity.offset).unwrap();
        let to = utf16::byte_of(&text.string, entity.end()).unwrap();
        let words = text.string.get(from..to).unwrap();
        let more = match &entity.kind {
            EntityKind::TextLink { url } => format!(" → `{url}`"),
            EntityKind::CustomEmoji { custom_emoji_id } => format!(" → `{custom_emoji_id}`"),
            _ => String::new(),
        };
        format!("{} `{words}`{more}", entity.kind.name())
    });
    each.collect::<Vec<_>>().join(", ")
}

fn rows() -> Vec<Row> {
    PAGE.lines().filter(|line| is_row(line)).map(row).collect()
}

fn is_row(line: &str) -> bool {
    ["| text |", "| body |", "| rich |"].iter().any(|start| line.starts_with(start))
}

fn row(line: &str) -> Row {
    // A bar inside a cell is written `\|`.
    let line = line.replace("\\|", "\u{1}");
    let cells: Vec<String> = line
        .trim_matches('|')
        .split('|')
        .map(|cell| cell.trim().replace('\u{1}', "|").replace('⏎', "\n"))
        .collect();
    let [place, typed, seen, entities, _notes] = cells.as_slice() else {
        panic!("five cells: {line}")
    };
    Row {
        place: match place.as_str() {
            "text" => Place::Text,
            "body" => Place::Body,
            _ => Place::Rich,
        },
        typed: code(typed),
        seen: code(seen),
        entities: spans(entities),
    }
}

/// The content of a cell that is one code span.
fn code(cell: &str) -> String {
    let fence = cell.bytes().take_while(|byte| *byte == b'`').count();
    let inside = cell.get(fence..cell.len() - fence).unwrap();
    let padded = inside.strip_prefix(' ').and_then(|inside| inside.strip_suffix(' '));
    // CommonMark takes one space off both ends where both have one and more is inside.
    padded.filter(|_| fence > 0 && !inside.trim().is_empty()).unwrap_or(inside).to_owned()
}

/// The cell with each code span between single backticks, as [`entities_of`] writes them.
fn spans(cell: &str) -> String {
    cell.replace("``", "`")
}
