using System.Collections.Frozen;
using Evenkeel.Config.Haproxy.Keywords;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>Global keywords that tune: the few that matter here are taken, the others are checked and explained (`-dD`).</summary>
internal static class GlobalTuning
{
    /// <summary>Options of bind lines that `ssl-default-server-options` does not know.</summary>
    private static readonly FrozenSet<string> ClientTlsOptions =
        FrozenSet.Create(StringComparer.Ordinal, "tls-tickets", "prefer-client-ciphers", "strict-sni", "no-strict-sni");

    /// <summary>Sizes of buffers are multiples of it.</summary>
    private const int BufferStep = 16;

    public static void BufferSize(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert("'tune.bufsize' expects an integer argument");
        else if (Units.TrySize(statement[1], out var bytes, out var unexpected) != UnitError.None)
            section.Context.Alert($"unexpected '{unexpected}' after size passed to 'tune.bufsize'");
        else if (bytes is <= 0 or > int.MaxValue) section.Context.Alert("'tune.bufsize' expects a positive integer argument.");
        else section.Model = section.Model with { BufferSize = (int)Math.Min((bytes + BufferStep - 1) / BufferStep * BufferStep, int.MaxValue) };
    }

    /// <summary>`profiling.tasks`; locks and memory are never waited for, so that `lock` and `memory` measure nothing.</summary>
    public static void ProfilingTasks(GlobalSection section, Statement statement)
    {
        for (var at = 1; at < Math.Max(statement.Count, 2); at++)
        {
            switch (statement[at])
            {
                case "on": section.Model = section.Model with { TaskProfiling = TaskProfiling.On }; break;
                case "off": section.Model = section.Model with { TaskProfiling = TaskProfiling.Off }; break;
                case "auto": section.Model = section.Model with { TaskProfiling = TaskProfiling.Auto }; break;
                case "lock" or "no-lock" or "memory" or "no-memory": break;
                default:
                    section.Context.Alert("'profiling.tasks' expects a combination of either 'on', 'auto', 'off', 'lock', 'no-lock', 'memory', or 'no-memory', "
                        + $"but got '{statement[at]}'.");
                    return;
            }
        }
    }

    public static void MaxRewrite(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert("'tune.maxrewrite' expects an integer argument.");
        else if (Units.LenientInteger(statement[1]) is >= 0 and var bytes) section.Model = section.Model with { MaxRewrite = bytes };
        else section.Context.Alert("'tune.maxrewrite' expects a positive integer argument.");
    }

    public static void MaxChecksPerThread(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        section.Model = section.Model with { MaxChecksPerThread = Math.Max(0, Units.LenientInteger(statement[1])) };
    }

    public static void MaxHeaders(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        var value = Units.LenientInteger(statement[1]);
        if (!statement.Has(1)) section.Context.Alert("'tune.http.maxhdr' expects an integer argument.");
        else if (value is < 1 or > 32_767) section.Context.Alert("'tune.http.maxhdr' expects a numeric value between 1 and 32767");
        else section.Model = section.Model with { MaxHeaders = value };
    }

    /// <summary>`tune.http.cookielen`, `tune.http.logurilen`.</summary>
    public static void CapturedLength(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        var length = Math.Clamp(Units.LenientInteger(statement[1]), 0, int.MaxValue - 1) + 1;
        if (!statement.Has(1)) section.Context.Alert($"'{statement.Keyword}' expects an integer argument.");
        else if (statement.Keyword == "tune.http.logurilen") section.Model = section.Model with { LoggedUriLength = length };
        else section.Model = section.Model with { CapturedCookieLength = length };
    }

    /// <summary>Bytes without a unit, as the original reads them; `global` and `proc` are one, the smaller of which holds.</summary>
    public static void VariableLimit(GlobalSection section, Statement statement)
    {
        var bytes = 0;
        if (statement.Has(1) && !TryWrapped(statement[1], out bytes))
        {
            section.Context.Alert($"{statement.Keyword}: '{statement[1]}' is an invalid size");
            return;
        }
        var limits = section.Model.VariableLimits;
        section.Model = section.Model with { VariableLimits = statement.Keyword.Split('.', '-')[2] switch
        {
            "reqres" => limits with { Message = bytes },
            "txn" => limits with { Transaction = bytes },
            "sess" => limits with { Session = bytes },
            "check" => limits with { Check = bytes },
            _ => limits with { Process = limits.Process <= 0 ? bytes : Math.Min(limits.Process, bytes) },
        } };
    }

