-- Nearly every closed case has had its look-back; what is asked for is those still
-- to come.

-- +goose Up
CREATE INDEX visits_open ON visits (matter_id) WHERE done_on = 0;
