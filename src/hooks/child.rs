//! Runs one command with a time limit, and reads a limited amount of its output. It decides nothing.

use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time;

use crate::config::HookCommand;
use crate::environment::Environment;
use crate::outbox::HookFailure;
use crate::{limits, process};

/// How a command ended.
pub(super) struct Ended {
    pub(super) result: Result<(), HookFailure>,
    /// The first lines of its standard output, then those of its standard error.
    pub(super) output: Vec<String>,
    /// Whether there was more.
    pub(super) is_cut: bool,
}

/// Runs the command in `folder` with `input` on its standard input. When it has ended, its time is over, or the future is dropped, all
/// processes of its group are killed.
pub(super) async fn run(
    command: &HookCommand,
    folder: &Path,
    input: &[u8],
    limit: Duration,
) -> Ended {
    let mut child = match start(command, folder) {
        Ok(child) => child,
        Err(error) => {
            let failure = HookFailure::NotStarted { why: error.to_string() };
            return Ended { result: Err(failure), output: Vec::new(), is_cut: false };
        }
    };
    let group = ProcessGroup { leader: child.id() };
    let (mut stdin, stdout, stderr) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let mut captured = [Captured::default(), Captured::default()];
    let [out, err] = &mut captured;
    let talking = async {
        let writing = async {
            if let Some(mut pipe) = stdin.take() {
                // A command need not read its input.
                let _ = pipe.write_all(input).await;
            }
        };
        tokio::join!(writing, out.read(stdout), err.read(stderr));
    };
    let result = {
        tokio::pin!(talking);
        let over = time::sleep(limit);
        tokio::pin!(over);
        let mut is_silent = false;
        let result = loop {
            tokio::select! {
                status = child.wait() => break status.map_or_else(
                    |error| Err(HookFailure::NotStarted { why: error.to_string() }),
                    result,
                ),
                () = &mut talking, if !is_silent => is_silent = true,
                () = &mut over => break Err(HookFailure::TimedOut { seconds: limit.as_secs() }),
            }
        };
        drop(group);
        // A process that left the group may hold the pipes open.
        if !is_silent {
            let _ = time::timeout(limits::HOOK_OUTPUT_WAIT, talking).await;
        }
        result
    };
    let is_cut = captured.iter().any(Captured::is_cut);
    Ended { result, output: captured.iter().flat_map(Captured::lines).collect(), is_cut }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that runs hooks")]
fn start(command: &HookCommand, folder: &Path) -> std::io::Result<Child> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let folder = std::path::absolute(folder)?;
    let mut started = match command.path(&folder) {
        Some(path) => Command::new(path),
        None => Command::new(&command.program),
    };
    started.args(&command.arguments).current_dir(folder);
    started.env_clear().envs(Environment::for_hooks());
    started.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    started.kill_on_drop(true);
    // Ctrl-C ends telepress, which then ends the hook.
    #[cfg(unix)]
    started.process_group(0);
    started.spawn()
}

fn result(status: ExitStatus) -> Result<(), HookFailure> {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return Err(HookFailure::Signal { signal });
    }
    match status.code() {
        Some(0) => Ok(()),
        code => Err(HookFailure::Exit { code: code.unwrap_or(-1) }),
    }
}

/// The processes of a command. Dropping it kills them.
struct ProcessGroup {
    leader: Option<u32>,
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        if let Some(leader) = self.leader {
            process::kill_group(leader);
        }
    }
}

/// The beginning of an output.
#[derive(Default)]
struct Captured {
    bytes: Vec<u8>,
    /// How many bytes there were.
    length: usize,
}

impl Captured {
    /// Reads to the end, and keeps the beginning.
    async fn read(&mut self, pipe: Option<impl AsyncRead + Unpin>) {
        let Some(mut pipe) = pipe else { return };
        let mut piece = vec![0; limits::HOOK_OUTPUT_BYTES];
        while let Ok(count) = pipe.read(&mut piece).await
            && count > 0
        {
            self.length = self.length.saturating_add(count);
            let rest = limits::HOOK_OUTPUT_BYTES.saturating_sub(self.bytes.len());
            self.bytes.extend(piece.iter().take(count.min(rest)));
        }
    }

    fn lines(&self) -> impl Iterator<Item = String> {
        let text = String::from_utf8_lossy(&self.bytes).into_owned();
        let lines: Vec<_> = text
            .lines()
            .map(str::trim_end)
            .filter(|line| !line.is_empty())
            .take(limits::HOOK_OUTPUT_LINES)
            .map(str::to_owned)
            .collect();
        lines.into_iter()
    }

    fn is_cut(&self) -> bool {
        let lines = String::from_utf8_lossy(&self.bytes)
            .lines()
            .filter(|line| !line.trim_end().is_empty())
            .count();
        self.length > self.bytes.len() || lines > limits::HOOK_OUTPUT_LINES
    }
}
