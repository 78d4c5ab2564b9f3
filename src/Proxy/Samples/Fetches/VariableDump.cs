using System.Collections.Immutable;
using System.Text;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>All variables of a scope as text (configuration.txt 7.3.2 "dump_all_vars"). Meant for debugging: every known name is tried.</summary>
internal static class VariableDump
{
    private static readonly string[] Scopes = ["sess", "txn", "req", "res", "proc"];

    public static readonly FetchRow[] Rows =
    [
        new(new FetchSignature("dump_all_vars", SampleType.String, SampleSource.Constant, [Takes.Text.Optional(), Takes.Text.Optional(),
            Takes.Text.Optional()])
        {
            Check = arguments => arguments.Length == 0 || arguments[0].Text is "" or "check" || Scopes.Contains(arguments[0].Text) ? null
                : $"invalid scope '{arguments[0].Text}', must be one of: {string.Join(", ", Scopes)}",
        }, Dump)
        {
            Prepare = (arguments, binder) => new State(binder.Variables, TextOf(arguments, 0, ""), TextOf(arguments, 1, ""),
                Encoding.Latin1.GetBytes(TextOf(arguments, 2, ", "))),
        },
    ];

    private sealed record State(VariableNames Names, string Scope, string Prefix, byte[] Delimiter);

    private static string TextOf(ImmutableArray<SampleArgument> arguments, int index, string otherwise) =>
        arguments.Length > index && !arguments[index].IsEmpty ? arguments[index].Text : otherwise;

    private static bool Dump(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var state = (State)arguments.State!;
        var text = context.Scratch.Reserve(int.MaxValue);
        var length = 0;
        foreach (var scope in Scopes)
        {
            if (state.Scope.Length > 0 && state.Scope != scope) continue;
            foreach (var (name, id) in state.Names.Snapshot())
            {
                if (!name.StartsWith(scope, StringComparison.Ordinal) || name[scope.Length] != '.') continue;
                if (!name.AsSpan(scope.Length + 1).StartsWith(state.Prefix, StringComparison.Ordinal)) continue;
                var value = default(Sample);
                var mark = context.Scratch.Mark;
                var isSet = context.TryGetVariable(id, ref value);
                if (isSet && !TryAppend(name, value, length == 0 ? default : state.Delimiter, context.Scratch, text, ref length)) return false;
                context.Scratch.Release(mark);
            }
        }
        sample.SetString(text[..length]);
        return true;
    }

    private static bool TryAppend(string name, Sample value, ReadOnlySpan<byte> delimiter, ScratchArena scratch, Span<byte> text, ref int length)
    {
        if (!delimiter.TryCopyTo(text[length..])) return false;
        length += delimiter.Length;
        if (!Encoding.Latin1.TryGetBytes(name, text[length..], out var written) || length + written == text.Length) return false;
        length += written;
        text[length++] = (byte)'=';
        switch (value.Type)
        {
            case SampleType.Boolean:
                return TryPut(value.Integer != 0 ? "true"u8 : "false"u8, text, ref length);
            case SampleType.String or SampleType.Method:
                return TryQuote(value.Bytes, text, ref length);
            case SampleType.Binary:
                if (text.Length - length < value.Bytes.Length * 2) return false;
                foreach (var b in value.Bytes)
                {
                    text[length++] = HexDigit.Upper(b >> 4);
                    text[length++] = HexDigit.Upper(b & 15);
                }
                return true;
            default:
                return SampleCast.TryCast(ref value, SampleType.String, scratch) && TryPut(value.Bytes, text, ref length);
        }
    }

    private static bool TryPut(ReadOnlySpan<byte> bytes, Span<byte> text, ref int length)
    {
        if (!bytes.TryCopyTo(text[length..])) return false;
        length += bytes.Length;
        return true;
    }

    private static bool TryQuote(ReadOnlySpan<byte> bytes, Span<byte> text, ref int length)
    {
        if (text.Length - length < bytes.Length * 2 + 2) return false;
        text[length++] = (byte)'"';
        foreach (var b in bytes)
        {
            var escape = b switch
            {
                (byte)'"' or (byte)'\\' => b,
                (byte)'\r' => (byte)'r',
                (byte)'\n' => (byte)'n',
                (byte)'\b' => (byte)'b',
                0 => (byte)'0',
                _ => (byte)0xFF,
            };
            if (escape != 0xFF) text[length++] = (byte)'\\';
            text[length++] = escape != 0xFF ? escape : b;
        }
        text[length++] = (byte)'"';
        return true;
    }
}
