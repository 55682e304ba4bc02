//! File names as Telegram shows them. The table holds the cases of TDLib's own test, checked with TDLib 1.8.69.

use proptest::prelude::proptest;

use super::super::{MediaProblem, escape_file_name, file_name_problem, shown_file_name};

#[test]
fn names_are_cleaned_as_tdlib_does() {
    let table = [
        ("report.pdf", "report.pdf"),
        ("-1234567", "-1234567"),
        (".git", "git"),
        ("../../.git", "git"),
        (".././..", ""),
        ("../", ""),
        ("..", ""),
        ("", ""),
        ("test/git/   as   dsa  .   a", "as   dsa.a"),
        ("     .    ", ""),
        ("!@#$%^&*()_+-=[]{;|:\"}'<>?,.`~", "!@#$%^  ()_+-=[]{;   }    ,.~"),
        ("!@#$%^&*()_+-=[]{}\\|:\";'<>?,.`~", ";    ,.~"),
        (
            "عرفها بعد قد. هذا مع تاريخ اليميني واندونيسيا،, لعدم تاريخ لهيمنة الى",
            "عرفها بعد قد.هذا مع تاريخ الي",
        ),
        (
            "012345678901234567890123456789012345678901234567890123456789adsasdasdsaa.01234567890123456789asd",
            "012345678901234567890123456789012345678901234567890123456789adsa.0123456789012345",
        ),
        ("C:/document.tar.gz", "document.tar.gz"),
        ("test....", "test"),
        ("....test", "test"),
        ("test.exe....", "test.exe"),
        ("....test....asdf", "test.asdf"),
        ("കറുപ്പ്.txt", "കറപപ.txt"),
        ("col·lecció.pdf", "collecció.pdf"),
        ("Отчёт №5 – «Итоги».pdf", "Отчёт  5    Итоги.pdf"),
        ("отчет 👍🏽 итог.pdf", "отчет    итог.pdf"),
        ("100 %.xlsx", "100 %.xlsx"),
    ];
    for (name, shown) in table {
        assert_eq!(shown_file_name(name).unwrap_or_default(), shown, "{name}");
        let problem = file_name_problem(name, name, false);
        match shown {
            "" => assert_eq!(problem, Some(MediaProblem::FileNameLost { is_typed: false })),
            _ if shown == name => assert_eq!(problem, None),
            _ => assert_eq!(
                problem,
                Some(MediaProblem::FileNameChanged { shown: shown.into(), is_typed: false })
            ),
        }
    }
}

proptest! {
    #[test]
    fn any_name_is_short_and_harmless(name in ".*") {
        let Some(shown) = shown_file_name(&name) else { return Ok(()) };
        let (stem, extension) = shown.rsplit_once('.').unwrap_or((&shown, ""));
        assert!(extension.chars().count() <= 64 && shown.chars().count() <= 64 + 1 + 16);
        assert!(!stem.starts_with([' ', '.']) && !shown.ends_with([' ', '.']));
        assert!(!shown.contains(['/', '\\', '"', '<', '>', '\0', '\n']));
        assert_eq!(escape_file_name(&shown), shown.replace('%', "%25"));
    }
}

#[test]
fn name_in_a_header_survives_percent_decoding() {
    let table = [
        ("отчёт.pdf", "отчёт.pdf"),
        ("100 %20.pdf", "100 %2520.pdf"),
        ("a\"b\\c\r\nd.pdf", "a%22b%5Cc%0D%0Ad.pdf"),
    ];
    for (name, escaped) in table {
        assert_eq!(escape_file_name(name), escaped);
    }
}

#[test]
fn audio_has_the_extension_of_its_format() {
    use super::super::{Format, Kind, typed_file_name};
    for (kind, format, name, sent) in [
        (Kind::Audio, Format::Mp3, "song.mp3", "song.mp3"),
        (Kind::Audio, Format::Mp3, "song.MP3", "song.MP3"),
        (Kind::Audio, Format::Mp3, "song.ogg", "song.mp3"),
        (Kind::Audio, Format::M4a, "song.mp4", "song.m4a"),
        (Kind::Audio, Format::Mp3, "song", "song.mp3"),
        (Kind::Audio, Format::Mp3, "No. 5", "No. 5.mp3"),
        (Kind::Audio, Format::Mp3, ".ogg", ".ogg.mp3"),
        (Kind::Document, Format::Mp3, "song.ogg", "song.ogg"),
    ] {
        assert_eq!(typed_file_name(kind, format, name), sent, "{name}");
    }
}
