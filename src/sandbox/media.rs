//! Media as the sandbox's Telegram keeps it: files with their ids, and the Bot API's objects for them. It knows no method.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::params::Params;
use super::refusal::ApiRefusal;
use super::upload::UploadedFile;
use crate::limits;
use crate::media::{Content, Kind, shown_file_name};
use crate::message::FileHash;

/// The owner of files that people send: every bot of the sandbox may download them.
pub(super) const PEOPLE: i64 = 0;

/// The file of a message and how readers see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PostedMedia {
    /// Its kind.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Counts the files of the sandbox; every upload is a file of its own.
    pub number: u64,
    /// The hash of its content.
    pub sha256: FileHash,
    /// How long it is.
    pub bytes: u64,
    /// The name that readers see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// Pixels; 0 if unknown.
    pub width: u32,
    /// Pixels; 0 if unknown.
    pub height: u32,
    /// Seconds; 0 if unknown.
    pub duration: u32,
    /// The title of audio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The performer of audio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub performer: Option<String>,
    /// The hash of the thumbnail that was sent with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<FileHash>,
    /// Blurred until a reader taps it.
    pub has_spoiler: bool,
    /// The bot that uploaded it.
    #[serde(skip)]
    owner: i64,
}

/// The files that bots have uploaded.
#[derive(Clone, Debug, Default)]
pub(super) struct UploadedFiles {
    by_number: BTreeMap<u64, PostedMedia>,
    count: u64,
}

impl UploadedFiles {
    /// Keeps an uploaded file with the attributes in `params`, and returns it.
    pub(super) fn add(
        &mut self,
        bot: i64,
        kind: Kind,
        file: &UploadedFile,
        thumbnail: Option<&UploadedFile>,
        params: &Params,
    ) -> Result<PostedMedia, ApiRefusal> {
        if file.bytes == 0 {
            return Err(ApiRefusal::Parameter("file must be non-empty".to_owned()));
        }
        let (width, height) = match kind {
            Kind::Photo => photo_size(file)?,
            _ => (attribute(params, "width"), attribute(params, "height")),
        };
        let has_text = |name| Some(params.text(name).to_owned()).filter(|text| !text.is_empty());
        self.count += 1;
        let media = PostedMedia {
            kind,
            number: self.count,
            sha256: file.sha256,
            bytes: file.bytes,
            file_name: shown_file_name(&file.name).filter(|_| kind != Kind::Photo),
            width,
            height,
            duration: attribute(params, "duration"),
            title: has_text("title").filter(|_| kind == Kind::Audio),
            performer: has_text("performer").filter(|_| kind == Kind::Audio),
            thumbnail: thumbnail.map(|thumbnail| thumbnail.sha256),
            has_spoiler: false,
            owner: bot,
        };
        self.by_number.insert(self.count, media.clone());
        Ok(media)
    }

    /// The file with a `file_id`, which is valid for the bot that got it. A photo can be sent only as a photo; any other file
    /// can be sent by every other method, and stays what it is.
    pub(super) fn find(
        &self,
        bot: i64,
        kind: Kind,
        file_id: &str,
    ) -> Result<PostedMedia, ApiRefusal> {
        let wrong = || ApiRefusal::Parameter("wrong file identifier/HTTP URL specified".to_owned());
        let number = file_id.rsplit('-').next().and_then(|number| number.parse().ok());
        let found = number.and_then(|number: u64| self.by_number.get(&number));
        let media = found.filter(|media| media.owner == bot && media.file_id() == file_id);
        let media = media.ok_or_else(wrong)?;
        if (media.kind == Kind::Photo) != (kind == Kind::Photo) {
            let text = format!("can't use file of type {:?} as {kind:?}", media.kind);
            return Err(ApiRefusal::Parameter(text));
        }
        Ok(media.clone())
    }

    /// The file with a `file_id`, which the bot or a person uploaded.
    pub(super) fn sent_to(&self, bot: i64, file_id: &str) -> Option<&PostedMedia> {
        let mut files =
            self.by_number.values().filter(|media| [bot, PEOPLE].contains(&media.owner));
        files.find(|media| media.file_id() == file_id)
    }

