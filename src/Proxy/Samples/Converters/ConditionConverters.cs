using System.Collections.Immutable;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Logging;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Values that are only there under a condition (configuration.txt 7.3.1 "when").</summary>
internal static class ConditionConverters
{
    private static readonly string[] Conditions = ["stopping", "normal", "error", "forwarded", "toapplet", "processed", "acl"];

    public static readonly ConverterRow[] Rows =
    [
        new(new ConverterSignature("when", SampleType.Any, SampleType.Any, [Takes.Text, new(ArgumentKind.AclIfKnown, Optional: true), Takes.Text.Optional()])
        {
            Check = IsCondition,
        }, (context, arguments, ref _) => ((State)arguments.State!).Holds(context))
        {
            Prepare = (arguments, binder) => new State(NameOf(arguments), arguments[0].Text.StartsWith('!'),
                arguments.Length > 1 && arguments[1].Acl is { } acl ? binder.Bind(acl) : null),
        },
    ];

    private static string NameOf(ImmutableArray<SampleArgument> arguments) => arguments[0].Text.TrimStart('!');

    private static string? IsCondition(ImmutableArray<SampleArgument> arguments)
    {
        if (arguments.Length == 0 || !Conditions.Contains(NameOf(arguments)))
            return $"expects a supported keyword among {{{string.Join(',', Conditions)}}} but got '{(arguments.Length == 0 ? "" : NameOf(arguments))}'";
        if (NameOf(arguments) != "acl") return null;
        if (arguments.Length < 2 || arguments[1].IsEmpty) return "'acl' selector requires an extra argument with the ACL name";
        return arguments[1].Acl is null ? $"ACL '{arguments[1].Text}' not found" : null;
    }

    private sealed record State(string Condition, bool Negated, BoundAcl? Acl)
    {
        public bool Holds(SampleContext context) => Condition switch
        {
            "acl" => Acl!.Matches(context),
            "stopping" => context.Proxies?.Process.IsStopping == true,
            "error" => context.Stream is { } stream && StreamFailure.Is(stream),
            "normal" => context.Stream is not { } stream || !StreamFailure.Is(stream),
            "forwarded" => IsForwarded(context.Stream),
            "toapplet" => context.Stream?.Service is not null,
            _ => IsForwarded(context.Stream) || context.Stream?.Service is not null,
        } != Negated;

        private static bool IsForwarded(Stream? stream) => stream?.Server is not null;
    }
}
