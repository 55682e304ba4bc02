-- The journal. Instants are RFC 3339 in UTC with nine digits of a second, so that they sort as text; what only telepress
-- itself reads is JSON. Rows of attempts, findings and events are only ever added.

CREATE TABLE meta (
    one          INTEGER PRIMARY KEY CHECK (one = 1),
    uuid         TEXT    NOT NULL,
    born         TEXT    NOT NULL,
    changes      INTEGER NOT NULL,
    -- Why nothing goes out, by who has to act: whoever paused it, whoever has the token, whoever restored a backup.
    paused       TEXT,
    refused      TEXT,
    restored     TEXT
) STRICT;

CREATE TABLE channels (
    chat          INTEGER PRIMARY KEY,
    floor         INTEGER CHECK (floor > 0),
    freeze_until  TEXT,
    paused        TEXT,
    -- Whether Telegram's refusal paused it, and not a person.
    refused       INTEGER NOT NULL CHECK (refused IN (0, 1))
) STRICT;

CREATE TABLE publications (
    id            INTEGER PRIMARY KEY,
    version       INTEGER NOT NULL,
    post          TEXT    NOT NULL,
    chat          INTEGER NOT NULL,
    channel       TEXT    NOT NULL,
    edition       TEXT    NOT NULL,
    revision      INTEGER NOT NULL CHECK (revision > 0),
    payload       TEXT    NOT NULL CHECK (length(payload) = 64),
    source        TEXT    NOT NULL CHECK (length(source) = 64),
    due_at        TEXT    NOT NULL,
    civil         TEXT,
    by_hand       INTEGER NOT NULL CHECK (by_hand IN (0, 1)),
    -- The time that its file named.
    named_at      TEXT,
    -- Whether the first message is to be pinned, and whether it is.
    pin_wanted    INTEGER NOT NULL CHECK (pin_wanted IN (0, 1)),
    pin_made      INTEGER NOT NULL CHECK (pin_made IN (0, 1)),
    -- How many channels begin together (0: none waits for another), and whether they have begun.
    together      INTEGER NOT NULL CHECK (together >= 0),
    begun         INTEGER NOT NULL CHECK (begun IN (0, 1)),
    -- Who has approved it, and how many were needed; nothing where nobody was.
    approvals     TEXT,
    patient_from  TEXT    NOT NULL,
    not_before    TEXT,
    state         TEXT    NOT NULL CHECK (state IN ('scheduled', 'due', 'publishing', 'published', 'held', 'uncertain',
                                                    'failed', 'cancelled', 'superseded')),
    state_data    TEXT    NOT NULL,
    actor         TEXT    NOT NULL,
    -- Whether something may still happen to it by itself or by a decision.
    open          INTEGER NOT NULL CHECK (open IN (0, 1)),
    UNIQUE (post, chat, revision)
) STRICT;

-- Two publications under way in one channel could not be told apart by looking at it.
CREATE UNIQUE INDEX one_under_way ON publications (chat) WHERE state IN ('publishing', 'uncertain');
CREATE INDEX open_publications ON publications (due_at, id) WHERE open = 1;

CREATE TABLE parts (
    publication  INTEGER NOT NULL REFERENCES publications (id),
    number       INTEGER NOT NULL CHECK (number >= 0),
    request      TEXT    NOT NULL,
    hash         TEXT    NOT NULL CHECK (length(hash) = 64),
    shown        TEXT    NOT NULL CHECK (length(shown) = 64),
    edited       TEXT,
    messages     INTEGER NOT NULL CHECK (messages > 0),
    state        TEXT    NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'uncertain', 'needs_operator', 'failed',
                                                   'skipped', 'deleted')),
    state_data   TEXT    NOT NULL,
    attempts     TEXT    NOT NULL,
    sends        INTEGER NOT NULL,
    media        INTEGER NOT NULL,
    change       TEXT,
    calm_from    TEXT,
    PRIMARY KEY (publication, number)
) STRICT, WITHOUT ROWID;

-- A request that is under way, of a part or of its change.
CREATE INDEX parts_under_way ON parts (publication)
    WHERE state = 'sending' OR json_extract(change, '$.state.state') = 'sending';

-- Whose message stands where: one message is one part's.
CREATE TABLE messages (
    chat         INTEGER NOT NULL,
    message_id   INTEGER NOT NULL CHECK (message_id > 0),
    publication  INTEGER NOT NULL REFERENCES publications (id),
    part         INTEGER NOT NULL,
    PRIMARY KEY (chat, message_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
    id           INTEGER PRIMARY KEY,
    publication  INTEGER NOT NULL REFERENCES publications (id),
    intent_at    TEXT    NOT NULL,
    attempt      TEXT    NOT NULL
) STRICT;

CREATE INDEX attempts_by_time ON attempts (intent_at);

CREATE TABLE findings (
    id       INTEGER PRIMARY KEY,
    attempt  INTEGER NOT NULL REFERENCES attempts (id),
    finding  TEXT    NOT NULL
) STRICT;

CREATE TABLE events (
    id           INTEGER PRIMARY KEY,
    at           TEXT    NOT NULL,
    actor        TEXT    NOT NULL,
    post         TEXT,
    publication  INTEGER REFERENCES publications (id),
    chat         INTEGER,
    event        TEXT    NOT NULL,
    detail       TEXT    NOT NULL
) STRICT;

CREATE INDEX events_of_post ON events (post, id);

CREATE TABLE notices (
    id           INTEGER PRIMARY KEY,
    at           TEXT    NOT NULL,
    publication  INTEGER NOT NULL REFERENCES publications (id),
    notice       TEXT    NOT NULL,
    told         INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1))
) STRICT;

CREATE INDEX untold_notices ON notices (id) WHERE told = 0;

CREATE TRIGGER attempts_stay BEFORE UPDATE ON attempts BEGIN SELECT raise(ABORT, 'attempts are only added'); END;
CREATE TRIGGER attempts_remain BEFORE DELETE ON attempts BEGIN SELECT raise(ABORT, 'attempts are only added'); END;
CREATE TRIGGER findings_stay BEFORE UPDATE ON findings BEGIN SELECT raise(ABORT, 'findings are only added'); END;
CREATE TRIGGER findings_remain BEFORE DELETE ON findings BEGIN SELECT raise(ABORT, 'findings are only added'); END;
CREATE TRIGGER events_stay BEFORE UPDATE ON events BEGIN SELECT raise(ABORT, 'events are only added'); END;
CREATE TRIGGER events_remain BEFORE DELETE ON events BEGIN SELECT raise(ABORT, 'events are only added'); END;
