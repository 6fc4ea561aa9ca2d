-- The office: people, matters (clues and cases), their events and what hangs on
-- them, the record, and what is derived from all that.
--
-- Days are counted from 0001-01-01 = 1 (pil.Day), moments are Unix seconds,
-- money is fen. A salt makes a row's commitment in the record unguessable.
-- Tables under "derived" hold nothing that fsck cannot compute again.

-- +goose Up

-- —— the office ——
CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE offices (
    id        {{.ID}},
    name      TEXT NOT NULL,
    level     TEXT NOT NULL,
    kind      TEXT NOT NULL,
    region    TEXT NOT NULL,
    parent_id BIGINT NOT NULL, -- 0: none leads it
    path      TEXT NOT NULL,   -- ids from the top to itself: /1/7/
    salt      {{.Bytes}} NOT NULL
);
CREATE INDEX offices_region ON offices (region);

CREATE TABLE departments (
    id        {{.ID}},
    office_id BIGINT NOT NULL REFERENCES offices (id),
    name      TEXT NOT NULL,
    salt      {{.Bytes}} NOT NULL
);

CREATE TABLE people (
    id            {{.ID}},
    login         TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    office_id     BIGINT NOT NULL REFERENCES offices (id),
    department_id BIGINT NOT NULL, -- 0: none
    roles         TEXT NOT NULL,   -- separated by blanks
    procurator    BOOLEAN NOT NULL,
    from_day      BIGINT NOT NULL,
    until_day     BIGINT NOT NULL, -- 0: still here
    salt          {{.Bytes}} NOT NULL
);
CREATE INDEX people_office ON people (office_id);

CREATE TABLE credentials (
    person_id  BIGINT PRIMARY KEY REFERENCES people (id),
    password   TEXT NOT NULL,   -- argon2id, PHC form
    totp       TEXT NOT NULL,   -- sealed; empty: none
    recovery   TEXT NOT NULL,   -- JSON list of digests
    must_reset BOOLEAN NOT NULL,
    salt       {{.Bytes}} NOT NULL
);

CREATE TABLE passkeys (
    id        {{.ID}},
    person_id BIGINT NOT NULL REFERENCES people (id),
    key_id    TEXT NOT NULL UNIQUE, -- base64url
    name      TEXT NOT NULL,
    body      TEXT NOT NULL,        -- JSON
    made_at   BIGINT NOT NULL,
    salt      {{.Bytes}} NOT NULL
);
CREATE INDEX passkeys_person ON passkeys (person_id);

-- What signing in wears out: waits, the last code, counters of keys.
CREATE TABLE sign_ins (
    person_id BIGINT NOT NULL,
    what      TEXT NOT NULL, -- password, code, device:DIGEST, totp, key:ID
    failed    BIGINT NOT NULL,
    next_at   BIGINT NOT NULL,
    last      BIGINT NOT NULL,
    PRIMARY KEY (person_id, what)
);

CREATE TABLE sessions (
    id        TEXT PRIMARY KEY,
    person_id BIGINT NOT NULL REFERENCES people (id),
    factor    TEXT NOT NULL,
    begun_at  BIGINT NOT NULL,
    seen_at   BIGINT NOT NULL,
    ceremony  TEXT NOT NULL -- JSON of a challenge under way
);
CREATE INDEX sessions_person ON sessions (person_id);

CREATE TABLE tokens (
    id         TEXT PRIMARY KEY,
    hint       TEXT NOT NULL,
    person_id  BIGINT NOT NULL REFERENCES people (id),
    made_at    BIGINT NOT NULL,
    until_at   BIGINT NOT NULL,
    used_at    BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL,
    salt       {{.Bytes}} NOT NULL
);
CREATE INDEX tokens_person ON tokens (person_id);

-- Delegation (R5), grant (R11) and leave cover: what is handed over for a time.
CREATE TABLE handovers (
    id         {{.ID}},
    kind       TEXT NOT NULL, -- delegation, grant, cover
    from_id    BIGINT NOT NULL, -- who gives it, or who is absent
    to_id      BIGINT NOT NULL,
    office_id  BIGINT NOT NULL,
    actions    TEXT NOT NULL, -- of a delegation, separated by blanks
    role       TEXT NOT NULL, -- of a grant
    matter_id  BIGINT NOT NULL, -- of a grant for one matter; 0: any
    decision   TEXT NOT NULL,
    from_day   BIGINT NOT NULL,
    until_day  BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL,
    made_by    BIGINT NOT NULL,
    made_at    BIGINT NOT NULL,
    salt       {{.Bytes}} NOT NULL
);
CREATE INDEX handovers_to ON handovers (to_id);
CREATE INDEX handovers_office ON handovers (office_id);

