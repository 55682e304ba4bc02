//! Builds the headers of media files, with a few bytes in place of what they would play or show.

/// A JPEG: an EXIF segment if an orientation is given, then the frame header.
pub(super) fn jpeg(width: u16, height: u16, orientation: Option<(u16, Endian)>) -> Vec<u8> {
    let mut file = vec![0xFF, 0xD8];
    segment(&mut file, 0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    if let Some((orientation, endian)) = orientation {
        segment(&mut file, 0xE1, &exif(orientation, endian));
    }
    let mut frame = vec![8];
    frame.extend(height.to_be_bytes());
    frame.extend(width.to_be_bytes());
    frame.extend([1, 1, 0x11, 0]);
    segment(&mut file, 0xC2, &frame);
    file.extend([0xFF, 0xDA, 0, 2, 1, 2, 3, 0xFF, 0xD9]);
    file
}

pub(super) fn segment(file: &mut Vec<u8>, marker: u8, body: &[u8]) {
    file.extend([0xFF, marker]);
    file.extend(u16::try_from(body.len() + 2).unwrap().to_be_bytes());
    file.extend(body);
}

#[derive(Clone, Copy)]
pub(super) enum Endian {
    Little,
    Big,
}

fn exif(orientation: u16, endian: Endian) -> Vec<u8> {
    let short = |value: u16| match endian {
        Endian::Little => value.to_le_bytes(),
        Endian::Big => value.to_be_bytes(),
    };
    let long = |value: u32| match endian {
        Endian::Little => value.to_le_bytes(),
        Endian::Big => value.to_be_bytes(),
    };
    let mut body = b"Exif\0\0".to_vec();
    body.extend(match endian {
        Endian::Little => b"II*\0",
        Endian::Big => b"MM\0*",
    });
    body.extend(long(8));
    body.extend(short(2));
    for (tag, value) in [(0x010F, 7), (0x0112, orientation)] {
        body.extend(short(tag));
        body.extend(short(3));
        body.extend(long(1));
        body.extend(short(value));
        body.extend([0, 0]);
    }
    body.extend(long(0));
    body
}

pub(super) fn png(width: u32, height: u32, is_animated: bool) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1A\n".to_vec();
    let mut chunk = |name: &[u8; 4], body: &[u8]| {
        file.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
        file.extend(name);
        file.extend(body);
        file.extend([0; 4]);
    };
    let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
    chunk(b"IHDR", &[sides.as_slice(), &[8, 2, 0, 0, 0]].concat());
    chunk(b"gAMA", &[0, 0, 0xB1, 0x8F]);
    if is_animated {
        chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]);
    }
    chunk(b"IDAT", &[0; 9]);
    chunk(b"IEND", b"");
    file
}

/// What a GIF says before its first frame about the frames.
pub(super) enum Motion {
    None,
    Repeats,
    Delays,
}

pub(super) fn gif(width: u16, height: u16, motion: &Motion) -> Vec<u8> {
    let mut file = b"GIF89a".to_vec();
    file.extend(width.to_le_bytes());
    file.extend(height.to_le_bytes());
    file.extend([0x81, 0, 0]);
    file.extend([0; 12]);
    file.extend(b"\x21\xFE\x05hello\x00");
    match motion {
        Motion::None => file.extend(b"\x21\xF9\x04\0\0\0\0\0"),
        Motion::Repeats => file.extend(b"\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0"),
        Motion::Delays => file.extend(b"\x21\xF9\x04\0\x0A\0\0\0"),
    }
    file.extend(b"\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3B");
    file
}

pub(super) fn webp(name: [u8; 4], body: &[u8]) -> Vec<u8> {
    riff(*b"WEBP", &[(&name, body)])
}

pub(super) fn riff(kind: [u8; 4], chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut content = kind.to_vec();
    for (name, body) in chunks {
        content.extend(*name);
        content.extend(u32::try_from(body.len()).unwrap().to_le_bytes());
        content.extend(*body);
        if body.len() % 2 == 1 {
            content.push(0);
        }
    }
    let size = u32::try_from(content.len()).unwrap().to_le_bytes();
    [b"RIFF".as_slice(), &size, &content].concat()
}

pub(super) fn bmp(width: i32, height: i32) -> Vec<u8> {
    let mut file = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
    file.extend(width.to_le_bytes());
    file.extend(height.to_le_bytes());
    file.extend([1, 0, 24, 0]);
    file
}

pub(super) fn atom(name: [u8; 4], body: &[u8]) -> Vec<u8> {
    let size = u32::try_from(body.len() + 8).unwrap().to_be_bytes();
    [size.as_slice(), &name, body].concat()
}

/// What the movie of a test is made of.
#[derive(Clone)]
pub(super) struct MovieFile {
    pub(super) brand: [u8; 4],
    pub(super) codec: [u8; 4],
    pub(super) size: (u16, u16),
    pub(super) pixel: Option<(u32, u32)>,
    /// The numbers a, b, c and d of the track's matrix.
    pub(super) matrix: [i32; 4],
    pub(super) has_picture: bool,
    pub(super) has_sound: bool,
    pub(super) index_at_end: bool,
    /// Of `mvhd` and `tkhd`: with version 1 times have eight bytes.
    pub(super) version: u8,
    pub(super) milliseconds: u32,
    /// More boxes after the tracks.
    pub(super) more: Vec<u8>,
}

