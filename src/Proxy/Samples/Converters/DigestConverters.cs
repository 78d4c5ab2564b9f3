using System.Collections.Immutable;
using Evenkeel.Linux.OpenSsl;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Cryptographic digests by libcrypto (configuration.txt 7.3.1 "sha1", "sha2", "digest", "hmac").</summary>
internal static class DigestConverters
{
    public static readonly ConverterRow[] Rows =
    [
        Digest("sha1", [], null, _ => "sha1"),
        Digest("sha2", [Takes.Integer.Optional()], HasSha2Bits, arguments =>
            $"sha{(arguments.Length == 0 || arguments[0].IsEmpty ? 256 : arguments[0].Number)}"),
        Digest("digest", [Takes.Text], HasAlgorithm, arguments => arguments[0].Text),
        new(new ConverterSignature("hmac", SampleType.Binary, SampleType.Binary, [Takes.Text, Takes.Text]) { Check = HasAlgorithm }, Authenticate)
        {
            Prepare = (arguments, binder) => new HmacKey(MessageDigest.Find(arguments[0].Text)!, binder.Variables.FindIfNamed(arguments[1].Text),
                DecodeKey(arguments[1].Text)),
        },
    ];

    private sealed record HmacKey(MessageDigest Algorithm, VariableId Variable, byte[]? Key);

    private static byte[]? DecodeKey(string text)
    {
        var key = new byte[text.Length];
        return Convert.TryFromBase64String(text, key, out var length) ? key[..length] : null;
    }

    private static ConverterRow Digest(string name, ImmutableArray<ArgumentSpec> specs, ArgumentCheck? check,
        Func<ImmutableArray<SampleArgument>, string> algorithm) =>
        new(new ConverterSignature(name, SampleType.Binary, SampleType.Binary, specs) { Check = check }, Hash)
        {
            Prepare = (arguments, _) => MessageDigest.Find(algorithm(arguments)),
        };

    private static string? HasSha2Bits(ImmutableArray<SampleArgument> arguments) =>
        arguments.Length == 0 || arguments[0].IsEmpty || arguments[0].Number is 224 or 256 or 384 or 512 ? null
            : $"Unsupported number of bits: '{arguments[0].Text}'";

    private static string? HasAlgorithm(ImmutableArray<SampleArgument> arguments) =>
        MessageDigest.Find(arguments[0].Text) is null ? "algorithm must be a valid OpenSSL message digest name." : null;

    private static bool Hash(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var length = ((MessageDigest)arguments.State!).Hash(sample.Bytes, context.Scratch.Free);
        sample.SetBinary(context.Scratch.Keep(length));
        return length > 0;
    }

    private static bool Authenticate(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var state = (HmacKey)arguments.State!;
        ReadOnlySpan<byte> key = state.Key;
        if (!state.Variable.IsNone)
        {
            var value = default(Sample);
            if (!context.TryGetVariable(state.Variable, ref value) || !SampleCast.TryCast(ref value, SampleType.Binary, context.Scratch)) return false;
            var decoded = context.Scratch.Free;
            if (System.Buffers.Text.Base64.DecodeFromUtf8(value.Bytes, decoded, out _, out var used) != System.Buffers.OperationStatus.Done) return false;
            key = context.Scratch.Keep(used);
        }
        var length = state.Algorithm.Authenticate(key, sample.Bytes, context.Scratch.Free);
        sample.SetBinary(context.Scratch.Keep(length));
        return length > 0;
    }
}
