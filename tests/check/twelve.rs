//! One file with twelve mistakes, malformed TOML among them: one run reports twelve codes at twelve places.

use crate::world::World;

const POST: &str = "\
heding = \"A typo 🎙\"
lead = 5
bullets = [\"• one\", \"\", \"🎙 two  spaces\"]
hashtags = [\"Два слова\", \"ok\", \"OK\"]
read_more = \"ftp://example.org/x\"
text = \"🎙 Слово: a\\tb\"
channels = [\"nowhere\"]
overflow = \"maybe\"
silent = ture
";

/// Each code with the text that it points at, in the order of the file.
const EXPECTED: [(&str, &str); 12] = [
    ("unknown-key", "heding"),
    ("wrong-type", "5"),
    ("bullet-sign", "•"),
    ("blank-text", "\"\""),
    ("doubled-space", "  "),
    ("bad-hashtag", " "),
    ("repeated-hashtag", "\"OK\""),
    ("bad-link", "\"ftp://example.org/x\""),
    ("control-character", "\\t"),
    ("unknown-channel", "\"nowhere\""),
    ("bad-value", "\"maybe\""),
    ("syntax", "ture"),
];

/// The codes with the texts of their spans; line and column are those of the span's start.
fn found(post: &str) -> Vec<(String, String)> {
    let ran = World::new().post("a", post).run("check --format json").exits(1);
    let findings = ran.findings().into_iter();
    findings
        .map(|finding| {
            let before = post.get(..finding.span.start).unwrap();
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
            assert_eq!(finding.place, (line, column), "{finding:?}");
            (finding.code, post.get(finding.span).unwrap().to_owned())
        })
        .collect()
}

fn expected() -> Vec<(String, String)> {
    EXPECTED.map(|(code, words)| (code.to_owned(), words.to_owned())).to_vec()
}

#[test]
fn twelve_faults_are_twelve_codes_with_exact_spans() {
    assert_eq!(found(POST), expected());
}

#[test]
fn malformed_toml_hides_no_later_problem() {
    let more = [("syntax", "nope"), ("unknown-key", "txt")];
    let more = more.map(|(code, words)| (code.to_owned(), words.to_owned()));
    let post = format!("{POST}protect = nope\nquote = {{ txt = \"x\" }}\n");
    assert_eq!(found(&post), [expected(), more.to_vec()].concat());
}

#[test]
fn windows_line_breaks_change_nothing_but_the_bytes() {
    assert_eq!(found(&POST.replace('\n', "\r\n")), expected());
}

#[test]
fn a_byte_order_mark_moves_every_span_by_its_bytes() {
    let ran =
        World::new().post("a", &format!("\u{feff}{POST}")).run("check --format json").exits(1);
    let plain = World::new().post("a", POST).run("check --format json").findings();
    for (marked, plain) in ran.findings().iter().zip(&plain) {
        assert_eq!((&marked.code, marked.span.start), (&plain.code, plain.span.start + 3));
    }
}

#[test]
fn one_bad_file_never_hides_the_others() {
    let mut world = World::new();
    for id in ["a", "c", "e"] {
        world = world.post(id, POST).post(&format!("{id}-good"), "heading = \"Good\"");
    }
    let codes = world.run("check --format json").exits(1).says("6 posts checked").codes();
    for id in ["a", "c", "e"] {
        let of_file = codes.iter().filter(|(file, _)| *file == format!("posts/{id}.toml"));
        assert_eq!(of_file.count(), 12);
    }
    world.run("render c-good").exits(0).prints("Good\n");
}

#[test]
fn the_text_form_shows_the_line_and_the_carets() {
    insta::assert_snapshot!(World::new().post("a", POST).run("check").exits(1).stdout);
}
