using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Keywords;
using Evenkeel.Config.Haproxy.Sections;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.HealthChecks;

/// <summary>A `healthcheck` section: a health check that servers of any backend may use by its name (configuration.txt 12.9).</summary>
internal sealed class HealthCheckSection : ISection, ICheckOwner
{
    private readonly ParseScope _scope;
    private readonly string _name;
    private readonly SourcePosition _position;
    private string? _shownType;

    public HealthCheckSection(ParseContext context, string name)
    {
        Context = context;
        _name = name;
        _position = context.Position;
        _scope = new ParseScope
        {
            Registry = context.Registry,
            Diagnostics = context.Diagnostics,
            World = context.World,
            References = context.References,
            Experiments = context.Draft.Experiments,
            ProxyName = name,
            Sides = ProxySides.Backend,
            SectionType = "backend",
            Known = OriginalKeywords.Names,
        };
    }

    public string PseudoName => _name;

    public ParseContext Context { get; }

    public CheckDraft Checks { get; set; } = new();

    public ParseScope Scope
    {
        get
        {
            _scope.Position = Context.Position;
            return _scope;
        }
    }

    /// <summary>The original reads no further behind a mistake in such a section, but for a missing user of `pgsql-check`.</summary>
    public void Read(Statement statement)
    {
        var before = Context.Diagnostics.Alerts;
        ReadRule(statement);
        if (Context.Diagnostics.Alerts > before && statement[1] != "pgsql-check") Context.IsAborted = true;
    }

    private void ReadRule(Statement statement)
    {
        switch (statement.Keyword)
        {
            case "type":
                Type(statement);
                break;
            case "http-check" when _shownType is null or "HTTP":
                CheckStatements.Http(this, statement);
                break;
            case "tcp-check" when _shownType is null or "TCP":
                CheckStatements.Tcp(this, statement);
                break;
            case "http-check" or "tcp-check":
                Context.Alert($"unable to configure '{statement.Keyword}' rule for '{_shownType}' healthcheck");
                break;
            default:
                Context.Alert($"unknown keyword '{statement.Keyword}' in 'healthcheck' section");
                break;
        }
    }

    public void Close()
    {
        Ignored(Checks.TcpSteps.IsEmpty || Checks.Kind == CheckKind.TcpScript, "tcp-check", "tcp-check");
        Ignored(Checks.HttpSteps.IsEmpty || Checks.Kind == CheckKind.Http, "http-check", "http-check");
        Context.Draft.HealthChecks[_name] = (Checks, _position);
    }

    /// <summary>The original calls this an alert, and accepts the file.</summary>
    private void Ignored(bool isFine, string family, string type)
    {
        if (isFine) return;
        Context.Diagnostics.Remark(Severity.Alert, _position,
            $"config : parsing [{_position}] : healthcheck section '*healthcheck-{_name}' : {family} rules without 'type {type}', so the rules are ignored.");
    }

    private void Type(Statement statement)
    {
        var type = CheckTypes.Named.FirstOrDefault(named => named.Name == statement[1]);
        if (!statement.Has(1)) Context.Alert("'type' expects a healthcheck type.");
        else if (_shownType is not null) Context.Alert("healthcheck type already defined.");
        else if (type.Name is null)
            Context.Alert($"unknown healthcheck type '{statement[1]}' (expects "
                + $"{string.Join(", ", CheckTypes.Named.Select(named => $"'{named.Name}'"))}).");
        else
        {
            _shownType = type.Shown;
            CheckTypes.Read(this, statement);
        }
    }
}
