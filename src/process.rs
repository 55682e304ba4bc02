//! Identifies this process among all processes that may write a journal.

use std::path::Path;

use crate::exit::Exit;
use crate::outbox::Owner;
use crate::{fs, random};

/// The id of the current boot on Linux.
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

/// The namespace of process ids: each container has its own.
const PROCESS_IDS: &str = "/proc/self/ns/pid";

/// Ends this process at once.
#[expect(clippy::exit, reason = "remaining work cannot be waited for")]
pub fn end(exit: Exit) -> ! {
    std::process::exit(i32::from(exit.code()))
}

/// Whether a process is, or may be, alive. Only the system's definite answer counts as dead. `/proc` cannot be used, because
/// a hardened service does not see other users' processes there.
#[must_use]
pub fn is_alive(pid: u32) -> bool {
    #[cfg(unix)]
    if let Some(pid) = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw) {
        return rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH);
    }
    true
}

/// Kills all processes of the group whose first process is, or was, `leader`.
pub fn kill_group(leader: u32) {
    #[cfg(unix)]
    if let Some(leader) = i32::try_from(leader).ok().and_then(rustix::process::Pid::from_raw) {
        // This fails if none is left.
        let _ = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
    }
    #[cfg(not(unix))]
    let _ = leader;
}

/// The limit of open files and sockets; `None` if there is none or it is unknown.
#[must_use]
pub fn open_files() -> Option<usize> {
    #[cfg(unix)]
    {
        let most = rustix::process::getrlimit(rustix::process::Resource::Nofile).current?;
        Some(usize::try_from(most).unwrap_or(usize::MAX))
    }
    #[cfg(not(unix))]
    None
}

/// The time zone rules on Linux; the first line has their version.
const ZONE_RULES: &str = "/usr/share/zoneinfo/tzdata.zi";

/// The version of the time zone rules, such as `2026a`, or `unknown`.
#[must_use]
pub fn zone_rules() -> String {
    let rules = fs::read_text(Path::new(ZONE_RULES)).unwrap_or_default();
    let version = rules.lines().next().and_then(|line| line.strip_prefix("# version "));
    version.unwrap_or("unknown").to_owned()
}

/// The identity of this process. Every call returns a new one, so call it once.
#[must_use]
pub fn me() -> Owner {
    let boot = fs::read_text(Path::new(BOOT_ID)).unwrap_or_default();
    let ids = fs::link(Path::new(PROCESS_IDS)).unwrap_or_default();
    Owner { boot: place(&boot, &ids), pid: std::process::id(), random: random::number() }
}

/// The id of a boot and a container; empty if one of the two is unknown.
fn place(boot: &str, ids: &str) -> String {
    match (boot.trim(), ids.trim()) {
        ("", _) | (_, "") => String::new(),
        (boot, ids) => format!("{boot} {ids}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn place_needs_both_the_boot_and_the_namespace() {
        assert_eq!(place("5f2c\n", "pid:[4026531836]"), "5f2c pid:[4026531836]");
        for (boot, ids) in [("", "pid:[4026531836]"), ("5f2c", ""), (" \n", " ")] {
            assert_eq!(place(boot, ids), "");
        }
        let here = me();
        let nowhere = Owner { boot: String::new(), ..here.clone() };
        assert!(
            here.can_check_process(&here)
                && !nowhere.can_check_process(&nowhere)
                && !here.can_check_process(&nowhere)
        );
    }

    #[test]
    #[cfg(unix)]
    fn process_is_dead_only_if_the_system_says_so() {
        assert!(is_alive(std::process::id()));
        // Above Linux's highest id, and two invalid ids.
        assert!(!is_alive(4_194_305));
        assert!(is_alive(0) && is_alive(u32::MAX));
    }
}
