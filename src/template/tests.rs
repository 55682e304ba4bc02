//! Values are filled into texts, and cannot leave them.

use proptest::prelude::*;
use telegram_text::block::Block;
use toml_edit::DocumentMut;

use super::*;

fn values(of: &[(&str, &str)]) -> Values {
    of.iter().map(|(key, value)| ((*key).to_owned(), Value::Text((*value).to_owned()))).collect()
}

fn filled(template: &str, of: &[(&str, &str)]) -> Result<String, TemplateError> {
    fill(template, false, &values(of))
}

#[test]
fn values_are_filled_into_strings_only() {
    let template = "# {{a}} stays\nheading = \"{{a}} and {{ b }}\" # {{a}}\nbullets = [\"x\", '{{b}}']\nread_more = { url = \"https://example.org/{{a}}\" }\n[[buttons]]\ntext = \"{{b}}\"\ncopy = \"{{a}}\"\n";
    let expected = "# {{a}} stays\nheading = \"1.2 and x_y\" # {{a}}\nbullets = [\"x\", \"x_y\"]\nread_more = { url = \"https://example.org/1.2\" }\n[[buttons]]\ntext = \"x_y\"\ncopy = \"1.2\"\n";
    assert_eq!(filled(template, &[("a", "1.2"), ("b", "x_y")]), Ok(expected.to_owned()));
}

#[test]
fn texts_are_escaped_where_the_key_is_markdown() {
    for (template, value, expected) in [
        ("heading = \"{{a}}\"", "*x* [y](z)", "heading = '\\*x\\* \\[y\\](z)'"),
        ("heading = \"**{{a}}**\"", "a*b", "heading = '**a\\*b**'"),
        ("heading = \"`{{a}}`\"", "a_b*c", "heading = \"`a_b*c`\""),
        ("body = \"{{a}}\"", "1. x", "body = '1\\. x'"),
        ("body = \"{{a}}\"", "- x", "body = '\\- x'"),
        ("body = \"{{a}}\"", "# x", "body = '\\# x'"),
        ("body = \"x {{a}}\"", "- x # y", "body = 'x \\- x # y'"),
        ("body = \"{{a}}\"", "snake_case 1.2.0-rc+1", "body = \"snake_case 1.2.0-rc+1\""),
        ("body = \"> {{a}}\"", "one\ntwo", "body = \"\"\"\n> one\n> two\"\"\""),
        ("lead = { text = \"{{a}}\" }", "*x*", "lead = { text = '\\*x\\*' }"),
        (
            "text = \"[x]({{a}})\"",
            "https://example.org/a_b",
            "text = \"[x](https://example.org/a_b)\"",
        ),
        // Other strings have no markup.
        (
            "read_more = \"{{a}}\"",
            "https://example.org/*_",
            "read_more = \"https://example.org/*_\"",
        ),
        ("code = \"{{a}}\"", "a * b", "code = \"a * b\""),
        ("hashtags = [\"{{a}}\"]", "a_b", "hashtags = [\"a_b\"]"),
        // Other types.
        ("publish_at = \"{{a}}\"", "2030-01-01T09:00:00Z", "publish_at = 2030-01-01T09:00:00Z"),
        ("poll = { question = \"{{a}}?\" }", "*x*", "poll = { question = '\\*x\\*?' }"),
        ("draft = \"{{a}}\"", "true", "draft = true"),
        ("draft = \"{{a}}\"", "true # x", "draft = \"true # x\""),
        ("draft = \"{{a}}\"", "maybe", "draft = \"maybe\""),
    ] {
        let found = filled(template, &[("a", value)]).map(|text| text.trim_end().to_owned());
        assert_eq!(found, Ok(expected.to_owned()), "{template} {value}");
    }
}

