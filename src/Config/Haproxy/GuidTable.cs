namespace Evenkeel.Config.Haproxy;

/// <summary>The `guid` of proxies, servers and listeners: each belongs to one object (configuration.txt 4.2 "guid").</summary>
internal sealed class GuidTable
{
    /// <summary>Longest identifier.</summary>
    private const int MaxLength = 127;

    private readonly Dictionary<string, string> _owners = new(StringComparer.Ordinal);

    public int Count => _owners.Count;

    /// <summary>Its object is gone.</summary>
    public void Release(string guid) => _owners.Remove(guid);

    /// <param name="owner">As messages call it: "backend b", "server b/s".</param>
    /// <returns>Null, or why it cannot be had, in the original's words.</returns>
    public string? Claim(string guid, string owner)
    {
        foreach (var c in guid)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.' or ':')) return $"'guid': invalid character '{c}'";
        if (guid.Length > MaxLength) return $"'guid': too long identifier, at most {MaxLength} characters are possible";
        return _owners.TryAdd(guid, owner) ? null : $"'guid': duplicate entry with {_owners[guid]}";
    }
}
