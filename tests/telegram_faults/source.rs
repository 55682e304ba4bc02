//! Checks the source for misuse of the token.

/// The path and text of every source file.
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
fn only_the_transport_exposes_the_token() {
    let mut exposing_files = 0;
    for (path, text) in sources() {
        let code: Vec<&str> = text
            .lines()
            .map(str::trim)
            .take_while(|line| *line != "#[cfg(test)]")
            .filter(|line| !line.starts_with("//"))
            .collect();
        let code = code.join("\n");
        if path.ends_with("src/telegram/transport.rs") {
            exposing_files += 1;
            assert!(code.contains(".expose()"), "{path} no longer exposes the token");
            assert!(code.contains(".expose_url()"), "{path} no longer exposes the password");
            for shown in [":?", ":#?", "dbg!", "log::", "Debug)]\npub(super) struct Transport {"] {
                assert!(!code.contains(shown), "{path} has {shown}");
            }
        } else {
            assert!(!code.contains(".expose()"), "{path} exposes the token");
            assert!(!code.contains(".expose_url()"), "{path} exposes the proxy's password");
        }
        // Our own `bot::Bot` holds no token.
        let mut of_teloxide = code.split(';').filter(|statement| statement.contains("teloxide"));
        let names_bot = of_teloxide.any(|statement| {
            let mut words = statement.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.any(|word| word == "Bot" || word == "prelude") || statement.contains("::*")
        });
        assert!(!names_bot, "{path} names teloxide's Bot, whose Debug output holds the token");
    }
    assert_eq!(exposing_files, 1);
}
