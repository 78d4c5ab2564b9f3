using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules.Actions;

/// <summary>
/// Actions on connections: `set-src`, `set-dst` and their ports say who the client is, `set-*-mark` and `set-*-tos` what the kernel writes on packets
/// (configuration.txt 4.4).
/// </summary>
internal static class ConnectionActions
{
    private const RuleSets Requests = ActionTable.TcpRequest | RuleSets.HttpRequest;
    private const RuleSets Everywhere = Requests | RuleSets.TcpResponseContent | RuleSets.HttpResponse;
    private const RuleSets OnStreams = RuleSets.TcpRequestContent | RuleSets.HttpRequest;

    public static readonly ActionRow[] Rows =
    [
        Address("set-src", SampleType.Address, isSource: true),
        Address("set-src-port", SampleType.Integer, isSource: true),
        Address("set-dst", SampleType.Address, isSource: false),
        Address("set-dst-port", SampleType.Integer, isSource: false),
        Packets("set-mark", Everywhere, MarkClient),
        Packets("set-fc-mark", Everywhere, MarkClient),
        Packets("set-tos", Everywhere, TypeClient),
        Packets("set-fc-tos", Everywhere, TypeClient),
        Packets("set-bc-mark", OnStreams, (_, stream, value) => stream!.RuleState.ServerMark = value),
        Packets("set-bc-tos", OnStreams, (_, stream, value) => stream!.RuleState.ServerTos = value),
    ];

    private delegate void PacketChange(ClientSession session, Stream? stream, int value);

    private static void MarkClient(ClientSession session, Stream? stream, int value) => _ = session.Connection.Socket.SetMark(value);

    private static void TypeClient(ClientSession session, Stream? stream, int value) =>
        _ = session.Connection.Socket.SetTypeOfService(session.LocalAddress.Family == EndpointFamily.IPv6, value);

    private static ActionRow Address(string name, SampleType type, bool isSource) => new(
        new ActionSignature(name, Requests, [new ActionParameter("expr", ParameterKind.Expression)], []),
        (model, binder) => new SetAddress(binder.Samples.Bind(model.Positional[0].Expression!), type, isSource));

    private static ActionRow Packets(string name, RuleSets sets, PacketChange change) => new(
        new ActionSignature(name, sets, [new ActionParameter("value", ParameterKind.IntegerOrExpression)], []) { Usage = "expects an argument" },
        (model, binder) => new SetPackets(model.Positional[0], binder, change));

    private sealed class SetAddress(BoundExpression expression, SampleType type, bool isSource) : RuleAction
    {
        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            if (TryValue(context, isSource ? stream.ClientAddress : stream.LocalAddress, out var value)) stream.SetAddress(value, isSource);
            return RuleVerdict.Continue;
        }

        public override RuleVerdict RunOnConnection(SampleContext context, ClientSession session)
        {
            if (TryValue(context, isSource ? session.ClientAddress : session.LocalAddress, out var value)) session.SetAddress(value, isSource);
            return RuleVerdict.Continue;
        }

        private bool TryValue(SampleContext context, IpEndpoint old, out IpEndpoint value)
        {
            value = old;
            var sample = default(Sample);
            if (!expression.TryEvaluateAs(type, context, ref sample)) return false;
            if (type == SampleType.Integer)
            {
                // A port has no meaning without an address; the original takes 0.0.0.0 then.
                value = old.AddressLength == 0 ? new IpEndpoint(EndpointFamily.IPv4, 0, 0, (int)sample.Integer) : old.WithPort((int)sample.Integer);
                return true;
            }

            value = sample.Type == SampleType.IPv4
                ? new IpEndpoint(EndpointFamily.IPv4, 0, (uint)sample.Address, old.Port)
                : new IpEndpoint(EndpointFamily.IPv6, (ulong)(sample.Address >> 64), (ulong)sample.Address, old.Port);
            return true;
        }
    }

    private sealed class SetPackets(ActionValue value, RuleBinder binder, PacketChange change) : RuleAction
    {
        private readonly BoundExpression? _expression = value.Expression is { } expression ? binder.Samples.Bind(expression) : null;

        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            if (TryValue(context, out var number)) change(stream.Session, stream, number);
            return RuleVerdict.Continue;
        }

        public override RuleVerdict RunOnConnection(SampleContext context, ClientSession session)
        {
            if (TryValue(context, out var number)) change(session, null, number);
            return RuleVerdict.Continue;
        }

        private bool TryValue(SampleContext context, out int number)
        {
            number = (int)value.Number;
            if (_expression is null) return true;
            var sample = default(Sample);
            if (!_expression.TryEvaluateAs(SampleType.Integer, context, ref sample)) return false;
            number = (int)sample.Integer;
            return true;
        }
    }
}
