namespace Evenkeel.Proxy.Samples;

/// <summary>One hexadecimal digit, both ways.</summary>
internal static class HexDigit
{
    public static byte Upper(int value) => "0123456789ABCDEF"u8[value];

    public static byte Lower(int value) => "0123456789abcdef"u8[value];

    /// <summary>0 to 15, or -1.</summary>
    public static int ValueOf(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
        _ => -1,
    };
}
