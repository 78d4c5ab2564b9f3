using System.Buffers.Binary;
using System.Text;

namespace Evenkeel.Linux.Nftables;

/// <summary>Writes the messages of one nf_tables transaction: begin, changes, end; the kernel does all of it or nothing.</summary>
/// <remarks>Layout (linux/netfilter/nfnetlink.h): nlmsghdr, nfgenmsg (family, version, resource id in network order), attributes padded to 4 bytes. Numbers in
/// attributes are in network order, unlike rtnetlink's. Limit: 1 MiB, room for 30,000 addresses.</remarks>
public sealed class FilterBatch
{
    private const ushort NFNL_MSG_BATCH_BEGIN = 0x10;
    private const ushort NFNL_MSG_BATCH_END = 0x11;
    private const ushort NFNL_SUBSYS_NFTABLES = 10;
    private const ushort NLM_F_REQUEST = 0x1;
    private const ushort NLM_F_ACK = 0x4;
    private const ushort NLA_F_NESTED = 0x8000;
    private const int LargestLength = 1 << 20;

    private byte[] _bytes = new byte[4_096];
    private int _length;
    private int _message = -1;
    private uint _sequence;

    public FilterBatch(uint sequence)
    {
        _sequence = sequence;
        BeginMessage(NFNL_MSG_BATCH_BEGIN, NLM_F_REQUEST, 0, NFNL_SUBSYS_NFTABLES);
    }

    /// <summary>False when more was asked for than a batch holds: nothing may be sent then.</summary>
    public bool Fits => _length <= LargestLength;

    /// <summary>The number of the last change: the kernel acknowledges it when all is done.</summary>
    public uint LastSequence => _sequence - 1;

    /// <param name="type">NFT_MSG_*.</param>
    /// <param name="flags">NLM_F_CREATE and its like.</param>
    /// <param name="family">NFPROTO_*.</param>
    public void Begin(ushort type, ushort flags, byte family) =>
        BeginMessage((ushort)((NFNL_SUBSYS_NFTABLES << 8) | type), (ushort)(NLM_F_REQUEST | NLM_F_ACK | flags), family, 0);

    public ReadOnlySpan<byte> Finish()
    {
        BeginMessage(NFNL_MSG_BATCH_END, NLM_F_REQUEST, 0, NFNL_SUBSYS_NFTABLES);
        EndMessage();
        return _bytes.AsSpan(0, _length);
    }

    public void Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        var padded = (value.Length + 3) & ~3;
        var target = Room(4 + padded);
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)(4 + value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(target[2..], type);
        value.CopyTo(target[4..]);
    }

    public void Attribute(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        Attribute(type, bytes);
    }

    public void Attribute(ushort type, string text) => Attribute(type, Encoding.ASCII.GetBytes(text + "\0"));

    /// <returns>Where the nest begins, for <see cref="End"/>.</returns>
    public int Nest(ushort type)
    {
        var at = _length;
        BinaryPrimitives.WriteUInt16LittleEndian(Room(4)[2..], (ushort)(type | NLA_F_NESTED));
        return at;
    }

    public void End(int nest) => BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(nest), (ushort)(_length - nest));

    private void BeginMessage(ushort type, ushort flags, byte family, ushort resource)
    {
        EndMessage();
        _message = _length;
        var header = Room(20);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], flags);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], _sequence++);
        header[16] = family;
        BinaryPrimitives.WriteUInt16BigEndian(header[18..], resource);
    }

    private void EndMessage()
    {
        if (_message >= 0) BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(_message), _length - _message);
        _message = -1;
    }

    private Span<byte> Room(int length)
    {
        if (_length + length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + length));
        var room = _bytes.AsSpan(_length, length);
        room.Clear();
        _length += length;
        return room;
    }
}
