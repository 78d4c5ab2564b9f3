using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>`server`, `server-template`, `default-server`, and what concerns all servers of a backend.</summary>
internal static class ProxyServers
{
    /// <summary>Most servers one `server-template` may make; the original has no bound and runs out of memory instead.</summary>
    private const int MaxTemplate = 65_536;

    private const AddressRules ServerAddress =
        AddressRules.Port | AddressRules.PortOffset | AddressRules.HostName | AddressRules.DatagramOnRequest;

    public static void Server(ProxySection section, Statement statement)
    {
        if (!IsAllowed(section, "server")) return;
        var context = section.Context;
        if (!statement.Has(1) || !statement.Has(2))
        {
            Say(context, "'server' expects <name> and <addr>[:<port>] as arguments.");
            return;
        }
        var name = statement[1];
        if (!IsNameValid(context, name) || !IsNameFree(section, name)) return;
        if (AddressText.TryParse(statement[2], ServerAddress, context.World, out var error) is not { } address)
        {
            Say(context, $"'server {section.Draft.Name}/{name}' : {error}");
            return;
        }
        var line = new ServerLine(context, section.Draft);
        line.Model = Place(line.Model with { Name = name, Id = 0, Position = statement.Position }, address);
        if (address.IsQuic || address.UnsupportedFamily is not null) context.NotSupported($"the address '{statement[2]}'");
        else if (line.TryOptions(statement, 3)) Add(section, line.Model, line.Extras);
        else section.Draft.ServerLines.Remove(name);
    }

    /// <summary>A `server` line that comes while the program runs: what is wrong is said without its place, and host names are not resolved.</summary>
    public static void ServerLater(ProxySection section, Statement statement)
    {
        var context = section.Context;
        void Fail(string text) => context.Diagnostics.Say(Severity.Alert, context.Position, text);
        if (!statement.Has(1) || !statement.Has(2))
        {
            Fail("'server' expects <name> and <addr>[:<port>] as arguments.");
            return;
        }
        var name = statement[1];
        if (name.FirstOrDefault(static c => !IsNameCharacter(c)) is var bad and not '\0')
        {
            Fail($"character '{bad}' is not permitted in server name '{name}'.");
            return;
        }
        if (AddressText.TryParse(statement[2], ServerAddress, context.World, out var error) is not { } address)
        {
            Fail(error);
            return;
        }
        var line = new ServerLine(context, section.Draft) { ComesLater = true };
        line.Model = Place(line.Model with { Name = name, Id = 0, Position = statement.Position }, address) with { Address = address.HostName is null
            ? address.ToModel(address.Port) : null };
        if (address.IsQuic || address.UnsupportedFamily is not null) context.NotSupported($"the address '{statement[2]}'");
        else if (line.TryOptions(statement, 3)) Add(section, line.Model, line.Extras);
    }

    private static ServerModel Place(ServerModel server, AddressText address) => server with
    {
        Address = address.HostName is null || address.Port != 0 ? address.ToModel(address.Port) : null,
        HostName = address.HostName,
        // The port of a service comes with its SRV record.
        PortFollowsClient = (address.IsOffset || address.Port == 0) && address.HostName?.StartsWith('_') != true,
        ServicePort = address.Port,
        IsDatagram = address.IsDatagram && !address.IsQuic,
    };

    private static void Add(ProxySection section, ServerModel server, ServerExtras extras)
    {
        section.Draft.Servers.Add(server);
        section.Draft.ServerExtras.Add(extras);
    }

    private static bool IsAllowed(ProxySection section, string what)
    {
        var context = section.Context;
        if (section.Draft.IsDefaults && what != "default-server")
        {
            Say(context, $"'{what}' not allowed in 'defaults' section.");
            return false;
        }
        if (section.Draft.IsDefaults || section.Draft.IsBackend) return true;
        Say(context, $"parsing [{context.Position}] : '{what}' not allowed because {section.Draft.TypeName} '{section.Draft.Name}' has no backend capability.");
        return false;
    }

    private static void Say(ParseContext context, string text) =>
        context.Diagnostics.Say(Severity.Alert, context.Position, $"config : [{context.Position}] : {text}");

