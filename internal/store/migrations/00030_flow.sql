-- The data-flow map of a case: who takes part in which way of personal
-- information, and on what each stretch of it rests.

-- +goose Up
CREATE TABLE flow_nodes (
    id        {{.ID}},
    matter_id BIGINT NOT NULL REFERENCES matters (id),
    kind      TEXT NOT NULL, -- subject, collector, store, processor, product, buyer
    name      TEXT NOT NULL,
    note      TEXT NOT NULL,
    made_by   BIGINT NOT NULL,
    made_at   BIGINT NOT NULL,
    salt      {{.Bytes}} NOT NULL
);
CREATE INDEX flow_nodes_matter ON flow_nodes (matter_id);

CREATE TABLE flow_edges (
    id            {{.ID}},
    matter_id     BIGINT NOT NULL REFERENCES matters (id),
    from_id       BIGINT NOT NULL REFERENCES flow_nodes (id),
    to_id         BIGINT NOT NULL REFERENCES flow_nodes (id),
    handling      TEXT NOT NULL,
    categories    TEXT NOT NULL,   -- JSON list of tags
    circumstances TEXT NOT NULL,   -- JSON list
    row_count     BIGINT NOT NULL, -- 0: not known
    persons       BIGINT NOT NULL, -- 0: not known
    begin_on      BIGINT NOT NULL,
    end_on        BIGINT NOT NULL, -- 0: goes on, or not known
    basis         TEXT NOT NULL,   -- empty: nobody has said
    answers       TEXT NOT NULL,   -- JSON: point → yes, no
    evidence      TEXT NOT NULL,   -- JSON list: file:7, exhibit:3
    note          TEXT NOT NULL,
    made_by       BIGINT NOT NULL,
    made_at       BIGINT NOT NULL,
    salt          {{.Bytes}} NOT NULL
);
CREATE INDEX flow_edges_matter ON flow_edges (matter_id);
