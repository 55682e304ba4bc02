//! The `telepress` program; everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    telepress::run::run(std::env::args_os()).code().into()
}