-- —— matters ——
CREATE TABLE matters (
    id            {{.ID}},
    kind          TEXT NOT NULL, -- clue, case
    office_id     BIGINT NOT NULL REFERENCES offices (id),
    department_id BIGINT NOT NULL, -- 0: none yet
    number        TEXT NOT NULL, -- the office's own
    national      TEXT NOT NULL, -- number of the national business system
    title         TEXT NOT NULL,
    field         TEXT NOT NULL,
    region        TEXT NOT NULL,
    place         TEXT NOT NULL,
    summary       TEXT NOT NULL,
    major         BOOLEAN NOT NULL, -- 重大办案事项 (R5)
    demo          BOOLEAN NOT NULL,
    made_by       BIGINT NOT NULL,
    made_at       BIGINT NOT NULL,
    version       BIGINT NOT NULL, -- counts the writes
    salt          {{.Bytes}} NOT NULL
);
CREATE INDEX matters_number ON matters (number);

CREATE TABLE numbers (
    office_id BIGINT NOT NULL,
    series    TEXT NOT NULL,
    year      BIGINT NOT NULL,
    last      BIGINT NOT NULL,
    PRIMARY KEY (office_id, series, year)
);

CREATE TABLE laws (
    id   {{.ID}},
    hash TEXT NOT NULL UNIQUE
);

CREATE TABLE events (
    matter_id   BIGINT NOT NULL REFERENCES matters (id),
    seq         BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    on_day      BIGINT NOT NULL,
    track       TEXT NOT NULL,
    respondent  TEXT NOT NULL,
    step        TEXT NOT NULL,
    decided_by  TEXT NOT NULL,   -- an actor of the law
    urgent      BOOLEAN NOT NULL,
    days        BIGINT NOT NULL,
    months      BIGINT NOT NULL,
    supersedes  BIGINT NOT NULL, -- seq, 0: none
    void        BOOLEAN NOT NULL,
    reason      TEXT NOT NULL,
    approved    TEXT NOT NULL,
    law_id      BIGINT NOT NULL,
    person_id   BIGINT NOT NULL, -- who recorded it
    approval_id BIGINT NOT NULL, -- 0: needed none
    note        TEXT NOT NULL,
    facts       TEXT NOT NULL,   -- JSON: ground, people, what was affirmed, papers
    salt        {{.Bytes}} NOT NULL,
    PRIMARY KEY (matter_id, seq)
);

CREATE TABLE assignments (
    id        {{.ID}},
    matter_id BIGINT NOT NULL REFERENCES matters (id),
    person_id BIGINT NOT NULL REFERENCES people (id),
    role      TEXT NOT NULL,
    lead      BOOLEAN NOT NULL,
    from_at   BIGINT NOT NULL,
    ended_at  BIGINT NOT NULL, -- 0: still
    made_by   BIGINT NOT NULL,
    salt      {{.Bytes}} NOT NULL
);
CREATE INDEX assignments_matter ON assignments (matter_id);
CREATE INDEX assignments_person ON assignments (person_id, ended_at, matter_id);

CREATE TABLE recusals (
    id           {{.ID}},
    matter_id    BIGINT NOT NULL REFERENCES matters (id),
    person_id    BIGINT NOT NULL REFERENCES people (id),
    ground       TEXT NOT NULL,
    state        TEXT NOT NULL, -- requested, decided, refused
    requested_by BIGINT NOT NULL,
    requested_at BIGINT NOT NULL,
    decided_by   BIGINT NOT NULL,
    decided_role TEXT NOT NULL,
    decided_on   BIGINT NOT NULL,
    opinion      TEXT NOT NULL,
    salt         {{.Bytes}} NOT NULL
);
CREATE INDEX recusals_matter ON recusals (matter_id);
CREATE INDEX recusals_person ON recusals (person_id);

-- clue_case: a clue became, or joined, a case; parent; parallel; rebound.
CREATE TABLE links (
    id      {{.ID}},
    kind    TEXT NOT NULL,
    from_id BIGINT NOT NULL REFERENCES matters (id),
    to_id   BIGINT NOT NULL REFERENCES matters (id),
    note    TEXT NOT NULL,
    made_by BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    salt    {{.Bytes}} NOT NULL
);
CREATE INDEX links_from ON links (from_id);
CREATE INDEX links_to ON links (to_id);

