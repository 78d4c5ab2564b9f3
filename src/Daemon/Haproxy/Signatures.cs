using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Rules;

namespace Evenkeel.Daemon.Haproxy;

/// <summary>The fetches, converters and actions that can be run, handed to the parser: it accepts exactly those.</summary>
public static class Signatures
{
    public static SignatureRegistry Registry { get; } = RuleBinder.CreateRegistry();
}
