using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Process;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Keywords;

using Row = Keyword<BindLine>;

/// <summary>The options of `bind` and `stats socket` lines (configuration.txt 5.1).</summary>
internal static class BindKeywords
{
    public static readonly KeywordTable<BindLine> Table = new("bind", Implemented, WithoutEffect, TlsBindKeywords.Rows, NotYet);

    private static Row[] Implemented =>
    [
        Does("accept-proxy", line => line.Shared = line.Shared with { AcceptProxy = true }),
        Does("accept-netscaler-cip", NetscalerMagic),
        Does("backlog", Backlog),
        Does("cc", CongestionControl),
        Does("proto", Protocol),
        Does("defer-accept", line => line.Shared = line.Shared with { DeferAccept = true }),
        Does("gid", line => OwnerId(line, "gid", id => line.Shared = line.Shared with { GroupId = id })),
        Does("group", Group),
        Does("guid-prefix", GuidPrefix),
        Does("id", Id),
        Does("interface", Interface),
        Does("level", Level),
        Does("maxconn", MaxConn),
        Does("mode", Mode),
        Does("mss", Mss),
        Does("name", Name),
        Does("namespace", Namespace),
        Does("expose-fd", ExposeFd),
        Does("severity-output", SeverityOutput),
        Does("shards", Shards),
        Does("tcp-md5sig", Signature),
        Does("tcp-ss", SaveSyn),
        Does("tcp-ut", TcpUserTimeout),
        Does("thread", Thread),
        Does("tfo", line => line.Shared = line.Shared with { TcpFastOpen = true }),
        Does("transparent", line => line.Shared = line.Shared with { Transparent = true }),
        Does("uid", line => OwnerId(line, "uid", id => line.Shared = line.Shared with { UserId = id })),
        Does("user", User),
        Does("v4v6", line => line.Shared = line.Shared with { V4V6 = true }),
        Does("v6only", line => line.Shared = line.Shared with { V6Only = true }),
    ];

    private static Row[] WithoutEffect =>
    [
        new Row("nbconn", KeywordSupport.WithoutEffect, (line, _) => ReverseConnections(line), "there are no reversed connections"),
        new Row("idle-ping", KeywordSupport.WithoutEffect, (line, _) => IdlePing(line), "only HTTP/2 knows pings"),
        new Row("nice", KeywordSupport.WithoutEffect, (line, _) => Nice(line), "an event loop serves whoever is ready; nobody waits for a turn"),
        new Row("label", KeywordSupport.WithoutEffect, (line, _) => Label(line), "it only names the line"),
        new Row("process", KeywordSupport.Removed, (line, _) =>
            line.Fail($"'process {line.TakeArgument()}' on 'bind' lines is not supported anymore, please use 'thread' instead.")),
    ];

    private static Row[] NotYet =>
    [
        .. new[]
        {
            "quic-cc-algo", "quic-force-retry", "quic-socket",
        }.Select(name => new Row(name, KeywordSupport.NotYet, null)),
    ];

    private static Row Does(string name, Action<BindLine> read) => new(name, KeywordSupport.Implemented, (line, _) => read(line));

    private static void NetscalerMagic(BindLine line)
    {
        var text = line.TakeArgument();
        var number = Units.LeadingNumber(text);
        if (text.Length == 0) line.Fail("'accept-netscaler-cip' : missing value");
        else if (number == 0) line.Fail("'accept-netscaler-cip' : invalid value 0, must be >= 0");
        else line.Shared = line.Shared with { NetscalerMagic = unchecked((uint)number) };
    }

    private static void Label(BindLine line)
    {
        if (line.TakeArgument().Length == 0) line.Fail("'label' : missing label");
    }

    private static void CongestionControl(BindLine line)
    {
        var name = line.TakeArgument();
        if (name.Length == 0) line.Fail("'cc' : missing TCP congestion control algorithm");
        else line.Shared = line.Shared with { CongestionControl = name };
    }

    /// <summary>What can be had is what is spoken anyway; which of them fits the mode is known only at the end of the section.</summary>
    private static void Protocol(BindLine line)
    {
        var name = line.TakeArgument();
        if (name.Length == 0) line.Fail("'proto' : missing value");
        else if (name is "h1" or "none" or "fcgi" or "spop") line.Shared = line.Shared with { Protocol = name };
        else if (name is "h2" or "quic") line.Context.NotSupported($"'proto {name}' on 'bind'");
        else line.Fail($"'proto' :  unknown MUX protocol '{name}'");
    }

