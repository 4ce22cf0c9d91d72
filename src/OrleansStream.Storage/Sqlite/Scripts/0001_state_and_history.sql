-- Core rows. Columns and meaning are those of Microsoft.Orleans.Persistence.AdoNet, so that its provider reads and writes the same
-- rows: the hashes narrow the search, the clear texts decide, Version is the ETag.
CREATE TABLE OrleansStorage
(
    GrainIdHash            INT           NOT NULL,
    GrainIdN0              BIGINT        NOT NULL,
    GrainIdN1              BIGINT        NOT NULL,
    GrainTypeHash          INT           NOT NULL,
    GrainTypeString        NVARCHAR(512) NOT NULL,
    GrainIdExtensionString NVARCHAR(512) NULL,
    ServiceId              NVARCHAR(150) NOT NULL,
    PayloadBinary          BLOB          NULL,
    ModifiedOn             DATETIME      NOT NULL,
    Version                INT           NULL
);

-- One row per identity, whoever inserts first.
CREATE UNIQUE INDEX UX_OrleansStorage ON OrleansStorage
    (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, IFNULL(GrainIdExtensionString, ''), ServiceId);

-- History chunks: outputs that no longer fit the core row. Written once with the row that dropped them, never changed.
CREATE TABLE OrleansStreamHistory
(
    GrainIdHash            INT           NOT NULL,
    GrainTypeHash          INT           NOT NULL,
    GrainTypeString        NVARCHAR(512) NOT NULL,
    GrainIdExtensionString NVARCHAR(512) NOT NULL,
    ServiceId              NVARCHAR(150) NOT NULL,
    FirstOffset            BIGINT        NOT NULL,
    IdHashes               BLOB          NOT NULL,
    Payload                BLOB          NOT NULL
);

CREATE UNIQUE INDEX UX_OrleansStreamHistory ON OrleansStreamHistory
    (GrainIdHash, GrainTypeHash, FirstOffset, GrainTypeString, GrainIdExtensionString, ServiceId);
