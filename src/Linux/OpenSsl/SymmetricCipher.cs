using System.Runtime.InteropServices;

namespace Evenkeel.Linux.OpenSsl;

/// <summary>AES in one of its modes by libcrypto: whole messages at once. Shared by all threads; lives as long as the process.</summary>
public sealed unsafe partial class SymmetricCipher
{
    /// <summary>Room a result may need beyond its input: one block.</summary>
    public const int BlockLength = 16;

    /// <summary>Bytes of an authentication tag of GCM.</summary>
    public const int TagLength = 16;

    private const string Library = "libcrypto.so.3";
    private const int SetIvLength = 0x9;
    private const int GetTag = 0x10;
    private const int SetTag = 0x11;
    private const int AllowsWrapping = 0x1;

    private readonly nint _cipher;

    private SymmetricCipher(nint cipher)
    {
        _cipher = cipher;
        KeyLength = EVP_CIPHER_get_key_length(cipher);
        IvLength = EVP_CIPHER_get_iv_length(cipher);
    }

    /// <summary>Bytes of a key.</summary>
    public int KeyLength { get; }

    /// <summary>Bytes of an initialization vector; of GCM the usual length only.</summary>
    public int IvLength { get; }

    /// <summary>Null when libcrypto knows no cipher of that name, as `aes-128-gcm`.</summary>
    public static SymmetricCipher? Find(string name)
    {
        var cipher = EVP_get_cipherbyname(name);
        return cipher == 0 ? null : new SymmetricCipher(cipher);
    }

    /// <summary>Encrypts or decrypts in a mode without authentication. A short vector is filled up with zeros; of a long key the beginning counts.</summary>
    /// <param name="destination">At least <see cref="BlockLength"/> longer than <paramref name="data"/>.</param>
    /// <returns>Bytes written; -1 when the key is too short, the data is not what such a cipher makes, or there is no room.</returns>
    public int Crypt(bool encrypt, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> data, Span<byte> destination)
    {
        Span<byte> vector = stackalloc byte[BlockLength];
        vector.Clear();
        iv[..Math.Min(iv.Length, BlockLength)].CopyTo(vector);
        if (key.Length < KeyLength || destination.Length < data.Length + BlockLength) return -1;
        var context = EVP_CIPHER_CTX_new();
        try
        {
            EVP_CIPHER_CTX_set_flags(context, AllowsWrapping);
            fixed (byte* keyBytes = key, ivBytes = vector)
                if (EVP_CipherInit_ex(context, _cipher, 0, keyBytes, ivBytes, encrypt ? 1 : 0) != 1) return -1;
            return Run(context, data, destination);
        }
        finally
        {
            EVP_CIPHER_CTX_free(context);
            ERR_clear_error();
        }
    }

    /// <summary>Unwraps a key (RFC 3394); the cipher is one of `id-aes128-wrap` and its like.</summary>
    /// <returns>Bytes written; -1 when the key does not fit or the wrapped one is not whole.</returns>
    public int Unwrap(ReadOnlySpan<byte> key, ReadOnlySpan<byte> wrapped, Span<byte> destination)
    {
        if (key.Length != KeyLength || wrapped.IsEmpty || destination.Length < wrapped.Length + BlockLength) return -1;
        var context = EVP_CIPHER_CTX_new();
        try
        {
            EVP_CIPHER_CTX_set_flags(context, AllowsWrapping);
            fixed (byte* keyBytes = key)
                if (EVP_CipherInit_ex(context, _cipher, 0, keyBytes, null, 0) != 1) return -1;
            return Run(context, wrapped, destination);
        }
        finally
        {
            EVP_CIPHER_CTX_free(context);
            ERR_clear_error();
        }
    }

