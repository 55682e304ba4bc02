//! The messages of an edition with media. Decides what happens to a text over the caption limit (`overflow`): split, separate, or
//! refused.

use telegram_text::FormattedText;
use telegram_text::split::{self, Bounds, PartBounds};

use super::{Parts, lay_out, send_options, text_message};
use crate::config::Style;
use crate::limits;
use crate::message::{
    AlbumContent, Caption, InlineKeyboard, MediaContent, Request, SendMedia, SendMediaGroup,
};
use crate::post::Edition;
use crate::post::raw::Overflow;

/// The messages of an edition that has media.
pub(super) fn parts(edition: &Edition, style: &Style) -> Parts {
    let Some(layout) = lay_out(edition, style) else {
        return Parts::Fit(vec![message(FormattedText::default(), edition)]);
    };
    // The caption limit, `limits::CAPTION_UTF16`.
    let (caption, message_bounds) = (Bounds::caption(), Bounds::message());
    if caption.hold(&layout.text) {
        return Parts::Fit(vec![message(layout.text, edition)]);
    }
    let mark = style.part_mark.as_deref();
    let overflow = edition.options.overflow;
    let mut texts = match overflow {
        Overflow::Error => {
            return Parts::CaptionTooLong {
                excess: caption.excess(&layout.text),
                fits_until: split::fits_until(&layout.text, caption),
            };
        }
        Overflow::Split => {
            let bounds = PartBounds { first: caption, others: message_bounds };
            split::split_with_first(&layout.text, &layout.break_points, bounds, mark)
        }
        Overflow::Separate => {
            let texts = split::split(&layout.text, &layout.break_points, message_bounds, mark);
            std::iter::once(FormattedText::default()).chain(texts).collect()
        }
    }
    .into_iter();
    if texts.len() > limits::PARTS {
        return Parts::TooMany(texts.len());
    }
    let media = message(texts.next().unwrap_or_default(), edition);
    // The messages that follow cause no second notification.
    let texts = texts.map(|text| text_message(text, edition, send_options(edition, false, true)));
    let requests = std::iter::once(media).chain(texts).collect();
    if overflow == Overflow::Split { Parts::CaptionSplit(requests) } else { Parts::Fit(requests) }
}

/// The file or the album, with this caption.
fn message(text: FormattedText, edition: &Edition) -> Request {
    let mut media: Vec<_> = edition.media.iter().map(|item| item.media.clone()).collect();
    let above = edition.options.caption_above
        && !text.is_empty()
        && media.iter().all(|media| media.kind.takes_caption_above());
    let caption = Caption { above, ..text.into() };
    let options = send_options(edition, true, edition.options.silent);
    if let [_] = media.as_slice()
        && let Some(media) = media.pop()
    {
        let content = MediaContent { media, caption, reply_markup: InlineKeyboard::default() };
        return Request::SendMedia(Box::new(SendMedia { content, options }));
    }
    Request::SendMediaGroup(SendMediaGroup { content: AlbumContent { media, caption }, options })
}
