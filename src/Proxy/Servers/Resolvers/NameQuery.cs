using System.Net;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Servers.Resolvers;

/// <summary>
/// A stream's question (`do-resolve`): goes to the resolver's worker and comes back to the stream's. One object for each question, so that an answer which
/// comes when the stream has ended finds nobody.
/// </summary>
internal sealed class NameQuery(Stream stream, Resolver resolver, string name, bool prefersIPv4) : LoopTask
{
    private volatile bool _isAnswered;

    public string Name { get; } = name;

    public bool PrefersIPv4 { get; } = prefersIPv4;

    public IPAddress? Address { get; private set; }

    public bool IsAnswered => _isAnswered;

    public void Begin() => resolver.Loop.Post(this);

    /// <summary>On the resolver's worker.</summary>
    public void Answer(IPAddress? address)
    {
        Address = address;
        _isAnswered = true;
        stream.Worker.Loop.Post(new WakeTask(this));
    }

    public override void Run() => resolver.Ask(this);

    public override void OnFault(Exception bug) => Answer(null);

    private sealed class WakeTask(NameQuery query) : LoopTask
    {
        public override void Run() => query.WakeStream();
    }

    private void WakeStream()
    {
        if (ReferenceEquals(stream.RuleState.NameQuery, this)) stream.Wake();
    }
}
