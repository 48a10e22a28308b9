-- The percentiles of behaviors with a statistical threshold, one for each window.
CREATE TABLE threshold (
  profile  TEXT NOT NULL,
  behavior TEXT NOT NULL,
  end_ms   BIGINT NOT NULL, -- of the window
  n        BIGINT NOT NULL, -- things that had a value in it
  value    TEXT NOT NULL,   -- JSON of api.MetricValue; empty: there is none
  why      TEXT NOT NULL,   -- there is none; else empty
  PRIMARY KEY (profile, behavior, end_ms)
);
CREATE INDEX threshold_by_end ON threshold (end_ms);
