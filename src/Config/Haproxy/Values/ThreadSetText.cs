using System.Collections.Immutable;
using Evenkeel.Model.Process;

namespace Evenkeel.Config.Haproxy.Values;

/// <summary>The `thread` option of a `bind` line: `1-3,8`, `odd`, `2/1-`.</summary>
internal static class ThreadSetText
{
    public static bool TryParse(string text, out ImmutableArray<ThreadRange> ranges, out string error)
    {
        var found = ImmutableArray.CreateBuilder<ThreadRange>();
        ranges = [];
        error = "";
        bool? isRelative = null;
        foreach (var part in text.Split(','))
        {
            var slash = part.IndexOf('/', StringComparison.Ordinal);
            // What stands before the slash has to look like a number to make it a group.
            if (slash >= 0 && !Units.TryInteger(part[..slash], out _)) slash = -1;
            if (isRelative is { } before && before != slash >= 0)
            {
                error = before
                    ? $"absolute thread specification '{part}' is not permitted after a group-relative thread range."
                    : $"group-relative thread specification '{part}' is not permitted after a absolute thread range.";
                return false;
            }

            isRelative = slash >= 0;
            var group = 0;
            if (slash >= 0 && Units.TryInteger(part[..slash], out group) && group is < 1 or > ThreadsModel.MaxGroups)
            {
                error = $"invalid thread group number '{part[..slash]}', permitted range is 1..{ThreadsModel.MaxGroups} in '{part}'.";
                return false;
            }

            if (!TryRange(part[(slash + 1)..], group, out var range, out error)) return false;
            found.Add(range);
        }

        ranges = found.ToImmutable();
        return true;
    }

    private static bool TryRange(string text, int group, out ThreadRange range, out string error)
    {
        error = "";
        range = new ThreadRange(group, text == "even" ? 2 : 1, ThreadsModel.MaxThreads, text is "odd" or "even" ? 2 : 1);
        if (text is "" or "all" or "odd" or "even") return true;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var (firstText, lastText) = dash < 0 ? (text, text) : (text[..dash], text[(dash + 1)..]);
        var (first, last) = (1, ThreadsModel.MaxThreads);
        if (firstText.Length > 0 && (!Units.TryInteger(firstText, out first) || first is < 1 or > ThreadsModel.MaxThreads))
            error = $"invalid first thread number '{firstText}', permitted range is 1..{ThreadsModel.MaxThreads}, or 'all', 'odd', 'even'.";
        else if (lastText.Length > 0 && (!Units.TryInteger(lastText, out last) || last is < 1 or > ThreadsModel.MaxThreads))
            error = $"invalid last thread number '{lastText}', permitted range is 1..{ThreadsModel.MaxThreads}.";
        range = new ThreadRange(group, Math.Min(first, last), Math.Max(first, last));
        return error.Length == 0;
    }
}
