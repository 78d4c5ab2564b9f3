using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using Evenkeel.Linux.OpenSsl;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>AES in CBC and GCM by libcrypto (configuration.txt 7.3.1 "aes_cbc_dec", "aes_gcm_enc" and their kin).</summary>
internal static class AesConverters
{
    private static readonly ArgumentSpec Key = new(ArgumentKind.StringOrVariable);

    public static readonly ConverterRow[] Rows =
    [
        Row("aes_cbc_enc", "cbc", [Key, Key, Key.Optional()], (cipher, context, ref sample) => WithoutTag(cipher, context, encrypt: true, ref sample)),
        Row("aes_cbc_dec", "cbc", [Key, Key, Key.Optional()], (cipher, context, ref sample) => WithoutTag(cipher, context, encrypt: false, ref sample)),
        Row("aes_gcm_enc", "gcm", [Key, Key, Takes.Variable, Key.Optional()], Seal),
        Row("aes_gcm_dec", "gcm", [Key, Key, Key, Key.Optional()], Open),
    ];

    private delegate bool Run(State state, SampleContext context, ref Sample sample);

    private sealed record State(SymmetricCipher Cipher, KeyMaterial Nonce, KeyMaterial Key, KeyMaterial Tag, KeyMaterial Additional);

    private static ConverterRow Row(string name, string mode, ImmutableArray<ArgumentSpec> specs, Run run) =>
        new(new ConverterSignature(name, SampleType.Binary, SampleType.Binary, [Takes.Integer, .. specs]) { Check = AreUsable },
            (context, arguments, ref sample) => run((State)arguments.State!, context, ref sample))
        {
            Prepare = (arguments, binder) => new State(SymmetricCipher.Find($"aes-{arguments[0].Number}-{mode}")!,
                KeyMaterial.Of(arguments, 1, binder), KeyMaterial.Of(arguments, 2, binder),
                mode == "gcm" ? KeyMaterial.Of(arguments, 3, binder) : KeyMaterial.None, KeyMaterial.Of(arguments, mode == "gcm" ? 4 : 3, binder)),
        };

    private static string? AreUsable(ImmutableArray<SampleArgument> arguments)
    {
        if (arguments[0].Number is not (128 or 192 or 256)) return "key size must be 128, 192 or 256 (bits).";
        string[] names = ["", "nonce", "key", arguments.Length > 3 && arguments[3].Kind == ArgumentKind.Variable ? "aead_tag" : "aad", "aad"];
        for (var i = 1; i < arguments.Length; i++)
        {
            if (!KeyMaterial.IsReadable(arguments[i]))
                return $"failed to parse {names[i]} : argument needs to be base64 encoded, and can either be a string or a variable";
        }
        return null;
    }

    /// <summary>Additional data is read but means nothing without authentication, as in the original.</summary>
    private static bool WithoutTag(State state, SampleContext context, bool encrypt, ref Sample sample)
    {
        if (!state.Nonce.TryGet(context, out var nonce) || !state.Key.TryGet(context, out var key)) return false;
        return Keep(state.Cipher.Crypt(encrypt, key, nonce, sample.Bytes, context.Scratch.Free), context, ref sample);
    }

    private static bool Seal(State state, SampleContext context, ref Sample sample)
    {
        if (!state.Nonce.TryGet(context, out var nonce) || !state.Key.TryGet(context, out var key)) return false;
        if (!state.Additional.TryGet(context, out var additional)) return false;
        Span<byte> tag = stackalloc byte[SymmetricCipher.TagLength];
        if (!Keep(state.Cipher.Seal(key, nonce, additional, sample.Bytes, context.Scratch.Free, tag), context, ref sample)) return false;
        Span<byte> text = stackalloc byte[Base64.GetMaxEncodedToUtf8Length(SymmetricCipher.TagLength)];
        if (Base64.EncodeToUtf8(tag, text, out _, out var written) != OperationStatus.Done) return false;
        var value = default(Sample);
        if (!context.Scratch.TryKeep(text[..written], out var kept)) return false;
        value.SetString(kept);
        context.TrySetVariable(state.Tag.Variable, VariableConditions.None, value);
        return true;
    }

    private static bool Open(State state, SampleContext context, ref Sample sample)
    {
        if (!state.Nonce.TryGet(context, out var nonce) || !state.Key.TryGet(context, out var key)) return false;
        if (!state.Additional.TryGet(context, out var additional) || !state.Tag.TryGet(context, out var tag)) return false;
        return Keep(state.Cipher.Open(key, nonce, additional, sample.Bytes, tag, context.Scratch.Free), context, ref sample);
    }

    private static bool Keep(int length, SampleContext context, ref Sample sample)
    {
        if (length < 0) return false;
        sample.SetBinary(context.Scratch.Keep(length));
        return true;
    }
}
