using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Storage;

/// <summary>Settings of the store whatever its database, section <c>OrleansStream:Storage</c>.</summary>
public sealed class StorageOptions
{
    public const string Section = "OrleansStream:Storage";
    public const string GroupCommit = "group-commit";
    public const string Stock = "stock";

    /// <summary>
    /// Who reads and writes core rows: <c>group-commit</c> (default), or <c>stock</c>, Orleans' own provider, on the same rows but one by one and without history
    /// and timers: a key keeps its newest 8 to 16 outputs and those that are not published yet, and a record that sets a timer goes to the dead letters. It is there for
    /// comparison and as a way out, not for speed.
    /// </summary>
    [RegularExpression($"^({GroupCommit}|{Stock})$", ErrorMessage = $"{Section}:Provider is {GroupCommit} or {Stock}.")]
    public string Provider { get; set; } = GroupCommit;
}