CREATE TABLE clues (
    matter_id   BIGINT PRIMARY KEY REFERENCES matters (id),
    channel     TEXT NOT NULL,
    received_on BIGINT NOT NULL,
    happened    TEXT NOT NULL,
    what        TEXT NOT NULL,
    party       TEXT NOT NULL, -- who is said to do the harm, or to let it happen
    harm        TEXT NOT NULL,
    named       BOOLEAN NOT NULL, -- the reporter gave a name
    outside_no  TEXT NOT NULL,    -- the sender's own number
    merged_into BIGINT NOT NULL,  -- a clue first told; 0: none
    first       BOOLEAN NOT NULL, -- the first reporter of its case
    assessment  TEXT NOT NULL,    -- JSON
    salt        {{.Bytes}} NOT NULL
);
CREATE INDEX clues_outside ON clues (outside_no);

-- Who reported: sealed, apart from what was reported.
CREATE TABLE identities (
    matter_id BIGINT PRIMARY KEY REFERENCES matters (id),
    sealed    TEXT NOT NULL,
    salt      {{.Bytes}} NOT NULL
);

CREATE TABLE transfers (
    id           {{.ID}},
    matter_id    BIGINT NOT NULL REFERENCES matters (id),
    act          TEXT NOT NULL, -- the step that sent it
    from_office  BIGINT NOT NULL,
    to_office    BIGINT NOT NULL, -- 0: an organ outside
    outside      TEXT NOT NULL,   -- its name
    reason       TEXT NOT NULL,
    sent_on      BIGINT NOT NULL,
    sent_by      BIGINT NOT NULL,
    state        TEXT NOT NULL, -- sent, accepted, reported-up
    answered_by  BIGINT NOT NULL,
    answered_at  BIGINT NOT NULL,
    answer       TEXT NOT NULL,
    new_matter   BIGINT NOT NULL, -- the receiver's own clue
    salt         {{.Bytes}} NOT NULL
);
CREATE INDEX transfers_matter ON transfers (matter_id);
CREATE INDEX transfers_to ON transfers (to_office, state);

CREATE TABLE agencies (
    id        {{.ID}},
    office_id BIGINT NOT NULL REFERENCES offices (id),
    name      TEXT NOT NULL,
    region    TEXT NOT NULL,
    duties    TEXT NOT NULL, -- JSON: duty and its basis
    contact   TEXT NOT NULL,
    phone     TEXT NOT NULL,
    address   TEXT NOT NULL,
    salt      {{.Bytes}} NOT NULL
);
CREATE INDEX agencies_office ON agencies (office_id, name);

CREATE TABLE parties (
    id        {{.ID}},
    matter_id BIGINT NOT NULL REFERENCES matters (id),
    kind      TEXT NOT NULL, -- agency, company, person, other
    part      TEXT NOT NULL, -- respondent, beside, supplier, relative, plaintiff, court
    name      TEXT NOT NULL,
    personal  TEXT NOT NULL, -- identity number, address, telephone of a natural person
    agency_id BIGINT NOT NULL,
    note      TEXT NOT NULL,
    salt      {{.Bytes}} NOT NULL
);
CREATE INDEX parties_matter ON parties (matter_id);
CREATE INDEX parties_agency ON parties (agency_id);

-- What a recommendation demands, one by one, and what became of each.
CREATE TABLE demands (
    id         {{.ID}},
    matter_id  BIGINT NOT NULL REFERENCES matters (id),
    event_seq  BIGINT NOT NULL, -- the recommendation
    respondent TEXT NOT NULL,
    n          BIGINT NOT NULL,
    text       TEXT NOT NULL,
    basis      TEXT NOT NULL,
    salt       {{.Bytes}} NOT NULL
);
CREATE INDEX demands_matter ON demands (matter_id);

CREATE TABLE demand_moves (
    id          {{.ID}},
    demand_id   BIGINT NOT NULL REFERENCES demands (id),
    matter_id   BIGINT NOT NULL REFERENCES matters (id),
    move        TEXT NOT NULL,
    on_day      BIGINT NOT NULL,
    event_seq   BIGINT NOT NULL,
    note        TEXT NOT NULL,
    people      TEXT NOT NULL, -- who went there: ids separated by blanks
    person_id   BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    salt        {{.Bytes}} NOT NULL
);
CREATE INDEX demand_moves_matter ON demand_moves (matter_id);

CREATE TABLE visits (
    id         {{.ID}},
    matter_id  BIGINT NOT NULL REFERENCES matters (id),
    planned_on BIGINT NOT NULL,
    checklist  TEXT NOT NULL, -- JSON
    plan_note  TEXT NOT NULL,
    made_by    BIGINT NOT NULL,
    made_at    BIGINT NOT NULL,
    done_on    BIGINT NOT NULL, -- 0: not yet
    outcome    TEXT NOT NULL,   -- holds, rebounded
    findings   TEXT NOT NULL,
    people     TEXT NOT NULL,
    done_by    BIGINT NOT NULL,
    new_clue   BIGINT NOT NULL,
    salt       {{.Bytes}} NOT NULL
);
CREATE INDEX visits_matter ON visits (matter_id);
CREATE INDEX visits_planned ON visits (done_on, planned_on);