    private static bool IsNameValid(ParseContext context, string name)
    {
        foreach (var c in name)
        {
            if (IsNameCharacter(c)) continue;
            Say(context, $"character '{c}' is not permitted in server name '{name}'.");
            return false;
        }
        return true;
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':';

    private static bool IsNameFree(ProxySection section, string name)
    {
        if (section.Draft.ServerLines.TryAdd(name, section.Context.Position.Line)) return true;
        Say(section.Context, $"'server {section.Draft.Name}/{name}' : another server named '{name}' was already defined at line "
            + $"{section.Draft.ServerLines[name]}, please use a distinct name.");
        return false;
    }

    public static void DefaultServer(ProxySection section, Statement statement)
    {
        if (!IsAllowed(section, "default-server")) return;
        if (statement[1] == "name")
        {
            NamedDefaultServer(section, statement);
            return;
        }
        var line = new ServerLine(section.Context, section.Draft);
        if (!line.TryOptions(statement, 1)) return;
        // What was said is taken back.
        section.Draft.HasDefaultServer = !(statement.Count == 3 && statement[1] == "from" && statement[2] == "none");
        section.Draft.DefaultServer = line.Model;
        section.Draft.DefaultServerExtras = line.Extras;
    }

    /// <summary>`default-server name NAME ...`: begins with nothing set; a further line of the same name goes on with what the others said.</summary>
    private static void NamedDefaultServer(ProxySection section, Statement statement)
    {
        var (context, draft, name) = (section.Context, section.Draft, statement[2]);
        var isNew = !draft.NamedDefaultServers.TryGetValue(name, out var before);
        if (name.Length == 0) Say(context, "default-server name: missing value.");
        else if (isNew && draft.ServerLines.TryGetValue(name, out var taken))
        {
            Say(context, $"default-server name '{name}' conflicts with server defined at line {taken}.");
            context.IsAborted = true;
        }
        else
        {
            if (isNew) (before, draft.ServerLines[name]) = ((ProxyDraft.NoDefaultServer, new ServerExtras()), context.Position.Line);
            var line = new ServerLine(context, draft) { Model = before.Model, Extras = before.Extras, DefaultName = name };
            if (line.TryOptions(statement, 3)) draft.NamedDefaultServers[name] = (line.Model, line.Extras);
        }
    }

    /// <summary>`server-template PREFIX NUMBER|RANGE ADDRESS`: the same server several times, named by prefix and number.</summary>
    public static void ServerTemplate(ProxySection section, Statement statement)
    {
        if (!IsAllowed(section, "server-template")) return;
        var context = section.Context;
        if (!statement.Has(1) || !statement.Has(2) || !statement.Has(3))
        {
            Say(context, "'server-template' expects <prefix> <nb | range> <addr>[:<port>] as arguments.");
            return;
        }
        if (!IsNameValid(context, statement[1])) return;
        var dash = statement[2].IndexOf('-');
        var first = 1;
        var isRange = dash < 0 ? Units.TryInteger(statement[2], out var last)
            : Units.TryInteger(statement[2][..dash], out first) & Units.TryInteger(statement[2][(dash + 1)..], out last);
        if (!isRange || first < 0 || last < first || last - first >= MaxTemplate)
        {
            Say(context, $"Wrong server-template number or range arg '{statement[2]}'.");
            return;
        }
        if (AddressText.TryParse(statement[3], ServerAddress, context.World, out var error) is not { } address)
        {
            Say(context, $"'server-template {section.Draft.Name}/{statement[1]}' : {error}");
            return;
        }
        var line = new ServerLine(context, section.Draft);
        line.Model = Place(line.Model with { Name = statement[1], Id = 0, Position = statement.Position }, address);
        if (!line.TryOptions(statement, 4)) return;
        for (var number = first; number <= last; number++)
        {
            var name = statement[1] + number;
            if (!IsNameFree(section, name)) return;
            Add(section, line.Model with { Name = name }, line.Extras with { TemplatePrefix = number == first ? statement[1] : null });
        }
    }

    public static void HttpReuse(ProxySection section, Statement statement)
    {
        section.WarnWhenLacking(ProxySides.Backend, "http-reuse");
        HttpReuse? reuse = statement[1] switch
        {
            "never" => Model.Proxy.HttpReuse.Never,
            "safe" => Model.Proxy.HttpReuse.Safe,
            "aggressive" => Model.Proxy.HttpReuse.Aggressive,
            "always" => Model.Proxy.HttpReuse.Always,
            _ => null,
        };
        if (reuse is null) section.Context.Alert("'http-reuse' only supports 'never', 'safe', 'aggressive', 'always'.");
        else if (!section.Context.HasTooMany(statement, 1, from: 1)) section.Draft.HttpReuse = reuse.Value;
    }

    public static void Source(ProxySection section, Statement statement)
    {
        if (section.Lacks(ProxySides.Backend, "source")) return;
        var context = section.Context;
        if (!statement.Has(1))
        {
            context.Alert("'source' expects <addr>[:<port>], and optionally 'usesrc' <addr>, and 'interface' <name>.");
            return;
        }
        if (SourceText.TryAddress(statement[1], AddressRules.Port | AddressRules.Resolve, context.World, out var error) is not { } source)
        {
            context.Alert($"'source {statement[1]}' : {error}");
            return;
        }
        for (var at = 2; statement.Has(at); at += 2)
        {
            switch (statement[at])
            {
                case "interface" when !statement.Has(at + 1):
                    context.Alert("'source' : missing interface name.");
                    return;
                case "interface":
                    source = source with { Interface = statement[at + 1] };
                    break;
                case "usesrc" when !statement.Has(at + 1):
                    context.Alert("'usesrc' expects <addr>[:<port>], 'client', or 'clientip' as argument.");
                    return;
                case "usesrc":
                    if (SourceText.TrySpoof(source, statement[at + 1], context.World, out error) is not { } spoofing)
                    {
                        context.Alert(error);
                        return;
                    }
                    source = spoofing;
                    break;
                default:
                    context.Alert("'source' only supports optional keywords 'interface' and 'usesrc'.");
                    return;
            }
        }
        section.Draft.Source = source;
    }

    public static void Dispatch(ProxySection section, Statement statement) =>
        section.Context.AlertTight("support for 'dispatch' was removed in version 3.5. The modern way to do the same is to create a server with the "
            + "same address, "
            + $"and possibly to assign any extra server a weight of zero if any:\n    server dispatch {statement[1]}");
}
