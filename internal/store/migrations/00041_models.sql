-- Supervision models that were uploaded, their runs, what the runs found and what
-- became of it. Inputs and the rows that prove are files, closed; how far a run has
-- come lies in memory.

-- +goose Up
CREATE TABLE models (
    id          {{.ID}},
    office_id   BIGINT NOT NULL REFERENCES offices (id),
    name        TEXT NOT NULL,
    version     BIGINT NOT NULL,
    zh          TEXT NOT NULL,
    body        TEXT NOT NULL,   -- the file
    sha256      TEXT NOT NULL,
    state       TEXT NOT NULL,   -- draft, waiting, shelf, refused, withdrawn
    reason      TEXT NOT NULL,   -- why withdrawn
    approval_id BIGINT NOT NULL, -- the last; 0: never proposed
    made_by     BIGINT NOT NULL,
    made_at     BIGINT NOT NULL,
    shelved_by  BIGINT NOT NULL,
    shelved_at  BIGINT NOT NULL,
    ended_by    BIGINT NOT NULL,
    ended_at    BIGINT NOT NULL,
    salt        {{.Bytes}} NOT NULL
);
CREATE INDEX models_office ON models (office_id, name);

CREATE TABLE model_runs (
    id        {{.ID}},
    office_id BIGINT NOT NULL REFERENCES offices (id),
    model_id  BIGINT NOT NULL,  -- 0: built in, by its name
    name      TEXT NOT NULL,
    version   BIGINT NOT NULL,
    zh        TEXT NOT NULL,
    sha256    TEXT NOT NULL,    -- of the model's file
    trial     BOOLEAN NOT NULL, -- on the first rows, before the model is on the shelf
    engine    TEXT NOT NULL,
    params    TEXT NOT NULL,    -- JSON, all of them
    on_day    BIGINT NOT NULL,  -- what today was
    state     TEXT NOT NULL,    -- running, done, failed, cancelled
    note      TEXT NOT NULL,    -- why it failed
    made_by   BIGINT NOT NULL,
    made_at   BIGINT NOT NULL,
    ended_at  BIGINT NOT NULL,
    hit_count BIGINT NOT NULL,
    salt      {{.Bytes}} NOT NULL
);
CREATE INDEX model_runs_office ON model_runs (office_id, id);

CREATE TABLE model_files (
    id        {{.ID}},
    run_id    BIGINT NOT NULL REFERENCES model_runs (id),
    part      TEXT NOT NULL,   -- the model's table it was given for; empty: what was found
    file_id   BIGINT NOT NULL, -- attached to a case; 0: uploaded for the run
    name      TEXT NOT NULL,
    size      BIGINT NOT NULL,
    sha256    TEXT NOT NULL,
    sm3       TEXT NOT NULL,
    key_id    BIGINT NOT NULL,
    row_count BIGINT NOT NULL,
    rejected  BIGINT NOT NULL,
    salt      {{.Bytes}} NOT NULL
);
CREATE INDEX model_files_run ON model_files (run_id);

CREATE TABLE model_hits (
    run_id     BIGINT NOT NULL REFERENCES model_runs (id),
    n          BIGINT NOT NULL,
    title      TEXT NOT NULL,   -- personal values masked, as in what follows
    summary    TEXT NOT NULL,
    place      TEXT NOT NULL,
    proof      BIGINT NOT NULL, -- rows
    mark       TEXT NOT NULL,   -- of model, key and rows: keyed, tells nothing
    subject    TEXT NOT NULL,   -- of model and key
    state      TEXT NOT NULL,   -- open, accepted, aside
    matter_id  BIGINT NOT NULL, -- the clue; 0: none
    reason     TEXT NOT NULL,   -- why set aside
    decided_by BIGINT NOT NULL,
    decided_at BIGINT NOT NULL,
    salt       {{.Bytes}} NOT NULL,
    PRIMARY KEY (run_id, n)
);
CREATE INDEX model_hits_mark ON model_hits (mark);
CREATE INDEX model_hits_subject ON model_hits (subject);
CREATE INDEX model_hits_matter ON model_hits (matter_id) WHERE matter_id <> 0;

-- Tables sent for a run that has not begun: kept two days.
CREATE TABLE model_uploads (
    id        {{.ID}},
    person_id BIGINT NOT NULL,
    model     TEXT NOT NULL, -- as its address names it
    part      TEXT NOT NULL,
    name      TEXT NOT NULL,
    size      BIGINT NOT NULL,
    sha256    TEXT NOT NULL,
    sm3       TEXT NOT NULL,
    key_id    BIGINT NOT NULL,
    moved_at  BIGINT NOT NULL
);
CREATE INDEX model_uploads_person ON model_uploads (person_id, model);
