using System.Collections.Immutable;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Services;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Servers;

public enum FrontendState { Open, Full, Paused, Stopped }

/// <summary>A frontend as it lives: its limit, its connections and statistics.</summary>
public sealed class Frontend
{
    private readonly FrontendModel _model;
    private long _loggedLines;
    private int _maxConnections;
    private volatile FrontendState _state = FrontendState.Open;

    internal Frontend(FrontendModel model, int defaultMaxConnections, int workers)
    {
        _model = model;
        _maxConnections = model.MaxConnections ?? defaultMaxConnections;
        Traffic = new Traffic(workers);
        ConnectionRate = new RateMeter(workers);
        SessionRate = new RateMeter(workers);
        RequestRate = new RateMeter(workers);
        Binds = NumberBinds(model, workers);
        if (model.Disabled) _state = FrontendState.Stopped;
    }

    public FrontendModel Model => _model;

    /// <summary>Lines its access log has written so far: `%lc`.</summary>
    public long LoggedLines => Interlocked.Read(ref _loggedLines);

    internal void CountLoggedLine() => Interlocked.Increment(ref _loggedLines);

    public string Name => _model.Name;

    public int Id => _model.Id;

    public ImmutableArray<Bind> Binds { get; }

    /// <summary>The other half of a `listen` section, or null.</summary>
    public Backend? Twin { get; internal set; }

    /// <summary>`default_backend`, or the other half of a `listen`, or null.</summary>
    public Backend? DefaultBackend { get; internal set; }

    /// <summary>`errorfile` pages; null when there are none. Set once before the workers run.</summary>
    public ErrorPages? ErrorPages { get; set; }

    /// <summary>`option forwardfor`; null when it is off. Set once before the workers run.</summary>
    public ForwardedFor? ForwardedFor { get; set; }

    /// <summary>Says which requests are answered by a built-in responder (stats page); null when none are. Set once before the workers run.</summary>
    public IServiceChooser? Services { get; set; }

    /// <summary>Bound rules; null when there are none. Set once before the workers run.</summary>
    public IStreamRules? Rules { get; set; }

    /// <summary>The access log; null when nothing is logged. Set once before the workers run.</summary>
    public IStreamLog? Log { get; set; }

    public Traffic Traffic { get; }

    /// <summary>Connections open now [scur], [smax].</summary>
    public Gauge Connections { get; } = new();

    /// <summary>Every connection accepted, before any rule [conn_rate].</summary>
    public RateMeter ConnectionRate { get; }

    /// <summary>Connections past `tcp-request connection` and `session` rules [rate].</summary>
    public RateMeter SessionRate { get; }

    /// <summary>HTTP requests [req_rate].</summary>
    public RateMeter RequestRate { get; }

    /// <summary>`maxconn`, or what `set maxconn frontend` made of it.</summary>
    public int MaxConnections
    {
        get => Volatile.Read(ref _maxConnections);
        set => Volatile.Write(ref _maxConnections, value);
    }

    /// <summary>Set by the engine (Full while accepting waits for a place, Paused, Stopped).</summary>
    public FrontendState State
    {
        get => _state;
        set => _state = value;
    }

    /// <summary>The word in the `status` column.</summary>
    public string StatusText => _state switch
    {
        FrontendState.Stopped => "STOP",
        FrontendState.Full => "FULL",
        FrontendState.Paused => "PAUSED",
        _ => "OPEN",
    };

    private ImmutableArray<Bind> NumberBinds(FrontendModel model, int workers)
    {
        var taken = new HashSet<int>();
        foreach (var bind in model.Binds)
            if (bind.Id > 0) taken.Add(bind.Id);
        var binds = ImmutableArray.CreateBuilder<Bind>(model.Binds.Length);
        var next = 1;
        foreach (var bind in model.Binds)
        {
            var id = bind.Id;
            if (id <= 0)
            {
                while (taken.Contains(next)) next++;
                id = next++;
            }

            binds.Add(new Bind(this, bind, id, workers));
        }

        return binds.MoveToImmutable();
    }
}
