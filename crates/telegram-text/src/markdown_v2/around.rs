//! Which entities must be opened before a quotation because they cover the line feed that ends it; it writes nothing.

use crate::Entity;

/// The entities `inside` a quotation that must be opened before it and closed after it, for each style only
/// its first piece. The quotation ends with a line feed after which more text follows.
///
/// That line feed ends what was opened inside the quotation or makes Telegram refuse it. So an entity that covers it
/// must be around the whole quotation, which the normal form allows only if it covers all of it; a style also if it
/// leaves out only code and dates, since Telegram removes styles there.
///
/// # Errors
///
/// The entity that covers the line feed without the whole.
pub(super) fn around<'a>(
    quote: &Entity,
    inside: &'a [Entity],
) -> Result<Vec<&'a Entity>, &'a Entity> {
    let inside = || inside.iter().filter(|entity| !entity.kind.is_quote());
    let at_end =
        || inside().filter(|entity| entity.end() == quote.end() && !entity.kind.is_found());
    let stands_around = |entity: &Entity| {
        let covering = inside().filter(|other| {
            other.kind == entity.kind && other.kind.is_splittable() || other.kind.is_pre_like()
        });
        if entity.kind.is_splittable() {
            covering.map(|other| other.length).sum::<usize>() == quote.length
        } else {
            !entity.kind.is_code() && entity.offset == quote.offset
        }
    };
    match at_end().find(|entity| !stands_around(entity)) {
        Some(entity) => Err(entity),
        None => Ok(at_end().collect()),
    }
}
