//! HTML tags, comments and autolinks: what is between `<` and `>`. It does not decide what a tag means for a text.

use std::ops::Range;

use super::Style;

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    /// Its name in lower case.
    pub(crate) name: String,
    /// Whether it is `</…>`.
    pub(crate) closes: bool,
    /// The bytes of the value of `href`, counted from the `<`.
    pub(crate) href: Option<Range<usize>>,
    /// Whether it has the attribute `open`.
    pub(crate) is_open: bool,
    /// Its length in bytes.
    pub(crate) length: usize,
}

/// A tag that formats text in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TagStyle {
    Style(Style),
    Code,
    Link,
}

/// The names of the tags that HTML has, except those that format text in a body. Other names between `<` and `>` are
/// text, as in `Vec<String>`.
const NAMES: &[&str] = &[
    "abbr",
    "acronym",
    "address",
    "article",
    "aside",
    "audio",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "body",
    "button",
    "caption",
    "center",
    "cite",
    "col",
    "colgroup",
    "dd",
    "details",
    "dfn",
    "dialog",
    "div",
    "dl",
    "dt",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "iframe",
    "img",
    "input",
    "kbd",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "mark",
    "menu",
    "meta",
    "nav",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "p",
    "picture",
    "pre",
    "progress",
    "q",
    "rp",
    "rt",
    "ruby",
    "samp",
    "script",
    "section",
    "select",
    "small",
    "source",
    "span",
    "strike",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "textarea",
    "tfoot",
    "tg-emoji",
    "tg-spoiler",
    "tg-time",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "track",
    "tt",
    "ul",
    "var",
    "video",
    "wbr",
];

impl Tag {
    /// The tag at the start of `text`, by CommonMark's rules for raw HTML.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let closes = bytes.get(1) == Some(&b'/');
        let from = 1 + usize::from(closes);
        bytes.get(from).filter(|byte| text.starts_with('<') && byte.is_ascii_alphabetic())?;
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        let end = from + length_while(bytes, from, is_name);
        let name = text.get(from..end)?.to_ascii_lowercase();
        let (mut at, mut href, mut is_open) = (end, None, false);
        while !closes && let Some((name, value, after)) = attribute(text, at) {
            if name.eq_ignore_ascii_case("href") && href.is_none() {
                href = value;
            }
            is_open |= name.eq_ignore_ascii_case("open");
            at = after;
        }
        at += length_while(bytes, at, |byte| is_white(*byte));
        if !closes && bytes.get(at) == Some(&b'/') {
            at += 1;
        }
        let length = at + 1;
        (bytes.get(at) == Some(&b'>')).then_some(Self { name, closes, href, is_open, length })
    }

    /// What it does to the text in it; `rich` allows the styles of rich messages.
    pub(super) fn style(&self, rich: bool) -> Option<TagStyle> {
        Some(match self.name.as_str() {
            "b" | "strong" => TagStyle::Style(Style::Bold),
            "i" | "em" => TagStyle::Style(Style::Italic),
            "u" | "ins" => TagStyle::Style(Style::Underline),
            "s" | "del" => TagStyle::Style(Style::Strikethrough),
            "code" => TagStyle::Code,
            "a" => TagStyle::Link,
            "mark" if rich => TagStyle::Style(Style::Marked),
            "sub" if rich => TagStyle::Style(Style::Subscript),
            "sup" if rich => TagStyle::Style(Style::Superscript),
            _ => return None,
        })
    }

    /// Whether its name is one that HTML or Telegram's HTML has.
    pub(super) fn is_known(&self) -> bool {
        self.name == "br" || self.style(false).is_some() || NAMES.contains(&self.name.as_str())
    }
}

fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// How many bytes from `from` on are `wanted`.
pub(super) fn length_while(
    bytes: &[u8],
    from: usize,
    mut wanted: impl FnMut(&u8) -> bool,
) -> usize {
    bytes.get(from..).unwrap_or_default().iter().take_while(|byte| wanted(byte)).count()
}

