using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Keywords;

using Row = Keyword<BindLine>;

/// <summary>The TLS options of `bind` lines (configuration.txt 5.1).</summary>
internal static class TlsBindKeywords
{
    private const string NotChecked = "the first certificate in a chain that is not trusted ends the handshake";
    private const string NoEarlyData = "early data is not accepted: clients send it again after the handshake";

    /// <summary>What stands beside certificates in a directory and is no certificate itself.</summary>
    private static readonly string[] Companions = [".key", ".issuer", ".ocsp", ".sctl", ".dh"];

    public static IEnumerable<Row> Rows =>
    [
        Does("ssl", (line, _) => line.AsksForTls = true),
        Does("alpn", (line, _) => Alpn(line)),
        Does("no-alpn", (line, _) => line.Tls = line.Tls with { Alpn = [] }),
        Does("ca-file", (line, _) => CaFile(line)),
        Does("crl-file", (line, _) => CrlFile(line)),
        Does("crt", (line, _) => Certificate(line)),
        Does("no-ca-names", (line, _) => line.Tls = line.Tls with { NoCaNames = true }),
        Does("ssl-min-ver", (line, _) => Version(line, "ssl-min-ver", (settings, version) => settings with { Least = version })),
        Does("ssl-max-ver", (line, _) => Version(line, "ssl-max-ver", (settings, version) => settings with { Most = version })),
        Does("verify", (line, _) => Verify(line)),
        .. TlsWords.Flags.Select(flag => Does(flag.Key, (line, _) => Change(line, flag.Value))),
        .. TlsWords.Lists.Select(list => Does(list.Key, (line, _) => List(line, list.Key, list.Value.Missing, list.Value.Change))),
        new Row("allow-0rtt", KeywordSupport.WithoutEffect, (_, _) => { }, NoEarlyData),
        new Row("npn", KeywordSupport.WithoutEffect, (line, _) => Npn(line), "no client asks for it any more"),
        .. new[] { "ca-ignore-err", "crt-ignore-err" }.Select(name => new Row(name, KeywordSupport.NotYet, null, NotChecked)),
        .. new[]
        {
            "ca-sign-file", "ca-sign-pass", "ca-verify-file", "crt-list", "default-crt", "generate-certificates", "ktls", "tls-ticket-keys",
        }.Select(name => new Row(name, KeywordSupport.NotYet, null)),
    ];

    private static Row Does(string name, Action<BindLine, Statement> read) => new(name, KeywordSupport.Implemented, read);

    private static void Change(BindLine line, Func<TlsSettings, TlsSettings> change) =>
        line.Tls = line.Tls with { Settings = change(line.Tls.Settings) };

    private static void List(BindLine line, string option, string missing, Func<TlsSettings, string, TlsSettings> change)
    {
        var list = line.TakeArgument();
        if (list.Length == 0) line.Fail($"'{option}' : {missing}");
        else Change(line, settings => change(settings, list));
    }

    private static void Version(BindLine line, string option, Func<TlsSettings, TlsProtocol, TlsSettings> change)
    {
        var word = line.TakeArgument();
        if (word.Length == 0) line.Fail($"'{option}' : missing the ssl/tls version");
        else if (TlsWords.Version(word) is not { } version) line.Fail($"'{word}' : unknown ssl/tls version");
        else Change(line, settings => change(settings, version));
    }

    private static void Alpn(BindLine line)
    {
        var list = line.TakeArgument();
        if (list.Length == 0) line.Fail("'alpn' : missing the comma-delimited ALPN protocol suite");
        else line.Tls = line.Tls with { Alpn = [.. TlsWords.Spoken(list)] };
    }

    private static void Npn(BindLine line)
    {
        if (line.TakeArgument().Length == 0) line.Fail("'npn' : missing the comma-delimited NPN protocol suite");
    }

    private static void Verify(BindLine line)
    {
        var method = line.TakeArgument();
        TlsClientVerify? verify = method switch
        {
            "none" => TlsClientVerify.None, "optional" => TlsClientVerify.Optional, "required" => TlsClientVerify.Required, _ => null,
        };
        if (method.Length == 0) line.Fail("'verify' : missing verify method");
        else if (verify is null) line.Fail($"'verify' : unknown verify method '{method}', only 'none', 'optional', and 'required' are supported");
        else line.Tls = line.Tls with { Verify = verify.Value };
    }

    private static void CaFile(BindLine line)
    {
        if (Authorities(line, "ca-file", "missing CAfile path") is { } path) line.Tls = line.Tls with { CaFile = path };
    }

    private static void CrlFile(BindLine line)
    {
        if (Authorities(line, "crl-file", "missing CRLfile path") is { } path) line.Tls = line.Tls with { CrlFile = path };
    }

    private static string? Authorities(BindLine line, string option, string missing)
    {
        var path = line.TakeArgument();
        if (path.Length == 0)
        {
            line.Fail($"'{option}' : {missing}");
            return null;
        }
        path = TlsFiles.Placed(path, line.Context.Draft.Global.CaBase);
        if (line.Context.World.AuthorityProblem(path) is not { } problem) return TlsFiles.Kept(path, line.Context.World);
        line.Context.Diagnostics.Say(Diagnostics.Severity.Alert, line.Context.Position, $"config : Couldn't open the ca-file '{path}' ({problem}).");
        line.Fail($"'{option}' : unable to load {path}");
        return null;
    }

    private static void Certificate(BindLine line)
    {
        var path = line.TakeArgument();
        if (path.Length == 0)
        {
            line.Fail("'crt' : missing certificate location");
            return;
        }
        path = TlsFiles.Placed(path, line.Context.Draft.Global.CrtBase);
        var world = line.Context.World;
        IEnumerable<string> files = world.DirectoryExists(path)
            ? (world.ListFiles(path, "") ?? []).Where(name => !Companions.Any(end => name.EndsWith(end, StringComparison.Ordinal)))
                .Select(name => Path.Combine(path, name))
            : world.FileExists(path) ? [path] : TlsFiles.Bundle(path).Where(world.FileExists);
        var found = files.ToList();
        if (found.Count == 0 && !world.DirectoryExists(path))
        {
            line.Fail($"unable to stat SSL certificate from file '{path}' : No such file or directory.");
            return;
        }
        foreach (var file in found)
        {
            if (world.CertificateProblem(file) is not { } problem) continue;
            line.Fail(problem);
            return;
        }
        line.Tls = line.Tls with { Certificates = line.Tls.Certificates.AddRange(found.Select(file => TlsFiles.Kept(file, world))) };
    }
}
