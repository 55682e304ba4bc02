//! What the source may not do with a token.

/// Every source file's path and text.
#[expect(clippy::disallowed_methods, reason = "the test reads the source")]
fn sources() -> Vec<(String, String)> {
    let mut folders = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                sources.push((path.display().to_string().replace('\\', "/"), text));
            }
        }
    }
    sources
}

#[test]
fn only_the_client_holds_a_bot_and_nothing_formats_it() {
    let mut clients = 0;
    for (path, text) in sources() {
        let code: Vec<&str> = text
            .lines()
            .map(str::trim)
            .take_while(|line| *line != "#[cfg(test)]")
            .filter(|line| !line.starts_with("//"))
            .collect();
        let code = code.join("\n").replace("Bot API", "");
        let names_bot =
            code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "Bot");
        if path.ends_with("src/telegram/client.rs") {
            clients += 1;
            assert!(
                names_bot && code.contains(".expose()"),
                "{path} is not the client that this test knows"
            );
            for shown in [":?", ":#?", "dbg!", "Debug)]\npub struct Client {"] {
                assert!(!code.contains(shown), "{path} has {shown}");
            }
        } else if path.ends_with("src/bot/reception.rs") {
            // The dispatcher takes a bot of its own to ask with.
            for shown in [":?", ":#?", "dbg!", "Debug)]\npub struct Reception {", ".expose()"] {
                assert!(!code.contains(shown), "{path} has {shown}");
            }
        } else {
            assert!(!names_bot, "{path} names teloxide's Bot, whose Debug output holds the token");
            assert!(!code.contains(".expose()"), "{path} opens the token");
        }
    }
    assert_eq!(clients, 1);
}