impl Default for MovieFile {
    fn default() -> Self {
        Self {
            brand: *b"isom",
            codec: *b"avc1",
            size: (640, 360),
            pixel: None,
            matrix: [1, 0, 0, 1],
            has_picture: true,
            has_sound: true,
            index_at_end: false,
            version: 0,
            milliseconds: 12_500,
            more: Vec::new(),
        }
    }
}

impl MovieFile {
    pub(super) fn build(&self) -> Vec<u8> {
        let ftyp = atom(*b"ftyp", &[self.brand.as_slice(), &[0; 4], b"mp42"].concat());
        let mut tracks = Vec::new();
        if self.has_sound {
            tracks.extend(track(*b"soun", &atom(*b"mp4a", &[0; 28]), &tkhd(self, (0, 0))));
        }
        if self.has_picture {
            tracks.extend(track(*b"vide", &self.sample_entry(), &tkhd(self, self.size)));
        }
        let moov = atom(*b"moov", &[self.mvhd(), tracks, self.more.clone()].concat());
        let mdat = atom(*b"mdat", &[0; 99]);
        let rest = if self.index_at_end { [mdat, moov] } else { [moov, mdat] };
        [ftyp, atom(*b"free", b""), rest.concat()].concat()
    }

    fn mvhd(&self) -> Vec<u8> {
        let (scale, units) = (1000_u32.to_be_bytes(), self.milliseconds.to_be_bytes());
        let body = if self.version == 1 {
            [&[1, 0, 0, 0], [0; 16].as_slice(), &scale, &[0; 4], &units].concat()
        } else {
            [&[0; 12], scale.as_slice(), &units].concat()
        };
        atom(*b"mvhd", &[body, vec![0; 80]].concat())
    }

    fn sample_entry(&self) -> Vec<u8> {
        let (width, height) = self.size;
        let mut body = vec![0; 24];
        body.extend(width.to_be_bytes());
        body.extend(height.to_be_bytes());
        body.extend([0; 50]);
        body.extend(atom(*b"avcC", &[1, 2, 3]));
        if let Some((horizontal, vertical)) = self.pixel {
            let pixel = [horizontal.to_be_bytes(), vertical.to_be_bytes()].concat();
            body.extend(atom(*b"pasp", &pixel));
        }
        atom(self.codec, &body)
    }
}

fn tkhd(movie: &MovieFile, (width, height): (u16, u16)) -> Vec<u8> {
    let mut body = vec![movie.version];
    body.resize(if movie.version == 1 { 52 } else { 40 }, 0);
    let [a, b, c, d] = movie.matrix.map(|number| number << 16);
    for number in [a, b, 0, c, d, 0, 0, 0, 1 << 30] {
        body.extend(number.to_be_bytes());
    }
    for side in [width, height] {
        body.extend(side.to_be_bytes());
        body.extend([0; 2]);
    }
    atom(*b"tkhd", &body)
}

fn track(handler: [u8; 4], entry: &[u8], tkhd: &[u8]) -> Vec<u8> {
    let stsd = atom(*b"stsd", &[&[0, 0, 0, 0, 0, 0, 0, 1], entry].concat());
    let stbl = atom(*b"stbl", &[stsd, atom(*b"stts", &[0; 8])].concat());
    let hdlr = atom(*b"hdlr", &[&[0; 8], handler.as_slice(), &[0; 13]].concat());
    let mdia = atom(*b"mdia", &[hdlr, atom(*b"minf", &stbl)].concat());
    atom(*b"trak", &[tkhd, &mdia].concat())
}

/// iTunes tags of a movie.
pub(super) fn itunes(title: &str, performer: &str) -> Vec<u8> {
    let item = |name: [u8; 4], text: &str| {
        atom(name, &atom(*b"data", &[&[0, 0, 0, 1, 0, 0, 0, 0], text.as_bytes()].concat()))
    };
    let cover = atom(*b"covr", &atom(*b"data", &[0xFF; 10_000]));
    let items = [cover, item(*b"\xA9nam", title), item(*b"\xA9ART", performer)].concat();
    let hdlr = atom(*b"hdlr", &[0; 25]);
    let meta = [&[0; 4], hdlr.as_slice(), &atom(*b"ilst", &items)].concat();
    atom(*b"udta", &atom(*b"meta", &meta))
}

/// Frames of MPEG 1 layer III, 128 kbit/s, 44.1 kHz, stereo: 417 bytes each.
pub(super) fn mp3_frames(count: usize, start: &[u8]) -> Vec<u8> {
    let mut first = vec![0xFF, 0xFB, 0x90, 0];
    first.extend(start);
    first.resize(417, 0);
    let mut frame = vec![0xFF, 0xFB, 0x90, 0];
    frame.resize(417, 0);
    [first, frame.repeat(count - 1)].concat()
}