#[test]
fn markdown_of_a_file_formats_and_stays_in_its_block() {
    let notes = "## Fixed\n\n- one\n- **two**\n\n";
    let values = Values::from([("notes".to_owned(), Value::Markdown(notes.to_owned()))]);
    assert_eq!(
        fill("body = \"{{notes}}\"", false, &values),
        Ok("body = \"\"\"\n## Fixed\n\n- one\n- **two**\"\"\"\n".to_owned())
    );
    assert_eq!(
        fill("+++\nheading = \"A\"\n+++\n\n- Notes\n\n> {{notes}}\n", true, &values),
        Ok("+++\nheading = \"A\"\n+++\n\n- Notes\n\n> ## Fixed\n> \n> - one\n> - **two**\n"
            .to_owned())
    );
}

#[test]
fn markdown_template_keeps_its_front_matter() {
    let template = "+++\r\nheading = \"{{a}}\"\r\n+++\r\n\r\nText: {{b}}\r\n";
    assert_eq!(
        fill(template, true, &values(&[("a", "x\"y"), ("b", "*z*")])),
        Ok("+++\nheading = 'x\"y'\n+++\n\nText: \\*z\\*\n".to_owned())
    );
    let template = "+++\ncode = \"{{a}}\"\n+++\n";
    let fence = fill(template, true, &values(&[("a", "x\n+++\nbody = 1")]));
    assert_eq!(fence, Err(TemplateError::EndsFrontMatter));
    assert_eq!(fill("heading = \"A\"", true, &Values::new()), Err(TemplateError::FrontMatter));
}

#[test]
fn missing_and_unused_keys_are_listed_together() {
    let error =
        filled("heading = \"{{a}} {{b}}\"\ntext = '{{c}}'", &[("b", ""), ("x", ""), ("y", "")]);
    let error = error.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the template needs a value for `a`, `c`, and has no placeholder for `x`, `y`"
    );
    assert_eq!(error.hint(), "add --set a=… --set c=…");
    let error = filled("# {{b}}\nheading = \"{{a}}\"", &[("a", ""), ("b", "")]).unwrap_err();
    assert_eq!(error.to_string(), "the template has no placeholder for `b`");
    assert_eq!(error.hint(), "leave it out");
}

#[test]
fn text_that_would_change_its_surroundings_is_refused() {
    for (template, value) in [
        ("heading = \"`{{a}}`\"", "x` **y**"),
        ("body = \"```\\n{{a}}\\n```\"", "x\n```\ny"),
        ("text = \"[x](https://example.org/{{a}})\"", "a) y"),
        ("body = \"One {{a}} end\"", "x\n\ny"),
        ("body = \"# {{a}}\"", "x\n\ny"),
        // Emphasis does not end between punctuation and a letter.
        ("heading = \"**{{a}}**x\"", "end."),
    ] {
        let refused = Err(TemplateError::NotPlainText("a".to_owned()));
        assert_eq!(filled(template, &[("a", value)]), refused, "{template} {value}");
    }
    let address = filled("text = \"[x]({{a}})\"", &[("a", "example.org/a b")]);
    assert_eq!(address, Err(TemplateError::InvalidAddress("a".to_owned())));
    // The value that does not fit is named, and no other one.
    let template = "body = '**{{a}}** `{{b}}`'";
    let refused = filled(template, &[("a", "1.2-rc.1 *"), ("b", "x`y")]);
    assert_eq!(refused, Err(TemplateError::NotPlainText("b".to_owned())));
}

#[test]
fn text_of_several_paragraphs_is_several_paragraphs() {
    for (template, value, expected) in [
        ("body = '{{a}}'", "x\n\n- y", "body = '''\nx\n\n\\- y'''\n"),
        ("body = '- {{a}}'", "x\n\ny", "body = \"\"\"\n- x\n  \n  y\"\"\"\n"),
        ("body = 'One {{a}}'", "x\n\ny", "body = \"\"\"\nOne x\n\ny\"\"\"\n"),
    ] {
        assert_eq!(filled(template, &[("a", value)]), Ok(expected.to_owned()), "{template}");
    }
}

