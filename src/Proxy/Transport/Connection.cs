using Evenkeel.Linux;
using Evenkeel.Linux.Sockets;
using Evenkeel.Model.Proxy;
using Evenkeel.Proxy.Loop;

namespace Evenkeel.Proxy.Transport;

/// <summary>Whoever is served by a connection at the moment: a session that waits for a request, a stream, a pool of idle server connections.</summary>
public interface IConnectionUser
{
    /// <summary>Something changed: bytes to read, room to write, the peer's end, an error. Look at the connection's properties.</summary>
    void OnReady(Connection connection);

    /// <summary>A bug of ours surfaced while serving this connection: end what uses it.</summary>
    void OnFault(Connection connection);
}

/// <summary>What came of an attempt to read.</summary>
public enum ReadOutcome : byte { Data, WouldBlock, End, Failed }

/// <summary>
/// One socket with what is known about it: Listener -> <b>Connection</b> -> Stream. It remembers what the edge-triggered events said, so that no system call
/// is made that would only answer EAGAIN. Owner: one worker; pooled.
/// </summary>
public sealed partial class Connection : IReadyHandler
{
    private readonly Worker _worker;
    private bool _readable;
    private bool _writable;
    private bool _vanishesByReset;

    internal Connection(Worker worker) => _worker = worker;

    /// <summary>Next in a list: the free ones of a worker, or the idle connections of a server.</summary>
    internal Connection? Next;

    public SocketHandle Socket { get; private set; } = SocketHandle.None;

    public IConnectionUser? User { get; set; }

    public Worker Worker => _worker;

    /// <summary>Bytes may wait in the socket.</summary>
    public bool CanRead => _readable && !ReadEnded && !_isOpening;

    /// <summary>Makes the next read try the socket without waiting to be told of bytes.</summary>
    internal void ExpectData() => _readable = true;

    public bool CanWrite => _writable && !WriteEnded && !_isOpening;

    /// <summary>The connect, and what has to follow it, has succeeded; true from the start for accepted ones.</summary>
    public bool IsEstablished { get; private set; }

    /// <summary>The peer has said that it sends nothing more; unread bytes may still be there.</summary>
    public bool PeerClosed { get; private set; }

    /// <summary>Its last byte has been read, or reading failed.</summary>
    public bool ReadEnded { get; private set; }

    /// <summary>We have ended our direction, or writing failed.</summary>
    public bool WriteEnded { get; private set; }

    /// <summary><see cref="Vanish"/> was called.</summary>
    public bool IsVanishing { get; private set; }

    /// <summary>What broke the connection, or None.</summary>
    public Errno Error { get; private set; }

    public bool IsBroken => Error != Errno.None;

    public long BytesRead { get; private set; }

    public long BytesWritten { get; private set; }

    /// <summary>Takes over a socket and registers it.</summary>
    /// <param name="established">False for one whose connect is still under way.</param>
    public SysResult Open(SocketHandle socket, bool established)
    {
        Socket = socket;
        IsEstablished = established;
        _readable = PeerClosed = ReadEnded = WriteEnded = IsVanishing = _vanishesByReset = false;
        _writable = true;
        Error = Errno.None;
        BytesRead = BytesWritten = 0;
        _server?.Reset();
        return _worker.Loop.Register(socket.Descriptor, this);
    }

    public ReadOutcome Read(Span<byte> buffer, out int count)
    {
        count = 0;
        if (ReadEnded) return IsBroken ? ReadOutcome.Failed : ReadOutcome.End;
        if (_tls is not null) return ReadTls(buffer, out count);
        var result = Socket.Receive(buffer);
        if (result.IsOk)
        {
            count = result.Value;
            BytesRead += count;
            if (count == 0) return End();
            // A short read has emptied the socket; the next byte, or the end that has not been told yet, makes a new event.
            if (count < buffer.Length && !PeerClosed) _readable = false;
            return ReadOutcome.Data;
        }

        return FailRead(result.Errno);
    }

    /// <summary>Sends what the kernel takes.</summary>
    /// <returns>Bytes taken; 0 when it is full (an event will come) or the connection is broken.</returns>
    public int Write(ReadOnlySpan<byte> bytes, bool more = false) =>
        _tls is not null ? WriteTls(bytes, more) : IsBehindPosted() ? 0 : AfterWrite(Socket.Send(bytes, more), bytes.Length);

    public int Write(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, bool more = false)
    {
        if (_tls is null) return IsBehindPosted() ? 0 : AfterWrite(Socket.Send(first, second, more), first.Length + second.Length);
        var written = WriteTls(first, more: true);
        return written < first.Length || HasUnsent || IsBroken ? written : written + WriteTls(second, more);
    }

    /// <summary>Moves bytes from the socket to a pipe inside the kernel.</summary>
    public ReadOutcome Splice(PipePair pipe, int atMost, out int count)
    {
        count = 0;
        if (ReadEnded) return IsBroken ? ReadOutcome.Failed : ReadOutcome.End;
        var result = pipe.Fill(Socket, atMost);
        if (result.IsError) return FailRead(result.Errno);
        count = result.Value;
        BytesRead += count;
        return count == 0 ? End() : ReadOutcome.Data;
    }

