using Microsoft.Data.Sqlite;

namespace OrleansStream.Storage.Sqlite;

/// <summary>A statement about one row: its first six parameters say which.</summary>
internal static class SqliteRowCommand
{
    /// <summary>Finds a core row. <c>IS</c> compares nulls as well.</summary>
    public const string CoreRow =
        "GrainIdHash=$idHash AND GrainTypeHash=$typeHash AND GrainIdN0=$n0 AND GrainIdN1=$n1 AND GrainTypeString=$type AND GrainIdExtensionString IS $text AND ServiceId=$service";

    /// <summary>A command with <c>$idHash</c>, <c>$typeHash</c>, <c>$n0</c>, <c>$n1</c>, <c>$type</c>, <c>$text</c> to be bound and <c>$service</c> fixed.</summary>
    public static SqliteCommand PrepareForRow(this SqliteConnection connection, string serviceId, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.Add("$idHash", SqliteType.Integer);
        command.Parameters.Add("$typeHash", SqliteType.Integer);
        command.Parameters.Add("$n0", SqliteType.Integer);
        command.Parameters.Add("$n1", SqliteType.Integer);
        command.Parameters.Add("$type", SqliteType.Text);
        command.Parameters.Add("$text", SqliteType.Text);
        command.Parameters.AddWithValue("$service", serviceId);
        return command;
    }

    public static void BindRow(this SqliteCommand command, RowIdentity row)
    {
        command.Parameters[0].Value = row.IdHash;
        command.Parameters[1].Value = row.TypeHash;
        command.Parameters[2].Value = row.N0;
        command.Parameters[3].Value = row.N1;
        command.Parameters[4].Value = row.Type;
        command.Parameters[5].Value = (object?)row.Text ?? DBNull.Value;
    }
}
