namespace Evenkeel.Proxy.Servers.Resolvers;

/// <summary>What `show resolvers` tells of a nameserver (management.txt 9.3). Written by the resolver's worker, read by any thread.</summary>
public sealed class NameserverCounters
{
    public long Sent;
    public long SendErrors;
    public long Valid;
    public long Updates;

    /// <summary>The name exists, without a record of the type that was asked for.</summary>
    public long WithoutRecord;
    public long AliasOnly;
    public long AliasErrors;
    public long NoSuchName;
    public long Timeouts;
    public long Refused;
    public long Other;
    public long Invalid;
    public long TooBig;
    public long Truncated;

    /// <summary>Came too late, or answered nothing that was asked.</summary>
    public long Outdated;
}
