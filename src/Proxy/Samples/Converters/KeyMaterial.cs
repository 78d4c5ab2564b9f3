using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>A key, a nonce or a tag: base64 on the line, decoded once, or in a variable that is decoded when it is used.</summary>
internal sealed record KeyMaterial(VariableId Variable, byte[]? Decoded)
{
    /// <summary>An argument that was left out: no bytes.</summary>
    public static KeyMaterial None { get; } = new(VariableId.None, []);

    public static KeyMaterial Of(ImmutableArray<SampleArgument> arguments, int index, Binder binder)
    {
        if (index >= arguments.Length || arguments[index].IsEmpty) return None;
        var argument = arguments[index];
        return argument.Kind == ArgumentKind.Variable ? new KeyMaterial(binder.Variables.Find(argument.Text), null)
            : new KeyMaterial(VariableId.None, Decode(argument.Text));
    }

    /// <summary>It names a variable, or is base64.</summary>
    public static bool IsReadable(SampleArgument argument) => argument.Kind == ArgumentKind.Variable || Decode(argument.Text) is not null;

    /// <summary>False when the variable is not set or holds no base64.</summary>
    public bool TryGet(SampleContext context, out ReadOnlySpan<byte> bytes)
    {
        bytes = Decoded;
        if (Variable.IsNone) return Decoded is not null;
        var value = default(Sample);
        if (!context.TryGetVariable(Variable, ref value) || !SampleCast.TryCast(ref value, SampleType.String, context.Scratch)) return false;
        if (Base64.DecodeFromUtf8(value.Bytes, context.Scratch.Free, out _, out var length) != OperationStatus.Done) return false;
        bytes = context.Scratch.Keep(length);
        return true;
    }

    private static byte[]? Decode(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }
}
