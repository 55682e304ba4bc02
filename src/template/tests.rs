//! Values are filled into texts, and cannot leave them.

use proptest::prelude::*;
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
    assert_eq!(fence, Err(TemplateError::Fence));
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
}

#[test]
fn text_that_would_change_its_surroundings_is_refused() {
    for (template, value) in [
        ("heading = \"`{{a}}`\"", "x` **y**"),
        ("body = \"```\\n{{a}}\\n```\"", "x\n```\ny"),
        ("text = \"[x](https://example.org/{{a}})\"", "a) y"),
        ("text = \"[x]({{a}})\"", "not an address"),
        ("body = \"- {{a}}\"", "x\n\n\ny"),
        // Emphasis does not end between punctuation and a letter.
        ("heading = \"**{{a}}**x\"", "end."),
    ] {
        let refused = Err(TemplateError::Unfit("a".to_owned()));
        assert_eq!(filled(template, &[("a", value)]), refused, "{template} {value}");
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
        prop_assert_eq!(blocks.len(), 2, "{}", filled);
    }

    #[test]
    fn plain_words_always_fit(a in "[A-Za-z][A-Za-z0-9 .,:!?-]{0,20}[A-Za-z0-9]", b in "[*_~|`<>&#+\\-.)(\\[\\]!x ]{1,12}") {
        let found = fill("body = '{{a}} end'\nheading = 'H {{b}} end'", false, &values(&[("a", &a), ("b", &b)]));
        prop_assert!(found.is_ok(), "{:?}", found);
    }
}
