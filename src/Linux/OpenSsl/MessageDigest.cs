using System.Runtime.InteropServices;

namespace Evenkeel.Linux.OpenSsl;

/// <summary>A digest algorithm of libcrypto, by any name that library knows. Shared by all threads; lives as long as the process.</summary>
public sealed unsafe partial class MessageDigest
{
    /// <summary>Longest result of any algorithm: SHA-512.</summary>
    public const int MaxLength = 64;

    private const string Library = "libcrypto.so.3";

    private readonly nint _algorithm;

    private MessageDigest(nint algorithm) => _algorithm = algorithm;

    internal nint Handle => _algorithm;

    /// <summary>Null when libcrypto knows no digest of that name.</summary>
    public static MessageDigest? Find(string name)
    {
        var algorithm = EVP_get_digestbyname(name);
        return algorithm == 0 ? null : new MessageDigest(algorithm);
    }

    /// <summary>Hashes <paramref name="data"/>.</summary>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>Bytes written; 0 after an error of the library.</returns>
    public int Hash(ReadOnlySpan<byte> data, Span<byte> destination)
    {
        if (destination.Length < MaxLength) return 0;
        fixed (byte* bytes = data, result = destination)
            return EVP_Digest(bytes, (nuint)data.Length, result, out var length, _algorithm, 0) == 1 ? (int)length : 0;
    }

    /// <summary>Authenticates <paramref name="data"/> with HMAC.</summary>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>Bytes written; 0 after an error of the library.</returns>
    public int Authenticate(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> destination)
    {
        if (destination.Length < MaxLength) return 0;
        byte nothing = 0;
        fixed (byte* keyBytes = key, bytes = data, result = destination)
            return HMAC(_algorithm, keyBytes is null ? &nothing : keyBytes, key.Length, bytes, (nuint)data.Length, result, out var length) is null ? 0
                : (int)length;
    }

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint EVP_get_digestbyname(string name);

    [LibraryImport(Library)]
    private static partial int EVP_Digest(byte* data, nuint count, byte* result, out uint length, nint algorithm, nint engine);

    [LibraryImport(Library)]
    private static partial byte* HMAC(nint algorithm, byte* key, int keyLength, byte* data, nuint count, byte* result, out uint length);
}
