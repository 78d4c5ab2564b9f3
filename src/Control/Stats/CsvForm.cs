using System.Buffers;
using System.Text;

namespace Evenkeel.Control.Stats;

/// <summary>
/// `show stat` as everybody reads it: a comment line with the names, a line per object, every line closed by a comma (management.txt 9.1).
/// </summary>
public static class CsvForm
{
    private static readonly SearchValues<char> NeedQuotes = SearchValues.Create(",\"\r\n");

    /// <summary>`# pxname,svname,...,-,...,` with its line feed.</summary>
    public static string Header { get; } = MakeHeader();

    public static void AppendRow(StringBuilder text, StatRow row)
    {
        for (var i = 0; i < StatFields.Count; i++)
        {
            if (i == (int)StatFields.FirstOfProtocols) text.Append("-,");
            AppendField(text, row[(StatField)i]);
            text.Append(',');
        }

        text.Append('\n');
    }

    private static void AppendField(StringBuilder text, StatValue value)
    {
        if (!value.IsSet) return;
        if (value.Text is not { } words) text.Append(value.Number);
        else if (words.AsSpan().IndexOfAny(NeedQuotes) < 0) text.Append(words);
        else text.Append('"').Append(words.Replace("\"", "\"\"", StringComparison.Ordinal).ReplaceLineEndings(" ")).Append('"');
    }

    private static string MakeHeader()
    {
        var text = new StringBuilder("# ");
        for (var i = 0; i < StatFields.Count; i++)
        {
            if (i == (int)StatFields.FirstOfProtocols) text.Append("-,");
            text.Append(StatFields.All[i].Name).Append(',');
        }

        return text.Append('\n').ToString();
    }
}
