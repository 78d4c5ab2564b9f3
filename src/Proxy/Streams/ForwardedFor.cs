using System.Net;
using System.Text;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Message;

namespace Evenkeel.Proxy.Streams;

/// <summary>`option forwardfor`, ready to be applied: tells the server the client's address.</summary>
public sealed class ForwardedFor
{
    private readonly byte[] _header;
    private readonly bool _ifNone;
    private readonly Range[] _except;

    private ForwardedFor(ForwardedForModel model)
    {
        _header = Encoding.ASCII.GetBytes(model.Header.ToLowerInvariant());
        _ifNone = model.IfNone;
        var except = new List<Range>();
        if (!model.Except.IsDefault)
            foreach (var text in model.Except)
                if (Range.TryParse(text, out var range)) except.Add(range);
        _except = [.. except];
    }

    public static ForwardedFor? From(ForwardedForModel? model) => model is null ? null : new ForwardedFor(model);

    /// <summary>Appends the header, unless the option's words forbid it.</summary>
    /// <param name="other">What the other side (frontend or backend) says: `if-none` holds only when both say it, an exception of either holds.</param>
    public void Apply(HttpMessage request, IpEndpoint client, ForwardedFor? other)
    {
        if (client.AddressLength == 0 || (_ifNone && other is not { _ifNone: false } && request.Find(_header) >= 0)) return;
        if (Excepts(client) || other?.Excepts(client) == true) return;
        Span<byte> text = stackalloc byte[48];
        request.Add(_header, text[..client.FormatAddress(text)]);
    }

    private bool Excepts(IpEndpoint client)
    {
        foreach (var range in _except)
            if (range.Holds(client)) return true;
        return false;
    }

    /// <summary>An address with a prefix length.</summary>
    private readonly struct Range
    {
        private readonly byte[] _address;
        private readonly int _bits;

        private Range(byte[] address, int bits)
        {
            _address = address;
            _bits = bits;
        }

        public static bool TryParse(string text, out Range range)
        {
            range = default;
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var address)) return false;
            var bytes = address.GetAddressBytes();
            var bits = bytes.Length * 8;
            if (slash >= 0 && !int.TryParse(text[(slash + 1)..], out bits)) return false;
            range = new Range(bytes, bits);
            return true;
        }

        public bool Holds(IpEndpoint client)
        {
            if (client.AddressLength != _address.Length) return false;
            Span<byte> bytes = stackalloc byte[16];
            client.CopyAddressTo(bytes);
            var whole = _bits / 8;
            if (!bytes[..whole].SequenceEqual(_address.AsSpan(0, whole))) return false;
            var rest = 8 - _bits % 8;
            return rest == 8 || bytes[whole] >> rest == _address[whole] >> rest;
        }
    }
}
