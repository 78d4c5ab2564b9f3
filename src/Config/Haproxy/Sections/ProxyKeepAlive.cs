using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Values;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>`clitcpka-cnt`, `-idle`, `-intvl` and the same for servers: how `option clitcpka` and `srvtcpka` probe silent peers.</summary>
internal static class ProxyKeepAlive
{
    private const int MillisecondsPerSecond = 1_000;

    public static void Probes(ProxySection section, Statement statement)
    {
        var (context, text) = (section.Context, statement[1]);
        if (text.Length == 0) context.Alert($"'{statement.Keyword}' expects an integer value");
        else if (Units.TryInteger(text, out var count) && count < 0) Set(section, statement, 0);
        else if (text.FirstOrDefault(c => !char.IsAsciiDigit(c)) is not '\0' and var unexpected)
            context.Alert($"'{statement.Keyword}' : unexpected character '{unexpected}' in integer value '{text}'");
        else Set(section, statement, Units.LenientInteger(text));
    }

    public static void Time(ProxySection section, Statement statement)
    {
        var (context, text) = (section.Context, statement[1]);
        if (text.Length == 0) context.Alert($"'{statement.Keyword}' expects an integer value");
        else if (context.TryTime(text, MillisecondsPerSecond, out var ms, out var unexpected) is var error and not UnitError.None)
            context.Alert(error == UnitError.Unexpected ? $"unexpected character '{unexpected}' in argument to <{statement.Keyword}>."
                : $"timer overflow in argument '{text}' to '{statement.Keyword}' (maximum value is 2147483647 ms or ~24.8 days)");
        else Set(section, statement, (ms + MillisecondsPerSecond - 1) / MillisecondsPerSecond);
    }

    private static bool IsForClients(Statement statement) => statement.Keyword.StartsWith("cli", StringComparison.Ordinal);

    /// <summary>0 leaves it to the kernel, as not to say it does.</summary>
    private static void Set(ProxySection section, Statement statement, int number)
    {
        int? value = number > 0 ? number : null;
        var draft = section.Draft;
        var side = IsForClients(statement) ? ProxySides.Frontend : ProxySides.Backend;
        if (!draft.IsDefaults && (draft.Sides & side) == 0)
            section.Context.Warning($"{statement.Keyword} will be ignored because {draft.TypeName} '{draft.Name}' has no "
                + $"{ProxySection.NameOf(side)} capability");
        var timing = IsForClients(statement) ? draft.ClientKeepAlive : draft.ServerKeepAlive;
        timing = statement.Keyword[^1] switch
        {
            't' => timing with { Probes = value },
            'e' => timing with { IdleSeconds = value },
            _ => timing with { IntervalSeconds = value },
        };
        if (IsForClients(statement)) draft.ClientKeepAlive = timing;
        else draft.ServerKeepAlive = timing;
    }
}
