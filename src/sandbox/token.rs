//! Checks the token in a request's path and returns the bot's id; the token is not stored.

use secrecy::{ExposeSecret, SecretString};

use super::refusal::ApiRefusal;

/// The bot whose token is in the path segment `bot<token>`. Any well-formed token is accepted, unless `only` names the
/// accepted one.
pub(super) fn bot_of(segment: &str, only: Option<&SecretString>) -> Result<i64, ApiRefusal> {
    let token = segment.strip_prefix("bot").ok_or(ApiRefusal::NotFound)?;
    let (id, secret) = token.split_once(':').ok_or(ApiRefusal::NotFound)?;
    let is_number =
        !id.starts_with('0') && id.bytes().all(|byte| byte.is_ascii_digit()) && id.len() <= 15;
    let is_secret = secret.len() >= 30
        && secret.len() <= 80
        && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if !is_number || !is_secret {
        return Err(ApiRefusal::NotFound);
    }
    if only.is_some_and(|only| only.expose_secret() != token) {
        return Err(ApiRefusal::Unauthorized);
    }
    id.parse().map_err(|_| ApiRefusal::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_is_a_number_and_a_secret() {
        let secret = "A".repeat(35);
        let rows = [
            (format!("bot7000000001:{secret}"), Ok(7_000_000_001)),
            (format!("bot7000000001:{}-_", "b".repeat(28)), Ok(7_000_000_001)),
            (format!("bot:{secret}"), Err(ApiRefusal::NotFound)),
            (format!("bot0123:{secret}"), Err(ApiRefusal::NotFound)),
            (format!("bot+123:{secret}"), Err(ApiRefusal::NotFound)),
            (format!("bot{}:{secret}", "9".repeat(40)), Err(ApiRefusal::NotFound)),
            ("bot123:short".to_owned(), Err(ApiRefusal::NotFound)),
            (format!("bot123:{secret}é"), Err(ApiRefusal::NotFound)),
            (format!("123:{secret}"), Err(ApiRefusal::NotFound)),
            ("bot".to_owned(), Err(ApiRefusal::NotFound)),
        ];
        for (segment, expected) in rows {
            assert_eq!(bot_of(&segment, None), expected, "{segment}");
        }
    }

    #[test]
    fn only_the_named_token_is_accepted() {
        let token = format!("123:{}", "A".repeat(35));
        let only = SecretString::from(token.clone());
        assert_eq!(bot_of(&format!("bot{token}"), Some(&only)), Ok(123));
        let other = format!("bot123:{}", "B".repeat(35));
        assert_eq!(bot_of(&other, Some(&only)), Err(ApiRefusal::Unauthorized));
        assert_eq!(bot_of("bot123:short", Some(&only)), Err(ApiRefusal::NotFound));
    }
}
