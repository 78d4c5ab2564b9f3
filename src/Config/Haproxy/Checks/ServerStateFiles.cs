using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Checks;

/// <summary>
/// Reads the files that `load-server-state-from-file` points to and gives each server what they say of it (management.txt 9.3 "show servers state"). What is
/// wrong with them is said and never fatal.
/// </summary>
internal sealed class ServerStateFiles(ParseContext context)
{
    /// <summary>The only version of the format there is.</summary>
    private const string Version = "1";

    /// <summary>Fields up to and with srv_agent_state, which every writer of version 1 has had.</summary>
    private const int LeastFields = 15;

    /// <summary>Positions of the fields that are used.</summary>
    private const int BackendName = 1, ServerName = 3, Address = 4, OperatingState = 5, AdminState = 6, UserWeight = 7, InitialWeight = 8,
        SinceChange = 9, CheckStatus = 10, CheckResult = 11, CheckHealth = 12, Port = 18;

    private static readonly (int Position, string Name)[] Numbers =
    [
        (OperatingState, "srv_op_state"), (AdminState, "srv_admin_state"), (UserWeight, "srv_uweight"), (InitialWeight, "srv_iweight"),
        (SinceChange, "srv_time_since_last_change"), (CheckStatus, "srv_check_status"), (CheckResult, "srv_check_result"), (CheckHealth, "srv_check_health"),
    ];

    private Dictionary<(string Backend, string Server), string[]>? _global;

    public static void Apply(ParseContext context, ImmutableArray<BackendModel>.Builder backends)
    {
        var files = new ServerStateFiles(context);
        for (var i = 0; i < backends.Count; i++)
        {
            var backend = backends[i];
            if (backend.Disabled || context.Draft.FindProxy(backend.Name) is not { } draft) continue;
            if (files.StatesFor(draft) is not { Count: > 0 } states) continue;
            backends[i] = backend with { Servers = [.. backend.Servers.Select(files.With(backend, states))] };
        }
    }

    private Func<ServerModel, ServerModel> With(BackendModel backend, Dictionary<(string Backend, string Server), string[]> states) => server =>
        states.TryGetValue((backend.Name, server.Name), out var fields) && Read(backend, server, fields) is { } saved ? server with { Saved = saved } : server;

    private Dictionary<(string Backend, string Server), string[]>? StatesFor(ProxyDraft draft)
    {
        var global = context.Draft.Global;
        switch (draft.StateSource)
        {
            case ServerStateSource.Global when global.ServerStateFile is null:
                Say(Severity.Warning, $"backend '{draft.Name}' configured to load server state file from global section 'server-state-file' directive. "
                    + "Unfortunately, 'server-state-file' is not set!");
                return null;
            case ServerStateSource.Global:
                return _global ??= ReadFile(Located(global.ServerStateFile!), "config: ", "global server state file");
            case ServerStateSource.Local:
                return ReadFile(Located(draft.StateFileName ?? draft.Name), $"Proxy '{draft.Name}': ", "server state file");
            default:
                return null;
        }
    }

    private string Located(string path) =>
        path.StartsWith('/') || context.Draft.Global.ServerStateBase is not { } folder ? path : $"{folder.TrimEnd('/')}/{path}";

    private Dictionary<(string Backend, string Server), string[]> ReadFile(string path, string opening, string kind)
    {
        var states = new Dictionary<(string Backend, string Server), string[]>();
        if (context.World.ReadFile(path, out var error) is not { } bytes)
        {
            Say(Severity.Notice, $"{opening}Can't open {kind} '{path}': {error}{(kind.StartsWith("global", StringComparison.Ordinal) ? "" : ".")}");
            return states;
        }
        var lines = Encoding.Latin1.GetString(bytes).Split('\n');
        if (lines[0].Length == 0)
        {
            Say(Severity.Notice, $"{opening}Empty {kind} '{path}'.");
            return states;
        }
        if (lines[0].TrimEnd('\r') != Version)
        {
            Say(Severity.Warning, $"{opening}Can't get version of the {kind} '{path}'.");
            return states;
        }
        for (var number = 1; number < lines.Length; number++)
        {
            var line = lines[number].TrimEnd('\r');
            if (line.Length == 0 || line.StartsWith('#')) continue;
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length >= LeastFields) states[(fields[BackendName], fields[ServerName])] = fields;
            else
            {
                // A file that was cut off is of no use at all.
                Say(Severity.Warning, $"{opening}corrupted {kind} '{path}' at line {number}.");
                states.Clear();
                return states;
            }
        }
        return states;
    }

    private SavedServerState? Read(BackendModel backend, ServerModel server, string[] fields)
    {
        foreach (var (position, name) in Numbers)
        {
            if (int.TryParse(fields[position], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)) continue;
            Say(Severity.Warning, $"server-state application failed for server '{backend.Name}/{server.Name}', invalid {name} value '{fields[position]}'");
            return null;
        }
        int Number(int position) => int.Parse(fields[position], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var port = 0;
        var hasPort = fields.Length > Port && int.TryParse(fields[Port], NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && port is > 0 and <= 65_535;
        return new SavedServerState(fields[Address] == "-" ? null : fields[Address], hasPort ? port : 0, Number(OperatingState), Number(AdminState),
            Number(UserWeight), Number(InitialWeight), Number(SinceChange), Number(CheckStatus), Number(CheckResult), Number(CheckHealth));
    }

    private void Say(Severity severity, string text) => context.Diagnostics.Say(severity, SourcePosition.None, text);
}
