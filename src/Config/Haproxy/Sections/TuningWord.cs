using Evenkeel.Config.Haproxy.Values;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>
/// What the arguments of tuning words without meaning here must look like all the same: a file that HAProxy refuses is refused, in its words. Each of these
/// makes the check of a keyword, which says whether its statement passes.
/// </summary>
internal static class TuningWord
{
    /// <summary>Whether a statement passes; otherwise the alert has been given.</summary>
    public delegate bool Check(GlobalSection section, Statement statement);

    /// <summary>Nothing is asked: the original looks at its arguments later, or not at all.</summary>
    public static bool Anything(GlobalSection section, Statement statement) => true;

    public static bool NoArgument(GlobalSection section, Statement statement) => !section.Context.HasTooMany(statement, 0);

    /// <summary>One of a few words.</summary>
    /// <param name="text">The alert behind the keyword's name; `{0}` is what was given.</param>
    public static Check OneOf(string text, params string[] words) => (section, statement) =>
        !section.Context.HasTooMany(statement, 1) && Passes(Array.IndexOf(words, statement[1]) >= 0, section, statement, text);

    /// <summary>As <see cref="OneOf"/>; what stands behind it is not looked at.</summary>
    public static Check FirstOneOf(string text, params string[] words) => (section, statement) =>
        Passes(Array.IndexOf(words, statement[1]) >= 0, section, statement, text);

    /// <summary>Any number of a few words.</summary>
    public static Check SomeOf(string text, params string[] words) => (section, statement) =>
    {
        for (var at = 1; at < Math.Max(statement.Count, 2); at++)
        {
            if (Array.IndexOf(words, statement[at]) >= 0) continue;
            Complain(section, statement, text, statement[at]);
            return false;
        }
        return true;
    };

    /// <summary>A number between two others, zero when there is none.</summary>
    public static Check Number(string text, int least = 0, int most = int.MaxValue) => (section, statement) =>
        !section.Context.HasTooMany(statement, 1) && Passes(IsBetween(statement, least, most), section, statement, text);

    /// <summary>A number between two others, which has to be there.</summary>
    /// <param name="missing">The alert when it is not; null for the same one.</param>
    public static Check GivenNumber(string text, int least = 0, int most = int.MaxValue, string? missing = null) => (section, statement) =>
        !section.Context.HasTooMany(statement, 1)
        && Passes(statement.Has(1), section, statement, missing ?? text)
        && Passes(IsBetween(statement, least, most), section, statement, text);

    /// <summary>A whole number with nothing behind it; without one the original's own value.</summary>
    public static Check StrictNumber(string text, int least, int most, string? missing = null) => (section, statement) =>
        !section.Context.HasTooMany(statement, 1)
        && Passes(statement.Has(1) || missing is null, section, statement, missing ?? text)
        && Passes(!statement.Has(1) || (Units.TryInteger(statement[1], out var value) && value >= least && value <= most), section, statement, text);

    /// <summary>A size in bytes, which has to be there.</summary>
    public static Check Size(int least = 0, string missing = "expects an integer argument.") => (section, statement) =>
    {
        if (section.Context.HasTooMany(statement, 1) || !Passes(statement.Has(1), section, statement, missing)) return false;
        if (Units.TrySize(statement[1], out var bytes, out var unexpected) == UnitError.None)
            return Passes(bytes >= least, section, statement, "expects a positive integer argument.");
        section.Context.Alert($"unexpected '{unexpected}' after size passed to '{statement.Keyword}'");
        return false;
    };

    /// <summary>`tune.bufsize.small` and `tune.bufsize.large`, which are compared with `tune.bufsize` later.</summary>
    public static bool OtherBuffer(GlobalSection section, Statement statement)
    {
        if (!Size(least: 1)(section, statement)) return false;
        _ = Units.TrySize(statement[1], out var bytes, out _);
        var draft = section.Context.Draft;
        draft.OtherBuffers = statement.Keyword == "tune.bufsize.small" ? (bytes, draft.OtherBuffers.Large) : (draft.OtherBuffers.Small, bytes);
        return true;
    }

    /// <summary>A size for a direction as a whole; the original says its place twice.</summary>
    public static bool SideSize(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return false;
        if (Units.TrySize(statement[1], out var bytes, out var unexpected) != UnitError.None)
            section.Context.Alert($"parsing [{section.Context.Position}]: unexpected '{unexpected}' after size passed to '{statement.Keyword}'");
        else if (bytes == 0)
            section.Context.Alert($"parsing [{section.Context.Position}] : '{statement.Keyword}' expects a strictly positive integer argument.");
        else return true;
        return false;
    }

