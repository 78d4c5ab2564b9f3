using System.Net;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Values;

namespace Evenkeel.Config.Haproxy.Keywords;

using Row = Keyword<ServerLine>;

/// <summary>The options of `server` and `default-server` lines (configuration.txt 5.2).</summary>
internal static class ServerKeywords
{
    private const string NoStickTables = "stick tables are not supported yet";

    public static readonly KeywordTable<ServerLine> Table = new("server", Implemented, Positional, Kept, WithoutEffect, NotYet);

    private static Row[] Implemented =>
    [
        Does("backup", line => line.Model = line.Model with { Backup = true }),
        Does("no-backup", line => line.Model = line.Model with { Backup = false }),
        Does("cookie", Cookie),
        Does("disabled", line => line.Model = line.Model with { Disabled = true }),
        Does("enabled", line => line.Model = line.Model with { Disabled = false }),
        Does("guid", Guid),
        Does("id", Id),
        Does("init-addr", InitAddr),
        Does("log-bufsize", LogBufferSize),
        Does("log-proto", LogProtocol),
        Does("maxconn", line => line.Model = line.Model with { MaxConnections = PositiveOrNull(line) }),
        Does("maxqueue", line => line.Model = line.Model with { MaxQueue = PositiveOrNull(line) }),
        Given("max-reuse", (line, value) => line.Model = line.Model with { MaxReuse = value >= 0 ? value : null }),
        Does("minconn", line => line.Model = line.Model with { MinConnections = PositiveOrNull(line) }),
        Does("on-marked-down", OnMarkedDown),
        Does("on-marked-up", OnMarkedUp),
        Given("pool-low-conn", (line, value) => line.Model = line.Model with { PoolLowConnections = value > 0 ? value : null }),
        Given("pool-max-conn", (line, value) => line.Model = line.Model with { PoolMaxConnections = value >= 0 ? value : null }),
        Does("pool-purge-delay", PoolPurgeDelay),
        Does("redir", Redirection),
        Does("slowstart", SlowStart),
        Does("source", Source), Does("usesrc", line => line.Fail("'usesrc' only allowed after a 'source' statement..")),
        Does("tcp-ut", TcpUserTimeout),
        .. ServerCheckKeywords.Rows, .. ServerTransportKeywords.Rows.Where(row => row.Support == KeywordSupport.Implemented),
        .. ProxyHeaderKeywords.Rows, .. TlsServerKeywords.Rows, .. ServerNameKeywords.Rows,
        Does("track", Track),
        Does("weight", Weight),
    ];

    private static Row[] Kept =>
    [
        .. Flags(KeywordSupport.Kept, NoStickTables, "non-stick", "stick"),
    ];

    private static Row[] WithoutEffect =>
    [
        .. Flags(KeywordSupport.WithoutEffect, "requests are limited; connections that idle beside them are not", "strict-maxconn"),
        .. Flags(KeywordSupport.WithoutEffect, "the option it takes back is not supported yet", "no-check-reuse-pool",
            "no-send-proxy-v2-ssl", "no-send-proxy-v2-ssl-cn"),
        new("no-tfo", KeywordSupport.WithoutEffect, (line, _) => line.Model = line.Model with { AsksFastOpen = false },
            "data is sent as soon as the connection is there"),
        new("tfo", KeywordSupport.WithoutEffect, (line, _) => line.Model = line.Model with { AsksFastOpen = true },
            "data is sent as soon as the connection is there"),
        new("ws", KeywordSupport.WithoutEffect, (line, _) => WebSocket(line), "HTTP/1.1 is the only protocol to servers"),
        new("shard", KeywordSupport.WithoutEffect, (line, _) => line.TakeArgument(), "there are no peers to share with"),
        .. ServerTransportKeywords.Rows.Where(row => row.Support == KeywordSupport.WithoutEffect),
    ];

    /// <summary>They stand in front of all options; anywhere else the original does not know them.</summary>
    private static IEnumerable<Row> Positional =>
        new[] { "from", "name" }.Select(name => Does(name, line => line.FailUnknown(name)));

    private static Row[] NotYet =>
    [
        .. new[]
        {
            "check-pool-conn-name", "check-reuse-pool", "quic-cc-algo",
            "send-proxy-v2-ssl", "send-proxy-v2-ssl-cn",
        }.Select(name => new Row(name, KeywordSupport.NotYet, null)),
    ];

    private static Row Does(string name, Action<ServerLine> read) => new(name, KeywordSupport.Implemented, (line, _) => read(line));

    private static IEnumerable<Row> Flags(KeywordSupport support, string reason, params IReadOnlyList<string> names) =>
        names.Select(name => new Row(name, support, (_, _) => { }, reason));

    private static IEnumerable<Row> Words(KeywordSupport support, string reason, params IReadOnlyList<string> names) =>
        names.Select(name => new Row(name, support, (line, option) => Word(line, option.Keyword), reason));

    private static void Word(ServerLine line, string option)
    {
        if (line.TakeArgument().Length == 0) line.Fail($"'{option}' expects <value> as argument..");
    }

