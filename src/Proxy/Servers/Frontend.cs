using System.Collections.Immutable;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Proxy.Servers;

public enum FrontendState { Open, Full, Paused, Stopped }

/// <summary>A frontend as it lives: its limit, its connections and statistics.</summary>
public sealed class Frontend
{
    private long _loggedLines;
    private int _maxConnections;
    private volatile FrontendState _state = FrontendState.Open;
    private volatile FrontendSetup _setup;

    internal Frontend(FrontendModel model, int generation, int defaultMaxConnections, int workers)
    {
        _setup = new FrontendSetup(this, model, generation);
        _maxConnections = model.MaxConnections ?? defaultMaxConnections;
        Traffic = new Traffic(workers);
        ConnectionRate = new RateMeter(workers);
        SessionRate = new RateMeter(workers);
        RequestRate = new RateMeter(workers);
        _setup.Binds = BindsFor(model, workers);
        if (model.Disabled) _state = FrontendState.Stopped;
    }

    /// <summary>The configuration in force: streams that begin now go by it.</summary>
    public FrontendSetup Setup => _setup;

    public FrontendModel Model => _setup.Model;

    /// <summary>Lines its access log has written so far: `%lc`.</summary>
    public long LoggedLines => Interlocked.Read(ref _loggedLines);

    internal void CountLoggedLine() => Interlocked.Increment(ref _loggedLines);

    public string Name => Model.Name;

    public int Id => Model.Id;

    public ImmutableArray<Bind> Binds => _setup.Binds;

    /// <summary>The other half of a `listen` section, or null.</summary>
    public Backend? Twin => _setup.Twin;

    /// <summary>`default_backend`, or the other half of a `listen`, or null.</summary>
    public Backend? DefaultBackend => _setup.DefaultBackend;

    /// <summary>No configuration has it any more: its connections end with their next answer.</summary>
    public bool IsRemoved { get; private set; }

    public Traffic Traffic { get; }

    /// <summary>The last request that broke the protocol.</summary>
    public Streams.InvalidMessageSlot InvalidRequest { get; } = new();

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

    /// <summary>Takes another configuration into use. A limit that was set by command stays unless the file changes it.</summary>
    internal void Adopt(FrontendSetup next, int defaultMaxConnections)
    {
        var before = Model;
        foreach (var bind in next.Binds) bind.TakeNext();
        if (before.MaxConnections != next.Model.MaxConnections) MaxConnections = next.Model.MaxConnections ?? defaultMaxConnections;
        if (before.Disabled != next.Model.Disabled) State = next.Model.Disabled ? FrontendState.Stopped : FrontendState.Open;
        _setup = next;
    }

    /// <summary>The configuration has it no more.</summary>
    internal void Remove()
    {
        IsRemoved = true;
        State = FrontendState.Stopped;
    }

    /// <summary>The bind lines of a configuration: those that are here already go on as they are, found again by what they are bound to.</summary>
    internal ImmutableArray<Bind> BindsFor(FrontendModel model, int workers)
    {
        var taken = new HashSet<int>();
        foreach (var bind in model.Binds)
            if (bind.Id > 0) taken.Add(bind.Id);
        var known = _setup.Binds.ToList();
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

            var at = known.FindIndex(each => each.IsBoundAs(bind) && each.IsSharedAs(bind));
            if (at < 0)
            {
                binds.Add(new Bind(this, bind, id, workers));
                continue;
            }

            known[at].Announce(bind, id);
            binds.Add(known[at]);
            known.RemoveAt(at);
        }

        return binds.MoveToImmutable();
    }
}
