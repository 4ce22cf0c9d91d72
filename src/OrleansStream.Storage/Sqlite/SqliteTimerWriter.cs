using Microsoft.Data.Sqlite;
using OrleansStream.Streams.Checkpoints;

namespace OrleansStream.Storage.Sqlite;

/// <summary>Keeps the timer index, within the transaction of the rows.</summary>
internal sealed class SqliteTimerWriter : IDisposable
{
    private readonly SqliteCommand _set;
    private readonly SqliteCommand _cancel;

    public SqliteTimerWriter(SqliteConnection connection, string serviceId)
    {
        _set = Prepare(connection, serviceId,
            "INSERT INTO OrleansStreamTimers (ServiceId, Topic, PartitionId, GrainKey, Name, DueAt) VALUES ($service, $topic, $partition, $key, $name, $due) " +
            "ON CONFLICT (ServiceId, Topic, PartitionId, GrainKey, Name) DO UPDATE SET DueAt=excluded.DueAt");
        _set.Parameters.Add("$due", SqliteType.Integer);
        _cancel = Prepare(connection, serviceId,
            "DELETE FROM OrleansStreamTimers WHERE ServiceId=$service AND Topic=$topic AND PartitionId=$partition AND GrainKey=$key AND Name=$name");
    }

    public void Use(SqliteTransaction transaction) => _set.Transaction = _cancel.Transaction = transaction;

    public void Write(string key, TimerWrite timer)
    {
        var command = timer.DueAt is null ? _cancel : _set;
        command.Parameters["$topic"].Value = timer.Partition.Topic;
        command.Parameters["$partition"].Value = timer.Partition.Partition;
        command.Parameters["$key"].Value = key;
        command.Parameters["$name"].Value = timer.Name;
        if (timer.DueAt is { } due) command.Parameters["$due"].Value = due.UtcTicks;
        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        _set.Dispose();
        _cancel.Dispose();
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string serviceId, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$service", serviceId);
        command.Parameters.Add("$topic", SqliteType.Text);
        command.Parameters.Add("$partition", SqliteType.Integer);
        command.Parameters.Add("$key", SqliteType.Text);
        command.Parameters.Add("$name", SqliteType.Text);
        return command;
    }
}
