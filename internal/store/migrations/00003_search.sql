-- What search reads: of each matter the tokens of its texts, and labels of where
-- it stands and who may see it. Derived: Store.RebuildSearch makes it anew.
--
-- digest tells whether the tokens of a matter are other than those kept.

-- +goose Up
CREATE TABLE search (
    matter_id BIGINT PRIMARY KEY,
    digest    BIGINT NOT NULL{{if .Postgres}},
    tokens    TSVECTOR NOT NULL{{end}}
);
{{if .Postgres}}
-- The tokens lie apart from the rows, so that a page of ids is a page or two.
ALTER TABLE search SET (toast_tuple_target = 128);
CREATE INDEX search_tokens ON search USING gin (tokens) WITH (fastupdate = off);
{{else}}
-- The text comes in cut: what is not ASCII is part of a token, blanks part them.
CREATE VIRTUAL TABLE search_tokens USING fts5 (tokens, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
-- Small pages: a short list of matters skips through a long one.
INSERT INTO search_tokens (search_tokens, rank) VALUES ('pgsz', 1000);
{{end}}

-- What lists of all offices are read by.
CREATE INDEX standings_next ON standings (kind, next_due, matter_id) WHERE next_due > 0;
CREATE INDEX offices_path ON offices (path{{if .Postgres}} COLLATE "C"{{end}});
CREATE INDEX deadlines_who ON deadlines (who, due_on) WHERE ended_on = 0;
