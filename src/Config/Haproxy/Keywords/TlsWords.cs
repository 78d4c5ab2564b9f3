using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Keywords;

/// <summary>The TLS options that bind lines, server lines and `ssl-default-*-options` share (configuration.txt 5.1, 5.2).</summary>
internal static class TlsWords
{
    private static readonly (string Suffix, TlsProtocol Protocol)[] Versions =
    [
        ("sslv3", TlsProtocol.Ssl3), ("tlsv10", TlsProtocol.Tls10), ("tlsv11", TlsProtocol.Tls11), ("tlsv12", TlsProtocol.Tls12), ("tlsv13", TlsProtocol.Tls13),
    ];

    /// <summary>Options without an argument, and what each changes.</summary>
    public static IReadOnlyDictionary<string, Func<TlsSettings, TlsSettings>> Flags { get; } = CreateFlags();

    /// <summary>`TLSv1.2` as a number; null when there is no such version.</summary>
    public static TlsProtocol? Version(string word) => word switch
    {
        "SSLv3" => TlsProtocol.Ssl3,
        "TLSv1.0" => TlsProtocol.Tls10,
        "TLSv1.1" => TlsProtocol.Tls11,
        "TLSv1.2" => TlsProtocol.Tls12,
        "TLSv1.3" => TlsProtocol.Tls13,
        _ => null,
    };

    /// <summary>Options with a list in OpenSSL's own syntax: what is missing when there is none, and what each changes.</summary>
    public static IReadOnlyDictionary<string, (string Missing, Func<TlsSettings, string, TlsSettings> Change)> Lists { get; } =
        new Dictionary<string, (string, Func<TlsSettings, string, TlsSettings>)>(StringComparer.Ordinal)
        {
            ["ciphers"] = ("missing cipher suite", (settings, list) => settings with { Ciphers = list }),
            ["ciphersuites"] = ("missing cipher suite", (settings, list) => settings with { CipherSuites = list }),
            ["curves"] = ("missing curve suite", (settings, list) => settings with { Curves = list }),
            ["ecdhe"] = ("missing named curve", (settings, list) => settings with { Curve = list }),
            ["sigalgs"] = ("missing signature algorithm list", (settings, list) => settings with { SignatureAlgorithms = list }),
            ["client-sigalgs"] = ("missing signature algorithm list", (settings, list) => settings with { ClientSignatureAlgorithms = list }),
        };

    /// <summary>The protocols of an `alpn` list that are spoken here: the others are not offered, and the peer falls back to HTTP/1.1.</summary>
    public static IEnumerable<string> Spoken(string alpn) => alpn.Split(',').Where(protocol => protocol.Length is > 0 and < 256 && protocol != "h2");

    private static Dictionary<string, Func<TlsSettings, TlsSettings>> CreateFlags()
    {
        var flags = new Dictionary<string, Func<TlsSettings, TlsSettings>>(StringComparer.Ordinal)
        {
            ["no-tls-tickets"] = settings => settings with { NoTickets = true },
            ["tls-tickets"] = settings => settings with { NoTickets = false },
            ["prefer-client-ciphers"] = settings => settings with { PrefersClientCiphers = true },
            ["strict-sni"] = settings => settings with { StrictSni = true },
            ["no-strict-sni"] = settings => settings with { StrictSni = false },
        };
        foreach (var (suffix, protocol) in Versions)
        {
            flags["no-" + suffix] = settings => settings with { Excluded = settings.Excluded.Add(protocol) };
            flags["force-" + suffix] = settings => settings with { Least = settings.Least > protocol ? settings.Least : protocol, Most = protocol };
        }

        return flags;
    }
}
