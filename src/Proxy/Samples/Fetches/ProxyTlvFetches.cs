using System.Collections.Immutable;
using System.Globalization;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Transport.ProxyProtocol;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>What a PROXY header of version 2 says beside the addresses (configuration.txt 7.3.3 "fc_pp_tlv").</summary>
internal static class ProxyTlvFetches
{
    private static readonly Dictionary<string, int> Names = new(StringComparer.Ordinal)
    {
        ["ALPN"] = 0x01, ["AUTHORITY"] = 0x02, ["CRC32C"] = 0x03, ["NOOP"] = 0x04, ["UNIQUE_ID"] = 0x05, ["SSL"] = 0x20, ["SSL_VERSION"] = 0x21,
        ["SSL_CN"] = 0x22, ["SSL_CIPHER"] = 0x23, ["SSL_SIG_ALG"] = 0x24, ["SSL_KEY_ALG"] = 0x25, ["NETNS"] = 0x30,
    };

    public static readonly FetchRow[] Rows =
    [
        FirstOf("fc_pp_authority", ProxyHeader.TypeAuthority),
        FirstOf("fc_pp_unique_id", ProxyHeader.TypeUniqueId),
        new(new FetchSignature("fc_pp_tlv", SampleType.String, SampleSource.ClientAddress, [Takes.Text.Optional()]) { Check = Complaint },
            (context, arguments, ref sample) => First(context, (int)arguments.State!, ref sample))
        {
            Prepare = (arguments, _) => arguments is [{ IsEmpty: false } type] && TryType(type.Text, out var number) ? number : 0,
        },
    ];

    private static FetchRow FirstOf(string name, int type) =>
        Fetch.Of(name, SampleType.String, SampleSource.ClientAddress, (context, _, ref sample) => First(context, type, ref sample));

    private static bool First(SampleContext context, int type, ref Sample sample)
    {
        var offset = 0;
        if (context.Session is not { } session || !ProxyHeader.TryFindTlv(session.ProxyTlvs, type, ref offset, out var value)) return false;
        sample.SetString(value);
        return true;
    }

    private static string? Complaint(ImmutableArray<SampleArgument> arguments)
    {
        if (arguments is not [{ IsEmpty: false } type]) return null;
        if (!TryType(type.Text, out var number)) return $"Could not convert type '{type.Text}'";
        return number > 255 ? $"Invalid TLV Type '{type.Text}'" : null;
    }

    private static bool TryType(string text, out int type)
    {
        if (Names.TryGetValue(text, out type)) return true;
        return text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out type)
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out type);
    }
}
