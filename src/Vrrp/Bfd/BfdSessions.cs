using Evenkeel.Linux;
using Evenkeel.Linux.RawPackets;
using Evenkeel.Model.Vrrp;
using Evenkeel.Vrrp.Packets;

namespace Evenkeel.Vrrp.Bfd;

/// <summary>Who is told of sessions. Called on the worker's thread.</summary>
public interface IBfdObserver
{
    /// <param name="session">A session that was just started (Down), or that came up or fell.</param>
    /// <param name="wasUp">True when it has just fallen.</param>
    void BfdChanged(BfdSession session, bool wasUp);
}

/// <summary>
/// The BFD sessions of a configuration at work: sockets, packets in and out, log lines. BfdInstanceModel -> <b>BfdSessions</b> -> IBfdObserver.
/// Owner: the worker's thread.
/// </summary>
public sealed class BfdSessions(IWorkerLoop loop, IVrrpLog log, IBfdObserver observer) : IDisposable
{
    private const int LargestDatagram = 256;
    private const int DatagramsPerTurn = 256;
    private const long RetryUs = 1_000_000;

    private readonly List<BfdPeer> _peers = [];
    private readonly Dictionary<(bool IsIPv6, bool IsMultiHop), ControlDatagramSocket> _listeners = [];
    private readonly byte[] _datagram = new byte[LargestDatagram];
    private readonly byte[] _address = new byte[16];
    private readonly Random _random = new(unchecked((int)(loop.NowUs ^ (loop.NowUs >> 32))));
    private long _saidAtUs = long.MinValue;

    /// <summary>Datagrams that changed nothing because they were malformed, forged or meant for nobody here.</summary>
    public long Rejected { get; private set; }

    public IReadOnlyList<BfdPeer> Peers => _peers;

    /// <summary>When <see cref="Run"/> wants to be called next, long.MaxValue for never. Cost: linear in the sessions, which are few.</summary>
    public long NextDueUs
    {
        get
        {
            var next = long.MaxValue;
            foreach (var peer in _peers)
                next = Math.Min(next, peer.NextDueUs);
            return next;
        }
    }

    /// <summary>Starts what is new, ends what is gone, gives the rest its new intervals.</summary>
    public void Apply(IEnumerable<BfdInstanceModel> models)
    {
        var wanted = models.Where(m => m.ForVrrp).Select(BfdSettings.From).ToList();
        foreach (var peer in _peers.ToArray())
        {
            var next = wanted.Find(s => IsSameSession(s, peer.Session.Settings));
            if (next is null)
            {
                End(peer);
                continue;
            }
            wanted.Remove(next);
            if (next != peer.Session.Settings)
                peer.Session.Reconfigure(next, loop.NowUs);
        }
        foreach (var settings in wanted)
            Begin(settings);
    }

    public void Stop()
    {
        foreach (var peer in _peers.ToArray())
            End(peer);
    }

    /// <returns>Null when there is no session of that name.</returns>
    public BfdState? StateOf(string name) => _peers.Find(p => p.Name == name)?.Session.State;

    /// <summary>Runs the timers that are due.</summary>
    public void Run(long nowUs)
    {
        for (var i = 0; i < _peers.Count; i++)
        {
            var peer = _peers[i];
            if (peer.RetryAtUs <= nowUs)
                Open(peer);
            if (peer.Session.NextDeadlineUs > nowUs)
                continue;
            var overdueUs = nowUs - peer.Session.NextDeadlineUs;
            var wasUp = peer.Session.State == BfdState.Up;
            var silentUs = peer.Session.DetectionTimeUs;
            var effects = peer.Session.OnTimer(nowUs);
            if ((effects & BfdEffects.StateChanged) != 0)
                Detail($"({peer.Name}) Expired after {silentUs / 1000} ms ({overdueUs} usec overdue)");
            Do(peer, effects, wasUp);
        }
    }

    private static bool IsSameSession(BfdSettings a, BfdSettings b) =>
        a.Name == b.Name && a.Neighbour == b.Neighbour && a.Source == b.Source && a.IsMultiHop == b.IsMultiHop && a.IsPassive == b.IsPassive
        && a.TimeToLive == b.TimeToLive;

    private void Begin(BfdSettings settings)
    {
        Listen(settings.Neighbour.IsIPv6, settings.IsMultiHop);
        uint discriminator;
        do
            discriminator = (uint)_random.NextInt64(1, uint.MaxValue);
        while (_peers.Exists(p => p.Session.Discriminator == discriminator));
        var peer = new BfdPeer(new BfdSession(settings, discriminator));
        _peers.Add(peer);
        Open(peer);
        observer.BfdChanged(peer.Session, wasUp: false);
        Do(peer, peer.Session.Start(loop.NowUs), wasUp: false);
    }

    private void End(BfdPeer peer)
    {
        Do(peer, peer.Session.Stop(), wasUp: false);
        _peers.Remove(peer);
        peer.Dispose();
    }

    private void Listen(bool isIPv6, bool isMultiHop)
    {
        if (_listeners.ContainsKey((isIPv6, isMultiHop)))
            return;
        var port = BfdPeer.PortOf(isMultiHop);
        var socket = ControlDatagramSocket.Open(isIPv6, default, port, 255, out var result);
        if (socket is null)
        {
            log.Write(VrrpLogLevel.Error, $"BFD: cannot listen on UDP port {port}: {ErrnoText.Of(result.Errno)}");
            return;
        }
        _listeners[(isIPv6, isMultiHop)] = socket;
        loop.Watch(socket.Descriptor, () => Read(socket, isMultiHop));
    }

