use super::*;
use proptest::prelude::*;

fn blocks(markdown: &str) -> Vec<Block> {
    let options = Options { rich: true, ..Options::default() };
    let body = body::parse_with(markdown, options);
    assert_eq!(body.problems, [], "{markdown}");
    lay_out_rich_blocks(&body.blocks, &Style::default())
}

#[test]
fn blocks_of_a_body_become_blocks_of_a_message() {
    for (markdown, expected) in [
        ("a **b**", r#"[{"type":"paragraph","text":["a ",{"type":"bold","text":"b"}]}]"#),
        ("# a", r#"[{"type":"heading","text":"a","size":2}]"#),
        (
            "3. a\n4. b",
            r#"[{"type":"list","items":[{"blocks":[{"type":"paragraph","text":"a"}],"value":3},{"blocks":[{"type":"paragraph","text":"b"}],"value":4}]}]"#,
        ),
        (
            "- [x] a",
            r#"[{"type":"list","items":[{"blocks":[{"type":"paragraph","text":"a"}],"task":true}]}]"#,
        ),
        (
            ">! a",
            r#"[{"type":"expandable_blockquote","blocks":[{"type":"paragraph","text":"a"}]}]"#,
        ),
        ("```rust\nfn\n```", r#"[{"type":"pre","text":"fn","language":"rust"}]"#),
    ] {
        assert_eq!(serde_json::to_string(&blocks(markdown)).unwrap(), expected, "{markdown}");
    }
}

#[test]
fn headings_keep_their_levels_below_the_largest_one() {
    let sizes = |markdown: &str| {
        let size = |block: Block| match block {
            Block::Heading { size, .. } => size,
            other => panic!("{other:?}"),
        };
        blocks(markdown).into_iter().map(size).collect::<Vec<_>>()
    };
    assert_eq!(sizes("## a\n### b\n## c\n#### d"), [2, 3, 2, 4]);
    assert_eq!(sizes("# a\n###### b\nc\n==="), [2, 6, 2]);
}

#[test]
fn footnotes_are_anchors_with_links_both_ways() {
    let shown = serde_json::to_value(blocks("a[^x] b[^x]\n\n[^x]: *c*")).unwrap();
    let link = serde_json::json!({"type": "superscript", "text": {
        "type": "anchor_link", "anchor_name": "footnote-1", "text": "1",
    }});
    let anchor = |name: &str| serde_json::json!({"type": "anchor", "name": name});
    let back = serde_json::json!({
        "type": "anchor_link", "anchor_name": "footnote-1-back", "text": "↩",
    });
    let italic = serde_json::json!({"type": "italic", "text": "c"});
    let expected = serde_json::json!([
        {"type": "paragraph", "text": ["a", anchor("footnote-1-back"), link, " b", link]},
        {"type": "list", "items": [{"value": 1, "blocks": [
            {"type": "paragraph", "text": [anchor("footnote-1"), italic, " ", back]},
        ]}]},
    ]);
    assert_eq!(shown, expected);
}

#[test]
fn link_to_an_anchor_of_another_message_is_plain_text() {
    let mut message = RichMessage { blocks: blocks("a[^1]\n\n[^1]: b"), is_rtl: false };
    let whole = message.clone();
    message.unlink_missing_anchors();
    assert_eq!(message, whole);
    message.blocks.pop();
    message.unlink_missing_anchors();
    let text =
        r#"["a",{"type":"anchor","name":"footnote-1-back"},{"type":"superscript","text":"1"}]"#;
    let Some(Block::Paragraph { text: left }) = message.blocks.first() else { panic!() };
    assert_eq!(serde_json::to_string(left).unwrap(), text);
    let mut note = RichMessage { blocks: whole.blocks[1..].to_vec(), is_rtl: false };
    note.unlink_missing_anchors();
    assert_eq!(note.plain(), "b");
}

/// The letters of a text; signs and digits may be markers that blocks replace.
fn letters(text: &str) -> String {
    text.chars().filter(|character| character.is_alphabetic()).collect()
}

fn markdown() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "one",
        "слово",
        "**bold**",
        "*it*",
        "`code`",
        "||hid||",
        "==mark==",
        "H<sub>i</sub>",
        "[link](https://example.org/)",
        "note[^a]",
        "👍",
        "\\|",
        "ü",
    ]);
    let words = prop::collection::vec(word, 1..5).prop_map(|words| words.join(" "));
    let leaf = (words, 0..9_u8).prop_map(|(words, kind)| match kind {
        0 => format!("# {words}"),
        1 => format!("### {words}"),
        2 => format!("- {words}\n- [x] {words}\n  1. {words}"),
        3 => format!("```rust\n{words}\n```"),
        4 => format!("{words} | b\n---|:-:\nc | {words}"),
        5 => "---".to_owned(),
        6 => format!("[^a]: {words}"),
        7 => format!("![{words}](picture.jpg)").replace("![[", "![x ["),
        _ => format!("{words}\n{words}"),
    });
    let quoted = |text: &str| {
        let lines: Vec<_> = text.lines().map(|line| format!("> {line}")).collect();
        lines.join("\n")
    };
    let block = leaf.prop_recursive(3, 12, 3, move |inner| {
        (prop::collection::vec(inner, 1..3), 0..3_u8).prop_map(move |(blocks, kind)| {
            let text = blocks.join("\n\n");
            match kind {
                0 => quoted(&text),
                1 => format!("<details><summary>sum</summary>\n\n{text}\n\n</details>"),
                _ => text,
            }
        })
    });
    prop::collection::vec(block, 1..5).prop_map(|blocks| blocks.join("\n\n"))
}