/// Where a Xing header goes in such a frame, after the four bytes of its own header.
pub(super) fn xing(frames: u32) -> Vec<u8> {
    [[0; 32].as_slice(), b"Xing\0\0\0\x01", &frames.to_be_bytes()].concat()
}

pub(super) fn id3(version: u8, frames: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, text) in frames {
        body.extend(*name);
        let size = u32::try_from(text.len()).unwrap();
        match version {
            2 => body.extend(&size.to_be_bytes()[1..]),
            3 => body.extend(size.to_be_bytes()),
            _ => body.extend(synchsafe(size)),
        }
        if version > 2 {
            body.extend([0, 0]);
        }
        body.extend(*text);
    }
    body.extend([0; 100]);
    let size = synchsafe(u32::try_from(body.len()).unwrap());
    [b"ID3", [version, 0, 0].as_slice(), &size, &body].concat()
}

fn synchsafe(size: u32) -> [u8; 4] {
    [21, 14, 7, 0].map(|shift| u8::try_from(size >> shift & 0x7F).unwrap())
}

pub(super) fn id3v1(title: &str, performer: &str) -> Vec<u8> {
    let field = |text: &str| [text.as_bytes(), &vec![0; 30 - text.len()]].concat();
    [b"TAG".as_slice(), &field(title), &field(performer), &[0; 65]].concat()
}

pub(super) fn ogg_page(granule: u64, body: &[u8]) -> Vec<u8> {
    let mut page = b"OggS\0\0".to_vec();
    page.extend(granule.to_le_bytes());
    page.extend(b"\x01\x02\x03\x04\0\0\0\0\0\0\0\0");
    let mut sizes = vec![255; body.len() / 255];
    sizes.push(u8::try_from(body.len() % 255).unwrap());
    page.push(u8::try_from(sizes.len()).unwrap());
    page.extend(sizes);
    page.extend(body);
    page
}

pub(super) fn comments(entries: &[&str]) -> Vec<u8> {
    let text =
        |text: &str| [&u32::try_from(text.len()).unwrap().to_le_bytes(), text.as_bytes()].concat();
    let mut body = text("telepress");
    body.extend(u32::try_from(entries.len()).unwrap().to_le_bytes());
    body.extend(entries.iter().flat_map(|entry| text(entry)));
    body
}

/// Opus: 312 samples are skipped, the last page ends after two seconds.
pub(super) fn opus(entries: &[&str]) -> Vec<u8> {
    [
        ogg_page(0, b"OpusHead\x01\x02\x38\x01\x80\xBB\0\0\0\0\0"),
        ogg_page(0, &[b"OpusTags".to_vec(), comments(entries)].concat()),
        ogg_page(48_000, &[7; 600]),
        ogg_page(96_312, &[8; 900]),
    ]
    .concat()
}

/// FLAC: 44.1 kHz, 88,200 samples.
pub(super) fn flac(entries: &[&str]) -> Vec<u8> {
    let mut info = vec![0; 10];
    info.extend([0x0A, 0xC4, 0x42, 0xF0, 0x00, 0x01, 0x58, 0x88]);
    info.resize(34, 0);
    let comments = comments(entries);
    let size = u32::try_from(comments.len()).unwrap().to_be_bytes();
    [b"fLaC\0\0\0\x22", info.as_slice(), &[0x84], &size[1..], &comments].concat()
}

/// WAV: 8,000 bytes a second, for three seconds.
pub(super) fn wav() -> Vec<u8> {
    let mut format = vec![1, 0, 1, 0, 0x40, 0x1F, 0, 0, 0x40, 0x1F, 0, 0, 1, 0, 8, 0];
    format.extend([0, 0]);
    let info = b"INFOINAM\x05\0\0\0Tune\0\0IART\x04\0\0\0Band";
    riff(*b"WAVE", &[(b"fmt ", &format), (b"LIST", info), (b"data", &vec![128; 24_000])])
}

/// One good file of each format whose headers are read.
pub(super) fn all() -> Vec<Vec<u8>> {
    let movie = MovieFile::default();
    let more = itunes("Title", "Performer");
    vec![
        jpeg(640, 480, Some((6, Endian::Big))),
        png(640, 480, true),
        gif(64, 48, &Motion::Delays),
        webp(*b"VP8X", b"\x02\0\0\0\x7F\x02\0\xDF\x01\0"),
        webp(*b"VP8 ", b"\0\0\0\x9D\x01\x2A\x80\x02\xE0\x01"),
        webp(*b"VP8L", b"\x2F\x7F\xC2\x77\0"),
        bmp(640, -480),
        movie.build(),
        MovieFile { index_at_end: true, version: 1, ..movie.clone() }.build(),
        MovieFile { brand: *b"M4A ", has_picture: false, more, ..movie }.build(),
        [id3(4, &[(b"TIT2", b"\x03Title"), (b"TPE1", b"\x03Band")]), mp3_frames(9, &xing(9))]
            .concat(),
        [mp3_frames(9, b""), id3v1("Title", "Band")].concat(),
        opus(&["TITLE=Title"]),
        flac(&["ARTIST=Band"]),
        wav(),
    ]
}