    /// <summary>Encrypts with GCM.</summary>
    /// <param name="tag">Receives <see cref="TagLength"/> bytes.</param>
    /// <returns>Bytes written; -1 after an error.</returns>
    public int Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> additional, ReadOnlySpan<byte> data, Span<byte> destination,
        Span<byte> tag)
    {
        if (destination.Length < data.Length + BlockLength || tag.Length < TagLength) return -1;
        var context = EVP_CIPHER_CTX_new();
        try
        {
            if (!Begin(context, encrypt: true, key, iv, additional)) return -1;
            var length = Run(context, data, destination);
            fixed (byte* tagBytes = tag)
                return length >= 0 && EVP_CIPHER_CTX_ctrl(context, GetTag, TagLength, tagBytes) == 1 ? length : -1;
        }
        finally
        {
            EVP_CIPHER_CTX_free(context);
            ERR_clear_error();
        }
    }

    /// <summary>Decrypts with GCM and checks the tag.</summary>
    /// <returns>Bytes written; -1 when the tag is wrong or after an error.</returns>
    public int Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> additional, ReadOnlySpan<byte> data, ReadOnlySpan<byte> tag,
        Span<byte> destination)
    {
        if (destination.Length < data.Length + BlockLength || tag.Length is 0 or > TagLength) return -1;
        var context = EVP_CIPHER_CTX_new();
        try
        {
            if (!Begin(context, encrypt: false, key, iv, additional)) return -1;
            fixed (byte* tagBytes = tag)
                if (EVP_CIPHER_CTX_ctrl(context, SetTag, tag.Length, tagBytes) != 1) return -1;
            return Run(context, data, destination);
        }
        finally
        {
            EVP_CIPHER_CTX_free(context);
            ERR_clear_error();
        }
    }

    private bool Begin(nint context, bool encrypt, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> additional)
    {
        if (key.Length < KeyLength || iv.IsEmpty) return false;
        fixed (byte* keyBytes = key, ivBytes = iv, more = additional)
        {
            return EVP_CipherInit_ex(context, _cipher, 0, null, null, encrypt ? 1 : 0) == 1
                && EVP_CIPHER_CTX_ctrl(context, SetIvLength, iv.Length, null) == 1
                && EVP_CipherInit_ex(context, 0, 0, keyBytes, ivBytes, encrypt ? 1 : 0) == 1
                && (additional.IsEmpty || EVP_CipherUpdate(context, null, out _, more, additional.Length) == 1);
        }
    }

    private static int Run(nint context, ReadOnlySpan<byte> data, Span<byte> destination)
    {
        byte nothing = 0;
        fixed (byte* bytes = data, result = destination)
        {
            if (EVP_CipherUpdate(context, result, out var length, bytes is null ? &nothing : bytes, data.Length) != 1) return -1;
            return EVP_CipherFinal_ex(context, result + length, out var rest) == 1 ? length + rest : -1;
        }
    }

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint EVP_get_cipherbyname(string name);

    [LibraryImport(Library)]
    private static partial int EVP_CIPHER_get_key_length(nint cipher);

    [LibraryImport(Library)]
    private static partial int EVP_CIPHER_get_iv_length(nint cipher);

    [LibraryImport(Library)]
    private static partial nint EVP_CIPHER_CTX_new();

    [LibraryImport(Library)]
    private static partial void EVP_CIPHER_CTX_free(nint context);

    [LibraryImport(Library)]
    private static partial void EVP_CIPHER_CTX_set_flags(nint context, int flags);

    [LibraryImport(Library)]
    private static partial int EVP_CIPHER_CTX_ctrl(nint context, int command, int argument, byte* data);

    [LibraryImport(Library)]
    private static partial int EVP_CipherInit_ex(nint context, nint cipher, nint engine, byte* key, byte* iv, int encrypt);

    [LibraryImport(Library)]
    private static partial int EVP_CipherUpdate(nint context, byte* result, out int length, byte* data, int count);

    [LibraryImport(Library)]
    private static partial int EVP_CipherFinal_ex(nint context, byte* result, out int length);

    [LibraryImport(Library)]
    private static partial void ERR_clear_error();
}
