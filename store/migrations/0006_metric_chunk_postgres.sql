-- Values of metrics. Each day is a partition metric_chunk_DAY, made ahead or when
-- its first chunk comes (store/partition.go), and dropped as a whole.
CREATE TABLE metric_chunk (
  day      BIGINT NOT NULL,  -- of last_ms, UTC, days since 1970-01-01
  thing    TEXT NOT NULL,
  series   BIGINT NOT NULL,  -- id of a metric_series
  first_ms BIGINT NOT NULL,
  last_ms  BIGINT NOT NULL,  -- at most a day after first_ms
  count    BIGINT NOT NULL,  -- of values
  data     BLOB NOT NULL,
  PRIMARY KEY (day, thing, series, first_ms)
) PARTITION BY RANGE (day);
