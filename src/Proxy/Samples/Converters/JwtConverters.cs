using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Evenkeel.Linux.OpenSsl;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>JSON Web Tokens in their compact form (configuration.txt 7.3.1 "jwt_verify" and its kin; RFC 7515, 7518).</summary>
internal static class JwtConverters
{
    private const long Success = 1;
    private const long Failure = 0;
    private const long UnknownAlgorithm = -1;
    private const long InvalidToken = -3;
    private const long UnknownKey = -5;

    private static readonly ArgumentSpec Algorithm = new(ArgumentKind.StringOrVariable);
    private static readonly ArgumentSpec KeyFile = new(ArgumentKind.FileOrVariable);

    public static readonly ConverterRow[] Rows =
    [
        new(new ConverterSignature("jwt_verify", SampleType.Binary, SampleType.Integer, [Algorithm, KeyFile])
        {
            Check = arguments => AlgorithmError(arguments) ?? KeyError(arguments),
        }, Verify)
        {
            Prepare = (arguments, binder) => State.Of(arguments, binder, binder.PublicKeys, AsymmetricKey.FromPublicPem),
        },
        new(new ConverterSignature("jwt_verify_cert", SampleType.Binary, SampleType.Integer, [Algorithm, KeyFile])
        {
            Check = arguments => AlgorithmError(arguments)
                ?? (JwtAlgorithm.Find(arguments[0].Text) is { Kind: JwtKind.Hmac } ? "HMAC-signed tokens can't be processed by this converter" : null),
        }, Verify)
        {
            Prepare = (arguments, binder) =>
                State.Of(arguments, binder, binder.CertificateKeys, AsymmetricKey.FromCertificatePem) with { RefusesSecrets = true },
        },
        Part("jwt_header_query", index: 0, minParts: 2),
        Part("jwt_payload_query", index: 1, minParts: 3),
    ];

    private delegate AsymmetricKey? ReadKey(ReadOnlySpan<char> pem);

    private sealed record State(VariableId AlgorithmVariable, JwtAlgorithm? Algorithm, VariableId KeyVariable, byte[] Secret, KeyFiles Keys)
    {
        /// <summary>Only certificates are keys here.</summary>
        public bool RefusesSecrets { get; init; }

        public static State Of(ImmutableArray<SampleArgument> arguments, Binder binder, KeyFiles keys, ReadKey read)
        {
            var (algorithm, key) = (arguments[0], arguments[1]);
            if (key.FileText is { } pem && read(pem) is { } known) keys.Add(key.Text, known);
            return new State(VariableOf(algorithm, binder), algorithm.Kind == ArgumentKind.Variable ? null : JwtAlgorithm.Find(algorithm.Text),
                VariableOf(key, binder), System.Text.Encoding.Latin1.GetBytes(key.Text), keys);
        }

        private static VariableId VariableOf(SampleArgument argument, Binder binder) =>
            argument.Kind == ArgumentKind.Variable ? binder.Variables.Find(argument.Text) : VariableId.None;
    }

    private static string? AlgorithmError(ImmutableArray<SampleArgument> arguments) =>
        arguments[0].Kind == ArgumentKind.Variable || JwtAlgorithm.Find(arguments[0].Text) is not null ? null : $"unknown JWT algorithm: {arguments[0].Text}";

    /// <summary>A key that is no variable and not meant as a secret has to be a file with a public key.</summary>
    private static string? KeyError(ImmutableArray<SampleArgument> arguments)
    {
        var key = arguments[1];
        if (key.Kind == ArgumentKind.Variable || JwtAlgorithm.Find(arguments[0].Text) is not { Kind: not JwtKind.Hmac }) return null;
        if (key.FileText is null) return $"unable to read public key '{key.Text}'";
        using var known = AsymmetricKey.FromPublicPem(key.FileText);
        return known is null ? $"no public key in '{key.Text}'" : null;
    }