    private static void IdlePing(BindLine line)
    {
        var text = line.TakeArgument();
        if (text.Length == 0) line.Fail("'idle-ping' expects an argument.");
        else if (line.Context.TryTime(text, 1, out _, out var unexpected) is var error and not UnitError.None)
            line.Fail(error == UnitError.Overflow
                ? $"timer overflow in argument <{text}> to <idle-ping> on bind line, maximum value is 2147483647 ms (~24.8 days)."
                : $"unexpected character '{unexpected}' in 'idle-ping' argument on bind line.");
    }

    private static void ReverseConnections(BindLine line)
    {
        if (!line.Context.Draft.Experiments.Allow())
            line.Fail("'nbconn' is experimental, must be allowed via a global 'expose-experimental-directives'");
        else if (line.TakeArgument().Length == 0) line.Fail("'nbconn' : missing value");
    }

    private static void Shards(BindLine line)
    {
        var text = line.TakeArgument();
        var count = Units.LenientInteger(text);
        if (text.Length == 0) line.Fail("'shards' : missing value");
        else if (text is not ("by-thread" or "by-group") && count is < 1 or > 1024)
            line.Fail($"'shards' : invalid value {count}, allowed range is 1..1024 or 'by-thread'");
        else line.Shared = line.Shared with { Shards = new ShardsModel(text switch
        {
            "by-thread" => Sharding.ByThread, "by-group" => Sharding.ByGroup, _ => Sharding.Fixed,
        }, count) };
    }

    private static void Thread(BindLine line)
    {
        if (ThreadSetText.TryParse(line.TakeArgument(), out var ranges, out var error)) line.Shared = line.Shared with { Threads = ranges };
        else line.Fail(error);
    }

    private static void Name(BindLine line)
    {
        var name = line.TakeArgument();
        if (name.Length == 0) line.Fail("'name' : missing name");
        else line.Shared = line.Shared with { Name = name };
    }

    private static void Id(BindLine line)
    {
        if (!line.HasSingleAddress)
        {
            line.Fail("'id' can only be used with a single socket");
            return;
        }
        var text = line.TakeArgument();
        if (text.Length == 0) line.Fail("'id' : expects an integer argument");
        else if (!Units.TryInteger(text, out var id)) line.Fail($"'id' : expects an integer argument, found '{text}'");
        else if (id <= 0) line.Fail("'id' : custom id has to be > 0");
        else line.Shared = line.Shared with { Id = id };
    }

    private static void MaxConn(BindLine line)
    {
        var text = line.TakeArgument();
        if (text.Length == 0) line.Fail("'maxconn' : missing value");
        else if (Units.LenientInteger(text) is < 0 and var negative) line.Fail($"'maxconn' : invalid value {negative}, must be >= 0");
        else line.Shared = line.Shared with { MaxConnections = Units.LenientInteger(text) is > 0 and var most ? most : null };
    }

    private static void Backlog(BindLine line)
    {
        var text = line.TakeArgument();
        if (text.Length == 0) line.Fail("'backlog' : missing value");
        else if (Units.LenientInteger(text) is < 0 and var negative) line.Fail($"'backlog' : invalid value {negative}, must be > 0");
        else line.Shared = line.Shared with { Backlog = Units.LenientInteger(text) is > 0 and var length ? length : null };
    }

    private static void Nice(BindLine line)
    {
        var text = line.TakeArgument();
        var value = Units.LenientInteger(text);
        if (text.Length == 0) line.Fail("'nice' : missing value");
        else if (value is < -1024 or > 1024) line.Fail($"'nice' : invalid value {value}, allowed range is -1024..1024");
        else line.Shared = line.Shared with { Nice = value };
    }

    private static void Mss(BindLine line)
    {
        var text = line.TakeArgument();
        var value = Units.LenientInteger(text);
        if (text.Length == 0) line.Fail("'mss' : missing MSS value");
        else if (value == 0 || Math.Abs(value) > 65_535) line.Fail($"'mss' : expects an MSS with and absolute value between 1 and 65535");
        else line.Shared = line.Shared with { MaximumSegmentSize = value };
    }

    private static void SaveSyn(BindLine line)
    {
        var text = line.TakeArgument();
        if (text is not ("0" or "1" or "2")) line.Fail("'tcp-ss' : TCP Save SYN option expects an integer argument from 0 to 2");
        else line.Shared = line.Shared with { SaveSyn = text[0] - '0' };
    }

    /// <summary>Longest password, characters.</summary>
    public const int LongestSignaturePassword = 80;