    /// <summary>An option with a number that has to be there.</summary>
    private static Row Given(string name, Action<ServerLine, int> take) => Does(name, line =>
    {
        var text = line.TakeArgument();
        if (text.Length == 0) line.Fail($"'{name}' expects <value> as argument..");
        else take(line, Units.LenientInteger(text));
    });

    private static void Track(ServerLine line)
    {
        var other = line.TakeArgument();
        if (other.Length == 0) line.Fail("'track' expects [<proxy>/]<server> as argument..");
        else line.Model = line.Model with { Track = other };
    }

    private static int? PositiveOrNull(ServerLine line) => Units.LenientInteger(line.TakeArgument()) is > 0 and var value ? value : null;

    private static void Cookie(ServerLine line)
    {
        var value = line.TakeArgument();
        if (value.Length == 0) line.Fail("'cookie' expects <value> as argument..");
        else line.Model = line.Model with { Cookie = value };
    }

    private static void Redirection(ServerLine line)
    {
        var prefix = line.TakeArgument();
        if (prefix.Length == 0) line.Fail("'redir' expects <prefix> as argument..");
        else line.Model = line.Model with { Redirection = prefix };
    }

    private static void WebSocket(ServerLine line)
    {
        if (line.TakeArgument() is not ("auto" or "h1" or "h2")) line.Fail("'ws' has to be 'auto', 'h1' or 'h2'.");
    }

    private static void Id(ServerLine line)
    {
        if (line.IsDefault)
        {
            line.Context.Diagnostics.Say(Diagnostics.Severity.Warning, line.Context.Position,
                $"config : [{line.Context.Position}] : 'id' option is not accepted in default-server sections");
            line.TakeArgument();
            return;
        }
        var text = line.TakeArgument();
        var id = Units.LenientInteger(text);
        if (text.Length == 0) line.Fail("'id' : expects an integer argument.");
        else if (id <= 0 || (id == int.MaxValue && text.Length > 10)) line.Fail("'id' : custom id has to be between 1 and 4294967295..");
        else if (line.Proxy.ServerIds.TryGetValue(id, out var other))
            line.Fail($"'id' : custom id {id} already used at {other.Position} ('server {other.Name}').");
        else
        {
            line.Model = line.Model with { Id = id, HasExplicitId = true };
            line.Proxy.ServerIds[id] = line.Model;
            line.Extras = line.Extras with { HasExplicitId = true };
        }
    }

    private static void Guid(ServerLine line)
    {
        var guid = line.TakeArgument();
        if (guid.Length == 0) line.Fail("'guid' : expects an argument.");
        else if (line.Context.Draft.Guids.Claim(guid, $"server {line.Proxy.Name}/{line.Model.Name}") is { } complaint) line.Fail(complaint + ".");
        else line.Model = line.Model with { Guid = guid };
    }

    private static void Weight(ServerLine line)
    {
        var weight = Units.LenientInteger(line.TakeArgument());
        if (weight is < 0 or > 256) line.Fail($"weight of server {line.ShownName} is not within 0 and 256 ({weight})..");
        else line.Model = line.Model with { Weight = weight };
    }

    public static void Interval(ServerLine line, string option, Action<int> take)
    {
        var text = line.TakeArgument();
        if (text.Length == 0)
        {
            line.Fail($"'{option}' expects a delay as argument..");
            return;
        }
        // The original names its agent's interval in this message whatever the option is.
        if (!TryDelay(line, text, option, $"unexpected character '{{0}}' in 'agent-inter' argument of server {line.ShownName}..", out var ms)) return;
        if (ms <= 0)
        {
            line.Fail($"invalid value {ms} for argument '{option}' of server {line.ShownName}..");
            return;
        }
        if (Units.IsSuspiciouslySmall(text, ms)) line.Warn(Units.SmallTimeText(option, text, $"server '{line.ShownName}'"));
        take(ms);
    }

    /// <param name="overflowText">`{0}` is what was given; null for the usual words.</param>
    private static bool TryDelay(ServerLine line, string text, string option, string unexpectedText, out int ms, string? overflowText = null)
    {
        overflowText ??= $"timer overflow in argument <{{0}}> to <{option}> of server {line.ShownName}, maximum value is 2147483647 ms (~24.8 days)..";
        switch (line.Context.TryTime(text, 1, out ms, out var unexpected, line.Warn))
        {
            case UnitError.Overflow:
                line.Fail(overflowText.Replace("{0}", text, StringComparison.Ordinal));
                return false;
            case UnitError.Unexpected:
                line.Fail(unexpectedText.Replace("{0}", unexpected.ToString(), StringComparison.Ordinal));
                return false;
            default:
                return true;
        }
    }

    private static void LogProtocol(ServerLine line)
    {
        var protocol = line.TakeArgument();
        if (protocol is "legacy" or "octet-count") line.Model = line.Model with { CountsOctets = protocol == "octet-count" };
        else line.Fail($"'log-proto' expects one of 'legacy' or 'octet-count' but got '{protocol}'.");
    }

