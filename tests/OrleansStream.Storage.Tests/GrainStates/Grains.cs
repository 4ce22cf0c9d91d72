namespace OrleansStream.Storage.Tests.GrainStates;

/// <summary>Grains with every kind of key that Orleans has.</summary>
internal static class Grains
{
    public static TheoryData<string, string> Keys => new()
    {
        { "text", "c-1" },
        { "text that is not ASCII", "ключ-🔑" },
        { "text with separators", "a/b c+d#e" },
        { "long text", new string('k', 512) },
        { "GUID", GrainIdKeyExtensions.CreateGuidKey(new Guid("00112233-4455-6677-8899-aabbccddeeff")).ToString()! },
        { "GUID with extension", GrainIdKeyExtensions.CreateGuidKey(new Guid("00112233-4455-6677-8899-aabbccddeeff"), "ext").ToString()! },
        { "zero GUID", GrainIdKeyExtensions.CreateGuidKey(Guid.Empty).ToString()! },
        { "number", GrainIdKeyExtensions.CreateIntegerKey(4711).ToString()! },
        { "zero", GrainIdKeyExtensions.CreateIntegerKey(0).ToString()! },
        { "negative number", GrainIdKeyExtensions.CreateIntegerKey(-1).ToString()! },
        { "largest number", GrainIdKeyExtensions.CreateIntegerKey(long.MaxValue).ToString()! },
        { "number with extension", GrainIdKeyExtensions.CreateIntegerKey(4711, "ext").ToString()! },
        { "number with an extension that is empty", "1268+" },
        { "text that reads as a number", "abc" },
    };

    public static GrainId Of(string key) => GrainId.Create("test", key);
}
