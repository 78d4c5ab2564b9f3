using System.Buffers.Binary;
using System.Net.Sockets;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Loop;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Servers.Resolvers;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules.Actions;

/// <summary>`do-resolve(VARIABLE,RESOLVERS[,ipv4|ipv6]) EXPRESSION`: the stream waits for a nameserver's answer, which goes into the variable.</summary>
internal sealed class ResolveAction : RuleAction
{
    public static readonly ActionRow Row = new(
        new ActionSignature("do-resolve", RuleSets.TcpRequestContent | RuleSets.HttpRequest, [], []) { Grammar = ActionGrammar.Resolve, HasParenthesis = true },
        (model, binder) => new ResolveAction(model, binder));

    private readonly VariableId _variable;
    private readonly BoundExpression _name;
    private readonly NameResolution _names;
    private readonly string _resolvers;
    private readonly bool _prefersIPv4;

    private ResolveAction(ActionModel model, RuleBinder binder)
    {
        _variable = binder.Samples.Variables.Find(model.Parenthesis[0]);
        _name = binder.Samples.Bind(model.Positional[0].Expression!);
        _names = binder.Names;
        _resolvers = model.Parenthesis[1];
        _prefersIPv4 = model.Parenthesis.Length > 2 && model.Parenthesis[2] == "ipv4";
    }

    public override RuleVerdict Run(SampleContext context, Stream stream)
    {
        if (stream.RuleState.NameQuery is not { } query) return Begin(context, stream) ? RuleVerdict.Yield : RuleVerdict.Continue;
        if (!query.IsAnswered)
        {
            stream.RuleDeadlineMs = LoopTimer.Never;
            return RuleVerdict.Yield;
        }

        stream.RuleState.NameQuery = null;
        if (query.Address is not { } address) return RuleVerdict.Continue;
        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out _)) return RuleVerdict.Continue;
        var sample = default(Sample);
        if (address.AddressFamily == AddressFamily.InterNetworkV6) sample.SetIPv6(BinaryPrimitives.ReadUInt128BigEndian(bytes));
        else sample.SetIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes));
        context.TrySetVariable(_variable, VariableConditions.None, sample);
        return RuleVerdict.Continue;
    }

    /// <returns>False when there is nothing to ask, or nobody to ask.</returns>
    private bool Begin(SampleContext context, Stream stream)
    {
        var sample = default(Sample);
        if (_names.Find(_resolvers) is not { } resolver || !_name.TryEvaluateAs(SampleType.String, context, ref sample)) return false;
        if (sample.Bytes.IsEmpty || sample.Bytes.Length > DnsName.MaxText + 1) return false;
        var query = stream.RuleState.NameQuery = new NameQuery(stream, resolver, System.Text.Encoding.Latin1.GetString(sample.Bytes), _prefersIPv4);
        stream.RuleDeadlineMs = LoopTimer.Never;
        query.Begin();
        return true;
    }
}
