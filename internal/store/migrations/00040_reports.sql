-- What came through the public door, and the talk with who reported. What was told
-- is sealed: search, lists and exports never see it.

-- +goose Up
CREATE TABLE reports (
    matter_id    BIGINT PRIMARY KEY REFERENCES matters (id),
    envelope     TEXT NOT NULL, -- its id: taken in once
    lookup       TEXT NOT NULL, -- where the reporter's page lies
    reporter_key TEXT NOT NULL, -- public: answers are sealed to it
    sealed       TEXT NOT NULL, -- what was told
    salt         {{.Bytes}} NOT NULL
);
CREATE INDEX reports_envelope ON reports (envelope);
CREATE INDEX reports_lookup ON reports (lookup);

CREATE TABLE talks (
    id        {{.ID}},
    matter_id BIGINT NOT NULL REFERENCES matters (id),
    side      TEXT NOT NULL,   -- office, reporter
    person_id BIGINT NOT NULL, -- of the office; 0: the reporter
    made_at   BIGINT NOT NULL,
    envelope  TEXT NOT NULL,   -- it came in; empty: the office's own
    sealed    TEXT NOT NULL,
    salt      {{.Bytes}} NOT NULL
);
CREATE INDEX talks_matter ON talks (matter_id);
CREATE INDEX talks_envelope ON talks (envelope);

-- Which version of a matter the reporter's page shows. Derived: written again when lost.
CREATE TABLE report_pages (
    matter_id BIGINT PRIMARY KEY,
    version   BIGINT NOT NULL
);
