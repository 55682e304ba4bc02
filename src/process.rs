//! Who this process is, among all that may ever write a journal.

use std::path::Path;

use crate::exit::Exit;
use crate::outbox::Owner;
use crate::{fs, random};

/// Where Linux says which run of the machine this is.
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

/// Which process ids a process sees: each container has its own.
const PROCESS_IDS: &str = "/proc/self/ns/pid";

/// Ends this process at once.
#[expect(clippy::exit, reason = "nothing that is left can be waited for")]
pub fn end(exit: Exit) -> ! {
    std::process::exit(i32::from(exit.code()))
}

/// Whether a process with this id lives, or may live: the system is asked, and only its clear no is one. Files below `/proc`
/// are no answer, for a hardened service does not see those of other users.
#[must_use]
pub fn is_alive(pid: u32) -> bool {
    #[cfg(unix)]
    if let Some(pid) = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw) {
        return rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH);
    }
    true
}

/// How many files, sockets included, this process may have open; `None` where nothing limits it, or nobody says so.
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

/// Where Linux keeps the rules of all time zones, the first line of which names their version.
const ZONE_RULES: &str = "/usr/share/zoneinfo/tzdata.zi";

/// The version of the rules of time zones, such as `2026a`; `unknown` where the system does not say.
#[must_use]
pub fn zone_rules() -> String {
    let rules = fs::read_text(Path::new(ZONE_RULES)).unwrap_or_default();
    let version = rules.lines().next().and_then(|line| line.strip_prefix("# version "));
    version.unwrap_or("unknown").to_owned()
}

/// This process. Every call gives another life: a process asks once.
#[must_use]
pub fn me() -> Owner {
    let boot = fs::read_text(Path::new(BOOT_ID)).unwrap_or_default();
    let ids = fs::link(Path::new(PROCESS_IDS)).unwrap_or_default();
    Owner { boot: place(&boot, &ids), pid: std::process::id(), random: random::number() }
}

/// What stands for a machine's run and a container of it; nothing where one of the two is not known.
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
    fn a_place_is_known_whole_or_not_at_all() {
        assert_eq!(place("5f2c\n", "pid:[4026531836]"), "5f2c pid:[4026531836]");
        for (boot, ids) in [("", "pid:[4026531836]"), ("5f2c", ""), (" \n", " ")] {
            assert_eq!(place(boot, ids), "");
        }
        let here = me();
        let nowhere = Owner { boot: String::new(), ..here.clone() };
        assert!(here.sees(&here) && !nowhere.sees(&nowhere) && !here.sees(&nowhere));
    }

    #[test]
    #[cfg(unix)]
    fn only_a_clear_no_is_a_death() {
        assert!(is_alive(std::process::id()));
        // Nobody's, by Linux's highest id, and no id at all.
        assert!(!is_alive(4_194_305));
        assert!(is_alive(0) && is_alive(u32::MAX));
    }
}
