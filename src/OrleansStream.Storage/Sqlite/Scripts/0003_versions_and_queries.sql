-- Which version the schema has, and the oldest version of this code that can work with it: a rolling upgrade runs both for a while.
CREATE TABLE OrleansStreamVersions
(
    Version    INT      NOT NULL PRIMARY KEY,
    ReadableBy INT      NOT NULL,
    AppliedOn  DATETIME NOT NULL DEFAULT (datetime('now'))
);

INSERT INTO OrleansStreamVersions (Version, ReadableBy) VALUES (1, 1), (2, 2), (3, 3);

-- A key without an extension and one with an empty extension are two keys.
DROP INDEX UX_OrleansStorage;

CREATE UNIQUE INDEX UX_OrleansStorage ON OrleansStorage
    (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, IFNULL(GrainIdExtensionString, ''), (GrainIdExtensionString IS NULL), ServiceId);

-- The statements that Microsoft.Orleans.Persistence.AdoNet asks for by key. Names and types of parameters and columns are its contract. A write that
-- answers no row met another version.
CREATE TABLE OrleansQuery
(
    QueryKey  VARCHAR(64)   NOT NULL PRIMARY KEY,
    QueryText VARCHAR(8000) NOT NULL
);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('ReadFromStorageKey', '
SELECT PayloadBinary, Version FROM OrleansStorage
WHERE GrainIdHash=@GrainIdHash AND GrainTypeHash=@GrainTypeHash AND GrainIdN0=@GrainIdN0 AND GrainIdN1=@GrainIdN1
  AND GrainTypeString=@GrainTypeString AND GrainIdExtensionString IS @GrainIdExtensionString AND ServiceId=@ServiceId;'),
-- One of the two does something: the first when a version is expected, the second when none is.
('WriteToStorageKey', '
UPDATE OrleansStorage SET PayloadBinary=@PayloadBinary, ModifiedOn=datetime(''now''), Version=Version+1
WHERE GrainIdHash=@GrainIdHash AND GrainTypeHash=@GrainTypeHash AND GrainIdN0=@GrainIdN0 AND GrainIdN1=@GrainIdN1
  AND GrainTypeString=@GrainTypeString AND GrainIdExtensionString IS @GrainIdExtensionString AND ServiceId=@ServiceId AND Version=@GrainStateVersion
RETURNING Version AS NewGrainStateVersion;
INSERT INTO OrleansStorage
  (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId, PayloadBinary, ModifiedOn, Version)
SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString, @ServiceId, @PayloadBinary, datetime(''now''), 1
WHERE @GrainStateVersion IS NULL
ON CONFLICT DO NOTHING
RETURNING Version AS NewGrainStateVersion;'),
('ClearStorageKey', '
UPDATE OrleansStorage SET PayloadBinary=NULL, ModifiedOn=datetime(''now''), Version=Version+1
WHERE GrainIdHash=@GrainIdHash AND GrainTypeHash=@GrainTypeHash AND GrainIdN0=@GrainIdN0 AND GrainIdN1=@GrainIdN1
  AND GrainTypeString=@GrainTypeString AND GrainIdExtensionString IS @GrainIdExtensionString AND ServiceId=@ServiceId AND Version=@GrainStateVersion
RETURNING Version AS NewGrainStateVersion;'),
('DeleteStorageKey', '
DELETE FROM OrleansStorage
WHERE GrainIdHash=@GrainIdHash AND GrainTypeHash=@GrainTypeHash AND GrainIdN0=@GrainIdN0 AND GrainIdN1=@GrainIdN1
  AND GrainTypeString=@GrainTypeString AND GrainIdExtensionString IS @GrainIdExtensionString AND ServiceId=@ServiceId AND Version=@GrainStateVersion
RETURNING Version+1 AS NewGrainStateVersion;');
