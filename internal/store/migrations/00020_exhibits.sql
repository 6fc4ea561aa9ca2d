-- Exhibits, who has kept them, and files closed under a key of their matter.
--
-- What is said of an exhibit is never changed: a correction is another entry, and the
-- last one counts. Files received before this are open (key_id 0) and have no SM3.
--
-- data_keys are closed under the office's key. A file that was handed to another
-- matter keeps the key it came in under.

-- +goose Up
CREATE TABLE data_keys (
    id        {{.ID}},
    matter_id BIGINT NOT NULL, -- 0: of a matter not registered in the end
    name      TEXT NOT NULL,   -- public
    sealed    TEXT NOT NULL,
    made_at   BIGINT NOT NULL
);
CREATE INDEX data_keys_matter ON data_keys (matter_id);

ALTER TABLE files ADD COLUMN sm3 TEXT NOT NULL DEFAULT '';
ALTER TABLE files ADD COLUMN key_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE files ADD COLUMN made_of BIGINT NOT NULL DEFAULT 0; -- the file it was made from
ALTER TABLE files ADD COLUMN made_as TEXT NOT NULL DEFAULT '';  -- clean, small

CREATE TABLE file_checks (
    file_id    BIGINT PRIMARY KEY REFERENCES files (id),
    checked_at BIGINT NOT NULL, -- received, or read again, last
    found      TEXT NOT NULL    -- '', same, altered, missing
);
CREATE INDEX file_checks_next ON file_checks (checked_at);
CREATE INDEX file_checks_found ON file_checks (file_id) WHERE found IN ('altered', 'missing');
INSERT INTO file_checks SELECT id, received_at, '' FROM files;

CREATE TABLE uploads (
    id        {{.ID}},
    matter_id BIGINT NOT NULL REFERENCES matters (id),
    person_id BIGINT NOT NULL,
    key_id    BIGINT NOT NULL,
    name      TEXT NOT NULL,
    size      BIGINT NOT NULL, -- said beforehand; -1: not said
    got       BIGINT NOT NULL,
    pieces    BIGINT NOT NULL,
    moved_at  BIGINT NOT NULL
);
CREATE INDEX uploads_matter ON uploads (matter_id, person_id);

CREATE TABLE exhibits (
    id        {{.ID}},
    matter_id BIGINT NOT NULL REFERENCES matters (id),
    n         BIGINT NOT NULL, -- 证据n of its case
    person_id BIGINT NOT NULL,
    made_at   BIGINT NOT NULL,
    salt      {{.Bytes}} NOT NULL
);
CREATE INDEX exhibits_matter ON exhibits (matter_id, n);

CREATE TABLE exhibit_entries (
    exhibit_id  BIGINT NOT NULL REFERENCES exhibits (id),
    seq         BIGINT NOT NULL,
    facts       TEXT NOT NULL, -- JSON
    reason      TEXT NOT NULL, -- of a correction; of what is unusual
    person_id   BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    salt        {{.Bytes}} NOT NULL,
    PRIMARY KEY (exhibit_id, seq)
);

CREATE TABLE exhibit_files (
    exhibit_id BIGINT NOT NULL REFERENCES exhibits (id),
    file_id    BIGINT NOT NULL REFERENCES files (id),
    person_id  BIGINT NOT NULL,
    added_at   BIGINT NOT NULL,
    salt       {{.Bytes}} NOT NULL,
    PRIMARY KEY (exhibit_id, file_id)
);
CREATE INDEX exhibit_files_file ON exhibit_files (file_id);

CREATE TABLE custody (
    exhibit_id  BIGINT NOT NULL REFERENCES exhibits (id),
    n           BIGINT NOT NULL,
    act         TEXT NOT NULL,
    on_day      BIGINT NOT NULL,
    keeper_id   BIGINT NOT NULL,
    unit        TEXT NOT NULL,
    place       TEXT NOT NULL,
    note        TEXT NOT NULL,
    found       TEXT NOT NULL,
    person_id   BIGINT NOT NULL, -- 0: the clock
    recorded_at BIGINT NOT NULL,
    salt        {{.Bytes}} NOT NULL,
    PRIMARY KEY (exhibit_id, n)
);
