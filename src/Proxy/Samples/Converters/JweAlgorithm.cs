using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Evenkeel.Linux.OpenSsl;

namespace Evenkeel.Proxy.Samples.Converters;

internal enum JweKind { Direct, Wrap, Seal, Rsa, Agreement }

/// <summary>How the key of a token's content is found (RFC 7518 4.1). RSA1_5 is left out: the original has it switched off unless told otherwise.</summary>
/// <param name="Cipher">What the content's key is wrapped with; null when it is not wrapped, or by RSA.</param>
/// <param name="Digest">Of RSA's padding.</param>
internal sealed record JweAlgorithm(string Name, JweKind Kind, SymmetricCipher? Cipher = null, MessageDigest? Digest = null)
{
    private static readonly JweAlgorithm[] All =
    [
        new("dir", JweKind.Direct),
        new("A128KW", JweKind.Wrap, Wrap(128)), new("A192KW", JweKind.Wrap, Wrap(192)), new("A256KW", JweKind.Wrap, Wrap(256)),
        new("A128GCMKW", JweKind.Seal, Gcm(128)), new("A192GCMKW", JweKind.Seal, Gcm(192)), new("A256GCMKW", JweKind.Seal, Gcm(256)),
        new("RSA-OAEP", JweKind.Rsa, Digest: MessageDigest.Find("sha1")), new("RSA-OAEP-256", JweKind.Rsa, Digest: MessageDigest.Find("sha256")),
        new("ECDH-ES", JweKind.Agreement), new("ECDH-ES+A128KW", JweKind.Agreement, Wrap(128)),
        new("ECDH-ES+A192KW", JweKind.Agreement, Wrap(192)), new("ECDH-ES+A256KW", JweKind.Agreement, Wrap(256)),
    ];

    private readonly byte[] _nameBytes = Encoding.ASCII.GetBytes(Name);

    /// <summary>The name in ASCII, as key derivation takes it in.</summary>
    public ReadOnlySpan<byte> NameBytes => _nameBytes;

    public static JweAlgorithm? Find(ReadOnlySpan<byte> name)
    {
        foreach (var algorithm in All)
            if (name.SequenceEqual(algorithm._nameBytes)) return algorithm;
        return null;
    }

    private static SymmetricCipher Wrap(int bits) => SymmetricCipher.Find($"id-aes{bits}-wrap")!;

    private static SymmetricCipher Gcm(int bits) => SymmetricCipher.Find($"aes-{bits}-gcm")!;
}

/// <summary>How a token's content is encrypted (RFC 7518 5.1).</summary>
/// <param name="Digest">Of the tag of CBC; null for GCM, which has its own.</param>
internal sealed record JweEncryption(string Name, SymmetricCipher Cipher, MessageDigest? Digest = null)
{
    private static readonly JweEncryption[] All =
    [
        new("A128GCM", Of("aes-128-gcm")), new("A192GCM", Of("aes-192-gcm")), new("A256GCM", Of("aes-256-gcm")),
        new("A128CBC-HS256", Of("aes-128-cbc"), MessageDigest.Find("sha256")), new("A192CBC-HS384", Of("aes-192-cbc"), MessageDigest.Find("sha384")),
        new("A256CBC-HS512", Of("aes-256-cbc"), MessageDigest.Find("sha512")),
    ];

    private readonly byte[] _nameBytes = Encoding.ASCII.GetBytes(Name);

    /// <summary>The name in ASCII, as key derivation takes it in.</summary>
    public ReadOnlySpan<byte> NameBytes => _nameBytes;

    /// <summary>Bytes of a key: of CBC the half for the tag comes first.</summary>
    public int KeyLength => Digest is null ? Cipher.KeyLength : 2 * Cipher.KeyLength;

    public static JweEncryption? Find(ReadOnlySpan<byte> name)
    {
        foreach (var encryption in All)
            if (name.SequenceEqual(encryption._nameBytes)) return encryption;
        return null;
    }

