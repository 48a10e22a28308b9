-- What metric_chunk holds values of, by shard: what a shard does to its series it
-- does in the order of its log, whatever the other shards have judged by then.
CREATE TABLE metric_series (
  id         BIGINT PRIMARY KEY, -- see store/series.go
  shard      BIGINT NOT NULL,
  metric     TEXT NOT NULL,
  dimension  TEXT NOT NULL,      -- name; empty: none
  operator   TEXT NOT NULL,      -- IN or NOT_IN; empty without a dimension
  dropped_ms BIGINT              -- when the custom metric was deleted; NULL: it is there
);
CREATE UNIQUE INDEX metric_series_name ON metric_series (metric, dimension, operator, shard) WHERE dropped_ms IS NULL;
ALTER TABLE shard ADD COLUMN last_series BIGINT NOT NULL DEFAULT 0; -- id of the shard's newest series

-- The first day whose values are kept. Chunks of earlier days are not stored.
INSERT INTO counter (name, value) VALUES ('metric_day', 0);