    /// <summary>A size, with the message of HTTP/2's buffers.</summary>
    public static bool BufferSize(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return false;
        if (Units.TrySize(statement[1], out _, out var unexpected) == UnitError.None) return true;
        section.Context.Alert($"'{statement.Keyword}': unexpected character '"
            + (statement.Has(1) ? $"{unexpected[0]}' in size argument '{statement[1]}'." : ""));
        return false;
    }

    /// <summary>`VALUE [rq-load auto|ignore|NUMBER] [min NUMBER]`.</summary>
    public static bool ClientStreams(GlobalSection section, Statement statement)
    {
        if (!Passes(IsBetween(statement, 0, int.MaxValue), section, statement, "expects a positive numeric value.")) return false;
        for (var at = 2; at < statement.Count; at += 2)
        {
            var value = Units.LenientInteger(statement[at + 1]);
            var text = statement[at] switch
            {
                "rq-load" when statement[at + 1] is not ("auto" or "ignore") && value <= 0 =>
                    "expects a strictly positive run-queue length, or 'auto' or 'ignore'.",
                "min" when value <= 0 => "expects a strictly positive minimum number of streams'.",
                "rq-load" or "min" => "",
                _ => "only supports 'rq-load' or 'min' after the numeric value, but found '{0}'.",
            };
            if (text.Length == 0) continue;
            Complain(section, statement, text, statement[at]);
            return false;
        }
        return true;
    }

