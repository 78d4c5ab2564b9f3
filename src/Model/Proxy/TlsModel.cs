using System.Collections.Immutable;
using Evenkeel.Model.Samples;

namespace Evenkeel.Model.Proxy;

/// <summary>TLS versions by the number they have on the wire.</summary>
public enum TlsProtocol { Ssl3 = 0x0300, Tls10 = 0x0301, Tls11 = 0x0302, Tls12 = 0x0303, Tls13 = 0x0304 }

/// <summary>What a bind line asks of its clients' certificates.</summary>
public enum TlsClientVerify { None, Optional, Required }

/// <summary>What bind and server lines and the two `ssl-default-*` families of `global` can say; null means that nothing was said.</summary>
public sealed record TlsSettings
{
    public TlsProtocol? Least { get; init; }
    public TlsProtocol? Most { get; init; }

    /// <summary>`no-tlsv11` and the like.</summary>
    public ImmutableArray<TlsProtocol> Excluded { get; init; } = [];
    public string? Ciphers { get; init; }
    public string? CipherSuites { get; init; }
    public string? Curves { get; init; }

    /// <summary>`ecdhe`: one curve, under its older keyword.</summary>
    public string? Curve { get; init; }
    public string? SignatureAlgorithms { get; init; }
    public string? ClientSignatureAlgorithms { get; init; }
    public bool? NoTickets { get; init; }
    public bool? PrefersClientCiphers { get; init; }
    public bool? StrictSni { get; init; }

    /// <summary>These settings, and what they leave open from <paramref name="defaults"/>.</summary>
    public TlsSettings Over(TlsSettings defaults) => new()
    {
        Least = Least ?? defaults.Least,
        Most = Most ?? defaults.Most,
        Excluded = Excluded.IsEmpty ? defaults.Excluded : Excluded,
        Ciphers = Ciphers ?? defaults.Ciphers,
        CipherSuites = CipherSuites ?? defaults.CipherSuites,
        Curves = Curves ?? defaults.Curves,
        Curve = Curve ?? defaults.Curve,
        SignatureAlgorithms = SignatureAlgorithms ?? defaults.SignatureAlgorithms,
        ClientSignatureAlgorithms = ClientSignatureAlgorithms ?? defaults.ClientSignatureAlgorithms,
        NoTickets = NoTickets ?? defaults.NoTickets,
        PrefersClientCiphers = PrefersClientCiphers ?? defaults.PrefersClientCiphers,
        StrictSni = StrictSni ?? defaults.StrictSni,
    };

    /// <summary>The versions that remain: TLS 1.2 and later unless said otherwise; null when none does.</summary>
    public (TlsProtocol Least, TlsProtocol Most)? Range => RangeFrom(IsBelowDefault ? Most!.Value : TlsProtocol.Tls12);

    /// <summary>`ssl-max-ver` is older than what is used when nobody names the least version.</summary>
    public bool IsBelowDefault => Least is null && Most < TlsProtocol.Tls12;

    /// <summary>`no-tlsv1x` beside `ssl-min-ver` or `ssl-max-ver` says nothing.</summary>
    public bool IgnoresExclusions => !Excluded.IsEmpty && (Least is not null || Most is not null);

    /// <summary>As <see cref="Range"/> for connections to servers, where older versions are left to OpenSSL's own configuration.</summary>
    public (TlsProtocol Least, TlsProtocol Most)? ServerRange => Range ?? RangeFrom(TlsProtocol.Tls10);

    private (TlsProtocol Least, TlsProtocol Most)? RangeFrom(TlsProtocol leastByDefault)
    {
        var (least, most) = (Least ?? leastByDefault, Most ?? TlsProtocol.Tls13);
        // OpenSSL 3 has no SSLv3 any more.
        if (least < TlsProtocol.Tls10) least = TlsProtocol.Tls10;
        if (IgnoresExclusions) return least <= most ? (least, most) : null;
        while (least <= most && Excluded.Contains(least)) least++;
        while (most >= least && Excluded.Contains(most)) most--;
        return least <= most ? (least, most) : null;
    }
}

/// <summary>`ssl` and what belongs to it on a bind line (configuration.txt 5.1).</summary>
public sealed record TlsBindModel
{
    /// <summary>Files of certificates with their keys, directories already replaced by what is in them; the first is the default.</summary>
    public ImmutableArray<string> Certificates { get; init; } = [];

    /// <summary>Protocols offered, most preferred first; those this program does not speak are left out.</summary>
    public ImmutableArray<string> Alpn { get; init; } = [];
    public TlsSettings Settings { get; init; } = new();
    public TlsClientVerify Verify { get; init; }
    public string? CaFile { get; init; }
    public string? CrlFile { get; init; }
    public bool NoCaNames { get; init; }
}

/// <summary>`ssl`, `check-ssl` and what belongs to them on a server line (configuration.txt 5.2).</summary>
public sealed record TlsServerModel
{
    /// <summary>`ssl`: traffic is encrypted.</summary>
    public bool IsOn { get; init; }

    /// <summary>`no-ssl` was the last word.</summary>
    public bool IsRefused { get; init; }

    /// <summary>`ssl` was said here or in the `default-server`: what TLS needs is there, so that `set server ... ssl` may switch it.</summary>
    public bool IsSwitchable { get; init; }

    /// <summary>`check-ssl`: probes are, even where traffic is not or their port differs.</summary>
    public bool Checks { get; init; }

    /// <summary>A rule of its health check asks for TLS.</summary>
    public bool ChecksByRule { get; init; }

    /// <summary>Null: as `ssl-server-verify` says, which is to verify.</summary>
    public bool? Verifies { get; init; }
    public string? CaFile { get; init; }
    public string? CrlFile { get; init; }

    /// <summary>The certificate shown to servers that ask for one.</summary>
    public string? Certificate { get; init; }
    public ImmutableArray<string> Alpn { get; init; } = [];
    public SampleExpressionModel? Sni { get; init; }

    /// <summary>Without `sni`, HTTP requests send their Host's name.</summary>
    public bool SniIsAutomatic { get; init; } = true;
    public string? CheckSni { get; init; }

    /// <summary>Without `check-sni`, HTTP probes ask for the name of the Host they send.</summary>
    public bool CheckSniIsAutomatic { get; init; } = true;
    public string? VerifyHost { get; init; }
    public bool NoReuse { get; init; }
    public TlsSettings Settings { get; init; } = new();
}
