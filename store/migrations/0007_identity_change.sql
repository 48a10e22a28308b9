-- What each of the newest identity revisions was about, so that a gateway that has
-- seen the one before need not ask for everybody again.
CREATE TABLE identity_change (
  revision BIGINT PRIMARY KEY, -- of the counter identity
  kind     TEXT NOT NULL,      -- SubjectKind
  name     TEXT NOT NULL
);
