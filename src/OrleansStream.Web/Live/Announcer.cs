namespace OrleansStream.Web.Live;

/// <summary>What is said to who listens instead of looking: outcomes of what was pressed, and whether the connection is there. One per page that is open.</summary>
public sealed class Announcer
{
    public string Words { get; private set; } = "";

    public event Action? Changed;

    public void Say(string words)
    {
        Words = words;
        Changed?.Invoke();
    }
}
