using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Evenkeel.Linux.Sockets;

namespace Evenkeel.Linux.Tls;

/// <summary>
/// The door between OpenSSL and a socket: reads and writes the descriptor directly and remembers what the kernel said, so that no call is made that would
/// only answer EAGAIN. What the kernel does not take is kept here and never refused to OpenSSL, whose writes therefore always succeed whole.
/// </summary>
/// <remarks>Native memory, reached by OpenSSL through a BIO's data pointer; owned by one <see cref="TlsChannel"/>. Kept bytes: one write's records, at
/// most <see cref="TlsChannel.MaxRecord"/> and its overhead, or one flight of a handshake.</remarks>
internal unsafe struct TlsIo
{
    private const int BIO_FLAGS_READ = 1;
    private const int BIO_FLAGS_WRITE = 2;
    private const int BIO_FLAGS_SHOULD_RETRY = 8;
    private const int BIO_FLAGS_RWS = 7;
    private const int BIO_CTRL_FLUSH = 11;
    private const int BIO_TYPE_SOURCE_SINK = 0x0400;
    private const int BIO_TYPE_DESCRIPTOR = 0x0100;

    /// <summary>Most bytes kept. A write adds only to an empty store, so no more than a flight of a handshake with the longest chains is honest: whoever
    /// makes us answer and answer (key updates) without reading is cut off here.</summary>
    private const int MaxKept = 1 << 18;

    private static nint _method;

    public int Descriptor;

    /// <summary>What broke the socket, or 0.</summary>
    public int Error;
    public bool Readable;
    public bool PeerClosed;
    public bool Ended;

    /// <summary>More records follow at once.</summary>
    public bool More;

    private byte* _kept;
    private int _keptFrom;
    private int _keptTo;

    public readonly bool HasKept => _keptTo > _keptFrom;

    /// <summary>A BIO whose data is <paramref name="io"/>.</summary>
    public static nint NewBio(TlsIo* io)
    {
        var method = Volatile.Read(ref _method);
        if (method == 0) method = CreateMethod();
        var bio = LibSsl.BIO_new(method);
        LibSsl.BIO_set_data(bio, io);
        LibSsl.BIO_set_init(bio, 1);
        return bio;
    }

    /// <summary>Sends what was kept, as far as the kernel takes it.</summary>
    public void Flush()
    {
        if (!HasKept) return;
        var sent = new SocketHandle(Descriptor).Send(new ReadOnlySpan<byte>(_kept + _keptFrom, _keptTo - _keptFrom));
        if (sent.IsOk) _keptFrom += sent.Value;
        else if (!sent.WouldBlock) Fail(sent.Errno);
        if (!HasKept) Free();
    }

    public void Free()
    {
        NativeMemory.Free(_kept);
        _kept = null;
        _keptFrom = _keptTo = 0;
    }

    private void Fail(Errno error)
    {
        Error = (int)error;
        Free();
    }

    private static nint CreateMethod()
    {
        fixed (byte* name = "evenkeel\0"u8)
        {
            var method = LibSsl.BIO_meth_new(LibSsl.BIO_get_new_index() | BIO_TYPE_SOURCE_SINK | BIO_TYPE_DESCRIPTOR, name);
            _ = LibSsl.BIO_meth_set_read(method, (nint)(delegate* unmanaged[Cdecl]<nint, byte*, int, int>)&OnRead);
            _ = LibSsl.BIO_meth_set_write(method, (nint)(delegate* unmanaged[Cdecl]<nint, byte*, int, int>)&OnWrite);
            _ = LibSsl.BIO_meth_set_ctrl(method, (nint)(delegate* unmanaged[Cdecl]<nint, int, nint, nint, nint>)&OnControl);
            Interlocked.CompareExchange(ref _method, method, 0);
            return _method;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnRead(nint bio, byte* bytes, int length)
    {
        var io = (TlsIo*)LibSsl.BIO_get_data(bio);
        LibSsl.BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
        if (io->Error != 0) return -1;
        if (io->Readable)
        {
            var read = new SocketHandle(io->Descriptor).Receive(new Span<byte>(bytes, length));
            if (read.IsOk)
            {
                if (read.Value == 0) io->Ended = true;
                // A short read has emptied the socket; what comes later makes a new event.
                if (read.Value < length && !io->PeerClosed) io->Readable = false;
                return read.Value;
            }

            if (!read.WouldBlock)
            {
                io->Fail(read.Errno);
                return -1;
            }

            io->Readable = false;
        }

        LibSsl.BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY);
        return -1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnWrite(nint bio, byte* bytes, int length)
    {
        var io = (TlsIo*)LibSsl.BIO_get_data(bio);
        LibSsl.BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
        if (io->Error != 0) return -1;
        var sent = 0;
        if (!io->HasKept)
        {
            var result = new SocketHandle(io->Descriptor).Send(new ReadOnlySpan<byte>(bytes, length), io->More);
            if (result.IsError && !result.WouldBlock)
            {
                io->Fail(result.Errno);
                return -1;
            }

            sent = result.IsOk ? result.Value : 0;
        }

        if (sent == length || io->TryKeep(bytes + sent, length - sent)) return length;
        io->Fail(Errno.ENOBUFS);
        return -1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint OnControl(nint bio, int command, nint number, nint pointer) => command == BIO_CTRL_FLUSH ? 1 : 0;

    private bool TryKeep(byte* bytes, int length)
    {
        var kept = _keptTo - _keptFrom;
        if (kept + length > MaxKept) return false;
        var grown = (byte*)NativeMemory.Alloc((nuint)(kept + length));
        if (kept > 0) Buffer.MemoryCopy(_kept + _keptFrom, grown, kept, kept);
        Buffer.MemoryCopy(bytes, grown + kept, length, length);
        NativeMemory.Free(_kept);
        _kept = grown;
        _keptFrom = 0;
        _keptTo = kept + length;
        return true;
    }
}
