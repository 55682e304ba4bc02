//! Disks that fail: a small file system in memory, and faults that a file switches on.

use std::path::PathBuf;
use std::process::Command;

use super::World;

/// A small file system in memory, unmounted at the end of the test.
pub(crate) struct Disk(PathBuf);

impl Disk {
    /// `None` if the test may not mount one.
    pub(crate) fn mount(world: &World) -> Option<Self> {
        let folder = world.path("disk");
        std::fs::create_dir(&folder).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=2m", "none"])
            .arg(&folder)
            .output()
            .is_ok_and(|ran| ran.status.success());
        if !mounted {
            eprintln!("skipped: no file system can be mounted here");
        }
        mounted.then_some(Self(folder))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Fills the disk.
    pub(crate) fn fill(&self) {
        let mut size = 1 << 20;
        let mut content = Vec::new();
        while size > 0 {
            let more = vec![0_u8; size];
            content.extend_from_slice(&more);
            if std::fs::write(self.0.join("filler"), &content).is_err() {
                content.truncate(content.len() - size);
                size /= 2;
            }
        }
        // This fills the rest; a failed write keeps what fits.
        let _ = std::fs::write(self.0.join("filler-2"), vec![0_u8; 1 << 20]);
    }

    /// Frees the space again.
    pub(crate) fn free(&self) {
        for name in ["filler", "filler-2"] {
            std::fs::remove_file(self.0.join(name)).unwrap();
        }
    }

    /// Remounts with these options; returns whether that worked.
    pub(crate) fn remount(&self, how: &str) -> bool {
        let remount = format!("remount,{how}");
        let ran = Command::new("mount").args(["-o", &remount]).arg(&self.0).output();
        ran.is_ok_and(|ran| ran.status.success())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).output();
    }
}

/// A fault in a debug build that is active while this file exists.
pub(crate) struct Switch(pub(crate) PathBuf);

impl Switch {
    pub(crate) fn on(&self) {
        std::fs::write(&self.0, "").unwrap();
    }

    pub(crate) fn off(&self) {
        std::fs::remove_file(&self.0).unwrap();
    }
}
