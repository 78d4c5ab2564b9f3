using System.Collections.Immutable;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.HealthChecks;

/// <summary>What kind of health check it is: `option httpchk` and its like in a proxy, `type httpchk` and its like in a `healthcheck` section.</summary>
internal static class CheckTypes
{
    /// <summary>The types a `healthcheck` section may have, and what messages call them.</summary>
    public static IReadOnlyList<(string Name, string Shown)> Named { get; } =
    [
        ("tcp-check", "TCP"), ("httpchk", "HTTP"), ("ssl-hello-chk", "SSL"), ("smtpchk", "SMTP"), ("pgsql-check", "POSTGRES"), ("redis-check", "REDIS"),
        ("mysql-check", "MYSQL"), ("ldap-check", "LDAP"), ("spop-check", "SPOP"),
    ];

    /// <param name="statement">`option|type NAME ...`.</param>
    public static void Read(ICheckOwner owner, Statement statement)
    {
        switch (statement[1])
        {
            case "httpchk":
                Http(owner, statement);
                break;
            case "smtpchk":
                Smtp(owner, statement);
                break;
            case "mysql-check":
                MySql(owner, statement);
                break;
            case "pgsql-check":
                PostgreSql(owner, statement);
                break;
            default:
                WithoutArguments(owner, statement);
                break;
        }
    }

    private static void WithoutArguments(ICheckOwner owner, Statement statement)
    {
        // In a section of its own what follows the type is not looked at.
        if (statement.Keyword == "option" && owner.Context.HasTooMany(statement, 1, from: 1)) return;
        switch (statement[1])
        {
            case "tcp-check":
                owner.Checks = owner.Checks with { Kind = CheckKind.TcpScript };
                break;
            case "external-check":
                owner.Checks = owner.Checks with { Kind = CheckKind.External };
                break;
            case "redis-check":
                Use(owner, ProtocolScripts.Redis(owner));
                break;
            case "ldap-check":
                Use(owner, ProtocolScripts.Ldap(owner));
                break;
            case "ssl-hello-chk":
                Use(owner, ProtocolScripts.SslHello(owner));
                break;
            default:
                Use(owner, ProtocolScripts.Spop(owner));
                break;
        }
    }

    private static void Use(ICheckOwner owner, ImmutableArray<CheckStepModel> steps) =>
        owner.Checks = owner.Checks with { Kind = CheckKind.Protocol, ProtocolSteps = steps };

    /// <summary>`httpchk [METHOD] [URI [VERSION [HOST]]]`; one argument is the URI.</summary>
    private static void Http(ICheckOwner owner, Statement statement)
    {
        if (owner.Context.HasTooMany(statement, 5, from: 1)) return;
        var (method, uri, version) = statement.Count switch
        {
            2 => ("OPTIONS", "/", ""),
            3 => ("OPTIONS", statement[2], ""),
            _ => (statement[2], statement[3], statement[4]),
        };
        var opening = $"'{statement.Keyword} httpchk' : ";
        if (version.AsSpan().IndexOfAny('\r', '\n') >= 0)
        {
            owner.Context.Alert(opening + "hiding headers or body at the end of the version string is unsupported.Use 'http-check send' directive instead..");
            return;
        }
        ImmutableArray<(string, LogFormatModel)> headers = [];
        if (statement.Has(5))
        {
            if (LogFormatParser.TryParse(statement[5], owner.Scope, LogFormatUse.Http, SamplePlaces.TcpCheck, out var error) is not { } host)
            {
                owner.Context.Alert($"{opening}{error}.");
                return;
            }
            headers = [("host", host)];
        }
        owner.Checks = owner.Checks with
        {
            Kind = CheckKind.Http,
            Request = new CheckSendHttpModel(statement.Position) { Method = method, Uri = uri, Version = version, Headers = headers },
        };
    }

    private static void Smtp(ICheckOwner owner, Statement statement)
    {
        if (owner.Context.HasTooMany(statement, 3, from: 1)) return;
        var isGreeting = statement[2] is "HELO" or "EHLO" && statement.Has(3);
        Use(owner, ProtocolScripts.Smtp(owner, isGreeting ? $"{statement[2]} {statement[3]}" : "HELO localhost"));
    }

    private static void MySql(ICheckOwner owner, Statement statement)
    {
        var (context, name) = (owner.Context, $"'{statement.Keyword} mysql-check");
        if (context.HasTooMany(statement, 4, from: 1)) return;
        var before = context.Diagnostics.Alerts;
        if (statement.Has(2) && statement[2] != "user") context.Alert($"{name}' only supports optional values: 'user' (got '{statement[2]}').");
        else if (statement.Has(2) && !statement.Has(3)) context.Alert($"{name} user' expects <username> as argument.");
        else if (statement[4] is not ("" or "post-41" or "pre-41" or "post-80"))
            context.Alert($"keyword 'user' only supports 'post-41', 'pre-41' and 'post-80' (got '{statement[4]}').");
        else Use(owner, ProtocolScripts.MySql(owner, statement.Has(3) ? statement[3] : null, statement[4]));
        // Here, and not for the other types, the original reads no further.
        context.IsAborted |= context.Diagnostics.Alerts > before;
    }

    private static void PostgreSql(ICheckOwner owner, Statement statement)
    {
        if (owner.Context.HasTooMany(statement, 3, from: 1)) return;
        if (statement[2] == "user" && statement.Has(3)) Use(owner, ProtocolScripts.PostgreSql(owner, statement[3]));
        else owner.Context.Alert($"'{statement.Keyword} pgsql-check' expects 'user <username>' as argument.");
    }
}
