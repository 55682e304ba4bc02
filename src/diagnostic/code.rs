//! Every rule that `check` knows, by the name users see; the long explanations stand in `docs/diagnostics.md`.

/// How much a problem weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The post or config cannot be used.
    Error,
    /// It can, but it probably does not say what its author means.
    Warning,
    /// It may be as its author means it; nothing that `--deny-warnings` minds.
    Note,
}

impl Severity {
    /// The word in every output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// The page that explains every code; its sections are named by [`Code::name`].
const EXPLANATIONS: &str = include_str!("../../docs/diagnostics.md");

macro_rules! codes {
    ($( $(#[doc = $doc:literal])+ $variant:ident $name:literal $severity:ident; )+) => {
        /// The name of a rule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $( $(#[doc = $doc])+ $variant, )+ }

        impl Code {
            /// Every code, in the order of the reference.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// The name that users see and type.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => $name, )+ }
            }

            /// How much a problem of this kind weighs.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $( Self::$variant => Severity::$severity, )+ }
            }
        }
    };
}

codes! {
    /// The file is a link, a folder, a pipe or a device.
    NotAFile "not-a-file" Error;
    /// The file cannot be read.
    Unreadable "unreadable" Error;
    /// The file is too large for a post.
    FileTooLarge "file-too-large" Error;
    /// The file is not UTF-8.
    NotUtf8 "not-utf8" Error;
    /// The path gives no valid post id.
    BadId "bad-id" Error;
    /// Two files have one id, or ids that differ only in case.
    IdTaken "id-taken" Error;

    /// The TOML is malformed.
    Syntax "syntax" Error;
    /// A key stands twice.
    DuplicateKey "duplicate-key" Error;
    /// Tables or arrays too deep inside one another.
    TooDeep "too-deep" Error;
    /// A list is too long.
    TooMany "too-many" Error;
    /// No key of that name.
    UnknownKey "unknown-key" Error;
    /// A value of another type is wanted.
    WrongType "wrong-type" Error;
    /// A value outside what the key takes.
    BadValue "bad-value" Error;
    /// Two ways of saying the same thing are used at once.
    BothShapes "both-shapes" Error;
    /// A key that must be there is not.
    MissingKey "missing-key" Error;
    /// The post has nothing to show.
    EmptyPost "empty-post" Error;

    /// A text is empty or shows nothing.
    BlankText "blank-text" Error;
    /// A control character.
    ControlCharacter "control-character" Error;
    /// A character that Telegram removes or replaces.
    RemovedCharacter "removed-character" Error;
    /// A construct that Telegram cannot show.
    CannotShow "cannot-show" Error;
    /// Formatting that Telegram drops.
    FormattingLost "formatting-lost" Error;
    /// Formatting that stops around code.
    FormattingCut "formatting-cut" Warning;
    /// A marker that is no emoji.
    MarkerWords "marker-words" Warning;
    /// Custom emoji, which most bots may not send to channels.
    CustomEmoji "custom-emoji" Error;
    /// A mark that formats nothing.
    StrayMarkup "stray-markup" Warning;
    /// A hashtag that Telegram would not recognise as one whole tag.
    BadHashtag "bad-hashtag" Error;
    /// A link that Telegram refuses.
    BadLink "bad-link" Error;
    /// A link or an answer to a post that is not there.
    UnknownPost "unknown-post" Error;

    /// The text is too long for one message.
    TooLong "too-long" Error;
    /// More entities than a message keeps.
    TooManyEntities "too-many-entities" Error;
    /// More parts than a post may have.
    TooManyParts "too-many-parts" Error;

    /// A language that is no language tag.
    BadLanguage "bad-language" Error;
    /// A channel that the config does not have.
    UnknownChannel "unknown-channel" Error;
    /// No channel for an edition.
    NoChannel "no-channel" Error;
    /// No edition for a channel.
    NoEdition "no-edition" Error;
    /// Nothing says which language a post has.
    WhichLanguage "which-language" Error;
    /// A part that the channel's style does not show.
    NotShown "not-shown" Error;
    /// No label for the read-more link.
    NoLabel "no-label" Error;

    /// A time that is none.
    BadTime "bad-time" Error;
    /// A local time that the clocks skip.
    TimeGap "time-gap" Error;
    /// A local time that comes twice.
    TimeFold "time-fold" Error;
    /// A local time for channels of different zones.
    TimeZones "time-zones" Error;
    /// A time in the past.
    TimePast "time-past" Note;
    /// Two posts of a channel in the same minute.
    SameMinute "same-minute" Warning;

    /// Decomposed characters.
    Decomposed "decomposed" Warning;
    /// A character that turns the direction of writing.
    Bidi "bidi" Warning;
    /// A character without width.
    ZeroWidth "zero-width" Warning;
    /// Doubled spaces.
    DoubledSpace "doubled-space" Warning;
    /// Spaces at the ends that Telegram trims.
    TrimmedSpace "trimmed-space" Warning;
    /// A bullet that starts with a bullet sign.
    BulletSign "bullet-sign" Warning;
    /// A hashtag that stands twice.
    RepeatedHashtag "repeated-hashtag" Warning;
    /// A link without encryption.
    HttpLink "http-link" Warning;
    /// A link whose words name another host.
    LinkText "link-text" Warning;
    /// A host that mixes scripts.
    MixedScript "mixed-script" Warning;
    /// Words that become a link by themselves.
    BecomesLink "becomes-link" Warning;
    /// Editions out of step.
    OutOfStep "out-of-step" Warning;

    /// A token in a file.
    TokenInFile "token-in-file" Error;
    /// A name that cannot be one.
    BadName "bad-name" Error;
    /// A chat that is neither an @username nor a numeric id.
    BadChat "bad-chat" Error;
    /// Two channels on one chat.
    ChatTaken "chat-taken" Error;
    /// A time zone that does not exist.
    BadTimeZone "bad-time-zone" Error;
    /// A time is shorter than Telegram needs.
    TooHasty "too-hasty" Error;
    /// A time is shorter than Telegram would need; here the server is on this machine.
    HastyTime "hasty-time" Warning;
    /// A style that the config does not have.
    UnknownStyle "unknown-style" Error;
    /// A layout that names a part twice.
    BadLayout "bad-layout" Error;
}

impl Code {
    /// The code of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name().eq_ignore_ascii_case(name))
    }

    /// What `check --explain` prints: the code's section of `docs/diagnostics.md`, without its heading.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        let heading = format!("\n### {}\n", self.name());
        let Some((_, section)) = EXPLANATIONS.split_once(&heading) else { return "" };
        // Examples hold lines that begin with `#` too.
        let end = ["\n## ", "\n### "].into_iter().filter_map(|next| section.find(next)).min();
        section.get(..end.unwrap_or(section.len())).unwrap_or(section).trim()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_one_section_and_every_section_a_code() {
        let sections: Vec<_> =
            EXPLANATIONS.lines().filter_map(|line| line.strip_prefix("### ")).collect();
        let names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(sections, names);
        for code in Code::ALL {
            assert!(code.explanation().len() > 80, "{} is not explained", code.name());
        }
    }

    #[test]
    fn names_are_found_again() {
        for code in Code::ALL {
            assert_eq!(Code::named(code.name()), Some(*code));
        }
        assert_eq!(Code::named("no-such-code"), None);
    }
}
