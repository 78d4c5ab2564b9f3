using Evenkeel.Vrrp.Bfd;
using Evenkeel.Vrrp.Packets;

namespace Evenkeel.Tests.Unit.Vrrp.Bfd;

/// <summary>Two sessions with a wire between them, in virtual time: everything follows from the seed.</summary>
internal sealed class BfdPair
{
    private readonly PriorityQueue<(int To, byte[] Packet), (long, long)> _wire = new();
    private readonly Random _random;
    private long _order;

    public BfdPair(BfdSettings a, BfdSettings b, int seed = 1)
    {
        _random = new Random(seed);
        Sessions = [new BfdSession(a, 0x1001), new BfdSession(b, 0x2002)];
        Do(0, Sessions[0].Start(0));
        Do(1, Sessions[1].Start(0));
    }

    public BfdSession[] Sessions { get; }
    public BfdSession A => Sessions[0];
    public BfdSession B => Sessions[1];
    public long NowUs { get; private set; }
    public bool CutToA { get; set; }
    public bool CutToB { get; set; }
    public double Loss { get; set; }
    public int[] Sent { get; } = new int[2];

    /// <summary>When each session changed its state last.</summary>
    public long[] ChangedUs { get; } = new long[2];

    public static BfdSettings Settings(uint transmitUs = 10_000, uint receiveUs = 10_000, byte multiplier = 5) => new()
    {
        Name = "peer", Neighbour = NodeAddress.Parse("10.99.0.2"), MinimumTransmitUs = transmitUs, MinimumReceiveUs = receiveUs, Multiplier = multiplier,
    };

    public BfdPair For(long durationUs)
    {
        var end = NowUs + durationUs;
        while (true)
        {
            var next = _wire.TryPeek(out _, out var at) ? at.Item1 : long.MaxValue;
            var timer = Math.Min(A.NextDeadlineUs, B.NextDeadlineUs);
            if (Math.Min(next, timer) > end)
                break;
            NowUs = Math.Max(NowUs, Math.Min(next, timer));
            if (next <= timer)
                Deliver(_wire.Dequeue());
            else
                Wake(A.NextDeadlineUs <= B.NextDeadlineUs ? 0 : 1);
        }
        NowUs = end;
        return this;
    }

    private void Wake(int index) => Do(index, Sessions[index].OnTimer(NowUs));

    private void Deliver((int To, byte[] Packet) arrived)
    {
        Assert.Equal(BfdVerdict.Valid, BfdPacket.Parse(arrived.Packet, out var packet));
        Assert.True(packet.YourDiscriminator == 0 || packet.YourDiscriminator == Sessions[arrived.To].Discriminator);
        Do(arrived.To, Sessions[arrived.To].Receive(packet, NowUs));
    }

    private void Do(int index, BfdEffects effects)
    {
        if ((effects & BfdEffects.StateChanged) != 0)
            ChangedUs[index] = NowUs;
        if ((effects & BfdEffects.SendFinal) != 0)
            Send(1 - index, Sessions[index].FinalPacket);
        if ((effects & BfdEffects.Send) != 0)
            Send(1 - index, Sessions[index].NextPacket);
    }

    private void Send(int to, in BfdPacket packet)
    {
        Sent[1 - to]++;
        if ((to == 0 ? CutToA : CutToB) || _random.NextDouble() < Loss)
            return;
        var bytes = new byte[BfdPacket.Length];
        packet.Write(bytes);
        _wire.Enqueue((to, bytes), (NowUs + _random.Next(50, 900), _order++));
    }
}
