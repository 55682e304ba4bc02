//! `getFile`: where a file that was sent to the bot can be downloaded.

use serde_json::{Value, json};

use super::{Call, Method};
use crate::limits;
use crate::sandbox::refusal::ApiRefusal;
use crate::sandbox::state::State;

pub(super) const METHODS: &[Method] =
    &[Method { name: "getFile", run: |state, call, _| get_file(state, call) }];

fn get_file(state: &State, call: &Call) -> Result<Value, ApiRefusal> {
    let refused = |text: &str| ApiRefusal::Parameter(text.to_owned());
    let wrong = || refused("wrong file_id or the file is temporarily unavailable");
    let media = state.files.sent_to(call.bot, call.params.text("file_id")).ok_or_else(wrong)?;
    if media.bytes > limits::DOWNLOAD_BYTES {
        return Err(refused("file is too big"));
    }
    Ok(json!({
        "file_id": media.file_id(),
        "file_unique_id": media.file_unique_id(),
        "file_size": media.bytes,
        "file_path": media.path(),
    }))
}
