using System.Globalization;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Values;

/// <summary>The parts of `source <addr> usesrc <whose> interface <name>`, which stands alone and on server lines.</summary>
internal static class SourceText
{
    public static SourceModel? TryAddress(string text, AddressRules rules, IWorld world, out string error)
    {
        var address = AddressText.TryParse(text, rules, world, out error);
        return address is null ? null : new SourceModel(address.ToModel(address.Port), Math.Max(address.Port, address.LastPort));
    }

    /// <summary>Reads what follows `usesrc`; null with the original's words in <paramref name="error"/> when it is nothing of the kind.</summary>
    public static SourceModel? TrySpoof(SourceModel source, string text, IWorld world, out string error)
    {
        error = "";
        if (text == "client") return source with { Spoofed = SpoofedSource.Client };
        if (text == "clientip") return source with { Spoofed = SpoofedSource.ClientAddress };
        if (text.StartsWith("hdr_ip(", StringComparison.Ordinal))
        {
            var end = text.IndexOfAny([',', ')'], 7);
            var name = end < 0 ? text[7..] : text[7..end];
            var occurrence = end >= 0 && text[end] == ',' ? Units.LenientInteger(text[(end + 1)..].TrimEnd(')')) : -1;
            return source with { Spoofed = SpoofedSource.Header, HeaderName = name.ToLower(CultureInfo.InvariantCulture), HeaderOccurrence = occurrence };
        }
        var address = AddressText.TryParse(text, AddressRules.Port | AddressRules.Resolve, world, out error);
        if (address is null)
        {
            error = $"'usesrc {text}' : {error}";
            return null;
        }
        return source with { Spoofed = SpoofedSource.Address, SpoofedAddress = address.ToModel(address.Port) };
    }
}
