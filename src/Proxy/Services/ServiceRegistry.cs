using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Evenkeel.Proxy.Services;

/// <summary>The built-in responders that `http-request use-service NAME` may name. One for the process, filled before workers run; any thread finds.</summary>
public sealed class ServiceRegistry
{
    private readonly ConcurrentDictionary<string, IService> _services = new(StringComparer.Ordinal);

    /// <summary>What there is, known before any of it is made: the parser refuses every other name.</summary>
    public static ImmutableArray<string> Names { get; } = ["prometheus-exporter"];

    public void Add(string name, IService service) => _services[name] = service;

    public IService? Find(string name) => _services.GetValueOrDefault(name);
}
