using System.Buffers.Binary;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Converters;

/// <summary>The TCP header of a saved SYN (configuration.txt 7.3.1 "tcp.flags", "tcp.options.mss" and their kin).</summary>
internal static class TcpConverters
{
    public static readonly ConverterRow[] Rows =
    [
        Fixed("tcp.src", segment => BinaryPrimitives.ReadUInt16BigEndian(segment)),
        Fixed("tcp.dst", segment => BinaryPrimitives.ReadUInt16BigEndian(segment[2..])),
        Fixed("tcp.seq", segment => BinaryPrimitives.ReadUInt32BigEndian(segment[4..])),
        Fixed("tcp.flags", segment => segment[13]),
        Fixed("tcp.win", segment => BinaryPrimitives.ReadUInt16BigEndian(segment[14..])),
        Option("tcp.options.mss", (scoped in header) => header.Option(TcpHeader.MaxSegmentSize, 2) ?? 0),
        Option("tcp.options.wscale", (scoped in header) => header.Option(TcpHeader.WindowScale, 1) ?? 0),
        Option("tcp.options.wsopt", (scoped in header) => header.Has(TcpHeader.WindowScale) ? 1 : 0),
        Option("tcp.options.sack", (scoped in header) => header.Has(TcpHeader.SackPermitted) ? 1 : 0),
        Option("tcp.options.tsopt", (scoped in header) => header.Has(TcpHeader.Timestamps) ? 1 : 0),
        // The manual promises no value without the option; the original says 0.
        Option("tcp.options.tsval", (scoped in header) => header.Option(TcpHeader.Timestamps, 4) ?? 0),
        new(new ConverterSignature("tcp.options_list", SampleType.Binary, SampleType.Binary, []), (context, _, ref sample) =>
        {
            if (!TcpHeader.TryRead(sample.Bytes, out var header)) return false;
            sample.SetBinary(context.Scratch.Keep(header.CopyOptionKinds(context.Scratch.Free, onlyWhole: false)));
            return true;
        }),
    ];

    private delegate long ValueOf(scoped in TcpHeader header);

    private static ConverterRow Fixed(string name, PacketConverters.NumberOf read) =>
        PacketConverters.Number(name, segment => TcpHeader.HasFixedPart(segment) ? read(segment) : null);

    private static ConverterRow Option(string name, ValueOf read) =>
        PacketConverters.Number(name, segment => TcpHeader.TryRead(segment, out var header) ? read(header) : null);
}
