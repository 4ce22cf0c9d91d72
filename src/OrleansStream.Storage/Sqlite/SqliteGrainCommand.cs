using Microsoft.Data.Sqlite;

namespace OrleansStream.Storage.Sqlite;

/// <summary>A statement about one grain's rows: its first four parameters say whose.</summary>
internal static class SqliteGrainCommand
{
    /// <summary>A command with <c>$idHash</c>, <c>$typeHash</c>, <c>$type</c>, <c>$key</c> to be bound and <c>$service</c> fixed.</summary>
    public static SqliteCommand PrepareForGrain(this SqliteConnection connection, string serviceId, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.Add("$idHash", SqliteType.Integer);
        command.Parameters.Add("$typeHash", SqliteType.Integer);
        command.Parameters.Add("$type", SqliteType.Text);
        command.Parameters.Add("$key", SqliteType.Text);
        command.Parameters.AddWithValue("$service", serviceId);
        return command;
    }

    public static void BindGrain(this SqliteCommand command, GrainRowKey key)
    {
        command.Parameters[0].Value = key.IdHash;
        command.Parameters[1].Value = key.TypeHash;
        command.Parameters[2].Value = key.Type;
        command.Parameters[3].Value = key.Key;
    }
}