proptest! {
    #[test]
    fn blocks_have_the_text_of_the_classic_message_but_for_markers(source in markdown()) {
        let style = Style::default();
        let parse = |rich| body::parse_with(&source, Options { rich, ..Options::default() });
        let body = parse(true);
        prop_assume!(body.problems.iter().all(|problem| problem.kind.is_warning()));
        let has_image = source.contains("](picture.jpg)");
        let message = RichMessage { blocks: lay_out_rich_blocks(&body.blocks, &style), is_rtl: false };
        let seen = letters(&message.plain());
        let classic = super::super::lay_out_blocks(&body.blocks, &style);
        let classic = classic.map(|layout| letters(&layout.text.string)).unwrap_or_default();
        if !has_image {
            prop_assert_eq!(&seen, &classic);
        }
        // Where both formats show the same Markdown, they show the same text.
        let other = parse(false);
        if other.problems.is_empty() && !source.contains("==") && !has_image {
            let layout = super::super::lay_out_blocks(&other.blocks, &style).unwrap();
            prop_assert_eq!(seen, letters(&layout.text.string));
        }
    }
}

proptest! {
    #[test]
    fn written_markdown_becomes_the_same_blocks(source in markdown()) {
        let parse = |text: &str| body::parse_with(text, Options { rich: true, ..Options::default() });
        let style = Style { title_size: 1, ..Style::default() };
        let lay_out = |text: &str| lay_out_rich_blocks(&parse(text).blocks, &style);
        let message = RichMessage { blocks: lay_out(&source), is_rtl: false };
        let has_heading = message.blocks.iter().any(|block| heading_size(block).is_some());
        if let Ok(written) = super::markdown(&message)
            && (has_heading || !source.contains('#'))
        {
            prop_assert_eq!(lay_out(&written), message.blocks, "{}", written);
        }
    }
}

#[test]
fn what_markdown_cannot_express_is_named() {
    let text = |text: &str| Block::Paragraph { text: Text::string(text) };
    let mut noted = blocks("a[^1]\n\n[^1]: b");
    noted.push(text("#tag"));
    let collage = Block::Collage { blocks: vec![Block::Divider, Block::Divider], caption: None };
    let footer = Block::Footer { text: Text::string("a") };
    for (blocks, expected) in
        [(noted, "footnotes"), (vec![collage], "a collage"), (vec![footer], "small text")]
    {
        let refused = super::markdown(&RichMessage { blocks, is_rtl: false }).unwrap_err();
        assert!(refused.to_string().contains(expected), "{refused}");
    }
}

#[test]
fn message_is_split_between_blocks_and_a_heading_stays_with_its_text() {
    let text = |length: usize| Block::Paragraph { text: Text::string("x".repeat(length)) };
    let heading = || Block::Heading { text: Text::string("h"), size: 2 };
    let sizes = |blocks: Vec<Block>| {
        split(blocks).map(|parts| parts.iter().map(Vec::len).collect::<Vec<_>>())
    };
    assert_eq!(sizes(vec![text(32_768)]), Ok(vec![1]));
    assert_eq!(sizes(vec![text(20_000), text(12_768)]), Ok(vec![2]));
    assert_eq!(sizes(vec![text(20_000), text(12_769)]), Ok(vec![1, 1]));
    assert_eq!(sizes(vec![text(20_000), heading(), text(20_000)]), Ok(vec![1, 2]));
    assert_eq!(sizes((0..501).map(|_| text(1)).collect()), Ok(vec![500, 1]));
    let excess = sizes(vec![text(1), text(32_769)]).unwrap_err();
    assert_eq!((excess.used, excess.limit), (32_769, 32_768));
}
