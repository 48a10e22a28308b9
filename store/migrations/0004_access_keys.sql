-- Access keys beside the root user's, limited by policies.

-- Grows with every change of them but that of last_used_ms.
INSERT INTO counter (name, value) VALUES ('access_key', 0);

-- owner is 'root' or 'user'.
ALTER TABLE access_key ADD COLUMN name TEXT NOT NULL DEFAULT 'root';
ALTER TABLE access_key ADD COLUMN policy TEXT NOT NULL DEFAULT ''; -- document; empty: the root user's
ALTER TABLE access_key ADD COLUMN status TEXT NOT NULL DEFAULT 'ACTIVE';
ALTER TABLE access_key ADD COLUMN last_used_ms BIGINT; -- begin of the day, UTC; NULL: never, or the root user's
CREATE UNIQUE INDEX access_key_by_name ON access_key (name);
