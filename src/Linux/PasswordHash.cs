using System.Runtime.InteropServices;

namespace Evenkeel.Linux;

/// <summary>Passwords against the hashes of crypt(3): DES, MD5, SHA-256, SHA-512, yescrypt, whatever the machine's libcrypt knows.</summary>
public static unsafe partial class PasswordHash
{
    /// <summary>`struct crypt_data` of libxcrypt.</summary>
    private const int CryptDataSize = 32_768;
    private const int MaxPassword = 512;
    private const int MaxHash = 384;

    /// <summary>Whether the password gives that hash. Takes as long as the hash's algorithm wants: up to milliseconds.</summary>
    public static bool Matches(ReadOnlySpan<byte> password, ReadOnlySpan<byte> hash)
    {
        if (password.Length >= MaxPassword || hash.Length >= MaxHash || password.Contains((byte)0) || hash.Contains((byte)0)) return false;
        // Bound: both copies end with the NUL they were cleared with; the work area is the size the library wants and is freed here.
        var phrase = stackalloc byte[MaxPassword];
        var setting = stackalloc byte[MaxHash];
        password.CopyTo(new Span<byte>(phrase, MaxPassword));
        hash.CopyTo(new Span<byte>(setting, MaxHash));
        phrase[password.Length] = 0;
        setting[hash.Length] = 0;
        var data = NativeMemory.AllocZeroed(CryptDataSize);
        try
        {
            var result = crypt_r(phrase, setting, data);
            return result is not null && MemoryMarshal.CreateReadOnlySpanFromNullTerminated(result).SequenceEqual(hash);
        }
        finally
        {
            NativeMemory.Free(data);
        }
    }

    [LibraryImport("libcrypt.so.1")]
    private static partial byte* crypt_r(byte* phrase, byte* setting, void* data);
}
