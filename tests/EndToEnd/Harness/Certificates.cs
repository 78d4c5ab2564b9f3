using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Evenkeel.Tests.EndToEnd.Harness;

/// <summary>Self-signed certificates in a folder of their own, made when a test asks for them.</summary>
internal sealed class Certificates : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    public Certificates() => Folder = Directory.CreateTempSubdirectory("evenkeel-tls.").FullName;

    public string Folder { get; }

    /// <summary>`name.pem`: a certificate for these host names, or for its own name when there are none, with its key.</summary>
    public string Create(string name, params string[] hosts)
    {
        var (certificate, key) = Parts(name, hosts);
        return Write(name + ".pem", certificate + key);
    }

    /// <summary>`name.pem` and, beside it, `name.pem.key`.</summary>
    public string CreateSplit(string name)
    {
        var (certificate, key) = Parts(name, []);
        Write(name + ".pem.key", key);
        return Write(name + ".pem", certificate);
    }

    public string Write(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static (string Certificate, string Key) Parts(string name, string[] hosts)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts) names.AddDnsName(host);
        if (hosts.Length > 0) request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var certificate = request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(30));
        return (certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
