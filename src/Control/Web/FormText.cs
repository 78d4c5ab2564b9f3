using System.Globalization;
using System.Text;

namespace Evenkeel.Control.Web;

/// <summary>Reads what browsers send from forms (application/x-www-form-urlencoded).</summary>
public static class FormText
{
    /// <summary>Names and values in order; a part without `=` is a name with an empty value.</summary>
    public static List<(string Name, string Value)> Parse(string body)
    {
        var fields = new List<(string, string)>();
        foreach (var part in body.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            fields.Add(equals < 0 ? (Decode(part), "") : (Decode(part[..equals]), Decode(part[(equals + 1)..])));
        }

        return fields;
    }

    /// <summary>`+` is a blank, `%XX` a byte; what is no such thing stays as it is. Bytes stay bytes (Latin-1).</summary>
    public static string Decode(string text)
    {
        var decoded = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '+') decoded.Append(' ');
            else if (text[i] == '%' && i + 2 < text.Length
                && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
            {
                decoded.Append((char)value);
                i += 2;
            }
            else decoded.Append(text[i]);
        }

        return decoded.ToString();
    }
}
