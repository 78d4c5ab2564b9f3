using System.Text;
using Evenkeel.Linux.Processes;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Daemon.MasterWorker;

/// <summary>An operator's or a worker's end of a conversation, read by lines or as it comes. Waits; owner: the thread of one session.</summary>
internal sealed class MasterStream(SocketHandle socket) : IDisposable
{
    /// <summary>An operator who neither types nor reads for this long is gone (management.txt: the master's socket has no `stats timeout`).</summary>
    private const int IdleMs = 3_600_000;

    /// <summary>Longest line, as on stats sockets.</summary>
    private const int MostBytes = 16_384;

    private readonly byte[] _buffer = new byte[MostBytes];
    private int _length;

    public int Descriptor => socket.Descriptor;

    /// <summary>The next line without its end; null when the other side has ended, or has sent a line that is too long.</summary>
    public string? ReadLine()
    {
        while (true)
        {
            var end = _buffer.AsSpan(0, _length).IndexOfAny((byte)'\n', (byte)0);
            if (end >= 0)
            {
                var line = Encoding.Latin1.GetString(_buffer.AsSpan(0, end).TrimEnd((byte)'\r'));
                _length -= end + 1;
                _buffer.AsSpan(end + 1, _length).CopyTo(_buffer);
                return line;
            }
            if (_length == MostBytes || !Wait() || !Fill()) return null;
        }
    }

    /// <summary>What has come but was not read as a line.</summary>
    public byte[] TakeRest()
    {
        var rest = _buffer.AsSpan(0, _length).ToArray();
        _length = 0;
        return rest;
    }

    /// <summary>Whether more has come than was read.</summary>
    public bool HasRest => _length > 0;

    /// <summary>Reads what is there; 0 at the end, null when nothing is there now.</summary>
    public int? Read(Span<byte> room)
    {
        var received = socket.Receive(room);
        return received.WouldBlock ? null : received.IsOk ? received.Value : 0;
    }

    /// <returns>False when the other side is gone.</returns>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var sent = socket.Send(bytes);
            if (sent.IsOk) bytes = bytes[sent.Value..];
            else if (!sent.WouldBlock || !Poll.WaitWritable(socket.Descriptor, IdleMs)) return false;
        }
        return true;
    }

    public bool Write(string text) => Write(Encoding.Latin1.GetBytes(text));

    public void EndWriting() => _ = socket.Shutdown(ShutdownSide.Write);

    public void Dispose() => _ = socket.Close();

    private bool Wait()
    {
        Span<bool> ready = stackalloc bool[1];
        return Poll.Wait([socket.Descriptor], ready, IdleMs) == 1;
    }

    private bool Fill()
    {
        var received = socket.Receive(_buffer.AsSpan(_length));
        if (received.IsOk) _length += received.Value;
        return received.WouldBlock || (received.IsOk && received.Value > 0);
    }
}
