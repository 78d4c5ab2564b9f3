using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Keywords;

using Row = Keyword<ServerLine>;

/// <summary>The options of `server` lines about how a server is connected to, TLS and the PROXY protocol apart (configuration.txt 5.2).</summary>
internal static class ServerTransportKeywords
{
    private static readonly string[] Protocols = ["h1", "h2", "fcgi", "none", "spop", "quic"];

    public static Row[] Rows =>
    [
        Does("socks4", Socks4),
        Does("check-via-socks4", line => line.Model = line.Model with { ChecksViaSocks4 = true }),
        Does("cc", CongestionControl),
        Does("tcp-md5sig", Signature),
        Does("hash-key", HashKeyOf),
        Does("namespace", Namespace),
        Does("pool-conn-name", ConnectionName),
        Does("proto", line => Protocol(line, "proto")),
        Does("check-proto", line => Protocol(line, "check-proto")),
        new("idle-ping", KeywordSupport.WithoutEffect, (line, _) => IdlePing(line), "only HTTP/2 knows pings"),
    ];

    private static Row Does(string name, Action<ServerLine> read) => new(name, KeywordSupport.Implemented, (line, _) => read(line));

    private static void Socks4(ServerLine line)
    {
        var text = line.TakeArgument();
        if (text.Length == 0) line.Fail("'socks4' expects <addr>:<port> as argument..");
        else if (AddressText.TryParse(text, AddressRules.Port | AddressRules.PortIsMandatory | AddressRules.Resolve, line.Context.World, out var error)
            is not { } address) line.Fail($"'socks4 {text}' : {error}.");
        else line.Model = line.Model with { Socks4 = address.ToModel(address.Port) };
    }

    private static void Signature(ServerLine line)
    {
        var password = line.TakeArgument();
        if (password.Length == 0) line.Fail("'tcp-md5sig' : missing TCP MD5 signature password.");
        else if (password.Length > BindKeywords.LongestSignaturePassword)
            line.Fail($"'tcp-md5sig' : password too long (at most {BindKeywords.LongestSignaturePassword} characters expected).");
        else line.Model = line.Model with { SignaturePassword = password };
    }

    private static void HashKeyOf(ServerLine line)
    {
        var word = line.TakeArgument();
        HashKey? key = word switch
        {
            "id" => HashKey.Id, "id32" => HashKey.Id32, "guid" => HashKey.Guid, "addr" => HashKey.Address, "addr-port" => HashKey.AddressAndPort, _ => null,
        };
        if (key is { } known) line.Model = line.Model with { HashKey = known };
        else line.Fail("'hash-key' has to be 'id', 'id32', 'guid', 'addr', or 'addr-port'.");
    }

    private static void Namespace(ServerLine line)
    {
        var name = line.TakeArgument();
        var found = name is "" or "*" ? null : line.Context.NetworkNamespace(name);
        if (name.Length == 0) line.Fail("'namespace' : expects <name> as argument.");
        else if (found is null && name != "*") line.Fail($"Cannot open namespace '{name}'.");
        else line.Model = line.Model with { Namespace = found, FollowsClientNamespace = found is null };
    }

    private static void CongestionControl(ServerLine line)
    {
        var name = line.TakeArgument();
        if (name.Length == 0) line.Fail("'cc' : missing TCP congestion control algorithm.");
        else line.Model = line.Model with { CongestionControl = name };
    }

    private static void ConnectionName(ServerLine line)
    {
        var text = line.TakeArgument();
        if (text.Length == 0)
        {
            line.Fail("'pool-conn-name' expects <value> as argument.");
            return;
        }
        var next = 0;
        if (SampleExpressionParser.TryParse([text], ref next, line.Scope(), "fetch method", out var error) is { } name)
            line.Model = line.Model with { ConnectionName = name };
        else line.Fail($"error detected while parsing sni or pool-conn-name expressions : {error}.");
    }

    /// <summary>HTTP/1 in HTTP mode and plain bytes in TCP mode are what is spoken anyway.</summary>
    private static void Protocol(ServerLine line, string option)
    {
        var name = line.TakeArgument();
        if (name.Length == 0) line.Fail($"'{option}' : missing value.");
        else if (!Protocols.Contains(name)) line.Fail($"'{option}' :  unknown MUX protocol '{name}'.");
        else if (name is "h1" or "none") line.Model = option == "proto" ? line.Model with { Protocol = name } : line.Model with { CheckProtocol = name };
        else line.Context.NotSupported($"'{option} {name}' on 'server {line.Proxy.Name}/{line.Model.Name}'");
    }

    private static void IdlePing(ServerLine line)
    {
        var text = line.TakeArgument();
        if (text.Length == 0) line.Fail("'idle-ping' expects an argument..");
        else if (line.Context.TryTime(text, 1, out _, out var unexpected, line.Warn) is var error and not UnitError.None)
            line.Fail(error == UnitError.Overflow
                ? $"timer overflow in argument <{text}> to <idle-ping> of server {line.ShownName}, maximum value is 2147483647 ms (~24.8 days).."
                : $"unexpected character '{unexpected}' in 'idle-ping' argument of server {line.ShownName}..");
    }
}