#[test]
fn markdown_that_would_change_its_surroundings_is_refused() {
    let body = "One.\n\n{{a}}\n\nTwo [link][x].\n\n[x]: https://example.org/\n";
    let fill = |template: &str, markdown: &str| {
        let values = Values::from([("a".to_owned(), Value::Markdown(markdown.to_owned()))]);
        fill(&format!("+++\n+++\n{template}"), true, &values)
    };
    for (template, markdown) in [
        (body, "```\nnot closed"),
        (body, "<!-- not closed"),
        (body, "<details>"),
        (body, "[x]: https://example.com/\n\nText"),
        ("{{a}}\nThe next line.", "> quote"),
        ("{{a}}\nThe next line.", "- item"),
        ("{{a}} end", "```\ncode\n```"),
        ("One {{a}} two", "x\n\ny"),
        ("One {{a}}", "x\n==="),
        ("**One {{a}}**", "x** y **z"),
        ("**One {{a}}**", "x\n\ny"),
        ("[One {{a}}](https://example.org/)", "[x](https://example.com/)"),
        ("{{a}}*", "*x"),
        ("{{a}}\n\n1. last", "1. x"),
    ] {
        let refused = Err(TemplateError::ChangesTemplate("a".to_owned()));
        assert_eq!(fill(template, markdown), refused, "{template} {markdown}");
    }
    for (template, markdown) in [
        (body, "# Heading\n\n- one\n- `two` [y][z]\n\n> quote\n\n[z]: https://example.com/"),
        (body, "```\nclosed\n```"),
        ("{{a}}\n\n- last", "- first"),
        ("**One {{a}}**", "*x* `y`"),
        ("> {{a}}\n\nLast", "# x\n\n- y"),
        ("# {{a}}", "x [y](https://example.org/)"),
        ("[x]({{a}}) y", "https://example.org/"),
        ("```{{a}}\nx\n```", "rust"),
        ("{{a}}", ""),
    ] {
        let found = fill(template, markdown);
        assert!(found.is_ok(), "{template} {markdown} {found:?}");
    }
}

#[test]
fn every_built_in_template_can_be_filled() {
    for (name, template) in BUILT_IN {
        let mut document = parse(template).unwrap();
        let values = fill::keys(&mut document).into_iter().map(|key| {
            let value = if key == "url" { "https://example.org/" } else { "Some *words*" };
            (key, Value::Text(value.to_owned()))
        });
        fill(template, false, &values.collect()).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// Values that try to leave their place.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = [
        "\"",
        "'",
        "'''",
        "\"\"\"",
        "\n",
        "\r\n",
        "\n\n",
        "\\",
        "{{other}}",
        "{{a}}",
        "}}",
        "]",
        "[",
        "#",
        "\u{0}",
        "\u{1b}",
        "\u{7f}",
        "+++",
        "\n+++\n",
        "`",
        "**",
        "_",
        "](x)",
        "<b>",
        "&amp;",
        "- ",
        "> ",
        "1. ",
        "    ",
        "```\n",
        "draft = true\n",
        "[editions.en]\n",
        "é",
        "🎙",
        "x",
        "word ",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..8).prop_map(|all| all.concat())
}

/// The strings of a document by the paths to them.
fn strings(item: &toml_edit::Item, path: &str, found: &mut Vec<(String, String)>) {
    if let Some(text) = item.as_str() {
        found.push((path.to_owned(), text.to_owned()));
    }
    if let Some(array) = item.as_array() {
        for (number, value) in array.iter().enumerate() {
            strings(&toml_edit::Item::Value(value.clone()), &format!("{path}.{number}"), found);
        }
    }
    if let Some(table) = item.as_table_like() {
        for (key, item) in table.iter() {
            strings(item, &format!("{path}.{key}"), found);
        }
    }
}

const TEMPLATE: &str = "heading = \"Version **{{a}}**!\"\nbody = '''\nOne {{a}}\n\n- {{b}}\n- `{{a}}`\n\n[Link](https://example.org/)\n'''\nhashtag_suffix = \"{{b}}\"\nhashtags = [\"x{{a}}\"]\n";

