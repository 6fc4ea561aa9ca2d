-- The key that opens who reported, closed for each officer who may: nothing of it
-- lies open anywhere.
--
-- A row of identity_wraps whose sealed is empty was taken back.

-- +goose Up
CREATE TABLE identity_keys (
    id         {{.ID}},
    public     TEXT NOT NULL,
    start_salt TEXT NOT NULL, -- of the start code
    start      TEXT NOT NULL, -- the key, sealed to the start code; empty once it was used
    made_at    BIGINT NOT NULL,
    salt       {{.Bytes}} NOT NULL
);

CREATE TABLE officer_keys (
    person_id BIGINT PRIMARY KEY REFERENCES people (id),
    public    TEXT NOT NULL,
    stretch   TEXT NOT NULL, -- how the passphrase becomes a key
    sealed    TEXT NOT NULL, -- the private half, under that key
    made_at   BIGINT NOT NULL,
    salt      {{.Bytes}} NOT NULL
);

CREATE TABLE identity_wraps (
    person_id BIGINT NOT NULL REFERENCES officer_keys (person_id),
    key_id    BIGINT NOT NULL REFERENCES identity_keys (id),
    sealed    TEXT NOT NULL,   -- the identity key, sealed to the officer's
    by_id     BIGINT NOT NULL, -- who gave it; 0: the start code, or a rotation
    made_at   BIGINT NOT NULL,
    salt      {{.Bytes}} NOT NULL,
    PRIMARY KEY (person_id, key_id)
);
