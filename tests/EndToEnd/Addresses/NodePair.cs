using System.Diagnostics;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Addresses;

/// <summary>
/// Two nodes in network namespaces of their own, each on a switch, and a wire between the switches that can be cut without either node seeing its link go:
/// node a 10.88.0.1 - switch - switch - node b 10.88.0.2.
/// </summary>
internal sealed class NodePair : IDisposable
{
    public const string Original = "/usr/sbin/keepalived";

    private readonly string _name;
    private readonly string _work = Directory.CreateTempSubdirectory("evenkeel-pair.").FullName;
    private readonly Dictionary<char, RunningProgram> _nodes = [];

    public NodePair(string name)
    {
        _name = name;
        Clear();
        foreach (var part in "sab") Ip("netns", "add", Space(part));
        Ip("-n", Space('s'), "link", "add", "x-a", "type", "veth", "peer", "name", "x-b");
        foreach (var node in "ab")
        {
            Ip("-n", Space('s'), "link", "add", $"br-{node}", "type", "bridge", "stp_state", "0", "forward_delay", "0", "mcast_snooping", "0");
            Ip("-n", Space('s'), "link", "set", $"br-{node}", "up");
            Ip("-n", Space('s'), "link", "add", $"p-{node}", "type", "veth", "peer", "name", "eth0", "netns", Space(node));
            Ip("-n", Space('s'), "link", "set", $"p-{node}", "master", $"br-{node}", "up");
            Ip("-n", Space('s'), "link", "set", $"x-{node}", "master", $"br-{node}", "up");
            Ip("-n", Space(node), "link", "set", "lo", "up");
            Ip("-n", Space(node), "addr", "add", $"10.88.0.{(node == 'a' ? 1 : 2)}/16", "dev", "eth0");
            Ip("-n", Space(node), "link", "set", "eth0", "up");
        }
    }

    public void Start(char node, string program, string configuration)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_work, node.ToString())).FullName;
        var file = Path.Combine(folder, "keepalived.conf");
        File.WriteAllText(file, configuration);
        _nodes[node] = new RunningProgram("ip", "netns", "exec", Space(node), program, "-n", "-l", "-D", "-f", file,
            "-p", $"{folder}/m.pid", "-r", $"{folder}/v.pid", "-c", $"{folder}/c.pid", "-b", $"{folder}/b.pid");
    }

    /// <summary>`evenkeel run` with both files.</summary>
    public void StartNode(char node, string proxy, string addresses)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_work, node.ToString())).FullName;
        File.WriteAllText(Path.Combine(folder, "haproxy.cfg"), proxy + "\n");
        File.WriteAllText(Path.Combine(folder, "keepalived.conf"), addresses);
        _nodes[node] = new RunningProgram("ip", "netns", "exec", Space(node), Published.Evenkeel, "run", "-f", $"{folder}/haproxy.cfg",
            "-k", $"{folder}/keepalived.conf", "-s", $"{folder}/m.sock");
    }

    /// <summary>A program that goes on inside a node; the caller's to end.</summary>
    public RunningProgram Watch(char node, params string[] command) => new("ip", ["netns", "exec", Space(node), .. command]);

    public void Reconfigure(char node, string configuration)
    {
        File.WriteAllText(Path.Combine(_work, node.ToString(), "keepalived.conf"), configuration);
        _nodes[node].Signal("HUP");
    }

    public void Signal(char node, string name) => _nodes[node].Signal(name);

    public string Log(char node) => _nodes.TryGetValue(node, out var program) ? program.Output : "";

    public string Logs => $"--- a\n{Log('a')}\n--- b\n{Log('b')}";

    public void Stop(char node)
    {
        _nodes[node].Signal("TERM");
        _nodes[node].WaitForExit(TimeSpan.FromSeconds(10));
        _nodes[node].Dispose();
        _nodes.Remove(node);
    }

    /// <summary>Nothing passes from one node to the other; both links stay up.</summary>
    public void Cut() => Ip("-n", Space('s'), "link", "set", "x-a", "down");

    public void Mend() => Ip("-n", Space('s'), "link", "set", "x-a", "up");

    /// <summary>Which nodes have the address: "", "a", "b" or "ab".</summary>
    public string Holders(string address) =>
        string.Concat("ab".Where(node => Ip("-n", Space(node), "-o", "addr").Contains($" {address}/", StringComparison.Ordinal)));

    /// <summary>What a command prints inside a node.</summary>
    public string Inside(char node, params string[] command) => Run("ip", ["netns", "exec", Space(node), .. command]);

    /// <summary>What `evenkeel` prints when it asks one of ours: `status`, `events`.</summary>
    public string Ask(char node, params string[] words) => Run(Published.Evenkeel, [.. words, "-s", Path.Combine(_work, node.ToString(), "m.sock")]);

    /// <summary>A file of `/proc` for the process that speaks VRRP on a node.</summary>
    public string WorkerFolder(char node) => $"/proc/{File.ReadAllText(Path.Combine(_work, node.ToString(), "v.pid")).Trim()}";

    public void WaitFor(string what, Func<bool> condition, int limitMs = 10_000)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.ElapsedMilliseconds > limitMs) Assert.Fail($"{what}: not within {limitMs} ms\n{Logs}");
            Thread.Sleep(10);
        }
    }

    public void Dispose()
    {
        foreach (var node in _nodes.Values) node.Dispose();
        Clear();
        Directory.Delete(_work, recursive: true);
    }

    private string Space(char part) => $"{_name}-{part}";

    private void Clear()
    {
        foreach (var part in "sab") Run("ip", "netns", "del", Space(part));
    }

    private static string Ip(params string[] arguments) => Run("ip", arguments);

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + error.GetAwaiter().GetResult();
    }
}
