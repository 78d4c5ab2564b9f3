using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Evenkeel.Linux.OpenSsl;

/// <summary>
/// A public or private key of RSA or of an elliptic curve, in libcrypto's hands. Shared by all threads once made. The owner disposes of it.
/// </summary>
public sealed unsafe partial class AsymmetricKey : IDisposable
{
    private const string Library = "libcrypto.so.3";
    private const int RsaType = 6;
    private const int EcType = 408;
    private const int PssPadding = 6;
    private const int OaepPadding = 4;
    private const int Pkcs1Padding = 1;
    private const int SaltAsLongAsDigest = -1;

    private nint _key;

    private AsymmetricKey(nint key) => _key = key;

    ~AsymmetricKey() => Release();

    public bool IsRsa => EVP_PKEY_get_base_id(_key) == RsaType;

    public bool IsEllipticCurve => EVP_PKEY_get_base_id(_key) == EcType;

    /// <summary>Bits of the modulus, or of the curve's field.</summary>
    public int Bits => EVP_PKEY_get_bits(_key);

    /// <summary>The first public key of a PEM text: `PUBLIC KEY` or `RSA PUBLIC KEY`; null when there is none.</summary>
    public static AsymmetricKey? FromPublicPem(ReadOnlySpan<char> pem) => FromPem(pem, "PUBLIC KEY") ?? FromPem(pem, "RSA PUBLIC KEY");

    /// <summary>The key of the first certificate of a PEM text; null when there is none.</summary>
    public static AsymmetricKey? FromCertificatePem(ReadOnlySpan<char> pem) => FromPem(pem, "CERTIFICATE");

    /// <summary>The first private key of a PEM text that has no password; null when there is none.</summary>
    public static AsymmetricKey? FromPrivatePem(ReadOnlySpan<char> pem) =>
        FromPem(pem, "PRIVATE KEY") ?? FromPem(pem, "RSA PRIVATE KEY") ?? FromPem(pem, "EC PRIVATE KEY");

    /// <summary>A subject public key info (RFC 5280 4.1).</summary>
    public static AsymmetricKey? FromPublicDer(ReadOnlySpan<byte> der)
    {
        fixed (byte* bytes = der)
        {
            var at = bytes;
            return Of(d2i_PUBKEY(0, &at, der.Length));
        }
    }

    /// <summary>A private key: PKCS #8, PKCS #1 or SEC 1.</summary>
    public static AsymmetricKey? FromPrivateDer(ReadOnlySpan<byte> der)
    {
        fixed (byte* bytes = der)
        {
            var at = bytes;
            return Of(d2i_AutoPrivateKey(0, &at, der.Length));
        }
    }

