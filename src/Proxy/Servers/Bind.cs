using Evenkeel.Linux.Tls;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Servers;

/// <summary>What lives behind one listening address of a frontend: its connections and statistics. The engine's Listener counts into it.</summary>
public sealed class Bind
{
    internal Bind(Frontend frontend, BindModel model, int id, int workers)
    {
        Frontend = frontend;
        Model = model;
        Id = id;
        Name = model.Name ?? "sock-" + id;
        LogName = System.Text.Encoding.UTF8.GetBytes(frontend.Name + "/" + (model.Name ?? id.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Traffic = new Traffic(workers);
    }

    /// <summary>"web/1", "web/public": as lines about refused connections name it.</summary>
    internal byte[] LogName { get; }

    public Frontend Frontend { get; }

    public BindModel Model { get; }

    public string Name { get; }

    /// <summary>TLS for this line's clients, null when it is plain; set by the engine before the workers run.</summary>
    internal TlsContext? Tls { get; set; }

    /// <summary>Unique inside its frontend, from 1.</summary>
    public int Id { get; }

    public Traffic Traffic { get; }

    /// <summary>Connections open now that came in here.</summary>
    public Gauge Connections { get; } = new();

    /// <summary>False once the listening socket is closed or paused; `show stat` then says so.</summary>
    public volatile bool IsListening = true;
}
