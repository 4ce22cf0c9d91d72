-- The timer index: which keys of a partition have a timer, and when it is due. Changed in the same transaction as the key's row.
CREATE TABLE OrleansStreamTimers
(
    ServiceId   NVARCHAR(150) NOT NULL,
    Topic       NVARCHAR(249) NOT NULL,
    PartitionId INT           NOT NULL,
    GrainKey    NVARCHAR(512) NOT NULL,
    Name        NVARCHAR(150) NOT NULL,
    DueAt       BIGINT        NOT NULL, -- UTC ticks of 100 ns since year 1
    PRIMARY KEY (ServiceId, Topic, PartitionId, GrainKey, Name)
) WITHOUT ROWID;

CREATE INDEX IX_OrleansStreamTimers_Due ON OrleansStreamTimers (ServiceId, Topic, PartitionId, DueAt);
