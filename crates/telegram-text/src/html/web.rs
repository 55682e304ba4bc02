//! Reads the HTML of web pages and editors into blocks, as browsers show it. Telegram's own HTML is read elsewhere.
//!
//! Our own tokenizer instead of `html5ever`: what formats a text needs neither a tree nor a browser's repairs of tables
//! and forms, and the crate would bring a dozen others.

mod blocks;
mod inline;
mod style;
#[cfg(test)]
mod tests;
mod token;

use crate::block::Block;
use crate::inline::reference;
use crate::{Entity, EntityKind, emoji};
use blocks::Blocks;
use inline::Inline;
use token::{Tag, Token, Tokens};

/// Why HTML is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Telegram messages cannot hold a table (at byte offset {byte})")]
pub struct TableError {
    /// The byte of the `<` of the table.
    pub byte: usize,
}

/// The blocks of `markup`: headings, paragraphs, lists, quotations and code.
///
/// White space collapses, character references are decoded, lists become bullets and numbers. Unknown tags, scripts,
/// styles and pictures are left out, and so are links that Telegram would refuse; their words stay. The time is linear in
/// the length of `markup`.
///
/// # Errors
///
/// The first table.
pub fn read(markup: &str) -> Result<Vec<Block>, TableError> {
    let mut reader = Reader { blocks: Blocks::default(), inline: Inline::default(), code: None };
    for token in Tokens::new(markup) {
        match token {
            Token::Text(text) => reader.text(text),
            Token::Start(tag) if tag.name == "table" => return Err(TableError { byte: tag.at }),
            Token::Start(tag) => reader.start(&tag),
            Token::End(name) => reader.end(&name),
        }
    }
    reader.end_code();
    reader.flush();
    Ok(reader.blocks.finish())
}

/// A block of code that is open.
#[derive(Default)]
struct Code {
    text: String,
    language: Option<String>,
}

struct Reader {
    blocks: Blocks,
    /// The paragraph so far.
    inline: Inline,
    code: Option<Code>,
}

impl Reader {
    fn text(&mut self, text: &str) {
        let text = reference::decoded(text);
        match &mut self.code {
            Some(code) => code.text.push_str(&text.replace("\r\n", "\n")),
            None => self.inline.text(&text),
        }
    }

    fn start(&mut self, tag: &Tag) {
        if let Some(code) = &mut self.code {
            match tag.name.as_str() {
                "br" => code.text.push('\n'),
                "code" if code.language.is_none() => code.language = language(tag),
                _ => {}
            }
            return;
        }
        match tag.name.as_str() {
            "br" => self.inline.line_break(),
            "p" | "dl" | "hr" | "figure" => self.flush(),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "summary" => {
                self.flush();
                self.inline.is_heading = true;
            }
            "blockquote" => {
                self.flush();
                self.blocks.open_quote(tag.has("expandable"));
            }
            "details" => {
                self.flush();
                self.blocks.open_quote(true);
            }
            "ul" | "menu" => {
                self.flush();
                self.blocks.open_list(None);
            }
            "ol" => {
                self.flush();
                let first = tag.value("start").and_then(|start| start.trim().parse().ok());
                self.blocks.open_list(Some(first.unwrap_or(1)));
            }
            "li" => {
                self.flush();
                let number = tag.value("value").and_then(|number| number.trim().parse().ok());
                self.blocks.open_item(number);
            }
            "pre" => {
                self.flush();
                self.code = Some(Code { text: String::new(), language: language(tag) });
            }
            "q" => self.inline.text("“"),
            "img" => {
                // GitHub and others show an emoji as a picture.
                let emoji = tag.value("alt").filter(|alt| emoji::is_one(alt));
                self.inline.text(emoji.unwrap_or_default());
            }
            "input"
                if tag.value("type").is_some_and(|kind| kind.eq_ignore_ascii_case("checkbox")) =>
            {
                self.inline.text(if tag.has("checked") { "☑ " } else { "☐ " });
            }
            name if is_line(name) => self.inline.end_line(),
            _ => self.inline.open(tag),
        }
    }

    fn end(&mut self, name: &str) {
        if self.code.is_some() {
            if name == "pre" {
                self.end_code();
            }
            return;
        }
        match name {
            "p" | "dl" | "figure" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "summary" => {
                self.flush();
            }
            "blockquote" | "details" => {
                self.flush();
                self.blocks.close_quote();
            }
            "ul" | "menu" | "ol" => {
                self.flush();
                self.blocks.close_list();
            }
            "li" => {
                self.flush();
                self.blocks.close_item();
            }
            "q" => self.inline.text("”"),
            name if is_line(name) => self.inline.end_line(),
            name => self.inline.close(name),
        }
    }

    /// Ends the paragraph.
    fn flush(&mut self) {
        let is_heading = self.inline.is_heading;
        if let Some(prose) = self.inline.take() {
            self.blocks.push(if is_heading {
                Block::Heading { text: prose, level: 1 }
            } else {
                Block::Paragraph(prose)
            });
        }
    }

    fn end_code(&mut self) {
        let Some(Code { text, language }) = self.code.take() else { return };
        // The line breaks after the start tag and before the end tag are not shown.
        let code = text.strip_prefix('\n').unwrap_or(&text).trim_end();
        if !code.is_empty() {
            let code = crate::ParsedText::verbatim(code, 0);
            self.blocks.push(Block::Code { code, language });
        }
    }
}

/// The language that `class="language-rust"` names.
fn language(tag: &Tag) -> Option<String> {
    let mut classes = tag.value("class")?.split_ascii_whitespace();
    let name = classes.find_map(|class| {
        class.strip_prefix("language-").or_else(|| class.strip_prefix("lang-"))
    })?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// Elements that start on a line of their own, without a blank line before it.
fn is_line(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "body"
            | "center"
            | "dd"
            | "dialog"
            | "div"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "footer"
            | "form"
            | "header"
            | "hgroup"
            | "html"
            | "legend"
            | "main"
            | "nav"
            | "option"
            | "search"
            | "section"
    )
}
