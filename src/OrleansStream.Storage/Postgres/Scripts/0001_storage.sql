-- Which version the schema has, and the oldest version of this code that can work with it: a rolling upgrade runs both for a while.
CREATE TABLE OrleansStreamVersions
(
    Version    integer     NOT NULL PRIMARY KEY,
    ReadableBy integer     NOT NULL,
    AppliedOn  timestamptz NOT NULL DEFAULT now()
);

-- Core rows. Columns and meaning are those of Microsoft.Orleans.Persistence.AdoNet, so that its provider reads and writes the same
-- rows: the hashes narrow the search, the clear texts decide, Version is the ETag.
CREATE TABLE OrleansStorage
(
    GrainIdHash            integer      NOT NULL,
    GrainIdN0              bigint       NOT NULL,
    GrainIdN1              bigint       NOT NULL,
    GrainTypeHash          integer      NOT NULL,
    GrainTypeString        varchar(512) NOT NULL,
    GrainIdExtensionString varchar(512),
    ServiceId              varchar(150) NOT NULL,
    PayloadBinary          bytea,
    ModifiedOn             timestamp    NOT NULL,
    Version                integer
)
-- Room for the next version of a row on its own page, so that an update need not touch the index.
WITH (fillfactor = 80);

-- Payloads come compressed or small: no time is spent on compressing them again.
ALTER TABLE OrleansStorage ALTER COLUMN PayloadBinary SET STORAGE EXTERNAL;

-- One row per identity, whoever inserts first; also when the key has no extension.
CREATE UNIQUE INDEX UX_OrleansStorage ON OrleansStorage
    (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, GrainIdExtensionString, ServiceId) NULLS NOT DISTINCT;

-- The statements that Orleans' AdoNet packages ask for by key. Names and types of parameters and columns are their contract.
CREATE TABLE OrleansQuery
(
    QueryKey  varchar(64)   NOT NULL PRIMARY KEY,
    QueryText varchar(8000) NOT NULL
);

-- A write, clear or delete that answers no row met another version.
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('ReadFromStorageKey', $q$
SELECT PayloadBinary, Version FROM OrleansStorage
WHERE GrainIdHash=@GrainIdHash AND GrainTypeHash=@GrainTypeHash AND GrainIdN0=@GrainIdN0 AND GrainIdN1=@GrainIdN1
  AND GrainTypeString=@GrainTypeString AND GrainIdExtensionString IS NOT DISTINCT FROM @GrainIdExtensionString AND ServiceId=@ServiceId
$q$),
('WriteToStorageKey', $q$
WITH updated AS (
  UPDATE OrleansStorage SET PayloadBinary=@PayloadBinary, ModifiedOn=now() AT TIME ZONE 'utc', Version=Version+1
  WHERE GrainIdHash=@GrainIdHash AND GrainTypeHash=@GrainTypeHash AND GrainIdN0=@GrainIdN0 AND GrainIdN1=@GrainIdN1
    AND GrainTypeString=@GrainTypeString AND GrainIdExtensionString IS NOT DISTINCT FROM @GrainIdExtensionString AND ServiceId=@ServiceId
    AND Version=@GrainStateVersion
  RETURNING Version
), inserted AS (
  INSERT INTO OrleansStorage
    (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId, PayloadBinary, ModifiedOn, Version)
  SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString, @ServiceId, @PayloadBinary, now() AT TIME ZONE 'utc', 1
  WHERE @GrainStateVersion IS NULL
  ON CONFLICT DO NOTHING
  RETURNING Version
)
SELECT Version AS NewGrainStateVersion FROM updated UNION ALL SELECT Version FROM inserted
$q$),
('ClearStorageKey', $q$
UPDATE OrleansStorage SET PayloadBinary=NULL, ModifiedOn=now() AT TIME ZONE 'utc', Version=Version+1
WHERE GrainIdHash=@GrainIdHash AND GrainTypeHash=@GrainTypeHash AND GrainIdN0=@GrainIdN0 AND GrainIdN1=@GrainIdN1
  AND GrainTypeString=@GrainTypeString AND GrainIdExtensionString IS NOT DISTINCT FROM @GrainIdExtensionString AND ServiceId=@ServiceId
  AND Version=@GrainStateVersion
RETURNING Version AS NewGrainStateVersion
$q$),
('DeleteStorageKey', $q$
DELETE FROM OrleansStorage
WHERE GrainIdHash=@GrainIdHash AND GrainTypeHash=@GrainTypeHash AND GrainIdN0=@GrainIdN0 AND GrainIdN1=@GrainIdN1
  AND GrainTypeString=@GrainTypeString AND GrainIdExtensionString IS NOT DISTINCT FROM @GrainIdExtensionString AND ServiceId=@ServiceId
  AND Version=@GrainStateVersion
RETURNING Version+1 AS NewGrainStateVersion
$q$);

INSERT INTO OrleansStreamVersions (Version, ReadableBy) VALUES (1, 1);
