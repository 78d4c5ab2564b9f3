using System.Text;
using Evenkeel.Linux.OpenSsl;

namespace Evenkeel.Proxy.Samples.Converters;

internal enum JwtKind { None, Hmac, Rsa, RsaPss, EllipticCurve }

/// <summary>How a token is signed (RFC 7518 3.1).</summary>
internal sealed record JwtAlgorithm(string Name, JwtKind Kind, string DigestName, int CurveBytes = 0)
{
    private static readonly JwtAlgorithm[] All =
    [
        new("HS256", JwtKind.Hmac, "sha256"), new("HS384", JwtKind.Hmac, "sha384"), new("HS512", JwtKind.Hmac, "sha512"),
        new("RS256", JwtKind.Rsa, "sha256"), new("RS384", JwtKind.Rsa, "sha384"), new("RS512", JwtKind.Rsa, "sha512"),
        new("PS256", JwtKind.RsaPss, "sha256"), new("PS384", JwtKind.RsaPss, "sha384"), new("PS512", JwtKind.RsaPss, "sha512"),
        new("ES256", JwtKind.EllipticCurve, "sha256", 32), new("ES384", JwtKind.EllipticCurve, "sha384", 48), new("ES512", JwtKind.EllipticCurve, "sha512", 66),
        new("none", JwtKind.None, "sha256"),
    ];

    private readonly byte[] _nameBytes = Encoding.ASCII.GetBytes(Name);

    public MessageDigest Digest { get; } = MessageDigest.Find(DigestName)!;

    public static JwtAlgorithm? Find(string name) => Find(Encoding.Latin1.GetBytes(name));

    public static JwtAlgorithm? Find(ReadOnlySpan<byte> name)
    {
        foreach (var algorithm in All)
            if (name.SequenceEqual(algorithm._nameBytes)) return algorithm;
        return null;
    }
}

/// <summary>The two numbers of an ECDSA signature, side by side in JOSE (RFC 7518 3.4), in DER for libcrypto.</summary>
internal static class EcdsaSignature
{
    /// <summary>Two numbers of 66 bytes with a sign byte each, and the heads.</summary>
    public const int MaxDerLength = 2 * (66 + 4) + 4;

    /// <returns>Bytes written.</returns>
    public static int ToDer(ReadOnlySpan<byte> pair, Span<byte> destination)
    {
        Span<byte> body = stackalloc byte[MaxDerLength];
        var half = pair.Length / 2;
        var length = PutInteger(pair[..half], body);
        length += PutInteger(pair[half..], body[length..]);
        var at = 0;
        destination[at++] = 0x30;
        if (length > 127) destination[at++] = 0x81;
        destination[at++] = (byte)length;
        body[..length].CopyTo(destination[at..]);
        return at + length;
    }

    private static int PutInteger(ReadOnlySpan<byte> number, Span<byte> destination)
    {
        number = number.TrimStart((byte)0);
        var needsSign = number.IsEmpty || number[0] > 127;
        var length = number.Length + (needsSign ? 1 : 0);
        destination[0] = 2;
        destination[1] = (byte)length;
        if (needsSign) destination[2] = 0;
        number.CopyTo(destination[(2 + length - number.Length)..]);
        return 2 + length;
    }
}
