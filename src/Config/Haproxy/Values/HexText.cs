namespace Evenkeel.Config.Haproxy.Values;

/// <summary>Bytes written as pairs of hexadecimal digits.</summary>
internal static class HexText
{
    public static bool TryParse(string text, out byte[] bytes, out string error)
    {
        bytes = [];
        error = "";
        foreach (var c in text)
        {
            if (char.IsAsciiHexDigit(c)) continue;
            error = $"an hex digit is expected (found '{c}')";
            return false;
        }
        if (text.Length % 2 != 0)
        {
            error = "an even number of hex digit is expected";
            return false;
        }
        bytes = Convert.FromHexString(text);
        return true;
    }
}
