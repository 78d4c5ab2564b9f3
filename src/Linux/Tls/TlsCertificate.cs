using System.Runtime.InteropServices;
using System.Text;

namespace Evenkeel.Linux.Tls;

/// <summary>A certificate with its chain and private key, as PEM files hold them. What OpenSSL has taken of it lives on without it.</summary>
public sealed unsafe class TlsCertificate
{
    private const int NID_commonName = 13;
    private const int NID_subject_alt_name = 85;
    private const int GEN_DNS = 2;

    private TlsCertificate(nint certificate, nint key, List<nint> chain)
    {
        (Handle, Key, Chain) = (certificate, key, chain);
        Names = ReadNames();
    }

    ~TlsCertificate()
    {
        LibSsl.X509_free(Handle);
        LibSsl.EVP_PKEY_free(Key);
        foreach (var link in Chain) LibSsl.X509_free(link);
    }

    internal nint Handle { get; }

    internal nint Key { get; }

    internal IReadOnlyList<nint> Chain { get; }

    /// <summary>The host names it is for, lower-cased; wildcards as `*.example.com`. The common name counts when there are no alternative names.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Reads PEM text: the certificate first, its chain, and somewhere the key, or the key in a file of its own.</summary>
    /// <param name="keyPem">What is in `FILE.key`; null when there is no such file.</param>
    /// <param name="problem">Why not, in the words of HAProxy's message.</param>
    public static TlsCertificate? Load(string path, byte[] pem, byte[]? keyPem, out string problem)
    {
        problem = "";
        LibSsl.ERR_clear_error();
        var key = ReadKey(pem);
        if (key == 0 && keyPem is not null) key = ReadKey(keyPem);
        LibSsl.ERR_clear_error();
        var all = ReadCertificates(pem, out var reason);
        if (all.Count == 0) problem = $"unable to load certificate from file '{path}': {reason}.";
        else if (key == 0) problem = $"No Private Key found in '{path}.key'.";
        else if (LibSsl.X509_check_private_key(all[0], key) != 1) problem = $"inconsistencies between private key and certificate loaded '{path}'.";
        LibSsl.ERR_clear_error();
        if (problem.Length == 0) return new TlsCertificate(all[0], key, all[1..]);
        foreach (var certificate in all) LibSsl.X509_free(certificate);
        LibSsl.EVP_PKEY_free(key);
        return null;
    }

    /// <summary>Whether PEM text has a certificate or a list of revoked ones.</summary>
    public static bool HasAuthorities(byte[] pem)
    {
        var all = ReadCertificates(pem, out _);
        foreach (var certificate in all) LibSsl.X509_free(certificate);
        return all.Count > 0 || pem.AsSpan().IndexOf("-----BEGIN X509 CRL-----"u8) >= 0;
    }

    /// <summary>What PEM text holds, for the caller to free.</summary>
    internal static List<nint> ReadAuthorities(byte[] pem) => ReadCertificates(pem, out _);

    /// <summary>Lists of revoked certificates in PEM text, for the caller to free.</summary>
    internal static List<nint> ReadRevocations(byte[] pem)
    {
        var all = new List<nint>();
        fixed (byte* bytes = pem, noPassword = "\0"u8)
        {
            var bio = LibSsl.BIO_new_mem_buf(bytes, pem.Length);
            while (LibSsl.PEM_read_bio_X509_CRL(bio, 0, 0, noPassword) is not 0 and var list) all.Add(list);
            LibSsl.ERR_clear_error();
            _ = LibSsl.BIO_free(bio);
        }

        return all;
    }

    private static nint ReadKey(byte[] pem)
    {
        fixed (byte* bytes = pem, noPassword = "\0"u8)
        {
            var bio = LibSsl.BIO_new_mem_buf(bytes, pem.Length);
            // The empty password keeps the library from asking for one on the terminal.
            var key = LibSsl.PEM_read_bio_PrivateKey(bio, 0, 0, noPassword);
            _ = LibSsl.BIO_free(bio);
            return key;
        }
    }

    private static List<nint> ReadCertificates(byte[] pem, out string reason)
    {
        var all = new List<nint>();
        fixed (byte* bytes = pem, noPassword = "\0"u8)
        {
            var bio = LibSsl.BIO_new_mem_buf(bytes, pem.Length);
            while (LibSsl.PEM_read_bio_X509_AUX(bio, 0, 0, noPassword) is not 0 and var certificate) all.Add(certificate);
            reason = LibSsl.LastReason();
            _ = LibSsl.BIO_free(bio);
        }

        return all;
    }

    private List<string> ReadNames()
    {
        var names = new List<string>();
        var alternatives = LibSsl.X509_get_ext_d2i(Handle, NID_subject_alt_name, null, null);
        for (var i = 0; alternatives != 0 && i < LibSsl.OPENSSL_sk_num(alternatives); i++)
        {
            // struct GENERAL_NAME { int type; void *d; }
            var entry = LibSsl.OPENSSL_sk_value(alternatives, i);
            if (*(int*)entry == GEN_DNS) names.Add(Text(*(nint*)(entry + sizeof(nint))));
        }

        if (alternatives != 0) LibSsl.GENERAL_NAMES_free(alternatives);
        var subject = LibSsl.X509_get_subject_name(Handle);
        for (var i = -1; names.Count == 0 && (i = LibSsl.X509_NAME_get_index_by_NID(subject, NID_commonName, i)) >= 0;)
            names.Add(Text(LibSsl.X509_NAME_ENTRY_get_data(LibSsl.X509_NAME_get_entry(subject, i))));
        return names;
    }

    private static string Text(nint asn1) =>
        Encoding.Latin1.GetString(LibSsl.ASN1_STRING_get0_data(asn1), LibSsl.ASN1_STRING_length(asn1)).ToLowerInvariant();
}