    private static void LogBufferSize(ServerLine line)
    {
        var text = line.TakeArgument();
        var size = Units.LenientInteger(text);
        if (text.Length == 0) line.Fail("'log-bufsize' expects an integer argument..");
        else if (size <= 0) line.Fail("log-bufsize has to be > 0..");
        else line.Model = line.Model with { LogBufferSize = size };
    }

    private static void SlowStart(ServerLine line)
    {
        var text = line.TakeArgument();
        if (text.Length == 0) line.Fail("'slowstart' expects a time as argument..");
        else if (TryDelay(line, text, "slowstart", $"unexpected character '{{0}}' in 'slowstart' argument of server {line.ShownName}..", out var ms,
            $"overflow in argument <{{0}}> to <slowstart> of server {line.ShownName}, maximum value is 2147483647 ms (~24.8 days).."))
            line.Model = line.Model with { SlowStartMs = ms > 0 ? ms : null };
    }

    private static void PoolPurgeDelay(ServerLine line)
    {
        var text = line.TakeArgument();
        if (text.Length == 0) line.Fail("'pool-purge-delay' expects <value> as argument..");
        else if (TryDelay(line, text, "pool-purge-delay", "unexpected character '{0}' in argument to <pool-purge-delay>..", out var ms,
            "timer overflow in argument '{0}' to 'pool-purge-delay' (maximum value is 2147483647 ms or ~24.8 days)."))
            line.Model = line.Model with { PoolPurgeDelayMs = ms };
    }

    private static void TcpUserTimeout(ServerLine line)
    {
        var text = line.TakeArgument();
        if (text.Length == 0) line.Fail("'tcp-ut' : missing TCP User Timeout value.");
        else if (TryDelay(line, text, "tcp-ut", "'tcp-ut' : expects a positive delay in milliseconds.", out var ms,
            "timer overflow in argument '{0}' to 'tcp-ut' (maximum value is 2147483647 ms or ~24.8 days)."))
            line.Model = line.Model with { TcpUserTimeoutMs = ms };
    }

    private static void OnMarkedDown(ServerLine line)
    {
        var word = line.TakeArgument();
        if (word != "shutdown-sessions") line.Fail($"'on-marked-down' expects 'shutdown-sessions' but got '{word}'.");
        else line.Model = line.Model with { OnMarkedDownShutdownSessions = true };
    }

    private static void OnMarkedUp(ServerLine line)
    {
        var word = line.TakeArgument();
        if (word != "shutdown-backup-sessions") line.Fail($"'on-marked-up' expects 'shutdown-backup-sessions' but got '{word}'.");
        else line.Model = line.Model with { OnMarkedUpShutdownBackupSessions = true };
    }

    private static void InitAddr(ServerLine line)
    {
        var methods = line.TakeArgument().Split(',', StringSplitOptions.RemoveEmptyEntries);
        foreach (var method in methods)
        {
            if (method is "libc" or "last" or "none" || (method.AsSpan().ContainsAny('.', ':') && IPAddress.TryParse(method, out _))) continue;
            line.Fail($"'init-addr' : unknown init-addr method '{method}', supported methods are 'libc', 'last', 'none'..");
            return;
        }
        line.Extras = line.Extras with { InitAddr = [.. methods] };
    }

    private static void Source(ServerLine line)
    {
        var text = line.TakeArgument();
        if (text.Length == 0)
        {
            line.Fail("'source' expects <addr>[:<port>[-<port>]], and optionally 'usesrc' <addr>, and 'interface' <name> as argument..");
            return;
        }
        const AddressRules rules = AddressRules.Port | AddressRules.PortRange | AddressRules.Resolve;
        if (SourceText.TryAddress(text, rules, line.Context.World, out var error) is not { } source)
        {
            line.Fail($"'source {text}' : {error}.");
            return;
        }
        while (line.PeekArgument() is "usesrc" or "interface")
        {
            var keyword = line.TakeArgument();
            var argument = line.TakeArgument();
            if (keyword == "interface" && argument.Length > 0) source = source with { Interface = argument };
            else if (keyword == "interface") FailPart(line, keyword, "'server' : missing interface name.");
            else if (argument.Length == 0)
                FailPart(line, keyword, "'usesrc' expects <addr>[:<port>], 'client', 'clientip', or 'hdr_ip(name,#)' as argument.");
            else if (SourceText.TrySpoof(source, argument, line.Context.World, out error) is { } spoofing) source = spoofing;
            else FailPart(line, keyword, error);
        }
        line.Model = line.Model with { Source = source };
    }

    /// <summary>`usesrc` and `interface` are read by `source`, which says what is wrong with them in a line of its own.</summary>
    private static void FailPart(ServerLine line, string keyword, string text)
    {
        line.Fail(text);
        line.Context.Diagnostics.Say(Severity.Alert, line.Context.Position, $"config : error encountered while processing '{keyword}'.");
    }
}
