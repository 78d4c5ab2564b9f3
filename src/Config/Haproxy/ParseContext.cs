using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Keywords;
using Evenkeel.Config.Haproxy.Reuse;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy;

/// <summary>What every keyword may need while one set of files is read: the world, where to complain, and what was read before.</summary>
internal sealed class ParseContext(IWorld world, HaproxyOptions options, SignatureRegistry registry, DiagnosticList diagnostics)
{
    public IWorld World => Files;

    /// <summary>The machine, with its files as seen from where `default-path` says.</summary>
    public RelativeWorld Files { get; } = new(world);

    /// <summary>What ACLs and maps read; each file once.</summary>
    public PatternFiles PatternFiles { get; init; } = new();

    /// <summary>What `default-path` says; it holds for the files that follow as well.</summary>
    public (DefaultPathMode Mode, string Origin) DefaultPath { get; set; }

    public HaproxyOptions Options { get; } = options;

    public SignatureRegistry Registry { get; } = registry;

    public DiagnosticList Diagnostics { get; } = diagnostics;

    public ConfigurationDraft Draft { get; private init; } = new();

    /// <summary>What is read, for whoever reads the next configuration.</summary>
    public ReadText Text { get; private init; } = new(ReadText.EnvironmentOf(world));

    /// <summary>What was read before, of which sections may stay as they are; null when all is to be read.</summary>
    public ReadText? Before { get; init; }

    /// <summary>Names used before they may be defined; looked up when all files are read.</summary>
    public PendingReferences References { get; } = new();

    /// <summary>Where the statement being read stands.</summary>
    public SourcePosition Position { get; set; }

    /// <summary>Set when reading further makes no sense; the original leaves at once then.</summary>
    public bool IsAborted { get; set; }

    /// <summary>One of the late errors that have a closing line of their own has been said.</summary>
    public bool IsFatal { get; set; }

    /// <summary>The same configuration for a line that comes while the program runs, with messages of its own.</summary>
    public ParseContext Later(DiagnosticList messages) => new(Files, Options, Registry, messages) 
    {
        Draft = Draft, Text = Text, Position = new SourcePosition("(null)", 0),
    };

    /// <summary>A network namespace by its name, noted for those who may name it at run time; null when there is none.</summary>
    public NetworkNamespaceModel? NetworkNamespace(string name)
    {
        if (World.NetworkNamespace(name) is not { } inode) return null;
        var found = new NetworkNamespaceModel(name, inode);
        if (!Draft.Namespaces.Contains(found)) Draft.Namespaces.Add(found);
        return found;
    }

    public void Alert(string text) => Diagnostics.Alert(Position, text);

    public void Warning(string text) => Diagnostics.Warning(Position, text);

    /// <summary>Some messages of the original stand directly behind the bracket: `parsing [file:line]: text`.</summary>
    public void AlertTight(string text) => Diagnostics.Say(Severity.Alert, Position, $"config : parsing [{Position}]: {text}");

    public void WarningTight(string text) => Diagnostics.Say(Severity.Warning, Position, $"config : parsing [{Position}]: {text}");

    /// <summary>Refuses what the original knows and this program does not do yet, so that no statement is skipped silently.</summary>
    public void NotSupported(string what) => Alert($"{what} is not supported yet.");

    /// <summary>A remark for `-dD` only: the statement is accepted, and why it changes nothing.</summary>
    public void WithoutEffect(string what, string reason)
    {
        if (Options.IsDiagnostic) Diagnostics.Diag(Position, $"{what} is accepted without effect: {reason}.");
    }

    /// <summary>Reads a time as <see cref="Units.TryTime"/> does, and warns of what stands behind it.</summary>
    /// <param name="warn">Where a warning gets its place from; null for none.</param>
    public UnitError TryTime(string text, int defaultUnitMs, out int milliseconds, out char unexpected, Action<string>? warn = null) =>
        TellingSurplus(Units.TryTime(text, defaultUnitMs, out milliseconds, out unexpected), text, unexpected, warn);

    /// <summary>Reads a time kept in seconds as <see cref="Units.TrySeconds"/> does, and warns of what stands behind it.</summary>
    public UnitError TrySeconds(string text, out int seconds, out char unexpected) =>
        TellingSurplus(Units.TrySeconds(text, out seconds, out unexpected), text, unexpected, warn: null);

    private UnitError TellingSurplus(UnitError read, string text, char unexpected, Action<string>? warn)
    {
        if (read != UnitError.None || unexpected == '\0') return read;
        var surplus = Units.SurplusText(text, unexpected);
        if (warn is not null) warn(surplus);
        else Diagnostics.Say(Severity.Warning, Position, $"config : {surplus}");
        return read;
    }

    /// <summary>Complains when the statement has more than <paramref name="most"/> arguments.</summary>
    public bool HasTooMany(Statement statement, int most, int from = 0)
    {
        if (statement.Count <= most + 1) return false;
        var name = string.Join(' ', statement.Words.Take(from + 1));
        Alert($"'{name}' cannot handle unexpected argument '{statement[most + 1]}'.");
        return true;
    }

    public bool IsKnownToOriginal(string kind, string name) => OriginalKeywords.Contains(kind, name);
}
