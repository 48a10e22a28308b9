-- Who devices are and what they may do: certificates, policies, and what they
-- are attached to.

-- Grows with every write that may change what a principal may do.
INSERT INTO counter (name, value) VALUES ('identity', 0);

-- The deployment's own certificate authority; one row.
CREATE TABLE authority (
  id          SMALLINT PRIMARY KEY, -- 1
  certificate TEXT NOT NULL, -- PEM
  private_key TEXT NOT NULL, -- PEM
  created_ms  BIGINT NOT NULL
);

-- What a verification certificate must be made out to; one row.
CREATE TABLE registration_code (
  id   SMALLINT PRIMARY KEY, -- 1
  code TEXT NOT NULL
);

-- A CA's id may be in ca_id without a row here: CAs can be deleted.
CREATE TABLE ca_certificate (
  id                  TEXT PRIMARY KEY, -- SHA-256 of the DER, hex
  pem                 TEXT NOT NULL,
  subject_hash        TEXT NOT NULL, -- SHA-256 of the subject's DER, hex
  status              TEXT NOT NULL,
  auto_registration   SMALLINT NOT NULL,
  registration_config TEXT, -- JSON of RegistrationConfig
  template_name       TEXT NOT NULL, -- of registration_config; empty: none
  mode                TEXT NOT NULL,
  generation          TEXT NOT NULL,
  version             BIGINT NOT NULL,
  not_before_ms       BIGINT NOT NULL,
  not_after_ms        BIGINT NOT NULL,
  created_ms          BIGINT NOT NULL,
  modified_ms         BIGINT NOT NULL
);
CREATE INDEX ca_certificate_by_creation ON ca_certificate (created_ms, id);
CREATE INDEX ca_certificate_by_subject ON ca_certificate (subject_hash);

CREATE TABLE certificate (
  id            TEXT PRIMARY KEY, -- SHA-256 of the DER, hex
  pem           TEXT NOT NULL,
  status        TEXT NOT NULL,
  ca_id         TEXT NOT NULL, -- empty: the deployment's own CA, or registered without one
  mode          TEXT NOT NULL,
  generation    TEXT NOT NULL,
  version       BIGINT NOT NULL,
  not_before_ms BIGINT NOT NULL,
  not_after_ms  BIGINT NOT NULL,
  created_ms    BIGINT NOT NULL,
  modified_ms   BIGINT NOT NULL
);
CREATE INDEX certificate_by_creation ON certificate (created_ms, id);
CREATE INDEX certificate_by_ca ON certificate (ca_id, created_ms, id);

CREATE TABLE thing_principal (
  thing       TEXT NOT NULL REFERENCES thing (name),
  certificate TEXT NOT NULL REFERENCES certificate (id),
  exclusive   SMALLINT NOT NULL, -- 1: the certificate is of this thing alone
  PRIMARY KEY (thing, certificate)
);
CREATE INDEX thing_principal_by_certificate ON thing_principal (certificate, thing);

CREATE TABLE policy (
  name            TEXT PRIMARY KEY,
  default_version BIGINT NOT NULL,
  last_version    BIGINT NOT NULL, -- of all that were ever made
  generation      TEXT NOT NULL,
  created_ms      BIGINT NOT NULL,
  modified_ms     BIGINT NOT NULL
);
CREATE INDEX policy_by_creation ON policy (created_ms, name);

CREATE TABLE policy_version (
  policy     TEXT NOT NULL REFERENCES policy (name) ON DELETE CASCADE,
  version    BIGINT NOT NULL,
  document   TEXT NOT NULL,
  created_ms BIGINT NOT NULL,
  PRIMARY KEY (policy, version)
);

CREATE TABLE policy_attachment (
  policy TEXT NOT NULL REFERENCES policy (name),
  target TEXT NOT NULL, -- resource part of the target's ARN: cert/ID, thinggroup/NAME
  PRIMARY KEY (policy, target)
);
CREATE INDEX policy_attachment_by_target ON policy_attachment (target, policy);
