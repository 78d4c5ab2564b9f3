using Evenkeel.Vrrp.Router;

namespace Evenkeel.Vrrp;

/// <summary>What an instance can follow; a name is unique within its kind.</summary>
public enum TrackerKind : byte { Interface, Script, File, Process, Bfd }

/// <summary>Where trackers report: tracker -> <b>ITrackerSink</b> -> virtual routers and groups that follow it. Called on the worker's thread only.</summary>
public interface ITrackerSink
{
    /// <summary>Says how a tracked thing is now. Repeating the last word is harmless.</summary>
    /// <param name="kind">What kind of thing it is.</param>
    /// <param name="name">Its name in the configuration.</param>
    /// <param name="status">Up or down; for a file Up means that <paramref name="value"/> was read.</param>
    /// <param name="value">Files only: the number in the file.</param>
    void TrackerChanged(TrackerKind kind, string name, TrackerStatus status, int value = 0);
}
