using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Memory;
using Evenkeel.Proxy.Rules;
using Evenkeel.Proxy.Samples;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Proxy.Transport.ProxyProtocol;

/// <summary>`send-proxy`, `send-proxy-v2` and its options of one server, ready to be written for a stream. Shared by all workers.</summary>
public sealed class ServerProxyHeader
{
    private readonly ProxyHeaderModel _model;
    private readonly RuleBinder _binder;
    private readonly (byte Type, BoundLogFormat Value)[] _tlvs;

    private ServerProxyHeader(ProxyHeaderModel model, RuleBinder binder)
    {
        _model = model;
        _binder = binder;
        _tlvs = [.. model.Tlvs.Select(tlv => (tlv.Type, binder.Samples.Bind(tlv.Value)))];
    }

    public static ServerProxyHeader? From(ProxyHeaderModel? model, RuleBinder binder) =>
        model is { Version: > 0 } ? new ServerProxyHeader(model, binder) : null;

    /// <summary>Writes the header that introduces this stream's client to the server.</summary>
    public void Write(Stream stream, NativeBuffer buffer)
    {
        var header = new ProxyHeaderWriter(buffer.Free);
        if (_model.Version == 1) header.WriteLine(stream.ClientAddress, stream.LocalAddress);
        else WriteBinary(stream, buffer.Free.Length, ref header);
        buffer.Produced(header.Length);
    }

    private void WriteBinary(Stream stream, int room, ref ProxyHeaderWriter header)
    {
        header.Begin(stream.ClientAddress, stream.LocalAddress);
        var context = _binder.Context(stream.Worker.Index);
        context.Begin(stream, isResponse: false);
        foreach (var (type, value) in _tlvs)
        {
            var mark = context.Scratch.Mark;
            var text = context.Scratch.Reserve(room);
            header.AddTlv(type, text[..value.Write(context, text)]);
            context.Scratch.Release(mark);
        }

        if (_model.Checksum) header.AddChecksum();
        if (_model.UniqueId && UniqueIds.TryGet(context, stream, out var id)) header.AddTlv(ProxyHeader.TypeUniqueId, id);
        if (stream.Session.Namespace is { } place) header.AddTlv(ProxyHeader.TypeNamespace, place.WireName);
        header.Finish();
    }
}
