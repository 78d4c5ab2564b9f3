namespace Evenkeel.Vrrp.Tracking;

/// <summary>The number in a tracked file: decimal with an optional sign, white space around it; anything else is 0, as an empty or missing file is.</summary>
public static class TrackFileText
{
    /// <summary>No more of a file is looked at: the longest number has 11 characters.</summary>
    public const int MostBytes = 128;

    public static int Parse(ReadOnlySpan<byte> text)
    {
        int i = 0;
        while (i < text.Length && text[i] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r') i++;
        bool negative = i < text.Length && text[i] == '-';
        if (i < text.Length && text[i] is (byte)'-' or (byte)'+') i++;
        long value = 0;
        for (; i < text.Length && text[i] is >= (byte)'0' and <= (byte)'9'; i++)
        {
            value = value * 10 + (text[i] - '0');
            if (value > int.MaxValue) return negative ? -int.MaxValue : int.MaxValue;
        }
        return (int)(negative ? -value : value);
    }
}
