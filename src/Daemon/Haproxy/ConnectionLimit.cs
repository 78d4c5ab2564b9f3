using Evenkeel.Linux.Processes;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Daemon.Haproxy;

/// <summary>
/// How many connections one process takes, and what that needs: as configured, or as many as its descriptors and memory allow (configuration.txt, `maxconn`).
/// The reckoning is the original's, found by asking it (`show info`) for a range of limits and configurations.
/// </summary>
/// <param name="Sockets">Descriptors for all of it, `Maxsock` of `show info`.</param>
/// <param name="Descriptors">The limit to ask the kernel for: `ulimit-n`, or the same.</param>
/// <param name="Pipes">For splice, 0 when no section uses it.</param>
public readonly record struct ConnectionLimit(int MaxConnections, bool IsComputed, ulong Sockets, ulong Descriptors, int Pipes)
{
    private const int DescriptorsPerConnection = 2;
    private const int DescriptorsPerPipe = 2;

    /// <summary>Beside connections: standard streams and logs, and of each thread its poller and what wakes it.</summary>
    private const int OwnDescriptors = 10;
    private const int DescriptorsPerThread = 3;
    private const int DescriptorsPerCheck = 1;
    private const int DescriptorsPerAgent = 2;

    /// <summary>`maxconn` when no more can be had; the start then fails for want of descriptors, and says so.</summary>
    private const int FewestConnections = 100;

    /// <summary>`fd-hard-limit` when it is not set.</summary>
    private const int DefaultHardLimit = 1_048_576;

    /// <summary>What one connection costs under `-m` beside its two buffers, bytes; and TLS: its handshake, and each side that speaks it.</summary>
    private const long BytesPerConnection = 3_600;
    private const long BytesPerHandshake = 76_000;
    private const long BytesPerTlsSide = 20_000;

    /// <summary>Hundredths of the memory of `-m` that connections may have.</summary>
    private const int UsableMemory = 97;

    /// <summary>The configuration, with the limits of this process.</summary>
    /// <param name="asked">`-n`, which wins over the file.</param>
    public static ConnectionLimit Of(ConfigurationModel model, ThreadLayout layout, int? asked, int? memoryMegabytes)
    {
        var (soft, hard) = ProcessRights.DescriptorLimit();
        return Of(model, layout, asked, memoryMegabytes, Math.Max(soft, hard));
    }

    /// <param name="descriptorLimit">Descriptors the process may open at most.</param>
    public static ConnectionLimit Of(ConfigurationModel model, ThreadLayout layout, int? asked, int? memoryMegabytes, ulong descriptorLimit)
    {
        var reserved = Reserved(model, layout);
        var given = asked ?? model.Global.MaxConnections;
        var most = (long)Math.Min(descriptorLimit, (ulong)(model.Global.DescriptorHardLimit ?? DefaultHardLimit));
        var connections = given ?? Math.Max(FewestConnections, Affordable(model, most - reserved));
        if (given is null && memoryMegabytes is { } megabytes) connections = Math.Min(connections, InMemory(model, megabytes));
        var pipes = PipesFor(model, connections);
        var sockets = (ulong)(((long)connections * DescriptorsPerConnection) + ((long)pipes * DescriptorsPerPipe) + reserved);
        return new ConnectionLimit(connections, given is null, sockets, (ulong?)model.Global.UlimitDescriptors ?? sockets, pipes);
    }

    /// <summary>Pipes for splice: as given, else a quarter of the connections where a section splices.</summary>
    private static int PipesFor(ConfigurationModel model, int connections)
    {
        if (model.Global.NoSplice) return 0;
        return model.Global.MaxPipes ?? (UsesSplice(model) ? connections / 4 : 0);
    }

    private static bool UsesSplice(ConfigurationModel model) => model.Frontends.Cast<ProxyModel>().Concat(model.Backends)
        .Any(static proxy => proxy.Options.SpliceAuto || proxy.Options.SpliceRequest || proxy.Options.SpliceResponse);

    private static int Affordable(ConfigurationModel model, long descriptors)
    {
        if (model.Global is { NoSplice: false, MaxPipes: { } pipes }) descriptors -= (long)pipes * DescriptorsPerPipe;
        else if (!model.Global.NoSplice && UsesSplice(model)) descriptors = descriptors * 4 / 5;
        return (int)Math.Clamp(descriptors / DescriptorsPerConnection, 0, int.MaxValue);
    }

    /// <summary>Rounded to two digits, for it is an estimate.</summary>
    private static int InMemory(ConfigurationModel model, int megabytes)
    {
        var sides = 0;
        if (model.Frontends.Any(static frontend => frontend.Binds.Any(static bind => bind.Tls is not null))) sides++;
        if (model.Backends.Any(static backend => backend.Servers.Any(static server => server.Tls is not null))) sides++;
        var each = (2L * model.Global.BufferSize) + BytesPerConnection + (sides * BytesPerTlsSide) + (sides > 0 ? BytesPerHandshake : 0);
        var connections = Math.Min(megabytes * 1_048_576L * UsableMemory / 100 / each, int.MaxValue);
        var unit = 1L;
        while (connections / unit >= 100) unit *= 10;
        return (int)Math.Max(1, (connections + (unit / 2)) / unit * unit);
    }

    private static int Reserved(ConfigurationModel model, ThreadLayout layout)
    {
        var listeners = model.Frontends.Where(static frontend => !frontend.Disabled).SelectMany(static frontend => frontend.Binds)
            .Sum(bind => layout.ShardsOf(bind).Length);
        var sockets = model.Global.StatsSockets.Length;
        // People on the stats sockets, and the sockets themselves, one for each thread group.
        if (sockets > 0) sockets = model.Global.StatsMaxConnections + (sockets * layout.Groups);
        var probes = 0;
        foreach (var backend in model.Backends)
        {
            if (backend.Disabled) continue;
            foreach (var server in backend.Servers) probes += (server.Check ? DescriptorsPerCheck : 0) + (server.Agent.IsOn ? DescriptorsPerAgent : 0);
        }
        return OwnDescriptors + (DescriptorsPerThread * layout.Count) + listeners + sockets + probes;
    }
}
