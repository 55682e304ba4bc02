//! The report of an import: a row for each message or album, printed at once, and a summary.

use serde::Serialize;

use super::super::{DataFormat, Result, unexpected};
use crate::cli_context::{CliContext, line};
use crate::escape;
use crate::explain::counted;
use crate::ids::PostId;
use crate::import::ImportDifference;

/// What an import did with the file of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileState {
    /// It was written.
    New,
    /// It is as an import writes it, or shows the same.
    Unchanged,
    /// Its author changed it, so it stays.
    ByHand,
    /// The message was edited in the channel since. The file stays.
    EditedInChannel,
    /// It is of a newer export. It stays.
    FromNewerExport,
    /// There is none.
    None,
}

/// What became of a message or an album.
pub(super) struct Row {
    pub(super) message_ids: Vec<i64>,
    pub(super) post: Option<PostId>,
    pub(super) differences: Vec<ImportDifference>,
    pub(super) state: FileState,
    pub(super) is_forward: bool,
}

/// What a row without a post begins with.
fn unnamed(ids: &[String]) -> String {
    match ids {
        [] => "a message without an id".to_owned(),
        [id] => format!("message {id}"),
        several => format!("messages {}", several.join(", ")),
    }
}

#[derive(Serialize)]
struct JsonRow<'r> {
    message_ids: &'r [i64],
    post: Option<&'r PostId>,
    exact: bool,
    differs: Vec<String>,
}

pub(super) struct ImportReport {
    format: DataFormat,
    rows: usize,
    messages: usize,
    exact: usize,
    new: usize,
    unchanged: usize,
    by_hand: usize,
    edited_in_channel: usize,
    from_newer_export: usize,
    /// Posts of other messages that have the id of one of these.
    taken: usize,
    /// Posts that were recorded as published.
    pub(super) adopted: usize,
    /// Posts that were adopted before, and are now recorded as somebody edited them in the channel.
    pub(super) edited_by_hand: usize,
    /// Messages that belong to other posts of this newsroom.
    pub(super) published_by_telepress: usize,
}

impl ImportReport {
    pub(super) fn begin(format: DataFormat, context: &mut CliContext<'_>) -> Result<Self> {
        if format == DataFormat::Json {
            write!(context.out, "[")?;
        }
        Ok(Self {
            format,
            rows: 0,
            messages: 0,
            exact: 0,
            new: 0,
            unchanged: 0,
            by_hand: 0,
            edited_in_channel: 0,
            from_newer_export: 0,
            taken: 0,
            adopted: 0,
            edited_by_hand: 0,
            published_by_telepress: 0,
        })
    }

    pub(super) fn row(&mut self, row: &Row, context: &mut CliContext<'_>) -> Result {
        let is_exact = row.differences.is_empty();
        let differs: Vec<_> = row.differences.iter().map(ToString::to_string).collect();
        match self.format {
            DataFormat::Json => {
                let json = JsonRow {
                    message_ids: &row.message_ids,
                    post: row.post.as_ref(),
                    exact: is_exact,
                    differs,
                };
                let json = serde_json::to_string(&json).map_err(unexpected)?;
                let json = escape::json(&json);
                write!(context.out, "{}\n  {json}", if self.rows == 0 { "" } else { "," })?;
            }
            DataFormat::Text => {
                let ids: Vec<_> = row.message_ids.iter().map(ToString::to_string).collect();
                let name = row.post.as_ref().map_or_else(|| unnamed(&ids), ToString::to_string);
                let result = if is_exact {
                    "exact".to_owned()
                } else {
                    format!("differs: {}", differs.join(", "))
                };
                let state = match row.state {
                    FileState::New => "",
                    FileState::Unchanged => " (unchanged)",
                    FileState::ByHand => " (changed by hand, kept)",
                    FileState::EditedInChannel => " (edited in the channel since, file kept)",
                    FileState::FromNewerExport => " (from a newer export, file kept)",
                    FileState::None => " (no post)",
                };
                let forwarded = if row.is_forward { " (forwarded)" } else { "" };
                line!(context.out, "{name}  {result}{state}{forwarded}")?;
            }
        }
        self.rows += 1;
        let messages = row.message_ids.len().max(1);
        self.messages += messages;
        self.exact += if is_exact { messages } else { 0 };
        self.taken += usize::from(row.differences.contains(&ImportDifference::IdTaken));
        match row.state {
            FileState::New => self.new += 1,
            FileState::Unchanged => self.unchanged += 1,
            FileState::ByHand => self.by_hand += 1,
            FileState::EditedInChannel => self.edited_in_channel += 1,
            FileState::FromNewerExport => self.from_newer_export += 1,
            FileState::None => {}
        }
        Ok(())
    }

    /// A row for an entry of the export that is not a readable message.
    pub(super) fn unreadable(
        &mut self,
        id: Option<i64>,
        why: &str,
        context: &mut CliContext<'_>,
    ) -> Result {
        let row = Row {
            message_ids: id.into_iter().collect(),
            post: None,
            differences: vec![ImportDifference::Lost(why.to_owned())],
            state: FileState::None,
            is_forward: false,
        };
        self.row(&row, context)
    }

    /// Whether any message differs from its post.
    pub(super) fn has_differences(&self) -> bool {
        self.exact < self.messages
    }

    pub(super) fn end(&self, context: &mut CliContext<'_>) -> Result {
        if self.format == DataFormat::Json {
            writeln!(context.out, "{}]", if self.rows == 0 { "" } else { "\n" })?;
        }
        Ok(context.out.flush()?)
    }

    pub(super) fn summarize(
        &self,
        adopts: bool,
        is_dry_run: bool,
        context: &mut CliContext<'_>,
    ) -> Result {
        let differ = self.messages - self.exact;
        let written = if is_dry_run { "would be written" } else { "written" };
        line!(
            context.err,
            "{}: {} exact, {differ} with differences; {} {written}, {} unchanged, {} changed by hand, {} edited in the channel since",
            counted(self.messages, "message"),
            self.exact,
            counted(self.new, "file"),
            self.unchanged,
            self.by_hand,
            self.edited_in_channel,
        )?;
        if self.published_by_telepress > 0 {
            line!(
                context.err,
                "{} left out: published from another post of this newsroom",
                counted(self.published_by_telepress, "message")
            )?;
        }
        if self.edited_in_channel > 0 {
            line!(
                context.err,
                "to take over what was edited in the channel, remove the file and import again"
            )?;
        }
        if self.from_newer_export > 0 {
            line!(
                context.err,
                "{} kept: from a newer export",
                counted(self.from_newer_export, "file")
            )?;
        }
        if self.taken > 0 {
            line!(
                context.err,
                "{} left out: another post has the id; --into names another folder",
                counted(self.taken, "message")
            )?;
        }
        if adopts && !is_dry_run {
            line!(
                context.err,
                "{} adopted as the export has it; the channel was not checked. Posts that differ and forwarded ones are drafts",
                counted(self.adopted, "post")
            )?;
            if self.edited_by_hand > 0 {
                line!(
                    context.err,
                    "{} recorded as the channel shows it since an edit by hand",
                    counted(self.edited_by_hand, "adopted post")
                )?;
            }
        } else if !adopts && self.new > 0 {
            line!(
                context.err,
                "the posts are drafts, which are never published; --adopt records exact ones as published"
            )?;
        }
        Ok(())
    }
}
