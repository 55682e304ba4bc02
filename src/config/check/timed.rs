//! Validates the location of the journal, the schedule and all durations.

use std::borrow::Cow;
use std::path::PathBuf;
use std::time::Duration;

use jiff::SignedDuration;

use super::super::raw::RawConfig;
use super::super::timing::{
    PacingConfig, RecoveryConfig, ScheduleConfig, StoreConfig, UnknownOutcomePolicy,
};
use super::people;
use crate::config::Operator;
use crate::diagnostic::problem::ConfigProblem;
use crate::field::Fields;
use crate::ids::ChatId;
use crate::key::SpannedStr;
use crate::key::value::Span;
use crate::schedule::Slot;
use crate::secret;

/// The URL parameters that the PostgreSQL driver accepts, except for the password.
const PARAMETERS: [&str; 17] = [
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "port",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "ssl-root-cert",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

/// The longest duration that a key accepts; a longer one is a typing mistake.
const MAX_DURATION: Duration = Duration::from_hours(24 * 31);

pub(super) fn store(raw: &RawConfig<'_>, fields: &mut Fields<'_>) -> StoreConfig {
    let typed = raw.store.as_ref().and_then(|store| store.value.url.as_ref());
    let default = StoreConfig::default();
    let Some(typed) = typed else { return default };
    if ["postgres://", "postgresql://"].iter().any(|scheme| typed.0.value.starts_with(scheme)) {
        return postgres(&typed.0, fields).unwrap_or(default);
    }
    let path =
        typed.0.value.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path));
    let is_file = |path: &&str| {
        !path.is_empty()
            && !path.starts_with(":memory:")
            && !path.contains('?')
            && !path.contains("://")
    };
    let Some(path) = path.filter(is_file) else {
        fields.report(typed.0.span.clone(), ConfigProblem::JournalUrl);
        return default;
    };
    StoreConfig::File(PathBuf::from(path))
}

/// A PostgreSQL database. Its password must not be in the config, which git stores.
fn postgres(typed: &SpannedStr<'_>, fields: &mut Fields<'_>) -> Option<StoreConfig> {
    let url = url::Url::parse(&typed.value).ok();
    let has_password = url.as_ref().is_some_and(|url| {
        url.password().is_some() || url.query_pairs().any(|(key, _)| key == "password")
    });
    // The redaction also finds passwords in malformed URLs.
    let has_password = has_password || secret::redact(&typed.value) != typed.value;
    if has_password {
        fields.report(typed.span.clone(), ConfigProblem::PasswordInUrl);
        return None;
    }
    // An unknown parameter may hold a secret, so the diagnostic does not quote it.
    let is_known = |(key, _): (Cow<'_, str>, _)| {
        let key = key.split('[').next().unwrap_or_default();
        PARAMETERS.contains(&key)
    };
    if url.as_ref().is_some_and(|url| !url.query_pairs().all(is_known)) {
        fields.report(typed.span.clone(), ConfigProblem::UrlParameter(&PARAMETERS));
        return None;
    }
    let names_database = |url: &url::Url| {
        url.path().trim_matches('/').split('/').count() == 1 && url.path().len() > 1
    };
    if !url.as_ref().is_some_and(names_database) {
        fields.report(typed.span.clone(), ConfigProblem::DatabaseUrl);
        return None;
    }
    Some(StoreConfig::Postgres(typed.value.clone().into_owned()))
}

pub(super) fn recovery(
    raw: &RawConfig<'_>,
    is_local: bool,
    fields: &mut Fields<'_>,
) -> RecoveryConfig {
    let default = RecoveryConfig::default();
    let Some(raw) = raw.recovery.as_ref().map(|recovery| &recovery.value) else { return default };
    let staging_chat = raw.staging_chat.as_ref().and_then(|typed| staging(&typed.0, fields));
    RecoveryConfig {
        uncertain: raw.uncertain.as_ref().map_or(UnknownOutcomePolicy::Probe, |item| item.value),
        staging_chat,
        send_timeout: at_least(raw.send_timeout.as_ref(), default.send_timeout, is_local, fields),
        quiet: at_least(raw.quiet.as_ref(), default.quiet, is_local, fields),
    }
}

pub(super) fn pacing(raw: &RawConfig<'_>, is_local: bool, fields: &mut Fields<'_>) -> PacingConfig {
    let default = PacingConfig::default();
    let Some(raw) = raw.pacing.as_ref().map(|pacing| &pacing.value) else { return default };
    PacingConfig {
        channel: at_least(raw.channel.as_ref(), default.channel, is_local, fields),
        bot: at_least(raw.bot.as_ref(), default.bot, is_local, fields),
    }
}

pub(super) fn schedule(
    raw: &RawConfig<'_>,
    operators: &[Operator],
    fields: &mut Fields<'_>,
) -> ScheduleConfig {
    let default = ScheduleConfig::default();
    let Some(raw) = raw.schedule.as_ref().map(|schedule| &schedule.value) else { return default };
    ScheduleConfig {
        grace: raw.grace.as_ref().and_then(|typed| time(&typed.0, fields)).unwrap_or(default.grace),
        missed: raw.missed.as_ref().map_or(default.missed, |item| item.value),
        edits: raw.edits.as_ref().map_or(default.edits, |item| item.value),
        approvals: raw
            .approvals
            .as_ref()
            .map_or(0, |typed| people::approvals(typed, operators, fields)),
    }
}

pub(super) fn slot(typed: &SpannedStr<'_>, fields: &mut Fields<'_>) -> Option<Slot> {
    match typed.value.parse() {
        Ok(slot) => Some(slot),
        Err(error) => {
            fields.report(typed.span.clone(), ConfigProblem::Slot(error));
            None
        }
    }
}

/// The numeric id of the staging chat; an @username is refused.
fn staging(typed: &SpannedStr<'_>, fields: &mut Fields<'_>) -> Option<i64> {
    if let Ok(ChatId::Id(id)) = typed.value.parse::<ChatId>() {
        return Some(id);
    }
    fields.report(typed.span.clone(), ConfigProblem::StagingChat);
    None
}

/// A duration that may be shorter than its default only for a server on the loopback interface: the defaults come from Telegram's
/// limits.
fn at_least(
    typed: Option<&Span<'_>>,
    least: Duration,
    is_local: bool,
    fields: &mut Fields<'_>,
) -> Duration {
    let Some(typed) = typed else { return least };
    let Some(time) = time(&typed.0, fields) else { return least };
    if time < least {
        let problem =
            if is_local { ConfigProblem::Hasty(least) } else { ConfigProblem::TooHasty(least) };
        fields.report(typed.0.span.clone(), problem);
        if !is_local {
            return least;
        }
    }
    time
}

/// A duration such as `90s`.
pub(super) fn time(typed: &SpannedStr<'_>, fields: &mut Fields<'_>) -> Option<Duration> {
    let parsed = typed.value.parse::<SignedDuration>().ok();
    let time = parsed.and_then(|time| Duration::try_from(time).ok());
    if let Some(time) = time.filter(|time| *time <= MAX_DURATION) {
        return Some(time);
    }
    fields.report(typed.span.clone(), ConfigProblem::Duration);
    None
}
