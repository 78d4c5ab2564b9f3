using System.Buffers.Binary;

namespace Evenkeel.Proxy.Samples.Fetches;

/// <summary>What the bytes are so far.</summary>
public enum HelloState { Incomplete, NotTls, Complete }

/// <summary>
/// A TLS hello in the bytes a peer has sent so far (RFC 8446 4.1.2, 5.1): read in place each time it is asked, never beyond the first record, so what a
/// peer sends bounds the work.
/// </summary>
public readonly ref struct ClientHello
{
    private const int RecordHeaderLength = 5;
    private const int HandshakeHeaderLength = 4;
    private const int RandomLength = 32;
    private const int HandshakeRecord = 0x16;
    private const int MaxRecordLength = 1 << 14;

    private readonly ReadOnlySpan<byte> _body;
    private readonly ReadOnlySpan<byte> _extensions;

    private ClientHello(int type, ReadOnlySpan<byte> body, ReadOnlySpan<byte> cipherSuites, ReadOnlySpan<byte> extensions)
    {
        Type = type;
        _body = body;
        CipherSuites = cipherSuites;
        _extensions = extensions;
    }

    /// <summary>1 of a client, 2 of a server.</summary>
    public int Type { get; }

    /// <summary>Major times 65536 plus minor.</summary>
    public int Version => _body[0] << 16 | _body[1];

    public ReadOnlySpan<byte> CipherSuites { get; }

    /// <summary>Reads a whole hello; what is cut inside it leaves the parts behind the cut empty.</summary>
    public static HelloState Read(ReadOnlySpan<byte> bytes, out ClientHello hello)
    {
        hello = default;
        if (bytes.IsEmpty) return HelloState.Incomplete;
        if (bytes[0] != HandshakeRecord) return HelloState.NotTls;
        if (bytes.Length > 1 && bytes[1] < 3) return HelloState.NotTls;
        if (bytes.Length < RecordHeaderLength + HandshakeHeaderLength) return HelloState.Incomplete;
        var recordLength = BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]);
        var helloLength = bytes[6] << 16 | bytes[7] << 8 | bytes[8];
        if (recordLength > MaxRecordLength || helloLength <= 2 + RandomLength || helloLength + HandshakeHeaderLength > recordLength)
            return HelloState.NotTls;
        bytes = bytes[RecordHeaderLength..];
        if (bytes.Length < helloLength + HandshakeHeaderLength) return HelloState.Incomplete;
        var body = bytes.Slice(HandshakeHeaderLength, helloLength);
        var rest = body[(2 + RandomLength)..];
        _ = TryTake(ref rest, lengthBytes: 1, out _);
        _ = TryTake(ref rest, lengthBytes: 2, out var suites);
        var hasExtensions = TryTake(ref rest, lengthBytes: 1, out _) & TryTake(ref rest, lengthBytes: 2, out var extensions);
        hello = new ClientHello(bytes[0], body, suites, hasExtensions ? extensions : default);
        return HelloState.Complete;
    }

    /// <summary>The content of the first extension of a number (RFC 8446 4.2).</summary>
    public bool TryExtension(int type, out ReadOnlySpan<byte> content)
    {
        content = default;
        var rest = _extensions;
        while (rest.Length >= 4)
        {
            var found = BinaryPrimitives.ReadUInt16BigEndian(rest);
            rest = rest[2..];
            if (!TryTake(ref rest, lengthBytes: 2, out content)) return false;
            if (found == type) return true;
        }
        content = default;
        return false;
    }

    /// <summary>Takes a block that begins with its length; false, and nothing is left, when it is cut short.</summary>
    public static bool TryTake(scoped ref ReadOnlySpan<byte> rest, int lengthBytes, out ReadOnlySpan<byte> block)
    {
        block = default;
        var length = 0;
        if (rest.Length >= lengthBytes)
        {
            foreach (var b in rest[..lengthBytes]) length = length << 8 | b;
            rest = rest[lengthBytes..];
            if (length <= rest.Length)
            {
                block = rest[..length];
                rest = rest[length..];
                return true;
            }
        }
        rest = default;
        return false;
    }
}
