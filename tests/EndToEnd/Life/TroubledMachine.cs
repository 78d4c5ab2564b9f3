using System.Net.Sockets;
using System.Text;
using Evenkeel.Tests.EndToEnd.Harness;

namespace Evenkeel.Tests.EndToEnd.Life;

/// <summary>
/// A folder in which programs find what goes wrong on machines: a full file system, one without inodes, a read-only one, files that may not be read, a
/// directory that is not there. The mounts are those of each program alone.
/// </summary>
internal sealed class TroubledMachine : IDisposable
{
    /// <summary>An interface that leads nowhere, beside loopback.</summary>
    private const string Network =
        "ip link set lo up; ip link add d0 type veth peer name d1; ip addr add 10.9.0.1/24 dev d0; ip link set d0 up; ip link set d1 up";

    /// <summary>A user without rights; what is not readable for everybody is not for this one.</summary>
    private const string Nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups";

    public TroubledMachine()
    {
        foreach (var name in new[] { "full", "inodeless", "readonly", "empty" }) Directory.CreateDirectory(PathOf(name));
        File.WriteAllText(PathOf("secret"), "for root only");
        RunningProgram.Run("chmod", "400", PathOf("secret"));
        RunningProgram.Run("chmod", "755", Folder);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("evenkeel-trouble.").FullName;

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Writes a file; `{dir}` in it is this folder.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(PathOf(name), text.Replace("{dir}", Folder, StringComparison.Ordinal));
        return PathOf(name);
    }

    /// <summary>Runs a command line with the troubles mounted.</summary>
    /// <param name="command">For sh; `{dir}` is this folder, `{nobody}` runs what follows without rights.</param>
    /// <param name="hasOwnNetwork">Ports are all free, and the low ones need rights.</param>
    public string[] Prepared(string command, bool hasOwnNetwork) =>
    [
        "--mount", .. hasOwnNetwork ? (string[])["--net"] : [], "sh", "-c",
        $$"""
        mount -t tmpfs -o size=4k none {{Folder}}/full
        head -c 4096 /dev/zero >{{Folder}}/full/fill 2>/dev/null
        mount -t tmpfs -o nr_inodes=1 none {{Folder}}/inodeless
        mount -t tmpfs -o ro none {{Folder}}/readonly
        {{(hasOwnNetwork ? Network : "")}}
        {{command.Replace("{dir}", Folder, StringComparison.Ordinal).Replace("{nobody}", Nobody, StringComparison.Ordinal)}}
        """,
    ];

    public (int ExitCode, string Output) Run(string command) => RunningProgram.Run("unshare", Prepared(command, hasOwnNetwork: true));

    public RunningProgram Start(string command, bool hasOwnNetwork = false) => new("unshare", Prepared("exec " + command, hasOwnNetwork));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>A TCP port of loopback that nobody else can have.</summary>
internal sealed class TakenPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public TakenPort()
    {
        _socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        _socket.Listen();
    }

    public int Number => ((System.Net.IPEndPoint)_socket.LocalEndPoint!).Port;

    public void Dispose() => _socket.Dispose();
}
