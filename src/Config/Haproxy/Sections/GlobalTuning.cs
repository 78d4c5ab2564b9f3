using System.Collections.Frozen;
using Evenkeel.Config.Haproxy.Values;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>Global keywords that tune: the few that matter here are taken, the others are checked and explained (`-dD`).</summary>
internal static class GlobalTuning
{
    private static readonly FrozenSet<string> TlsOptions = FrozenSet.Create(StringComparer.Ordinal,
        "no-sslv3", "no-tlsv10", "no-tlsv11", "no-tlsv12", "no-tlsv13", "force-sslv3", "force-tlsv10", "force-tlsv11", "force-tlsv12", "force-tlsv13",
        "no-tls-tickets", "tls-tickets", "prefer-client-ciphers", "strict-sni", "no-strict-sni", "allow-0rtt", "no-alpn", "no-sni-auto", "sni-auto",
        "no-check-sni-auto", "check-sni-auto", "ssl-reuse", "no-ssl-reuse", "renegotiate", "no-renegotiate");

    public static void BufferSize(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert("'tune.bufsize' expects an integer argument");
        else if (Units.TrySize(statement[1], out var bytes, out var unexpected) == UnitError.Unexpected)
            section.Context.Alert($"unexpected '{unexpected}' after size passed to 'tune.bufsize'");
        else if (bytes is <= 0 or > int.MaxValue) section.Context.Alert("'tune.bufsize' expects a positive integer argument.");
        else section.Model = section.Model with { BufferSize = (int)bytes };
    }

    public static void MaxRewrite(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert("'tune.maxrewrite' expects an integer argument.");
        else section.Model = section.Model with { MaxRewrite = Math.Max(0, Units.LenientInteger(statement[1])) };
    }

    public static void MaxHeaders(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        var value = Units.LenientInteger(statement[1]);
        if (!statement.Has(1)) section.Context.Alert("'tune.http.maxhdr' expects an integer argument.");
        else if (value is < 1 or > 32_767) section.Context.Alert("'tune.http.maxhdr' expects a numeric value between 1 and 32767");
        else section.Model = section.Model with { MaxHeaders = value };
    }

    public static void MaxAccept(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert("'tune.maxaccept' expects an integer argument");
        else section.Model = section.Model with { MaxAccept = Math.Max(0, Units.LenientInteger(statement[1])) };
    }

    public static void KeepWord(GlobalSection section, Statement statement, string expects, string ending)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert($"global statement '{statement.Keyword}' expects {expects} {ending}.");
        else Keep(section, statement);
    }

    private static void Keep(GlobalSection section, Statement statement)
    {
        section.Model = statement.Keyword switch
        {
            "ca-base" => section.Model with { CaBase = statement[1] },
            "crt-base" => section.Model with { CrtBase = statement[1] },
            _ => section.Model with { Kept = section.Model.Kept.SetItem(statement.Keyword, statement.Rest(1)) },
        };
    }

    public static void DefaultTlsOptions(GlobalSection section, Statement statement)
    {
        if (!statement.Has(1))
        {
            section.Context.Alert($"global statement '{statement.Keyword}' expects an option as an argument.");
            return;
        }
        for (var i = 1; i < statement.Count; i++)
        {
            if (statement[i] is "ssl-min-ver" or "ssl-max-ver") i++;
            else if (!TlsOptions.Contains(statement[i]))
            {
                section.Context.Alert($"unknown option '{statement[i]}' on global statement '{statement.Keyword}'.");
                return;
            }
        }
        Keep(section, statement);
    }

    public static void DefaultDhParam(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert("'tune.ssl.default-dh-param' expects an integer argument.");
        else if (Units.LenientInteger(statement[1]) < 1024) section.Context.Alert("'tune.ssl.default-dh-param' expects a value >= 1024.");
        else Keep(section, statement);
    }

    public static void Integer(GlobalSection section, Statement statement, string reason)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert($"'{statement.Keyword}' expects an integer argument.");
        else section.WithoutEffect(statement, reason);
    }

    public static void Size(GlobalSection section, Statement statement, string reason)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert($"'{statement.Keyword}' expects an integer argument.");
        else if (Units.TrySize(statement[1], out _, out var unexpected) == UnitError.Unexpected)
            section.Context.Alert($"unexpected '{unexpected}' after size passed to '{statement.Keyword}'");
        else section.WithoutEffect(statement, reason);
    }

    public static void IdleTimer(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!statement.Has(1)) section.Context.Alert("'tune.idletimer' expects a timer value between 0 and 65535 ms.");
        else if (Units.TryTime(statement[1], 1, out _, out var unexpected) == UnitError.Unexpected)
            section.Context.Alert($"unexpected character '{unexpected}' in argument to <tune.idletimer>.");
    }

    public static void Threads(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!Units.TryInteger(statement[1], out _))
            section.Context.Alert($"'{statement.Keyword}' passed a missing or unparsable integer value in '{statement[1]}'");
    }

    public static void ThreadGroup(GlobalSection section, Statement statement)
    {
        if (!Units.TryInteger(statement[1], out _))
            section.Context.Alert($"'{statement.Keyword}' passed a missing or unparsable integer value in '{statement[1]}'");
    }

    public static void CpuMap(GlobalSection section, Statement statement)
    {
        if (!statement.Has(1) || !statement.Has(2))
        {
            section.Context.Alert("cpu-map expects a thread group number  ('all', 'odd', 'even', a number from 1 to 64 or a range),  followed by a "
                + "list of CPU ranges with numbers from 0 to 63.");
            return;
        }
        foreach (var range in statement.From(2))
            if (!char.IsAsciiDigit(range.Length > 0 ? range[0] : ' '))
            {
                section.Context.Alert($"cpu-map : '{range}' is not a CPU range.");
                return;
            }
    }
}
