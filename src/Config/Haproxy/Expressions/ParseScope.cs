using Evenkeel.Config.Diagnostics;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>What a section can do; a `listen` can do both.</summary>
[Flags]
public enum ProxySides { None = 0, Frontend = 1, Backend = 2 }

/// <summary>
/// What the expression parsers must know of where they stand. One for each proxy section while it is read; <see cref="Position"/> moves with the lines.
/// </summary>
public sealed class ParseScope
{
    public required SignatureRegistry Registry { get; init; }

    public required DiagnosticList Diagnostics { get; init; }

    public required IWorld World { get; init; }

    /// <summary>References to names that may be defined later in the files; shared by all sections.</summary>
    public required PendingReferences References { get; init; }

    /// <summary>Pattern and map files read so far; shared by all sections.</summary>
    public PatternFiles Files { get; init; } = new();

    public AclTable Acls { get; init; } = new();

    public string ProxyName { get; init; } = "";

    public ProxySides Sides { get; init; } = ProxySides.Frontend | ProxySides.Backend;

    public ProxyMode Mode { get; set; } = ProxyMode.Tcp;

    /// <summary>Where the line being read stands.</summary>
    public SourcePosition Position { get; set; }

    /// <summary>What is being read, as messages about names that are not there call it: "http-request expression"; empty elsewhere.</summary>
    public string Statement { get; set; } = "";

    public Experiments Experiments { get; init; } = new();

    /// <summary>Whether the original knows a fetch, converter or action of this name: then it is "not supported yet" rather than unknown.</summary>
    public IKnownNames? Known { get; init; }

    /// <summary>The section's type as messages say it: `frontend`, `backend`, `defaults`, or `proxy` for a `listen`.</summary>
    public string SectionType { get; init; } = "frontend";

    public bool IsDefaults => SectionType == "defaults";

    public void Alert(string text) => Diagnostics.Alert(Position, text);

    /// <summary>As <see cref="Alert"/>, without a blank before the colon: some of the original's messages have none.</summary>
    public void AlertTight(string text) => Diagnostics.Say(Severity.Alert, Position, $"config : parsing [{Position}]: {text}");

    public void Warning(string text) => Diagnostics.Warning(Position, text);

    /// <summary>The places in which rules of <paramref name="set"/> run for this section.</summary>
    public SamplePlaces PlacesOf(RuleSets set)
    {
        var frontend = set switch
        {
            RuleSets.TcpRequestConnection => SamplePlaces.FrontendTcpConnection,
            RuleSets.TcpRequestSession => SamplePlaces.FrontendTcpSession,
            RuleSets.TcpRequestContent => SamplePlaces.FrontendTcpContent,
            RuleSets.HttpRequest => SamplePlaces.FrontendHttpRequest,
            RuleSets.TcpResponseContent => SamplePlaces.FrontendTcpResponse,
            _ => SamplePlaces.FrontendHttpResponse,
        };
        var backend = set switch
        {
            RuleSets.TcpRequestConnection or RuleSets.TcpRequestSession => SamplePlaces.None,
            RuleSets.TcpRequestContent => SamplePlaces.BackendTcpContent,
            RuleSets.HttpRequest => SamplePlaces.BackendHttpRequest,
            RuleSets.TcpResponseContent => SamplePlaces.BackendTcpResponse,
            _ => SamplePlaces.BackendHttpResponse,
        };
        return ((Sides & ProxySides.Frontend) != 0 ? frontend : 0) | ((Sides & ProxySides.Backend) != 0 ? backend : 0);
    }
}

/// <summary>The original's own lists of names.</summary>
public interface IKnownNames
{
    bool IsFetch(string name);

    /// <summary>Why a fetch of the original is refused for good; null when it is not.</summary>
    string? WhyNoFetch(string name);

    bool IsConverter(string name);

    bool IsAction(RuleSets set, string name);
}
