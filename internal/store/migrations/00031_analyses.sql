-- Analyses of a case's evidence tables: what was counted, by whom, and the report
-- that came of it. How far one has come is nobody's row: it lies in memory.

-- +goose Up
CREATE TABLE analyses (
    id         {{.ID}},
    matter_id  BIGINT NOT NULL REFERENCES matters (id),
    files      TEXT NOT NULL,   -- ids of attached files, separated by blanks
    roles      TEXT NOT NULL,   -- person=列名,org=列名,…
    state      TEXT NOT NULL,   -- running, done, failed, cancelled
    note       TEXT NOT NULL,   -- why it failed
    made_by    BIGINT NOT NULL,
    made_at    BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL,
    row_count  BIGINT NOT NULL,
    rejected   BIGINT NOT NULL,
    persons    BIGINT NOT NULL,
    result     TEXT NOT NULL,   -- result_sha256 of the report
    report_id  BIGINT NOT NULL, -- the report, an attached file
    rejects_id BIGINT NOT NULL, -- the list of rejected rows, an attached file; 0: none
    salt       {{.Bytes}} NOT NULL
);
CREATE INDEX analyses_matter ON analyses (matter_id);
