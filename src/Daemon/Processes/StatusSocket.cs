using System.Text;
using Evenkeel.Daemon.Machine;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;
using Evenkeel.Linux;

namespace Evenkeel.Daemon.Processes;

/// <summary>The unix socket between `evenkeel status` and the supervisor: the question is one word, the answer ends with the connection.</summary>
public static class StatusSocket
{
    /// <summary>Owner only: the state of a node names addresses and servers.</summary>
    private const uint PrivateMask = 0x7F;

    private const int Backlog = 8;

    /// <summary>Where a node answers when nothing else is said: the system's place for root, the user's own otherwise.</summary>
    public static string DefaultPath { get; } = ProcessRights.IsRoot ? "/run/evenkeel/status.sock"
        : Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } own ? own + "/evenkeel/status.sock"
        : $"/tmp/evenkeel-{ProcessRights.UserId}/status.sock";

    /// <summary>Beside the pid file of a keepalived, in its usual place.</summary>
    public const string KeepalivedPath = "/run/keepalived.sock";

    /// <summary>Where to ask: as said, else the node's usual place, else that of a keepalived.</summary>
    public static string Find(string? said) => said ?? (!IsAnswered(DefaultPath) && File.Exists(KeepalivedPath) ? KeepalivedPath : DefaultPath);

    /// <summary>Opens the listening side, in place of one that a crash has left.</summary>
    /// <param name="problem">Why it could not be opened.</param>
    public static SocketHandle Listen(string path, out string problem)
    {
        problem = "another node answers there";
        if (IsAnswered(path)) return SocketHandle.None;
        problem = "";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problem = FileTrouble.OfWriting(failure, path);
            return SocketHandle.None;
        }
        if (!KernelSocketAddress.TryFromUnix(path, out var address))
        {
            problem = "the path is too long for a socket";
            return SocketHandle.None;
        }
        var opened = SocketHandle.Open(KernelSocketAddress.AF_UNIX, SocketKind.Stream);
        var socket = new SocketHandle(opened.IsOk ? opened.Value : -1);
        var mask = ProcessRights.SetFileModeMask(PrivateMask);
        var listening = opened.IsOk ? socket.Bind(address) : opened;
        ProcessRights.SetFileModeMask(mask);
        if (listening.IsOk) listening = socket.Listen(Backlog);
        if (listening.IsOk) return socket;
        problem = ErrnoText.Of(listening.Errno);
        if (socket.IsOpen) _ = socket.Close();
        return SocketHandle.None;
    }

    /// <summary>The asking side: null with the reason when nobody answers.</summary>
    public static string? Ask(string path, string question, int timeoutMs, out string problem)
    {
        problem = "the path is too long for a socket";
        if (!KernelSocketAddress.TryFromUnix(path, out var address)) return null;
        var opened = SocketHandle.Open(KernelSocketAddress.AF_UNIX, SocketKind.Stream);
        var socket = new SocketHandle(opened.IsOk ? opened.Value : -1);
        var asked = opened.IsOk ? socket.Connect(address) : opened;
        if (asked.IsOk) asked = socket.Send(Encoding.ASCII.GetBytes(question));
        var answer = asked.IsOk ? ReadAll(socket, timeoutMs) : null;
        problem = asked.IsOk ? "it does not answer" : ErrnoText.Of(asked.Errno);
        if (socket.IsOpen) _ = socket.Close();
        return answer;
    }

    private static bool IsAnswered(string path)
    {
        if (!KernelSocketAddress.TryFromUnix(path, out var address)) return false;
        var opened = SocketHandle.Open(KernelSocketAddress.AF_UNIX, SocketKind.Stream);
        if (opened.IsError) return false;
        var socket = new SocketHandle(opened.Value);
        var answered = socket.Connect(address).IsOk;
        _ = socket.Close();
        return answered;
    }

    private static string? ReadAll(SocketHandle socket, int timeoutMs)
    {
        var text = new MemoryStream();
        var part = new byte[4096];
        Span<bool> ready = stackalloc bool[1];
        var deadline = Environment.TickCount64 + timeoutMs;
        while (true)
        {
            var left = deadline - Environment.TickCount64;
            if (left <= 0) return null;
            if (Poll.Wait([socket.Descriptor], ready, (int)left) == 0) continue;
            var received = socket.Receive(part);
            if (received.WouldBlock) continue;
            if (received.IsError) return null;
            if (received.Value == 0) return Encoding.UTF8.GetString(text.ToArray());
            text.Write(part, 0, received.Value);
        }
    }
}
