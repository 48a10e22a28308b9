-- Messages of exported metric values that some sink has not taken yet.
CREATE TABLE export (
  shard   BIGINT NOT NULL,
  id      BIGINT NOT NULL, -- see store/shard.go; grows in the order of the shard's log
  profile TEXT NOT NULL,
  topic   TEXT NOT NULL,
  payload TEXT NOT NULL,   -- docs/format/export.md
  PRIMARY KEY (shard, id)
);

-- How far each sink is. A sink that has no row holds nothing back.
CREATE TABLE export_sink (
  shard BIGINT NOT NULL,
  sink  TEXT NOT NULL,
  done  BIGINT NOT NULL, -- id of the last message that it has taken; 0: none
  PRIMARY KEY (shard, sink)
);
