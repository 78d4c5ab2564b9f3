using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy;
using Evenkeel.Daemon.Haproxy;
using Evenkeel.Daemon.Machine;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;

namespace Evenkeel.Daemon.MasterWorker;

/// <summary>The master's command socket (`-S`): opens it and gives each operator a session with a thread of its own.</summary>
/// <remarks>Owner: the master's main thread.</remarks>
internal sealed class MasterDoor(Master master, HaproxyConsole console) : IDisposable
{
    /// <summary>As many as the original lets in; more wait in the kernel's queue.</summary>
    private const int MostSessions = 10;

    private const int Backlog = 16;

    /// <summary>A session keeps lines, not trees: the default of a megabyte and more would be room for nothing.</summary>
    private const int SessionStackBytes = 256 * 1024;

    private readonly List<(BindModel Bind, SocketHandle Socket)> _listeners = [];
    private int _sessions;
    private long _acceptsAtMs;

    /// <summary>What to wait on for somebody to come in; nothing while the house is full.</summary>
    public IEnumerable<int> Descriptors => Volatile.Read(ref _sessions) < MostSessions && AcceptsWithinMs <= 0
        ? _listeners.Select(each => each.Socket.Descriptor) : [];

    /// <summary>Without descriptors for newcomers, looking at once again would only cost time: when to look again. 0 for now.</summary>
    public int AcceptsWithinMs => (int)Math.Max(0, _acceptsAtMs - Environment.TickCount64);

    private const int ShortageMs = 100;

    /// <summary>What is listened to, in the order of the command line.</summary>
    public IEnumerable<int> Listeners => _listeners.Select(static each => each.Socket.Descriptor);

    /// <param name="open">Sockets of the program before this one, as <see cref="Listeners"/> had them; empty to open new ones.</param>
    /// <returns>False when the text is wrong or the address cannot be had; why has been said.</returns>
    public bool Open(string text, IReadOnlyList<int> open)
    {
        var diagnostics = new DiagnosticList { Added = console.Print };
        var binds = MasterSocket.Parse(text, new ThisMachine(), Signatures.Registry, diagnostics);
        if (binds.Count == 0)
        {
            console.Alert("Can't create the master's CLI.");
            return false;
        }
        if (open.Count == binds.Count)
        {
            _listeners.AddRange(binds.Zip(open, static (bind, descriptor) => (bind, new SocketHandle(descriptor))));
            return true;
        }
        var sockets = new ListeningSockets(new HashSet<System.Net.IPAddress>(), InheritedListeners.None);
        foreach (var bind in binds)
        {
            if (sockets.Open(bind, Backlog, out var socket, out var problem).IsOk)
            {
                _listeners.Add((bind, socket));
                continue;
            }
            console.Alert($"Binding [master-socket:0] for proxy MASTER: protocol {ProtocolOf(bind.Address.Family)}: {problem}.");
            console.Alert("[haproxy.main()] Some protocols failed to start their listeners! Exiting.");
            return false;
        }
        return true;
    }

    /// <summary>Lets in who waits.</summary>
    public void Accept()
    {
        foreach (var (bind, socket) in _listeners)
        {
            while (Volatile.Read(ref _sessions) < MostSessions)
            {
                var accepted = socket.Accept(out _);
                if (accepted.IsError)
                {
                    if (!accepted.WouldBlock) _acceptsAtMs = Environment.TickCount64 + ShortageMs;
                    break;
                }
                Interlocked.Increment(ref _sessions);
                var session = new MasterSession(master, new MasterStream(new SocketHandle(accepted.Value)), bind.Level);
                new Thread(() => Serve(session), SessionStackBytes) { IsBackground = true, Name = "operator" }.Start();
            }
        }
    }

    public void Dispose()
    {
        foreach (var (_, socket) in _listeners) _ = socket.Close();
        _listeners.Clear();
    }

    private void Serve(MasterSession session)
    {
        session.Run();
        Interlocked.Decrement(ref _sessions);
        // The main thread may have stopped waiting for newcomers.
        _ = master.Ask(static () => 0);
    }

    private static string ProtocolOf(SocketFamily family) => family switch
    {
        SocketFamily.IPv6 => "tcpv6",
        SocketFamily.AbstractUnix => "abns_stream",
        SocketFamily.Unix => "unix_stream",
        _ => "tcpv4",
    };
}
