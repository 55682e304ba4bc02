-- The journal. Instants are RFC 3339 in UTC with nine digits of a second, so that they sort as text; what only telepress
-- itself reads is JSON. Rows of attempts, findings and events are only ever added.

CREATE TABLE meta (
    one          BIGINT PRIMARY KEY CHECK (one = 1),
    uuid         TEXT    NOT NULL,
    born         TEXT    NOT NULL,
    changes      BIGINT NOT NULL,
    -- Why nothing goes out, by who has to act: whoever paused it, whoever has the token, whoever restored a backup.
    paused       TEXT,
    refused      TEXT,
    restored     TEXT
);

CREATE TABLE channels (
    chat          BIGINT PRIMARY KEY,
    floor         BIGINT CHECK (floor > 0),
    freeze_until  TEXT,
    paused        TEXT,
    -- Whether Telegram's refusal paused it, and not a person.
    refused       BIGINT NOT NULL CHECK (refused IN (0, 1))
);

CREATE TABLE publications (
    id            BIGINT PRIMARY KEY,
    version       BIGINT NOT NULL,
    post          TEXT    NOT NULL,
    chat          BIGINT NOT NULL,
    channel       TEXT    NOT NULL,
    edition       TEXT    NOT NULL,
    revision      BIGINT NOT NULL CHECK (revision > 0),
    payload       TEXT    NOT NULL CHECK (length(payload) = 64),
    source        TEXT    NOT NULL CHECK (length(source) = 64),
    due_at        TEXT    NOT NULL,
    civil         TEXT,
    by_hand       BIGINT NOT NULL CHECK (by_hand IN (0, 1)),
    -- The time that its file named.
    named_at      TEXT,
    -- Whether the first message is to be pinned, and whether it is.
    pin_wanted    BIGINT NOT NULL CHECK (pin_wanted IN (0, 1)),
    pin_made      BIGINT NOT NULL CHECK (pin_made IN (0, 1)),
    -- How many channels begin together (0: none waits for another), and whether they have begun.
    together      BIGINT NOT NULL CHECK (together >= 0),
    begun         BIGINT NOT NULL CHECK (begun IN (0, 1)),
    -- Who has approved it, and how many were needed; nothing where nobody was.
    approvals     TEXT,
    patient_from  TEXT    NOT NULL,
    not_before    TEXT,
    state         TEXT    NOT NULL CHECK (state IN ('scheduled', 'due', 'publishing', 'published', 'held', 'uncertain',
                                                    'failed', 'cancelled', 'superseded')),
    state_data    TEXT    NOT NULL,
    actor         TEXT    NOT NULL,
    -- Whether something may still happen to it by itself or by a decision.
    open          BIGINT NOT NULL CHECK (open IN (0, 1)),
    UNIQUE (post, chat, revision)
);

-- Two publications under way in one channel could not be told apart by looking at it.
CREATE UNIQUE INDEX one_under_way ON publications (chat) WHERE state IN ('publishing', 'uncertain');
CREATE INDEX open_publications ON publications (due_at, id) WHERE open = 1;

CREATE TABLE parts (
    publication  BIGINT NOT NULL REFERENCES publications (id),
    number       BIGINT NOT NULL CHECK (number >= 0),
    request      TEXT    NOT NULL,
    hash         TEXT    NOT NULL CHECK (length(hash) = 64),
    shown        TEXT    NOT NULL CHECK (length(shown) = 64),
    edited       TEXT,
    messages     BIGINT NOT NULL CHECK (messages > 0),
    state        TEXT    NOT NULL CHECK (state IN ('pending', 'sending', 'sent', 'uncertain', 'needs_operator', 'failed',
                                                   'skipped', 'deleted')),
    state_data   TEXT    NOT NULL,
    attempts     TEXT    NOT NULL,
    sends        BIGINT NOT NULL,
    media        BIGINT NOT NULL,
    change       TEXT,
    calm_from    TEXT,
    PRIMARY KEY (publication, number)
);

-- A request that is under way.
CREATE INDEX parts_under_way ON parts (publication) WHERE state = 'sending';

-- Whose message stands where: one message is one part's.
CREATE TABLE messages (
    chat         BIGINT NOT NULL,
    message_id   BIGINT NOT NULL CHECK (message_id > 0),
    publication  BIGINT NOT NULL REFERENCES publications (id),
    part         BIGINT NOT NULL,
    PRIMARY KEY (chat, message_id)
);

CREATE TABLE attempts (
    id           BIGINT PRIMARY KEY,
    publication  BIGINT NOT NULL REFERENCES publications (id),
    intent_at    TEXT    NOT NULL,
    attempt      TEXT    NOT NULL
);

CREATE INDEX attempts_by_time ON attempts (intent_at);

CREATE TABLE findings (
    id       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    attempt  BIGINT NOT NULL REFERENCES attempts (id),
    finding  TEXT    NOT NULL
);

CREATE TABLE events (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           TEXT    NOT NULL,
    actor        TEXT    NOT NULL,
    post         TEXT,
    publication  BIGINT REFERENCES publications (id),
    chat         BIGINT,
    event        TEXT    NOT NULL,
    detail       TEXT    NOT NULL
);

CREATE INDEX events_of_post ON events (post, id);

CREATE TABLE notices (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           TEXT    NOT NULL,
    publication  BIGINT NOT NULL REFERENCES publications (id),
    notice       TEXT    NOT NULL,
    told         BIGINT NOT NULL DEFAULT 0 CHECK (told IN (0, 1))
);

CREATE INDEX untold_notices ON notices (id) WHERE told = 0;

CREATE FUNCTION only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER attempts_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON attempts FOR EACH STATEMENT EXECUTE FUNCTION only_added();
CREATE TRIGGER findings_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON findings FOR EACH STATEMENT EXECUTE FUNCTION only_added();
CREATE TRIGGER events_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION only_added();

-- Who holds the lock, to be named to whoever asks for it; the lock itself is the session's.
CREATE TABLE publisher (
    one    BIGINT PRIMARY KEY CHECK (one = 1),
    owner  TEXT   NOT NULL,
    since  TEXT   NOT NULL
);