/// The attribute at byte `at`, white space before it included: its name, its value, and the byte after it.
fn attribute(text: &str, at: usize) -> Option<(&str, Option<Range<usize>>, usize)> {
    let bytes = text.as_bytes();
    let space = length_while(bytes, at, |byte| is_white(*byte));
    let from = at + space;
    let first = bytes.get(from)?;
    if space == 0 || !(first.is_ascii_alphabetic() || matches!(first, b'_' | b':')) {
        return None;
    }
    let is_name =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'.' | b'-');
    let end = from + length_while(bytes, from, is_name);
    let name = text.get(from..end)?;
    let sign = end + length_while(bytes, end, |byte| is_white(*byte));
    if bytes.get(sign) != Some(&b'=') {
        return Some((name, None, end));
    }
    let start = sign + 1 + length_while(bytes, sign + 1, |byte| is_white(*byte));
    let first = *bytes.get(start)?;
    if matches!(first, b'"' | b'\'') {
        let close = start + 1 + memchr::memchr(first, bytes.get(start + 1..)?)?;
        return Some((name, Some(start + 1..close), close + 1));
    }
    let is_bare =
        |byte: &u8| !is_white(*byte) && !matches!(byte, b'"' | b'\'' | b'=' | b'<' | b'>' | b'`');
    let length = length_while(bytes, start, is_bare);
    (length > 0).then_some((name, Some(start..start + length), start + length))
}

/// The bytes of the comment at the start of `text`; `None` if it has no end.
pub(crate) fn comment(text: &str) -> Option<usize> {
    let inside = text.strip_prefix("<!--")?;
    if let Some(dash) = ["->", ">"].into_iter().find(|end| inside.starts_with(*end)) {
        return Some("<!--".len() + dash.len());
    }
    Some("<!--".len() + inside.find("-->")? + "-->".len())
}

/// What an autolink leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Autolink {
    /// An address that Telegram may accept as a link.
    Address,
    /// An e-mail address, or an address that Telegram detects if it detects anything.
    Detected,
}

/// The autolink at the start of `text`, and its bytes. Only addresses are links: `<std::string>` is text.
pub(super) fn autolink(text: &str) -> Option<(Autolink, usize)> {
    let inside = text.strip_prefix('<')?;
    let end = inside.find(|character: char| {
        matches!(character, '<' | '>' | ' ') || character.is_ascii_control()
    })?;
    let address =
        inside.get(..end).filter(|_| inside.get(end..).is_some_and(|at| at.starts_with('>')))?;
    let scheme = address.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let kind = match scheme.as_deref() {
        Some("http" | "https" | "tg" | "ton" | "tonsite") => Autolink::Address,
        Some("ftp" | "mailto") => Autolink::Detected,
        _ if is_email(address) => Autolink::Detected,
        _ => return None,
    };
    Some((kind, end + 2))
}

/// CommonMark's e-mail addresses.
fn is_email(address: &str) -> bool {
    let Some((user, host)) = address.split_once('@') else { return false };
    let is_user =
        |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    !user.is_empty() && user.bytes().all(is_user) && host.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_those_of_commonmark() {
        for (text, expected) in [
            ("<b>a", Some(("b", false, None, 3))),
            ("</B >", Some(("b", true, None, 5))),
            ("<br/>", Some(("br", false, None, 5))),
            ("<br\n/>", Some(("br", false, None, 6))),
            ("<a href=\"https://e.org/\">", Some(("a", false, Some("https://e.org/"), 25))),
            ("<a title='a>b' HREF = x>", Some(("a", false, Some("x"), 24))),
            ("<details open>", Some(("details", false, None, 14))),
            ("<tg-spoiler>", Some(("tg-spoiler", false, None, 12))),
            ("< b>", None),
            ("<b", None),
            ("<33>", None),
            ("<a b='c'd>", None),
            ("<a href='x>", None),
            ("<a b=>", None),
            ("</a href=x>", None),
            ("a <b>", None),
        ] {
            let tag = Tag::read(text);
            let href = tag.as_ref().and_then(|tag| tag.href.clone()).and_then(|at| text.get(at));
            let found = tag.as_ref().map(|tag| (tag.name.as_str(), tag.closes, href, tag.length));
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn comments_and_autolinks_have_an_end() {
        for (text, expected) in [
            ("<!-- a -->b", Some(10)),
            ("<!---->", Some(7)),
            ("<!-->-->", Some(5)),
            ("<!--->", Some(6)),
            ("<!-- a\n\n-- b -->", Some(16)),
            ("<!-- a", None),
            ("<! -- -->", None),
        ] {
            assert_eq!(comment(text), expected, "{text:?}");
        }
        for (text, expected) in [
            ("<https://e.org/?a=1&b>c", Some((Autolink::Address, 22))),
            ("<HTTP://e.org>", Some((Autolink::Address, 14))),
            ("<tg://resolve?domain=telegram>", Some((Autolink::Address, 30))),
            ("<press@e.org>", Some((Autolink::Detected, 13))),
            ("<mailto:press@e.org>", Some((Autolink::Detected, 20))),
            ("<https://e.org/a b>", None),
            ("<https://e.org", None),
            ("<std::string>", None),
            ("<e.org>", None),
            ("<a@b@c>", None),
            ("<>", None),
        ] {
            assert_eq!(autolink(text), expected, "{text:?}");
        }
    }
}
