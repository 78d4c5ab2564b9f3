using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.HealthChecks;

/// <summary>
/// The conversations of `option smtpchk` and its like, as the tcp-check rules an operator could have written. What cannot be said by a pattern is a
/// <see cref="CheckAnswer"/>.
/// </summary>
internal sealed class ProtocolScripts : ICheckOwner
{
    private readonly ICheckOwner _owner;

    private ProtocolScripts(ICheckOwner owner) => _owner = owner;

    public ParseContext Context => _owner.Context;

    public ParseScope Scope => _owner.Scope;

    public CheckDraft Checks { get; set; } = new();

    private ImmutableArray<CheckStepModel> Steps => Checks.TcpSteps;

    /// <summary>RFC 5321: the greeting, one command, and goodbye.</summary>
    public static ImmutableArray<CheckStepModel> Smtp(ICheckOwner owner, string command)
    {
        const string Text = "%[res.payload(4,0),cut_crlf]";
        var script = new ProtocolScripts(owner);
        script.Rule("connect", "default", "linger");
        script.Rule("expect", "min-recv", "4", "on-error", "%[res.payload(0,0),cut_crlf]", "rstring", "^[0-9]{3}[ \r]");
        script.Rule("expect", "min-recv", "4", "error-status", "L7STS", "on-error", Text, "status-code", "res.payload(0,3)", "rstring", "^2[0-9]{2}[ \r]");
        script.Rule("send", command + "\r\n");
        script.Rule("expect", "error-status", "L7STS", "on-error", Text, "status-code", "res.payload(0,3)", "rstring",
            "^(2[0-9]{2}-[^\r]*\r\n)*2[0-9]{2}[ \r]");
        script.Rule("send", "QUIT\r\n");
        script.Rule("expect", "min-recv", "4", "error-status", "L7STS", "on-error", Text, "on-success", Text, "status-code", "res.payload(0,3)", "rstring",
            "^2[0-9]{2}[- \r]");
        return script.Steps;
    }

    /// <summary>A client's start-up message, version 3.0 (PostgreSQL's documentation, "Message Formats"); any demand for authentication will do.</summary>
    public static ImmutableArray<CheckStepModel> PostgreSql(ICheckOwner owner, string user)
    {
        byte[] body = [0, 3, 0, 0, .. "user\0"u8, .. Encoding.Latin1.GetBytes(user), 0, 0];
        var message = new byte[4 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        body.CopyTo(message, 4);
        var script = new ProtocolScripts(owner);
        script.Rule("connect", "default", "linger");
        script.Send(message);
        script.Rule("expect", "min-recv", "5", "on-error", "%[res.payload(6,0)]", "!rstring", "^E");
        script.Rule("expect", "min-recv", "9", "error-status", "L7STS", "on-success", "PostgreSQL server is ok", "on-error", "PostgreSQL unknown error",
            "rbinary", "^52000000[A-F0-9]{2}000000(00|02|03|04|05|06|07|09|0A)");
        return script.Steps;
    }

    public static ImmutableArray<CheckStepModel> Redis(ICheckOwner owner)
    {
        var script = new ProtocolScripts(owner);
        script.Rule("connect", "default");
        script.Rule("send", "*1\r\n$4\r\nPING\r\n");
        script.Rule("expect", "error-status", "L7STS", "on-success", "Redis server is ok", "on-error", "%[res.payload(0,0),cut_crlf]", "string", "+PONG\r\n");
        return script.Steps;
    }

    /// <summary>RFC 4511 4.2: an anonymous simple bind as message 1.</summary>
    public static ImmutableArray<CheckStepModel> Ldap(ICheckOwner owner)
    {
        var script = new ProtocolScripts(owner);
        script.Rule("connect", "default");
        script.Send(Convert.FromHexString("300C020101600702010304008000"));
        script.Rule("expect", "min-recv", "14", "on-error", "Not LDAPv3 protocol", "rbinary", "^30");
        script.Expect(CheckAnswer.LdapBind);
        return script.Steps;
    }

    /// <summary>The bytes of a client hello of SSL 3.0 (RFC 6101 5.6.1.2), with the time in its random part; an alert is an answer too.</summary>
    public static ImmutableArray<CheckStepModel> SslHello(ICheckOwner owner)
    {
        var marker = Convert.ToHexString("HAPROXYSSLCHK\nHAPROXYSSLCHK\n"u8);
        var ciphers = string.Concat(Enumerable.Range(0x01, 0x1B).Concat(Enumerable.Range(0x2F, 0x0C)).Select(suite => suite.ToString("X4",
            System.Globalization.CultureInfo.InvariantCulture)));
        var script = new ProtocolScripts(owner);
        script.Rule("send-binary-lf", $"1603000079010000750300%[date(),htonl,hex]{marker}00004E{ciphers}0100");
        script.Rule("expect", "min-recv", "5", "ok-status", "L6OK", "error-status", "L6RSP", "tout-status", "L6TOUT", "rbinary", "^1[56]");
        return script.Steps;
    }

    /// <summary>SPOP 2.0: the proxy's hello with the mark of a health check (SPOE.txt 3.2.4).</summary>
    public static ImmutableArray<CheckStepModel> Spop(ICheckOwner owner)
    {
        byte[] hello = [0, 0, 0, 0x4E, 1, 0, 0, 0, 1, 0, 0, 0x12, .. "supported-versions"u8, 8, 3, .. "2.0"u8, 0x0E, .. "max-frame-size"u8, 3, 0xFC, 0xF0, 6,
            0x0C, .. "capabilities"u8, 8, 0, 0x0B, .. "healthcheck"u8, 0x11];
        var script = new ProtocolScripts(owner);
        script.Rule("connect", "default");
        script.Send(hello);
        script.Expect(CheckAnswer.SpopHello);
        return script.Steps;
    }

    /// <summary>MySQL's client protocol: the greeting alone, or with a user the answer to its login too, which is sent without waiting.</summary>
    public static ImmutableArray<CheckStepModel> MySql(ICheckOwner owner, string? user, string version)
    {
        var script = new ProtocolScripts(owner);
        script.Rule("connect", "default", "linger");
        if (user is not null) script.Send(Login(Encoding.Latin1.GetBytes(user), version));
        script.Expect(CheckAnswer.MySqlGreeting);
        if (user is not null) script.Expect(CheckAnswer.MySqlOk);
        return script.Steps;
    }

    /// <summary>A login without a password, and the command that ends the session.</summary>
    private static byte[] Login(byte[] user, string version)
    {
        byte[] body = version switch
        {
            "pre-41" => [0x00, 0x80, 0, 0, 1, .. user, 0, 0],
            "post-80" => [0x00, 0x82, 0x08, 0, 0, 0x80, 0, 1, 33, .. new byte[23], .. user, 0, 0, .. "mysql_native_password\0"u8],
            _ => [0x00, 0x82, 0, 0, 0, 0x80, 0, 1, 33, .. new byte[23], .. user, 0, 0],
        };
        return [(byte)body.Length, (byte)(body.Length >> 8), 0, 1, .. body, 1, 0, 0, 0, 1];
    }

    private void Rule(params string[] words) => CheckStatements.Tcp(this, new Statement(["tcp-check", .. words], Context.Position));

    private void Send(byte[] bytes) => Add(new CheckSendBytesModel(Context.Position, [.. bytes]));

    private void Expect(CheckAnswer answer) => Add(new CheckExpectModel(Context.Position, CheckExpectKind.Answer, "", false) { Answer = answer });

    private void Add(CheckStepModel step) => Checks = Checks with { TcpSteps = Steps.Add(step with { Number = Steps.Length + 1 }) };
}
