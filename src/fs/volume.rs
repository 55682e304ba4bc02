//! Whether a folder is on a network file system.

use std::path::Path;

/// Network file systems, by their numbers in Linux (`statfs(2)`).
#[cfg(target_os = "linux")]
const NETWORK: [(u32, &str); 10] = [
    (0x0000_6969, "NFS"),
    (0x0000_517b, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB2"),
    (0x5346_414f, "AFS"),
    (0x6b41_4653, "AFS"),
    (0x7375_7245, "Coda"),
    (0x0102_1997, "9P"),
    (0x00c3_6400, "Ceph"),
    (0x6573_5546, "FUSE, which may be on another machine"),
];

/// The name of the network file system that holds a folder; `None` for a local one, or where the system does not answer.
#[must_use]
#[cfg(target_os = "linux")]
pub fn network(folder: &Path) -> Option<&'static str> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let kind = rustix::fs::statfs(folder).ok()?.f_type;
    // The width and sign of the number depend on the machine; its low 32 bits are the same everywhere.
    let number = u32::try_from(kind & 0xffff_ffff).ok()?;
    NETWORK.iter().find(|(known, _)| *known == number).map(|(_, name)| *name)
}

/// As on Linux; other systems are not supported.
#[must_use]
#[cfg(not(target_os = "linux"))]
pub fn network(_: &Path) -> Option<&'static str> {
    None
}

/// The free bytes of a folder's file system for this user; `None` where the system does not answer.
#[must_use]
#[cfg(unix)]
pub fn free_bytes(folder: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(folder).ok()?;
    found.f_bavail.checked_mul(found.f_frsize)
}

/// As on Unix; other systems are not supported.
#[must_use]
#[cfg(not(unix))]
pub fn free_bytes(_: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    #[test]
    fn project_folder_is_on_a_local_disk() {
        assert_eq!(super::network(std::path::Path::new(env!("CARGO_MANIFEST_DIR"))), None);
    }
}