    /// <summary>`POLICY [threads-per-core 1|auto]`.</summary>
    public static bool ProcessorPolicy(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 3)) return false;
        if (statement.Has(2) && !Passes(statement[2] == "threads-per-core", section, statement,
            $"passed an unknown keyword '{statement[2]}', the only known values are threads-per-core")) return false;
        if (!Array.Exists(Policies, policy => policy.Name == statement[1]))
        {
            var known = string.Join(", ", Policies.Select(static policy => $"'{policy.Name}' ({policy.Meaning})"));
            known = "and " + known.Replace(", 'first", ", and 'first", StringComparison.Ordinal);
            section.Context.Alert($"'cpu-policy' passed an unknown CPU policy '{statement[1]}'. Supported values are: {known}.\n");
            return false;
        }
        return !statement.Has(2) || Passes(statement[3] is "1" or "auto", section, statement,
            $"passed an unknown value '{statement[3]}' to keyword 'threads-per-core', known values are 1 or auto");
    }

    private static readonly (string Name, string Meaning)[] Policies =
    [
        ("none", "use all available CPUs"), ("performance", "make one thread group per perf. core cluster"),
        ("group-by-ccx", "make one thread group per CCX"), ("group-by-2-ccx", "make one thread group per 2 CCX"),
        ("group-by-3-ccx", "make one thread group per 3 CCX"), ("group-by-4-ccx", "make one thread group per 4 CCX"),
        ("group-by-cluster", "make one thread group per core cluster"), ("group-by-2-clusters", "make one thread group per 2 core clusters"),
        ("group-by-3-clusters", "make one thread group per 3 core clusters"), ("group-by-4-clusters", "make one thread group per 4 core clusters"),
        ("efficiency", "make one thread group per eff. core cluster"), ("resource", "make one thread group from the smallest cluster"),
        ("first-usable-node", "use only first usable node if nbthreads not set"),
    ];

    /// <summary>`per-core`, `per-group [loose|auto]` and so on.</summary>
    public static bool ProcessorAffinity(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 2)) return false;
        if (!Passes(statement[1] is "per-core" or "per-group" or "per-thread" or "per-ccx" or "auto", section, statement,
            $"parsed an unknown directive '{statement[1]}'. Known values are : per-core per-group per-thread per-ccx auto")) return false;
        if (!statement.Has(2) || (statement[1] == "per-group" && statement[2] is "loose" or "auto")) return true;
        var known = statement[1] == "per-group" ? " Known values are : loose auto" : "";
        section.Context.Alert($"'{statement[1]}' provided with unknown optional argument '{statement[2]}'. {known}");
        return false;
    }

    /// <summary>A list of epoll's events, or nothing.</summary>
    public static bool EventMask(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return false;
        foreach (var word in statement[1].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (word is "err" or "hup" or "rdhup") continue;
            Complain(section, statement, "expects a comma-delimited list of 'err', 'hup' and 'rdhup' but got '{0}'.", word);
            return false;
        }
        return true;
    }

    /// <summary>A delay between 1 and 1000 milliseconds.</summary>
    public static bool WarningDelay(GlobalSection section, Statement statement)
    {
        const int Longest = 1_000;
        if (!Passes(statement.Has(1), section, statement, "expects <time> as argument between 1 and 1000 ms.")) return false;
        var error = section.Context.TryTime(statement[1], 1, out var ms, out var unexpected);
        var text = error switch
        {
            UnitError.Unexpected => $"unexpected character '{unexpected}' in argument to <{statement.Keyword}>.",
            UnitError.Overflow => $"timer overflow in argument '{statement[1]}' to '{statement.Keyword}' (maximum value is 1000 ms)",
            _ when ms is < 1 or > Longest =>
                $"timer out of range in argument '{statement[1]}' to '{statement.Keyword}' (value must be between 1 and 1000 ms)",
            _ => "",
        };
        if (text.Length > 0) section.Context.Alert(text);
        return text.Length == 0;
    }

    /// <summary>Only where `expose-experimental-directives` stands before.</summary>
    public static Check Experimental(Check check) => (section, statement) =>
        Passes(section.Context.Draft.Experiments.Allow(), section, statement,
            "directive is experimental, must be allowed via a global 'expose-experimental-directives'") && check(section, statement);

    /// <summary>Zero, or a percentage of 100 or more.</summary>
    public static bool Elasticity(GlobalSection section, Statement statement) =>
        !section.Context.HasTooMany(statement, 1)
        && Passes(long.TryParse(statement[1], out var value) && value is 0 or >= 100, section, statement,
            "expects 0 or a positive percentage value of 100 or above");

    /// <summary>The original counts on beyond 32 bits, which shows in the message.</summary>
    public static bool StickCounters(GlobalSection section, Statement statement)
    {
        const int Most = 100;
        if (!statement.Has(1)) return true;
        var isNumber = long.TryParse(statement[1], System.Globalization.NumberStyles.AllowLeadingSign, null, out var value);
        if (isNumber && (int)value is >= 0 and <= Most) return true;
        section.Context.Alert(isNumber ? $"{statement.Keyword}: the number of stick-counters must be between 1 and {Most} (was {(int)value})"
            : $"{statement.Keyword}: '{statement[1]}' is an invalid number");
        return false;
    }

    /// <summary>Milliseconds of 16 bits.</summary>
    public static bool IdleTimer(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return false;
        const string Bounds = "expects a timer value between 0 and 65535 ms.";
        if (!Passes(statement.Has(1), section, statement, Bounds)) return false;
        var error = section.Context.TryTime(statement[1], 1, out var ms, out var unexpected);
        if (error == UnitError.Unexpected) section.Context.Alert($"unexpected character '{unexpected}' in argument to <{statement.Keyword}>.");
        if (error == UnitError.Overflow)
            section.Context.Alert($"timer overflow in argument <{statement[1]}> to <{statement.Keyword}>, maximum value is 65535 ms.");
        return error == UnitError.None && Passes(ms <= ushort.MaxValue, section, statement, Bounds);
    }

    /// <summary>The old name of `tune.ssl.capture-buffer-size`.</summary>
    public static bool CipherListSize(GlobalSection section, Statement statement)
    {
        section.Context.WarningTight($"'{statement.Keyword}' is deprecated and will be removed in version 2.7. "
            + "Please use 'tune.ssl.capture-buffer-size' instead.");
        return GivenNumber("expects a positive numeric value.", missing: "expects an integer argument.")(section, statement);
    }

    /// <summary>One of the two delays between which OCSP responses are fetched; the other one bounds it.</summary>
    public static Check OcspDelay(bool longest) => (section, statement) =>
    {
        if (!Passes(statement.Has(1), section, statement, "expects an integer argument.")) return false;
        var value = Units.LenientInteger(statement[1]);
        if (!Passes(value >= 0, section, statement, "expects a positive numeric value.")) return false;
        section.OcspDelays = longest ? (section.OcspDelays.Least, value) : (value, section.OcspDelays.Most);
        return Passes(section.OcspDelays.Least <= section.OcspDelays.Most, section, statement,
            longest ? "can not be lower than tune.ssl.ocsp-update.mindelay." : "can not be higher than tune.ssl.ocsp-update.maxdelay.");
    };

    private static bool IsBetween(Statement statement, int least, int most) =>
        Units.LenientInteger(statement[1]) is var value && value >= least && value <= most;

    private static bool Passes(bool isRight, GlobalSection section, Statement statement, string text)
    {
        if (!isRight) Complain(section, statement, text, statement[1]);
        return isRight;
    }

    private static void Complain(GlobalSection section, Statement statement, string text, string given) =>
        section.Context.Alert($"'{statement.Keyword}' {text.Replace("{0}", given, StringComparison.Ordinal)}");
}
