using Evenkeel.Model.Rules;

namespace Evenkeel.Proxy.Rules.Actions;

/// <summary>All actions that exist: one list from the families beside this file.</summary>
public static class ActionTable
{
    internal const RuleSets TcpRequest = RuleSets.TcpRequestConnection | RuleSets.TcpRequestSession | RuleSets.TcpRequestContent;
    internal const RuleSets Http = RuleSets.HttpRequest | RuleSets.HttpResponse | RuleSets.HttpAfterResponse;

    public static IReadOnlyList<ActionRow> Rows { get; } =
    [
        .. VerdictActions.Rows,
        .. ReplyActions.Rows,
        .. HeaderActions.Rows,
        .. PackedHeaderActions.Rows,
        .. TargetActions.Rows,
        .. VariableActions.Rows,
        .. StreamActions.Rows,
        .. LogActions.Rows,
        .. PatternActions.Rows,
        .. WaitingActions.Rows,
        .. ConnectionActions.Rows,
        .. ServiceActions.Rows,
        .. HintActions.Rows,
        NormalizeUriAction.Row,
        ResolveAction.Row,
    ];

    /// <summary>By the signature itself: some names mean different things in different rule sets.</summary>
    public static ActionRow Find(ActionSignature signature)
    {
        foreach (var row in Rows)
            if (ReferenceEquals(row.Signature, signature)) return row;
        throw new InvalidOperationException($"no action '{signature.Name}'");
    }
}