    private void Open(BfdPeer peer)
    {
        peer.RetryAtUs = long.MaxValue;
        var result = peer.Open(_random);
        if (result.IsOk)
            return;
        // The source address may come with its interface.
        if (!peer.SaidUnbound)
            log.Write(VrrpLogLevel.Error, $"({peer.Name}) cannot send from {peer.Session.Settings.Source}: {ErrnoText.Of(result.Errno)}; trying again");
        peer.SaidUnbound = true;
        peer.RetryAtUs = loop.NowUs + RetryUs;
    }

    private void Read(ControlDatagramSocket socket, bool isMultiHop)
    {
        for (var i = 0; i < DatagramsPerTurn; i++)
        {
            var read = socket.Receive(_datagram, out var origin);
            if (read.Is(Errno.EINTR))
                continue;
            if (read.IsError)
                return;
            var verdict = Handle(_datagram.AsSpan(0, read.Value), NodeAddress.Read(origin.Source), origin.TimeToLive, isMultiHop);
            if (verdict != BfdVerdict.Valid)
                Reject(verdict, NodeAddress.Read(origin.Source), origin.TimeToLive);
        }
    }

    /// <summary>Judges one datagram and hands it to its session.</summary>
    internal BfdVerdict Handle(ReadOnlySpan<byte> datagram, in NodeAddress source, byte timeToLive, bool isMultiHop)
    {
        var verdict = BfdPacket.Parse(datagram, out var packet);
        if (verdict != BfdVerdict.Valid)
            return verdict;
        BfdPeer? peer = null;
        foreach (var candidate in _peers)
        {
            var session = candidate.Session;
            if (session.Settings.Neighbour == source && session.Settings.IsMultiHop == isMultiHop
                && (packet.YourDiscriminator == 0 || packet.YourDiscriminator == session.Discriminator))
                peer = candidate;
        }
        if (peer is null)
            return BfdVerdict.UnknownSession;
        if (timeToLive < peer.Session.Settings.LeastTimeToLive)
            return BfdVerdict.WrongTimeToLive;
        var wasUp = peer.Session.State == BfdState.Up;
        Do(peer, peer.Session.Receive(packet, loop.NowUs), wasUp);
        return BfdVerdict.Valid;
    }

    /// <summary>At most one line a second: what strangers send must not fill the log.</summary>
    private void Reject(BfdVerdict verdict, in NodeAddress source, byte timeToLive)
    {
        Rejected++;
        if (loop.NowUs - _saidAtUs < RetryUs)
            return;
        _saidAtUs = loop.NowUs;
        log.Write(VrrpLogLevel.Warning, $"BFD: dropped a packet from {source} (TTL {timeToLive}): {verdict}; {Rejected} so far");
    }

    private void Do(BfdPeer peer, BfdEffects effects, bool wasUp)
    {
        if (effects == BfdEffects.None)
            return;
        var session = peer.Session;
        if ((effects & BfdEffects.SendFinal) != 0)
            Send(peer, session.FinalPacket);
        if ((effects & BfdEffects.Send) != 0)
            Send(peer, session.NextPacket);
        if ((effects & BfdEffects.TimersChanged) != 0 && log.IsDetailed)
            SayTimers(session);
        if ((effects & BfdEffects.StateChanged) == 0)
            return;
        if (session.State != BfdState.Init)
            Detail(session.State == BfdState.Up
                ? $"({peer.Name}) Entering Up state"
                : $"({peer.Name}) Entering Down state (Local diagnostic - {WordOf(session.Diagnostic)}, "
                    + $"Remote diagnostic - {WordOf(session.RemoteDiagnostic)})");
        if (session.State == BfdState.Up || wasUp)
            observer.BfdChanged(session, wasUp);
    }

    private void Send(BfdPeer peer, in BfdPacket packet)
    {
        if (peer.Socket is not { } socket)
            return;
        packet.Write(_datagram);
        var neighbour = peer.Session.Settings.Neighbour;
        neighbour.Write(_address);
        // Nobody listening yet, or no way there: silence says the same.
        _ = socket.Send(_datagram.AsSpan(0, BfdPacket.Length), _address.AsSpan(0, neighbour.Length), BfdPeer.PortOf(peer.Session.Settings.IsMultiHop));
    }

    private void SayTimers(BfdSession session) => Detail(
        $"({session.Settings.Name}) sends every {session.TransmitIntervalUs} us, detection time is {session.DetectionTimeUs} us");

    private void Detail(string line)
    {
        if (log.IsDetailed)
            log.Write(VrrpLogLevel.Info, line);
    }

    internal static string WordOf(BfdDiagnostic diagnostic) => diagnostic switch
    {
        BfdDiagnostic.None => "No Diagnostic",
        BfdDiagnostic.DetectionTimeExpired => "Control Detection Time Expired",
        BfdDiagnostic.EchoFailed => "Echo Function Failed",
        BfdDiagnostic.NeighbourSaidDown => "Neighbor Signaled Session Down",
        BfdDiagnostic.ForwardingReset => "Forwarding Plane Reset",
        BfdDiagnostic.PathDown => "Path Down",
        BfdDiagnostic.ConcatenatedPathDown => "Concatenated Path Down",
        BfdDiagnostic.AdminDown => "Administratively Down",
        _ => "Unknown",
    };

    public void Dispose()
    {
        foreach (var peer in _peers)
            peer.Dispose();
        foreach (var listener in _listeners.Values)
        {
            loop.Unwatch(listener.Descriptor);
            listener.Dispose();
        }
        _listeners.Clear();
    }
}
