//! Parses docs/diagnostics.md: its sections and their examples.

use telepress::diagnostic::Code;

const PAGE: &str = include_str!("../../docs/diagnostics.md");

/// The section of one code.
pub(crate) struct Section {
    pub(crate) code: Code,
    pub(crate) wrong: Example,
    pub(crate) right: Example,
}

/// The files of an example.
#[derive(Clone, Default)]
pub(crate) struct Example {
    /// The config, if the example shows one.
    pub(crate) config: Option<String>,
    /// The posts, each with its path.
    pub(crate) posts: Vec<(String, String)>,
    /// The names of files, each with a note in brackets.
    pub(crate) files: Vec<String>,
}

/// The config for examples without one.
pub(crate) fn config() -> &'static str {
    let (_, rest) = PAGE.split_once("```toml config\n").expect("the page begins with a config");
    rest.split_once("```").expect("the fence is closed").0
}

pub(crate) fn sections() -> Vec<Section> {
    PAGE.split("\n### ").skip(1).map(section).collect()
}

fn section(text: &str) -> Section {
    let text = text.split("\n## ").next().unwrap_or(text);
    let name = text.lines().next().expect("a section has a heading");
    let code = Code::named(name).unwrap_or_else(|| panic!("no code {name}"));
    let (_, examples) = text.split_once("\nWrong:\n").unwrap_or_else(|| panic!("{name}: Wrong"));
    let (wrong, right) =
        examples.split_once("\nRight:\n").unwrap_or_else(|| panic!("{name}: Right"));
    let wrong = example(wrong);
    let mut right = example(right);
    if right.config.is_none() {
        right.config.clone_from(&wrong.config);
    }
    Section { code, wrong, right }
}

fn example(text: &str) -> Example {
    let mut example = Example::default();
    let mut rest = text;
    while let Some((_, fenced)) = rest.split_once("```") {
        let (info, fenced) = fenced.split_once('\n').expect("a fence has a line of its own");
        let (content, after) = fenced.split_once("\n```").expect("the fence is closed");
        rest = after;
        let content = format!("{}\n", expanded(content));
        match info {
            "toml config" => example.config = Some(content),
            "toml" => example.posts.push(("posts/post.toml".to_owned(), content)),
            "files" => example.files.extend(content.lines().map(str::to_owned)),
            path => {
                let path = path.strip_prefix("toml ").unwrap_or_else(|| panic!("fence {path}"));
                example.posts.push((path.to_owned(), content));
            }
        }
    }
    example
}

/// Expands placeholders such as `⟨300 characters⟩`.
fn expanded(text: &str) -> String {
    let Some((before, rest)) = text.split_once('⟨') else { return text.to_owned() };
    let (placeholder, after) = rest.split_once('⟩').expect("⟨ is closed");
    let (count, noun) = placeholder.split_once(' ').expect("a number and a noun");
    let count: usize = count.parse().expect("a number");
    let written = match noun {
        "characters" => "Word for word. ".repeat(count / 15 + 1),
        "bold words" => "**word** ".repeat(count),
        "items" => "\"item\", ".repeat(count),
        other => panic!("⟨{other}⟩"),
    };
    format!("{before}{}{}", written.trim_end(), expanded(after))
}
