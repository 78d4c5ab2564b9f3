using Evenkeel.Linux.Processes;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Daemon.Haproxy;

/// <summary>How many connections one process takes: as configured, or as many as its descriptors and memory allow (configuration.txt, `maxconn`).</summary>
public readonly record struct ConnectionLimit(int MaxConnections, bool IsComputed, ulong Descriptors)
{
    // A connection has two ends. Beside them the process holds standard streams, loops, timers and log sockets.
    private const int DescriptorsPerConnection = 2;
    private const int OwnDescriptors = 16;

    /// <summary>What one connection may cost under `-m`, bytes: two buffers of 16 KiB and 4.8 KiB of bookkeeping, as the original reckons it.</summary>
    private const long BytesPerConnection = (2 * 16_384) + 4_800;

    public static ConnectionLimit Of(ConfigurationModel model, int? asked, int? memoryMegabytes)
    {
        var (soft, hard) = ProcessRights.DescriptorLimit();
        return Of(model, asked, memoryMegabytes, Math.Max(soft, hard));
    }

    /// <param name="asked">`-n`, which wins over the file.</param>
    /// <param name="descriptorLimit">Descriptors the process may open at most.</param>
    public static ConnectionLimit Of(ConfigurationModel model, int? asked, int? memoryMegabytes, ulong descriptorLimit)
    {
        var reserved = ReservedDescriptors(model);
        if ((asked ?? model.Global.MaxConnections) is { } given)
            return new ConnectionLimit(given, false, DescriptorsFor(model.Global, given, reserved));

        var limit = (long)Math.Min(descriptorLimit, int.MaxValue);
        if (model.Global.DescriptorHardLimit is { } most) limit = Math.Min(limit, most);
        if (model.Global.UlimitDescriptors is { } ulimit) limit = ulimit;
        var connections = Math.Max(1, (limit - reserved) / DescriptorsPerConnection);
        if (memoryMegabytes is { } megabytes) connections = Math.Min(connections, Math.Max(1, megabytes * 1_048_576L / BytesPerConnection));
        return new ConnectionLimit((int)connections, true, DescriptorsFor(model.Global, (int)connections, reserved));
    }

    private static ulong DescriptorsFor(GlobalModel global, int connections, int reserved) =>
        (ulong)(global.UlimitDescriptors ?? ((long)connections * DescriptorsPerConnection) + reserved);

    /// <summary>Listeners, the connections of people on stats sockets, and one descriptor a check that runs.</summary>
    private static int ReservedDescriptors(ConfigurationModel model)
    {
        var listeners = model.Frontends.Sum(frontend => frontend.Binds.Length);
        var sockets = model.Global.StatsSockets.Length;
        var people = sockets > 0 ? model.Global.StatsMaxConnections : 0;
        return OwnDescriptors + listeners + sockets + people;
    }
}
