using System.Buffers.Binary;
using System.Net;

namespace Evenkeel.Proxy.Servers.Resolvers;

/// <summary>Reads answers. The bytes are anybody's: nothing here throws, loops or keeps more than <see cref="MaxRecords"/> records.</summary>
internal static class DnsAnswer
{
    /// <summary>Records of one answer that count; a name with more servers behind it uses the first.</summary>
    public const int MaxRecords = 1_024;
    private const int HeaderLength = 12;
    private const int MaxAliases = 16;
    private const int TruncatedBit = 0x02;
    private const int ResponseBit = 0x80;
    private const int OpcodeBits = 0x78;

    /// <summary>The number an answer gives, to find its question by; -1 when it is none.</summary>
    public static int IdOf(ReadOnlySpan<byte> message) =>
        message.Length >= HeaderLength && (message[2] & ResponseBit) != 0 ? BinaryPrimitives.ReadUInt16BigEndian(message) : -1;

    /// <param name="records">Takes what was asked for; the list is emptied first.</param>
    public static DnsStatus Read(ReadOnlySpan<byte> message, in DnsQuestion question, List<DnsRecord> records)
    {
        records.Clear();
        var offset = HeaderLength;
        if (IdOf(message) != question.Id || (message[2] & OpcodeBits) != 0 || !RepeatsQuestion(message, question, ref offset)) return DnsStatus.Invalid;
        if ((message[2] & TruncatedBit) != 0) return DnsStatus.Truncated;
        switch (message[3] & 0x0F)
        {
            case 0: break;
            case 3: return DnsStatus.NoSuchName;
            case 5: return DnsStatus.Refused;
            default: return DnsStatus.Other;
        }

        var count = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        var found = FindName(message, offset, count, question.Name, out var name);
        if (found != DnsStatus.Valid) return found;
        for (var i = 0; i < count && records.Count < MaxRecords; i++)
        {
            if (!TryReadHead(message, ref offset, out var owner, out var type, out var data)) return DnsStatus.Invalid;
            if (type != question.Type || owner != name) continue;
            if (ReadRecord(message, type, data) is { } record) records.Add(record);
        }

        if (records.Count > 0) return DnsStatus.Valid;
        return name == question.Name ? DnsStatus.NoData : DnsStatus.AliasOnly;
    }

    private static bool RepeatsQuestion(ReadOnlySpan<byte> message, in DnsQuestion question, ref int offset)
    {
        if (BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1) return false;
        if (!DnsName.TryRead(message, ref offset, out var name) || name != question.Name || offset + 4 > message.Length) return false;
        var type = BinaryPrimitives.ReadUInt16BigEndian(message[offset..]);
        offset += 4;
        return type == (ushort)question.Type;
    }

    /// <summary>The name behind the aliases of the one asked for. Their order is free, their number is not.</summary>
    private static DnsStatus FindName(ReadOnlySpan<byte> message, int first, int count, string asked, out string name)
    {
        name = asked;
        for (var hop = 0; hop < MaxAliases; hop++)
        {
            var (offset, before) = (first, name);
            for (var i = 0; i < count; i++)
            {
                if (!TryReadHead(message, ref offset, out var owner, out var type, out var data)) return DnsStatus.Invalid;
                if (type != DnsType.Cname || owner != name) continue;
                var target = data.Start.Value;
                if (!DnsName.TryRead(message, ref target, out name)) return DnsStatus.Invalid;
            }

            if (name == before) return DnsStatus.Valid;
        }

        return DnsStatus.AliasError;
    }

    private static bool TryReadHead(ReadOnlySpan<byte> message, ref int offset, out string owner, out DnsType type, out Range data)
    {
        (type, data) = (DnsType.None, default);
        if (!DnsName.TryRead(message, ref offset, out owner) || offset + 10 > message.Length) return false;
        type = (DnsType)BinaryPrimitives.ReadUInt16BigEndian(message[offset..]);
        var length = BinaryPrimitives.ReadUInt16BigEndian(message[(offset + 8)..]);
        offset += 10;
        if (offset + length > message.Length) return false;
        data = offset..(offset + length);
        offset += length;
        return true;
    }

    /// <summary>Null for one whose content does not fit its type.</summary>
    private static DnsRecord? ReadRecord(ReadOnlySpan<byte> message, DnsType type, Range data)
    {
        var bytes = message[data];
        switch (type)
        {
            case DnsType.A when bytes.Length == 4:
            case DnsType.Aaaa when bytes.Length == 16:
                return new DnsRecord(type, new IPAddress(bytes));
            case DnsType.Srv when bytes.Length > 6:
                var at = data.Start.Value + 6;
                if (!DnsName.TryRead(message, ref at, out var target) || target.Length == 0) return null;
                return new DnsRecord(type, null)
                {
                    Weight = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]), Port = BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]), Target = target,
                };
            default:
                return null;
        }
    }
}