    public int Write(PipePair pipe)
    {
        if (IsBehindPosted()) return 0;
        var length = pipe.Length;
        return AfterWrite(pipe.Drain(Socket), length);
    }

    /// <summary>Ends our direction; the peer reads the end behind what was sent.</summary>
    public void EndWrite()
    {
        if (WriteEnded) return;
        _tls?.SendEnd();
        SendPosted();
        WriteEnded = true;
        if (_unsent is null) _ = Socket.Shutdown(ShutdownSide.Write);
    }

    /// <summary>The peer is not told when this closes (configuration.txt 4.4, silent-drop): write nothing more.</summary>
    /// <param name="resetHops">How many routers a reset may pass instead, to clear the tables of those nearby; 0 for none.</param>
    public void Vanish(int resetHops, bool six)
    {
        SendPosted();
        IsVanishing = true;
        _vanishesByReset = resetHops > 0 || Socket.SetRepair().IsError;
        // Without the right to say nothing, a reset is sent that does not get further than the next router.
        if (_vanishesByReset) _ = Socket.SetHopLimit(six, Math.Max(1, resetHops));
    }

    /// <summary>Closes and returns to the pool. Whoever held it must forget it.</summary>
    /// <param name="reset">The peer gets a reset instead of an end, and nothing lingers here.</param>
    public void Close(bool reset = false)
    {
        if (!Socket.IsOpen) return;
        reset |= IsVanishing;
        CloseTls(reset);
        SendPosted();
        if (reset && (!IsVanishing || _vanishesByReset)) _ = Socket.SetLingerZero();
        _worker.Loop.Forget(Socket.Descriptor);
        if (reset || !LeaveLastBytes()) _ = Socket.Close();
        Socket = SocketHandle.None;
        User = null;
        EndOpening();
        _worker.ReturnConnection(this);
    }

    public void OnReady(Readiness events)
    {
        if ((events & (Readiness.Readable | Readiness.PeerClosed | Readiness.HangUp | Readiness.Error)) != 0) _readable = true;
        if ((events & (Readiness.PeerClosed | Readiness.HangUp)) != 0) PeerClosed = true;
        if ((events & (Readiness.Writable | Readiness.HangUp | Readiness.Error)) != 0)
        {
            if (!IsEstablished) FinishConnect(events);
            _writable = true;
        }

        if (_tls is not null)
        {
            var isReadable = (events & (Readiness.Readable | Readiness.PeerClosed | Readiness.HangUp | Readiness.Error)) != 0;
            NoteTlsEvents(isReadable, (events & (Readiness.Writable | Readiness.HangUp | Readiness.Error)) != 0);
        }

        if (_unsent is not null && _writable) SendUnsent();

        if (_isOpening) ContinueOpening();
        User?.OnReady(this);
    }

    public void OnFault(Exception bug)
    {
        if (User is { } user) user.OnFault(this);
        else Close(reset: true);
    }

    /// <summary>The peer has reset, or otherwise killed, the connection although we have not tried to read: asks the kernel.</summary>
    public void TakePendingError()
    {
        if (IsBroken) return;
        var error = Socket.TakeError();
        if (error != Errno.None) Break(error);
    }

    private void FinishConnect(Readiness events)
    {
        var error = (events & (Readiness.Error | Readiness.HangUp)) != 0 ? Socket.TakeError() : Errno.None;
        // HUP without an error on a socket that is still connecting: the connect has not begun to be answered; the event behind it tells.
        if (error != Errno.None) Break(error);
        else if ((events & Readiness.Writable) == 0) return;
        else if (_isOpening) _isConnected = true;
        else IsEstablished = true;
    }

    private ReadOutcome End()
    {
        PeerClosed = ReadEnded = true;
        _readable = false;
        return ReadOutcome.End;
    }

    private ReadOutcome FailRead(Errno error)
    {
        if (error is Errno.EAGAIN or Errno.EINTR)
        {
            _readable = error == Errno.EINTR;
            return ReadOutcome.WouldBlock;
        }

        Break(error);
        return ReadOutcome.Failed;
    }

    private int AfterWrite(SysResult result, int wanted)
    {
        if (result.IsOk)
        {
            IsEstablished = true;
            BytesWritten += result.Value;
            if (result.Value < wanted) _writable = false;
            return result.Value;
        }

        // ENOTCONN would come from a socket whose connect is not under way at all; while it is, the answer is EAGAIN.
        if (result.Errno is Errno.EAGAIN) _writable = false;
        else if (result.Errno is not Errno.EINTR) Break(result.Errno);
        return 0;
    }

    private void Break(Errno error)
    {
        Error = error;
        ReadEnded = WriteEnded = PeerClosed = true;
        _readable = _writable = false;
    }
}
