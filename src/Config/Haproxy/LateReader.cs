using System.Collections.Frozen;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Checks;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Keywords;
using Evenkeel.Config.Haproxy.Reuse;
using Evenkeel.Config.Haproxy.Sections;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy;

/// <summary>Reads `add server` and `add backend` with the grammar of the files (management.txt 9.3).</summary>
internal sealed class LateReader(ParseContext context) : ILateReader
{
    /// <summary>Options of a `server` line that cannot be given to a server which is added while running.</summary>
    private static readonly FrozenSet<string> OnlyInFiles = FrozenSet.Create(StringComparer.Ordinal,
        "cc", "check-sni-auto", "ech", "enabled", "init-addr", "log-bufsize", "log-proto", "max-reuse", "namespace", "no-agent-check",
        "no-check", "no-check-reuse-pool", "no-check-ssl", "no-check-send-proxy", "no-send-proxy-v2-ssl", "no-send-proxy-v2-ssl-cn",
        "no-ssl", "no-verifyhost", "non-stick", "quic-cc-algo", "redir", "resolve-net", "resolve-opts", "resolve-prefer", "resolvers",
        "sni-auto", "socks4", "ssl-reuse", "sslv3", "stick", "tcp-md5sig", "tcp-ut", "tlsv10", "tlsv11", "tlsv12", "tlsv13");

    /// <summary>What the configuration was read from.</summary>
    public ReadText Text => context.Text;

    /// <summary>What its ACLs and maps read.</summary>
    public PatternFiles PatternFiles => context.PatternFiles;

    public void TakeEffect()
    {
        context.Text.TakeEffect();
        context.PatternFiles.TakeEffect();
    }

    public IReadOnlyList<string> DefaultsNames => [.. context.Draft.Defaults.Select(static defaults => defaults.Name).Where(static name => name.Length > 0)];

    public IEnumerable<string> ServerOptions =>
        ServerKeywords.Table.Rows.Where(static row => row.Read is not null && !OnlyInFiles.Contains(row.Name) && row.Name is not ("from" or "name"))
            .Select(static row => row.Name);

    public ServerModel? ReadServer(BackendModel backend, string name, IReadOnlyList<string> words, out string messages)
    {
        var list = new DiagnosticList();
        var model = ReadServer(context.Later(list), backend, name, words);
        messages = string.Join('\n', list.Items.Select(static item => item.Text));
        return list.Alerts > 0 ? null : model;
    }

    private static ServerModel? ReadServer(ParseContext late, BackendModel backend, string name, IReadOnlyList<string> words)
    {
        var draft = new ProxyDraft { Kind = ProxyKind.Backend, Name = backend.Name, Position = backend.Position, Mode = backend.Mode };
        foreach (var server in backend.Servers)
        {
            draft.Servers.Add(server);
            draft.ServerLines[server.Name] = 0;
            draft.ServerIds[server.Id] = server;
        }
        if (words.FirstOrDefault(OnlyInFiles.Contains) is { } option)
        {
            late.Diagnostics.Say(Severity.Alert, late.Position, $"'{option}' option is not accepted for dynamic server");
            return null;
        }
        ProxyServers.ServerLater(new ProxySection(late, draft), new Statement(["server", name, .. words], late.Position));
        if (draft.Servers.Count == backend.Servers.Length) return null;
        var added = draft.Servers[^1];
        if (added.Cookie is not null && backend.Mode != ProxyMode.Http)
            late.Diagnostics.Say(Severity.Warning, late.Position, "Ignoring cookie as HTTP mode is disabled.");
        if (added.HostName is not null && added.Address is null) return added;
        if (!added.Check || ServerChecker.HasCheckPort(late, draft, added)) return added;
        late.Diagnostics.Say(Severity.Alert, late.Position, $"config: backend '{backend.Name}': server '{name}' has neither service port nor check port nor "
            + "tcp_check rule 'connect' with port information.");
        return null;
    }

    public void ReleaseGuid(string guid) => context.Draft.Guids.Release(guid);

    public SampleExpressionModel? ReadExpression(IReadOnlyList<string> words, out string message)
    {
        var next = 0;
        if (SampleExpressionParser.TryParse([.. words], ref next, Scope(), "sample fetch keyword", out message) is not { } expression) return null;
        if ((SampleSources.PlacesOf(expression.Fetch.Source) & SamplePlaces.RuntimeApi) != 0) return expression;
        message = $"fetch method '{expression.Text}' extracts information from '{SampleSources.NameOf(expression.Fetch.Source)}', "
            + "none of which is available here";
        return null;
    }

    public LogFormatModel? ReadFormat(string text, out string message) =>
        LogFormatParser.TryParse(text, Scope(), LogFormatUse.Plain, SamplePlaces.RuntimeApi, out message);

    public string? VariableNameProblem(string name) => VariableName.Check(name);

    private ParseScope Scope() => new()
    {
        Registry = context.Registry,
        Diagnostics = new DiagnosticList(),
        World = context.World,
        References = new PendingReferences(),
        Files = context.PatternFiles,
        Known = OriginalKeywords.Names,
        Experiments = context.Draft.Experiments,
    };

    public ProxyMode? ModeOf(string defaults, out bool exists)
    {
        var found = Find(defaults);
        exists = found is not null;
        return found is { HasExplicitMode: true } ? found.Mode : null;
    }

    public BackendModel? ReadBackend(string name, string defaults, ProxyMode mode, int id, out string messages)
    {
        var list = new DiagnosticList();
        var late = context.Later(list);
        BackendModel? model = null;
        if (Find(defaults) is { } parent)
        {
            var draft = parent.Derive(ProxyKind.Backend, name, late.Position);
            (draft.Mode, draft.Id, draft.Disabled) = (mode, id, false);
            model = new ModelBuilder(late, draft).Backend();
        }
        messages = string.Join('\n', list.Items.Select(static item => item.Text));
        return list.Alerts > 0 ? null : model;
    }

    private ProxyDraft? Find(string defaults) => context.Draft.Defaults.FindLast(draft => draft.Name == defaults && defaults.Length > 0);
}
