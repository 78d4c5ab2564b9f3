using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Evenkeel.Tests.Golden.Haproxy;

/// <summary>The certificates of the reference machine, good and bad; made anew, for no message shows what is in them.</summary>
internal static class ReferenceCertificates
{
    private static readonly (string Certificate, string Key) First = Create("a.test"), Second = Create("b.test");

    public static readonly IReadOnlyDictionary<string, byte[]> Files = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["/tls/a.pem"] = First.Certificate + First.Key,
        ["/tls/ca.pem"] = First.Certificate,
        ["/tls/nokey.pem"] = First.Certificate,
        ["/tls/mismatch.pem"] = First.Certificate + Second.Key,
        ["/tls/garbage.pem"] = "garbage\n",
        ["/tls/empty.pem"] = "",
        ["/tls/onlykey.pem"] = First.Key,
        ["/tls/split.pem"] = First.Certificate,
        ["/tls/split.pem.key"] = First.Key,
        ["/tls/dual.pem.rsa"] = First.Certificate + First.Key,
        ["/tls/dual.pem.ecdsa"] = Second.Certificate + Second.Key,
        ["/tls/dir/a.pem"] = First.Certificate + First.Key,
        ["/tls/dir/b.pem"] = Second.Certificate + Second.Key,
    }.ToDictionary(file => file.Key, file => Encoding.ASCII.GetBytes(file.Value), StringComparer.Ordinal);

    private static (string Certificate, string Key) Create(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
