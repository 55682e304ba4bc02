//! Templates of posts: post files with `{{key}}` placeholders in their texts. It reads no file.
//!
//! **Invariant**: a value cannot end the string, the formatting or the block in which its placeholder is. The TOML of a template is
//! parsed, the values are filled into its strings, and `toml_edit` writes them; in Markdown a text is escaped, and the result is
//! parsed and compared with the template.

mod fill;
mod markdown;
mod placeholder;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use toml_edit::DocumentMut;

use crate::source::MarkdownFile;
pub use placeholder::is_key;
use placeholder::keys_of;

/// The template of a new post for which no other one is named.
pub const DEFAULT: &str = "post";

/// The built-in templates, by name; all are TOML.
pub const BUILT_IN: [(&str, &str); 5] = [
    ("announcement", include_str!("template/builtin/announcement.toml")),
    ("digest", include_str!("template/builtin/digest.toml")),
    ("notice", include_str!("template/builtin/notice.toml")),
    (DEFAULT, include_str!("template/builtin/post.toml")),
    ("release", include_str!("template/builtin/release.toml")),
];

/// What replaces a placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text, which readers see as it is.
    Text(String),
    /// Markdown, which formats where the key is formatted.
    Markdown(String),
}

impl Value {
    fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Markdown(text) => text,
        }
    }
}

/// The values by their keys.
pub type Values = BTreeMap<String, Value>;

/// Why a template cannot be filled in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// It is not TOML.
    #[error("the template is not valid TOML: {message}")]
    Toml {
        /// The line, from 1.
        line: usize,
        /// The parser's message.
        message: String,
    },
    /// It is Markdown without TOML front matter.
    #[error("the template has no TOML front matter")]
    FrontMatter,
    /// Keys without a value, and values whose key the template does not have.
    #[error("{}", keys_message(.missing, .unused))]
    Keys {
        /// The placeholders without a value.
        missing: Vec<String>,
        /// The values without a placeholder.
        unused: Vec<String>,
    },
    /// The text of a key would not be shown as it is, or would change what is around it.
    #[error("the value of `{0}` cannot be shown as plain text at its place in the template")]
    NotPlainText(String),
    /// The value of a key cannot be the address of the link in the template.
    #[error("the value of `{0}` cannot be the address of its link in the template")]
    InvalidAddress(String),
    /// The Markdown of a key would change the text around its placeholder.
    #[error("the Markdown of `{0}` would change the text of the template around it")]
    ChangesTemplate(String),
    /// The value of a key, in front matter, would end the front matter.
    #[error("a value has a line `+++`, which would end the front matter")]
    EndsFrontMatter,
}

impl TemplateError {
    /// The next step.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Toml { .. } => "a template is a post file: correct it".to_owned(),
            Self::FrontMatter => {
                "begin the file with a line `+++`, the keys, and another line `+++`".to_owned()
            }
            Self::Keys { missing, unused } if missing.is_empty() => match unused.as_slice() {
                [_] => "leave it out".to_owned(),
                _ => "leave them out".to_owned(),
            },
            Self::Keys { missing, .. } => {
                let set: Vec<_> = missing.iter().map(|key| format!("--set {key}=…")).collect();
                format!("add {}", set.join(" "))
            }
            Self::NotPlainText(key) => {
                format!(
                    "shorten it to one paragraph, move {{{{{key}}}}} in the template, or pass it as Markdown with --set-file"
                )
            }
            Self::InvalidAddress(key) => {
                format!("write the whole address, with `%20` for a space: --set {key}=https://…")
            }
            Self::ChangesTemplate(key) => format!(
                "close each code block, comment and tag in it, use other names for its link definitions, and put blank lines around {{{{{key}}}}} in the template"
            ),
            Self::EndsFrontMatter => "use a template in TOML, or leave out that line".to_owned(),
        }
    }
}

fn keys_message(missing: &[String], unused: &[String]) -> String {
    let listed = |keys: &[String]| {
        let quoted: Vec<_> = keys.iter().map(|key| format!("`{key}`")).collect();
        quoted.join(", ")
    };
    match (missing, unused) {
        (missing, []) => format!("the template needs a value for {}", listed(missing)),
        ([], unused) => format!("the template has no placeholder for {}", listed(unused)),
        (missing, unused) => format!(
            "the template needs a value for {}, and has no placeholder for {}",
            listed(missing),
            listed(unused)
        ),
    }
}

/// The text of a post file made from a template; `is_markdown` tells whether the template is Markdown with front matter.
///
/// # Errors
/// See [`TemplateError`].
pub fn fill(template: &str, is_markdown: bool, values: &Values) -> Result<String, TemplateError> {
    let template = template.replace("\r\n", "\n");
    if !is_markdown {
        let mut document = parse(&template)?;
        check_keys(fill::keys(&mut document), values)?;
        fill::document(&mut document, values)?;
        return Ok(document.to_string());
    }
    let MarkdownFile::Post { toml, .. } = MarkdownFile::of(&template) else {
        return Err(TemplateError::FrontMatter);
    };
    let mut document = parse(&toml)?;
    // The line after the front matter is `+++`.
    let below = template.get(toml.len()..).unwrap_or_default();
    let (fence, body) = below.split_once('\n').unwrap_or((below, ""));
    let mut keys = fill::keys(&mut document);
    keys.extend(keys_of(body));
    check_keys(keys, values)?;
    fill::document(&mut document, values)?;
    let toml = document.to_string();
    let body = markdown::fill(body, markdown::Syntax::Body, values)?;
    let filled = format!("{}{fence}\n{body}", toml.replacen("###", "+++", 1));
    match MarkdownFile::of(&filled) {
        MarkdownFile::Post { toml: found, .. } if found == toml => Ok(filled),
        _ => Err(TemplateError::EndsFrontMatter),
    }
}

fn parse(toml: &str) -> Result<DocumentMut, TemplateError> {
    let toml = toml.trim_start_matches('\u{feff}');
    toml.parse().map_err(|error: toml_edit::TomlError| {
        let before = error.span().and_then(|span| toml.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        TemplateError::Toml { line, message: error.message().replace('\n', ", ") }
    })
}

fn check_keys(keys: BTreeSet<String>, values: &Values) -> Result<(), TemplateError> {
    let unused: Vec<_> = values.keys().filter(|key| !keys.contains(*key)).cloned().collect();
    let missing: Vec<_> = keys.into_iter().filter(|key| !values.contains_key(key)).collect();
    if missing.is_empty() && unused.is_empty() {
        return Ok(());
    }
    Err(TemplateError::Keys { missing, unused })
}
