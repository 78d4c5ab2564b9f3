using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules;

/// <summary>The bound `stats http-request` rules and `stats admin` conditions of one statistics page. Shared by all workers.</summary>
public sealed class PageRules
{
    private readonly RuleBinder _binder;
    private readonly RuleProgram _program;
    private readonly BoundCondition?[] _admin;

    internal PageRules(StatsModel model, RuleBinder binder)
    {
        _binder = binder;
        _program = new RuleProgram(model.HttpRequest, binder);
        _admin = [.. model.Admin.Select(binder.Samples.BindOptional)];
    }

    /// <summary>Whether the page may be shown: Deny and Close refuse it, Reply has filled the stream's answer (`auth`).</summary>
    public RuleVerdict Run(Stream stream) => _program.IsEmpty ? RuleVerdict.Continue : _program.Run(Begin(stream), stream);

    /// <summary>Whether this request may act on servers: one of the conditions holds, or one has none.</summary>
    public bool IsAdmin(Stream stream)
    {
        foreach (var condition in _admin)
            if (condition is null || condition.Holds(Begin(stream))) return true;
        return false;
    }

    private SampleContext Begin(Stream stream)
    {
        var context = _binder.Context(stream.Worker.Index);
        context.Begin(stream, isResponse: false);
        return context;
    }
}
