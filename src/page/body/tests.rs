//! Hostile and ordinary texts as HTML.

use super::*;

fn shown(text: &str, entities: &[(EntityKind, usize, usize)]) -> String {
    let entities =
        entities.iter().map(|(kind, at, length)| Entity::new(kind.clone(), *at, *length));
    body(&FormattedText { string: text.into(), entities: entities.collect() }).0
}

#[test]
fn formatting_uses_html_elements() {
    for (kind, expected) in [
        (EntityKind::Bold, "<b>x</b>"),
        (EntityKind::Italic, "<i>x</i>"),
        (EntityKind::Underline, "<u>x</u>"),
        (EntityKind::Strikethrough, "<s>x</s>"),
        (EntityKind::Blockquote, "<blockquote dir=\"auto\">x</blockquote>"),
        (
            EntityKind::ExpandableBlockquote,
            "<blockquote class=\"fold\" dir=\"auto\" tabindex=\"0\">x</blockquote>",
        ),
        (
            EntityKind::Pre { language: Some("rust".into()) },
            "<pre tabindex=\"0\" data-language=\"rust\">x</pre>",
        ),
        (EntityKind::Pre { language: None }, "<pre tabindex=\"0\">x</pre>"),
        (
            EntityKind::DateTime { unix_time: 0, date_time_format: String::new() },
            "<time datetime=\"1970-01-01T00:00:00Z\">x</time>",
        ),
    ] {
        assert_eq!(shown("x", &[(kind, 0, 1)]), expected);
    }
}

#[test]
fn block_ends_its_line_once() {
    let text = shown("a\nq\nb", &[(EntityKind::Blockquote, 2, 1)]);
    assert_eq!(text, "a\n<blockquote dir=\"auto\">q</blockquote><span class=\"eol\">\n</span>b");
    assert_eq!(shown("a\n\nb", &[]), "a\n\nb");
}

#[test]
fn detected_links_are_links() {
    assert_eq!(
        shown("#tag example.org", &[]),
        "<span class=\"link\" data-kind=\"hashtag\">#tag</span> <a href=\"http://example.org/\" data-kind=\"url\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">example.org</a>"
    );
    let post = post_link::placeholder("summit").unwrap();
    let text = shown("more", &[(EntityKind::TextLink { url: post }, 0, 4)]);
    assert!(
        text.starts_with("<span class=\"unpublished\"") && text.contains("post summit"),
        "{text}"
    );
}

#[test]
fn texts_and_attributes_are_escaped() {
    let hostile = "\"'><script>alert(1)</script>&amp;<img src=x onerror=alert(1)>";
    let text = shown(hostile, &[]);
    assert!(!text.contains("<script") && !text.contains("<img"), "{text}");
    let length = telegram_text::utf16::len(hostile);
    for kind in [
        EntityKind::Pre { language: Some(hostile.into()) },
        EntityKind::CustomEmoji { custom_emoji_id: hostile.into() },
        EntityKind::TextLink { url: format!("https://example.org/{hostile}") },
        EntityKind::TextLink { url: format!("{}{hostile}", post_link::placeholder("a").unwrap()) },
    ] {
        let text = shown(hostile, &[(kind.clone(), 0, length)]);
        let tags = text.matches('<').count();
        assert_eq!(tags, 2, "{kind:?}: {text}");
        let start = text.split('>').next().unwrap_or_default();
        assert_eq!(start.matches('"').count() % 2, 0, "{text}");
        assert!(!start.contains(" onerror") || start.contains("&lt;img src=x onerror"), "{text}");
    }
}

#[test]
fn link_that_runs_something_is_not_a_link() {
    for address in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "tg://resolve?domain=x",
        "\u{1}javascript:alert(1)",
    ] {
        let text = shown("x", &[(EntityKind::TextLink { url: address.into() }, 0, 1)]);
        // Telegram puts http:// in front of an unknown scheme, which makes it harmless.
        assert!(!text.contains("href=\"javascript") && !text.contains("href=\"data"), "{text}");
        assert!(!text.contains("href") || text.contains("href=\"http"), "{text}");
    }
}
