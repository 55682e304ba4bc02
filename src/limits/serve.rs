//! The limits of what runs beside the publisher: hooks, metrics and the health check.

use std::time::Duration;

/// How long a hook may run before it is ended. The default of `[hooks] time_limit`: a webhook answers within seconds, and later hooks
/// wait for it.
pub const HOOK_TIME: Duration = Duration::from_secs(30);

/// The highest `[hooks] time_limit`.
pub const MAX_HOOK_TIME: Duration = Duration::from_mins(10);

/// Bytes of a hook's standard output, and as many of its standard error, that are logged; more is read and dropped.
pub const HOOK_OUTPUT_BYTES: usize = 4_096;

/// Lines logged of a hook's standard output, and of its standard error.
pub const HOOK_OUTPUT_LINES: usize = 20;

/// How long the end of a hook's output is waited for after the hook has ended.
pub const HOOK_OUTPUT_WAIT: Duration = Duration::from_secs(1);

/// Hooks that are read from the journal at once; the others wait there.
pub const HOOK_BATCH: i64 = 100;

/// How often a process that publishes looks for hooks to run.
pub const HOOK_LOOK: Duration = Duration::from_secs(1);

/// A loop of `serve` that has not gone round for this long is stuck. The longest pauses of a working one are requests that Telegram does
/// not answer, one for each channel, and the waits that Telegram asks for.
pub const STUCK: Duration = Duration::from_mins(10);

/// How long the health check and the metrics wait for the journal.
pub const JOURNAL_PATIENCE: Duration = Duration::from_secs(5);
