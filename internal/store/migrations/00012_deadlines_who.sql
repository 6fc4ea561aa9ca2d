-- What is due is asked by whose duty it is. An index of days alone led past half a
-- million late duties of offices to find the first of an agency.

-- +goose Up
DROP INDEX deadlines_due;