    /// The file with this path.
    pub(super) fn at(&self, bot: i64, path: &str) -> Option<&PostedMedia> {
        let mut files =
            self.by_number.values().filter(|media| [bot, PEOPLE].contains(&media.owner));
        files.find(|media| media.path() == path)
    }

    /// Makes every `file_id` invalid; messages keep their files.
    pub(super) fn forget(&mut self) {
        self.by_number.clear();
    }
}

/// A number as the official server reads it: between 0 and 100,000.
fn attribute(params: &Params, name: &str) -> u32 {
    u32::try_from(params.integer(name).unwrap_or(0).clamp(0, 100_000)).unwrap_or(0)
}

/// The size of a photo, if Telegram can process it.
fn photo_size(file: &UploadedFile) -> Result<(u32, u32), ApiRefusal> {
    let refused = |text: &str| ApiRefusal::Parameter(text.to_owned());
    if file.bytes > limits::PHOTO_BYTES {
        return Err(ApiRefusal::Parameter(format!(
            "file of size {} bytes is too big for a photo; the maximum size is {} bytes",
            file.bytes,
            limits::PHOTO_BYTES
        )));
    }
    let probe = file.probe().filter(|probe| matches!(probe.content, Content::Image(_)));
    let size = probe.and_then(|probe| probe.shown_size());
    let size = size.ok_or_else(|| refused("IMAGE_PROCESS_FAILED"))?;
    let (width, height) = (u64::from(size.width), u64::from(size.height));
    let (long, short) = (width.max(height), width.min(height));
    if short == 0 || long + short > limits::PHOTO_SIDES || long > short * limits::PHOTO_RATIO {
        return Err(refused("PHOTO_INVALID_DIMENSIONS"));
    }
    Ok((size.width, size.height))
}

impl PostedMedia {
    /// The id by which the bot can send the file again.
    #[must_use]
    pub fn file_id(&self) -> String {
        format!("{}-{}-{}", self.kind.name(), self.owner, self.number)
    }

    /// The path of its bytes, as the official server names it.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}s/file_{}", self.kind.name(), self.number)
    }

    /// The id that is the same for every bot.
    #[must_use]
    pub fn file_unique_id(&self) -> String {
        format!("u{}", self.number)
    }

    /// Adds the fields that a Bot API message has for it.
    pub(super) fn describe(&self, message: &mut Map<String, Value>) {
        let mut file = Map::new();
        file.insert("file_id".to_owned(), json!(self.file_id()));
        file.insert("file_unique_id".to_owned(), json!(self.file_unique_id()));
        file.insert("file_size".to_owned(), json!(self.bytes));
        if matches!(self.kind, Kind::Photo | Kind::Video | Kind::Animation) {
            file.insert("width".to_owned(), json!(self.width));
            file.insert("height".to_owned(), json!(self.height));
        }
        if self.kind == Kind::Photo {
            let small = json!({
                "file_id": format!("{}s", self.file_id()), "file_unique_id": format!("{}s", self.file_unique_id()),
                "file_size": self.bytes.min(1_000), "width": self.width.min(90), "height": self.height.min(90),
            });
            message.insert("photo".to_owned(), json!([small, file]));
        } else {
            if self.kind != Kind::Document {
                file.insert("duration".to_owned(), json!(self.duration));
            }
            let texts = [
                ("file_name", &self.file_name),
                ("title", &self.title),
                ("performer", &self.performer),
            ];
            for (name, text) in texts {
                if let Some(text) = text {
                    file.insert(name.to_owned(), json!(text));
                }
            }
            let mime = match self.kind {
                Kind::Audio => "audio/mpeg",
                Kind::Document => "application/octet-stream",
                Kind::Photo | Kind::Video | Kind::Animation => "video/mp4",
            };
            file.insert("mime_type".to_owned(), json!(mime));
            if self.kind == Kind::Animation {
                message.insert("document".to_owned(), json!(file));
            }
            message.insert(self.kind.name().to_owned(), json!(file));
        }
        if self.has_spoiler {
            message.insert("has_media_spoiler".to_owned(), json!(true));
        }
    }
}
