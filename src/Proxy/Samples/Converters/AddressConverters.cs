using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Addresses cut to their networks (configuration.txt 7.3.1 "ipmask").</summary>
internal static class AddressConverters
{
    public static readonly ConverterRow[] Rows =
    [
        new(new ConverterSignature("ipmask", SampleType.Address, SampleType.Address, [new(ArgumentKind.IPv4Mask), new(ArgumentKind.IPv6Mask,
            Optional: true)]), Mask)
        {
            Prepare = (arguments, _) => new Masks((uint)MaskOf(arguments[0].Text, 32),
                arguments.Length > 1 && !arguments[1].IsEmpty ? MaskOf(arguments[1].Text, 128) : null),
        },
    ];

    private sealed record Masks(uint IPv4, UInt128? IPv6);

    private static bool Mask(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var masks = (Masks)arguments.State!;
        if (sample.Type == SampleType.IPv4)
        {
            sample.Address &= masks.IPv4;
            return true;
        }
        if (masks.IPv6 is { } mask)
        {
            sample.Address &= mask;
            return true;
        }
        // Without a mask of its own an IPv6 address only counts for the IPv4 address in it.
        if (!AddressFamilies.TryEmbeddedIPv4(sample.Address, out var embedded)) return false;
        sample.SetIPv4(embedded & masks.IPv4);
        return true;
    }

    private static UInt128 MaskOf(string text, int bits)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length))
        {
            var all = bits == 32 ? uint.MaxValue : UInt128.MaxValue;
            return length == 0 ? 0 : (all << (bits - length)) & all;
        }
        UInt128 mask = 0;
        foreach (var b in IPAddress.Parse(text).GetAddressBytes()) mask = (mask << 8) | b;
        return mask;
    }
}
