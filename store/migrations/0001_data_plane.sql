-- Numbers that grow in the order of the commits, see Tx.Next.
CREATE TABLE counter (
  name  TEXT PRIMARY KEY,
  value BIGINT NOT NULL
);
INSERT INTO counter (name, value) VALUES ('revision', 0);
-- 1 while what the control plane knows is being written into an empty log
INSERT INTO counter (name, value) VALUES ('seeding', 0);

-- One row, written to find out whether the database can write again.
CREATE TABLE probe (
  value BLOB
);
INSERT INTO probe (value) VALUES (NULL);

-- Changes of the control plane that are not yet in the log of every shard.
CREATE TABLE pending_change (
  revision BIGINT PRIMARY KEY,
  body     TEXT NOT NULL -- JSON of record.Change
);

-- How far the effects of each shard's log are stored, and by whose leave.
CREATE TABLE shard (
  id          BIGINT PRIMARY KEY,
  epoch       BIGINT NOT NULL, -- grows with every owner
  position    BIGINT NOT NULL, -- place of the last record whose effects are stored
  last_outbox BIGINT NOT NULL  -- id of the shard's newest outbox row
);

CREATE TABLE violation (
  id                       TEXT PRIMARY KEY,
  thing                    TEXT NOT NULL,
  profile                  TEXT NOT NULL,
  behavior                 TEXT NOT NULL,
  definition               TEXT NOT NULL, -- the behavior as it was at the in-alarm event, JSON of api.Behavior
  criteria_type            TEXT NOT NULL,
  suppressed               SMALLINT NOT NULL,
  confidence               TEXT NOT NULL, -- empty: not a learned behavior
  start_ms                 BIGINT NOT NULL,
  last_value               TEXT NOT NULL, -- JSON of api.MetricValue
  last_ms                  BIGINT NOT NULL,
  ended_ms                 BIGINT,        -- NULL: active
  verification_state       TEXT NOT NULL,
  verification_description TEXT
);
-- Lists of active violations, newest first, by key (start_ms, id). The columns
-- beyond the key let a filter that few rows pass look at the index only.
CREATE INDEX violation_active ON violation (start_ms, id, criteria_type, suppressed) WHERE ended_ms IS NULL;
CREATE INDEX violation_active_thing ON violation (thing, start_ms, id) WHERE ended_ms IS NULL;
CREATE INDEX violation_active_profile ON violation (profile, start_ms, id) WHERE ended_ms IS NULL;
-- Few violations are ever looked at by a person: these are found at once.
CREATE INDEX violation_verified ON violation (verification_state, start_ms, id) WHERE verification_state <> 'UNKNOWN';
-- Retention.
CREATE INDEX violation_ended ON violation (ended_ms) WHERE ended_ms IS NOT NULL;

-- The primary key sees to it that no event is recorded twice: a violation begins
-- once and ends at most once. The columns from thing to confidence are those of
-- the violation, as they were at the event; they are here for the lists.
CREATE TABLE violation_event (
  violation_id  TEXT NOT NULL REFERENCES violation (id),
  ends          SMALLINT NOT NULL, -- 0 in-alarm, 1 the event that ended the violation
  type          TEXT NOT NULL,
  time_ms       BIGINT NOT NULL,
  value         TEXT NOT NULL,     -- JSON of api.MetricValue; empty: none
  thing         TEXT NOT NULL,
  profile       TEXT NOT NULL,
  behavior      TEXT NOT NULL,
  definition    TEXT NOT NULL,
  criteria_type TEXT NOT NULL,
  suppressed    SMALLINT NOT NULL,
  confidence    TEXT NOT NULL,
  shard         BIGINT NOT NULL,
  pos           BIGINT NOT NULL,   -- of the deciding record in the shard's log
  PRIMARY KEY (violation_id, ends)
);
-- Lists of events, newest first, by key (time_ms, pos, violation_id, ends).
CREATE INDEX violation_event_time ON violation_event (time_ms, pos, violation_id, ends, criteria_type, suppressed);
CREATE INDEX violation_event_thing ON violation_event (thing, time_ms, pos, violation_id, ends);
CREATE INDEX violation_event_profile ON violation_event (profile, time_ms, pos, violation_id, ends);

-- Alerts that were not yet sent. The verification state is the violation's at the
-- event, so that a repeated message is the same byte for byte.
CREATE TABLE outbox (
  id                       BIGINT PRIMARY KEY,
  violation_id             TEXT NOT NULL,
  thing                    TEXT NOT NULL,
  profile                  TEXT NOT NULL,
  behavior                 TEXT NOT NULL,
  definition               TEXT NOT NULL,
  criteria_type            TEXT NOT NULL,
  suppressed               SMALLINT NOT NULL,
  confidence               TEXT NOT NULL,
  event_type               TEXT NOT NULL,
  time_ms                  BIGINT NOT NULL,
  value                    TEXT NOT NULL,
  verification_state       TEXT NOT NULL,
  verification_description TEXT,
  target_type              TEXT NOT NULL,
  target                   TEXT NOT NULL,
  role_arn                 TEXT NOT NULL,
  attempts                 BIGINT NOT NULL,
  next_ms                  BIGINT NOT NULL,
  last_error               TEXT NOT NULL
);

-- What the MQTT server must remember. owner may be longer than an index allows.
CREATE TABLE mqtt_entry (
  kind       SMALLINT NOT NULL,
  owner_hash BLOB NOT NULL, -- SHA-256 of owner
  seq        BIGINT NOT NULL,
  owner      TEXT NOT NULL,
  value      BLOB NOT NULL,
  PRIMARY KEY (kind, owner_hash, seq)
);

CREATE TABLE access_key (
  id         TEXT PRIMARY KEY,
  secret     TEXT NOT NULL,
  owner      TEXT NOT NULL, -- 'root'
  created_ms BIGINT NOT NULL
);
CREATE INDEX access_key_owner ON access_key (owner);
