//! The Russian hints about the media of a post.

use crate::diagnostic::problem::MediaItemProblem;
use crate::media::{
    AlbumProblem, Format, Kind, MediaFileError, MediaPathError, MediaProblem, shown_bytes,
};

pub(super) fn hint(problem: &MediaItemProblem) -> String {
    use MediaItemProblem as P;
    match problem {
        P::NoKind => "photo = \"cover.jpg\"".to_owned(),
        P::SeveralKinds(_) => "один файл — один [[media]]".to_owned(),
        P::Path(MediaPathError::Url) => "скачайте файл и положите его рядом с постом".to_owned(),
        P::Path(MediaPathError::Backslash) => "между именами пишется `/`".to_owned(),
        P::Path(_) => "положите файл рядом с постом и напишите его имя".to_owned(),
        P::Unread(path, MediaFileError::Missing) => format!("нет файла `{path}`"),
        P::Unread(path, MediaFileError::Link) => format!("`{path}` — ссылка, нужен сам файл"),
        P::Unread(path, MediaFileError::Changing) => format!("`{path}` ещё записывается"),
        P::Unread(path, MediaFileError::NotAFile) => format!("`{path}` — не обычный файл"),
        P::Unread(path, MediaFileError::System(_)) => format!("`{path}` не читается"),
        P::Gone(path) => format!("чтобы изменить пост, верните файл `{path}`"),
        P::File(problem) => file(problem),
        P::Album(problem) => album(*problem),
        P::KeyIgnored(key, _) => format!("уберите `{key}`"),
        P::CaptionWithoutLinkPreview(_) => "у подписи и у rich-сообщения нет предпросмотра ссылки: уберите `link_preview`".to_owned(),
        P::NothingAbove(_) => "подписи здесь нет: уберите `caption_above`".to_owned(),
        P::CaptionTooLong { fits_until, .. } => format!(
            "подпись кончается после «{fits_until}»; можно разрешить overflow = \"split\" или \"separate\""
        ),
        P::CaptionSplit { .. } => {
            "сократите текст или укажите overflow = \"separate\": тогда весь текст выйдет после медиа"
                .to_owned()
        }
    }
}

fn file(problem: &MediaProblem) -> String {
    use MediaProblem as P;
    let hint = match problem {
        P::LfsPointer => "`git lfs pull`",
        P::WrongFormat { kind, .. } | P::UnreliableFormat { kind, .. } => match kind {
            Kind::Photo => "сохраните в JPEG или PNG либо отправьте как `document`",
            Kind::Video => "сохраните в MP4 (H.264) или отправьте как `document`",
            Kind::Animation => "сохраните в GIF или MP4 либо отправьте как `document`",
            Kind::Audio => "сохраните в MP3 или M4A либо отправьте как `document`",
            Kind::Document => "",
        },
        P::TooLarge { limit, .. } => return format!("не больше {}", bytes(*limit)),
        P::PhotoNearLimit { .. } => "сделайте фотографию меньше 10 МБ",
        P::PhotoSides { .. } => "ширина и высота вместе — до 10 000 пикселей",
        P::PhotoRatio { .. } => "стороны различаются больше чем в 20 раз",
        P::PhotoTurned { .. } => "поверните саму картинку и сохраните её заново",
        P::PhotoAnimated { format: Format::Gif } => "видно только первый кадр: пишите `animation`",
        P::PhotoAnimated { .. } => {
            "видно только первый кадр: сохраните в GIF или MP4 и пишите `animation`, или сохраните один кадр"
        }
        P::VideoSilent => "у видео нет звука; если оно должно идти по кругу, пишите `animation`",
        P::AnimationWithSound => "со звуком это видео: пишите `video`",
        P::UnreliableCodec { .. } => "сохраните видео в H.264",
        P::IndexAtEnd => "ffmpeg -i in.mp4 -c copy -movflags +faststart out.mp4",
        P::DurationUnknown => {
            "в файле не указана длительность: ffmpeg -i in.mp4 -c copy -movflags +faststart out.mp4"
        }
        P::VoiceNote { .. } => "выйдет голосовое сообщение: сохраните в MP3 или M4A",
        P::NeedsThumbnail { .. }
        | P::ThumbnailFormat { .. }
        | P::ThumbnailSize { .. }
        | P::ThumbnailBytes { .. } => "`thumbnail`: JPEG до 320 × 320 пикселей и 200 КБ",
        P::ThumbnailIgnored { .. } => "уберите `thumbnail`",
        P::SpoilerIgnored { .. } => "уберите `spoiler`",
        P::CaptionAboveIgnored { .. } => "уберите `caption_above`",
        P::FileNameChanged { shown, .. } => return format!("`{shown}`"),
        P::FileNameLost { is_typed: true } => "нужны буквы и цифры",
        P::FileNameLost { is_typed: false } => "назовите файл буквами и цифрами или задайте `name`",
        P::Empty | P::Damaged { .. } => "сохраните файл заново",
    };
    hint.to_owned()
}

fn album(problem: AlbumProblem) -> String {
    match problem {
        AlbumProblem::TooMany { .. } => "в альбоме до 10 файлов".to_owned(),
        AlbumProblem::Animation { .. } => {
            "анимации не бывает в альбоме: опубликуйте её отдельным постом".to_owned()
        }
        AlbumProblem::Mixed { .. } => {
            "фото и видео — вместе, документы — с документами, музыка — с музыкой".to_owned()
        }
        AlbumProblem::TooLarge { limit, .. } | AlbumProblem::ItemTooLarge { limit, .. } => {
            format!("вместе не больше {}", bytes(limit))
        }
    }
}

/// A number of bytes with Russian units.
fn bytes(bytes: u64) -> String {
    shown_bytes(bytes).replace("GB", "ГБ").replace("MB", "МБ").replace("kB", "КБ")
}
