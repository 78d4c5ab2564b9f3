using System.Collections.Immutable;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Expressions;
using Evenkeel.Config.Haproxy.Keywords;
using Evenkeel.Model;
using Evenkeel.Model.Proxy;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>A `log-profile` section (configuration.txt 8.3.5).</summary>
internal sealed class LogProfileSection(ParseContext context, string name, SourcePosition position) : ISection
{
    private readonly Dictionary<LogStep, LogProfileStepModel> _steps = [];
    private string? _tag;

    /// <summary>The steps of `do-log`, as messages list them.</summary>
    public const string MoreSteps = "quic-init, http-req, http-res, http-after-res, tcp-req-conn, tcp-req-sess, tcp-req-cont, tcp-res-cont";

    public string PseudoName => name;

    public void Read(Statement statement)
    {
        if (statement.Keyword == "log-tag")
        {
            if (!statement.Has(1)) context.Alert("'log-tag' expects a tag for use in syslog.");
            else _tag = statement[1];
        }
        else if (statement.Keyword == "on") ReadStep(statement);
        else
        {
            context.Alert($"unknown keyword '{statement.Keyword}' in log-profile section.");
            context.IsAborted = true;
        }
    }

    public void Close() => context.Draft.LogProfiles.Add(new LogProfileModel(name, _tag, _steps.ToImmutableDictionary(), position));

    private void ReadStep(Statement statement)
    {
        if (LogStepNames.Find(statement[1]) is not { } step)
        {
            context.AlertTight("'on' expects a log step.\n"
                + "expected values are: 'accept', 'request', 'connect', 'response', 'close', 'error' or 'any'.\n"
                + $"Or one of the additional log steps: '{MoreSteps.Replace(", ", "', '", StringComparison.Ordinal)}'.");
            return;
        }
        var read = _steps.GetValueOrDefault(step) ?? new LogProfileStepModel(Drops: false, null, null);
        var next = 2;
        do
        {
            var word = statement[next++];
            if (word == "drop") read = read with { Drops = true };
            else if (word is "format" or "sd")
            {
                if (!statement.Has(next))
                {
                    context.Alert($"'on {statement[1]} {word}' expects a logformat string.");
                    return;
                }
                if (Format(statement[next++]) is not { } text) return;
                read = word == "sd" ? read with { StructuredData = text } : read with { Format = text };
            }
            else
            {
                context.Alert($"'on {statement[1]}' expects 'drop', 'format' or 'sd'.");
                return;
            }
        }
        while (statement.Has(next));
        _steps[step] = read;
    }

    private LogFormatModel? Format(string text)
    {
        var scope = new ParseScope
        {
            Registry = context.Registry,
            Diagnostics = context.Diagnostics,
            World = context.World,
            Files = context.PatternFiles,
            References = context.References,
            Experiments = context.Draft.Experiments,
            Known = OriginalKeywords.Names,
            Position = context.Position,
        };
        if (LogFormatParser.TryParse(text, scope, LogFormatUse.Log, SamplePlaces.Log, out var error) is { } model) return model;
        context.Diagnostics.Say(Severity.Alert, context.Position, $"config : Parsing [{context.Position}]: failed to parse logformat: {error}.");
        return null;
    }
}
