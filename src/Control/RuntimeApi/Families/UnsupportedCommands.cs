using System.Collections.Immutable;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>Commands of the original that this version does not have: each says so instead of passing for a typing mistake.</summary>
public static class UnsupportedCommands
{
    /// <summary>Their fixed words; a family that implements one takes its name out here (a test sees to it).</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        "abort ssl ca-file", "abort ssl cert", "abort ssl crl-file", "acme challenge_ready", "acme renew", "acme status",
        "add ssl ca-file", "add ssl crt-list", "add ssl ech", "add ssl jwt",
        "clear table",
        "commit ssl ca-file", "commit ssl cert", "commit ssl crl-file",
        "del ssl ca-file", "del ssl cert", "del ssl crl-file", "del ssl crt-list", "del ssl ech",
        "del ssl jwt", "dump ssl cert",
        "httpclient", "new ssl ca-file", "new ssl cert", "new ssl crl-file",
        "set ssl ca-file", "set ssl cert", "set ssl crl-file",
        "set ssl ech", "set ssl ocsp-response", "set ssl tls-key", "set table",
        "show cache", "show peers", "show quic",
        "show ssl ca-file", "show ssl cert", "show ssl crl-file", "show ssl crt-list", "show ssl ech", "show ssl jwt", "show ssl ocsp-response",
        "show ssl ocsp-updates", "show ssl providers", "show ssl sni", "show table", "show tls-keys",
        "update ssl ocsp-response",
    ];

    public static IEnumerable<RuntimeCommand> All => Names.Select(static name =>
        RuntimeCommand.ForAll(name, "", "", _ => CommandAnswer.Error($"The command '{name}' is not supported yet.")) with { IsRefused = true });
}
