//! The log's format and filter. It removes tokens, passwords and control characters from every line.

use std::io::Write;

use env_logger::{Builder, Target, WriteStyle};
use log::SetLoggerError;

use crate::environment::{Environment, Variable};
use crate::{escape, secret};

/// The filter without `RUST_LOG`: telepress from info on, libraries from warnings on.
const DEFAULT_FILTER: &str = "telepress=info,warn";

/// Starts logging to standard error, according to `RUST_LOG` and `NO_COLOR`.
///
/// # Errors
///
/// If logging was started already.
pub fn start(environment: &Environment) -> Result<(), SetLoggerError> {
    builder(environment).target(Target::Stderr).try_init()?;
    if let Err(error) = environment.text(Variable::RustLog) {
        log::warn!("{error}; the log uses the default filter");
    }
    Ok(())
}

fn builder(environment: &Environment) -> Builder {
    let filter = environment.text(Variable::RustLog).ok().flatten().unwrap_or(DEFAULT_FILTER);
    let mut builder = Builder::new();
    builder.parse_filters(filter);
    // `Auto` uses colours only on a terminal.
    builder.write_style(if environment.no_color() { WriteStyle::Never } else { WriteStyle::Auto });
    builder.format(|formatter, record| {
        let message = record.args().to_string();
        let style = formatter.default_level_style(record.level());
        let time = formatter.timestamp_seconds();
        let (level, target) = (record.level(), record.target());
        writeln!(
            formatter,
            "{time} {style}{level:5}{style:#} {target}: {}",
            escape::line(&secret::redact(&message))
        )
    });
    builder
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use log::{Level, Log, Record};

    use super::*;

    const TOKEN: &str = "535362388:AAF7-g0gYncWnm5IyfZlpPRqRRv6kNAGlao";

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The log lines of these records.
    fn lines(environment: &Environment, records: &[(&str, Level, &str)]) -> String {
        let buffer = Buffer::default();
        let logger = builder(environment).target(Target::Pipe(Box::new(buffer.clone()))).build();
        for (target, level, text) in records {
            logger.log(
                &Record::builder()
                    .target(target)
                    .level(*level)
                    .args(format_args!("{text}"))
                    .build(),
            );
        }
        let bytes = buffer.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn default_filter_shows_info_of_telepress_and_warnings_of_libraries() {
        let records = [
            ("telepress::cli", Level::Info, "ours"),
            ("telepress::cli", Level::Debug, "too fine"),
            ("hyper", Level::Warn, "theirs"),
            ("hyper", Level::Info, "not theirs"),
        ];
        let shown = lines(&Environment::default(), &records);
        let texts: Vec<&str> =
            shown.lines().filter_map(|line| line.split_once("Z ")).map(|(_, text)| text).collect();
        assert_eq!(texts, ["INFO  telepress::cli: ours", "WARN  hyper: theirs"], "{shown}");

        let loud = lines(&Environment::of([(Variable::RustLog, "trace")]), &records);
        assert_eq!(loud.lines().count(), 4, "{loud}");
        let silent = lines(&Environment::of([(Variable::RustLog, "off")]), &records);
        assert_eq!(silent, "");
    }

    #[test]
    fn tokens_are_removed_from_lines_of_libraries_too() {
        let text = format!("GET https://api.telegram.org/bot{TOKEN}/getMe");
        let shown = lines(
            &Environment::of([(Variable::RustLog, "trace")]),
            &[("hyper", Level::Trace, &text)],
        );
        assert!(shown.contains("https://api.telegram.org/bot<token>/getMe"), "{shown}");
        assert!(!shown.contains("AAF7"), "{shown}");
    }

    #[test]
    fn record_is_one_line_without_control_characters() {
        let name = "Anna\u{1b}]0;x\u{7}\u{9b}31m\r\n::error::x\u{202e}";
        let shown = lines(
            &Environment::default(),
            &[("telepress", Level::Warn, name), ("telepress", Level::Warn, "postgres://u:pw@h")],
        );
        assert_eq!(shown.lines().count(), 2, "{shown:?}");
        let is_foreign = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!shown.contains(is_foreign) && !shown.contains(":pw@"), "{shown:?}");
    }

    #[test]
    fn pipe_gets_no_colour() {
        for environment in [Environment::default(), Environment::of([(Variable::NoColor, "1")])] {
            let shown = lines(&environment, &[("telepress", Level::Error, "x")]);
            assert!(!shown.contains('\u{1b}'), "{shown:?}");
        }
    }
}
