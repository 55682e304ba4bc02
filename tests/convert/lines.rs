//! `--jsonl`: one line of output for each line of input.

use std::io::{BufRead as _, BufReader, Write as _};

use serde_json::{Value, json};

use super::forms::convert;
use crate::world::World;

#[test]
fn every_line_gives_one_line_and_bad_lines_do_not_stop_it() {
    let input = "{\"text\": \"<b>a</b>\"}\n{\"text\": \"<p>\"}\n\nnull\n{\"text\": \"<i>b</i>\", \"id\": 7}\r\n{\"text\": \"\\ud800\"}\n{\"text\": \"c\"}";
    let ran = convert("--from html --to entities --jsonl", input).exits(1);
    let answers: Vec<Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let errors: Vec<_> = answers.iter().map(|answer| answer.get("error").is_some()).collect();
    assert_eq!(errors, [false, true, true, true, false, true, false], "{ran}");
    assert_eq!(
        answers[0],
        json!({ "text": "a", "entities": [{ "type": "bold", "offset": 0, "length": 1 }] })
    );
    assert_eq!(answers[6], json!({ "text": "c", "entities": [] }));
    assert_eq!(ran.stderr, "");
}

#[test]
fn text_formats_contain_no_entities() {
    let entities =
        "{\"text\": \"a\", \"entities\": [{\"type\": \"bold\", \"offset\": 0, \"length\": 1}]}\n";
    for (to, text) in [("html", "<b>a</b>"), ("markdown-v2", "*a*"), ("text", "a")] {
        convert(&format!("--from entities --to {to} --jsonl"), entities)
            .exits(0)
            .prints(&format!("{}\n", json!({ "text": text })));
    }
}

#[test]
fn invalid_utf8_is_an_error_of_its_line() {
    let input = b"{\"text\": \"a\xff\"}\n{\"text\": \"b\"}\n";
    World::empty().stdin(input).run("convert --from html --to text --jsonl").exits(1).prints(
        "{\"error\":\"the input is not UTF-8: byte 11 is not part of a valid character\"}\n{\"text\":\"b\"}\n",
    );
}

#[test]
fn byte_order_mark_is_not_part_of_the_text() {
    convert("--from html --to text --jsonl", "\u{feff}{\"text\": \"a\"}\n")
        .exits(0)
        .prints("{\"text\":\"a\"}\n");
    convert("--from html --to entities", "\u{feff}<b>a</b>")
        .exits(0)
        .prints("{\"text\":\"a\",\"entities\":[{\"type\":\"bold\",\"offset\":0,\"length\":1}]}\n");
}

#[test]
fn invalid_json_is_reported_with_its_column() {
    convert("--from html --to text --jsonl", "{\"text\": \"a\"}\n{\"text\": a}\n").exits(1).prints(
        "{\"text\":\"a\"}\n{\"error\":\"the input is not JSON: expected value at column 10\"}\n",
    );
}

#[test]
fn too_long_lines_are_warned_of_up_to_a_limit() {
    let line = json!({ "text": "a".repeat(4_100) }).to_string() + "\n";
    let ran = convert("--from html --to text --jsonl", &line.repeat(12)).exits(0);
    assert_eq!(ran.stdout.lines().count(), 12);
    let ran = ran
        .says("warning: line 10: the text has 4 characters too many for one message")
        .says("warning: 2 more lines are too long for one message");
    assert!(!ran.stderr.contains("line 11"), "{ran}");
}

#[test]
fn an_answer_comes_before_the_next_line_is_sent() {
    let mut child = World::empty().speak_with("convert --from markdown --to html --jsonl");
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for number in 0..3 {
        writeln!(stdin, "{{\"text\": \"**{number}**\"}}").unwrap();
        let mut answer = String::new();
        stdout.read_line(&mut answer).unwrap();
        assert_eq!(answer, format!("{{\"text\":\"<b>{number}</b>\"}}\n"));
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}
