//! Files that a request names by their paths, as a server in local mode reads them (`telegram-bot-api --local`). It reads only what
//! the request names.

use serde_json::Value;
use url::Url;

use super::params::Params;
use super::request::ReceivedRequest;
use super::upload::UploadedFile;
use crate::fs;

/// Adds the files that the parameters name, by their addresses. A file that cannot be read stays out, as a missing part does.
pub(super) fn add(received: &mut ReceivedRequest) {
    for address in addresses(&received.params) {
        let path = Url::parse(&address).ok().and_then(|url| url.to_file_path().ok());
        let name = path.as_deref().and_then(|path| path.file_name()?.to_str());
        let (Some(path), Some(name)) = (&path, name) else { continue };
        let Ok(file) = fs::open_own(path) else { continue };
        if let Ok((uploaded, kept)) = UploadedFile::read_local(name, file) {
            received.files.insert(address, uploaded);
            received.kept.extend(kept);
        }
    }
}

/// Whether a parameter names a file by its path.
pub(super) fn is_address(input: &str) -> bool {
    input.starts_with("file:/")
}

/// The addresses in the parameters and in their JSON.
fn addresses(params: &Params) -> Vec<String> {
    let mut found = Vec::new();
    for (_, value) in params.iter() {
        if is_address(value) {
            found.push(value.to_owned());
        } else if let Ok(value @ (Value::Array(_) | Value::Object(_))) = serde_json::from_str(value)
        {
            collect(&value, &mut found);
        }
    }
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) if is_address(text) => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| collect(value, found)),
        _ => {}
    }
}