    /// <summary>A number of which the original keeps 32 bits.</summary>
    private static bool TryWrapped(string text, out int bytes)
    {
        var isNumber = long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, null, out var value);
        bytes = (int)value;
        return isNumber;
    }

    public static void MaxAccept(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert("'tune.maxaccept' expects an integer argument");
        else if (Units.LenientInteger(statement[1]) is >= -1 and var most && (most < int.MaxValue || statement[1] == "2147483647"))
            section.Model = section.Model with { MaxAccept = most };
        else section.Context.Alert("'tune.maxaccept' expects -1 or an integer from 0 to INT_MAX.");
    }

    public static void MaxPipes(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert("'maxpipes' expects an integer argument.");
        else section.Model = section.Model with { MaxPipes = Math.Max(0, Units.LenientInteger(statement[1])) };
    }

    public static void NoSplice(GlobalSection section, Statement statement)
    {
        if (!section.Context.HasTooMany(statement, 0)) section.Model = section.Model with { NoSplice = true };
    }

    public static void KeepWord(GlobalSection section, Statement statement, string expects, string ending)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert($"global statement '{statement.Keyword}' expects {expects} {ending}.");
        else Keep(section, statement);
    }

    /// <summary>`ca-base`, `crt-base`: said once.</summary>
    public static void TlsDirectory(GlobalSection section, Statement statement)
    {
        var isCa = statement.Keyword == "ca-base";
        if (section.Context.HasTooMany(statement, 1)) return;
        if ((isCa ? section.Model.CaBase : section.Model.CrtBase) is not null) section.Context.Alert($"'{statement.Keyword}' already specified.");
        else if (!statement.Has(1)) section.Context.Alert($"global statement '{statement.Keyword}' expects a directory path as an argument.");
        else section.Model = isCa ? section.Model with { CaBase = statement[1] } : section.Model with { CrtBase = statement[1] };
    }

    private static void Keep(GlobalSection section, Statement statement) =>
        section.Model = section.Model with { Kept = section.Model.Kept.SetItem(statement.Keyword, statement.Rest(1)) };

    public static void DefaultTlsOptions(GlobalSection section, Statement statement)
    {
        if (!statement.Has(1))
        {
            section.Context.Alert($"global statement '{statement.Keyword}' expects an option as an argument.");
            return;
        }
        var isForBinds = IsForBinds(statement);
        for (var i = 1; i < statement.Count; i++)
        {
            var word = statement[i];
            if (word is "ssl-min-ver" or "ssl-max-ver")
            {
                var given = statement[++i];
                var version = TlsWords.Version(given);
                if (version is null)
                {
                    var what = given.Length == 0 ? $"'{word}' : missing the ssl/tls version" : $"'{given}' : unknown ssl/tls version";
                    section.Context.Alert($"{what} on global statement '{statement.Keyword}'.");
                    return;
                }
                ChangeTls(section, statement, tls => word == "ssl-min-ver" ? tls with { Least = version } : tls with { Most = version });
            }
            else if ((isForBinds || !ClientTlsOptions.Contains(word)) && TlsWords.Flags.TryGetValue(word, out var change))
                ChangeTls(section, statement, change);
            // Renegotiation with servers is never asked for, and refused when they ask.
            else if (isForBinds || word is not ("renegotiate" or "no-renegotiate"))
            {
                section.Context.Alert($"unknown option '{statement[i]}' on global statement '{statement.Keyword}'.");
                return;
            }
        }
    }

    private static bool IsForBinds(Statement statement) => statement.Keyword.StartsWith("ssl-default-bind", StringComparison.Ordinal);

    private static void ChangeTls(GlobalSection section, Statement statement, Func<TlsSettings, TlsSettings> change) =>
        section.Model = IsForBinds(statement)
            ? section.Model with { TlsBindDefaults = change(section.Model.TlsBindDefaults) }
            : section.Model with { TlsServerDefaults = change(section.Model.TlsServerDefaults) };

    /// <summary>`ssl-default-bind-ciphers` and the other lists in OpenSSL's own syntax.</summary>
    public static void DefaultTlsList(GlobalSection section, Statement statement, string expects, string ending)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert($"global statement '{statement.Keyword}' expects {expects} {ending}.");
        else
        {
            var list = statement.Keyword["ssl-default-".Length..];
            list = list[(list.IndexOf('-', StringComparison.Ordinal) + 1)..];
            ChangeTls(section, statement, tls => TlsWords.Lists[list].Change(tls, statement[1]));
        }
    }

    public static void TlsCacheSize(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert($"'{statement.Keyword}' expects an integer argument.");
        else if (Units.LenientInteger(statement[1]) is >= 0 and var most) section.Model = section.Model with { TlsCachedSessions = most };
        else section.Context.Alert($"'{statement.Keyword}' expects a positive numeric value.");
    }

    public static void TlsLifetime(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert($"'{statement.Keyword}' expects ssl sessions <lifetime> in seconds as argument.");
        else if (section.Context.TryTime(statement[1], 1000, out var ms, out var unexpected) == UnitError.None)
            section.Model = section.Model with { TlsSessionLifetimeMs = ms };
        else section.Context.Alert(unexpected != '\0' ? $"unexpected character '{unexpected}' in argument to <{statement.Keyword}>."
            : $"timer overflow in argument '{statement[1]}' to <{statement.Keyword}> (maximum value is 2147483647 s or ~68 years).");
    }

    public static void DefaultDhParam(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert("'tune.ssl.default-dh-param' expects an integer argument.");
        else if (Units.LenientInteger(statement[1]) is >= 0 and < 1024) section.Context.Alert("'tune.ssl.default-dh-param' expects a value >= 1024.");
        else Keep(section, statement);
    }

    /// <summary>`maxconnrate`, `maxsessrate`, `maxsslrate`.</summary>
    public static void Rate(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1))
        {
            section.Context.Alert($"'{statement.Keyword}' expects an integer argument.");
            return;
        }
        var limit = Math.Max(0, Units.LenientInteger(statement[1]));
        section.Model = statement.Keyword switch
        {
            "maxconnrate" => section.Model with { ConnectionRateLimit = limit },
            "maxsessrate" => section.Model with { SessionRateLimit = limit },
            _ => section.Model with { TlsRateLimit = limit },
        };
    }
}
