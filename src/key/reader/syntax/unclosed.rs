//! Finds strings without closing quotes and brackets without closing brackets in a TOML text.

use std::collections::BTreeMap;

/// Unclosed strings and brackets.
#[derive(Debug, Default)]
pub(super) struct Unclosed {
    /// Single-line strings: the byte of the line break that cuts them off, and the byte of their opening quote.
    pub(super) strings: BTreeMap<usize, usize>,
    /// The opening quotes of a multi-line string that runs to the end of the text.
    pub(super) multi_line: Option<usize>,
    /// Unclosed brackets and braces, the outermost first.
    pub(super) brackets: Vec<usize>,
}

impl Unclosed {
    /// Scans `text` once.
    pub(super) fn find(text: &str) -> Self {
        let mut unclosed = Self::default();
        let bytes = text.as_bytes();
        let mut at = 0;
        // A `[` at the start of a line, outside of brackets, starts a header, which ends with its line.
        let mut begins_line = true;
        let mut in_header = false;
        while let Some(byte) = bytes.get(at) {
            let start = at;
            at += 1;
            match byte {
                b'\n' => {
                    begins_line = true;
                    in_header = false;
                    continue;
                }
                b' ' | b'\t' | b'\r' => continue,
                b'#' => at = line_end(bytes, at),
                b'"' | b'\'' => at = unclosed.string(bytes, start),
                b'[' if begins_line && unclosed.brackets.is_empty() => in_header = true,
                b'[' | b'{' if !in_header => unclosed.brackets.push(start),
                b']' | b'}' if !in_header => {
                    unclosed.brackets.pop();
                }
                _ => {}
            }
            begins_line = false;
        }
        unclosed
    }

    /// Skips the string that starts at `start` and returns the byte after it.
    fn string(&mut self, bytes: &[u8], start: usize) -> usize {
        let rest = bytes.get(start..).unwrap_or_default();
        let Some(quote) = rest.first().copied() else { return start };
        if rest.starts_with(&[quote; 3]) {
            let Some(end) = closing(bytes, start + 3, quote) else {
                self.multi_line = Some(start);
                return bytes.len();
            };
            return end;
        }
        let mut at = start + 1;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\n' => break,
                b'\\' if quote == b'"' && bytes.get(at + 1).is_some_and(|next| *next != b'\n') => {
                    at += 1;
                }
                byte if *byte == quote => return at + 1,
                _ => {}
            }
            at += 1;
        }
        let end = if at > start + 1 && bytes.get(at - 1) == Some(&b'\r') { at - 1 } else { at };
        self.strings.insert(end, start);
        at
    }
}

/// The byte after three closing quotes, and after up to two more that belong to the string.
fn closing(bytes: &[u8], from: usize, quote: u8) -> Option<usize> {
    let mut at = from;
    loop {
        let rest = bytes.get(at..)?;
        if rest.starts_with(&[quote; 3]) {
            let more = rest.iter().skip(3).take(2).take_while(|byte| **byte == quote).count();
            return Some(at + 3 + more);
        }
        at += if quote == b'"' && rest.first()? == &b'\\' { 2 } else { 1 };
    }
}

fn line_end(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(bytes.len(), |newline| from + newline)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unclosed_strings_and_brackets_are_found() {
        for (text, strings, whole, brackets) in [
            ("a = \"x\"\nb = [1, { c = 2 }]\n", vec![], None, vec![]),
            ("a = \"x\nb = 'y\n", vec![(6, 4), (13, 11)], None, vec![]),
            ("a = \"x\r\n", vec![(6, 4)], None, vec![]),
            ("a = \"x\\\"y\"\n", vec![], None, vec![]),
            ("a = \"x\\\n", vec![(7, 4)], None, vec![]),
            ("a = 'x\\'\n", vec![], None, vec![]),
            ("a = [1, 2\nb = 3\n", vec![], None, vec![4]),
            ("a = { b = [\n", vec![], None, vec![4, 10]),
            ("[a\nb = 1\n[[c]\n", vec![], None, vec![]),
            ("a = [\n  [1],\n  \"]\", # ]\n]\n", vec![], None, vec![]),
            ("a = \"\"\"x\n[ \" \"\"\n", vec![], Some(4), vec![]),
            ("a = \"\"\"x\\\"\"\"\"\"\nb = [\n", vec![], None, vec![19]),
            ("a = '''x'''''\nb = [\n", vec![], None, vec![18]),
            ("# \"\na = 'é' # [\n", vec![], None, vec![]),
        ] {
            let unclosed = Unclosed::find(text);
            let found: Vec<_> = unclosed.strings.into_iter().collect();
            assert_eq!(
                (found, unclosed.multi_line, unclosed.brackets),
                (strings, whole, brackets),
                "{text}"
            );
        }
    }
}
