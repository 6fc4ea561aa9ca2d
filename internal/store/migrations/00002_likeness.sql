-- What finds likely duplicates of a clue: the signature of its words under the
-- installation's key, and the bands under which an index finds others like it.
-- Both are computed from the clue again by the desk; no record covers them.

-- +goose Up
CREATE TABLE signatures (
    matter_id   BIGINT PRIMARY KEY REFERENCES matters (id),
    region      TEXT NOT NULL,
    received_on BIGINT NOT NULL,
    body        {{.Bytes}} NOT NULL
);
CREATE INDEX signatures_near ON signatures (region, received_on);

CREATE TABLE bands (
    band      BIGINT NOT NULL,
    matter_id BIGINT NOT NULL REFERENCES matters (id),
    PRIMARY KEY (band, matter_id)
){{if not .Postgres}} WITHOUT ROWID{{end}};
CREATE INDEX bands_matter ON bands (matter_id);

-- How the reporter stands: named, in-confidence, anonymous; empty: nobody reported.
ALTER TABLE clues ADD COLUMN reporter TEXT NOT NULL DEFAULT '';
CREATE INDEX clues_merged ON clues (merged_into) WHERE merged_into > 0;

-- Who reported goes along with a clue that is sent, under its seal.
ALTER TABLE transfers ADD COLUMN identity BOOLEAN NOT NULL DEFAULT FALSE;
