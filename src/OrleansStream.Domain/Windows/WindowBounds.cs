namespace OrleansStream.Domain.Windows;

/// <summary>
/// How much a window may remember. Bounds belong to the code, not to the state: a new version may change
/// them, and the next event brings a stored window within the new ones.
/// </summary>
/// <param name="Retention">Entries at or before newest event time − retention are dropped.</param>
/// <param name="Capacity">The most entries kept; the oldest go first.</param>
public readonly record struct WindowBounds(TimeSpan Retention, int Capacity);