    /// <summary>Whether <paramref name="signature"/> is this key's over <paramref name="data"/>; of a curve, in DER.</summary>
    /// <param name="pss">RSASSA-PSS with a salt as long as the digest (RFC 7518 3.5).</param>
    public bool Verifies(MessageDigest digest, bool pss, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        var context = EVP_MD_CTX_new();
        try
        {
            if (EVP_DigestVerifyInit(context, out var keyContext, digest.Handle, 0, _key) != 1) return false;
            if (pss && (EVP_PKEY_CTX_set_rsa_padding(keyContext, PssPadding) != 1
                || EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, SaltAsLongAsDigest) != 1)) return false;
            fixed (byte* bytes = data, proof = signature)
                return EVP_DigestVerify(context, proof, (nuint)signature.Length, bytes, (nuint)data.Length) == 1;
        }
        finally
        {
            EVP_MD_CTX_free(context);
            ERR_clear_error();
        }
    }

    /// <summary>Decrypts with RSA.</summary>
    /// <param name="oaep">The digest of OAEP and of its mask; null for PKCS #1 v1.5.</param>
    /// <returns>Bytes written; -1 when it cannot be decrypted.</returns>
    public int Decrypt(MessageDigest? oaep, ReadOnlySpan<byte> data, Span<byte> destination)
    {
        var context = EVP_PKEY_CTX_new(_key, 0);
        try
        {
            if (EVP_PKEY_decrypt_init(context) != 1) return -1;
            if (EVP_PKEY_CTX_set_rsa_padding(context, oaep is null ? Pkcs1Padding : OaepPadding) != 1) return -1;
            if (oaep is not null && (EVP_PKEY_CTX_set_rsa_oaep_md(context, oaep.Handle) != 1 || EVP_PKEY_CTX_set_rsa_mgf1_md(context, oaep.Handle) != 1))
                return -1;
            var length = (nuint)destination.Length;
            fixed (byte* bytes = data, result = destination)
                return EVP_PKEY_decrypt(context, result, &length, bytes, (nuint)data.Length) == 1 ? (int)length : -1;
        }
        finally
        {
            EVP_PKEY_CTX_free(context);
            ERR_clear_error();
        }
    }

    /// <summary>The secret shared with another key of the same curve (RFC 5903).</summary>
    /// <returns>Bytes written; -1 when the keys do not fit each other.</returns>
    public int Agree(AsymmetricKey other, Span<byte> destination)
    {
        var context = EVP_PKEY_CTX_new(_key, 0);
        try
        {
            if (EVP_PKEY_derive_init(context) != 1 || EVP_PKEY_derive_set_peer(context, other._key) != 1) return -1;
            var length = (nuint)destination.Length;
            fixed (byte* result = destination)
                return EVP_PKEY_derive(context, result, &length) == 1 ? (int)length : -1;
        }
        finally
        {
            EVP_PKEY_CTX_free(context);
            ERR_clear_error();
        }
    }

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        if (_key != 0) EVP_PKEY_free(_key);
        _key = 0;
    }

    private static AsymmetricKey? FromPem(ReadOnlySpan<char> pem, string label)
    {
        while (PemEncoding.TryFind(pem, out var fields))
        {
            if (pem[fields.Label].SequenceEqual(label)) return FromDer(Convert.FromBase64String(pem[fields.Base64Data].ToString()), label);
            pem = pem[fields.Location.End..];
        }
        return null;
    }

    private static AsymmetricKey? FromDer(byte[] der, string label)
    {
        fixed (byte* bytes = der)
        {
            var at = bytes;
            switch (label)
            {
                case "PUBLIC KEY":
                    return Of(d2i_PUBKEY(0, &at, der.Length));
                case "RSA PUBLIC KEY":
                    return Of(d2i_PublicKey(RsaType, 0, &at, der.Length));
                case "CERTIFICATE":
                    var certificate = d2i_X509(0, &at, der.Length);
                    if (certificate == 0) return Of(0);
                    var key = X509_get_pubkey(certificate);
                    X509_free(certificate);
                    return Of(key);
                default:
                    return Of(d2i_AutoPrivateKey(0, &at, der.Length));
            }
        }
    }

    private static AsymmetricKey? Of(nint key)
    {
        ERR_clear_error();
        return key == 0 ? null : new AsymmetricKey(key);
    }

    [LibraryImport(Library)]
    private static partial nint d2i_PUBKEY(nint reuse, byte** der, nint length);

    [LibraryImport(Library)]
    private static partial nint d2i_PublicKey(int type, nint reuse, byte** der, nint length);

    [LibraryImport(Library)]
    private static partial nint d2i_AutoPrivateKey(nint reuse, byte** der, nint length);

    [LibraryImport(Library)]
    private static partial nint d2i_X509(nint reuse, byte** der, nint length);

    [LibraryImport(Library)]
    private static partial nint X509_get_pubkey(nint certificate);

    [LibraryImport(Library)]
    private static partial void X509_free(nint certificate);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_get_base_id(nint key);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_get_bits(nint key);

    [LibraryImport(Library)]
    private static partial void EVP_PKEY_free(nint key);

    [LibraryImport(Library)]
    private static partial nint EVP_MD_CTX_new();

    [LibraryImport(Library)]
    private static partial void EVP_MD_CTX_free(nint context);

    [LibraryImport(Library)]
    private static partial int EVP_DigestVerifyInit(nint context, out nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Library)]
    private static partial int EVP_DigestVerify(nint context, byte* signature, nuint signatureLength, byte* data, nuint length);

    [LibraryImport(Library)]
    private static partial nint EVP_PKEY_CTX_new(nint key, nint engine);

    [LibraryImport(Library)]
    private static partial void EVP_PKEY_CTX_free(nint context);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_CTX_set_rsa_padding(nint context, int padding);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_CTX_set_rsa_pss_saltlen(nint context, int length);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_CTX_set_rsa_oaep_md(nint context, nint digest);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_CTX_set_rsa_mgf1_md(nint context, nint digest);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_decrypt_init(nint context);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_decrypt(nint context, byte* result, nuint* resultLength, byte* data, nuint length);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_derive_init(nint context);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_derive_set_peer(nint context, nint peer);

    [LibraryImport(Library)]
    private static partial int EVP_PKEY_derive(nint context, byte* result, nuint* length);

    [LibraryImport(Library)]
    private static partial void ERR_clear_error();
}