CREATE TABLE files (
    id          {{.ID}},
    matter_id   BIGINT NOT NULL REFERENCES matters (id),
    kind        TEXT NOT NULL, -- document, exhibit, photo
    name        TEXT NOT NULL,
    media       TEXT NOT NULL,
    size        BIGINT NOT NULL,
    sha256      TEXT NOT NULL,
    caption     TEXT NOT NULL,
    taken_on    BIGINT NOT NULL,
    event_seq   BIGINT NOT NULL,
    demand_id   BIGINT NOT NULL,
    visit_id    BIGINT NOT NULL,
    side        TEXT NOT NULL, -- before, after
    person_id   BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    salt        {{.Bytes}} NOT NULL
);
CREATE INDEX files_matter ON files (matter_id);

CREATE TABLE notes (
    id        {{.ID}},
    matter_id BIGINT NOT NULL REFERENCES matters (id),
    person_id BIGINT NOT NULL,
    made_at   BIGINT NOT NULL,
    text      TEXT NOT NULL,
    salt      {{.Bytes}} NOT NULL
);
CREATE INDEX notes_matter ON notes (matter_id);

CREATE TABLE tasks (
    id        {{.ID}},
    matter_id BIGINT NOT NULL, -- 0: of none
    office_id BIGINT NOT NULL,
    for_id    BIGINT NOT NULL,
    made_by   BIGINT NOT NULL,
    made_at   BIGINT NOT NULL,
    text      TEXT NOT NULL,
    due_on    BIGINT NOT NULL, -- 0: none
    done_at   BIGINT NOT NULL,
    done_by   BIGINT NOT NULL,
    salt      {{.Bytes}} NOT NULL
);
CREATE INDEX tasks_for ON tasks (for_id, done_at, due_on);
CREATE INDEX tasks_matter ON tasks (matter_id);

-- —— approvals ——
CREATE TABLE approvals (
    id            {{.ID}},
    matter_id     BIGINT NOT NULL, -- 0: of none
    office_id     BIGINT NOT NULL,
    department_id BIGINT NOT NULL,
    kind          TEXT NOT NULL, -- step, filing, correction, identity, role, law
    subject       TEXT NOT NULL, -- of a step its id, for lists
    title         TEXT NOT NULL,
    body          TEXT NOT NULL, -- JSON of what is proposed
    proposer      BIGINT NOT NULL,
    made_at       BIGINT NOT NULL,
    review        BOOLEAN NOT NULL, -- the head reviews first
    deciders      TEXT NOT NULL,    -- roles, separated by blanks
    state         TEXT NOT NULL,    -- review, decision, returned, approved, refused, withdrawn
    closed_at     BIGINT NOT NULL,
    salt          {{.Bytes}} NOT NULL
);
CREATE INDEX approvals_matter ON approvals (matter_id);
CREATE INDEX approvals_office ON approvals (office_id, state);
CREATE INDEX approvals_proposer ON approvals (proposer, state);

CREATE TABLE approval_moves (
    approval_id BIGINT NOT NULL REFERENCES approvals (id),
    n           BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    person_id   BIGINT NOT NULL,
    role        TEXT NOT NULL,
    way         TEXT NOT NULL,
    ref         BIGINT NOT NULL, -- the handover it came through; 0: none
    self        BOOLEAN NOT NULL,
    move        TEXT NOT NULL,
    opinion     TEXT NOT NULL,
    salt        {{.Bytes}} NOT NULL,
    PRIMARY KEY (approval_id, n)
);

-- Record-filing with the next level (备案).
CREATE TABLE filings (
    id          {{.ID}},
    matter_id   BIGINT NOT NULL REFERENCES matters (id),
    event_seq   BIGINT NOT NULL,
    from_office BIGINT NOT NULL,
    to_office   BIGINT NOT NULL,
    title       TEXT NOT NULL,
    sent_on     BIGINT NOT NULL,
    sent_by     BIGINT NOT NULL,
    received_on BIGINT NOT NULL,
    received_by BIGINT NOT NULL,
    note        TEXT NOT NULL,
    salt        {{.Bytes}} NOT NULL
);
CREATE INDEX filings_matter ON filings (matter_id);
CREATE INDEX filings_to ON filings (to_office, received_on);

