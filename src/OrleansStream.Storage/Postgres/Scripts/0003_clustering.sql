-- What Microsoft.Orleans.Clustering.AdoNet needs: the silos of a cluster, and a version that every change counts up. A change that meets another version
-- does nothing and answers 0.
CREATE TABLE OrleansMembershipVersionTable
(
    DeploymentId varchar(150)   NOT NULL PRIMARY KEY,
    Timestamp    timestamptz(3) NOT NULL DEFAULT now(),
    Version      integer        NOT NULL DEFAULT 0
);

CREATE TABLE OrleansMembershipTable
(
    DeploymentId varchar(150)   NOT NULL REFERENCES OrleansMembershipVersionTable (DeploymentId),
    Address      varchar(45)    NOT NULL,
    Port         integer        NOT NULL,
    Generation   integer        NOT NULL,
    SiloName     varchar(150)   NOT NULL,
    HostName     varchar(150)   NOT NULL,
    Status       integer        NOT NULL,
    ProxyPort    integer,
    SuspectTimes varchar(8000),
    StartTime    timestamptz(3) NOT NULL,
    IAmAliveTime timestamptz(3) NOT NULL,
    PRIMARY KEY (DeploymentId, Address, Port, Generation)
);

-- Whoever changes a silo's row changes the version's row first: it decides between two that come at once.
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('InsertMembershipVersionKey', $q$
WITH inserted AS (INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
SELECT count(*)::integer FROM inserted
$q$),
('InsertMembershipKey', $q$
WITH counted AS (
  UPDATE OrleansMembershipVersionTable SET Version=Version+1, Timestamp=now()
  WHERE DeploymentId=@DeploymentId AND Version=@Version AND NOT EXISTS (
    SELECT FROM OrleansMembershipTable WHERE DeploymentId=@DeploymentId AND Address=@Address AND Port=@Port AND Generation=@Generation)
  RETURNING DeploymentId
), inserted AS (
  INSERT INTO OrleansMembershipTable (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
  SELECT DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM counted
  RETURNING 1
)
SELECT count(*)::integer FROM inserted
$q$),
('UpdateMembershipKey', $q$
WITH counted AS (
  UPDATE OrleansMembershipVersionTable SET Version=Version+1, Timestamp=now()
  WHERE DeploymentId=@DeploymentId AND Version=@Version AND EXISTS (
    SELECT FROM OrleansMembershipTable WHERE DeploymentId=@DeploymentId AND Address=@Address AND Port=@Port AND Generation=@Generation)
  RETURNING DeploymentId
), updated AS (
  UPDATE OrleansMembershipTable AS silo SET Status=@Status, SuspectTimes=@SuspectTimes, IAmAliveTime=@IAmAliveTime
  FROM counted
  WHERE silo.DeploymentId=counted.DeploymentId AND silo.Address=@Address AND silo.Port=@Port AND silo.Generation=@Generation
  RETURNING 1
)
SELECT count(*)::integer FROM updated
$q$),
('UpdateIAmAlivetimeKey', $q$
UPDATE OrleansMembershipTable SET IAmAliveTime=@IAmAliveTime
WHERE DeploymentId=@DeploymentId AND Address=@Address AND Port=@Port AND Generation=@Generation
$q$),
-- The version comes also when there is no such silo.
('MembershipReadRowKey', $q$
SELECT v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
FROM OrleansMembershipVersionTable v
LEFT JOIN OrleansMembershipTable m ON m.DeploymentId=v.DeploymentId AND m.Address=@Address AND m.Port=@Port AND m.Generation=@Generation
WHERE v.DeploymentId=@DeploymentId
$q$),
('MembershipReadAllKey', $q$
SELECT v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
FROM OrleansMembershipVersionTable v
LEFT JOIN OrleansMembershipTable m ON m.DeploymentId=v.DeploymentId
WHERE v.DeploymentId=@DeploymentId
$q$),
('GatewaysQueryKey', $q$
SELECT Address, ProxyPort, Generation FROM OrleansMembershipTable
WHERE DeploymentId=@DeploymentId AND Status=@Status AND ProxyPort>0
$q$),
('DeleteMembershipTableEntriesKey', $q$
DELETE FROM OrleansMembershipTable WHERE DeploymentId=@DeploymentId;
DELETE FROM OrleansMembershipVersionTable WHERE DeploymentId=@DeploymentId;
$q$),
-- 3 is Active: a silo that lives is not defunct, however late its sign of life.
('CleanupDefunctSiloEntriesKey', $q$
DELETE FROM OrleansMembershipTable WHERE DeploymentId=@DeploymentId AND IAmAliveTime<@IAmAliveTime AND Status<>3
$q$);

INSERT INTO OrleansStreamVersions (Version, ReadableBy) VALUES (3, 3);
