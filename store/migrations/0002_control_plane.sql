-- The control plane: security profiles and what they refer to, the registry,
-- and tags. JSON columns hold the API's own shapes; NULL is a member that was
-- never given.

CREATE TABLE security_profile (
  name          TEXT PRIMARY KEY,
  description   TEXT,
  behaviors     TEXT, -- JSON list of Behavior
  alert_targets TEXT, -- JSON map of AlertTarget
  retain        TEXT, -- JSON list of MetricToRetain, both forms of the API merged
  export_config TEXT, -- JSON of MetricsExportConfig
  version       BIGINT NOT NULL,
  created_ms    BIGINT NOT NULL,
  modified_ms   BIGINT NOT NULL
);

-- Which metrics a profile mentions, in a behavior or to retain; an empty
-- dimension is the metric without one.
CREATE TABLE security_profile_metric (
  profile   TEXT NOT NULL REFERENCES security_profile (name) ON DELETE CASCADE,
  metric    TEXT NOT NULL,
  dimension TEXT NOT NULL,
  PRIMARY KEY (profile, metric, dimension)
);
CREATE INDEX security_profile_metric_by_metric ON security_profile_metric (metric, profile);
CREATE INDEX security_profile_metric_by_dimension ON security_profile_metric (dimension, profile);

CREATE TABLE attachment (
  profile TEXT NOT NULL REFERENCES security_profile (name) ON DELETE CASCADE,
  target  TEXT NOT NULL, -- resource part of the target's ARN: all/things, thinggroup/NAME
  PRIMARY KEY (profile, target)
);
CREATE INDEX attachment_by_target ON attachment (target, profile);

CREATE TABLE dimension (
  name          TEXT PRIMARY KEY,
  type          TEXT NOT NULL,
  string_values TEXT NOT NULL, -- JSON list of topic filters
  token         TEXT NOT NULL, -- clientRequestToken of the creation
  request       TEXT NOT NULL, -- digest of what was asked for then
  created_ms    BIGINT NOT NULL,
  modified_ms   BIGINT NOT NULL
);

CREATE TABLE custom_metric (
  name         TEXT PRIMARY KEY,
  type         TEXT NOT NULL,
  display_name TEXT,
  token        TEXT NOT NULL,
  request      TEXT NOT NULL,
  created_ms   BIGINT NOT NULL,
  modified_ms  BIGINT NOT NULL
);

CREATE TABLE thing (
  name          TEXT PRIMARY KEY,
  id            TEXT NOT NULL,
  type          TEXT NOT NULL, -- thing type; empty: none
  attributes    TEXT,          -- JSON map
  billing_group TEXT,
  version       BIGINT NOT NULL
);
CREATE INDEX thing_by_type ON thing (type, name);

-- The attributes again, to search by.
CREATE TABLE thing_attribute (
  thing TEXT NOT NULL REFERENCES thing (name) ON DELETE CASCADE,
  name  TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (thing, name)
);
CREATE INDEX thing_attribute_by_value ON thing_attribute (name, value, thing);

CREATE TABLE thing_type (
  name          TEXT PRIMARY KEY,
  id            TEXT NOT NULL,
  properties    TEXT,   -- JSON of ThingTypeProperties
  deprecated_ms BIGINT, -- NULL: it is not
  created_ms    BIGINT NOT NULL
);

CREATE TABLE thing_group (
  name        TEXT PRIMARY KEY,
  id          TEXT NOT NULL,
  parent      TEXT NOT NULL, -- empty: a root
  root        TEXT NOT NULL, -- of its hierarchy; a root's own name
  depth       BIGINT NOT NULL, -- 1 for a root
  description TEXT,
  attributes  TEXT, -- JSON map
  version     BIGINT NOT NULL,
  created_ms  BIGINT NOT NULL
);
CREATE INDEX thing_group_by_parent ON thing_group (parent, name);

CREATE TABLE membership (
  thing      TEXT NOT NULL REFERENCES thing (name) ON DELETE CASCADE,
  group_name TEXT NOT NULL REFERENCES thing_group (name) ON DELETE CASCADE,
  PRIMARY KEY (thing, group_name)
);
CREATE INDEX membership_by_group ON membership (group_name, thing);

CREATE TABLE tag (
  resource  TEXT NOT NULL, -- resource part of the ARN: securityprofile/NAME
  tag_key   TEXT NOT NULL,
  tag_value TEXT, -- NULL: a key alone
  PRIMARY KEY (resource, tag_key)
);
