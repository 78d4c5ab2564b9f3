namespace Evenkeel.Model.Samples;

/// <summary>Types a value taken from traffic may have (configuration.txt 7.1).</summary>
/// <remarks><see cref="Address"/> only stands in signatures: a value is IPv4 or IPv6.</remarks>
public enum SampleType { Any, Boolean, Integer, Address, IPv4, IPv6, String, Binary, Method }

/// <summary>Which type may become which without a converter.</summary>
public static class SampleCasts
{
    // Rows: from; columns: to; both in the order of SampleType. Found by asking the original with one expression per cell.
    private static readonly string[] Matrix =
    [
        "YYYYYYYYY", // any: known only when the value is there
        "YYY...YY.", // boolean
        "YYYYYYYY.", // integer: as an address it is an IPv4 address in host order
        "Y..YYYYY.", // address
        "Y.YYYYYY.", // ipv4
        "Y..YYYYY.", // ipv6
        "YYYYYYYYY", // string
        "Y.....YY.", // binary
        "Y.....YYY", // method
    ];

    public static bool Allows(SampleType from, SampleType to) => Matrix[(int)from][(int)to] == 'Y';
}
