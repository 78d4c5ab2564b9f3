using System.IO.Hashing;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Evenkeel.Model.Process;

/// <summary>
/// Puts hashes in the place of names and addresses, so that what a program says of itself can be shown to others: the same name gives the same hash
/// under the same key, and 24 bits are too few to find the name again (management.txt 9.3 "set anon").
/// </summary>
/// <param name="Key">0 leaves everything as it is.</param>
public readonly record struct Anonymizer(uint Key)
{
    private const uint KeptBits = 0xFFFFFF;

    public bool IsOn => Key != 0;

    /// <summary>The name, or six hexadecimal digits.</summary>
    public string Name(string name) =>
        IsOn ? (XxHash32.HashToUInt32(Encoding.Latin1.GetBytes(name), unchecked((int)Key)) & KeptBits).ToString("x6") : name;

    /// <summary>An address without port; those of this machine only (127.0.0.1, ::1) betray nothing.</summary>
    public string Address(IPAddress address) =>
        !IsOn || IPAddress.IsLoopback(address) ? address.ToString()
        : address.AddressFamily == AddressFamily.InterNetworkV6 ? $"IPV6({Name(address.ToString())})" : $"IPV4({Name(address.ToString())})";

    /// <summary>An address as a configuration writes it, its port left as it is: `10.0.0.1:80`, `[2001:db8::1]:443`, `/run/socket`, `name:80`.</summary>
    public string Place(string text)
    {
        if (!IsOn || IsOpen(text)) return text;
        var bare = text;
        foreach (var prefix in (ReadOnlySpan<string>)["ipv4@", "ipv6@", "udp@", "udp4@", "udp6@", "tcp@", "tcp4@", "tcp6@"])
            if (text.StartsWith(prefix, StringComparison.Ordinal)) bare = text[prefix.Length..];
        var colon = bare.LastIndexOf(':');
        // Without a port an IPv6 address stands alone.
        if (colon >= 0 && bare.AsSpan(colon).Contains(']')) colon = -1;
        if (colon > 0 && TryAddress(bare[..colon], out var host)) return IPAddress.IsLoopback(host) ? text : Address(host) + bare[colon..];
        if (TryAddress(bare, out host)) return IPAddress.IsLoopback(host) ? text : Address(host);
        return Name(text);
    }

    /// <summary>`[ADDRESS]` or `ADDRESS`.</summary>
    private static bool TryAddress(string text, out IPAddress address)
    {
        if (text.StartsWith('[') && text.EndsWith(']')) text = text[1..^1];
        return IPAddress.TryParse(text, out address!) && (text.Contains(':') || text.Count(static c => c == '.') == 3);
    }

    /// <summary>What names no machine: any address, a descriptor, a standard stream.</summary>
    private static bool IsOpen(string text) => (text is [':' or '*', ..] && !text.Contains(',')) || text.StartsWith("fd@", StringComparison.Ordinal)
        || text is "stdout" or "stderr" or "global" or "localhost"
        || text.StartsWith("localhost:", StringComparison.Ordinal) || text.StartsWith("${", StringComparison.Ordinal);
}
