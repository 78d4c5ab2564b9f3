using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Evenkeel.Lab.Probe.Outage;

/// <summary>
/// Two nodes and two clients in network namespaces of their own, on two switches whose wire can be cut without either node seeing its link go:
/// node a 10.99.0.1 and client a .10 - switch a - switch b - node b .2 and client b .11. A second link of node a is for `track_interface`.
/// </summary>
internal sealed partial class TwoNodes : IDisposable
{
    public const string Address = "10.99.0.100", SecondAddress = "10.99.0.101";

    private static readonly string[] Spaces = ["switch", "a", "b", "client-a", "client-b"];

    private readonly string _prefix, _probe;
    private readonly List<Process> _services = [];

    public TwoNodes(string prefix, string work)
    {
        (_prefix, Work) = (prefix, Directory.CreateDirectory(work).FullName);
        _probe = Environment.ProcessPath!;
        Clear();
        foreach (var space in Spaces)
        {
            Ip($"netns add {Space(space)}");
            Ip($"-n {Space(space)} link set lo up");
        }
        Ip($"-n {Space("switch")} link add x-a type veth peer name x-b");
        foreach (char side in "ab")
        {
            Ip($"-n {Space("switch")} link add br-{side} type bridge stp_state 0 forward_delay 0 mcast_snooping 0");
            Ip($"-n {Space("switch")} link set br-{side} up");
            Ip($"-n {Space("switch")} link set x-{side} master br-{side} up");
            Plug(side.ToString(), $"p-{side}", $"br-{side}", side == 'a' ? "10.99.0.1" : "10.99.0.2");
            Plug($"client-{side}", $"c-{side}", $"br-{side}", side == 'a' ? "10.99.0.10" : "10.99.0.11");
        }
        Ip($"-n {Space("switch")} link add q-a type veth peer name eth1 netns {Space("a")}");
        Ip($"-n {Space("switch")} link set q-a up");
        Ip($"-n {Space("a")} link set eth1 up");
        foreach (char side in "ab")
            _services.Add(Start(Inside(side.ToString(), $"{_probe} datagrams {char.ToUpperInvariant(side)} {Address} {SecondAddress}"), capture: false));
    }

    /// <summary>A folder for everything written.</summary>
    public string Work { get; }

    public Process Probe(char side, string address, double seconds) =>
        Start(Inside($"client-{side}", string.Create(CultureInfo.InvariantCulture, $"{_probe} ask {address} {seconds}")));

    /// <summary>Starts a daemon on a node; it writes its log to a file, so that nothing here can hold it up.</summary>
    public Daemon Start(char node, string program, string configuration)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Work, node.ToString())).FullName;
        File.WriteAllText($"{folder}/keepalived.conf", configuration);
        foreach (var file in Directory.GetFiles(folder, "*.pid")) File.Delete(file);
        string command = $"exec ip netns exec {Space(node.ToString())} {program} -n -l -D -f {folder}/keepalived.conf "
            + $"-p {folder}/main.pid -r {folder}/vrrp.pid -c {folder}/check.pid -b {folder}/bfd.pid >{folder}/log 2>&1";
        var process = Process.Start(new ProcessStartInfo("bash", ["-c", command]))!;
        return new Daemon(process, folder);
    }

    /// <summary>`ip monitor`: when addresses came and went, for <see cref="Changes"/>.</summary>
    public Process Watch(char node) => Start($"ip -ts -n {Space(node.ToString())} -o monitor address");

    /// <summary>What a monitor that was ended has seen of an address: when, and whether it came or went.</summary>
    public static IEnumerable<(DateTime At, bool Came)> Changes(string text, string address)
    {
        foreach (Match match in AddressChange().Matches(text))
        {
            if (match.Groups[3].Value == address)
                yield return (DateTime.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), match.Groups[2].Length == 0);
        }
    }

    public bool Holds(char node, string address) => Ip($"-n {Space(node.ToString())} -o addr show to {address}").Length > 0;

    public void SwitchPort(char node, bool up) => Ip($"-n {Space("switch")} link set p-{node} {(up ? "up" : "down")}");

    public void SecondLink(bool up) => Ip($"-n {Space("switch")} link set q-a {(up ? "up" : "down")}");

    public void Wire(bool up) => Ip($"-n {Space("switch")} link set x-a {(up ? "up" : "down")}");

    /// <summary>Every link up, no virtual address left, nobody remembers who had one.</summary>
    public void Reset()
    {
        Wire(true);
        SecondLink(true);
        foreach (char side in "ab")
        {
            SwitchPort(side, true);
            foreach (var address in new[] { Address, SecondAddress }) Ip($"-n {Space(side.ToString())} addr del {address}/24 dev eth0");
            Ip($"-n {Space($"client-{side}")} neigh flush dev eth0");
        }
        File.WriteAllText(Path.Combine(Work, "ok"), "");
    }

    public void Dispose()
    {
        foreach (var service in _services)
        {
            service.Kill();
            service.Dispose();
        }
        Clear();
    }

    private void Clear()
    {
        foreach (var space in Spaces) Ip($"netns del {Space(space)}");
    }

    private string Space(string name) => $"{_prefix}-{name}";

    private string Inside(string space, string command) => $"ip netns exec {Space(space)} {command}";

    private void Plug(string space, string port, string bridge, string address)
    {
        Ip($"-n {Space("switch")} link add {port} type veth peer name eth0 netns {Space(space)}");
        Ip($"-n {Space("switch")} link set {port} master {bridge} up");
        Ip($"-n {Space(space)} addr add {address}/24 dev eth0");
        Ip($"-n {Space(space)} link set eth0 up");
    }

    private static string Ip(string words)
    {
        using var process = Start("ip " + words);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        error.Wait();
        return output;
    }

    private static Process Start(string command, bool capture = true)
    {
        var words = command.Split(' ');
        return Process.Start(new ProcessStartInfo(words[0], words[1..]) { RedirectStandardOutput = capture, RedirectStandardError = capture })!;
    }

    [GeneratedRegex(@"\[(\d+-\d+-\d+T[\d:.]+)\]\s*(Deleted )?.*?inet6? ([0-9a-f.:]+)/")]
    private static partial Regex AddressChange();
}
