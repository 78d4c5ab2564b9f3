using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using Evenkeel.Linux.Files;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Logging.Backends;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Transport.Tls;

namespace Evenkeel.Proxy.Logging;

/// <summary>
/// Opens what `log` lines name, each once however many proxies log there, and counts what is lost. Opened at start and by reloads.
/// </summary>
public sealed class LogSinks
{
    private readonly Dictionary<(LogTransport, string), ILogSink> _sinks = [];
    private volatile LogIdentity _identity;
    private volatile FrozenDictionary<string, LogProfile> _profiles;
    private volatile FrozenDictionary<string, LogBackend> _backends = FrozenDictionary<string, LogBackend>.Empty;
    private long _dropped;

    public LogSinks(LogIdentity identity, FrozenDictionary<string, LogProfile>? profiles = null)
    {
        _identity = identity;
        _profiles = profiles ?? FrozenDictionary<string, LogProfile>.Empty;
    }

    /// <summary>Lines lost so far [DroppedLogs].</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    internal LogIdentity Identity => _identity;

    /// <summary>In the order of the configuration.</summary>
    public ImmutableArray<LogRing> Rings { get; private set; } = [];

    /// <summary>Makes the rings of a configuration; each sends to its servers on <paramref name="loop"/>. At start, before any target is opened.</summary>
    /// <param name="speech">How to speak TLS with a server of a ring; null for lines in the clear.</param>
    public void AddRings(ImmutableArray<RingModel> models, Func<RingModel, ServerModel, ServerTls?> speech, EventLoop loop)
    {
        Rings = [.. models.Select(model => new LogRing(model))];
        foreach (var ring in Rings)
        {
            foreach (var server in ring.Model.Servers)
            {
                var tls = speech(ring.Model, server);
                _ = new RingForwarder(ring, () => server.Address, server, () => tls, loop);
            }
        }
    }

    /// <summary>After a reload: targets that are opened from now on speak under this name and know these profiles; what is open stays open.</summary>
    /// <param name="backends">Those in `mode log`, by name.</param>
    public void Adopt(LogIdentity identity, FrozenDictionary<string, LogProfile> profiles, FrozenDictionary<string, LogBackend> backends)
    {
        _identity = identity;
        _profiles = profiles;
        _backends = backends;
    }

    /// <summary>The targets of one proxy, opened. One thread at a time.</summary>
    /// <param name="tag">The proxy's `log-tag`; null uses the process's.</param>
    public LogTargets Open(ImmutableArray<LogTargetModel> models, string? tag)
    {
        if (models.IsEmpty) return LogTargets.None;
        var tagBytes = tag is null ? null : Encoding.UTF8.GetBytes(tag);
        var targets = new LogTarget[models.Length];
        for (var i = 0; i < targets.Length; i++) targets[i] = new LogTarget(models[i], SinkFor(models[i]), _identity, tagBytes, Profile(models[i].Profile));
        return new LogTargets(targets);
    }

    /// <summary>Null when there is no such section.</summary>
    internal LogProfile? Profile(string? name) => name is not null && _profiles.TryGetValue(name, out var profile) ? profile : null;

    internal void CountDropped() => Interlocked.Increment(ref _dropped);

    private ILogSink SinkFor(LogTargetModel model)
    {
        if (model.Transport == LogTransport.Ring) return Rings.FirstOrDefault(ring => ring.Name == model.RingName) as ILogSink ?? new ClosedSink();
        if (model.BackendName is { } backend) return _backends.GetValueOrDefault(backend) as ILogSink ?? new ClosedSink();
        var key = (model.Transport, model.Address?.ToString() ?? "");
        if (_sinks.TryGetValue(key, out var sink)) return sink;
        sink = model.Transport switch
        {
            LogTransport.StandardOutput => new DescriptorSink(OutputDescriptor.Open(StandardStream.Output)),
            LogTransport.StandardError => new DescriptorSink(OutputDescriptor.Open(StandardStream.Error)),
            LogTransport.Descriptor => new DescriptorSink(OutputDescriptor.Open(model.Address?.Descriptor ?? -1)),
            _ => OpenDatagram(model.Address, CountDropped),
        };
        _sinks[key] = sink;
        return sink;
    }

    /// <summary>False for an address that lines cannot be sent to, or none.</summary>
    internal static bool TryAddress(SocketAddressModel? model, out KernelSocketAddress address)
    {
        switch (model)
        {
            case { Family: SocketFamily.Unix }:
                return KernelSocketAddress.TryFromUnix(model.Path, out address);
            case { Family: SocketFamily.AbstractUnix }:
                return KernelSocketAddress.TryFromAbstract(model.Path, out address);
            case { Address: { } ip }:
                address = KernelSocketAddress.FromIp(ip, model.Port);
                return true;
            default:
                address = default;
                return false;
        }
    }

    internal static ILogSink OpenDatagram(SocketAddressModel? model, Action? onLost = null, NetworkNamespace? place = null)
    {
        if (!TryAddress(model, out var address)) return new ClosedSink();
        var opened = place?.Open(address.Family, SocketKind.Datagram) ?? SocketHandle.Open(address.Family, SocketKind.Datagram);
        return opened.IsOk ? new DatagramSink(new SocketHandle(opened.Value), address, onLost) : new ClosedSink();
    }
}
