//! The words of an old private dialect, each with what to write instead: none may come back, in code, comments, texts
//! or pages.

use crate::world::project;

/// A word or phrase, and what to write instead.
const WORDS: &[(&str, &str)] = &[
    ("anew", "write `again`"),
    ("mend", "write `fix`"),
    ("mended", "write `fixed`"),
    ("mends", "write `fixes`"),
    ("the way out", "write `hint`, or the next step itself"),
    ("a way out", "write `hint`, or the next step itself"),
    ("whoever", "name who acts: the operator, the caller, the reader"),
    ("nobody", "say who does not: `no operator`, `no process`; or turn the sentence round"),
    ("goes out", "write `is published` or `is sent`"),
    ("went out", "write `was published` or `was sent`"),
    ("is let", "write what the program does"),
    ("as they should be", "write `up to date`"),
    ("stands still", "write `does not change` or `is paused`"),
    ("he", "write `they`, or name the role"),
    ("his", "write `their`, or name the role"),
    ("him", "write `them`, or name the role"),
];

/// `is no` for `is not a`; `there is no` and `is no longer` are English.
fn has_is_no(words: &[String], at: usize) -> bool {
    let word = |at: usize| words.get(at).map(String::as_str);
    let before = at.checked_sub(1).and_then(word);
    word(at) == Some("is")
        && word(at + 1) == Some("no")
        && !matches!(word(at + 2), None | Some("longer" | "more"))
        && before != Some("there")
}

/// The words of a line in lower case, `snake_case` taken apart.
fn words(line: &str) -> Vec<String> {
    let line = line.replace("is no. ", "is number ");
    let words = line.split(|character: char| !character.is_alphabetic() && character != '\'');
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// What to write instead of each forbidden word of a line.
fn forbidden(line: &str) -> Vec<String> {
    let words = words(line);
    let mut found = Vec::new();
    for at in 0..words.len() {
        for (phrase, instead) in WORDS {
            let is_here = phrase
                .split(' ')
                .enumerate()
                .all(|(offset, part)| words.get(at + offset).is_some_and(|word| word == part));
            if is_here {
                found.push(format!("`{phrase}`: {instead}"));
            }
        }
        if has_is_no(&words, at) {
            found.push("`is no`: write `is not a`".to_owned());
        }
    }
    found
}

/// Files that keep their words: this list, what tests have recorded, what is sent to channels, and migrations, whose
/// text journals remember.
fn keeps_its_words(path: &str) -> bool {
    let kept =
        ["house/words.rs", "testdata/", "fixtures/", "migrations/", "posts/", "seeds/", "target/"];
    kept.iter().any(|part| path.contains(part))
}

/// The paths of the texts below a folder of the project.
fn texts(folder: &str) -> Vec<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let paths = telepress::fs::walk(&root).unwrap().into_iter().map(|entry| entry.relative);
    let is_text = |path: &String| {
        let extension = path.rsplit('.').next().unwrap();
        ["rs", "md", "toml", "js", "mjs", "css", "html", "sql", "py", "sh", "snap"]
            .contains(&extension)
    };
    let below = paths.filter(is_text).map(|path| format!("{folder}/{path}"));
    below.filter(|path| !path.contains("node_modules/")).collect()
}

#[test]
fn the_old_dialect_does_not_come_back() {
    let folders = ["src", "crates", "tests", "benches", "docs", "config", "fuzz"];
    let pages = [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "CHANGELOG.md",
        "Cargo.toml",
        "clippy.toml",
        "deny.toml",
    ];
    let files = folders.into_iter().flat_map(texts).chain(pages.map(str::to_owned));
    let mut found = Vec::new();
    for path in files.filter(|path| !keeps_its_words(path)) {
        for (number, line) in project(&path).lines().enumerate() {
            let more = forbidden(line);
            found.extend(more.iter().map(|why| format!("{path}:{}: {why}", number + 1)));
        }
    }
    assert!(found.is_empty(), "{} old words:\n{}", found.len(), found.join("\n"));
}

#[test]
fn old_words_are_found_in_names_and_sentences() {
    for (line, count) in [
        ("fn nobody_is_kept_out() {", 1),
        ("// The file is read anew.", 1),
        ("`x` is no slot", 1),
        ("there is no channel", 0),
        ("it is no longer there", 0),
        ("// They publish it; the heading is kept.", 0),
    ] {
        assert_eq!(forbidden(line).len(), count, "{line}");
    }
}