    private static void Signature(BindLine line)
    {
        var password = line.TakeArgument();
        if (password.Length == 0) line.Fail("'tcp-md5sig' : missing TCP MD5 signature password");
        else if (password.Length > LongestSignaturePassword)
            line.Fail($"'tcp-md5sig' : password too long (at most {LongestSignaturePassword} characters expected)");
        else line.Shared = line.Shared with { SignaturePassword = password };
    }

    private static void TcpUserTimeout(BindLine line)
    {
        var text = line.TakeArgument();
        if (text.Length == 0) line.Fail("'tcp-ut' : missing TCP User Timeout value");
        else if (line.Context.TryTime(text, 1, out var ms, out _) is var error and not UnitError.None)
            line.Fail(error == UnitError.Overflow ? $"timer overflow in argument '{text}' to 'tcp-ut' (maximum value is 2147483647 ms or ~24.8 days)"
                : "'tcp-ut' : expects a positive delay in milliseconds");
        else line.Shared = line.Shared with { TcpUserTimeoutMs = ms };
    }

    private static void Interface(BindLine line)
    {
        var name = line.TakeArgument();
        if (name.Length == 0) line.Fail("'interface' : missing interface name");
        else line.Shared = line.Shared with { Interface = name };
    }

    private static void Namespace(BindLine line)
    {
        var name = line.TakeArgument();
        if (name.Length == 0) line.Fail("'namespace' : missing namespace id");
        else if (line.Context.NetworkNamespace(name) is { } found) line.Shared = line.Shared with { Namespace = found };
        else line.CannotOpenNamespace(name);
    }

    private static void Mode(BindLine line)
    {
        var text = line.TakeArgument();
        var mode = 0;
        foreach (var c in text) mode = c is >= '0' and <= '7' && mode < 0x1000 ? mode * 8 + (c - '0') : 0x10000;
        if (text.Length == 0 || mode > 0xFFFF) line.Fail($"'mode' : missing or invalid mode '{text}' (octal integer expected)");
        else line.Shared = line.Shared with { Mode = mode };
    }

    private static void OwnerId(BindLine line, string option, Action<uint> take)
    {
        var text = line.TakeArgument();
        if (text.Length == 0) line.Fail($"'{option}' : missing value");
        else take((uint)Math.Max(0, Units.LenientInteger(text)));
    }

    private static void User(BindLine line)
    {
        var name = line.TakeArgument();
        if (name.Length == 0) line.Fail("'user' : missing user name");
        else if (line.Context.World.UserId(name) is { } id) line.Shared = line.Shared with { UserId = id };
        else line.Fail($"'user' : unknown user name '{name}'");
    }

    private static void Group(BindLine line)
    {
        var name = line.TakeArgument();
        if (name.Length == 0) line.Fail("'group' : missing group name");
        else if (line.Context.World.GroupId(name) is { } id) line.Shared = line.Shared with { GroupId = id };
        else line.Fail($"'group' : unknown group name '{name}'");
    }

    private static void Level(BindLine line)
    {
        var word = line.TakeArgument();
        CommandLevel? level = word switch { "user" => CommandLevel.User, "operator" => CommandLevel.Operator, "admin" => CommandLevel.Admin, _ => null };
        if (word.Length == 0) line.Fail("'level' : missing level");
        else if (level is null) line.Fail($"'level' only supports 'user', 'operator', and 'admin' (got '{word}')");
        else line.Shared = line.Shared with { Level = level.Value };
    }

    private static void SeverityOutput(BindLine line)
    {
        var word = line.TakeArgument();
        if (word.Length == 0) line.Fail("'severity-output' : missing severity format");
        else if (word is "none" or "number" or "string") line.Shared = line.Shared with { SeverityOutput = word };
        else line.Fail($"'severity-output' only supports 'none', 'number', and 'string' (got '{word}')");
    }

    private static void GuidPrefix(BindLine line)
    {
        var prefix = line.TakeArgument();
        if (prefix.Length == 0) line.Fail("'guid-prefix' : expects an argument");
        else line.Shared = line.Shared with { Guid = prefix };
    }

    private static void ExposeFd(BindLine line)
    {
        var word = line.TakeArgument();
        if (word.Length == 0) line.Fail("'expose-fd' : missing fd type");
        else if (word != "listeners") line.Fail($"'expose-fd' only supports 'listeners' (got '{word}')");
        else line.Shared = line.Shared with { ExposeListeners = true };
    }
}
