-- Pictures for History, the kind of concept that the scores are about, and what the folder looked like when it was read: a row without that
-- is read again at the next opening.
ALTER TABLE run ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN before_picture TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN after_picture TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN stamp TEXT NOT NULL DEFAULT '';
