//! Every command that a message suggests can be run as printed.

#![expect(clippy::disallowed_methods, reason = "a test reads the sources")]

use std::fs;
use std::path::Path;

use clap::Parser;
use telepress::cli::Arguments;

/// The commands between backticks in the string literals of a file, each with its line.
fn commands(text: &str) -> Vec<(usize, String)> {
    let code = text.split("#[cfg(test)]").next().unwrap();
    let mut found = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let is_comment = line.trim_start().starts_with("//");
        let mut rest = line;
        while let Some((_, quoted)) = rest.split_once("`telepress ").filter(|_| !is_comment) {
            let Some((command, after)) = quoted.split_once('`') else { break };
            found.push((number + 1, command.to_owned()));
            rest = after;
        }
    }
    found
}

/// The command with values in place of its placeholders.
fn filled(command: &str) -> Vec<String> {
    let words = command.split(' ').filter_map(|word| {
        // A placeholder directly after another one is an option with its value.
        let word = match word.split_once("}{") {
            Some((first, _)) => format!("{first}}}"),
            None => word.to_owned(),
        };
        let word = match word.as_str() {
            "{server}" | "URL" => "http://127.0.0.1:1",
            "{order}" => "delete",
            "LINK" | "{link}" => "https://t.me/example/1",
            "{first}" | "{one}" | "ID" => "1",
            word if word.starts_with('{') => "a",
            "POST" | "OLD" => "a",
            word => word,
        };
        (!word.is_empty()).then(|| word.to_owned())
    });
    std::iter::once("telepress".to_owned()).chain(words).collect()
}

#[test]
fn every_printed_command_can_be_typed() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut seen = 0;
    let mut wrong = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                for (line, command) in commands(&fs::read_to_string(&path).unwrap()) {
                    // These are built elsewhere, or use a pipe.
                    if matches!(command.as_str(), "{resume}" | "{}" | "check | head") {
                        continue;
                    }
                    seen += 1;
                    let typed = filled(&command);
                    if let Err(error) = Arguments::try_parse_from(&typed) {
                        let why = error.to_string();
                        let why = why.lines().next().unwrap_or_default();
                        wrong.push(format!("{}:{line}: {command}: {why}", path.display()));
                    }
                }
            }
        }
    }
    assert!(seen > 80, "{seen}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
