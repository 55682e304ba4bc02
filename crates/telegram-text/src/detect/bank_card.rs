//! Bank card numbers. Bots never see them, but they cut styles and displace other entities that overlap them.

use super::character::{Category, after, before, category};
use super::{Found, Kind};

/// Digits of a card number.
const DIGITS: std::ops::RangeInclusive<usize> = 13..=19;

/// Finds 13 to 19 digits with spaces and hyphens between them, on average at most one after each digit, that have a
/// valid check digit and the length of their brand. TDLib `match_bank_card_numbers`.
pub(super) fn find(text: &str, found: &mut Vec<Found>) {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(start) = digit_from(bytes, from) {
        if before(text, start).is_some_and(borders_before) {
            from = start + bytes.iter().skip(start).take_while(|byte| is_part(**byte)).count();
            continue;
        }
        let (digits, run_end) = run(bytes, start);
        from = run_end;
        let run = text.get(start..run_end).unwrap_or_default();
        let number = run.trim_end_matches([' ', '-']);
        let end = start + number.len();
        let is_number = DIGITS.contains(&digits)
            && number.len() < 2 * digits
            && !after(text, end).is_some_and(borders_after)
            && is_valid(number);
        if is_number {
            found.push(Found { kind: Kind::BankCard, bytes: start..end });
        }
    }
}

fn digit_from(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.iter().position(u8::is_ascii_digit).map(|at| from + at)
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b' ' | b'-')
}

fn borders_before(character: char) -> bool {
    matches!(character, '.' | ',' | '+' | '-' | '_') || category(character) == Category::Letter
}

fn borders_after(character: char) -> bool {
    matches!(character, '-' | '_') || category(character) == Category::Letter
}

/// The digits of the run at byte `start`, and its end. A space after 16 to 19 digits without a separator ends it.
fn run(bytes: &[u8], start: usize) -> (usize, usize) {
    let mut digits = 0;
    let mut end = start;
    while let Some(byte) = bytes.get(end).filter(|byte| is_part(**byte)) {
        if *byte == b' ' && (16..=19).contains(&digits) && digits == end - start {
            break;
        }
        digits += usize::from(byte.is_ascii_digit());
        end += 1;
    }
    (digits, end)
}

/// Whether the digits have a valid check digit (Luhn) and the length of their brand. TDLib `is_valid_bank_card`.
fn is_valid(number: &str) -> bool {
    let digits = || number.bytes().filter(u8::is_ascii_digit).map(|byte| u32::from(byte - b'0'));
    let count = digits().count();
    let sum: u32 = digits()
        .enumerate()
        .map(|(index, digit)| match (count - index) % 2 {
            1 => digit,
            _ => 2 * digit - if digit < 5 { 0 } else { 9 },
        })
        .sum();
    let prefix = |length: usize| digits().take(length).fold(0, |prefix, digit| prefix * 10 + digit);
    let has_length = match (prefix(1), prefix(2), prefix(4)) {
        // Visa.
        (4, ..) => matches!(count, 13 | 16 | 18 | 19),
        // Mastercard and MIR.
        (_, 51..=55, _) | (.., 2221..=2720 | 2200..=2204) => count == 16,
        // American Express.
        (_, 34 | 37, _) => count == 15,
        // UnionPay.
        (_, 62 | 81, _) => count >= 16,
        _ => true,
    };
    sum.is_multiple_of(10) && has_length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_number_has_its_length_and_a_valid_check_digit() {
        for (text, expected) in [
            ("4242424242424242", Some("4242424242424242")),
            ("4242 4242 4242 4242", Some("4242 4242 4242 4242")),
            ("(4242-4242-4242-4242)", Some("4242-4242-4242-4242")),
            ("4222222222222.", Some("4222222222222")),
            ("378282246310005", Some("378282246310005")),
            ("2200000000000004", Some("2200000000000004")),
            ("4242424242424242 1", Some("4242424242424242")),
            ("4242424242424242 -", Some("4242424242424242")),
            ("4242424242424243", None),
            ("42424242424242", None),
            ("5105105105105100", Some("5105105105105100")),
            ("a4242424242424242", None),
            ("+4242424242424242", None),
            (".4242 4242 4242 4242", None),
            ("4242424242424242a", None),
            ("4242424242424242_", None),
            ("4242424242424242-", None),
            ("4  2  4  2  4  2  4  2  4  2  4  2  4  2  4  2", None),
            ("4242 4242 4242 4242 1", None),
        ] {
            let mut found = Vec::new();
            find(text, &mut found);
            let found = found.first().and_then(|found| text.get(found.bytes.clone()));
            assert_eq!(found, expected, "{text}");
        }
    }
}
