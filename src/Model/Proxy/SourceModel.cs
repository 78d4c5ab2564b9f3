namespace Evenkeel.Model.Proxy;

/// <summary>Whose address a server sees instead of ours (`usesrc`).</summary>
public enum SpoofedSource
{
    None,

    /// <summary>`client`: the client's address and port.</summary>
    Client,

    /// <summary>`clientip`: the client's address, any port.</summary>
    ClientAddress,

    /// <summary>An address of its own.</summary>
    Address,

    /// <summary>`hdr_ip(name,occurrence)`: the address a header of the request holds; ours when it holds none.</summary>
    Header,
}

/// <summary>Where connections to a server come from (`source`, configuration.txt 4.2 and 5.2).</summary>
/// <param name="Address">Port 0: the kernel chooses.</param>
/// <param name="LastPort">Ports from the address's to this one are taken in turn; equal to it without a range.</param>
public sealed record SourceModel(SocketAddressModel Address, int LastPort)
{
    public SpoofedSource Spoofed { get; init; }

    /// <summary>For <see cref="SpoofedSource.Address"/>.</summary>
    public SocketAddressModel? SpoofedAddress { get; init; }

    /// <summary>Lower case, for <see cref="SpoofedSource.Header"/>.</summary>
    public string HeaderName { get; init; } = "";

    /// <summary>1 is the first value, -1 the last, 0 none.</summary>
    public int HeaderOccurrence { get; init; } = -1;

    /// <summary>`interface`: the device connections leave by.</summary>
    public string? Interface { get; init; }

    /// <summary>A connection shows one client's address, so another client's request must not go over it.</summary>
    public bool IsPerClient => Spoofed is SpoofedSource.Client or SpoofedSource.ClientAddress or SpoofedSource.Header;
}
