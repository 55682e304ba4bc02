//! The English texts of problems of rich messages.

use super::{Words, words};
use crate::ids::ChannelName;
use crate::limits::{RichExcess, RichLimit};

/// A rich message past a limit.
pub(super) fn excess(excess: &RichExcess, channel: &ChannelName) -> Words {
    let RichExcess { kind, limit, .. } = excess;
    let has = much(excess);
    words(
        format!("the rich message in `{channel}` has {has}; the maximum is {limit}"),
        match kind {
            RichLimit::Characters | RichLimit::Blocks | RichLimit::Media | RichLimit::Styled => {
                "shorten it, or set overflow = \"split\" to send several messages, cut between blocks"
            }
            RichLimit::Depth | RichLimit::Columns | RichLimit::StringBytes => of_block(*kind),
        },
    )
}

/// One block past a limit.
pub(super) fn block_excess(excess: &RichExcess, channel: &ChannelName) -> Words {
    let RichExcess { kind, limit, .. } = excess;
    let has = much(excess);
    words(
        format!("a block of the rich message in `{channel}` has {has}; the maximum is {limit}"),
        of_block(*kind),
    )
}

fn much(excess: &RichExcess) -> String {
    let used = excess.used;
    match excess.kind {
        RichLimit::Characters => format!("{used} characters"),
        RichLimit::Blocks => format!("{used} blocks, list items and table rows"),
        RichLimit::Depth => format!("blocks nested {used} levels deep"),
        RichLimit::Media => format!("{used} files"),
        RichLimit::Columns => format!("{used} table columns"),
        RichLimit::StringBytes => format!("{used} bytes of text without formatting"),
        RichLimit::Styled => format!("{used} formatted pieces of text"),
    }
}

fn of_block(kind: RichLimit) -> &'static str {
    match kind {
        RichLimit::Characters => "shorten it, or split it into several blocks",
        RichLimit::StringBytes => "split it into several paragraphs",
        RichLimit::Blocks => "split it into several lists or tables",
        RichLimit::Depth => "use fewer lists and quotes inside one another",
        RichLimit::Media => "show some of the files in another post",
        RichLimit::Columns => "split it into two tables",
        RichLimit::Styled => "use less formatting in it",
    }
}

/// The apps that show no rich message.
pub(super) fn clients() -> Words {
    words(
        "some readers see a placeholder instead of a rich message: Telegram for macOS before July 2026, older apps, Apple Watch, the web page t.me/s and feed readers",
        "`format = \"classic\"` reaches every reader",
    )
}
