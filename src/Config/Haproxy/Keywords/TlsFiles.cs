using Evenkeel.Model;

namespace Evenkeel.Config.Haproxy.Keywords;

/// <summary>Where the files of TLS are.</summary>
internal static class TlsFiles
{
    /// <summary>A relative path under `crt-base` or `ca-base`.</summary>
    public static string Placed(string path, string? directory) =>
        directory is null || path.StartsWith('/') || path.StartsWith('@') ? path : Path.Combine(directory, path);

    /// <summary>The path as whoever opens it later must have it, when `default-path` moved the place where relative ones start.</summary>
    public static string Kept(string path, IWorld world) => path.StartsWith('@') ? path : Path.Combine(world.WorkingDirectory, path);

    /// <summary>The files a certificate that does not exist itself may be made of, one for each kind of key.</summary>
    public static string[] Bundle(string path) => [path + ".rsa", path + ".ecdsa", path + ".dsa"];
}
