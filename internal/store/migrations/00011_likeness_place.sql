-- A signature holds all that is compared of a clue, so that a likely duplicate
-- costs one row and not three. Derived, as the rest of it: Desk.RebuildLikeness.

-- +goose Up
ALTER TABLE signatures ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE signatures ADD COLUMN happened TEXT NOT NULL DEFAULT '';
UPDATE signatures SET
    place = (SELECT m.place FROM matters m WHERE m.id = signatures.matter_id),
    happened = (SELECT c.happened FROM clues c WHERE c.matter_id = signatures.matter_id);
