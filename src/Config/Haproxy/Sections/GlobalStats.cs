using Evenkeel.Config.Haproxy.Values;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>`stats socket`, `stats timeout`, `stats maxconn` of the global section.</summary>
internal static class GlobalStats
{
    public static void Stats(GlobalSection section, Statement statement)
    {
        var context = section.Context;
        switch (statement[1])
        {
            case "socket":
                Socket(section, statement);
                break;
            case "timeout":
                var error = context.TryTime(statement[2], 1, out var ms, out var unexpected);
                if (error == UnitError.Overflow)
                    context.Alert($"timer overflow in argument '{statement[2]}' to 'stats timeout' (maximum value is 2147483647 ms or ~24.8 days)");
                else if (error == UnitError.Unexpected && !statement.Has(2)) context.Alert("'stats timeout' : unexpected character '");
                else if (error == UnitError.Unexpected) context.Alert($"'stats timeout' : unexpected character '{unexpected}'");
                else if (ms == 0) context.Alert("'stats timeout' expects a positive value");
                else section.Model = section.Model with { StatsTimeoutMs = ms };
                break;
            case "maxconn":
                if (Units.LenientInteger(statement[2]) is > 0 and var most) section.Model = section.Model with { StatsMaxConnections = most };
                else context.Alert("'stats maxconn' expects a positive value");
                break;
            case "bind-process":
                context.Alert("'stats bind-process' is not supported anymore.");
                break;
            case "calculate-max-counters":
                section.WithoutEffect(statement, "maximums are always counted");
                break;
            default:
                context.Alert($"'stats' only supports 'socket', 'maxconn', 'bind-process', 'calculate-max-counters'  and 'timeout' (got '{statement[1]}')");
                break;
        }
    }

    private static void Socket(GlobalSection section, Statement statement)
    {
        var context = section.Context;
        if (!statement.Has(2))
        {
            context.Alert("'stats socket' in global section expects an address or a path to a UNIX socket");
            return;
        }
        var line = BindLine.ForStatsSocket(context, statement);
        if (line.TryRead(statement, 2)) section.Model = section.Model with { StatsSockets = section.Model.StatsSockets.AddRange(line.Binds) };
    }
}
