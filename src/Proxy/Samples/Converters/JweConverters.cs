using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Evenkeel.Linux.OpenSsl;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>Encrypted tokens in their compact form (configuration.txt 7.3.1 "jwt_decrypt_secret" and its kin; RFC 7516).</summary>
internal static class JweConverters
{
    /// <summary>Room to read a key of the configuration in, bytes: RSA of 16384 bits takes some 10 kB.</summary>
    private const int KeyRoom = 65536;

    /// <summary>Longest secret two keys of a curve agree on: P-521.</summary>
    private const int MaxAgreedLength = 66;

    private static readonly ArgumentSpec Key = new(ArgumentKind.StringOrVariable);
    private static readonly JsonPath Algorithm = JsonPath.Parse("$.alg")!;
    private static readonly JsonPath Encryption = JsonPath.Parse("$.enc")!;
    private static readonly JsonPath WrapIv = JsonPath.Parse("$.iv")!;
    private static readonly JsonPath WrapTag = JsonPath.Parse("$.tag")!;
    private static readonly JsonPath SenderInfo = JsonPath.Parse("$.apu")!;
    private static readonly JsonPath ReceiverInfo = JsonPath.Parse("$.apv")!;

    public static readonly ConverterRow[] Rows =
    [
        new(new ConverterSignature("jwt_decrypt_secret", SampleType.String, SampleType.Binary, [Key.Optional()])
        {
            Check = arguments => arguments.Length == 0 || KeyMaterial.IsReadable(arguments[0]) ? null
                : "failed to parse secret: argument needs to be base64 encoded, and can either be a string or a variable",
        }, BySecret)
        {
            Prepare = (arguments, binder) =>
            {
                LoadLibrary();
                return KeyMaterial.Of(arguments, 0, binder);
            },
        },
        new(new ConverterSignature("jwt_decrypt_jwk", SampleType.String, SampleType.Binary, [Key.Optional()]) { Check = KeyError }, ByJsonWebKey)
        {
            Prepare = (arguments, binder) =>
            {
                LoadLibrary();
                return arguments[0].Kind == ArgumentKind.Variable ? new KeySource(binder.Variables.Find(arguments[0].Text), null)
                    : new KeySource(VariableId.None, Read(arguments[0].Text, out _));
            },
        },
    ];

    /// <summary>Before the first token: a worker behind a chroot finds no library any more.</summary>
    private static void LoadLibrary()
    {
        _ = Derivation.Digest;
        _ = JweAlgorithm.Find("dir"u8);
        _ = JweEncryption.Find("A128GCM"u8);
    }

    private sealed record KeySource(VariableId Variable, JsonWebKey? Key);

    private static string? KeyError(ImmutableArray<SampleArgument> arguments)
    {
        if (arguments.Length > 0 && arguments[0].Kind == ArgumentKind.Variable) return null;
        using var key = Read(arguments.Length > 0 ? arguments[0].Text : "", out var error);
        return key is null ? error : null;
    }

    private static JsonWebKey? Read(string json, out string error) => JsonWebKey.Read(Encoding.Latin1.GetBytes(json), new ScratchArena(KeyRoom), out error);

    private static bool BySecret(SampleContext context, BoundArguments arguments, ref Sample sample) =>
        ((KeyMaterial)arguments.State!).TryGet(context, out var secret) && TryOpen(context, secret, null, ref sample);

    /// <summary>A key out of a variable is read for each token: that is when it may have changed.</summary>
    private static bool ByJsonWebKey(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var source = (KeySource)arguments.State!;
        if (source.Key is { } known) return TryOpen(context, known.SecretBytes, known.Key, ref sample);
        var value = default(Sample);
        if (!context.TryGetVariable(source.Variable, ref value) || !SampleCast.TryCast(ref value, SampleType.String, context.Scratch)) return false;
        using var key = JsonWebKey.Read(value.Bytes, context.Scratch, out _);
        return key is not null && TryOpen(context, key.SecretBytes, key.Key, ref sample);
    }

    private static bool TryOpen(SampleContext context, ReadOnlySpan<byte> secret, AsymmetricKey? key, ref Sample sample)
    {
        var scratch = context.Scratch;
        if (!JweToken.TryRead(sample.Bytes, scratch, out var token)) return false;
        if (!JsonWebKey.TryText(token.Header, Algorithm, out var algorithmName) || JweAlgorithm.Find(algorithmName) is not { } algorithm) return false;
        if (!JsonWebKey.TryText(token.Header, Encryption, out var encryptionName) || JweEncryption.Find(encryptionName) is not { } encryption) return false;
        var found = algorithm.Kind switch
        {
            JweKind.Direct => token.EncryptedKey.IsEmpty && scratch.TryKeep(secret, out secret),
            JweKind.Rsa => TryRsa(algorithm, token, key, scratch, out secret),
            JweKind.Agreement => TryAgree(algorithm, encryption, token, key, scratch, out secret),
            _ => TryUnwrap(algorithm, token, secret, scratch, out secret),
        };
        if (!found) return false;
        var length = encryption.Open(secret, token, scratch.Free);
        if (length < 0) return false;
        sample.SetBinary(scratch.Keep(length));
        return true;
    }

