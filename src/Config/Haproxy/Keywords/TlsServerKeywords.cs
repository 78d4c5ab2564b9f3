using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Keywords;

using Row = Keyword<ServerLine>;

/// <summary>The TLS options of `server` lines (configuration.txt 5.2).</summary>
internal static class TlsServerKeywords
{
    public static IEnumerable<Row> Rows =>
    [
        Does("ssl", line => Change(line, tls => tls with { IsOn = true, IsSwitchable = true, IsRefused = false })),
        Does("no-ssl", line => Change(line, tls => tls with { IsOn = false, IsRefused = true })),
        Does("check-ssl", line => Change(line, tls => tls with { Checks = true })),
        Does("no-check-ssl", line => Change(line, tls => tls with { Checks = false })),
        Does("alpn", line => Word(line, "'alpn' : missing the comma-delimited ALPN protocol suite.",
            (tls, list) => tls with { Alpn = [.. TlsWords.Spoken(list)] })),
        Does("ca-file", line => Authorities(line, "ca-file", "missing CAfile path", (tls, path) => tls with { CaFile = path })),
        Does("crl-file", line => Authorities(line, "crl-file", "missing CRLfile path", (tls, path) => tls with { CrlFile = path })),
        Does("check-sni", line => Word(line, "'check-sni' : missing SNI.", (tls, name) => tls with { CheckSni = name })),
        Does("check-sni-auto", line => Change(line, tls => tls with { CheckSniIsAutomatic = true })),
        Does("no-check-sni-auto", line => Change(line, tls => tls with { CheckSniIsAutomatic = false })),
        Does("crt", line => Word(line, "'crt' : missing certificate file path.",
            (tls, path) => tls with { Certificate = TlsFiles.Placed(path, line.Context.Draft.Global.CrtBase) })),
        Does("sni", Sni),
        Does("sni-auto", line => Change(line, tls => tls with { SniIsAutomatic = true })),
        Does("no-sni-auto", line => Change(line, tls => tls with { SniIsAutomatic = false })),
        Does("ssl-reuse", line => Change(line, tls => tls with { NoReuse = false })),
        Does("no-ssl-reuse", line => Change(line, tls => tls with { NoReuse = true })),
        Does("ssl-min-ver", line => Version(line, "ssl-min-ver", (settings, version) => settings with { Least = version })),
        Does("ssl-max-ver", line => Version(line, "ssl-max-ver", (settings, version) => settings with { Most = version })),
        Does("verify", Verify),
        Does("verifyhost", line => Word(line, "'verifyhost' : missing hostname to verify against.", (tls, name) => tls with { VerifyHost = name })),
        .. TlsWords.Flags.Where(flag => !flag.Key.Contains("strict-sni", StringComparison.Ordinal) && flag.Key != "prefer-client-ciphers")
            .Select(flag => Does(flag.Key, line => Settings(line, flag.Value))),
        .. TlsWords.Lists.Where(list => list.Key != "ecdhe").Select(list => Does(list.Key, line => Word(line, $"'{list.Key}' : {list.Value.Missing}.",
            (tls, text) => tls with { Settings = list.Value.Change(tls.Settings, text) }))),
        new("npn", KeywordSupport.WithoutEffect, (line, _) => Npn(line), "no server asks for it any more"),
        .. new[] { "allow-0rtt", "no-renegotiate" }.Select(name =>
            new Row(name, KeywordSupport.WithoutEffect, (_, _) => { }, "neither early data nor renegotiation is ever used")),
        .. new[] { "check-alpn", "ktls", "renegotiate" }.Select(name => new Row(name, KeywordSupport.NotYet, null)),
    ];

    private static Row Does(string name, Action<ServerLine> read) => new(name, KeywordSupport.Implemented, (line, _) => read(line));

    private static void Change(ServerLine line, Func<TlsServerModel, TlsServerModel> change) =>
        line.Model = line.Model with { Tls = change(line.Model.Tls ?? new TlsServerModel()) };

    private static void Settings(ServerLine line, Func<TlsSettings, TlsSettings> change) =>
        Change(line, tls => tls with { Settings = change(tls.Settings) });

    private static void Word(ServerLine line, string missing, Func<TlsServerModel, string, TlsServerModel> change)
    {
        var word = line.TakeArgument();
        if (word.Length == 0) line.Fail(missing);
        else Change(line, tls => change(tls, word));
    }

    private static void Version(ServerLine line, string option, Func<TlsSettings, TlsProtocol, TlsSettings> change)
    {
        var word = line.TakeArgument();
        if (word.Length == 0) line.Fail($"'{option}' : missing the ssl/tls version.");
        else if (TlsWords.Version(word) is not { } version) line.Fail($"'{word}' : unknown ssl/tls version.");
        else Settings(line, settings => change(settings, version));
    }

    private static void Npn(ServerLine line)
    {
        if (line.TakeArgument().Length == 0) line.Fail("'npn' : missing the comma-delimited NPN protocol suite.");
    }

    private static void Verify(ServerLine line)
    {
        var method = line.TakeArgument();
        if (method.Length == 0) line.Fail("'verify' : missing verify method.");
        else if (method is not ("none" or "required")) line.Fail($"'verify' : unknown verify method '{method}', only 'none' and 'required' are supported.");
        else Change(line, tls => tls with { Verifies = method == "required" });
    }

    private static void Authorities(ServerLine line, string option, string missing, Func<TlsServerModel, string, TlsServerModel> change)
    {
        var path = line.TakeArgument();
        if (path.Length == 0)
        {
            line.Fail($"'{option}' : {missing}.");
            return;
        }
        path = TlsFiles.Placed(path, line.Context.Draft.Global.CaBase);
        if (line.Context.World.AuthorityProblem(path) is not { } problem)
        {
            Change(line, tls => change(tls, TlsFiles.Kept(path, line.Context.World)));
            return;
        }
        line.Fail($"Couldn't open the ca-file '{path}' ({problem}).");
        line.Context.Diagnostics.Say(Severity.Alert, line.Context.Position, $"config : '{option}' : unable to load {path}.");
    }

    private static void Sni(ServerLine line)
    {
        var text = line.TakeArgument();
        if (text.Length == 0)
        {
            line.Fail("'sni' : missing sni expression.");
            return;
        }
        var next = 0;
        var expression = SampleExpressionParser.TryParse([text], ref next, line.Scope(), "sni", out var error);
        if (expression is null) line.Fail($"error detected while parsing sni or pool-conn-name expressions : {error}.");
        else Change(line, tls => tls with { Sni = expression });
    }
}
