using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Message;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Rules.Actions;

/// <summary>
/// `add-headers-bin`, `set-headers-bin`, `del-headers-bin`: many headers at once, packed as `req.hdrs_bin` gives them (configuration.txt 4.4).
/// </summary>
/// <remarks>Unlike in the original, names and values that could end a header or begin another are refused as what does not fit is.</remarks>
internal static class PackedHeaderActions
{
    public static readonly ActionRow[] Rows =
    [
        Row("add-headers-bin", (model, binder) => new AddHeaders(model, binder, replaces: false)),
        Row("set-headers-bin", (model, binder) => new AddHeaders(model, binder, replaces: true)),
        Row("del-headers-bin", (model, binder) => new DeleteHeaders(model, binder)),
    ];

    private static ActionRow Row(string name, Func<ActionModel, RuleBinder, RuleAction> bind) =>
        new(new ActionSignature(name, ActionTable.Http, [], []) { Grammar = ActionGrammar.PackedHeaders }, bind);

    /// <summary>Takes a text off the front: its length as a varint (SPOE.txt 3.1), then its bytes.</summary>
    private static bool TryTake(ref ReadOnlySpan<byte> packed, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (packed.IsEmpty) return false;
        ulong length = packed[0];
        var next = 1;
        if (length >= 240)
        {
            for (var shift = 4; ; shift += 7)
            {
                if (next == packed.Length || shift > 32) return false;
                length += (ulong)packed[next] << shift;
                if (packed[next++] < 128) break;
            }
        }
        if (length > (ulong)(packed.Length - next)) return false;
        text = packed.Slice(next, (int)length);
        packed = packed[(next + (int)length)..];
        return true;
    }

    private sealed class AddHeaders(ActionModel model, RuleBinder binder, bool replaces) : RuleAction
    {
        private readonly BoundExpression _packed = binder.Samples.Bind(model.Positional[0].Expression!);
        private readonly byte[] _prefix = RuleBinder.Bytes(model.Option("prefix")?.Text ?? "");

        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            var sample = default(Sample);
            if (!_packed.TryEvaluateAs(SampleType.Binary, context, ref sample)) return RuleVerdict.Continue;
            return Rewritten(AddAll(Head(context, stream), sample.Bytes), context, stream);
        }

        /// <summary>Pairs of name and value, up to one of which both are empty.</summary>
        private bool AddAll(HttpMessage head, ReadOnlySpan<byte> packed)
        {
            while (TryTake(ref packed, out var name) && TryTake(ref packed, out var value))
            {
                if (name.IsEmpty) return value.IsEmpty;
                if (!name.StartsWith(_prefix)) continue;
                if (!IsToken(name) || value.IndexOfAny((byte)'\r', (byte)'\n', (byte)0) >= 0) return false;
                if (!(replaces ? head.Set(name, value) : head.Add(name, value))) return false;
            }
            return false;
        }

        private static bool IsToken(ReadOnlySpan<byte> name)
        {
            foreach (var c in name)
                if (!char.IsAsciiLetterOrDigit((char)c) && "!#$%&'*+-.^_`|~"u8.IndexOf(c) < 0) return false;
            return true;
        }
    }

    private sealed class DeleteHeaders(ActionModel model, RuleBinder binder) : RuleAction
    {
        private readonly BoundExpression _packed = binder.Samples.Bind(model.Positional[0].Expression!);
        private readonly string _method = model.Option("-m")?.Text ?? "str";

        public override RuleVerdict Run(SampleContext context, Stream stream)
        {
            var sample = default(Sample);
            if (!_packed.TryEvaluateAs(SampleType.Binary, context, ref sample)) return RuleVerdict.Continue;
            return Rewritten(DeleteAll(Head(context, stream), sample.Bytes, context), context, stream);
        }

        /// <summary>Names alone, up to an empty one.</summary>
        private bool DeleteAll(HttpMessage head, ReadOnlySpan<byte> packed, SampleContext context)
        {
            while (TryTake(ref packed, out var name))
            {
                if (name.IsEmpty) return true;
                var lower = context.Scratch.Free;
                if (lower.Length < name.Length) return false;
                lower = lower[..name.Length];
                for (var i = 0; i < name.Length; i++) lower[i] = Samples.Patterns.ByteStringComparer.Lower(name[i]);
                for (var i = head.HeaderCount - 1; i >= 0; i--)
                    if (Matches(head.Name(i), lower)) head.RemoveAt(i);
            }
            return false;
        }

        private bool Matches(ReadOnlySpan<byte> name, ReadOnlySpan<byte> wanted) => _method switch
        {
            "beg" => name.StartsWith(wanted),
            "end" => name.EndsWith(wanted),
            "sub" => name.IndexOf(wanted) >= 0,
            _ => name.SequenceEqual(wanted),
        };
    }
}