CREATE TABLE views (
    id        {{.ID}},
    person_id BIGINT NOT NULL,
    page      TEXT NOT NULL,
    name      TEXT NOT NULL,
    query     TEXT NOT NULL
);
CREATE INDEX views_person ON views (person_id, page);

-- —— the record ——
CREATE TABLE record_entries (
    seq          BIGINT PRIMARY KEY,
    at           BIGINT NOT NULL,
    actor        TEXT NOT NULL,
    office       TEXT NOT NULL,
    action       TEXT NOT NULL,
    class        TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    reason       BOOLEAN NOT NULL,
    law_id       BIGINT NOT NULL, -- 0: no law decided
    list_filter  TEXT NOT NULL,   -- of a list only
    list_count   BIGINT NOT NULL
);
CREATE INDEX record_entries_subject ON record_entries (subject_kind, subject_id, seq);
CREATE INDEX record_entries_office ON record_entries (office, seq);

CREATE TABLE record_marks (
    seq        BIGINT NOT NULL,
    kind       TEXT NOT NULL,
    row_id     TEXT NOT NULL,
    removed    BOOLEAN NOT NULL,
    commitment {{.Bytes}} NOT NULL,
    PRIMARY KEY (seq, kind, row_id)
);

CREATE TABLE record_hashes (
    n    BIGINT PRIMARY KEY,
    hash {{.Bytes}} NOT NULL
);

CREATE TABLE record_head (
    id    BIGINT PRIMARY KEY,
    size  BIGINT NOT NULL,
    peaks {{.Bytes}} NOT NULL
);
INSERT INTO record_head (id, size, peaks) VALUES (1, 0, {{.Empty}});

CREATE TABLE checkpoints (
    size BIGINT PRIMARY KEY,
    note TEXT NOT NULL
);

-- —— derived: fsck computes these again ——
CREATE TABLE standings (
    matter_id     BIGINT PRIMARY KEY,
    kind          TEXT NOT NULL,
    office_id     BIGINT NOT NULL,
    department_id BIGINT NOT NULL,
    lead_id       BIGINT NOT NULL,
    field         TEXT NOT NULL,
    region        TEXT NOT NULL,
    tracks        TEXT NOT NULL,
    respondents   TEXT NOT NULL,
    state         TEXT NOT NULL,
    phase         TEXT NOT NULL,
    live          BOOLEAN NOT NULL,
    opened_on     BIGINT NOT NULL,
    moved_on      BIGINT NOT NULL,
    next_due      BIGINT NOT NULL, -- 0: none runs
    next_limit    TEXT NOT NULL,
    version       BIGINT NOT NULL
);
CREATE INDEX standings_office ON standings (office_id, kind, live, matter_id);
CREATE INDEX standings_department ON standings (department_id, kind, live, matter_id);
CREATE INDEX standings_lead ON standings (lead_id, kind, live, matter_id);
CREATE INDEX standings_kind ON standings (kind, live, matter_id);
CREATE INDEX standings_due ON standings (office_id, next_due) WHERE next_due > 0;

CREATE TABLE lines (
    matter_id  BIGINT NOT NULL,
    track      TEXT NOT NULL,
    respondent TEXT NOT NULL,
    state      TEXT NOT NULL,
    phase      TEXT NOT NULL,
    ground     TEXT NOT NULL,
    ended      BOOLEAN NOT NULL,
    PRIMARY KEY (matter_id, track, respondent)
);

CREATE TABLE deadlines (
    matter_id     BIGINT NOT NULL,
    n             BIGINT NOT NULL,
    office_id     BIGINT NOT NULL,
    department_id BIGINT NOT NULL,
    lead_id       BIGINT NOT NULL,
    track         TEXT NOT NULL,
    respondent    TEXT NOT NULL,
    limit_id      TEXT NOT NULL,
    kind          TEXT NOT NULL,
    who           TEXT NOT NULL,
    start_on      BIGINT NOT NULL,
    due_on        BIGINT NOT NULL,
    ended_on      BIGINT NOT NULL, -- 0: runs
    provisional   BOOLEAN NOT NULL,
    PRIMARY KEY (matter_id, n)
);
CREATE INDEX deadlines_office ON deadlines (office_id, due_on) WHERE ended_on = 0;
CREATE INDEX deadlines_lead ON deadlines (lead_id, due_on) WHERE ended_on = 0;
CREATE INDEX deadlines_department ON deadlines (department_id, due_on) WHERE ended_on = 0;
CREATE INDEX deadlines_due ON deadlines (due_on) WHERE ended_on = 0;
