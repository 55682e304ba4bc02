//! Posts that become several messages: what stays together, and what a change moves.

use serde_json::Value;

use crate::world::World;

const CONFIG: &str = r#"
[channels.main]
chat = "@example_channel"
language = "en"
timezone = "Europe/London"
style = "sample"

[styles.sample]
read_more = { marker = "📄", label = { en = "Read in full" } }
footer = { en = "The desk" }
part_mark = "({n}/{total})"
"#;

/// The parts that a post becomes.
fn parts(post: &str) -> Vec<String> {
    let world = World::empty().config(CONFIG).post("post", post);
    let rendered = world.run("render post --as json").exits(0).json();
    let parts = rendered[0]["parts"].as_array().unwrap();
    let text = |part: &Value| part["params"]["text"].as_str().unwrap().to_owned();
    parts.iter().map(text).collect()
}

fn words(count: usize) -> String {
    (0..count).map(|n| format!("w{n}.")).collect::<Vec<_>>().join(" ")
}

/// Sections of a title and three bullets each.
fn sections(count: usize, length: usize) -> String {
    let bullets = format!("{:?}", [words(length), words(length / 2), words(length / 3)]);
    let section = |n| format!("[[sections]]\ntitle = \"Title {n}\"\nbullets = {bullets}\n");
    (0..count).map(section).collect()
}

fn without_mark(part: &str) -> &str {
    part.rsplit_once("\n\n(").map_or(part, |(text, _)| text)
}

#[test]
fn every_part_has_its_mark_and_keeps_the_limit() {
    for length in [60, 90, 150] {
        let parts = parts(&format!("heading = \"Heading\"\n{}", sections(9, length)));
        assert!(parts.len() > 1);
        for (index, part) in parts.iter().enumerate() {
            assert!(part.ends_with(&format!("\n\n({}/{})", index + 1, parts.len())), "{part}");
            assert!(part.chars().count() <= 4_096);
        }
    }
}

#[test]
fn a_title_stays_with_its_first_bullet_and_a_heading_with_what_it_heads() {
    for length in (60..240).step_by(13) {
        for part in parts(&format!("heading = \"Heading\"\n{}", sections(9, length))) {
            let last = without_mark(&part).lines().next_back().unwrap();
            assert!(!last.starts_with("Title") && !last.starts_with("Heading"), "{length}: {part}");
        }
    }
}

#[test]
fn list_stays_with_the_words_that_introduce_it() {
    for length in (600..800).step_by(11) {
        for (start, end) in [("", ":"), ("", "："), ("**", ":**")] {
            let (before, item) = (words(length), words(200));
            let post =
                format!("body = '''\n{before}\n\n{start}The list{end}\n\n- {item}\n- b\n'''");
            for part in parts(&post) {
                let last = without_mark(&part).lines().next_back().unwrap();
                assert!(!last.starts_with("The list"), "{length}: {part}");
            }
        }
    }
}

#[test]
fn what_ends_a_post_is_together_on_the_last_part_and_never_alone() {
    let tags: Vec<_> = (0..30).map(|n| format!("tag_of_the_post_{n}")).collect();
    for count in (640..960).step_by(23) {
        let post = format!(
            "heading = \"Heading\"\ntext = {:?}\nread_more = \"https://example.org/a\"\nhashtags = {tags:?}\n",
            words(count)
        );
        let parts = parts(&post);
        assert!(parts.len() > 1, "{count}");
        let (last, others) = parts.split_last().unwrap();
        for end in ["📄 Read in full", "#tag_of_the_post_0 ", "#tag_of_the_post_29", "The desk"] {
            assert!(last.contains(end), "{count}: {last}");
            assert!(others.iter().all(|part| !part.contains(end)), "{count}");
        }
        assert!(!last.starts_with("📄"), "{count}: {last}");
    }
}

#[test]
fn a_change_in_the_last_section_moves_only_the_last_cuts() {
    // Fewer than ten parts, so that the numbers in the part marks have one digit.
    for length in [150, 190, 230] {
        let post = |last: usize| {
            let last = format!("[[sections]]\ntitle = \"Last\"\nbullets = [{:?}]\n", words(last));
            parts(&format!("heading = \"Heading\"\n{}{last}", sections(9, length)))
        };
        let before = post(10);
        assert!((4..9).contains(&before.len()), "{}", before.len());
        for changed in [1, 60, 130, 300] {
            let after = post(changed);
            let kept = before.len().min(after.len()) - 2;
            let texts = |parts: &[String]| -> Vec<String> {
                parts.iter().take(kept).map(|part| without_mark(part).to_owned()).collect()
            };
            assert_eq!(texts(&before), texts(&after), "{length} {changed}");
        }
    }
}
