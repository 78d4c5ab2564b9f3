using System.Formats.Asn1;
using Evenkeel.Linux.OpenSsl;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>A key in JSON (RFC 7517, RFC 7518 6): a secret, or a private key of RSA or of a curve. The owner disposes of it.</summary>
internal sealed class JsonWebKey : IDisposable
{
    private static readonly JsonPath Type = JsonPath.Parse("$.kty")!;
    private static readonly JsonPath Secret = JsonPath.Parse("$.k")!;

    /// <summary>In the order of RFC 8017 A.1.2. All are needed, as in the original.</summary>
    private static readonly JsonPath[] RsaNumbers =
        [.. new[] { "n", "e", "d", "p", "q", "dp", "dq", "qi" }.Select(name => JsonPath.Parse("$." + name)!)];

    private static readonly CurvePaths OwnCurve = new("$.");

    private JsonWebKey(byte[]? secret, AsymmetricKey? key) => (SecretBytes, Key) = (secret, key);

    /// <summary>Of a key of type `oct`.</summary>
    public byte[]? SecretBytes { get; }

    /// <summary>Of a key of type `RSA` or `EC`.</summary>
    public AsymmetricKey? Key { get; }

    /// <summary>Null, with the reason, when the text is no key that decrypts.</summary>
    public static JsonWebKey? Read(ReadOnlySpan<byte> json, ScratchArena scratch, out string error)
    {
        error = "";
        var type = TryText(json, Type, out var name) ? name : default;
        if (type.SequenceEqual("oct"u8))
        {
            if (TryText(json, Secret, out _)) return new JsonWebKey(TryDecode(json, Secret, scratch, out var secret) ? secret.ToArray() : [], null);
            error = "Missing 'k' field in JWK";
            return null;
        }
        var isRsa = type.SequenceEqual("RSA"u8);
        if (!isRsa && !type.SequenceEqual("EC"u8))
        {
            error = type.IsEmpty ? "Missing key type (expected 'oct', 'RSA' or 'EC')" : "Unmanaged key type (expected 'oct', 'RSA' or 'EC'";
            return null;
        }
        if ((isRsa ? ReadRsa(json, scratch) : ReadCurve(json, scratch)) is { } key) return new JsonWebKey(null, key);
        error = isRsa ? "Failed to parse RSA JWK" : "Failed to parse EC JWK";
        return null;
    }

    /// <summary>The public key of a curve, of its sender and for one token, in the header of that token (RFC 7518 4.6.1.1).</summary>
    public static AsymmetricKey? ReadEphemeral(ReadOnlySpan<byte> header, ScratchArena scratch)
    {
        if (!TryPoint(header, CurvePaths.Ephemeral, scratch, out var curve, out var point)) return null;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier("1.2.840.10045.2.1");
                writer.WriteObjectIdentifier(curve!);
            }
            writer.WriteBitString(point);
        }
        return AsymmetricKey.FromPublicDer(writer.Encode());
    }

    /// <summary>The text at a path, as it stands between its quotes.</summary>
    public static bool TryText(ReadOnlySpan<byte> json, JsonPath path, out ReadOnlySpan<byte> text)
    {
        var found = path.Find(json, out text) == JsonKind.String;
        if (found) text = text[1..^1];
        return found;
    }

    /// <summary>The bytes at a path: base64url that is not empty.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> json, JsonPath path, ScratchArena scratch, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        return TryText(json, path, out var text) && JwtConverters.TryDecode(scratch, text, out bytes) && !bytes.IsEmpty;
    }

    public void Dispose() => Key?.Dispose();

    private static AsymmetricKey? ReadRsa(ReadOnlySpan<byte> json, ScratchArena scratch)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            foreach (var path in RsaNumbers)
            {
                if (!TryDecode(json, path, scratch, out var number)) return null;
                number = number.TrimStart((byte)0);
                if (number.IsEmpty) return null;
                writer.WriteIntegerUnsigned(number);
            }
        }
        return AsymmetricKey.FromPrivateDer(writer.Encode());
    }

    /// <summary>RFC 5915.</summary>
    private static AsymmetricKey? ReadCurve(ReadOnlySpan<byte> json, ScratchArena scratch)
    {
        if (!TryPoint(json, OwnCurve, scratch, out var curve, out var point) || !TryDecode(json, OwnCurve.Number, scratch, out var number)) return null;
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(1);
            writer.WriteOctetString(number);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0))) writer.WriteObjectIdentifier(curve!);
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1))) writer.WriteBitString(point);
        }
        return AsymmetricKey.FromPrivateDer(writer.Encode());
    }

    /// <summary>A point in its uncompressed form (SEC 1 2.3.3); both coordinates are as long as the curve's field.</summary>
    private static bool TryPoint(ReadOnlySpan<byte> json, CurvePaths paths, ScratchArena scratch, out string? curve, out ReadOnlySpan<byte> point)
    {
        curve = null;
        point = default;
        if (!TryText(json, paths.Curve, out var name)) return false;
        var (identifier, length) = name.SequenceEqual("P-256"u8) ? ("1.2.840.10045.3.1.7", 32) : name.SequenceEqual("P-384"u8) ? ("1.3.132.0.34", 48)
            : name.SequenceEqual("P-521"u8) ? ("1.3.132.0.35", 66) : ("", 0);
        var start = scratch.Free;
        if (length == 0 || !scratch.TryKeep([4], out _)) return false;
        if (!TryDecode(json, paths.X, scratch, out var x) || !TryDecode(json, paths.Y, scratch, out var y)) return false;
        if (x.Length != length || y.Length != length) return false;
        curve = identifier;
        point = start[..(1 + 2 * length)];
        return true;
    }

    private sealed class CurvePaths(string where)
    {
        public static CurvePaths Ephemeral { get; } = new("$.epk.");

        public JsonPath Curve { get; } = JsonPath.Parse(where + "crv")!;

        public JsonPath X { get; } = JsonPath.Parse(where + "x")!;

        public JsonPath Y { get; } = JsonPath.Parse(where + "y")!;

        public JsonPath Number { get; } = JsonPath.Parse(where + "d")!;
    }
}
