-- Values of metrics. Rows lie in the order in which they came, so storing some of
-- many things touches few pages beside those of the key; WITHOUT ROWID would touch one
-- for each row, and is three times as slow.
CREATE TABLE metric_chunk (
  day      BIGINT NOT NULL,  -- of last_ms, UTC, days since 1970-01-01
  thing    TEXT NOT NULL,
  series   BIGINT NOT NULL,  -- id of a metric_series
  first_ms BIGINT NOT NULL,
  last_ms  BIGINT NOT NULL,  -- at most a day after first_ms
  count    BIGINT NOT NULL,  -- of values
  data     BLOB NOT NULL,
  PRIMARY KEY (day, thing, series, first_ms)
);
