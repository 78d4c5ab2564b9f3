using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Keywords;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.Values;

/// <summary>A `server`, `server-template` or `default-server` line while its options are read from <see cref="ServerKeywords"/>.</summary>
internal sealed class ServerLine(ParseContext context, ProxyDraft proxy)
{
    private int _next;
    private bool _failed;

    public ParseContext Context { get; } = context;

    public ProxyDraft Proxy { get; } = proxy;

    /// <summary>It comes while the program runs: messages have no place to name.</summary>
    public bool ComesLater { get; init; }

    public ServerModel Model { get; set; } = proxy.DefaultServer;

    public ServerExtras Extras { get; set; } = proxy.DefaultServerExtras;

    public Statement Statement { get; private set; }

    public bool IsDefault => Statement.Keyword == "default-server";

    /// <summary>Of `default-server name NAME`.</summary>
    public string? DefaultName { get; init; }

    /// <summary>The name as messages say it.</summary>
    public string ShownName => IsDefault ? DefaultName ?? "(null)" : Model.Name;

    public string TakeArgument() => Statement[_next++];

    /// <summary>Begins with the settings of another line: all but what tells that one from others.</summary>
    public void StartFrom(ServerModel origin, ServerExtras extras)
    {
        Model = origin with
        {
            Name = Model.Name, Id = 0, HasExplicitId = false, Position = Model.Position, Address = Model.Address, HostName = Model.HostName,
            PortFollowsClient = Model.PortFollowsClient, ServicePort = Model.ServicePort, IsDatagram = Model.IsDatagram, Guid = null, Saved = null,
        };
        Extras = extras with { HasExplicitId = false, TemplatePrefix = null };
    }

    public string PeekArgument() => Statement[_next];

    /// <summary>Reads the options from a word on; false when something was wrong.</summary>
    public bool TryOptions(Statement statement, int from)
    {
        Statement = statement;
        _next = from;
        if (statement[_next] == "from")
        {
            _next++;
            ServerOrigin.Read(this);
        }
        while (!_failed && statement.Has(_next))
        {
            var name = statement[_next++];
            // `set-proxy-v2-tlv-fmt(0xE1)`: the name ends at its parenthesis.
            var row = ServerKeywords.Table.Find(name.Split('(')[0]);
            if (row is { Read: not null }) row.Read(this, new Statement([name], statement.Position));
            else if (row is not null || Context.IsKnownToOriginal("server", name)) Refuse(name);
            else FailUnknown(name);
        }
        if (!_failed && !IsDefault) ServerCheckKeywords.Conclude(this);
        return !_failed;
    }

    /// <summary>Where formats on this line stand.</summary>
    public ParseScope Scope() => new()
    {
        Registry = Context.Registry,
        Diagnostics = Context.Diagnostics,
        World = Context.World,
        References = Context.References,
        Acls = Proxy.Acls,
        ProxyName = Proxy.Name,
        Sides = Proxy.Sides,
        Mode = Proxy.Mode,
        Known = OriginalKeywords.Names,
        Experiments = Context.Draft.Experiments,
        Position = Context.Position,
    };

    /// <summary>Says what is wrong with the line and ends it. Texts that end with a full stop already get a second one, as in the original.</summary>
    public void Fail(string text)
    {
        _failed = true;
        if (ComesLater)
        {
            Context.Diagnostics.Say(Severity.Alert, Context.Position, text);
            return;
        }
        var opening = IsDefault ? "" : $"'{Statement.Keyword} {Proxy.Name}/{Model.Name}' : ";
        Context.Diagnostics.Say(Severity.Alert, Context.Position, $"config : [{Context.Position}] : {opening}{text}");
    }

    public void Warn(string text)
    {
        if (ComesLater) return;
        var opening = IsDefault ? "" : $"'server {Proxy.Name}/{Model.Name}' : ";
        Context.Diagnostics.Say(Severity.Warning, Context.Position, $"config : [{Context.Position}] : {opening}{text}");
    }

    private void Refuse(string option)
    {
        _failed = true;
        Context.NotSupported(IsDefault ? $"'{option}' on 'default-server'" : $"'{option}' on 'server {Proxy.Name}/{Model.Name}'");
    }

    internal void FailUnknown(string option)
    {
        var near = Suggestion.Nearest(option, ServerKeywords.Table.Names.Where(static name => name is not ("from" or "name")));
        var hint = near is null ? "." : $"; did you mean '{near}' maybe ?";
        Fail($"unknown keyword '{option}'{hint}{(IsDefault ? " Hint: no address was expected for this server." : "")}");
    }
}
