//! The statements, each in a file of its own.

macro_rules! statements {
    ($($name:ident $file:literal;)*) => {
        $(pub(in crate::store) const $name: &str = include_str!(concat!("sql/", $file, ".sql"));)*
    };
}

/// The beginning of a transaction that sees one state of everything.
pub(in crate::store) const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

statements! {
    ALL "all";
    ATTEMPT "attempt";
    BEGIN_META "begin_meta";
    BORN "born";
    CHANGED "changed";
    LAST_COMMIT "last_commit";
    CHANNEL "channel";
    KNOWN "known";
    CHANNELS "channels";
    CHANNEL_POST "channel_post";
    FORGET_CHANNEL_POSTS "forget_channel_posts";
    KNOWN_MESSAGES "known_messages";
    ENTRY "entry";
    ENTRY_AT "entry_at";
    FINDING "finding";
    FIRST_SCAN "first_scan";
    IDLE "idle";
    INSERT "insert";
    LOCK "lock";
    LOCKED "locked";
    LOG "log";
    LOG_OF_POST "log_of_post";
    MESSAGE "message";
    META "meta";
    NEXT_PUBLICATION "next_publication";
    NOTICE "notice";
    OF_POST "of_post";
    OPEN "open";
    OTHERS "others";
    PART "part";
    PARTS_OF "parts_of";
    PARTS_OF_ALL "parts_of_all";
    PARTS_OF_OPEN "parts_of_open";
    PARTS_OF_POST "parts_of_post";
    PEOPLE "people";
    PERSON "person";
    PUBLICATION "publication";
    PUBLISHER "publisher";
    RENAME "rename";
    REVISIONS "revisions";
    REVISIONS_OF "revisions_of";
    SCANNED "scanned";
    WORDS "words";
    RENAME_SCANNED "rename_scanned";
    FORGET_SCANNED "forget_scanned";
    DUE "due";
    SESSION "session";
    SETTINGS "settings";
    FORGET_USERNAME "forget_username";
    SET_BINDING "set_binding";
    SET_MARKED "set_marked";
    SET_USERNAME "set_username";
    SET_CHANNEL "set_channel";
    SET_LINE "set_line";
    SET_PART "set_part";
    SET_PUBLISHER "set_publisher";
    SET_STOPPED "set_stopped";
    STOPPED "stopped";
    TOLD "told";
    UNDER_WAY "under_way";
    UNTOLD "untold";
    UPDATE "update";
}
