using System.Collections.Immutable;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Config.Haproxy.HealthChecks;

/// <summary>`http-check` and `tcp-check`: the steps of health checks (configuration.txt 4.2), in proxies and in `healthcheck` sections.</summary>
internal static class CheckStatements
{
    public static void Http(ICheckOwner owner, Statement statement)
    {
        var context = owner.Context;
        switch (statement[1])
        {
            case "disable-on-404":
                if (!context.HasTooMany(statement, 1)) owner.Checks = owner.Checks with { DisableOn404 = true };
                break;
            case "send-state":
                if (!context.HasTooMany(statement, 1)) owner.Checks = owner.Checks with { SendState = true };
                break;
            case "comment":
                Add(owner, Comment(owner, statement), isHttp: true);
                break;
            case "connect":
                Add(owner, CheckConnectReader.Read(owner, statement, isHttp: true), isHttp: true);
                break;
            case "send":
                Add(owner, CheckSendReader.Http(owner, statement), isHttp: true);
                break;
            case "expect":
                Add(owner, CheckExpectReader.Read(owner, statement, isHttp: true), isHttp: true);
                break;
            default:
                if (CheckVariableReader.Reads(statement[1])) Add(owner, CheckVariableReader.Read(owner, statement), isHttp: true);
                else
                    context.Alert($"'http-check' only supports 'disable-on-404', 'send-state', 'comment', 'connect', 'send', 'expect', "
                        + $"'set-var-fmt(*)', 'set-var(*)', 'unset-var(*)'. but got '{statement[1]}'");
                break;
        }
    }

    public static void Tcp(ICheckOwner owner, Statement statement)
    {
        switch (statement[1])
        {
            case "comment":
                Add(owner, Comment(owner, statement), isHttp: false);
                break;
            case "connect":
                Add(owner, CheckConnectReader.Read(owner, statement, isHttp: false), isHttp: false);
                break;
            case "send" or "send-binary":
                Add(owner, CheckSendReader.Bytes(owner, statement), isHttp: false);
                break;
            case "send-lf" or "send-binary-lf":
                Add(owner, CheckSendReader.Format(owner, statement), isHttp: false);
                break;
            case "expect":
                Add(owner, CheckExpectReader.Read(owner, statement, isHttp: false), isHttp: false);
                break;
            default:
                if (CheckVariableReader.Reads(statement[1])) Add(owner, CheckVariableReader.Read(owner, statement), isHttp: false);
                else
                    owner.Context.Alert($"'tcp-check' only supports 'comment', 'connect', 'send', 'send-binary', 'expect', 'set-var-fmt(*)', 'set-var(*)', "
                        + $"'unset-var(*)'. but got '{statement[1]}'");
                break;
        }
    }

    private static CheckCommentModel? Comment(ICheckOwner owner, Statement statement)
    {
        if (statement.Has(2)) return new CheckCommentModel(statement.Position) { Comment = statement[2] };
        owner.Context.Alert($"'{statement.Keyword} comment' : expects a string as argument.");
        return null;
    }

    private static void Add(ICheckOwner owner, CheckStepModel? step, bool isHttp)
    {
        if (step is null) return;
        // A section that has rules of its own does not run those of its defaults.
        if (owner.Checks.HasInheritedSteps) owner.Checks = owner.Checks with { HasInheritedSteps = false, HttpSteps = [], TcpSteps = [] };
        var steps = isHttp ? owner.Checks.HttpSteps : owner.Checks.TcpSteps;
        step = step with { Number = steps.Length + 1 };
        var keyword = isHttp ? "http-check" : "tcp-check";
        if (step is CheckConnectModel && !BeginsWithConnect(steps))
        {
            owner.Context.Alert($"'{keyword} connect' : first step MUST also be a 'connect', optionally preceded by a 'set-var', an 'unset-var' or a "
                + "'comment', when there is a 'connect' step in the tcp-check ruleset.");
            return;
        }
        if (isHttp && owner.Checks.Kind == CheckKind.Http && Missing(steps, step) is { } missing)
        {
            var name = step switch { CheckConnectModel => "connect", CheckSendHttpModel => "send", _ => "expect" };
            owner.Context.Alert($"'http-check {name}' : unable to add http-check {name} rule at step {step.Number} (missing {missing} rule)..");
            return;
        }
        owner.Checks = isHttp ? owner.Checks with { HttpSteps = steps.Add(step) } : owner.Checks with { TcpSteps = steps.Add(step) };
    }

    private static bool BeginsWithConnect(ImmutableArray<CheckStepModel> steps)
    {
        foreach (var step in steps)
            if (step is not (CheckCommentModel or CheckVariableModel)) return step is CheckConnectModel;
        return true;
    }

    /// <summary>
    /// In HTTP a request follows its connection, an answer its request, and the next connection an answer; the first step stands for what it lacks.
    /// </summary>
    private static string? Missing(ImmutableArray<CheckStepModel> steps, CheckStepModel step)
    {
        var before = steps.LastOrDefault(static other => other is CheckConnectModel or CheckSendHttpModel or CheckExpectModel);
        return step switch
        {
            CheckConnectModel when before is not (null or CheckExpectModel) => "expect",
            CheckSendHttpModel when before is not (null or CheckConnectModel) => "connect",
            CheckExpectModel when before is CheckConnectModel => "send",
            _ => null,
        };
    }
}
