using Evenkeel.Vrrp.Dumps;

namespace Evenkeel.Vrrp.Worker;

/// <summary>What a dump is asked for.</summary>
public enum DumpKind : byte { State, Statistics, Json, BfdState, Global }

/// <summary>The dump files' text, in the original's layout.</summary>
public sealed partial class VrrpWorker
{
    /// <param name="kind">Which of them.</param>
    /// <param name="unixNowUs">Microseconds since 1970 now: the worker itself only knows the monotonic clock.</param>
    /// <returns>Null when there is nothing to say (no BFD session).</returns>
    public string? Dump(DumpKind kind, long unixNowUs)
    {
        var source = new DumpSource
        {
            Model = _model, Hosts = _hosts, Groups = _groups.Values, Interfaces = _interfaces, Bfd = _bfd, NowUs = _loop.NowUs, UnixNowUs = unixNowUs,
        };
        return kind switch
        {
            DumpKind.State => StateDump.Of(source),
            DumpKind.Statistics => StatisticsDump.Of(source),
            DumpKind.Json => JsonDump.Of(source),
            DumpKind.BfdState => _bfd.Peers.Count > 0 ? BfdDump.Of(source) : null,
            _ => GlobalText(),
        };
    }

    private string GlobalText()
    {
        var text = new DumpText();
        GlobalDump.Write(text, _model);
        return text.ToString();
    }

    /// <summary>`STATS_CLEAR`: every counter begins at 0 again.</summary>
    public void ClearStatistics()
    {
        foreach (var host in _hosts)
            host.Router.Counters.Clear();
    }
}
