using Evenkeel.Config.Haproxy.Values;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>Global keywords that give the process something to begin with: saved states and counters; and the defaults of unix sockets.</summary>
internal static class GlobalSaved
{
    public static void StateFile(GlobalSection section, Statement statement) => Path(section, statement, "expect one argument: a file path.",
        section.Model.ServerStateFile, path => section.Model = section.Model with { ServerStateFile = path });

    public static void StateBase(GlobalSection section, Statement statement) => Path(section, statement, "expects one argument: a directory path.",
        section.Model.ServerStateBase, path => section.Model = section.Model with { ServerStateBase = path });

    public static void StatsFile(GlobalSection section, Statement statement) => Path(section, statement, "expect one argument: a file path.",
        section.Model.StatsFile, path => section.Model = section.Model with { StatsFile = path });

    private static void Path(GlobalSection section, Statement statement, string expectation, string? before, Action<string> take)
    {
        if (before is not null) section.Context.Alert($"'{statement.Keyword}' already specified. Continuing.");
        else if (!statement.Has(1)) section.Context.Alert($"'{statement.Keyword}' {expectation}");
        else take(statement[1]);
    }

    public static void UnixBind(GlobalSection section, Statement statement)
    {
        var context = section.Context;
        var settings = section.Model.UnixBind;
        if (!statement.Has(1)) context.WithoutEffect("'unix-bind'", "it names no option");
        for (var at = 1; statement.Has(at); at += 2)
        {
            var value = statement[at + 1];
            switch (statement[at])
            {
                case "prefix" when value.Length == 0: context.Alert("unix_bind 'prefix' expects a path as an argument."); return;
                case "prefix": settings = settings with { Prefix = value }; break;
                case "mode": settings = settings with { Mode = OctalMode(value) }; break;
                case "uid": settings = settings with { UserId = (uint)Math.Max(0, Units.LenientInteger(value)) }; break;
                case "gid": settings = settings with { GroupId = (uint)Math.Max(0, Units.LenientInteger(value)) }; break;
                case "user" when context.World.UserId(value) is { } user: settings = settings with { UserId = user }; break;
                case "user": context.Alert($"'unix-bind user' : '{value}' unknown user."); return;
                case "group" when context.World.GroupId(value) is { } group: settings = settings with { GroupId = group }; break;
                case "group": context.Alert($"'unix-bind group' : '{value}' unknown group."); return;
                default:
                    context.Alert("'unix-bind' only supports the 'prefix', 'mode', 'uid', 'gid', 'user' and 'group' options.");
                    return;
            }
        }
        section.Model = section.Model with { UnixBind = settings };
    }

    private static int OctalMode(string text)
    {
        var mode = 0;
        foreach (var c in text)
        {
            if (c is < '0' or > '7') break;
            mode = ((mode << 3) | (c - '0')) & 0xFFF;
        }
        return mode;
    }
}
