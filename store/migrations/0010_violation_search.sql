-- Searches of violations. Those that are active are looked through in the index alone,
-- whatever they are sorted by but the time of the last value, and so they are counted.
DROP INDEX violation_active;
CREATE INDEX violation_active ON violation (start_ms, id, criteria_type, suppressed, thing, profile, behavior, verification_state) WHERE ended_ms IS NULL;
DROP INDEX violation_active_profile;
CREATE INDEX violation_active_profile ON violation (profile, start_ms, id, criteria_type, verification_state) WHERE ended_ms IS NULL;
-- All, by key (start_ms, id) and by key (name, start_ms, id). The first also tells who
-- was in alarm most often. last_ms is in no index: PostgreSQL would then change all of them with it.
CREATE INDEX violation_start ON violation (start_ms, id, thing, profile, behavior);
DROP INDEX violation_active_thing;
CREATE INDEX violation_thing ON violation (thing, start_ms, id);
CREATE INDEX violation_profile ON violation (profile, start_ms, id);
CREATE INDEX violation_behavior ON violation (behavior, start_ms, id);

-- Events are counted in the index alone.
DROP INDEX violation_event_time;
CREATE INDEX violation_event_time ON violation_event (time_ms, pos, violation_id, ends, criteria_type, suppressed, type);
CREATE INDEX violation_event_behavior ON violation_event (behavior, time_ms, pos, violation_id, ends);
-- Events in the order in which they were stored, shard by shard.
CREATE INDEX violation_event_place ON violation_event (shard, pos, violation_id, ends);
