using System.Net;
using System.Net.Sockets;
using Evenkeel.Config.Keepalived.Blocks;

namespace Evenkeel.Config.Keepalived.Keywords;

/// <summary>Values that many keywords have in common.</summary>
internal static class Values
{
    /// <summary>IFNAMSIZ without its end: the longest interface name.</summary>
    public const int MaxInterfaceName = 15;

    /// <summary>`[BOOL]`: true when nothing follows; null after <paramref name="complaint"/> when something else does.</summary>
    public static bool? OptionalBool(KeywordLine line, Func<string, string> complaint)
    {
        if (line.Count < 2) return true;
        bool? value = Numbers.Bool(line.Words[1]);
        if (value == null) line.Error(complaint(line.Words[1]));
        return value;
    }

    /// <summary>An unsigned number with a complaint of its own after the general one.</summary>
    public static long? Unsigned(KeywordLine line, string text, long minimum, long maximum, string complaint)
    {
        if (line.Complaints.Fatal) return null;
        if (Numbers.TryUnsigned(line.Complaints, text, minimum, maximum, out long value)) return value;
        line.Error(complaint);
        return null;
    }

    public static long? Signed(KeywordLine line, string text, long minimum, long maximum, string complaint)
    {
        if (line.Complaints.Fatal) return null;
        if (Numbers.TrySigned(line.Complaints, text, minimum, maximum, out long value)) return value;
        line.Error(complaint);
        return null;
    }

    /// <summary>Seconds with a fraction, in microseconds.</summary>
    public static long? Timer(KeywordLine line, string text, long minimumUs, long maximumUs, string? complaint)
    {
        if (line.Complaints.Fatal) return null;
        if (Numbers.TryDecimal(line.Complaints, text, minimumUs, maximumUs, 6, out long value)) return value;
        if (complaint != null) line.Error(complaint);
        return null;
    }

    /// <summary>An address in its textual form: four decimal parts without leading zeros, or IPv6 without a zone.</summary>
    public static IPAddress? Address(string text)
    {
        if (text.Contains(':', StringComparison.Ordinal))
            return !text.Contains('%', StringComparison.Ordinal) && !text.Contains('[', StringComparison.Ordinal)
                && !text.Contains('/', StringComparison.Ordinal)
                && IPAddress.TryParse(text, out var six) && six.AddressFamily == AddressFamily.InterNetworkV6 ? six : null;
        var parts = text.Split('.');
        if (parts.Length != 4) return null;
        Span<byte> bytes = stackalloc byte[4];
        for (int i = 0; i < 4; i++)
        {
            string part = parts[i];
            if (part.Length is 0 or > 3 || (part.Length > 1 && part[0] == '0') || part.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0) return null;
            int value = int.Parse(part, System.Globalization.CultureInfo.InvariantCulture);
            if (value > 255) return null;
            bytes[i] = (byte)value;
        }
        return new IPAddress(bytes);
    }

    public static bool IsMulticast(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out int length);
        return length == 4 ? (bytes[0] & 0xf0) == 0xe0 : bytes[0] == 0xff;
    }

    public static bool IsIPv6(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>Notes an interface that is not there: <paramref name="complaint"/> now, and one more sentence at the end. Dynamic interfaces may be
    /// missing.</summary>
    /// <returns>True when the interface exists or may come later.</returns>
    public static bool InterfaceExists(KeywordLine line, string name, string complaint)
    {
        if (line.World.InterfaceIndex(name) != null || line.Draft.Global.Model.DynamicInterfaces) return true;
        line.Error(complaint);
        line.Draft.InterfaceMissing = true;
        return false;
    }

    public static int ToMs(long us) => (int)Math.Min(int.MaxValue, us / 1_000);
}
