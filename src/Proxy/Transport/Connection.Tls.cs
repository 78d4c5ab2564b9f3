using Evenkeel.Linux;
using Evenkeel.Linux.Tls;
using Evenkeel.Proxy.Transport.Tls;

namespace Evenkeel.Proxy.Transport;

/// <remarks>TLS between the socket and the bytes users see. Channels are the worker's and are used again.</remarks>
public sealed partial class Connection
{
    private TlsChannel? _tls;

    /// <summary>TLS on this connection, or null when it is plain.</summary>
    public TlsChannel? Tls => _tls;

    /// <summary>Bytes that were accepted for writing wait for room in the socket: what was sent has not left yet.</summary>
    public bool HasUnsent => _unsent is not null || _tls is { HasUnsent: true };

    /// <summary>Speaks TLS as a server; directly after <see cref="Open"/>. Call <see cref="ShakeHands"/> until it does not wait.</summary>
    internal bool AcceptTls(TlsContext context)
    {
        var channel = _worker.TakeTlsChannel();
        if (channel.Accept(context, Socket.Descriptor)) _tls = channel;
        else _worker.ReturnTlsChannel(channel);
        return _tls is not null;
    }

    /// <summary>Goes on with the handshake.</summary>
    internal TlsOutcome ShakeHands()
    {
        if (!_tls!.Flush()) return TlsOutcome.Failed;
        var outcome = _tls.Handshake();
        if (outcome == TlsOutcome.Done)
        {
            _readable = true;
            _writable = !_tls.HasUnsent;
        }

        return outcome;
    }

    private bool ConnectTls(ServerTls server, ReadOnlySpan<byte> name, TlsResumption? resumption)
    {
        var channel = _worker.TakeTlsChannel();
        if (!channel.Connect(server.Context, Socket.Descriptor, name, server.Expected(name), resumption))
        {
            _worker.ReturnTlsChannel(channel);
            return false;
        }

        _tls = channel;
        if (resumption is not null) ForServer.Resumption = resumption;
        return true;
    }

    private void NoteTlsEvents(bool isReadable, bool isWritable)
    {
        if (isReadable) _tls!.NoteReadable(PeerClosed);
        if (!isWritable || !_tls!.HasUnsent) return;
        if (!_tls.Flush()) Break(_tls.SocketError);
        else _writable = !_tls.HasUnsent;
    }

    private ReadOutcome ReadTls(Span<byte> buffer, out int count)
    {
        var outcome = _tls!.Read(buffer, out count);
        switch (outcome)
        {
            case TlsOutcome.Done:
                BytesRead += count;
                _readable = _tls.MayHaveMore;
                return ReadOutcome.Data;
            case TlsOutcome.Wait:
                _readable = false;
                return ReadOutcome.WouldBlock;
            case TlsOutcome.End:
                return End();
            default:
                BreakTls();
                return ReadOutcome.Failed;
        }
    }

    private int WriteTls(ReadOnlySpan<byte> bytes, bool more)
    {
        if (_tls!.Write(bytes, more, out var count) == TlsOutcome.Failed) BreakTls();
        else if (_tls.HasUnsent) _writable = false;
        BytesWritten += count;
        return count;
    }

    private void BreakTls() => Break(_tls!.SocketError is Errno.None ? Errno.EPROTO : _tls.SocketError);

    private void CloseTls(bool reset)
    {
        if (_tls is null) return;
        if (!reset && !IsBroken && !WriteEnded) _tls.SendEnd();
        if (_server?.Resumption is { } resumption) _tls.SaveSession(resumption);
        _tls.Close();
        _worker.ReturnTlsChannel(_tls);
        _tls = null;
        if (_server is not null) _server.Resumption = null;
    }
}