    private static bool Verify(SampleContext context, BoundArguments arguments, ref Sample sample)
    {
        var state = (State)arguments.State!;
        var algorithm = state.Algorithm;
        var value = default(Sample);
        if (!state.AlgorithmVariable.IsNone)
        {
            if (!TryText(context, state.AlgorithmVariable, ref value)) return false;
            algorithm = JwtAlgorithm.Find(value.Bytes);
            if (algorithm is null || (state.RefusesSecrets && algorithm.Kind == JwtKind.Hmac))
            {
                sample.SetInteger(UnknownAlgorithm);
                return true;
            }
        }
        ReadOnlySpan<byte> key = state.Secret;
        if (!state.KeyVariable.IsNone)
        {
            if (!TryText(context, state.KeyVariable, ref value)) return false;
            key = value.Bytes;
        }
        sample.SetInteger(Judge(context, algorithm!, state.Keys, key, sample.Bytes));
        return true;
    }

    private static long Judge(SampleContext context, JwtAlgorithm algorithm, KeyFiles keys, ReadOnlySpan<byte> key, ReadOnlySpan<byte> token)
    {
        if (CountParts(token) != 3) return InvalidToken;
        var lastDot = token.LastIndexOf((byte)'.');
        var signed = token[..lastDot];
        var encoded = token[(lastDot + 1)..];
        if (algorithm.Kind == JwtKind.None) return encoded.IsEmpty ? Success : Failure;
        if (signed[0] == '.' || signed[^1] == '.' || encoded.IsEmpty) return InvalidToken;
        if (!TryDecode(context.Scratch, encoded, out var signature)) return InvalidToken;
        if (algorithm.Kind == JwtKind.Hmac)
        {
            Span<byte> expected = stackalloc byte[MessageDigest.MaxLength];
            var length = algorithm.Digest.Authenticate(key, signed, expected);
            return length > 0 && CryptographicOperations.FixedTimeEquals(expected[..length], signature) ? Success : Failure;
        }
        if (keys.Find(key) is not { } publicKey) return UnknownKey;
        if (algorithm.Kind != JwtKind.EllipticCurve)
            return publicKey.IsRsa && publicKey.Verifies(algorithm.Digest, algorithm.Kind == JwtKind.RsaPss, signed, signature) ? Success : Failure;
        Span<byte> der = stackalloc byte[EcdsaSignature.MaxDerLength];
        if (!publicKey.IsEllipticCurve || signature.Length != 2 * algorithm.CurveBytes) return Failure;
        return publicKey.Verifies(algorithm.Digest, pss: false, signed, der[..EcdsaSignature.ToDer(signature, der)]) ? Success : Failure;
    }

    private static bool TryText(SampleContext context, VariableId id, ref Sample value) =>
        context.TryGetVariable(id, ref value) && SampleCast.TryCast(ref value, SampleType.String, context.Scratch);

    /// <summary>The decoded part, or what a JSON path finds in it.</summary>
    private static ConverterRow Part(string name, int index, int minParts) =>
        new(new ConverterSignature(name, SampleType.Binary, SampleType.Any, [Takes.Text.Optional(), Takes.Text.Optional()])
        {
            Check = JsonQueryConverters.HasOutputType,
        }, (context, arguments, ref sample) =>
        {
            var parts = CountParts(sample.Bytes);
            if (parts != 3 && (parts != 5 || minParts > 2)) return false;
            var part = sample.Bytes;
            for (var i = 0; i < index; i++) part = part[(part.IndexOf((byte)'.') + 1)..];
            if (!TryDecode(context.Scratch, part[..part.IndexOf((byte)'.')], out var decoded)) return false;
            sample.SetString(decoded);
            return arguments.State is not JsonQueryConverters.Query query || JsonQueryConverters.TryRun(query, context, ref sample);
        })
        {
            Prepare = (arguments, _) => arguments.Length == 0 || arguments[0].IsEmpty ? null : JsonQueryConverters.Query.Of(arguments),
        };

    private static int CountParts(ReadOnlySpan<byte> token) => token.Count((byte)'.') + 1;

    internal static bool TryDecode(ScratchArena scratch, ReadOnlySpan<byte> text, out ReadOnlySpan<byte> decoded)
    {
        decoded = default;
        if (text.ContainsAny(" \t\r\n"u8) || Base64Url.DecodeFromUtf8(text, scratch.Free, out _, out var length) != OperationStatus.Done) return false;
        decoded = scratch.Keep(length);
        return true;
    }
}
