//! Rich messages: one message made of blocks, in the Bot API's form. This module knows no post and sends nothing.

mod block;
mod limit;
mod markdown;
mod readable;
mod returned_message;
mod text;
mod wire;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::is_false;
use super::keyboard::{InlineKeyboard, is_empty};
use super::media::InputMedia;
pub use block::{Alignment, Block, Caption, ListItem, TableCell};
pub use limit::{Count, count, excess};
pub use markdown::{Inexpressible, write as write_markdown};
pub use readable::BlockDetail;
pub use returned_message::{
    ReturnedBlock, ReturnedMessage, RichDifference, RichDifferenceKind, differences,
};
pub use text::{Inline, Object, Style, Styled, Text, User, back_anchor, footnote_anchor};

/// The content of a rich message, which an edit can change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RichContent {
    /// What it shows.
    pub rich_message: RichMessage,
    /// The buttons below it.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub reply_markup: InlineKeyboard,
}

/// The Bot API's `InputRichMessage`, always in the form of blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RichMessage {
    /// The blocks from top to bottom; at least one.
    pub blocks: Vec<Block>,
    /// Shown right-to-left.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_rtl: bool,
}

impl RichContent {
    /// Whether two contents differ, and only in their buttons.
    #[must_use]
    pub fn differs_in_buttons(&self, other: &Self) -> bool {
        self.rich_message == other.rich_message && self.reply_markup != other.reply_markup
    }
}

impl RichMessage {
    /// Its media, from top to bottom.
    #[must_use]
    pub fn media(&self) -> Vec<&InputMedia> {
        let mut media = Vec::new();
        Block::each(&self.blocks, &mut |block| media.extend(block.media()));
        media
    }

    /// Makes plain text of links to anchors that it does not have: Telegram would make web addresses of them.
    pub fn unlink_missing_anchors(&mut self) {
        let mut anchors = BTreeSet::new();
        Block::each(&self.blocks, &mut |block| {
            if let Block::Anchor { name } = block {
                anchors.insert(name.clone());
            }
            for text in block.texts() {
                text.each_anchor(&mut |name| {
                    anchors.insert(name.to_owned());
                });
            }
        });
        Block::each_text_mut(&mut self.blocks, &mut |text| text.unlink(&anchors));
    }

    /// The same message with other files.
    #[must_use]
    pub fn with_media(&self, mut change: impl FnMut(&mut InputMedia)) -> Self {
        let mut message = self.clone();
        Block::each_media_mut(&mut message.blocks, &mut change);
        message
    }

    /// The characters of its texts, a line for each.
    #[must_use]
    pub fn plain(&self) -> String {
        let mut lines = Vec::new();
        Block::each(&self.blocks, &mut |block| {
            lines.extend(block.texts().map(Text::plain));
        });
        lines.retain(|line| !line.is_empty());
        lines.join("\n")
    }
}
