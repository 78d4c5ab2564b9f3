using System.Buffers.Text;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Proxy.Logging;

/// <summary>Puts pieces one behind the other into a span; what does not fit is left out.</summary>
internal ref struct LineWriter(Span<byte> line)
{
    /// <summary>The longest address as text, a port and what stands between.</summary>
    private const int MaxEndpointLength = 64;

    private readonly Span<byte> _line = line;

    public int Length { get; private set; }

    public void Put(scoped ReadOnlySpan<byte> text)
    {
        text = text[..Math.Min(text.Length, _line.Length - Length)];
        text.CopyTo(_line[Length..]);
        Length += text.Length;
    }

    /// <summary>"address:port", unix sockets as "unix:0".</summary>
    public void Put(IpEndpoint endpoint)
    {
        Span<byte> text = stackalloc byte[MaxEndpointLength];
        var length = endpoint.FormatAddress(text);
        text[length++] = (byte)':';
        Utf8Formatter.TryFormat(endpoint.Port, text[length..], out var digits);
        Put(text[..(length + digits)]);
    }
}