    /// <summary>RFC 7518 4.4 and 4.7. Of a longer secret the beginning counts, as in the original.</summary>
    private static bool TryUnwrap(JweAlgorithm algorithm, scoped in JweToken token, ReadOnlySpan<byte> secret, ScratchArena scratch, out ReadOnlySpan<byte> key)
    {
        key = default;
        var cipher = algorithm.Cipher!;
        if (secret.Length < cipher.KeyLength) return false;
        secret = secret[..cipher.KeyLength];
        if (algorithm.Kind == JweKind.Wrap) return TryKeep(cipher.Unwrap(secret, token.EncryptedKey, scratch.Free), scratch, out key);
        if (!JsonWebKey.TryDecode(token.Header, WrapIv, scratch, out var iv)) return false;
        if (!JsonWebKey.TryDecode(token.Header, WrapTag, scratch, out var tag)) return false;
        return tag.Length == SymmetricCipher.TagLength && TryKeep(cipher.Open(secret, iv, default, token.EncryptedKey, tag, scratch.Free), scratch, out key);
    }

    /// <summary>RFC 7518 4.3.</summary>
    private static bool TryRsa(JweAlgorithm algorithm, scoped in JweToken token, AsymmetricKey? rsa, ScratchArena scratch, out ReadOnlySpan<byte> key)
    {
        key = default;
        return rsa is { IsRsa: true } && TryKeep(rsa.Decrypt(algorithm.Digest, token.EncryptedKey, scratch.Free), scratch, out key);
    }

    /// <summary>RFC 7518 4.6: the secret that both keys agree on makes the content's key, or the one that is wrapped around it.</summary>
    private static bool TryAgree(JweAlgorithm algorithm, JweEncryption encryption, scoped in JweToken token, AsymmetricKey? own, ScratchArena scratch,
        out ReadOnlySpan<byte> key)
    {
        key = default;
        if (own is not { IsEllipticCurve: true }) return false;
        using var ephemeral = JsonWebKey.ReadEphemeral(token.Header, scratch);
        Span<byte> agreed = stackalloc byte[MaxAgreedLength];
        var length = ephemeral is null ? -1 : own.Agree(ephemeral, agreed);
        if (length < 0) return false;
        var isWrapped = algorithm.Cipher is not null;
        var name = isWrapped ? algorithm.NameBytes : encryption.NameBytes;
        if (!isWrapped && !token.EncryptedKey.IsEmpty) return false;
        var keyLength = algorithm.Cipher?.KeyLength ?? encryption.KeyLength;
        if (!TryDerive(agreed[..length], name, token.Header, keyLength, scratch, out var derived)) return false;
        key = derived;
        return !isWrapped || TryKeep(algorithm.Cipher!.Unwrap(derived, token.EncryptedKey, scratch.Free), scratch, out key);
    }

    /// <summary>The Concat KDF (RFC 7518 4.6.2): a counter is hashed with the secret and with what it is for, as often as it takes.</summary>
    private static bool TryDerive(scoped ReadOnlySpan<byte> agreed, ReadOnlySpan<byte> name, ReadOnlySpan<byte> header, int keyLength, ScratchArena scratch,
        out ReadOnlySpan<byte> key)
    {
        key = default;
        if (!TryInfo(header, SenderInfo, scratch, out var sender) || !TryInfo(header, ReceiverInfo, scratch, out var receiver)) return false;
        var hashed = scratch.Free;
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(number, 8 * keyLength);
        if (!scratch.TryKeep([0, 0, 0, 0], out _) || !scratch.TryKeep(agreed, out var secret)) return false;
        if (!TryKeepCounted(name, scratch) || !TryKeepCounted(sender, scratch) || !TryKeepCounted(receiver, scratch)) return false;
        if (!scratch.TryKeep(number, out _)) return false;
        hashed = hashed[..(5 * sizeof(int) + secret.Length + name.Length + sender.Length + receiver.Length)];
        Span<byte> digest = stackalloc byte[MessageDigest.MaxLength];
        var derived = scratch.Free;
        var done = 0;
        for (var round = 1; done < keyLength; round++)
        {
            BinaryPrimitives.WriteInt32BigEndian(hashed, round);
            var length = Derivation.Digest.Hash(hashed, digest);
            if (length == 0 || !digest[..length].TryCopyTo(derived[done..])) return false;
            done += length;
        }
        key = scratch.Keep(done)[..keyLength];
        return true;
    }

    /// <summary>Empty when the header has none.</summary>
    private static bool TryInfo(ReadOnlySpan<byte> header, JsonPath path, ScratchArena scratch, out ReadOnlySpan<byte> info)
    {
        info = default;
        return !JsonWebKey.TryText(header, path, out var text) || JwtConverters.TryDecode(scratch, text, out info);
    }

    private static bool TryKeepCounted(ReadOnlySpan<byte> bytes, ScratchArena scratch)
    {
        Span<byte> count = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(count, bytes.Length);
        return scratch.TryKeep(count, out _) && scratch.TryKeep(bytes, out _);
    }

    private static bool TryKeep(int length, ScratchArena scratch, out ReadOnlySpan<byte> kept)
    {
        kept = length < 0 ? default : scratch.Keep(length);
        return length >= 0;
    }

    /// <summary>Apart, so that a configuration without tokens does not load the library for it.</summary>
    private static class Derivation
    {
        public static readonly MessageDigest Digest = MessageDigest.Find("sha256")!;
    }
}
