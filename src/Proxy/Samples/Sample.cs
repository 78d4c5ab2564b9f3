using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples;

/// <summary>
/// A value taken from traffic on its way through an expression: fetch -> <b>Sample</b> -> converters -> pattern, header or log.
/// Bytes are borrowed from the message or the scratch arena and good until either changes.
/// </summary>
public ref struct Sample
{
    public SampleType Type;

    /// <summary>Of booleans (0 or 1) and integers.</summary>
    public long Integer;

    /// <summary>Of addresses: IPv4 in the lowest 32 bits, most significant octet first.</summary>
    public UInt128 Address;

    /// <summary>Of strings, binary blocks and method names.</summary>
    public ReadOnlySpan<byte> Bytes;

    public void SetBoolean(bool value)
    {
        Type = SampleType.Boolean;
        Integer = value ? 1 : 0;
    }

    public void SetInteger(long value)
    {
        Type = SampleType.Integer;
        Integer = value;
    }

    public void SetString(ReadOnlySpan<byte> value)
    {
        Type = SampleType.String;
        Bytes = value;
    }

    public void SetBinary(ReadOnlySpan<byte> value)
    {
        Type = SampleType.Binary;
        Bytes = value;
    }

    public void SetIPv4(uint value)
    {
        Type = SampleType.IPv4;
        Address = value;
    }

    public void SetIPv6(UInt128 value)
    {
        Type = SampleType.IPv6;
        Address = value;
    }

    public readonly bool IsAddress => Type is SampleType.IPv4 or SampleType.IPv6;
}
