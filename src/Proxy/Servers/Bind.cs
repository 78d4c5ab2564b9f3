using System.Globalization;
using System.Text;
using Evenkeel.Linux.Sockets;
using Evenkeel.Linux.Tls;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Servers;

/// <summary>What lives behind one listening address of a frontend: its connections and statistics. The engine's Listener counts into it.</summary>
/// <remarks>A reload prepares (<see cref="Announce"/>, <see cref="PrepareTls"/>) and then takes all of it into use at once (<see cref="TakeNext"/>).</remarks>
public sealed class Bind
{
    private sealed record Line(BindModel Model, int Id, string Name, byte[] LogName, NetworkNamespace? Namespace, TlsContext? Tls);

    private volatile Line _line;
    private Line? _next;
    private volatile bool _isRemoved;

    internal Bind(Frontend frontend, BindModel model, int id, int workers)
    {
        Frontend = frontend;
        _line = LineOf(model, id, frontend.Name);
        Traffic = new Traffic(workers);
    }

    /// <summary>"web/1", "web/public": as lines about refused connections name it.</summary>
    internal byte[] LogName => _line.LogName;

    public Frontend Frontend { get; }

    public BindModel Model => _line.Model;

    public string Name => _line.Name;

    /// <summary>`namespace`: where its clients come from; null is where the process runs.</summary>
    internal NetworkNamespace? Namespace => _line.Namespace;

    /// <summary>TLS for this line's clients, null when it is plain.</summary>
    internal TlsContext? Tls => _line.Tls;

    /// <summary>Unique inside its frontend, from 1.</summary>
    public int Id => _line.Id;

    public Traffic Traffic { get; }

    /// <summary>Connections open now that came in here.</summary>
    public Gauge Connections { get; } = new();

    /// <summary>False once the listening socket is closed or paused; `show stat` then says so.</summary>
    public volatile bool IsListening = true;

    /// <summary>Nobody listens here any more: connections that came in end with their next answer.</summary>
    public bool IsRemoved => _isRemoved;

    internal void Remove()
    {
        _isRemoved = true;
        IsListening = false;
    }

    /// <summary>The next configuration's line for the same address.</summary>
    internal void Announce(BindModel model, int id) => _next = LineOf(model, id, Frontend.Name);

    /// <summary>The line that will be in force after <see cref="TakeNext"/>, else the present one.</summary>
    internal BindModel NextModel => (_next ?? _line).Model;

    /// <summary>What clients of the announced line will speak.</summary>
    internal void PrepareTls(TlsContext? tls)
    {
        if (_next is null) _line = _line with { Tls = tls };
        else _next = _next with { Tls = tls };
    }

    internal void TakeNext()
    {
        if (_next is not { } next) return;
        _line = next;
        _next = null;
    }

    /// <summary>The same socket serves this line.</summary>
    internal bool IsBoundAs(BindModel other) => Model.Address == other.Address && Model.Interface == other.Interface && Model.Namespace == other.Namespace
        && Model.Transparent == other.Transparent && Model.V6Only == other.V6Only && Model.V4V6 == other.V4V6;

    /// <summary>The same threads accept from it, through as many sockets.</summary>
    internal bool IsSharedAs(BindModel other) => Model.Threads.SequenceEqual(other.Threads) && Model.Shards == other.Shards;

    private static Line LineOf(BindModel model, int id, string frontend) => new(model, id, model.Name ?? "sock-" + id,
        Encoding.UTF8.GetBytes(frontend + "/" + (model.Name ?? id.ToString(CultureInfo.InvariantCulture))),
        model.Namespace is { } where ? NetworkNamespace.Named(where.Name) : null, null);
}
