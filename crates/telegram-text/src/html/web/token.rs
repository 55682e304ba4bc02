//! Tags and text, by the tokenizer rules of the HTML standard; comments, scripts and the like are left out.

use crate::inline::reference;

/// A piece of markup.
pub(super) enum Token<'a> {
    /// Text with its character references.
    Text(&'a str),
    Start(Tag),
    /// The name of an end tag in lower case.
    End(String),
}

/// A start tag.
pub(super) struct Tag {
    /// In lower case.
    pub(super) name: String,
    /// The names, in lower case, and the decoded values.
    attributes: Vec<(String, String)>,
    /// The byte of its `<`.
    pub(super) at: usize,
}

impl Tag {
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(attribute, _)| attribute == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }
}

/// Elements whose content browsers do not show as text.
const UNSEEN: [&str; 17] = [
    "script", "style", "template", "title", "svg", "math", "iframe", "object", "noscript",
    "select", "textarea", "audio", "video", "canvas", "noframes", "noembed", "xmp",
];

/// Attributes of one tag that are kept.
const ATTRIBUTES: usize = 64;

/// The tokens of a markup.
pub(super) struct Tokens<'a> {
    markup: &'a str,
    byte: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(markup: &'a str) -> Self {
        Self { markup, byte: 0 }
    }

    fn rest(&self) -> &'a str {
        self.markup.get(self.byte..).unwrap_or_default()
    }

    fn take(&mut self, bytes: usize) -> &'a str {
        let taken = self.rest().get(..bytes).unwrap_or(self.rest());
        self.byte += taken.len();
        taken
    }

    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a str {
        let length = self.rest().bytes().take_while(|byte| wanted(*byte)).count();
        self.take(length)
    }

    /// Skips up to and including `end`, or everything.
    fn skip_past(&mut self, end: &str) {
        let found = self.rest().find(end).map(|at| at + end.len());
        self.take(found.unwrap_or(usize::MAX));
    }

    /// Skips the content and the end tag of an element.
    fn skip_element(&mut self, name: &str) {
        while let Some(at) = self.rest().find("</") {
            self.take(at + "</".len());
            let found = self.rest().get(..name.len());
            if found.is_some_and(|found| found.eq_ignore_ascii_case(name)) {
                return self.skip_past(">");
            }
        }
        self.take(usize::MAX);
    }

    fn start_tag(&mut self) -> Option<Tag> {
        let at = self.byte;
        self.take(1);
        let name = self.take_while(|byte| !ends_name(byte)).to_ascii_lowercase();
        let mut attributes = Vec::new();
        loop {
            self.take_while(|byte| is_white(byte) || byte == b'/');
            match self.rest().bytes().next() {
                None => return None,
                Some(b'>') => {
                    self.take(1);
                    return Some(Tag { name, attributes, at });
                }
                Some(_) => {}
            }
            // An attribute may start with `=`.
            let first = self.take(self.rest().chars().next().map_or(1, char::len_utf8)).to_owned();
            let rest = self.take_while(|byte| !ends_name(byte) && byte != b'=');
            let attribute = (first + rest).to_ascii_lowercase();
            self.take_while(is_white);
            let mut value = String::new();
            if self.rest().starts_with('=') {
                self.take(1);
                self.take_while(is_white);
                value = reference::decoded(self.value()?);
            }
            if attributes.len() < ATTRIBUTES {
                attributes.push((attribute, value));
            }
        }
    }

    /// The value of an attribute; `None` if the markup ends in it.
    fn value(&mut self) -> Option<&'a str> {
        match self.rest().bytes().next()? {
            quote @ (b'"' | b'\'') => {
                self.take(1);
                let value = self.take_while(|byte| byte != quote);
                (!self.take(1).is_empty()).then_some(value)
            }
            _ => Some(self.take_while(|byte| !is_white(byte) && byte != b'>')),
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = self.rest();
            let second = rest.as_bytes().get(1).copied().unwrap_or_default();
            if rest.is_empty() {
                return None;
            }
            if rest.starts_with("<!--") {
                self.take("<!--".len());
                self.skip_past("-->");
            } else if rest.starts_with('<') && second.is_ascii_alphabetic() {
                let tag = self.start_tag()?;
                if !UNSEEN.contains(&tag.name.as_str()) {
                    return Some(Token::Start(tag));
                }
                self.skip_element(&tag.name);
            } else if rest.starts_with("</")
                && rest.as_bytes().get(2).is_some_and(u8::is_ascii_alphabetic)
            {
                self.take("</".len());
                let name = self.take_while(|byte| !ends_name(byte)).to_ascii_lowercase();
                self.skip_past(">");
                return Some(Token::End(name));
            } else if rest.starts_with('<') && matches!(second, b'!' | b'?' | b'/') {
                self.skip_past(">");
            } else {
                let first = rest.chars().next().map_or(0, char::len_utf8);
                let length = rest.get(first..).and_then(|rest| rest.find('<'));
                let length = length.map(|length| first + length);
                return Some(Token::Text(self.take(length.unwrap_or(usize::MAX))));
            }
        }
    }
}

fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0C')
}

fn ends_name(byte: u8) -> bool {
    is_white(byte) || matches!(byte, b'/' | b'>')
}
