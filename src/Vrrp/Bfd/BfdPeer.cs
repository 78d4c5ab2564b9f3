using Evenkeel.Linux;
using Evenkeel.Linux.RawPackets;

namespace Evenkeel.Vrrp.Bfd;

/// <summary>A session and the socket it sends through. Owner: the worker's thread.</summary>
public sealed class BfdPeer(BfdSession session) : IDisposable
{
    /// <summary>RFC 5881 4: the source port is from this range and stays the same for the life of a session.</summary>
    private const int FirstSourcePort = 49_152;
    private const int SourcePorts = 16_384;
    private const int MostTries = 32;

    public BfdSession Session { get; } = session;

    public string Name => Session.Settings.Name;

    /// <summary>Null while it cannot be bound.</summary>
    public ControlDatagramSocket? Socket { get; private set; }

    /// <summary>When to try again to open it; long.MaxValue when it is open.</summary>
    internal long RetryAtUs { get; set; } = long.MaxValue;

    internal bool SaidUnbound { get; set; }

    internal long NextDueUs => Math.Min(RetryAtUs, Session.NextDeadlineUs);

    /// <summary>RFC 5881 4 and RFC 5883 5.</summary>
    public static int PortOf(bool isMultiHop) => isMultiHop ? 4784 : 3784;

    internal SysResult Open(Random random)
    {
        var settings = Session.Settings;
        Span<byte> source = stackalloc byte[16];
        settings.Source.Write(source);
        var result = SysResult.Ok();
        for (var i = 0; i < MostTries && Socket is null; i++)
        {
            var port = FirstSourcePort + random.Next(SourcePorts);
            var bound = settings.Source.IsNone ? default : source[..settings.Source.Length];
            Socket = ControlDatagramSocket.Open(settings.Neighbour.IsIPv6, bound, port, settings.TimeToLive, out result);
            if (!result.Is(Errno.EADDRINUSE))
                break;
        }
        return result;
    }

    public void Dispose() => Socket?.Dispose();
}
