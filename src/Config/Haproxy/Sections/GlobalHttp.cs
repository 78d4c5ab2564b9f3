using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Process;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>Global keywords about HTTP/1 and connections of all proxies.</summary>
internal static class GlobalHttp
{
    public static void AnyPayload(GlobalSection section, Statement statement) => Switch(section, statement, model => model with { AcceptsAnyPayload = true });

    public static void InsecureTransferEncoding(GlobalSection section, Statement statement) =>
        Switch(section, statement, model => model with { KeepsInsecureConnections = true });

    private static void Switch(GlobalSection section, Statement statement, Func<GlobalModel, GlobalModel> change)
    {
        if (!section.Context.HasTooMany(statement, 0)) section.Model = change(section.Model);
    }

    public static void PrivilegedPorts(GlobalSection section, Statement statement)
    {
        if (statement[1] is not ("on" or "off")) section.Context.Alert($"'{statement.Keyword}' expects either 'on' or 'off'.");
        else section.Model = section.Model with { RejectsPrivilegedPorts = statement[1] == "on" };
    }

    public static void CaseAdjust(GlobalSection section, Statement statement)
    {
        var context = section.Context;
        if (context.HasTooMany(statement, 2)) return;
        if (!statement.Has(2)) context.Alert("'h1-case-adjust' expects <from> and <to> as argument.");
        else if (Add(section, statement[1], statement[2]) is { } complaint) context.Alert(complaint);
    }

    public static void CaseAdjustFile(GlobalSection section, Statement statement)
    {
        var context = section.Context;
        if (context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1))
        {
            context.Alert("'h1-case-adjust-file' expects <file> as argument.");
            return;
        }
        void Say(string text) =>
            context.Diagnostics.Say(Diagnostics.Severity.Alert, statement.Position, $"h1-headers-case-adjust-file '{statement[1]}': {text}");
        if (context.World.ReadFile(statement[1], out _) is not { } bytes)
        {
            Say("failed to open file.");
            return;
        }
        foreach (var line in System.Text.Encoding.Latin1.GetString(bytes).Split('\n'))
        {
            var words = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0][0] == '#') continue;
            if (words.Length != 2) Say($"invalid line '{line.Trim()}'; it needs a name in lower case and the same name as it is to be written.");
            else if (Add(section, words[0], words[1]) is { } complaint) Say($"{complaint}.");
        }
    }

    private static string? Add(GlobalSection section, string from, string to)
    {
        if (!string.Equals(from, to, StringComparison.OrdinalIgnoreCase)) return "<from> and <to> must not differ except the case";
        if (section.Model.HeaderCases.ContainsKey(from)) return $"duplicate entry '{from}'";
        section.Model = section.Model with { HeaderCases = section.Model.HeaderCases.Add(from, to) };
        return null;
    }

    /// <summary>`http-err-codes`, `http-fail-codes`: `[+-]LOW[-HIGH][,...]`.</summary>
    public static void StatusCodes(GlobalSection section, Statement statement)
    {
        var context = section.Context;
        if (!statement.Has(1)) context.Alert($"Missing status codes range for '{statement.Keyword}'.");
        foreach (var text in statement.From(1))
        {
            if (IsRange(text, out var position, out var isOrdered)) continue;
            var what = $"Invalid status codes range '{text}' in '{statement.Keyword}'";
            context.Alert(isOrdered
                ? $"{what} at position {position}. Ranges must be in the form [+-]{{low[-{{high}}]}}[,...]."
                : $"{what}.\n Codes must be between 100 and 599 and ranges in ascending order.");
            return;
        }
    }

    private static bool IsRange(string text, out int position, out bool isOrdered)
    {
        isOrdered = true;
        position = text.Length > 0 && text[0] is '+' or '-' ? 1 : 0;
        while (true)
        {
            if (!TryNumber(text, ref position, out var low)) return false;
            var high = low;
            if (position < text.Length && text[position] == '-')
            {
                position++;
                if (!TryNumber(text, ref position, out high)) return false;
            }
            if (position < text.Length && text[position] != ',') return false;
            isOrdered = low is >= 100 and <= 599 && high is >= 100 and <= 599 && low <= high;
            if (!isOrdered) return false;
            if (position == text.Length) return true;
            position++;
        }
    }

    private static bool TryNumber(string text, ref int position, out int number)
    {
        number = 0;
        var start = position;
        while (position < text.Length && position - start < 4 && char.IsAsciiDigit(text[position])) number = number * 10 + (text[position++] - '0');
        return position > start;
    }
}
