using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Values;

/// <summary>A `log` line: address, `len`, `format`, `sample`, facility, level, minimum level (configuration.txt 3.1 "log").</summary>
internal static class LogTargetText
{
    private const int DefaultPort = 514;
    private const string RingPrefix = "ring@";
    private const string BackendPrefix = "backend@";
    private const int MinLength = 80;
    private const int MaxLength = 65_535;

    public static readonly string[] Facilities =
    [
        "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "auth2", "ftp", "ntp", "audit", "alert", "cron2",
        "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
    ];

    public static readonly string[] Levels = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

    private static readonly string[] Formats = ["rfc3164", "rfc5424", "local", "priority", "short", "timed", "iso", "raw"];

    /// <summary>Null when there is no such format.</summary>
    public static LogLineFormat? FormatOf(string name) => Array.IndexOf(Formats, name) is >= 0 and var format ? (LogLineFormat)format : null;

    /// <summary>Reads the words behind `log`; null when something is wrong, which has been said then.</summary>
    /// <param name="expected">What the message of a line too short asks for.</param>
    public static LogTargetModel? TryParse(Statement statement, ParseContext context, string expected)
    {
        if (!statement.Has(1) || !statement.Has(2)) return Fail(context, $"expects {expected} as arguments");
        var target = TryAddress(statement, context);
        if (target is null) return null;
        var next = 2;
        // In this order only, as in the original.
        if (statement[next] == "len")
        {
            var length = Units.LenientInteger(statement[next + 1]);
            if (length is < MinLength or > MaxLength)
                return Fail(context, $"invalid log length '{statement[next + 1]}', must be between {MinLength} and {MaxLength}");
            target = target with { MaxLength = length };
            next += 2;
        }
        if (statement[next] == "format")
        {
            if (FormatOf(statement[next + 1]) is not { } format) return Fail(context, $"unknown log format '{statement[next + 1]}'");
            target = target with { Format = format };
            next += 2;
        }
        if (statement[next] == "sample")
        {
            var sample = LogSampleText.TryParse(statement[next + 1], out var error);
            if (sample is null) return Fail(context, error);
            target = target with { Sample = sample };
            next += 2;
        }
        if (statement[next] == "profile")
        {
            target = target with { Profile = statement[next + 1] };
            next += 2;
        }
        var facility = Array.IndexOf(Facilities, statement[next]);
        if (facility < 0) return Fail(context, $"unknown log facility '{statement[next]}'");
        target = target with { Facility = facility };
        if (statement.Has(next + 1))
        {
            var level = Array.IndexOf(Levels, statement[next + 1]);
            if (level < 0) return Fail(context, $"unknown optional log level '{statement[next + 1]}'");
            target = target with { Level = level };
        }
        if (statement.Has(next + 2))
        {
            var minimum = Array.IndexOf(Levels, statement[next + 2]);
            if (minimum < 0) return Fail(context, $"unknown optional minimum log level '{statement[next + 2]}'");
            target = target with { MinimumLevel = minimum };
        }
        return statement.Has(next + 3) ? Fail(context, $"cannot handle unexpected argument '{statement[next + 3]}'") : target;
    }

    /// <summary>A line with a stream address writes into a ring of its own, which sends to that address.</summary>
    private static string AddImplicitRing(ParseContext context, AddressText address)
    {
        var name = $"ring#{context.Draft.Rings.Count(ring => ring.IsImplicit) + 1}";
        var place = address.ToModel(address.HasPort ? address.Port : DefaultPort);
        var server = new ServerModel { Name = name, Id = 1, Position = context.Position, Address = place };
        var description = $"created from log directive declared into '{context.Position.File}' at line {context.Position.Line}";
        context.Draft.Rings.Add(new RingModel(name, description, RingModel.DefaultSize, MaxLength: 65_535, LogLineFormat.Unspecified, [server],
            new TimeoutsModel(), context.Position, IsImplicit: true));
        return name;
    }

    private static LogTargetModel? Fail(ParseContext context, string text)
    {
        context.Alert("log : " + text);
        return null;
    }

    private static LogTargetModel? TryAddress(Statement statement, ParseContext context)
    {
        var text = statement[1];
        var target = new LogTargetModel(LogTransport.Udp, null, 0, statement.Position);
        if (text is "stdout") return target with { Transport = LogTransport.StandardOutput };
        if (text is "stderr") return target with { Transport = LogTransport.StandardError };
        if (text.StartsWith(RingPrefix, StringComparison.Ordinal)) return target with { Transport = LogTransport.Ring, RingName = text[RingPrefix.Length..] };
        if (text.StartsWith(BackendPrefix, StringComparison.Ordinal))
            return target with { Transport = LogTransport.Backend, BackendName = text[BackendPrefix.Length..] };
        var rules = AddressRules.Port | AddressRules.Datagram | AddressRules.AnyDescriptor | AddressRules.Resolve;
        var address = AddressText.TryParse(text, rules, context.World, out var error);
        if (address is null) return Fail(context, error);
        if (!address.IsDatagram && address.UnsupportedFamily is null && !address.IsQuic) return target with
        {
            Transport = LogTransport.Ring,
            RingName = AddImplicitRing(context, address),
        };
        if (address.UnsupportedFamily is not null || address.IsQuic)
        {
            context.NotSupported($"the log address '{text}'");
            return null;
        }
        return address.Family switch
        {
            SocketFamily.Descriptor => target with { Transport = LogTransport.Descriptor, Address = address.ToModel(0) },
            SocketFamily.Unix or SocketFamily.AbstractUnix => target with { Transport = LogTransport.UnixDatagram, Address = address.ToModel(0) },
            _ => target with { Address = address.ToModel(address.HasPort ? address.Port : DefaultPort) },
        };
    }
}
