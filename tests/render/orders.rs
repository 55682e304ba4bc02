//! Every order and every selection of the parts of a post: the result is their blocks with one blank line between them.

use telepress::config::{self, Style};
use telepress::ids::PostId;
use telepress::layout::{self, Parts};
use telepress::media::NoFiles;
use telepress::post::Edition;
use telepress::source::SourceFile;

/// The parts, the text of each in the post (the style has the footer), and what readers see.
const PARTS: [(&str, &str, &str); 6] = [
    ("heading", "marker = \"🎙\"\nheading = \"Head **line**\"", "🎙 Head line"),
    ("lead", "lead = { marker = \"💬\", text = \"Lead\" }", "💬 Lead"),
    ("body", "text = \"One\\n\\nTwo\"\nbullets = [\"a\", \"b\"]", "One\n\nTwo\n\n• a\n\n• b"),
    ("read_more", "read_more = \"https://example.org/full\"", "📄 Read in full"),
    ("hashtags", "hashtags = [\"one\", \"two\"]\nhashtag_suffix = \"🏁\"", "#one #two 🏁"),
    ("footer", "", "The foot"),
];
const FOOTER: usize = 5;
/// A post needs more than hashtags.
const TAGS: usize = 1 << 4;

/// All orders of the six parts, by Heap's algorithm.
fn orders() -> Vec<[usize; 6]> {
    fn heap(count: usize, order: &mut [usize; 6], out: &mut Vec<[usize; 6]>) {
        if count == 1 {
            out.push(*order);
            return;
        }
        for index in 0..count {
            heap(count - 1, order, out);
            let other = if count.is_multiple_of(2) { index } else { 0 };
            if index + 1 < count {
                order.swap(other, count - 1);
            }
        }
    }
    let mut out = Vec::new();
    heap(6, &mut [0, 1, 2, 3, 4, 5], &mut out);
    out
}

fn style(order: &[usize; 6], footer: bool) -> Style {
    let layout: Vec<_> = order.iter().map(|part| PARTS[*part].0).collect();
    let footer = if footer { "footer = { en = \"The foot\" }" } else { "" };
    let text = format!(
        "[channels.news]\nchat = \"@example_news\"\nlanguage = \"en\"\nstyle = \"tried\"\n[styles.tried]\nlayout = {layout:?}\n{footer}"
    );
    let (config, diagnostics) = config::check(&SourceFile::new("telepress.toml", text));
    config.unwrap_or_else(|| panic!("{diagnostics:?}")).channels.remove(0).style.clone()
}

/// A post with the parts whose bits are set in `mask`.
fn edition(mask: usize) -> Edition {
    let has = |index: &usize| mask & (1 << index) != 0;
    let lines: Vec<_> = (0..FOOTER).filter(has).map(|index| PARTS[index].1).collect();
    let (config, _) = config::check(&SourceFile::new(
        "telepress.toml",
        "channels.news = { chat = \"@example_news\", language = \"en\" }",
    ));
    let file = SourceFile::new("posts/tried.toml", lines.join("\n"));
    let id = PostId::parse("tried").unwrap();
    let checked =
        telepress::check::check(&file, id, &config.unwrap(), jiff::Timestamp::UNIX_EPOCH, &NoFiles);
    checked.post.unwrap_or_else(|| panic!("{:?}", checked.diagnostics)).post.editions.remove(0)
}

fn text(parts: Parts) -> String {
    let Parts::Fit(parts) = parts else { panic!("{parts:?}") };
    let [message] = parts.as_slice() else { panic!("{parts:?}") };
    message.string().into_owned()
}

#[test]
fn every_selection_of_parts_in_every_order_is_its_blocks_and_one_blank_line_between_them() {
    let orders = orders();
    assert_eq!(orders.iter().collect::<std::collections::BTreeSet<_>>().len(), 720);
    let editions: Vec<_> =
        (1..1 << FOOTER).filter(|mask| *mask != TAGS).map(|mask| (mask, edition(mask))).collect();
    for order in &orders {
        for (footer, foot) in [(false, 0), (true, 1 << FOOTER)] {
            let style = style(order, footer);
            for (mask, edition) in &editions {
                let shown = order.iter().filter(|part| (mask | foot) & (1 << **part) != 0);
                let expected: Vec<_> = shown.map(|part| PARTS[*part].2).collect();
                assert_eq!(
                    text(layout::parts(edition, &style)),
                    expected.join("\n\n"),
                    "{order:?} {mask:b}"
                );
            }
        }
    }
}

#[test]
fn part_left_out_of_the_layout_leaves_no_gap() {
    for order in orders().into_iter().step_by(7) {
        let style = Style {
            layout: style(&order, true).layout.into_iter().take(3).collect(),
            ..style(&order, true)
        };
        let expected: Vec<_> = order.iter().take(3).map(|part| PARTS[*part].2).collect();
        assert_eq!(text(layout::parts(&edition(0b11111), &style)), expected.join("\n\n"));
    }
}
