-- What the clock has reminded of: one task for each limit and its last day, so
-- that no clock's tick reminds twice.

-- +goose Up
CREATE TABLE reminders (
    matter_id  BIGINT NOT NULL,
    track      TEXT NOT NULL,
    respondent TEXT NOT NULL,
    limit_id   TEXT NOT NULL,
    start_on   BIGINT NOT NULL,
    due_on     BIGINT NOT NULL,
    task_id    BIGINT NOT NULL,
    PRIMARY KEY (matter_id, track, respondent, limit_id, start_on, due_on)
);
