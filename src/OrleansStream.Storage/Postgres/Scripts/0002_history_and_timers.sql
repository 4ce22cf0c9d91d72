-- History chunks: outputs that no longer fit the core row. Written once with the row that dropped them, never changed.
CREATE TABLE OrleansStreamHistory
(
    GrainIdHash            integer      NOT NULL,
    GrainTypeHash          integer      NOT NULL,
    GrainTypeString        varchar(512) NOT NULL,
    GrainIdExtensionString varchar(512) NOT NULL,
    ServiceId              varchar(150) NOT NULL,
    FirstOffset            bigint       NOT NULL,
    IdHashes               bytea        NOT NULL,
    Payload                bytea        NOT NULL
);

CREATE UNIQUE INDEX UX_OrleansStreamHistory ON OrleansStreamHistory
    (GrainIdHash, GrainTypeHash, FirstOffset, GrainTypeString, GrainIdExtensionString, ServiceId);

-- The timer index: which keys of a partition have a timer, and when it is due. Changed in the same transaction as the key's row.
CREATE TABLE OrleansStreamTimers
(
    ServiceId   varchar(150) NOT NULL,
    Topic       varchar(249) NOT NULL,
    PartitionId integer      NOT NULL,
    GrainKey    varchar(512) NOT NULL,
    Name        varchar(150) NOT NULL,
    DueAt       bigint       NOT NULL, -- UTC ticks of 100 ns since year 1
    PRIMARY KEY (ServiceId, Topic, PartitionId, GrainKey, Name)
);

CREATE INDEX IX_OrleansStreamTimers_Due ON OrleansStreamTimers (ServiceId, Topic, PartitionId, DueAt);

INSERT INTO OrleansStreamVersions (Version, ReadableBy) VALUES (2, 2);
