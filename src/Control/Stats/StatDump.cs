using System.Text;
using Evenkeel.Proxy.Servers;

namespace Evenkeel.Control.Stats;

/// <summary>The shapes `show stat` and the statistics page's exports come in.</summary>
public enum StatForm { Csv, Typed, Json }

/// <summary>
/// Writes statistics piece by piece: each piece is made only when it is asked for, so that ten thousand servers cost the memory of one.
/// </summary>
public static class StatDump
{
    public static IEnumerable<string> Write(ProxySet proxies, StatSelection selection, StatForm form, bool withDescriptions, long nowMs)
    {
        var row = new StatRow();
        var text = new StringBuilder();
        if (form == StatForm.Csv) yield return CsvForm.Header;
        if (form == StatForm.Json) text.Append('[');
        var first = true;
        foreach (var read in selection.Read(row, proxies, nowMs))
        {
            if (form == StatForm.Csv) CsvForm.AppendRow(text, read);
            else if (form == StatForm.Typed) TypedForm.AppendRow(text, read, withDescriptions);
            else
            {
                if (!first) text.Append(',');
                JsonForm.AppendRow(text, read);
            }

            first = false;
            yield return text.ToString();
            text.Clear();
        }

        if (form == StatForm.Json) yield return text.Append("]\n").ToString();
    }
}
