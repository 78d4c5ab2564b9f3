using System.Diagnostics;

namespace Evenkeel.Tests.EndToEnd.Harness;

/// <summary>The command line of OpenSSL, as a client that does what .NET's own would not.</summary>
internal static class OpenSsl
{
    /// <summary>`s_client` against a port of this machine, with nothing to send. What it printed.</summary>
    public static string Client(int port, params string[] options) => Client(port, "", options);

    public static string Client(int port, string input, string[] options)
    {
        var start = new ProcessStartInfo("openssl", ["s_client", "-connect", "127.0.0.1:" + port, .. options])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit(10_000);
        return output + errors.Result;
    }
}
