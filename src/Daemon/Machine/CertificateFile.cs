using Evenkeel.Linux.Tls;
using Evenkeel.Model;

namespace Evenkeel.Daemon.Machine;

/// <summary>Judges files of certificates for the configuration's reader.</summary>
public static class CertificateFile
{
    /// <summary>Null when it holds a certificate and its key, or the key is in `FILE.key`; else what is wrong, in HAProxy's words.</summary>
    public static string? Problem(IWorld world, string path)
    {
        if (world.ReadFile(path, out var error) is not { } pem) return $"unable to stat SSL certificate from file '{path}' : {error}.";
        var keyFile = path + ".key";
        var keyPem = world.FileExists(keyFile) ? world.ReadFile(keyFile, out _) : null;
        return TlsCertificate.Load(path, pem, keyPem, out var problem) is null ? problem : null;
    }

    /// <summary>Null when it holds certificates of authorities, or revoked ones; else why it is of no use.</summary>
    public static string? AuthorityProblem(IWorld world, string path)
    {
        if (path == "@system-ca") return null;
        if (world.ReadFile(path, out var error) is not { } pem) return error;
        return TlsCertificate.HasAuthorities(pem) ? null : "no certificate or crl found";
    }
}