proptest! {
    #[test]
    fn no_value_leaves_its_string_in_toml(a in hostile(), b in hostile()) {
        let values = values(&[("a", &a), ("b", &b)]);
        let Ok(filled) = fill(TEMPLATE, false, &values) else { return Ok(()) };
        let found: DocumentMut = filled.parse().expect("valid TOML");
        let (mut before, mut after) = (Vec::new(), Vec::new());
        strings(parse(TEMPLATE).unwrap().as_item(), "", &mut before);
        strings(found.as_item(), "", &mut after);
        let paths = |of: &[(String, String)]| of.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>();
        prop_assert_eq!(paths(&before), paths(&after));
        // Strings without markup hold the value itself.
        let suffix = after.iter().find(|(path, _)| path == ".hashtag_suffix").unwrap();
        prop_assert_eq!(suffix.1.replace("\r\n", "\n"), b.trim_end_matches('\n').replace("\r\n", "\n"));
    }

    #[test]
    fn markdown_texts_keep_the_blocks_of_the_template(a in hostile(), b in hostile()) {
        let template = "+++\nheading = \"{{a}}\"\n+++\nOne {{a}}\n\n- {{b}}\n- last\n";
        let Ok(filled) = fill(template, true, &values(&[("a", &a), ("b", &b)])) else { return Ok(()) };
        let MarkdownFile::Post { toml, body } = MarkdownFile::of(&filled) else { panic!("{filled}") };
        let table: DocumentMut = toml.parse().expect("valid TOML");
        prop_assert_eq!(table.iter().map(|(key, _)| key).collect::<Vec<_>>(), ["heading"]);
        let blocks = telegram_text::body::parse(filled.get(body.unwrap()).unwrap()).blocks;
        // Only a text with a blank line makes another paragraph.
        let [Block::Paragraph(first), .., Block::List(last)] = blocks.as_slice() else {
            panic!("{filled}")
        };
        prop_assert!(first.text.string.starts_with("One"), "{}", filled);
        prop_assert_eq!(last.items.len(), 2, "{}", filled);
        let is_paragraph = |block: &Block| matches!(block, Block::Paragraph(_));
        prop_assert!(blocks.iter().rev().skip(1).all(is_paragraph), "{}", filled);
    }

    #[test]
    fn markdown_of_a_file_keeps_the_texts_of_the_template(a in hostile()) {
        let template = "+++\n+++\nFirst **bold** [link][x].\n\n{{a}}\n\n- last\n\n[x]: https://example.org/\n";
        let of = |filled: &str| {
            let MarkdownFile::Post { body, .. } = MarkdownFile::of(filled) else { panic!("{filled}") };
            telegram_text::body::parse(filled.get(body.unwrap()).unwrap()).blocks
        };
        let values = Values::from([("a".to_owned(), Value::Markdown(a))]);
        let Ok(filled) = fill(template, true, &values) else { return Ok(()) };
        let text = |block: Option<&Block>| match block {
            Some(Block::Paragraph(text)) => Some(text.text.clone()),
            _ => None,
        };
        let (before, after) = (of(template), of(&filled));
        prop_assert_eq!(text(before.first()), text(after.first()), "{}", filled);
        let Some(Block::List(list)) = after.last() else { panic!("{filled}") };
        let item = list.items.last().unwrap();
        prop_assert_eq!(text(item.blocks.first()).unwrap().string, "last", "{}", filled);
    }

    #[test]
    fn plain_words_always_fit(a in "[A-Za-z][A-Za-z0-9 .,:!?-]{0,20}[A-Za-z0-9]", b in "[*_~|`<>&#+\\-.)(\\[\\]!x ]{1,12}") {
        let found = fill("body = '{{a}} end'\nheading = 'H {{b}} end'", false, &values(&[("a", &a), ("b", &b)]));
        prop_assert!(found.is_ok(), "{:?}", found);
    }
}