    /// <summary>Checks the tag and decrypts.</summary>
    /// <param name="key">At least <see cref="KeyLength"/> bytes; what is beyond them does not count.</param>
    /// <returns>Bytes written; -1 when the tag is wrong or anything does not fit.</returns>
    public int Open(ReadOnlySpan<byte> key, in JweToken token, Span<byte> destination)
    {
        if (key.Length < KeyLength) return -1;
        var half = Cipher.KeyLength;
        if (Digest is null)
            return token.Tag.Length == SymmetricCipher.TagLength ? Cipher.Open(key[..half], token.Iv, token.Protected, token.Text, token.Tag, destination) : -1;
        Span<byte> tag = stackalloc byte[MessageDigest.MaxLength];
        if (token.Iv.Length != SymmetricCipher.BlockLength || Digest.Authenticate(key[..half], token.Covered, tag) < half) return -1;
        if (!CryptographicOperations.FixedTimeEquals(tag[..half], token.Tag)) return -1;
        return Cipher.Crypt(encrypt: false, key[half..KeyLength], token.Iv, token.Text, destination);
    }

    private static SymmetricCipher Of(string name) => SymmetricCipher.Find(name)!;
}

/// <summary>The five parts of an encrypted token (RFC 7516 3.1), decoded into scratch room.</summary>
internal readonly ref struct JweToken
{
    private const int LengthBytes = 8;

    /// <summary>The header as it was sent, in base64url: it is authenticated so.</summary>
    public required ReadOnlySpan<byte> Protected { get; init; }

    /// <summary>The header in JSON.</summary>
    public required ReadOnlySpan<byte> Header { get; init; }

    public required ReadOnlySpan<byte> EncryptedKey { get; init; }

    public required ReadOnlySpan<byte> Iv { get; init; }

    public required ReadOnlySpan<byte> Text { get; init; }

    public required ReadOnlySpan<byte> Tag { get; init; }

    /// <summary>What the tag of CBC is over (RFC 7518 5.2.2.1): header, vector and text as they lie here, and the header's length in bits.</summary>
    public required ReadOnlySpan<byte> Covered { get; init; }

    /// <summary>False when there are not five parts of base64url, or no room for them.</summary>
    public static bool TryRead(ReadOnlySpan<byte> token, ScratchArena scratch, out JweToken read)
    {
        read = default;
        // Padding has no place in a token, though it has in keys.
        if (token.Contains((byte)'=') || token.Count((byte)'.') != 4) return false;
        var encodedHeader = NextPart(ref token);
        if (!JwtConverters.TryDecode(scratch, encodedHeader, out var header)) return false;
        if (!JwtConverters.TryDecode(scratch, NextPart(ref token), out var key)) return false;
        if (!JwtConverters.TryDecode(scratch, token[(token.LastIndexOf((byte)'.') + 1)..], out var tag)) return false;
        var covered = scratch.Free;
        if (!scratch.TryKeep(encodedHeader, out var kept)) return false;
        if (!JwtConverters.TryDecode(scratch, NextPart(ref token), out var iv)) return false;
        if (!JwtConverters.TryDecode(scratch, NextPart(ref token), out var text)) return false;
        Span<byte> bits = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteInt64BigEndian(bits, 8L * kept.Length);
        if (!scratch.TryKeep(bits, out _)) return false;
        read = new JweToken
        {
            Protected = kept, Header = header, EncryptedKey = key, Iv = iv, Text = text, Tag = tag,
            Covered = covered[..(kept.Length + iv.Length + text.Length + LengthBytes)],
        };
        return true;
    }

    /// <summary>Takes what stands before the next dot, and the dot.</summary>
    private static ReadOnlySpan<byte> NextPart(scoped ref ReadOnlySpan<byte> token)
    {
        var dot = token.IndexOf((byte)'.');
        var part = token[..dot];
        token = token[(dot + 1)..];
        return part;
    }
}
