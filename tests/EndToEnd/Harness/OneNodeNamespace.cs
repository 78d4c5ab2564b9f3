using System.Diagnostics;

namespace Evenkeel.Tests.EndToEnd.Harness;

/// <summary>A network namespace with one interface that is up but leads nowhere; deleted when the tests end.</summary>
internal sealed class OneNodeNamespace
{
    public OneNodeNamespace(string name, string device, string address)
    {
        Name = name;
        Ip(false, "netns", "del", name);
        Ip(true, "netns", "add", name);
        Ip(true, "-n", name, "link", "set", "lo", "up");
        Ip(true, "-n", name, "link", "add", device, "type", "veth", "peer", "name", "far0");
        Ip(true, "-n", name, "addr", "add", address, "dev", device);
        Ip(true, "-n", name, "link", "set", device, "up");
        Ip(true, "-n", name, "link", "set", "far0", "up");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Ip(false, "netns", "del", name);
    }

    public string Name { get; }

    private static void Ip(bool mustWork, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (mustWork && process.ExitCode != 0) throw new InvalidOperationException($"ip {string.Join(' ', arguments)}: {error}");
    }
}
